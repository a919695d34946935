// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_riscv64.c - where does a 64-bit RISC-V kernel put itself?
 *
 * In a window at the top of the addresses (5.13 on); before, in the linear map, which began where the
 * kernel was loaded. */

#include "tests/dumpwriter/arch.h"

#define LINK_START 0xffffffff80000000ull
#define STEXT_OFF 0x2000u /* of _stext in the image */
#define VALID 0x1u
#define LEAF 0xe7u /* valid, readable, writable, global, accessed, dirty */
#define NAPOT (1ull << 63)
#define HALF_OF_16 (8u << 10)

enum layout {
	WINDOW, /* apart from the linear map, which begins with RAM */
	LINEAR, /* in it, at its start */
};

static const uint64_t page_offsets[] = { 0xffffffd600000000ull, 0xffffaf8000000000ull,
					 0xff60000000000000ull };

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const level_words[] = { "3", "4", "5", NULL };
	static const char *const layouts[] = { "window", "linear", NULL };
	unsigned depth = dw_get_choice(settings, "kernel", "levels", level_words);
	struct dw_paging *paging = &kernel->table.paging;
	enum layout layout = (enum layout)dw_get_choice(settings, "kernel", "layout", layouts);

	paging->entry_size = 8;
	dw_set_levels(paging, 12, 12 + 9 * (3 + depth));
	paging->table_bits = VALID;
	paging->page_bits = paging->block_bits = LEAF;
	paging->wide_page_bits = LEAF | NAPOT | HALF_OF_16;
	paging->wide_bits = 4;
	paging->high = DW_HIGH_PPN;
	kernel->va_bits = 39 + 9 * depth;
	kernel->kaslr = dw_get_number(settings, "kernel", "kaslr", 0);
	kernel->phys_base = dw_get_number(settings, "kernel", "ram_base", 0x80000000u);
	kernel->page_offset =
		dw_get_number(settings, "kernel", "page_offset",
			      layout == LINEAR ? 0xffffffe000000000ull : page_offsets[depth]);
	if (layout == LINEAR) {
		kernel->direct_base = kernel->page_offset - (kernel->image_paddr - STEXT_OFF);
		kernel->image_vaddr = kernel->direct_base + kernel->image_paddr;
	} else {
		kernel->direct_base = kernel->page_offset - kernel->phys_base;
		kernel->image_vaddr = LINK_START + kernel->kaslr + STEXT_OFF;
		kernel->image_shift = 12;
	}
}

/* keys = all since 6.5; base since 6.0, without the image's place; none before. */
static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	static const char *const words[] = { "all", "base", "none", NULL };
	unsigned keys = dw_get_choice(settings, "kernel", "keys", words);

	if (keys == 2)
		return;
	dw_add_line(info, "NUMBER(phys_ram_base)=%llu", (unsigned long long)kernel->phys_base);
	dw_add_line(info, "NUMBER(PAGE_OFFSET)=0x%llx", (unsigned long long)kernel->page_offset);
	dw_add_line(info, "NUMBER(VA_BITS)=%u", kernel->va_bits);
	dw_add_line(info, "NUMBER(KERNEL_LINK_ADDR)=0x%llx",
		    (unsigned long long)(LINK_START + kernel->kaslr));
	if (keys == 0)
		dw_add_line(info, "NUMBER(va_kernel_pa_offset)=0x%llx",
			    (unsigned long long)(kernel->image_vaddr - kernel->image_paddr));
}

const struct dw_arch dw_arch_riscv64 = {
	.name = "riscv64",
	.machine = "riscv64",
	.word = 8,
	.elf_machine = 243,
	.default_load = 0x80202000,
	.low_ram = "0x1000-0x10000 0x80000000-",
	.place = place,
	.add_keys = add_keys,
};
