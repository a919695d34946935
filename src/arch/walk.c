// SPDX-License-Identifier: GPL-2.0-or-later
/* walk.c - which physical address do page tables, described as numbers, give a virtual one? */

#include "arch/arch.h"
#include "base/checked.h"

#include <inttypes.h>

/* An aligned entry, of 4 or 8 bytes, lies in one piece. */
_Static_assert(CDM_TABLE_PIECE % 8 == 0, "an entry lies in two pieces");

/* The entry at paddr of a table of `level`: with its neighbours, or alone where they are not to be
 * had. Whoever wrote the file chose where the first table is: no kernel has one that is not aligned
 * to its entries. */
static enum cdm_status read_entry(struct cdm_translation *translation, unsigned level,
				  uint64_t paddr, uint64_t *entry, struct cdm_error *err)
{
	struct cdm_layout layout = translation->proposal.paging.entry;

	if (paddr % layout.word)
		return cdm_fail(err, CDM_CORRUPT,
				"page table of level %u: its entry at 0x%" PRIx64
				" is not aligned to %u bytes",
				level, paddr, layout.word);
	uint64_t start = paddr - paddr % CDM_TABLE_PIECE;
	uint8_t *bytes = translation->table[level].bytes;
	size_t at = (size_t)(paddr - start), got = 0;

	if (translation->table[level].paddr != start ||
	    at + layout.word > translation->table[level].len) {
		enum cdm_status st =
			cdm_dump_read(translation->dump, start, bytes, CDM_TABLE_PIECE, &got, err);

		translation->table[level].paddr = start;
		translation->table[level].len = got;
		if (st && at + layout.word > got) {
			st = cdm_dump_read(translation->dump, paddr, bytes + at, layout.word, &got,
					   err);
			translation->table[level].len = 0;
			if (st)
				return cdm_context(err, "page table of level %u", level);
		}
	}
	*entry = cdm_load_word(bytes + at, layout);
	return CDM_OK;
}

static bool matches(const struct cdm_match *match, uint64_t entry)
{
	return match->mask && (entry & match->mask) == match->value;
}

static uint64_t bits_of(uint64_t entry, uint64_t mask)
{
	return mask ? (entry & mask) / (mask & -mask) : 0;
}

static bool maps_nothing(const struct cdm_paging *paging, unsigned level, uint64_t entry)
{
	if (level == 0)
		return matches(&paging->no_page, entry);
	return matches(&paging->no_table, entry) ||
	       (paging->type_mask && bits_of(entry, paging->type_mask) != level - 1);
}

static bool is_leaf(const struct cdm_paging *paging, unsigned level, uint64_t entry)
{
	if (level == 0)
		return true;
	return (paging->leaf_levels >> level & 1) &&
	       (paging->leaf.mask ? matches(&paging->leaf, entry)
				  : !matches(&paging->table, entry));
}

/* Of the table of `level` that `above` leads to: is there the part with this index? */
static bool reaches(const struct cdm_paging *paging, unsigned level, uint64_t above, uint64_t index)
{
	if (!paging->last_mask || level == 0 || level + 1 == paging->levels)
		return true;
	uint64_t quarter = index >> (paging->index_bits[level] - 2);

	return quarter >= bits_of(above, paging->first_mask) &&
	       quarter <= bits_of(above, paging->last_mask);
}

/* How many bits of an address a leaf leaves as they are; `shift` for an entry of its own. */
static unsigned leaf_shift(const struct cdm_paging *paging, unsigned level, uint64_t entry,
			   unsigned shift)
{
	return level < 2 && matches(&paging->wide[level], entry) ? shift + paging->wide_bits
								 : shift;
}

/* The physical address in an entry. */
static uint64_t address_in(const struct cdm_paging *paging, uint64_t entry, bool is_large)
{
	uint64_t paddr = entry & paging->address_mask;

	if (paging->high_mask && (is_large || !paging->high_in_leaves))
		paddr |= (entry & paging->high_mask) << paging->high_shift;
	return paddr;
}

static enum cdm_status not_mapped(uint64_t vaddr, uint64_t entry, unsigned level,
				  struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_UNMAPPED,
			"virtual address 0x%" PRIx64 " is not mapped: entry 0x%" PRIx64
			" of level %u",
			vaddr, entry, level);
}

enum cdm_status cdm_walk(struct cdm_translation *translation, uint64_t vaddr,
			 struct cdm_extent *out, struct cdm_error *err)
{
	const struct cdm_paging *paging = &translation->proposal.paging;
	uint64_t table = translation->proposal.root_paddr, entry = 0;
	unsigned shift = paging->page_shift;
	enum cdm_status st;

	for (unsigned level = 0; level + 1 < paging->levels; level++)
		shift += paging->index_bits[level];
	for (unsigned level = paging->levels; level-- > 0;) {
		uint64_t index = vaddr >> shift & (((uint64_t)1 << paging->index_bits[level]) - 1);
		uint64_t at;

		if (!reaches(paging, level, entry, index))
			return not_mapped(vaddr, entry, level + 1, err);
		if (cdm_add_mul(table, index, paging->entry.word, &at))
			return cdm_fail(err, CDM_ERR_UNMAPPED, "page table at 0x%" PRIx64, table);
		st = read_entry(translation, level, at, &entry, err);
		if (st)
			return st;
		if (maps_nothing(paging, level, entry))
			return not_mapped(vaddr, entry, level, err);
		bool leaf = is_leaf(paging, level, entry);

		table = address_in(paging, entry, leaf && level > 0);
		if (translation->dump->has_machine_frames &&
		    (st = cdm_dump_from_machine(translation->dump, table, &table, err)))
			return st;
		if (leaf) {
			uint64_t size = (uint64_t)1 << leaf_shift(paging, level, entry, shift);

			/* Low address bits of a large page's entry are flags (x86: PAT). */
			out->vaddr = vaddr & ~(size - 1);
			out->paddr = table & ~(size - 1);
			out->len = size;
			return CDM_OK;
		}
		shift -= level ? paging->index_bits[level - 1] : 0;
	}
	return cdm_fail(err, CDM_ERR_UNMAPPED, "virtual address 0x%" PRIx64 " is not mapped",
			vaddr);
}
