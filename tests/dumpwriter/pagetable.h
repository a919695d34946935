/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pagetable.h - x86_64 page tables, written into the machine's memory. */

#ifndef DW_PAGETABLE_H
#define DW_PAGETABLE_H

#include "tests/dumpwriter/memory.h"

struct dw_pagetable {
	struct dw_memory *memory;
	unsigned levels;     /* 4 or 5 */
	uint64_t top_paddr;  /* the top-level table */
	uint64_t next_paddr; /* where the next table is put */
	uint64_t end_paddr;  /* behind the room for tables */
	uint64_t sme_mask;   /* set in every entry */
	bool has_pat;        /* bit 12 of large pages is set: it is no address bit there */
	uint64_t leaf_paddr; /* of the last entry written that maps a page: damage asks for it */
};

enum dw_page_shift { DW_SHIFT_4K = 12, DW_SHIFT_2M = 21, DW_SHIFT_1G = 30 };

/* Maps [vaddr, vaddr + len) to paddr with pages of one size; all aligned to it. */
void dw_pagetable_map(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, uint64_t len,
		      unsigned shift);

#endif
