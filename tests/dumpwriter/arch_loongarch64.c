// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_loongarch64.c - where does a LoongArch kernel put itself? In the cached window.
 *
 * direct_base = 0xffff8000...: what is not the image is mapped by page tables, as vmalloc's memory. */

#include "tests/dumpwriter/arch.h"

#define CACHED_WINDOW 0x9000000000000000ull
#define LAST_WINDOW 0xa000000000000000ull

/* Valid, dirty, cached, global, present, writable; a large page says that it is global elsewhere. */
#define PAGE_BITS 0x1d3ull
#define HUGE_PAGE_BITS (0x193ull | 1ull << 6 | 1ull << 12)

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const pages[] = { "16k", "4k", "64k", NULL };
	static const unsigned shifts[] = { 14, 12, 16 };
	static const char *const depths[] = { "3", "2", "4", NULL };
	static const unsigned levels[] = { 3, 2, 4 };
	struct dw_paging *paging = &kernel->table.paging;
	unsigned depth = levels[dw_get_choice(settings, "kernel", "levels", depths)];

	kernel->page_shift = shifts[dw_get_choice(settings, "kernel", "page", pages)];
	kernel->direct_base = dw_get_number(settings, "kernel", "direct_base", CACHED_WINDOW);
	kernel->image_vaddr = CACHED_WINDOW + kernel->image_paddr;
	if (kernel->direct_base <= LAST_WINDOW)
		return; /* no table leads there */
	paging->entry_size = 8;
	dw_set_levels(paging, kernel->page_shift,
		      kernel->page_shift + depth * (kernel->page_shift - 3));
	paging->table_bits = CACHED_WINDOW; /* entries are virtual addresses of tables */
	paging->page_bits = PAGE_BITS;
	paging->block_bits = HUGE_PAGE_BITS;
	paging->address_bits = 0x0000ffffffffffffull >> kernel->page_shift << kernel->page_shift;
}

static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	(void)kernel;
	(void)settings;
	dw_add_line(info, "NUMBER(VMALLOC_START)=0xffff800082008000");
}

const struct dw_arch dw_arch_loongarch64 = {
	.name = "loongarch64",
	.machine = "loongarch64",
	.word = 8,
	.elf_machine = 258,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_keys,
};
