// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_arm64.c - where does an arm64 kernel put itself?
 *
 * The linear map is the lower half of the kernel's addresses and the image is in the upper one (5.4
 * on); before that it was the other way round, and to 4.5 the image was in the linear map. It is
 * kimage_voffset above its physical place in any. */

#include "tests/dumpwriter/arch.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/* Descriptor bits: valid and of its kind, accessed, inner shareable; a page or block may not be
 * executed, a table may. */
#define TABLE_BITS 3u
#define PAGE_BITS (0x0060000000000403ull | 1ull << 2)
#define BLOCK_BITS (0x0060000000000401ull | 1ull << 2)
#define SHAREABLE 0x300u

static uint64_t bottom(unsigned bits)
{
	return -((uint64_t)1 << bits);
}

/* Tables of 64 KiB pages are laid out for the build's address bits, others for the hardware's. */
static void set_paging(struct dw_kernel *kernel)
{
	struct dw_paging *paging = &kernel->table.paging;
	bool is_lpa2 = kernel->page_shift != 16 && kernel->va_actual == 52;

	paging->entry_size = 8;
	dw_set_levels(paging, kernel->page_shift,
		      kernel->page_shift == 16 ? kernel->va_bits : kernel->va_actual);
	paging->table_bits = TABLE_BITS;
	paging->page_bits = PAGE_BITS | (is_lpa2 ? 0 : SHAREABLE);
	paging->block_bits = BLOCK_BITS | (is_lpa2 ? 0 : SHAREABLE);
	paging->address_bits = 0x0000ffffffffffffull >> kernel->page_shift << kernel->page_shift;
	if (is_lpa2) {
		paging->address_bits |= 3ull << 48;
		paging->high = DW_HIGH_LPA2;
	} else if (kernel->page_shift == 16) {
		paging->high = DW_HIGH_ARM64_64K;
	}
}

static void read_sizes(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const pages[] = { "4k", "16k", "64k", NULL };
	static const char *const layouts[] = { "flipped", "older", "linear", NULL };
	unsigned layout = dw_get_choice(settings, "kernel", "layout", layouts);

	kernel->page_shift = 12 + 2 * dw_get_choice(settings, "kernel", "page", pages);
	kernel->va_bits = (unsigned)dw_get_number(settings, "kernel", "va_bits", 48);
	kernel->va_actual =
		(unsigned)dw_get_number(settings, "kernel", "va_actual", kernel->va_bits);
	kernel->is_flipped = layout == 0;
	kernel->is_linear = layout == 2;
	if (kernel->va_bits > 52 || kernel->va_bits < 36 || kernel->va_actual > kernel->va_bits)
		dw_die("%s: va_bits = 36 to 52", settings->script->path);
}

static void place(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	uint64_t memstart =
		dw_get_number(settings, "kernel", "memstart", kernel->image_paddr / GIB * GIB);
	unsigned image_bits;

	read_sizes(kernel, settings);
	image_bits = kernel->va_actual < 48 ? kernel->va_actual : 48;
	kernel->kaslr = dw_get_number(settings, "kernel", "kaslr", 0x1c000000);
	if (kernel->is_flipped) {
		kernel->direct_base = bottom(kernel->va_actual) - memstart;
		kernel->image_vaddr = bottom(image_bits - 1) + 128 * MIB + kernel->kaslr;
	} else {
		kernel->direct_base = bottom(kernel->va_bits - 1) - memstart;
		kernel->image_vaddr = kernel->is_linear
					      ? kernel->direct_base + kernel->image_paddr
					      : bottom(kernel->va_bits) + 128 * MIB + kernel->kaslr;
	}
	/* PHYS_OFFSET, which makes the build's formula right on lesser hardware too. */
	kernel->phys_base = bottom(kernel->va_bits - !kernel->is_flipped) - kernel->direct_base;
	set_paging(kernel);
	if (!kernel->is_linear)
		kernel->image_shift = kernel->page_shift == 12 ? 21 : kernel->page_shift;
}

/* t1sz = none: kernels before 5.9 do not tell. */
static void add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		     const struct dw_settings *settings)
{
	static const char *const words[] = { "told", "none", NULL };

	dw_add_line(info, "NUMBER(VA_BITS)=%u", kernel->va_bits);
	dw_add_line(info, "NUMBER(kimage_voffset)=0x%llx",
		    (unsigned long long)(kernel->image_vaddr - kernel->image_paddr));
	dw_add_line(info, "NUMBER(PHYS_OFFSET)=0x%llx", (unsigned long long)kernel->phys_base);
	if (dw_get_choice(settings, "kernel", "t1sz", words) == 0)
		dw_add_line(info, "NUMBER(TCR_EL1_T1SZ)=0x%x", 64 - kernel->va_actual);
	dw_add_line(info, "KERNELOFFSET=%llx", (unsigned long long)kernel->kaslr);
	dw_add_line(info, "NUMBER(KERNELPACMASK)=0x0");
}

const struct dw_arch dw_arch_arm64 = {
	.name = "arm64",
	.machine = "aarch64",
	.word = 8,
	.elf_machine = 183,
	.default_load = 0x40200000,
	.low_ram = "0x40000000-",
	.place = place,
	.add_keys = add_keys,
};
