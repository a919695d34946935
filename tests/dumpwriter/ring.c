// SPDX-License-Identifier: GPL-2.0-or-later
/* ring.c - which bytes does the kernel leave in memory when it has logged these records? */

#include "tests/dumpwriter/ring.h"

#include <string.h>

/* struct prb_desc on 64 bit. */
#define DESC_SIZE 24u
#define DESC_BEGIN 8u
#define DESC_NEXT 16u

#define BLOCK_ID_SIZE 8u /* in front of each text */
#define LOST_TEXT 1u
#define EMPTY_LINE 3u

static uint64_t count(const struct dw_ring *ring)
{
	return (uint64_t)1 << ring->count_bits;
}

uint64_t dw_ring_header_size(const struct dw_ring *ring)
{
	return ring->desc_ring_at + ring->desc_ring_size + 32 + 8;
}

uint64_t dw_ring_descs_size(const struct dw_ring *ring)
{
	return count(ring) * DESC_SIZE;
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
	return ring->descs_paddr + (id & (count(ring) - 1)) * DESC_SIZE;
}

static uint64_t info_of_id(const struct dw_ring *ring, uint64_t id)
{
	return ring->infos_paddr + (id & (count(ring) - 1)) * ring->info_size;
}

static uint64_t id_of_seq(const struct dw_ring *ring, uint64_t seq)
{
	return (ring->first_id + (seq - ring->first_seq)) & DW_ID_MASK;
}

static void set_state(struct dw_ring *ring, uint64_t id, enum dw_record_state state)
{
	dw_memory_write_number(ring->memory, desc_of_id(ring, id), 8, (uint64_t)state << 62 | id);
}

static enum dw_record_state state_of(const struct dw_ring *ring, uint64_t id)
{
	return (enum dw_record_state)(
		dw_memory_read_number(ring->memory, desc_of_id(ring, id), 8) >> 62);
}

void dw_ring_open(struct dw_ring *ring, uint64_t first_seq, uint64_t first_id, uint64_t first_lpos)
{
	uint64_t lpos = first_lpos == UINT64_MAX ? -dw_ring_text_size(ring) : first_lpos;

	/* The kernel's rule: id = seq - count, so that slot 0 holds record 0. */
	ring->first_id = first_id == UINT64_MAX ? (first_seq - count(ring)) & DW_ID_MASK : first_id;
	ring->first_seq = first_seq;
	ring->next_seq = first_seq;
	ring->head_id = (ring->first_id - 1) & DW_ID_MASK;
	ring->tail_id = ring->head_id;
	ring->head_lpos = lpos;
	ring->tail_lpos = lpos;
	set_state(ring, ring->head_id, DW_REUSABLE);
	dw_memory_write_number(ring->memory, desc_of_id(ring, ring->head_id) + DESC_BEGIN, 8,
			       LOST_TEXT);
	dw_memory_write_number(ring->memory, desc_of_id(ring, ring->head_id) + DESC_NEXT, 8,
			       LOST_TEXT);
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
	return lap_of(ring, begin) != lap_of(ring, ring->exact_fit_stays ? next - 1 : next);
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
	while (lpos - ring->tail_lpos - 1 < dw_ring_text_size(ring)) {
		uint64_t id =
			dw_memory_read_number(ring->memory, text_paddr(ring, ring->tail_lpos), 8);

		if (!make_reusable(ring, id))
			return false;
		ring->tail_lpos =
			dw_memory_read_number(ring->memory, desc_of_id(ring, id) + DESC_NEXT, 8);
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
	next = dw_memory_read_number(ring->memory, desc + DESC_NEXT, 8);
	if (!(next & 1) && !push_text_tail(ring, next))
		return false;
	ring->tail_id = (ring->tail_id + 1) & DW_ID_MASK;
	return true;
}

static bool reserve_desc(struct dw_ring *ring)
{
	uint64_t id = (ring->head_id + 1) & DW_ID_MASK;

	if (ring->tail_id == ((id - count(ring)) & DW_ID_MASK) && !push_desc_tail(ring))
		return false;
	ring->head_id = id;
	return true;
}

static bool text_can_fit(const struct dw_ring *ring, uint64_t block_size)
{
	uint64_t size = dw_ring_text_size(ring);

	/* From 6.18 on a block takes at most half of the ring. */
	return block_size <= (ring->exact_fit_stays ? size / 2 : size - BLOCK_ID_SIZE);
}

/* Reserves a text block and marks it with the id. *at is where the text goes. */
static bool reserve_text(struct dw_ring *ring, uint64_t id, size_t text_len, uint64_t *begin,
			 uint64_t *next, uint64_t *at)
{
	uint64_t size = dw_ring_text_size(ring);
	uint64_t block_size = dw_round_up(BLOCK_ID_SIZE + text_len, 8);
	bool wraps;

	*begin = ring->head_lpos;
	*next = *begin + block_size;
	wraps = block_wraps(ring, *begin, *next);
	if (wraps)
		*next = (lap_of(ring, *next) << ring->size_bits) + block_size;
	if (!text_can_fit(ring, block_size) || !push_text_tail(ring, *next - size))
		return false;
	ring->head_lpos = *next;
	dw_memory_write_number(ring->memory, text_paddr(ring, *begin), 8, id);
	*at = wraps ? ring->text_paddr : text_paddr(ring, *begin);
	dw_memory_write_number(ring->memory, *at, 8, id);
	*at += BLOCK_ID_SIZE;
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
	dw_memory_write_number(ring->memory, desc + DESC_BEGIN, 8, begin);
	dw_memory_write_number(ring->memory, desc + DESC_NEXT, 8, next);
}

static void write_info(struct dw_ring *ring, const struct dw_record *record)
{
	uint8_t info[512] = { 0 };
	unsigned dev_info = ring->info_size >= 112 ? 44 : 24;

	/* prb_reserve() clears the info but for the number; the writer fills it last. */
	if (record->state == DW_RESERVED && !record->is_filled) {
		dw_store_little(info, 8, ring->next_seq);
		dw_memory_write(ring->memory, info_of_id(ring, ring->head_id), info,
				ring->info_size);
		return;
	}
	bool has_text = dw_memory_read_number(ring->memory,
					      desc_of_id(ring, ring->head_id) + DESC_BEGIN, 8) != 3;

	dw_store_little(info, 8, ring->next_seq);
	dw_store_little(info + 8, 8, record->ts_ns);
	dw_store_little(info + 16, 2, has_text ? record->text_len : 0);
	info[18] = record->facility;
	info[19] = (uint8_t)(record->level << 5 | record->flags);
	dw_store_little(info + 20, 4, record->caller);
	if (dev_info == 44) {
		/* The other of thread and CPU, and the name of the task. */
		dw_store_little(info + 24, 4, record->caller >> 31 ? 0 : 1u << 31);
		memcpy(info + 28, "swapper/0", 10);
	}
	memcpy(info + dev_info, record->subsystem, dw_min(strlen(record->subsystem), 15));
	memcpy(info + dev_info + 16, record->device, dw_min(strlen(record->device), 47));
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
	uint64_t desc_ring = ring->header_paddr + ring->desc_ring_at;
	uint64_t text_ring = desc_ring + ring->desc_ring_size;
	struct {
		uint64_t paddr;
		unsigned width;
		uint64_t value;
	} fields[] = {
		{ desc_ring, 4, ring->count_bits },       { desc_ring + 8, 8, ring->descs_vaddr },
		{ desc_ring + 16, 8, ring->infos_vaddr }, { desc_ring + 24, 8, ring->head_id },
		{ desc_ring + 32, 8, ring->tail_id },     { text_ring, 4, ring->size_bits },
		{ text_ring + 8, 8, ring->text_vaddr },   { text_ring + 16, 8, ring->head_lpos },
		{ text_ring + 24, 8, ring->tail_lpos },   { text_ring + 32, 8, ring->fail },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		dw_memory_write_number(ring->memory, fields[i].paddr, fields[i].width,
				       fields[i].value);
	/* Last finalized: an id to 6.7, a sequence number since. */
	if (ring->desc_ring_size >= 48)
		dw_memory_write_number(ring->memory, desc_ring + 40, 8,
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
	uint64_t begin = dw_memory_read_number(ring->memory, desc + DESC_BEGIN, 8);
	uint64_t next = dw_memory_read_number(ring->memory, desc + DESC_NEXT, 8);

	if (begin & 1)
		dw_die("block(%llu): that record has no text", (unsigned long long)seq);
	return lap_of(ring, begin) == lap_of(ring, next - 1) ? text_paddr(ring, begin)
							     : ring->text_paddr;
}
