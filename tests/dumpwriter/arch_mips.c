// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_mips.c - where does a MIPS kernel put itself? Where no table translates: in KSEG0, the log of
 * a 64-bit kernel in XKPHYS.
 *
 * mapped = yes: the image is elsewhere, as on machines with a replicated or relocated kernel. */

#include "tests/dumpwriter/arch.h"

#define CKSEG0 0xffffffff80000000ull
#define XKPHYS_CACHED 0xa800000000000000ull
#define MAPPED 0xc000000000000000ull

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	bool is_64 = kernel->arch->word == 8;
	uint64_t image = CKSEG0 + kernel->image_paddr;

	kernel->direct_base = dw_get_number(settings, "kernel", "direct_base",
					    is_64 ? XKPHYS_CACHED : 0x80000000u);
	if (dw_get_yes(settings, "kernel", "mapped", false)) {
		image = MAPPED + 0x10000;
		kernel->image_shift = 16;
	}
	kernel->image_vaddr = dw_as_address(kernel, image);
	if (is_64 && !kernel->image_shift)
		kernel->image_shift = 16; /* a segment of its own: it is not in XKPHYS */
}

static void add_no_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
			const struct dw_settings *settings)
{
	(void)info;
	(void)kernel;
	(void)settings;
}

const struct dw_arch dw_arch_mips = {
	.name = "mips",
	.machine = "mips",
	.word = 4,
	.is_big = true,
	.elf_machine = 8,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_no_keys,
};

const struct dw_arch dw_arch_mipsel = {
	.name = "mipsel",
	.machine = "mips",
	.word = 4,
	.elf_machine = 8,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_no_keys,
};

const struct dw_arch dw_arch_mips64 = {
	.name = "mips64",
	.machine = "mips64",
	.word = 8,
	.is_big = true,
	.elf_machine = 8,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_no_keys,
};

const struct dw_arch dw_arch_mips64el = {
	.name = "mips64el",
	.machine = "mips64",
	.word = 8,
	.elf_machine = 8,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_no_keys,
};
