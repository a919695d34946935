// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_x86_64.c - where does an x86_64 kernel put itself? */

#include "tests/dumpwriter/arch.h"

#define START_KERNEL_MAP 0xffffffff80000000ull
#define IMAGE_LINK_OFFSET 0x1000000u /* of _stext in the kernel's window, without KASLR */
#define PRESENT_WRITABLE 0x63u       /* present, writable, accessed, dirty */
#define LARGE_PAGE 0x80u
#define PAT_OF_LARGE_PAGE 0x1000u
#define NO_EXECUTE (1ull << 63)

static void set_paging(struct dw_kernel *kernel, const struct dw_settings *settings,
		       unsigned levels)
{
	struct dw_paging *paging = &kernel->table.paging;

	paging->entry_size = 8;
	dw_set_levels(paging, 12, 12 + 9 * levels);
	paging->table_bits = PRESENT_WRITABLE;
	paging->page_bits = PRESENT_WRITABLE | NO_EXECUTE;
	paging->block_bits = PRESENT_WRITABLE | NO_EXECUTE | LARGE_PAGE;
	if (dw_get_yes(settings, "kernel", "pat", false))
		paging->block_bits |= PAT_OF_LARGE_PAGE;
	paging->address_bits = 0x000ffffffffff000ull;
	kernel->table.sme_mask = dw_get_number(settings, "kernel", "sme_mask", 0);
}

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const level_words[] = { "4", "5", NULL };
	unsigned levels = 4 + dw_get_choice(settings, "kernel", "levels", level_words);

	kernel->kaslr = dw_get_number(settings, "kernel", "kaslr", 0x1c000000);
	kernel->image_vaddr = START_KERNEL_MAP + IMAGE_LINK_OFFSET + kernel->kaslr;
	kernel->phys_base = kernel->image_paddr - IMAGE_LINK_OFFSET - kernel->kaslr;
	kernel->direct_base =
		dw_get_number(settings, "kernel", "direct_base",
			      levels == 4 ? 0xffff888000000000ull : 0xff11000000000000ull);
	kernel->image_shift = 21;
	set_paging(kernel, settings, levels);
}

/* phys_base = number: its value, decimal (4.10 on); symbol: the address of the variable; none. */
static void add_phys_base(struct dw_info_lines *info, const struct dw_kernel *kernel,
			  const struct dw_settings *settings)
{
	static const char *const forms[] = { "number", "symbol", "none", NULL };

	switch (dw_get_choice(settings, "kernel", "phys_base", forms)) {
	case 0:
		dw_add_line(info, "NUMBER(phys_base)=%lld", (long long)kernel->phys_base);
		break;
	case 1:
		dw_add_symbol(info, "phys_base", kernel->phys_base_vaddr);
		break;
	default:
		break;
	}
}

static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	add_phys_base(info, kernel, settings);
	dw_add_symbol(info, "init_top_pgt",
		      kernel->image_vaddr + kernel->table.top_paddr - kernel->image_paddr);
	dw_add_line(info, "NUMBER(pgtable_l5_enabled)=%u", kernel->table.paging.levels - 4);
	dw_add_symbol(info, "node_data", kernel->image_vaddr + 0x101900);
	dw_add_line(info, "LENGTH(node_data)=1024");
	dw_add_line(info, "KERNELOFFSET=%llx", (unsigned long long)kernel->kaslr);
	dw_add_line(info, "NUMBER(KERNEL_IMAGE_SIZE)=1073741824");
	dw_add_line(info, "NUMBER(sme_mask)=%llu", (unsigned long long)kernel->table.sme_mask);
}

const struct dw_arch dw_arch_x86_64 = {
	.name = "x86_64",
	.machine = "x86_64",
	.word = 8,
	.elf_machine = 62,
	.default_load = 0x1000000,
	.low_ram = "0x1000-0x9fc00 0x100000-",
	.place = place,
	.add_keys = add_keys,
};
