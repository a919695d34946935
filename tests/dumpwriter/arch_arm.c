// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_arm.c - where does a 32-bit ARM kernel put itself? In low memory, mapped in one piece.
 *
 * direct_base = another virtual address: what is not the image is mapped there, so that page tables
 * alone lead to it. */

#include "tests/dumpwriter/arch.h"

#define MIB ((uint64_t)1 << 20)

/* Short descriptors: read and write for the kernel, write-back memory, never executed; entries of 16
 * in a row make a supersection or a large page. */
static const struct dw_paging short_paging = {
	.levels = 2,
	.page_shift = 12,
	.index_bits = { 8, 12 },
	.entry_size = 4,
	.table_bits = 0x1,
	.page_bits = 0x45f,
	.block_bits = 0x1141e,
	.wide_page_bits = 0x945d & ~0xcu,
	.wide_block_bits = 0x5141e,
	.wide_bits = 4,
	.address_bits = 0xfffffc00,
};

/* Long descriptors, as arm64 has them. */
static const struct dw_paging lpae_paging = {
	.levels = 3,
	.page_shift = 12,
	.index_bits = { 9, 9, 2 },
	.entry_size = 8,
	.table_bits = 0x3,
	.page_bits = 0x0060000000000707ull,
	.block_bits = 0x0060000000000705ull,
	.address_bits = 0x000000fffffff000ull,
};

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	uint64_t split = dw_get_number(settings, "kernel", "vmsplit", 0xc0000000u);
	uint64_t start = dw_get_number(settings, "kernel", "phys_offset",
				       kernel->image_paddr / (16 * MIB) * (16 * MIB) - 16 * MIB);

	kernel->is_pae = dw_get_yes(settings, "kernel", "lpae", false);
	kernel->phys_base = start;
	kernel->image_vaddr = dw_as_address(kernel, split + kernel->image_paddr - start);
	kernel->direct_base = dw_get_number(settings, "kernel", "direct_base", split) - start;
	if (kernel->direct_base != split - start)
		kernel->image_shift = kernel->is_pae ? 21 : 20;
	kernel->table.paging = kernel->is_pae ? lpae_paging : short_paging;
}

static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	(void)settings;
	if (kernel->is_pae)
		dw_add_line(info, "CONFIG_ARM_LPAE=y");
}

const struct dw_arch dw_arch_arm = {
	.name = "arm",
	.machine = "armv7l",
	.word = 4,
	.elf_machine = 40,
	.default_load = 0x41000000,
	.low_ram = "0x40000000-",
	.place = place,
	.add_keys = add_keys,
};

const struct dw_arch dw_arch_armeb = {
	.name = "armeb",
	.machine = "armv7b",
	.word = 4,
	.is_big = true,
	.elf_machine = 40,
	.default_load = 0x41000000,
	.low_ram = "0x40000000-",
	.place = place,
	.add_keys = add_keys,
};
