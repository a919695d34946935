// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_sparc64.c - where does a 64-bit SPARC kernel put itself? The image at KERNBASE, which locked
 * TLB entries map; all memory from the end of the hole in the addresses on. */

#include "tests/dumpwriter/arch.h"

#define KERNBASE 0x400000u

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	kernel->page_shift = 13;
	kernel->image_vaddr = KERNBASE;
	kernel->image_shift = 22;
	kernel->direct_base =
		dw_get_number(settings, "kernel", "direct_base", 0xfffff80000000000ull);
}

static void add_no_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
			const struct dw_settings *settings)
{
	(void)info;
	(void)kernel;
	(void)settings;
}

const struct dw_arch dw_arch_sparc64 = {
	.name = "sparc64",
	.machine = "sparc64",
	.word = 8,
	.is_big = true,
	.elf_machine = 43,
	.default_load = 0x30400000,
	.low_ram = "0x30000000-",
	.place = place,
	.add_keys = add_no_keys,
};
