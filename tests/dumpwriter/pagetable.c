// SPDX-License-Identifier: GPL-2.0-or-later
/* pagetable.c - which entries make the processor find this page at that address? */

#include "tests/dumpwriter/pagetable.h"

unsigned dw_level_shift(const struct dw_paging *paging, unsigned level)
{
	unsigned shift = paging->page_shift;

	for (unsigned i = 0; i < level; i++)
		shift += paging->index_bits[i];
	return shift;
}

void dw_set_levels(struct dw_paging *paging, unsigned page_shift, unsigned address_bits)
{
	unsigned left = address_bits - page_shift;
	unsigned full = page_shift - (paging->entry_size == 8 ? 3 : 2);

	paging->page_shift = page_shift;
	for (paging->levels = 0; left; paging->levels++) {
		if (paging->levels == DW_MAX_LEVELS)
			dw_die("page tables of more than %d levels", DW_MAX_LEVELS);
		paging->index_bits[paging->levels] = left < full ? left : full;
		left -= paging->index_bits[paging->levels];
	}
}

static uint64_t in_order(const struct dw_paging *paging, uint64_t entry)
{
	if (!paging->is_other_order)
		return entry;
	return paging->entry_size == 8 ? __builtin_bswap64(entry)
				       : __builtin_bswap32((uint32_t)entry);
}

static uint64_t read_entry(const struct dw_pagetable *table, uint64_t paddr)
{
	const struct dw_paging *paging = &table->paging;

	return in_order(paging, dw_memory_read_number(table->memory, paddr, paging->entry_size));
}

static void write_entry(struct dw_pagetable *table, uint64_t paddr, uint64_t entry)
{
	const struct dw_paging *paging = &table->paging;

	dw_memory_write_number(table->memory, paddr, paging->entry_size, in_order(paging, entry));
}

static uint64_t empty_entry(const struct dw_paging *paging, unsigned level)
{
	return paging->level_bits[level] | (level ? paging->no_table_bits : paging->no_page_bits);
}

/* Tables that are smaller than a page are put behind each other. */
static uint64_t new_table(struct dw_pagetable *table, unsigned level)
{
	const struct dw_paging *paging = &table->paging;
	size_t size = (size_t)paging->entry_size << paging->index_bits[level];
	uint64_t paddr = dw_round_up(table->next_paddr, size);
	uint64_t empty = empty_entry(paging, level);

	if (paddr + size > table->end_paddr)
		dw_die("page tables: there is room for %llu bytes; use larger pages",
		       (unsigned long long)(table->end_paddr - table->top_paddr));
	table->next_paddr = paddr + size;
	dw_memory_write(table->memory, paddr, dw_alloc(table->memory->arena, size), size);
	for (size_t at = 0; empty && at < size; at += paging->entry_size)
		write_entry(table, paddr + at, empty);
	return paddr;
}

static uint64_t entry_paddr(const struct dw_pagetable *table, uint64_t table_paddr, uint64_t vaddr,
			    unsigned level)
{
	const struct dw_paging *paging = &table->paging;
	uint64_t n_entries = (uint64_t)1 << paging->index_bits[level];
	uint64_t index = vaddr >> dw_level_shift(paging, level) & (n_entries - 1);

	return table_paddr + index * paging->entry_size;
}

/* The physical address as an entry has it. */
static uint64_t address_in_entry(const struct dw_paging *paging, uint64_t paddr, bool is_block)
{
	uint64_t plain = paddr & paging->address_bits;

	switch (paging->high) {
	case DW_HIGH_ARM64_64K:
		return plain | (paddr >> 48 & 15) << 12;
	case DW_HIGH_LPA2:
		return plain | (paddr >> 50 & 3) << 8;
	case DW_HIGH_PSE36:
		return plain | (is_block ? (paddr >> 32 & 0xff) << 13 : 0);
	case DW_HIGH_PPN:
		return paddr >> 12 << 10;
	case DW_HIGH_NONE:
		break;
	}
	return plain;
}

static uint64_t address_of_entry(const struct dw_paging *paging, uint64_t entry)
{
	uint64_t plain = entry & paging->address_bits;

	switch (paging->high) {
	case DW_HIGH_ARM64_64K:
		return plain | (entry >> 12 & 15) << 48;
	case DW_HIGH_LPA2:
		return plain | (entry >> 8 & 3) << 50;
	case DW_HIGH_PPN:
		return (entry >> 10 & 0xfffffffffffull) << 12;
	case DW_HIGH_PSE36:
	case DW_HIGH_NONE:
		break;
	}
	return plain;
}

/* The table that the entry at paddr points to; made if there is none. */
static uint64_t table_below(struct dw_pagetable *table, uint64_t paddr, unsigned level)
{
	const struct dw_paging *paging = &table->paging;
	bool is_top = level + 1 == paging->levels;
	uint64_t bits = is_top && paging->top_bits ? paging->top_bits : paging->table_bits;
	uint64_t entry = read_entry(table, paddr);

	bits |= paging->level_bits[level] |
		(paging->tells_size ? paging->index_bits[level - 1] : 0);
	if (entry == empty_entry(paging, level)) {
		entry = address_in_entry(paging, new_table(table, level - 1), false) | bits |
			table->sme_mask;
		write_entry(table, paddr, entry);
	}
	return address_of_entry(paging, entry & ~table->sme_mask);
}

/* Of an entry of that level; where it is wide, of one of several alike. */
static uint64_t leaf_bits(const struct dw_paging *paging, unsigned level, bool is_wide)
{
	uint64_t block = is_wide ? paging->wide_block_bits : paging->block_bits;
	uint64_t page = is_wide ? paging->wide_page_bits : paging->page_bits;

	return paging->level_bits[level] | (level ? block : page);
}

/* The level whose entries map pages of 2^shift bytes, alone or several together. */
static unsigned find_level(const struct dw_paging *paging, unsigned shift, bool *is_wide)
{
	for (unsigned level = 0; level < paging->levels; level++) {
		unsigned own = dw_level_shift(paging, level);

		*is_wide = shift != own;
		if (shift == own ||
		    (paging->wide_bits && level < 2 && shift == own + paging->wide_bits))
			return level;
	}
	dw_die("page tables: no page has 2^%u bytes here", shift);
}

static void map_page(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, unsigned shift)
{
	const struct dw_paging *paging = &table->paging;
	uint64_t below = table->top_paddr, entry;
	bool is_wide;
	unsigned last = find_level(paging, shift, &is_wide);

	for (unsigned level = paging->levels - 1; level > last; level--)
		below = table_below(table, entry_paddr(table, below, vaddr, level), level);
	entry = address_in_entry(paging, paddr, last) | leaf_bits(paging, last, is_wide) |
		table->sme_mask;
	table->leaf_paddr = entry_paddr(table, below, vaddr, last);
	for (unsigned i = 0; i < 1u << (is_wide ? paging->wide_bits : 0); i++)
		write_entry(table, table->leaf_paddr + i * paging->entry_size, entry);
}

void dw_pagetable_open(struct dw_pagetable *table)
{
	table->next_paddr = table->top_paddr;
	table->top_paddr = new_table(table, table->paging.levels - 1);
	table->next_paddr = dw_round_up(table->next_paddr, (uint64_t)1 << table->paging.page_shift);
}

void dw_pagetable_map(struct dw_pagetable *table, uint64_t vaddr, uint64_t paddr, uint64_t len,
		      unsigned shift)
{
	for (uint64_t done = 0; done < len; done += (uint64_t)1 << shift)
		map_page(table, vaddr + done, paddr + done, shift);
}
