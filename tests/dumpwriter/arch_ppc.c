// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_ppc.c - where does a 32-bit PowerPC kernel put itself? In low memory, which no page table has. */

#include "tests/dumpwriter/arch.h"

/* memstart = the physical address at the start of low memory. */
static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	uint64_t split = dw_get_number(settings, "kernel", "vmsplit", 0xc0000000u);

	kernel->phys_base = dw_get_number(settings, "kernel", "memstart", 0);
	kernel->direct_base = split - kernel->phys_base;
	kernel->image_vaddr = dw_as_address(kernel, kernel->direct_base + kernel->image_paddr);
}

static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	(void)info;
	(void)kernel;
	(void)settings;
}

const struct dw_arch dw_arch_ppc = {
	.name = "ppc",
	.machine = "ppc",
	.word = 4,
	.is_big = true,
	.elf_machine = 20,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_keys,
};
