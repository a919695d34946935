// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_lockless.c - where in memory is a printk_ringbuffer, if nothing says it?
 *
 * The first walk finds arrays of descriptors (a state, an id and two positions; ids rise by one) and
 * of infos (numbers rise by one, with plausible times and lengths). Ids are numbers less the
 * descriptors there are room for, modulo 2^30 at least: two arrays that agree in that are a ring,
 * and each slot's place follows. The second walk looks for blocks of text by their ids; the positions
 * in the descriptors then say where the text ring begins and how large it is. */

#include "base/checked.h"
#include "printk/carve.h"
#include "printk/carve_seeds.h"

#include <stdlib.h>

#define ID_BITS_IN_COMMON ((UINT64_C(1) << 30) - 1) /* of all word sizes and releases */

/* An info that begins a run: none of these bounds is the kernel's, all of them hold for what it
 * writes. */
#define MAX_SEED_SEQ (UINT64_C(1) << 40)
#define MAX_SEED_TS (UINT64_C(1) << 60) /* 36 years */
#define MAX_SEED_TEXT 8192
#define N_FACILITIES 24
#define DESCRIPTORS_SEEN 48 /* bytes of two */
#define MIN_INFO 80
#define MAX_INFO 160
#define INFO_BEGIN 24    /* bytes of what is the same in all infos */
#define DEVICE_LEN 64    /* dev_info ... */
#define SUBSYSTEM_LEN 16 /* ... and its first name */
#define I386_INFO 108    /* with the execution context of 7.0: no multiple of 8 */

#define RECORDS_OF_A_LOG 2 /* that fit: less may be chance */
#define TEXT_SEEN 32       /* bytes of each that have to be text */
#define SAMPLES 16         /* records over all of the ring, by which its text is judged */
#define OFFSETS_TRIED 8    /* two are right: before and behind the ring's end */
#define NEIGHBOURS 8       /* blocks that are looked at when one was found */

/* A ring on its way to a find. */
struct candidate {
	struct cdm_lockless_ring ring;
	struct cdm_layout layout;
	uint64_t n_records;
	uint64_t oldest_id, newest_id;
	uint64_t span;      /* from the one to the other */
	uint64_t some_lpos; /* of the ring: positions are counted on from it, over 2^32 too */
	bool has_text;      /* all of it, as far as can be seen */
	unsigned goodness;  /* samples whose text is where the ring's numbers say */
	uint64_t tried[OFFSETS_TRIED]; /* of blocks from their positions */
	unsigned n_tried;
};

struct finder {
	struct cdm_carve *carve;
	struct cdm_window descs, infos, text;
	struct cdm_seeds desc_seeds, info_seeds;
	uint64_t descs_done, infos_done; /* addresses up to which an array was followed */
	struct candidate candidates[CDM_MAX_CARVED];
	unsigned n_candidates;
};

/* ---- the first walk ---- */

static uint64_t id_mask(struct cdm_layout layout)
{
	return (layout.word == 4 ? (uint64_t)UINT32_MAX : UINT64_MAX) >> 2;
}

static enum cdm_descriptor_kind {
	NO_RECORD,
	RECORD
} kind_of(uint64_t state_variable, struct cdm_layout layout)
{
	unsigned state = (unsigned)(state_variable >> (layout.word * 8 - 2));

	return state == 1 || state == 2 ? RECORD : NO_RECORD;
}

/* Positions are aligned, or both odd where there is no text. */
static bool has_positions(const uint8_t *raw, struct cdm_layout layout)
{
	uint64_t begin = cdm_load_word(raw + layout.word, layout);
	uint64_t next = cdm_load_word(raw + 2 * layout.word, layout);

	return begin & 1 ? begin == next && begin <= 3
			 : !(begin % layout.word) && !(next % layout.word) && begin != next;
}

/* Follows an array by its numbers from an element on. */
static uint64_t follow(struct cdm_window *window, const struct cdm_seed *from, uint8_t width,
		       uint64_t mask)
{
	struct cdm_layout as = { from->layout.big_endian, width };
	struct cdm_error unused;
	uint64_t n = 0, limit = UINT64_C(1) << CDM_MAX_COUNT_BITS;

	for (; n < limit; n++) {
		uint64_t paddr = from->paddr + n * from->stride;
		const uint8_t *raw = cdm_window_get(window, paddr, width, UINT64_MAX, &unused);

		if (!raw || (cdm_load_word(raw, as) & mask) != ((from->number + n) & mask))
			break;
	}
	return n;
}

/* Are these three descriptors in a row, the first two of records? */
static void try_descriptors(struct finder *finder, const uint8_t *raw, uint64_t paddr,
			    struct cdm_layout layout)
{
	uint32_t stride = 3u * layout.word;
	uint64_t mask = id_mask(layout);
	uint64_t first = cdm_load_word(raw, layout), second = cdm_load_word(raw + stride, layout);

	if (kind_of(first, layout) != RECORD || kind_of(second, layout) != RECORD ||
	    (second & mask) != ((first + 1) & mask) || !has_positions(raw, layout) ||
	    !has_positions(raw + stride, layout))
		return;
	struct cdm_seed run = { layout, stride, paddr, first & mask, 0 };

	run.n = follow(&finder->descs, &run, layout.word, mask);
	finder->descs_done = paddr + run.n * stride;
	cdm_seeds_add(&finder->desc_seeds, &run);
}

static bool is_name(const uint8_t *at, size_t room)
{
	for (size_t i = 0; i < room && at[i]; i++)
		if (at[i] < 0x20 || at[i] > 0x7e)
			return false;
	return true;
}

/* Names of a subsystem and a device, where infos of this size have them. */
static bool has_names(const uint8_t *raw, uint32_t size)
{
	uint32_t at = cdm_lockless_device_at(size);

	return at == 0 || (is_name(raw + at, SUBSYSTEM_LEN) &&
			   is_name(raw + at + SUBSYSTEM_LEN, DEVICE_LEN - SUBSYSTEM_LEN));
}

static bool begins_info(const uint8_t *raw, struct cdm_layout layout)
{
	return cdm_load_u64(raw + 8, layout) < MAX_SEED_TS &&
	       cdm_load_u16(raw + 16, layout) <= MAX_SEED_TEXT && raw[18] < N_FACILITIES;
}

static bool follows(const uint8_t *raw, uint32_t stride, struct cdm_layout layout)
{
	const uint8_t *next = raw + stride;

	return cdm_load_u64(next, layout) == cdm_load_u64(raw, layout) + 1 &&
	       begins_info(next, layout) && has_names(raw, stride);
}

static void try_infos(struct finder *finder, const uint8_t *raw, size_t len, uint64_t paddr,
		      bool big_endian)
{
	struct cdm_layout layout = { big_endian, 8 };

	if (!begins_info(raw, layout))
		return;
	for (uint32_t stride = MIN_INFO; stride <= MAX_INFO; stride += 8) {
		uint32_t sizes[] = { stride, I386_INFO };

		for (unsigned i = 0; i < (stride == MIN_INFO ? 2 : 1); i++) {
			if (sizes[i] + INFO_BEGIN > len || !follows(raw, sizes[i], layout))
				continue;
			struct cdm_seed run = { layout, sizes[i], paddr, cdm_load_u64(raw, layout),
						0 };

			run.n = follow(&finder->infos, &run, 8, UINT64_MAX);
			finder->infos_done = paddr + run.n * sizes[i];
			cdm_seeds_add(&finder->info_seeds, &run);
			return;
		}
	}
}

static const struct cdm_layout little64 = { false, 8 }, big64 = { true, 8 };
static const struct cdm_layout little32 = { false, 4 }, big32 = { true, 4 };

/* Is this a state variable that says "finalized", and the next one the same of the next id? */
static inline bool rises(const uint8_t *raw, uint64_t first, struct cdm_layout layout)
{
	return first >> (layout.word * 8 - 2) == 2 &&
	       cdm_load_word(raw + 3u * layout.word, layout) == first + 1;
}

static inline void look_for_descriptors(struct finder *finder, const uint8_t *raw, uint64_t paddr,
					uint64_t word)
{
	uint64_t swapped = __builtin_bswap64(word);

	if (rises(raw, word, little64))
		try_descriptors(finder, raw, paddr, little64);
	if (rises(raw, swapped, big64))
		try_descriptors(finder, raw, paddr, big64);
	if (rises(raw, word & UINT32_MAX, little32))
		try_descriptors(finder, raw, paddr, little32);
	if (rises(raw, swapped >> 32, big32))
		try_descriptors(finder, raw, paddr, big32);
}

static inline void look_at(struct finder *finder, const uint8_t *raw, size_t len, uint64_t paddr,
			   uint64_t word)
{
	if (paddr >= finder->descs_done && len >= DESCRIPTORS_SEEN)
		look_for_descriptors(finder, raw, paddr, word);
	if (paddr < finder->infos_done || len < MIN_INFO + INFO_BEGIN)
		return;
	if (word < MAX_SEED_SEQ)
		try_infos(finder, raw, len, paddr, false);
	if (!(word & 0xffffff))
		try_infos(finder, raw, len, paddr, true);
}

static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	static const struct cdm_layout little = { false, 8 };
	struct finder *finder = priv;

	(void)err;
	for (size_t pos = -piece->paddr & 7; pos < piece->n_places && piece->len - pos >= 8;
	     pos += 8) {
		uint64_t word = cdm_load_u64(piece->bytes + pos, little);

		if (word)
			look_at(finder, piece->bytes + pos, piece->len - pos, piece->paddr + pos,
				word);
	}
	return CDM_OK;
}

/* ---- two arrays that are a ring ---- */

static const uint8_t *descriptor_of(struct finder *finder, const struct candidate *candidate,
				    uint64_t id)
{
	const struct cdm_lockless_ring *ring = &candidate->ring;
	uint64_t slot = id & (ring->count - 1);
	struct cdm_error unused;

	return cdm_window_get(&finder->descs, ring->descs_vaddr + slot * ring->fields[DESC_SIZE],
			      ring->fields[DESC_SIZE],
			      ring->descs_vaddr + ring->count * ring->fields[DESC_SIZE], &unused);
}

static const uint8_t *info_of(struct finder *finder, const struct candidate *candidate,
			      uint64_t slot)
{
	const struct cdm_lockless_ring *ring = &candidate->ring;
	struct cdm_error unused;

	return cdm_window_get(&finder->infos, ring->infos_vaddr + slot * ring->fields[INFO_SIZE],
			      INFO_BEGIN, ring->infos_vaddr + ring->count * ring->fields[INFO_SIZE],
			      &unused);
}

static bool read_seq(struct finder *finder, const struct candidate *candidate, uint64_t slot,
		     uint64_t *seq)
{
	const uint8_t *raw = info_of(finder, candidate, slot);

	if (raw)
		*seq = cdm_load_u64(raw, candidate->layout);
	return raw != NULL;
}

/* The id in a slot, if a record is there and its info agrees. */
static bool slot_agrees(struct finder *finder, const struct candidate *candidate, uint64_t slot,
			uint64_t *id, uint64_t *seq)
{
	const uint8_t *raw = descriptor_of(finder, candidate, slot);
	uint64_t count = candidate->ring.count;

	if (!raw)
		return false;
	uint64_t state = cdm_load_word(raw, candidate->layout);

	*id = state & candidate->ring.id_mask;
	return kind_of(state, candidate->layout) == RECORD && (*id & (count - 1)) == slot &&
	       read_seq(finder, candidate, slot, seq) &&
	       ((*seq - *id - count) & ID_BITS_IN_COMMON) == 0;
}

/* Counts the records whose two halves agree, and finds the oldest and the newest. */
static void survey(struct finder *finder, struct candidate *candidate)
{
	struct cdm_lockless_ring *ring = &candidate->ring;
	uint64_t half = ring->id_mask / 2, id, seq;

	for (uint64_t slot = 0; slot < ring->count; slot++) {
		if (!slot_agrees(finder, candidate, slot, &id, &seq))
			continue;
		if (!candidate->n_records++)
			candidate->oldest_id = candidate->newest_id = id;
		if (((id - candidate->newest_id) & ring->id_mask) < half)
			candidate->newest_id = id;
		if (((candidate->oldest_id - id) & ring->id_mask) < half)
			candidate->oldest_id = id;
		ring->known_id = id;
		ring->known_seq = seq;
	}
	candidate->span = (candidate->newest_id - candidate->oldest_id) & ring->id_mask;
	/* What an older lap left behind is no part of the log. */
	if (candidate->span >= ring->count) {
		candidate->span = ring->count - 1;
		candidate->oldest_id = (candidate->newest_id - candidate->span) & ring->id_mask;
	}
	ring->head_id = candidate->newest_id;
	ring->tail_id = candidate->oldest_id;
}

/* Have the info and the descriptor of one slot the numbers of one record? Where a page of the infos is
 * missing, that is asked of the slot of their first. */
static bool agree(struct finder *finder, const struct candidate *candidate,
		  const struct cdm_seed *descs, const struct cdm_seed *infos)
{
	uint64_t count = candidate->ring.count, seq = infos->number, id = descs->number;

	if (!read_seq(finder, candidate, id & (count - 1), &seq)) {
		const uint8_t *raw = descriptor_of(finder, candidate, seq);

		if (!raw)
			return false;
		id = cdm_load_word(raw, candidate->layout) & candidate->ring.id_mask;
	}
	return ((seq - id - count) & ID_BITS_IN_COMMON) == 0;
}

/* Would the two be the arrays of a ring with so many descriptors? */
static bool fit(struct finder *finder, const struct cdm_seed *descs, const struct cdm_seed *infos,
		uint64_t count, struct candidate *candidate)
{
	struct cdm_lockless_ring *ring = &candidate->ring;
	uint64_t desc_slot = descs->number & (count - 1), info_slot = infos->number & (count - 1);

	if (desc_slot * descs->stride > descs->paddr || info_slot * infos->stride > infos->paddr)
		return false;
	*candidate = (struct candidate){ .layout = descs->layout };
	cdm_lockless_assume_fields(ring, descs->layout.word, infos->stride);
	ring->count = count;
	ring->descs_vaddr = descs->paddr - desc_slot * descs->stride;
	ring->infos_vaddr = infos->paddr - info_slot * infos->stride;
	return agree(finder, candidate, descs, infos);
}

static bool is_known(const struct finder *finder, const struct candidate *candidate)
{
	for (unsigned i = 0; i < finder->n_candidates; i++)
		if (finder->candidates[i].ring.descs_vaddr == candidate->ring.descs_vaddr &&
		    finder->candidates[i].ring.infos_vaddr == candidate->ring.infos_vaddr &&
		    finder->candidates[i].ring.count == candidate->ring.count)
			return true;
	return false;
}

static void keep(struct finder *finder, const struct candidate *candidate)
{
	struct candidate *poorest = &finder->candidates[0];

	if (finder->n_candidates < CDM_MAX_CARVED) {
		finder->candidates[finder->n_candidates++] = *candidate;
		return;
	}
	for (unsigned i = 1; i < CDM_MAX_CARVED; i++)
		if (finder->candidates[i].n_records < poorest->n_records)
			poorest = &finder->candidates[i];
	if (poorest->n_records < candidate->n_records)
		*poorest = *candidate;
}

/* The ring that two arrays make, if it has more records than the best so far. */
static void pair(struct finder *finder, const struct cdm_seed *descs, const struct cdm_seed *infos,
		 struct candidate *best)
{
	struct candidate candidate;

	if (descs->layout.big_endian != infos->layout.big_endian)
		return;
	for (unsigned bits = CDM_MIN_COUNT_BITS; bits <= CDM_MAX_COUNT_BITS; bits++) {
		if (!fit(finder, descs, infos, UINT64_C(1) << bits, &candidate))
			continue;
		survey(finder, &candidate);
		if (candidate.n_records > best->n_records)
			*best = candidate;
	}
}

static bool conclude(void *priv)
{
	struct finder *finder = priv;

	for (unsigned i = 0; i < finder->desc_seeds.n; i++) {
		struct candidate best = { 0 };

		for (unsigned j = 0; j < finder->info_seeds.n; j++)
			pair(finder, &finder->desc_seeds.seeds[i], &finder->info_seeds.seeds[j],
			     &best);
		if (best.n_records >= RECORDS_OF_A_LOG && !is_known(finder, &best))
			keep(finder, &best);
	}
	return finder->n_candidates > 0;
}

/* ---- the second walk: its text ---- */

/* A position as a number of 64 bits: positions of 32 bits that are below and above 0 stay near to each
 * other. */
static uint64_t widen(const struct candidate *candidate, uint64_t lpos)
{
	uint64_t ahead = (lpos - candidate->some_lpos) & candidate->ring.lpos_mask;

	if (ahead > candidate->ring.lpos_mask / 2)
		ahead -= candidate->ring.lpos_mask + 1;
	return candidate->some_lpos + ahead;
}

/* The positions of a record that has text. */
static bool read_positions(struct finder *finder, const struct candidate *candidate, uint64_t id,
			   uint64_t *begin, uint64_t *next)
{
	struct cdm_layout layout = candidate->layout;
	const uint8_t *raw = descriptor_of(finder, candidate, id & candidate->ring.id_mask);

	if (!raw)
		return false;
	uint64_t state = cdm_load_word(raw, layout);

	*begin = widen(candidate, cdm_load_word(raw + layout.word, layout));
	*next = widen(candidate, cdm_load_word(raw + 2 * layout.word, layout));
	return kind_of(state, layout) == RECORD && !(*begin & 1) && *begin % layout.word == 0 &&
	       ((state ^ id) & candidate->ring.id_mask) == 0;
}

static bool is_text(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < 0x20 && !(at[i] >= '\t' && at[i] <= '\r') && at[i] != 0x1b)
			return false;
	return true;
}

/* The first bytes of the text that a record has by its info; 0: none, or its length is not known. */
static size_t begin_of_text(struct finder *finder, const struct candidate *candidate, uint64_t id)
{
	const uint8_t *info = info_of(finder, candidate, id & (candidate->ring.count - 1));

	return info ? (size_t)cdm_min(cdm_load_u16(info + 16, candidate->layout), TEXT_SEEN) : 0;
}

/* Does the block of a record stand as far from its position as `offset` says? */
static bool block_is_at(struct finder *finder, const struct candidate *candidate, uint64_t id,
			uint64_t offset)
{
	uint8_t word = candidate->layout.word;
	struct cdm_error unused;
	uint64_t begin, next;

	id &= candidate->ring.id_mask;
	if (!read_positions(finder, candidate, id, &begin, &next))
		return false;
	size_t len = begin_of_text(finder, candidate, id);
	uint64_t paddr = begin + offset;
	const uint8_t *raw =
		cdm_window_get(&finder->text, paddr, word + len, paddr + 4 * CDM_KIB, &unused);

	return raw && len && cdm_load_word(raw, candidate->layout) == id &&
	       is_text(raw + word, len);
}

/* Other arrays may rise by one, too, as far apart as blocks of equal length: some around it have to
 * be there, half of those that the log has on one side. */
static bool has_neighbours(struct finder *finder, const struct candidate *candidate, uint64_t id,
			   uint64_t offset)
{
	uint64_t needed = cdm_max(1, cdm_min(NEIGHBOURS, candidate->n_records) / 2), n = 0;

	for (unsigned i = 1; i <= NEIGHBOURS && n < needed; i++) {
		n += block_is_at(finder, candidate, id + i, offset);
		n += block_is_at(finder, candidate, id - i, offset);
	}
	return n >= needed && block_is_at(finder, candidate, id, offset);
}

/* The first records from one end of the ring whose block is where `offset` says, or none. */
static bool end_is_at(struct finder *finder, const struct candidate *candidate, bool newest,
		      uint64_t offset)
{
	for (unsigned i = 0; i < NEIGHBOURS; i++)
		if (block_is_at(finder, candidate,
				newest ? candidate->newest_id - i : candidate->oldest_id + i,
				offset))
			return true;
	return false;
}

/* Where the ring's text goes over its end, blocks stand a ring's size nearer: its size, if that is
 * seen; else 0. */
static uint64_t size_by_laps(struct finder *finder, const struct candidate *candidate,
			     uint64_t offset)
{
	bool has_oldest = end_is_at(finder, candidate, false, offset);
	bool has_newest = end_is_at(finder, candidate, true, offset);

	for (unsigned bits = CDM_MIN_TEXT_BITS; bits <= CDM_MAX_TEXT_BITS; bits++) {
		uint64_t size = UINT64_C(1) << bits;

		if ((!has_oldest && end_is_at(finder, candidate, false, offset + size)) ||
		    (!has_newest && end_is_at(finder, candidate, true, offset - size)))
			return size;
	}
	return 0;
}

/* The positions that the ring's records take; false: no record with text at one of the ends. */
static bool find_extent(struct finder *finder, const struct candidate *candidate,
			struct cdm_lockless_ring *ring)
{
	uint64_t unused;
	bool has_oldest = false, has_newest = false;

	for (uint64_t i = 0; i <= candidate->span && !has_oldest; i++)
		has_oldest = read_positions(finder, candidate, candidate->oldest_id + i,
					    &ring->tail_lpos, &unused);
	for (uint64_t i = 0; i <= candidate->span && !has_newest; i++)
		has_newest = read_positions(finder, candidate, candidate->newest_id - i, &unused,
					    &ring->head_lpos);
	ring->tail_lpos &= ring->lpos_mask;
	ring->head_lpos &= ring->lpos_mask;
	return has_oldest && has_newest;
}

/* The smallest ring that these positions lie in without going over its end. */
static uint64_t size_in_one_lap(const struct cdm_lockless_ring *ring)
{
	uint64_t last = (ring->head_lpos - 1) & ring->lpos_mask;
	uint64_t whole = -ring->tail_lpos & ring->lpos_mask;
	uint64_t size = UINT64_C(1) << CDM_MIN_TEXT_BITS;

	/* Positions begin a ring's size before 0. */
	if (cdm_lockless_seq(ring, ring->tail_id) == 0 && cdm_is_power_of_two(whole) &&
	    whole >= size && whole <= UINT64_C(1) << CDM_MAX_TEXT_BITS)
		return whole;
	while (size < UINT64_C(1) << CDM_MAX_TEXT_BITS &&
	       ((ring->tail_lpos ^ last) & ring->lpos_mask & ~(size - 1)))
		size *= 2;
	return size;
}

/* Does a record's text stand where the ring's numbers say? */
static bool has_text_of(struct finder *finder, const struct candidate *candidate,
			const struct cdm_lockless_ring *ring, uint64_t id)
{
	struct cdm_block block;
	uint64_t begin, next;

	if (!read_positions(finder, candidate, id, &begin, &next) ||
	    cdm_lockless_block(ring, candidate->layout.word, begin & ring->lpos_mask,
			       next & ring->lpos_mask, &block) != CDM_BLOCK_DATA)
		return false;
	return block_is_at(finder, candidate, id, ring->text_vaddr + block.at - begin);
}

/* Copies of a log, of early boot or an older one, have the first texts at the same positions: those
 * that more of the samples fit are the ring's. */
static void judge_text(struct finder *finder, struct candidate *candidate,
		       const struct cdm_lockless_ring *ring)
{
	unsigned seen = 0, good = 0;
	uint64_t unused, id;

	for (unsigned i = 0; i < SAMPLES; i++) {
		id = candidate->oldest_id + candidate->span * i / (SAMPLES - 1);
		if (!read_positions(finder, candidate, id, &unused, &unused) ||
		    !begin_of_text(finder, candidate, id))
			continue;
		seen++;
		good += has_text_of(finder, candidate, ring, id);
	}
	if (good <= candidate->goodness)
		return;
	candidate->ring = *ring;
	candidate->goodness = good;
	candidate->has_text = good == seen;
}

static bool was_tried(struct candidate *candidate, uint64_t offset)
{
	for (unsigned i = 0; i < cdm_min(candidate->n_tried, OFFSETS_TRIED); i++)
		if (candidate->tried[i] == offset)
			return true;
	return false;
}

/* A block with one of the ring's ids stands at paddr: from its position follows all else. */
static void try_block(struct finder *finder, struct candidate *candidate, uint64_t id,
		      uint64_t paddr)
{
	struct cdm_lockless_ring ring = candidate->ring;
	uint64_t begin, next;

	candidate->some_lpos = 0;
	if (!read_positions(finder, candidate, id, &begin, &next))
		return;
	candidate->some_lpos = begin;
	if (was_tried(candidate, paddr - begin) ||
	    !has_neighbours(finder, candidate, id, paddr - begin) ||
	    !find_extent(finder, candidate, &ring))
		return;
	candidate->tried[candidate->n_tried++ % OFFSETS_TRIED] = paddr - begin;
	ring.text_size = size_by_laps(finder, candidate, paddr - begin);
	if (!ring.text_size)
		ring.text_size = size_in_one_lap(&ring);
	ring.text_vaddr = paddr - (begin & (ring.text_size - 1));
	judge_text(finder, candidate, &ring);
}

static void try_word(struct finder *finder, struct candidate *candidate, const uint8_t *raw,
		     uint64_t paddr)
{
	uint64_t id = cdm_load_word(raw, candidate->layout);

	if (id <= candidate->ring.id_mask && is_text(raw + candidate->layout.word, 1) &&
	    ((id - candidate->oldest_id) & candidate->ring.id_mask) <= candidate->span)
		try_block(finder, candidate, id, paddr);
}

static bool look_again(void *priv, const struct cdm_piece *piece)
{
	struct finder *finder = priv;
	bool wanted = false;

	for (unsigned i = 0; i < finder->n_candidates; i++) {
		struct candidate *candidate = &finder->candidates[i];
		uint8_t word = candidate->layout.word;

		for (size_t pos = (size_t)(-piece->paddr & (word - 1u));
		     !candidate->has_text && pos < piece->n_places && piece->len - pos > word;
		     pos += word)
			try_word(finder, candidate, piece->bytes + pos, piece->paddr + pos);
		wanted |= !candidate->has_text;
	}
	return !wanted;
}

/* ---- the whole ---- */

static void hand_over(struct finder *finder)
{
	for (unsigned i = 0; i < finder->n_candidates; i++) {
		const struct candidate *candidate = &finder->candidates[i];
		struct cdm_carved find = { .shape = &cdm_shape_lockless,
					   .layout = candidate->layout,
					   .n_records = candidate->n_records };

		find.ring.lockless = candidate->ring;
		if (candidate->goodness)
			cdm_carve_add(finder->carve, &find);
	}
}

static enum cdm_status begin(struct cdm_carve *carve, void **priv, struct cdm_error *err)
{
	struct finder *finder = calloc(1, sizeof(*finder));
	enum cdm_status st;

	if (!finder)
		return cdm_fail_memory(err, "carving");
	finder->carve = carve;
	*priv = finder;
	if ((st = cdm_window_open(&finder->descs, carve->kernel, CDM_CARVE_WINDOW, err)) ||
	    (st = cdm_window_open(&finder->infos, carve->kernel, CDM_CARVE_WINDOW, err)) ||
	    (st = cdm_window_open(&finder->text, carve->kernel, CDM_CARVE_WINDOW, err)))
		return st;
	return CDM_OK;
}

static void end(void *priv)
{
	struct finder *finder = priv;

	hand_over(finder);
	cdm_window_close(&finder->descs);
	cdm_window_close(&finder->infos);
	cdm_window_close(&finder->text);
	free(finder);
}

static enum cdm_status open_find(struct cdm_kernel *kernel, const struct cdm_carved *find,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	return cdm_lockless_open_carved(kernel, &find->ring.lockless, damage, priv, err);
}

const struct cdm_shape cdm_shape_lockless = {
	.generation = &cdm_ring_lockless,
	.rank = CDM_SHAPE_RECORDS,
	.begin = begin,
	.look = look,
	.conclude = conclude,
	.look_again = look_again,
	.end = end,
	.open = open_find,
};
