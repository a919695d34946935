// SPDX-License-Identifier: GPL-2.0-or-later
/* segments.c - which bytes of an ELF core hold a physical address? */

#include "config.h"

#include "base/checked.h"
#include "formats/segments.h"

#include <inttypes.h>
#include <stdlib.h>

#define PT_LOAD 1
#define ENTRY_64 56
#define ENTRY_32 32
#define MAX_ENTRY 256 /* e_phentsize of any use */

/* Physical addresses that a group of blocks covers: [start, end), file-backed or not. */
struct hull {
	uint64_t start, end;
};

struct cdm_segments {
	struct cdm_segment_table table;
	uint64_t per_hull; /* headers summarised by one hull: a multiple of CDM_SEGMENT_BLOCK */
	unsigned n_hulls;
	struct hull hulls[CDM_SEGMENT_BLOCKS];
	uint64_t decoded_at; /* number of the first header in `decoded` */
	unsigned n_decoded;
	struct cdm_segment decoded[CDM_SEGMENT_BLOCK];
};

/* The addresses and sizes follow p_type, each a word: in ELF64 p_flags fills the first one up, in
 * ELF32 it stands behind them. raw holds entry_size bytes, which is enough for the class. */
static struct cdm_segment decode(const struct cdm_segment_table *table, const uint8_t *raw)
{
	struct cdm_layout layout = table->layout;
	struct cdm_segment segment = {
		.type = cdm_load_u32(raw, layout),
		.offset = cdm_load_word(raw + layout.word, layout),
		.vaddr = cdm_load_word(raw + 2 * layout.word, layout),
		.paddr = cdm_load_word(raw + 3 * layout.word, layout),
		.file_size = cdm_load_word(raw + 4 * layout.word, layout),
		.memory_size = cdm_load_word(raw + 5 * layout.word, layout),
	};

	if (table->by_vaddr)
		segment.paddr = segment.vaddr;
	segment.file_size = cdm_min(segment.file_size, segment.memory_size);
	return segment;
}

static bool has_memory(const struct cdm_segment_table *table, const struct cdm_segment *segment)
{
	return segment->type == PT_LOAD && segment->memory_size > 0 &&
	       cdm_segment_has_paddr(segment, table->is_64);
}

/* n raw entries from number `first` on, into buf, or from the head of the file; fewer at the
 * file's end. */
static enum cdm_status read_entries(const struct cdm_segment_table *table, uint64_t first,
				    unsigned n, uint8_t *buf, struct cdm_bytes *raw,
				    struct cdm_error *err)
{
	uint64_t at;
	uint64_t len = (uint64_t)n * table->entry_size;
	size_t got = 0;

	if (cdm_add_mul(table->at, first, table->entry_size, &at))
		return cdm_fail(err, CDM_CORRUPT,
				"program header %" PRIu64 " lies behind 2^64 bytes", first);
	if (cdm_slice(table->head, at, len, raw))
		return CDM_OK;
	enum cdm_status st = cdm_source_read(table->source, at, buf, (size_t)len, &got, err);

	if (st && st != CDM_TRUNCATED)
		return cdm_context(err, "program header %" PRIu64, first);
	*raw = (struct cdm_bytes){ buf, got - got % table->entry_size };
	return CDM_OK;
}

/* Decodes the block of headers that begins with number `first`, unless it is there. */
static enum cdm_status load_block(struct cdm_segments *segments, uint64_t first,
				  struct cdm_error *err)
{
	const struct cdm_segment_table *table = &segments->table;
	unsigned n = (unsigned)cdm_min(CDM_SEGMENT_BLOCK, table->count - first);
	struct cdm_bytes raw = { 0 };

	if (segments->n_decoded && segments->decoded_at == first)
		return CDM_OK;
	uint8_t *buf = malloc((size_t)n * table->entry_size);

	if (!buf)
		return cdm_fail_memory(err, "program headers");
	enum cdm_status st = read_entries(table, first, n, buf, &raw, err);

	segments->n_decoded = 0;
	segments->decoded_at = first;
	for (size_t pos = 0; !st && pos < raw.len; pos += table->entry_size)
		segments->decoded[segments->n_decoded++] = decode(table, raw.at + pos);
	free(buf);
	return st;
}

static void widen(struct hull *hull, const struct cdm_segment *segment)
{
	hull->start = cdm_min(hull->start, segment->paddr);
	hull->end = cdm_max(hull->end, cdm_end_of(segment->paddr, segment->memory_size));
}

static enum cdm_status visit_block(struct cdm_segments *segments, uint64_t first,
				   cdm_on_segment *on_segment, void *context, struct cdm_error *err)
{
	struct hull *hull = &segments->hulls[first / segments->per_hull];
	enum cdm_status st;

	for (unsigned i = 0; i < segments->n_decoded; i++) {
		const struct cdm_segment *segment = &segments->decoded[i];

		if (has_memory(&segments->table, segment))
			widen(hull, segment);
		st = on_segment(context, segment, err);
		if (st)
			return st;
	}
	return CDM_OK;
}

static enum cdm_status visit_all(struct cdm_segments *segments, cdm_on_segment *on_segment,
				 void *context, bool *cut, struct cdm_error *err)
{
	uint64_t count = segments->table.count;
	enum cdm_status st;

	*cut = false;
	for (uint64_t first = 0; first < count && !*cut; first += CDM_SEGMENT_BLOCK) {
		if ((st = load_block(segments, first, err)) ||
		    (st = visit_block(segments, first, on_segment, context, err)))
			return st;
		*cut = segments->n_decoded < cdm_min(CDM_SEGMENT_BLOCK, count - first);
	}
	return CDM_OK;
}

enum cdm_status cdm_segments_new(const struct cdm_segment_table *table, cdm_on_segment *on_segment,
				 void *context, bool *cut, struct cdm_segments **out,
				 struct cdm_error *err)
{
	uint32_t least = table->is_64 ? ENTRY_64 : ENTRY_32;

	if (table->entry_size < least || table->entry_size > MAX_ENTRY)
		return cdm_fail(err, CDM_CORRUPT, "e_phentsize is %" PRIu32 ", not %" PRIu32,
				table->entry_size, least);
	if (table->count > CDM_MAX_SEGMENTS)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"%" PRIu64 " program headers, at most %u are read", table->count,
				CDM_MAX_SEGMENTS);
	/* 20 kB of tables, mostly unused: they are not cleared. */
	struct cdm_segments *segments = malloc(sizeof(*segments));

	if (!segments)
		return cdm_fail_memory(err, "program headers");
	segments->table = *table;
	segments->n_decoded = 0;
	uint64_t blocks = (table->count + CDM_SEGMENT_BLOCK - 1) / CDM_SEGMENT_BLOCK;

	segments->per_hull = CDM_SEGMENT_BLOCK * (blocks / CDM_SEGMENT_BLOCKS + 1);
	segments->n_hulls =
		(unsigned)((table->count + segments->per_hull - 1) / segments->per_hull);
	for (unsigned i = 0; i < segments->n_hulls; i++)
		segments->hulls[i] = (struct hull){ UINT64_MAX, 0 };
	enum cdm_status st = visit_all(segments, on_segment, context, cut, err);

	if (st) {
		cdm_segments_free(segments);
		return st;
	}
	segments->table.head = (struct cdm_bytes){ 0 };
	*out = segments;
	return CDM_OK;
}

void cdm_segments_free(struct cdm_segments *segments)
{
	free(segments);
}

/* The state of a look-up: what the segments seen so far make of paddr. */
struct search {
	uint64_t paddr;
	unsigned skip; /* file-backed segments still to pass over */
	bool found;
	struct cdm_place place;
	bool in_segment;        /* covered, though without bytes in the file */
	uint64_t next_boundary; /* the lowest start or end above paddr */
};

static void note_boundary(struct search *search, uint64_t at)
{
	if (at > search->paddr && at < search->next_boundary)
		search->next_boundary = at;
}

static void weigh(struct search *search, const struct cdm_segment *segment)
{
	uint64_t end = cdm_end_of(segment->paddr, segment->memory_size);
	uint64_t file_end = cdm_end_of(segment->paddr, segment->file_size);

	note_boundary(search, segment->paddr);
	note_boundary(search, end);
	note_boundary(search, file_end);
	if (search->paddr < segment->paddr || search->paddr >= end)
		return;
	search->in_segment = true;
	if (search->paddr >= file_end || search->found)
		return;
	if (search->skip) {
		search->skip--;
		return;
	}
	/* p_offset + the distance may wrap in a damaged header: then nothing is there. */
	if (cdm_add(segment->offset, search->paddr - segment->paddr, &search->place.offset))
		return;
	search->found = true;
	search->place.answer = CDM_OK;
	search->place.len = file_end - search->paddr;
}

static enum cdm_status search_hull(struct cdm_segments *segments, unsigned n, struct search *search,
				   struct cdm_error *err)
{
	uint64_t first = n * segments->per_hull;
	uint64_t end = cdm_min(first + segments->per_hull, segments->table.count);
	enum cdm_status st;

	for (; first < end && !search->found; first += CDM_SEGMENT_BLOCK) {
		st = load_block(segments, first, err);
		if (st)
			return st;
		for (unsigned i = 0; i < segments->n_decoded; i++)
			if (has_memory(&segments->table, &segments->decoded[i]))
				weigh(search, &segments->decoded[i]);
	}
	return CDM_OK;
}

enum cdm_status cdm_segments_find(struct cdm_segments *segments, uint64_t paddr, unsigned nth,
				  struct cdm_place *place, struct cdm_error *err)
{
	struct search search = { .paddr = paddr, .skip = nth, .next_boundary = UINT64_MAX };
	enum cdm_status st;

	for (unsigned n = 0; n < segments->n_hulls && !search.found; n++) {
		const struct hull *hull = &segments->hulls[n];

		note_boundary(&search, hull->start);
		note_boundary(&search, hull->end);
		if (paddr >= hull->start && paddr < hull->end &&
		    (st = search_hull(segments, n, &search, err)))
			return st;
	}
	if (!search.found) {
		search.place.answer = search.in_segment ? CDM_EXCLUDED : CDM_ABSENT;
		search.place.len = search.next_boundary - paddr;
	}
	*place = search.place;
	return CDM_OK;
}

/* Takes what a segment has in the file from `from` on, if that begins lower than what is there. */
static void take_lower(const struct cdm_segment *segment, uint64_t from, struct cdm_range *lowest)
{
	uint64_t begin = cdm_max(segment->paddr, from);
	uint64_t end = cdm_end_of(segment->paddr, segment->file_size);

	if (begin < end && begin < lowest->begin)
		*lowest = (struct cdm_range){ .begin = begin,
					      .end = end,
#ifndef CDM_CAPTURE /* /proc/vmcore has no holes */
					      .at = segment->offset + (begin - segment->paddr)
#endif
		};
}

enum cdm_status cdm_segments_next(struct cdm_segments *segments, uint64_t from,
				  struct cdm_range *out, struct cdm_error *err)
{
	struct cdm_range lowest = { .begin = UINT64_MAX };
	uint64_t count = segments->table.count;
	enum cdm_status st;

	for (uint64_t first = 0; first < count; first += CDM_SEGMENT_BLOCK) {
		const struct hull *hull = &segments->hulls[first / segments->per_hull];

		if (hull->end <= from || hull->start >= lowest.begin)
			continue;
		st = load_block(segments, first, err);
		if (st)
			return st;
		for (unsigned i = 0; i < segments->n_decoded; i++)
			if (has_memory(&segments->table, &segments->decoded[i]))
				take_lower(&segments->decoded[i], from, &lowest);
	}
	if (lowest.begin == UINT64_MAX)
		return CDM_END;
	*out = lowest;
	return CDM_OK;
}
