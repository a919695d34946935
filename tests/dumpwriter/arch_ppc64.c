// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_ppc64.c - where does a 64-bit Power kernel put itself? In one linear map, wherever it is loaded.
 *
 * With mmu = radix page tables have that map. direct_base = another virtual address: what is not the
 * image is mapped there, so that page tables alone lead to it. */

#include "tests/dumpwriter/arch.h"

#define LINEAR_START 0xc000000000000000ull
#define VALID (1ull << 63)
#define LEAF (1ull << 62)
#define ATTRIBUTES 0x018eull /* referenced, changed, privileged, read, write */

static const struct dw_paging radix_paging = {
	.levels = 4,
	.page_shift = 16,
	.index_bits = { 5, 9, 9, 13 },
	.entry_size = 8,
	.table_bits = VALID,
	.page_bits = VALID | LEAF | ATTRIBUTES,
	.block_bits = VALID | LEAF | ATTRIBUTES,
	.address_bits = 0x01ffffffffffff00ull,
	.tells_size = true,
};

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const pages[] = { "64k", "4k", NULL };
	static const char *const mmus[] = { "hash", "radix", NULL };
	static const char *const orders[] = { "big", "kernel", NULL };
	bool has_small_pages = dw_get_choice(settings, "kernel", "page", pages) == 1;
	bool is_kernels_order = dw_get_choice(settings, "kernel", "table_order", orders) == 1;

	kernel->is_radix = dw_get_choice(settings, "kernel", "mmu", mmus) == 1;
	kernel->page_shift = has_small_pages ? 12 : 16;
	kernel->direct_base = dw_get_number(settings, "kernel", "direct_base", LINEAR_START);
	kernel->image_vaddr = LINEAR_START + kernel->image_paddr;
	if (!kernel->is_radix)
		return;
	kernel->table.paging = radix_paging;
	if (has_small_pages) {
		kernel->table.paging.page_shift = 12;
		kernel->table.paging.index_bits[0] = 9;
	}
	kernel->table.paging.is_other_order = !kernel->arch->is_big && !is_kernels_order;
	kernel->image_shift = kernel->direct_base == LINEAR_START ? 0 : 21;
}

/* radix_mmu = told since 6.7. */
static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	static const char *const words[] = { "told", "none", NULL };

	dw_add_symbol(info, "node_data", kernel->image_vaddr + 0x101900);
	dw_add_symbol(info, "vmemmap_list", kernel->image_vaddr + 0x101980);
	dw_add_line(info, "KERNELOFFSET=0");
	if (dw_get_choice(settings, "kernel", "radix_mmu", words) == 0)
		dw_add_line(info, "NUMBER(RADIX_MMU)=%d", kernel->is_radix);
}

const struct dw_arch dw_arch_ppc64 = {
	.name = "ppc64",
	.machine = "ppc64",
	.word = 8,
	.is_big = true,
	.elf_machine = 21,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_keys,
};

const struct dw_arch dw_arch_ppc64le = {
	.name = "ppc64le",
	.machine = "ppc64le",
	.word = 8,
	.elf_machine = 21,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_keys,
};
