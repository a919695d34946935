// SPDX-License-Identifier: GPL-2.0-or-later
/* ring.c - which bytes does the kernel leave in memory when it has logged these records? */

#include "tests/dumpwriter/ring.h"

#include <string.h>

#define LOST_TEXT 1u
#define EMPTY_LINE 3u

static uint64_t count(const struct dw_ring *ring)
{
	return (uint64_t)1 << ring->count_bits;
}

/* Positions in the text ring are words that overflow. */
static uint64_t as_word(const struct dw_ring *ring, uint64_t value)
{
	return ring->word == 8 ? value : value & UINT32_MAX;
}

/* Two bits of a descriptor's state variable are its state; the rest is the id. */
static unsigned state_shift(const struct dw_ring *ring)
{
	return 8 * ring->word - 2;
}

static uint64_t as_id(const struct dw_ring *ring, uint64_t value)
{
	return value & (((uint64_t)1 << state_shift(ring)) - 1);
}

/* struct prb_desc: the state, and where the text begins and where the next one does. */
unsigned dw_ring_desc_size(const struct dw_ring *ring)
{
	return 3 * ring->word;
}

static uint64_t begin_of(const struct dw_ring *ring, uint64_t desc)
{
	return desc + ring->word;
}

static uint64_t next_of(const struct dw_ring *ring, uint64_t desc)
{
	return desc + 2 * ring->word;
}

unsigned dw_ring_desc_ring_size(const struct dw_ring *ring)
{
	return (ring->has_last_finalized ? 6 : 5) * ring->word;
}

unsigned dw_ring_header_size(const struct dw_ring *ring)
{
	return ring->desc_ring_at + dw_ring_desc_ring_size(ring) + 5 * ring->word;
}

uint64_t dw_ring_descs_size(const struct dw_ring *ring)
{
	return count(ring) * dw_ring_desc_size(ring);
}

uint64_t dw_ring_infos_size(const struct dw_ring *ring)
{
	return count(ring) * ring->info_size;
}

uint64_t dw_ring_text_size(const struct dw_ring *ring)
{
	return (uint64_t)1 << ring->size_bits;
}

static uint64_t desc_of_id(const struct dw_ring *ring, uint64_t id)
{
	return ring->descs_paddr + (id & (count(ring) - 1)) * dw_ring_desc_size(ring);
}

static uint64_t info_of_id(const struct dw_ring *ring, uint64_t id)
{
	return ring->infos_paddr + (id & (count(ring) - 1)) * ring->info_size;
}

static uint64_t id_of_seq(const struct dw_ring *ring, uint64_t seq)
{
	return as_id(ring, ring->first_id + (seq - ring->first_seq));
}

static void set_state(struct dw_ring *ring, uint64_t id, enum dw_record_state state)
{
	dw_memory_write_word(ring->memory, desc_of_id(ring, id),
			     (uint64_t)state << state_shift(ring) | id);
}

static enum dw_record_state state_of(const struct dw_ring *ring, uint64_t id)
{
	return (enum dw_record_state)(dw_memory_read_word(ring->memory, desc_of_id(ring, id)) >>
				      state_shift(ring));
}

/* Slot 0 holds record 0: id = seq - count, an int to 6.x, and a long where the infos have the
 * execution context of 7.0. */
static uint64_t id_by_rule(const struct dw_ring *ring, uint64_t seq)
{
	bool is_long = ring->info_size > 88;

	return seq + (is_long ? -count(ring) : (uint32_t)-count(ring));
}

void dw_ring_open(struct dw_ring *ring, uint64_t first_seq, uint64_t first_id, uint64_t first_lpos)
{
	uint64_t lpos = first_lpos == UINT64_MAX ? -dw_ring_text_size(ring) : first_lpos;
	uint64_t id = first_id == UINT64_MAX ? id_by_rule(ring, first_seq) : first_id;
	uint64_t desc;

	ring->first_id = as_id(ring, id);
	ring->first_seq = first_seq;
	ring->next_seq = first_seq;
	ring->head_id = as_id(ring, ring->first_id - 1);
	ring->tail_id = ring->head_id;
	ring->head_lpos = as_word(ring, lpos);
	ring->tail_lpos = ring->head_lpos;
	set_state(ring, ring->head_id, DW_REUSABLE);
	desc = desc_of_id(ring, ring->head_id);
	dw_memory_write_word(ring->memory, begin_of(ring, desc), LOST_TEXT);
	dw_memory_write_word(ring->memory, next_of(ring, desc), LOST_TEXT);
}

static uint64_t text_paddr(const struct dw_ring *ring, uint64_t lpos)
{
	return ring->text_paddr + (lpos & (dw_ring_text_size(ring) - 1));
}

static uint64_t lap_of(const struct dw_ring *ring, uint64_t lpos)
{
	return lpos >> ring->size_bits;
}

/* Does a block from begin to next have to move to the start of the ring? */
static bool block_wraps(const struct dw_ring *ring, uint64_t begin, uint64_t next)
{
	return lap_of(ring, begin) !=
	       lap_of(ring, ring->exact_fit_stays ? as_word(ring, next - 1) : next);
}

/* The record gives up its text and its slot. False while a writer still holds it. */
static bool make_reusable(struct dw_ring *ring, uint64_t id)
{
	switch (state_of(ring, id)) {
	case DW_RESERVED:
	case DW_COMMITTED:
		return false;
	case DW_FINALIZED:
		set_state(ring, id, DW_REUSABLE);
		return true;
	case DW_REUSABLE:
		return true;
	}
	return false;
}

/* Evicts text until the ring's tail is at lpos or behind it. */
static bool push_text_tail(struct dw_ring *ring, uint64_t lpos)
{
	while (as_word(ring, lpos - ring->tail_lpos - 1) < dw_ring_text_size(ring)) {
		uint64_t id = dw_memory_read_word(ring->memory, text_paddr(ring, ring->tail_lpos));

		if (!make_reusable(ring, id))
			return false;
		ring->tail_lpos =
			dw_memory_read_word(ring->memory, next_of(ring, desc_of_id(ring, id)));
	}
	return true;
}

/* Frees the oldest descriptor, and its text first. */
static bool push_desc_tail(struct dw_ring *ring)
{
	uint64_t desc = desc_of_id(ring, ring->tail_id);
	uint64_t next;

	if (!make_reusable(ring, ring->tail_id))
		return false;
	next = dw_memory_read_word(ring->memory, next_of(ring, desc));
	if (!(next & 1) && !push_text_tail(ring, next))
		return false;
	ring->tail_id = as_id(ring, ring->tail_id + 1);
	return true;
}

static bool reserve_desc(struct dw_ring *ring)
{
	uint64_t id = as_id(ring, ring->head_id + 1);

	if (ring->tail_id == as_id(ring, id - count(ring)) && !push_desc_tail(ring))
		return false;
	ring->head_id = id;
	return true;
}

static bool text_can_fit(const struct dw_ring *ring, uint64_t block_size)
{
	uint64_t size = dw_ring_text_size(ring);

	/* From 6.18 on a block takes at most half of the ring. */
	return block_size <= (ring->exact_fit_stays ? size / 2 : size - ring->word);
}

/* Reserves a text block and marks it with the id. *at is where the text goes. */
static bool reserve_text(struct dw_ring *ring, uint64_t id, size_t text_len, uint64_t *begin,
			 uint64_t *next, uint64_t *at)
{
	uint64_t size = dw_ring_text_size(ring);
	uint64_t block_size = dw_round_up(ring->word + text_len, ring->word);
	bool wraps;

	*begin = ring->head_lpos;
	*next = as_word(ring, *begin + block_size);
	wraps = block_wraps(ring, *begin, *next);
	if (wraps)
		*next = as_word(ring, (lap_of(ring, *next) << ring->size_bits) + block_size);
	if (!text_can_fit(ring, block_size) || !push_text_tail(ring, as_word(ring, *next - size)))
		return false;
	ring->head_lpos = *next;
	dw_memory_write_word(ring->memory, text_paddr(ring, *begin), id);
	*at = wraps ? ring->text_paddr : text_paddr(ring, *begin);
	dw_memory_write_word(ring->memory, *at, id);
	*at += ring->word;
	return true;
}

static void write_text(struct dw_ring *ring, const struct dw_record *record)
{
	uint64_t desc = desc_of_id(ring, ring->head_id);
	uint64_t begin = LOST_TEXT;
	uint64_t next = LOST_TEXT;
	uint64_t at;

	if (record->place == DW_TEXT_EMPTY || (record->place == DW_TEXT_FITS && !record->text_len))
		begin = next = EMPTY_LINE;
	else if (record->place == DW_TEXT_FITS &&
		 reserve_text(ring, ring->head_id, record->text_len, &begin, &next, &at))
		dw_memory_write(ring->memory, at, record->text, record->text_len);
	else
		begin = next = LOST_TEXT;
	dw_memory_write_word(ring->memory, begin_of(ring, desc), begin);
	dw_memory_write_word(ring->memory, next_of(ring, desc), next);
}

static bool is_empty_line(const struct dw_ring *ring, uint64_t id)
{
	return dw_memory_read_word(ring->memory, begin_of(ring, desc_of_id(ring, id))) ==
	       EMPTY_LINE;
}

unsigned dw_ring_device_off(const struct dw_ring *ring)
{
	return ring->info_size > DW_SHORT_INFO ? 44 : 24;
}

static void fill_info(const struct dw_ring *ring, const struct dw_record *record, uint8_t *info)
{
	bool is_big = ring->memory->is_big;
	unsigned device = dw_ring_device_off(ring);

	dw_store(info + 8, is_big, 8, record->ts_ns);
	dw_store(info + 16, is_big, 2, is_empty_line(ring, ring->head_id) ? 0 : record->text_len);
	info[18] = record->facility;
	info[19] = dw_level_and_flags(is_big, record->level, record->flags);
	dw_store(info + 20, is_big, 4, record->caller);
	if (ring->info_size > DW_SHORT_INFO) {
		/* The other of thread and CPU, and the name of the task. */
		dw_store(info + 24, is_big, 4, record->caller >> 31 ? 0 : 1u << 31);
		memcpy(info + 28, "swapper/0", 10);
	}
	memcpy(info + device, record->subsystem, dw_min(strlen(record->subsystem), 15));
	memcpy(info + device + 16, record->device, dw_min(strlen(record->device), 47));
}

static void write_info(struct dw_ring *ring, const struct dw_record *record)
{
	uint8_t info[512] = { 0 };

	/* prb_reserve() clears the info but for the number; the writer fills it last. */
	dw_store(info, ring->memory->is_big, 8, ring->next_seq);
	if (record->state != DW_RESERVED || record->is_filled)
		fill_info(ring, record, info);
	dw_memory_write(ring->memory, info_of_id(ring, ring->head_id), info, ring->info_size);
}

void dw_ring_add(struct dw_ring *ring, const struct dw_record *record)
{
	if (!reserve_desc(ring)) {
		ring->fail++;
		return;
	}
	set_state(ring, ring->head_id, DW_RESERVED);
	write_text(ring, record);
	write_info(ring, record);
	set_state(ring, ring->head_id, record->state);
	ring->next_seq++;
}

void dw_ring_close(struct dw_ring *ring)
{
	struct dw_memory *memory = ring->memory;
	unsigned word = ring->word;
	uint64_t desc_ring = ring->header_paddr + ring->desc_ring_at;
	uint64_t text_ring = desc_ring + dw_ring_desc_ring_size(ring);
	const struct {
		uint64_t paddr, value;
	} fields[] = {
		{ desc_ring + word, ring->descs_vaddr },
		{ desc_ring + 2 * word, ring->infos_vaddr },
		{ desc_ring + 3 * word, ring->head_id },
		{ desc_ring + 4 * word, ring->tail_id },
		{ text_ring + word, ring->text_vaddr },
		{ text_ring + 2 * word, ring->head_lpos },
		{ text_ring + 3 * word, ring->tail_lpos },
		{ text_ring + 4 * word, ring->fail },
	};

	dw_memory_write_number(memory, desc_ring, 4, ring->count_bits);
	dw_memory_write_number(memory, text_ring, 4, ring->size_bits);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		dw_memory_write_word(memory, fields[i].paddr, fields[i].value);
	/* Last finalized: an id to 6.7, a sequence number since. */
	if (ring->has_last_finalized)
		dw_memory_write_word(memory, desc_ring + 5 * word,
				     ring->next_seq ? ring->next_seq - 1 : 0);
}

uint64_t dw_ring_desc_paddr(const struct dw_ring *ring, uint64_t seq)
{
	return desc_of_id(ring, id_of_seq(ring, seq));
}

uint64_t dw_ring_info_paddr(const struct dw_ring *ring, uint64_t seq)
{
	return info_of_id(ring, id_of_seq(ring, seq));
}

uint64_t dw_ring_block_paddr(const struct dw_ring *ring, uint64_t seq)
{
	uint64_t desc = dw_ring_desc_paddr(ring, seq);
	uint64_t begin = dw_memory_read_word(ring->memory, begin_of(ring, desc));
	uint64_t next = dw_memory_read_word(ring->memory, next_of(ring, desc));

	if (begin & 1)
		dw_die("block(%llu): that record has no text", (unsigned long long)seq);
	return lap_of(ring, begin) == lap_of(ring, as_word(ring, next - 1))
		       ? text_paddr(ring, begin)
		       : ring->text_paddr;
}
