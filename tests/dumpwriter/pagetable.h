/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pagetable.h - page tables, written into the machine's memory.
 *
 * What differs between architectures is numbers: how many bits of an address each level looks at,
 * and which bits an entry has beside the physical address. */

#ifndef DW_PAGETABLE_H
#define DW_PAGETABLE_H

#include "tests/dumpwriter/memory.h"

#define DW_MAX_LEVELS 5

/* Addresses, or the top bits of them, that stand elsewhere in the entry. */
enum dw_high_bits {
	DW_HIGH_NONE,
	DW_HIGH_ARM64_64K, /* 51..48 in 15..12 */
	DW_HIGH_LPA2,      /* 51..50 in 9..8 */
	DW_HIGH_PSE36,     /* 39..32 in 20..13, of large pages */
	DW_HIGH_PPN,       /* riscv: all from 12 on, in 53..10 */
};

/* Level 0 is the lowest. */
struct dw_paging {
	unsigned levels; /* 0: the machine has no tables that we write */
	unsigned page_shift;
	unsigned index_bits[DW_MAX_LEVELS];
	unsigned entry_size; /* 4 or 8 bytes */
	uint64_t table_bits; /* of an entry that points to a table ... */
	uint64_t top_bits;   /* ... in the topmost table, if not 0 */
	uint64_t page_bits;  /* of one that maps a page */
	uint64_t block_bits; /* of one above level 0 that maps memory */
	uint64_t wide_page_bits,
		wide_block_bits; /* of one of 2^wide_bits that do so together ... */
	unsigned wide_bits;      /* ... at level 0, 1; 0: there are none */
	uint64_t address_bits;
	enum dw_high_bits high;
	uint64_t level_bits[DW_MAX_LEVELS]; /* of every entry of a level, also of one ... */
	uint64_t no_page_bits;              /* ... that maps nothing: at level 0 ... */
	uint64_t no_table_bits;             /* ... and above */
	bool tells_size;     /* an entry's lowest bits: the index bits of the table it points to */
	bool is_other_order; /* entries have not the byte order of the machine's other numbers */
};

struct dw_pagetable {
	struct dw_memory *memory;
	struct dw_paging paging;
	uint64_t top_paddr;  /* the top-level table */
	uint64_t next_paddr; /* where the next table is put */
	uint64_t end_paddr;  /* behind the room for tables */
	uint64_t sme_mask;   /* set in every entry */
	uint64_t leaf_paddr; /* of the last entry written that maps a page: damage asks for it */
};

/* How many bits of an address an entry of a level leaves to what it maps. */
unsigned dw_level_shift(const struct dw_paging *paging, unsigned level);

/* Splits the address: full tables of page_size / entry_size entries, and what is left on top. */
void dw_set_levels(struct dw_paging *paging, unsigned page_shift, unsigned address_bits);

/* Makes the topmost table at the start of the room, or behind it where that is not aligned. */
void dw_pagetable_open(struct dw_pagetable *table);

/* Maps [vaddr, vaddr + len) to paddr with pages of one size; all aligned to it. */
void dw_pagetable_map(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, uint64_t len,
		      unsigned shift);

#endif
