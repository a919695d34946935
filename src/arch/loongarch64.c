// SPDX-License-Identifier: GPL-2.0-or-later
/* loongarch64.c - where is a LoongArch kernel's memory? In windows that no table translates.
 *
 * The image, wherever it was moved to, and the log lie in the cached window; vmalloc's memory is in
 * page tables, whose depth the configuration chose and no key tells (formats.md 3.10). */

#include "arch/arch.h"
#include "base/checked.h"

#define WINDOW_LEN 0x0001000000000000u /* 48 bits of physical address */
#define MAX_PAGE_SHIFT 16

static const struct cdm_extent windows[] = {
	{ 0x9000000000000000u, 0, WINDOW_LEN }, /* cached */
	{ 0x8000000000000000u, 0, WINDOW_LEN }, /* not */
	{ 0xa000000000000000u, 0, WINDOW_LEN }, /* writes are combined */
};

/* Full tables of a page each. An entry above level 0 is the virtual address of the next table, in a
 * window; where there is none, of one that holds nothing. */
static struct cdm_paging paging(unsigned page_shift, unsigned levels)
{
	struct cdm_paging paging = {
		.levels = (uint8_t)levels,
		.page_shift = (uint8_t)page_shift,
		.entry = { .big_endian = false, .word = 8 },
		.no_page = { 0x80, 0 },
		.no_table = { UINT64_MAX, 0 },
		.leaf = { 0x40, 0x40 },
		.leaf_levels = 1 << 1 | 1 << 2,
		.address_mask = 0x0000ffffffffffffu & ~(((uint64_t)1 << page_shift) - 1),
	};

	for (unsigned level = 0; level < levels; level++)
		paging.index_bits[level] = (uint8_t)(page_shift - 3);
	return paging;
}

static unsigned page_shift(const struct cdm_arch *arch, const struct cdm_vmcoreinfo *info)
{
	uint64_t size = arch->page_size;
	unsigned shift = 12;

	cdm_vmcoreinfo_decimal(info, "PAGESIZE", &size);
	while (shift < MAX_PAGE_SHIFT && (uint64_t)1 << shift < size)
		shift++;
	return shift;
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	unsigned shift = page_shift(arch, machine->info);
	unsigned most = shift == 12 ? 4 : 3; /* the usual one; the other has one less */
	uint64_t root;
	unsigned n = 0;

	/* Without a root the windows alone: nothing is mapped by a table at 0. */
	if (!cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root))
		root = 0;
	for (unsigned levels = most; levels >= most - 1 && n < room; levels--)
		proposals[n++] = (struct cdm_proposal){
			.windows = windows,
			.n_windows = sizeof(windows) / sizeof(*windows),
			.image_from = "the direct windows",
			.outside = CDM_OUTSIDE_TABLES,
			.outside_from = "page tables",
			.root_paddr = root & (WINDOW_LEN - 1),
			.paging = paging(shift, levels),
		};
	return n;
}

const struct cdm_arch cdm_arch_loongarch64 = {
	.elf_machine = 258,
	.name = "loongarch64",
	.machine = "loongarch64",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 16384,
	.propose = propose_all,
};
