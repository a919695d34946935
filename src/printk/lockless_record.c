// SPDX-License-Identifier: GPL-2.0-or-later
/* lockless_record.c - what belongs to an id of a printk_ringbuffer? */

#include "printk/lockless_record.h"
#include "base/checked.h"
#include "printk/lost_text.h"

#include <inttypes.h>

/* info.flags: a piece of a line that goes on (LOG_CONT, include/linux/printk.h). */
#define FLAG_CONT 8u
/* Begins a level in a format (include/linux/kern_levels.h). */
#define KERN_SOH 1

static uint64_t slot_of(const struct cdm_lockless_ring *ring, uint64_t id)
{
	return id & (ring->count - 1);
}

/* Element `id` of one of the two arrays, or NULL. Reads ahead to one behind the newest record (and
 * one more, when the walk begins one before the oldest), or to the array's end. */
static const uint8_t *get_element(const struct cdm_lockless_log *log, struct cdm_window *window,
				  uint64_t array_vaddr, uint32_t size, uint64_t id,
				  struct cdm_error *err)
{
	uint64_t slot = slot_of(&log->ring, id);
	uint64_t vaddr = array_vaddr + slot * size;
	const uint8_t *held = cdm_window_peek(window, vaddr, size);

	if (held)
		return held;
	uint64_t left = log->n > log->i ? log->n - log->i + 2 : 2;

	return cdm_window_get(window, vaddr, size,
			      array_vaddr + cdm_min(log->ring.count, slot + left) * size, err);
}

enum cdm_status cdm_lockless_read_descriptor(struct cdm_lockless_log *log, uint64_t id,
					     struct cdm_descriptor *found, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	const uint32_t *at = ring->fields;
	struct cdm_layout layout = log->kernel->layout;
	const uint8_t *raw =
		get_element(log, &log->descs, ring->descs_vaddr, at[DESC_SIZE], id, err);

	if (!raw)
		return cdm_context(err, "descriptor");
	const uint8_t *block = raw + at[DESC_BLOCK];
	uint64_t state = cdm_load_word(raw + at[DESC_STATE], layout);

	found->id = id;
	found->found_id = state & ring->id_mask;
	found->state = (enum cdm_descriptor_state)(state >> (layout.word * 8 - 2));
	found->begin = cdm_load_word(block + at[BLOCK_BEGIN], layout);
	found->next = cdm_load_word(block + at[BLOCK_NEXT], layout);
	return CDM_OK;
}

static const uint8_t *get_info(struct cdm_lockless_log *log, uint64_t id, struct cdm_error *err)
{
	const uint8_t *raw = get_element(log, &log->infos, log->ring.infos_vaddr,
					 log->ring.fields[INFO_SIZE], id, err);

	if (!raw)
		cdm_context(err, "info");
	return raw;
}

enum cdm_status cdm_lockless_read_seq(struct cdm_lockless_log *log, uint64_t id, uint64_t *seq,
				      struct cdm_error *err)
{
	const uint8_t *raw = get_info(log, id, err);

	if (!raw)
		return err->status;
	*seq = cdm_load_u64(raw + log->ring.fields[INFO_SEQ], log->kernel->layout);
	return CDM_OK;
}

/* A name in an array that it need not fill: mostly empty. */
static inline struct cdm_bytes name_in(const uint8_t *at, size_t room)
{
	return (struct cdm_bytes){ at, *at ? strnlen((const char *)at, room) : 0 };
}

/* As cdm_lockless_read_info(), for each record. */
__attribute__((always_inline)) static inline enum cdm_status
read_info(struct cdm_lockless_log *log, uint64_t id, struct cdm_record *rec, size_t *text_len,
	  struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	const uint32_t *at = ring->fields;
	struct cdm_layout layout = log->kernel->layout;
	const uint8_t *raw = get_info(log, id, err);

	if (!raw)
		return err->status;
	rec->seq = cdm_load_u64(raw + at[INFO_SEQ], layout);
	if (rec->seq != cdm_lockless_seq_of(log, id))
		return cdm_fail(err, CDM_CORRUPT, "its info has sequence number %" PRIu64,
				rec->seq);
	const uint8_t *lengths = raw + at[INFO_TEXT_LEN];
	uint8_t bits = lengths[3];

	/* flags:5, level:3: the compiler fills bit fields from the byte order's first end. */
	unsigned flags = layout.big_endian ? bits >> 3 : bits & 31;

	*text_len = cdm_load_u16(lengths, layout);
	rec->facility = lengths[2];
	rec->level = layout.big_endian ? bits & 7 : bits >> 5;
	rec->ts_ns = cdm_load_u64(raw + at[INFO_TS], layout);
	rec->caller = cdm_load_u32(raw + at[INFO_CALLER], layout);
	rec->flags = CDM_RECORD_TIMED | CDM_RECORD_PRIORITY | ring->caller_flags |
		     (flags & FLAG_CONT ? CDM_RECORD_CONTINUES : 0);
	/* Behind caller_id (CONFIG_PRINTK_EXECUTION_CTX, 7.0): of thread and processor the other
	 * one, and the task's name. */
	if (ring->has_context) {
		rec->other_caller = cdm_load_u32(raw + at[INFO_CALLER] + 4, layout);
		rec->comm = raw + at[INFO_CALLER] + 8;
	}
	const uint8_t *device = raw + at[INFO_DEVICE];

	rec->subsystem = name_in(device + at[DEVICE_SUBSYSTEM], ring->subsystem_len);
	rec->device = name_in(device + at[DEVICE_NAME], ring->device_len);
	rec->dictionary = (struct cdm_bytes){ device, 0 };
	if ((rec->subsystem.len | rec->device.len) && (!rec->subsystem.len || !rec->device.len))
		log->oddity = "one of its names, of subsystem and device, is missing";
	return CDM_OK;
}

enum cdm_status cdm_lockless_read_info(struct cdm_lockless_log *log, uint64_t id,
				       struct cdm_record *rec, size_t *text_len,
				       struct cdm_error *err)
{
	return read_info(log, id, rec, text_len, err);
}

/* Where reading ahead from offset `at` of the text ring may stop. */
static uint64_t text_until(const struct cdm_lockless_log *log, uint64_t at)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t head = ring->head_lpos & (ring->text_size - 1);

	return ring->text_vaddr + (head > at ? head : ring->text_size);
}

/* What printk formatted and then took away stays after a text: a newline, a NUL, and as many bytes as it
 * moved the text, over prefixes of a level, which have 2 each (printk_sprint() in kernel/printk/printk.c,
 * linux 5.10 to 7.2); then come bytes up to the next word. Seen in real logs: 3 without those. */
#define MAX_MOVED 8
#define MAX_LEFT (MAX_MOVED + 1)

static bool is_zeros(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i])
			return false;
	return true;
}

/* Does the text go on where its length says that it ends? A text can be shorter than printk thought at
 * first, but then a NUL ends it. */
static bool goes_on(const uint8_t *left, size_t len)
{
	for (size_t i = 0; i < cdm_min(len, MAX_LEFT); i++)
		if (left[i] == '\0' || left[i] == '\n')
			return false;
	return true;
}

/* Does the text end in zeros, from an aligned address on? */
static bool ends_in_zeros(const uint8_t *text, uint64_t text_vaddr, size_t len)
{
	size_t n = 0;

	while (n < len && text[len - 1 - n] == '\0')
		n++;
	return ((text_vaddr + len - n + 7) & ~(uint64_t)7) < text_vaddr + len;
}

/* `left` more bytes follow the text in its place. A lost sector takes the end of both; where a text itself
 * ends in a NUL, a newline or a piece of the text follows. */
__attribute__((cold, noinline)) static void examine_text(struct cdm_lockless_log *log,
							 struct cdm_bytes text, uint64_t text_vaddr,
							 uint64_t left)
{
	uint8_t rest[MAX_LEFT + sizeof(uint64_t)];
	size_t n = (size_t)cdm_min(left, sizeof(rest));
	struct cdm_error unused;

	if (cdm_kernel_read_exact(log->kernel, text_vaddr + text.len, rest, n, &unused))
		return;
	if (n >= MAX_LEFT && goes_on(rest, n))
		log->oddity = "its text goes on after the length that its info gives";
	else if (ends_in_zeros(text.at, text_vaddr, text.len) && is_zeros(rest, n))
		log->oddity = "its text ends in zeros, as its place does";
}

static enum cdm_status read_text(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
				 const struct cdm_block *block, size_t text_len,
				 struct cdm_bytes *text, struct cdm_error *err)
{
	struct cdm_layout layout = log->kernel->layout;
	uint64_t vaddr = log->ring.text_vaddr + block->at;
	size_t len = layout.word + text_len;

	if (text_len > block->room)
		return cdm_fail(err, CDM_CORRUPT,
				"its text has %zu bytes, and there is room for %" PRIu64, text_len,
				block->room);
	const uint8_t *raw = cdm_window_peek(&log->text, vaddr, len);

	if (!raw)
		raw = cdm_window_get(&log->text, vaddr, len, text_until(log, block->at), err);
	if (!raw)
		return cdm_context(err, "text");
	uint64_t id = cdm_load_word(raw, layout);

	if (id != found->id)
		return cdm_fail(err, CDM_CORRUPT,
				"its place in the text holds id 0x%" PRIx64 ", not 0x%" PRIx64, id,
				found->id);
	struct cdm_bytes whole = { raw + layout.word, text_len };
	uint64_t left = block->room - text_len;

	if (left >= (uint64_t)MAX_LEFT + layout.word ||
	    (text_len && whole.at[text_len - 1] == '\0'))
		examine_text(log, whole, vaddr + layout.word, left);
	if (cdm_may_hold_lost_text(whole) && cdm_holds_lost_text(whole))
		log->oddity = cdm_lost_text;
	*text = whole;
	return CDM_OK;
}

enum cdm_status cdm_lockless_read_record(struct cdm_lockless_log *log,
					 const struct cdm_descriptor *found, struct cdm_record *rec,
					 struct cdm_error *err)
{
	size_t text_len = 0;
	struct cdm_block block = { 0 };
	enum cdm_block_kind kind = cdm_lockless_block(&log->ring, log->kernel->layout.word,
						      found->begin, found->next, &block);

	if (kind == CDM_BLOCK_FAILED)
		return CDM_NOT_MINE;
	if (kind == CDM_BLOCK_CORRUPT)
		return cdm_fail(err, CDM_CORRUPT,
				"its text would be from 0x%" PRIx64 " to 0x%" PRIx64
				", no place in a ring of %" PRIu64 " bytes",
				found->begin, found->next, log->ring.text_size);
	enum cdm_status st = read_info(log, found->id, rec, &text_len, err);

	if (st)
		return st;
	rec->text = (struct cdm_bytes){ (const uint8_t *)"", 0 };
	if (kind == CDM_BLOCK_EMPTY)
		return CDM_OK;
	return read_text(log, found, &block, text_len, &rec->text, err);
}

bool cdm_lockless_has_parts(struct cdm_lockless_log *log, const struct cdm_descriptor *found)
{
	uint8_t word = log->kernel->layout.word;
	struct cdm_block block;
	struct cdm_error unused;

	const uint8_t *raw = get_info(log, found->id, &unused);

	if (!raw)
		return false;
	uint16_t text_len =
		cdm_load_u16(raw + log->ring.fields[INFO_TEXT_LEN], log->kernel->layout);

	if (cdm_lockless_block(&log->ring, word, found->begin, found->next, &block) !=
	    CDM_BLOCK_DATA)
		return true;
	return cdm_window_get(&log->text, log->ring.text_vaddr + block.at,
			      word + (size_t)cdm_min(text_len, block.room),
			      text_until(log, block.at), &unused) != NULL;
}

enum cdm_status cdm_lockless_info_is_untouched(struct cdm_lockless_log *log, uint64_t id,
					       bool *is_untouched, struct cdm_error *err)
{
	uint64_t expected = cdm_lockless_seq_of(log, id), count = log->ring.count, seq = 0;
	enum cdm_status st = cdm_lockless_read_seq(log, id, &seq, err);

	if (st)
		return st;
	/* At boot only the first slot has a number, that of one lap before; the others have 0. */
	*is_untouched = seq == expected - count || (seq == 0 && expected != 0 && expected < count);
	return CDM_OK;
}

bool cdm_lockless_info_is_filled(struct cdm_lockless_log *log, uint64_t id)
{
	struct cdm_error unused;
	const uint8_t *raw = get_info(log, id, &unused);
	const uint32_t *at = log->ring.fields;
	struct cdm_layout layout = log->kernel->layout;

	return raw && cdm_load_u64(raw + at[INFO_SEQ], layout) == cdm_lockless_seq_of(log, id) &&
	       (cdm_load_u64(raw + at[INFO_TS], layout) ||
		cdm_load_u16(raw + at[INFO_TEXT_LEN], layout));
}

/* Of an empty line the place holds what vprintk_store() formatted and then took away: a prefix of the
 * level, a newline (printk_sprint() in kernel/printk/printk.c, linux 5.10 to 7.2). */
bool cdm_lockless_has_unsaid_text(struct cdm_lockless_log *log, const struct cdm_descriptor *found)
{
	uint8_t word = log->kernel->layout.word, first;
	struct cdm_block block;
	struct cdm_error unused;

	return cdm_lockless_block(&log->ring, word, found->begin, found->next, &block) ==
		       CDM_BLOCK_DATA &&
	       block.room &&
	       !cdm_kernel_read_exact(log->kernel, log->ring.text_vaddr + block.at + word, &first,
				      1, &unused) &&
	       first != '\0' && first != '\n' && first != KERN_SOH;
}

bool cdm_lockless_text_is_gone(const struct cdm_lockless_ring *ring,
			       const struct cdm_descriptor *found)
{
	uint64_t distance = (found->begin - ring->tail_lpos) & ring->lpos_mask;

	return (found->begin & 1) || distance >= ring->text_size;
}

bool cdm_lockless_is_whole_but_for_the_state(struct cdm_lockless_log *log,
					     const struct cdm_descriptor *found,
					     struct cdm_record *rec)
{
	struct cdm_error unused;
	bool is_own = found->found_id == found->id;

	/* An empty line has no place, whose id would prove it. */
	if (cdm_holds_record(found) || ((found->begin & 1) && !is_own))
		return false;
	if (is_own && found->state == CDM_STATE_REUSABLE &&
	    cdm_lockless_text_is_gone(&log->ring, found))
		return false;
	return !cdm_lockless_read_record(log, found, rec, &unused) &&
	       (rec->ts_ns != 0 || rec->text.len != 0);
}

bool cdm_lockless_read_unfinished(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
				  struct cdm_record *rec)
{
	uint8_t word = log->kernel->layout.word;
	struct cdm_block block;
	struct cdm_error unused;

	/* prb_reserve() numbers the info before it looks for a place for the text. */
	if (found->found_id != found->id || found->state != CDM_STATE_RESERVED ||
	    cdm_lockless_block(&log->ring, word, found->begin, found->next, &block) !=
		    CDM_BLOCK_DATA ||
	    cdm_lockless_read_record(log, found, rec, &unused))
		return false;
	size_t room = (size_t)cdm_min(block.room, CDM_MAX_TEXT);
	uint64_t vaddr = log->ring.text_vaddr + block.at;
	const uint8_t *raw =
		cdm_window_get(&log->text, vaddr, word + room, text_until(log, block.at), &unused);

	if (!raw)
		return false;
	rec->text = (struct cdm_bytes){ raw + word, strnlen((const char *)raw + word, room) };
	if (rec->ts_ns == 0)
		rec->flags &= ~(unsigned)CDM_RECORD_TIMED;
	rec->flags |= CDM_RECORD_UNFINISHED;
	return rec->text.len > 0;
}
