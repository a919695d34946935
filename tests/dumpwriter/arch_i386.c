// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_i386.c - where does a 32-bit x86 kernel put itself? In low memory, mapped in one piece. */

#include "tests/dumpwriter/arch.h"

#define PRESENT_WRITABLE 0x63u /* present, writable, accessed, dirty */
#define LARGE_PAGE 0x80u
#define NO_EXECUTE (1ull << 63)

/* The topmost table has 4 entries, which carry the present bit alone. */
static const struct dw_paging pae_paging = {
	.levels = 3,
	.page_shift = 12,
	.index_bits = { 9, 9, 2 },
	.entry_size = 8,
	.table_bits = PRESENT_WRITABLE,
	.top_bits = 1,
	.page_bits = PRESENT_WRITABLE | NO_EXECUTE,
	.block_bits = PRESENT_WRITABLE | LARGE_PAGE | NO_EXECUTE,
	.address_bits = 0x000ffffffffff000ull,
};

static const struct dw_paging plain_paging = {
	.levels = 2,
	.page_shift = 12,
	.index_bits = { 10, 10 },
	.entry_size = 4,
	.table_bits = PRESENT_WRITABLE,
	.page_bits = PRESENT_WRITABLE,
	.block_bits = PRESENT_WRITABLE | LARGE_PAGE,
	.address_bits = 0xfffff000u,
	.high = DW_HIGH_PSE36,
};

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	kernel->is_pae = dw_get_yes(settings, "kernel", "pae", true);
	kernel->direct_base = dw_get_number(settings, "kernel", "vmsplit", 0xc0000000u);
	kernel->image_vaddr = dw_as_address(kernel, kernel->direct_base + kernel->image_paddr);
	kernel->table.paging = kernel->is_pae ? pae_paging : plain_paging;
}

static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	(void)settings;
	if (kernel->is_pae)
		dw_add_line(info, "CONFIG_X86_PAE=y");
	dw_add_symbol(info, "node_data", kernel->image_vaddr + 0x101900);
	dw_add_line(info, "LENGTH(node_data)=8");
}

const struct dw_arch dw_arch_i386 = {
	.name = "i386",
	.machine = "i686",
	.word = 4,
	.elf_machine = 3,
	.default_load = 0x1000000,
	.low_ram = "0x1000-0x9fc00 0x100000-",
	.place = place,
	.add_keys = add_keys,
};
