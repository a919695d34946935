// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_s390x.c - where does an s390x kernel put itself?
 *
 * Virtual is real, image and all; or, since 6.10, the image stands at the top of the addresses and
 * memory is mapped from identity_base on. */

#include "tests/dumpwriter/arch.h"

#define KERNEL_TEXT_OFF 0x100000u /* of _stext in the image */
#define ENTRY_INVALID 0x20u
#define PAGE_INVALID 0x400u
#define LARGE_PAGE 0x400u
#define WHOLE_TABLE 0x3u /* four quarters, from the first on */
#define AMODE31_LEN 0x3000u

static const struct dw_paging s390x_paging = {
	.page_shift = 12,
	.index_bits = { 8, 11, 11, 11, 11 },
	.entry_size = 8,
	.table_bits = WHOLE_TABLE,
	.page_bits = 0x1c, /* read, written, used: Linux's own bits */
	.block_bits = LARGE_PAGE | 0x3003,
	.address_bits = ~0x7ffull,
	.level_bits = { 0, 0x0, 0x4, 0x8, 0xc }, /* segment, region third, second, first */
	.no_page_bits = PAGE_INVALID,
	.no_table_bits = ENTRY_INVALID,
};

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const layouts[] = { "real", "uncoupled", NULL };
	static const char *const level_words[] = { "3", "4", "5", "2", NULL };
	static const unsigned level_counts[] = { 3, 4, 5, 2 };

	kernel->is_uncoupled = dw_get_choice(settings, "kernel", "layout", layouts) == 1;
	kernel->kaslr = dw_get_number(settings, "kernel", "kaslr", 0);
	kernel->table.paging = s390x_paging;
	kernel->table.paging.levels =
		level_counts[dw_get_choice(settings, "kernel", "levels", level_words)];
	kernel->image_vaddr = kernel->image_paddr;
	if (!kernel->is_uncoupled)
		return;
	kernel->direct_base = dw_get_number(settings, "kernel", "identity_base", 0);
	kernel->image_vaddr = dw_get_number(settings, "kernel", "image_base", 0x3ffe0000000ull) +
			      kernel->kaslr + KERNEL_TEXT_OFF;
	kernel->image_shift = 12;
}

/* KERNELOFFSET is what KASLR added to the addresses that the image was linked for; since 6.10 the
 * image's start. */
static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	uint64_t amode31 = kernel->image_paddr + 0x102000;

	(void)settings;
	dw_add_symbol(info, "lowcore_ptr", kernel->image_vaddr + 0x101900);
	dw_add_symbol(info, "high_memory", kernel->image_vaddr + 0x101980);
	dw_add_line(info, "LENGTH(lowcore_ptr)=512");
	dw_add_line(info, "SAMODE31=%llx", (unsigned long long)amode31);
	dw_add_line(info, "EAMODE31=%llx", (unsigned long long)amode31 + AMODE31_LEN);
	if (!kernel->is_uncoupled) {
		dw_add_line(info, "KERNELOFFSET=%llx", (unsigned long long)kernel->kaslr);
		return;
	}
	dw_add_line(info, "IDENTITYBASE=%llx", (unsigned long long)kernel->direct_base);
	dw_add_line(info, "KERNELOFFSET=%llx",
		    (unsigned long long)kernel->image_vaddr - KERNEL_TEXT_OFF);
	dw_add_line(info, "KERNELOFFPHYS=%llx",
		    (unsigned long long)kernel->image_paddr - KERNEL_TEXT_OFF);
}

const struct dw_arch dw_arch_s390x = {
	.name = "s390x",
	.machine = "s390x",
	.word = 8,
	.is_big = true,
	.elf_machine = 22,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place,
	.add_keys = add_keys,
};
