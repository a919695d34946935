// SPDX-License-Identifier: GPL-2.0-or-later
/* pagetable.c - which entries make the processor find this page at that address? */

#include "tests/dumpwriter/pagetable.h"

#define PRESENT_WRITABLE 0x63u /* present, writable, accessed, dirty */
#define LARGE_PAGE 0x80u
#define PAT_OF_LARGE_PAGE 0x1000u
#define NO_EXECUTE (1ull << 63)
#define ADDRESS_BITS 0x000ffffffffff000ull

static uint64_t new_table(struct dw_pagetable *table)
{
	static const uint8_t zeros[DW_PAGE];
	uint64_t paddr = table->next_paddr;

	if (paddr + DW_PAGE > table->end_paddr)
		dw_die("page tables: more than %llu bytes are needed; use larger pages",
		       (unsigned long long)(table->end_paddr - table->top_paddr));
	table->next_paddr += DW_PAGE;
	dw_memory_write(table->memory, paddr, zeros, sizeof(zeros));
	return paddr;
}

static uint64_t entry_paddr(uint64_t table_paddr, uint64_t vaddr, unsigned shift)
{
	return table_paddr + (vaddr >> shift & 511) * 8;
}

/* The table that the entry at paddr points to; made if there is none. */
static uint64_t table_below(struct dw_pagetable *table, uint64_t paddr)
{
	uint64_t entry = dw_memory_read_number(table->memory, paddr, 8);

	if (!entry) {
		entry = new_table(table) | PRESENT_WRITABLE | table->sme_mask;
		dw_memory_write_number(table->memory, paddr, 8, entry);
	}
	return entry & ADDRESS_BITS & ~table->sme_mask;
}

static void map_page(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, unsigned shift)
{
	uint64_t entry = paddr | PRESENT_WRITABLE | NO_EXECUTE | table->sme_mask;
	uint64_t below = table->top_paddr;

	for (unsigned level = table->levels; 12 + 9 * (level - 1) > shift; level--)
		below = table_below(table, entry_paddr(below, vaddr, 12 + 9 * (level - 1)));
	if (shift > DW_SHIFT_4K)
		entry |= LARGE_PAGE | (table->has_pat ? PAT_OF_LARGE_PAGE : 0);
	table->leaf_paddr = entry_paddr(below, vaddr, shift);
	dw_memory_write_number(table->memory, table->leaf_paddr, 8, entry);
}

void dw_pagetable_map(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, uint64_t len,
		      unsigned shift)
{
	for (uint64_t done = 0; done < len; done += (uint64_t)1 << shift)
		map_page(table, vaddr + done, paddr + done, shift);
}
