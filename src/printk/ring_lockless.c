// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_lockless.c - which records stand in a printk_ringbuffer? */

#include "base/checked.h"
#include "printk/lockless_ring.h"
#include "printk/log.h"
#include "printk/window.h"

#include <inttypes.h>
#include <stdlib.h>

#define STATE_RESERVED 0u  /* a writer was at work */
#define STATE_COMMITTED 1u /* whole; more may have been meant to follow: the last words */
#define STATE_FINALIZED 2u
#define STATE_REUSABLE 3u /* given up for newer records */

/* info.flags: a piece of a line that goes on (LOG_CONT, include/linux/printk_ringbuffer). */
#define FLAG_CONT 8u

/* CPUs may die between taking an id and marking its descriptor: so many of the newest ids, at
 * most, may still carry the mark of a lap before. */
#define MAX_WRITERS 64

/* Records looked at for the proof. One that fits is enough; none of so many is a wrong place. */
#define PROOF_RECORDS 64
#define PROOF_TEXTS 8

struct lockless {
	struct cdm_kernel *kernel;
	struct cdm_damage *damage;
	struct cdm_lockless_ring ring;
	struct cdm_window descs, infos, text;
	uint64_t tail_id; /* the oldest; may be older than the ring's own number says */
	uint64_t n;       /* ids from the oldest to the newest */
	uint64_t i;       /* the next one, counted from the oldest */
	bool seen_data;   /* a record with text was found */
	bool seen_record;
	uint64_t first_seq;
	uint64_t n_lost;
	bool searched; /* the ring's own ends were of no use */
};

struct descriptor {
	uint64_t id; /* that its slot should hold */
	uint64_t found_id;
	unsigned state;
	uint64_t begin, next;
};

static uint64_t slot_of(const struct cdm_lockless_ring *ring, uint64_t id)
{
	return id & (ring->count - 1);
}

/* Element `id` of one of the two arrays, or NULL. Reads ahead to one behind the newest record (and
 * one more, when the walk begins one before the oldest), or to the array's end. */
static const uint8_t *get_element(const struct lockless *log, struct cdm_window *window,
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

static enum cdm_status read_descriptor(struct lockless *log, uint64_t id, struct descriptor *found,
				       struct cdm_error *err)
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
	found->state = (unsigned)(state >> (layout.word * 8 - 2));
	found->begin = cdm_load_word(block + at[BLOCK_BEGIN], layout);
	found->next = cdm_load_word(block + at[BLOCK_NEXT], layout);
	return CDM_OK;
}

/* Whole by its descriptor's word. */
static bool holds_record(const struct descriptor *found)
{
	return found->found_id == found->id &&
	       (found->state == STATE_COMMITTED || found->state == STATE_FINALIZED);
}

static uint64_t seq_of(const struct lockless *log, uint64_t id)
{
	return cdm_lockless_seq(&log->ring, id);
}

static const uint8_t *get_info(struct lockless *log, uint64_t id, struct cdm_error *err)
{
	const uint8_t *raw = get_element(log, &log->infos, log->ring.infos_vaddr,
					 log->ring.fields[INFO_SIZE], id, err);

	if (!raw)
		cdm_context(err, "info");
	return raw;
}

/* A name in an array that it need not fill: mostly empty. */
static inline struct cdm_bytes name_in(const uint8_t *at, size_t room)
{
	return (struct cdm_bytes){ at, *at ? strnlen((const char *)at, room) : 0 };
}

/* Fills everything of rec but the text, and its length. CDM_CORRUPT if the info is another
 * record's. */
static enum cdm_status read_info(struct lockless *log, uint64_t id, struct cdm_record *rec,
				 size_t *text_len, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	const uint32_t *at = ring->fields;
	struct cdm_layout layout = log->kernel->layout;
	const uint8_t *raw = get_info(log, id, err);

	if (!raw)
		return err->status;
	rec->seq = cdm_load_u64(raw + at[INFO_SEQ], layout);
	if (rec->seq != seq_of(log, id))
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
	rec->flags = CDM_RECORD_TIMED | CDM_RECORD_CALLER | CDM_RECORD_PRIORITY |
		     (flags & FLAG_CONT ? CDM_RECORD_CONTINUES : 0);
	const uint8_t *device = raw + at[INFO_DEVICE];

	rec->subsystem = name_in(device + at[DEVICE_SUBSYSTEM], ring->subsystem_len);
	rec->device = name_in(device + at[DEVICE_NAME], ring->device_len);
	return CDM_OK;
}

/* Where reading ahead from offset `at` of the text ring may stop. */
static uint64_t text_until(const struct lockless *log, uint64_t at)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t head = ring->head_lpos & (ring->text_size - 1);

	return ring->text_vaddr + (head > at ? head : ring->text_size);
}

static enum cdm_status read_text(struct lockless *log, const struct descriptor *found,
				 const struct cdm_block *block, size_t text_len,
				 struct cdm_bytes *text, struct cdm_error *err)
{
	struct cdm_layout layout = log->kernel->layout;
	uint64_t vaddr = log->ring.text_vaddr + block->at;

	if (text_len > block->room)
		return cdm_fail(err, CDM_CORRUPT,
				"its text has %zu bytes, and there is room for %" PRIu64, text_len,
				block->room);
	const uint8_t *raw = cdm_window_peek(&log->text, vaddr, layout.word + text_len);

	if (!raw)
		raw = cdm_window_get(&log->text, vaddr, layout.word + text_len,
				     text_until(log, block->at), err);
	if (!raw)
		return cdm_context(err, "text");
	uint64_t id = cdm_load_word(raw, layout);

	if (id != found->id)
		return cdm_fail(err, CDM_CORRUPT,
				"its place in the text holds id 0x%" PRIx64 ", not 0x%" PRIx64, id,
				found->id);
	*text = (struct cdm_bytes){ raw + layout.word, text_len };
	return CDM_OK;
}

/* CDM_NOT_MINE: the kernel found no room for its text, and there is no record. */
static enum cdm_status read_record(struct lockless *log, const struct descriptor *found,
				   struct cdm_record *rec, struct cdm_error *err)
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
	if (read_info(log, found->id, rec, &text_len, err))
		return err->status;
	rec->text = (struct cdm_bytes){ (const uint8_t *)"", 0 };
	if (kind == CDM_BLOCK_EMPTY)
		return CDM_OK;
	return read_text(log, found, &block, text_len, &rec->text, err);
}

/* Was a reusable descriptor's text given up too? Its place is then behind the oldest text. */
static bool text_is_gone(const struct lockless *log, const struct descriptor *found)
{
	uint64_t distance = (found->begin - log->ring.tail_lpos) & log->ring.lpos_mask;

	return (found->begin & 1) || distance >= log->ring.text_size;
}

/* A CPU can die between filling a record and saying so, or after it took back the newest one to add
 * to it. Then all is there but the word: prb_reserve() clears the info, and the time is among the
 * last things that vprintk_store() puts there. */
static bool is_whole_but_for_the_state(struct lockless *log, const struct descriptor *found,
				       struct cdm_record *rec)
{
	struct cdm_error unused;

	return found->found_id == found->id && found->state == STATE_RESERVED &&
	       !(found->begin & 1) && !read_record(log, found, rec, &unused) && rec->ts_ns != 0 &&
	       rec->text.len != 0;
}

/* What a slot that holds no record stands for. CDM_OK: the kernel had given it up, or not finished
 * it. CDM_CORRUPT: there was a record. */
static enum cdm_status why_no_record(const struct lockless *log, const struct descriptor *found,
				     struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t lap_before = (found->id - ring->count) & ring->id_mask;
	bool is_old = found->found_id == lap_before && found->state == STATE_REUSABLE;
	bool is_unused = found->found_id == 0 && found->state == STATE_RESERVED;

	if (found->found_id == found->id) {
		if (found->state == STATE_RESERVED || !log->seen_data || text_is_gone(log, found))
			return CDM_OK;
		return cdm_fail(err, CDM_CORRUPT,
				"its descriptor is marked as given up among records that are not");
	}
	if ((is_old || is_unused) && log->n - log->i <= MAX_WRITERS)
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT,
			"its descriptor holds id 0x%" PRIx64 " in state %u, not 0x%" PRIx64,
			found->found_id, found->state, found->id);
}

static void tell(struct lockless *log, uint64_t id, struct cdm_error *err)
{
	cdm_context(err, "record %" PRIu64, seq_of(log, id));
	cdm_damage_add(log->damage, err);
}

/* Passes over all descriptors that lie on the same unreadable page. */
static void pass_over_page(struct lockless *log, uint64_t id, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t first = log->i;

	while (log->i < log->n) {
		uint64_t slot = slot_of(ring, log->tail_id + log->i);
		uint64_t vaddr = ring->descs_vaddr + slot * ring->fields[DESC_SIZE];

		if (vaddr >= log->descs.bad_end ||
		    vaddr + ring->fields[DESC_SIZE] <= log->descs.bad_start)
			break;
		log->i++;
	}
	if (log->i == first)
		log->i++;
	cdm_context(err, "records %" PRIu64 " to %" PRIu64, seq_of(log, id),
		    seq_of(log, log->tail_id + log->i - 1));
	cdm_damage_add(log->damage, err);
}

enum outcome { SHOW, PASS };

/* Looks at the record of one id, and moves on. */
static enum outcome take(struct lockless *log, struct cdm_record *rec, struct cdm_error *err)
{
	uint64_t id = (log->tail_id + log->i) & log->ring.id_mask;
	struct descriptor found;

	if (read_descriptor(log, id, &found, err)) {
		pass_over_page(log, id, err);
		return PASS;
	}
	if (!holds_record(&found)) {
		if (is_whole_but_for_the_state(log, &found, rec)) {
			log->i++;
			log->seen_data = true;
			return SHOW;
		}
		if (why_no_record(log, &found, err))
			tell(log, id, err);
		else if (log->seen_record)
			log->n_lost++;
		log->i++;
		return PASS;
	}
	log->i++;
	enum cdm_status st = read_record(log, &found, rec, err);

	if (st == CDM_NOT_MINE)
		log->n_lost++;
	else if (st)
		tell(log, id, err);
	if (st)
		return PASS;
	log->seen_data |= !(found.begin & 1);
	return SHOW;
}

/* The ring says that its newest record was the last one. If the next slot holds the record that
 * would follow, the ring's number is damaged, and the log goes on. */
static bool goes_on(struct lockless *log)
{
	uint64_t id = (log->tail_id + log->n) & log->ring.id_mask;
	struct descriptor found;
	struct cdm_error err;

	if (log->n >= log->ring.count || read_descriptor(log, id, &found, &err) ||
	    !holds_record(&found))
		return false;
	cdm_fail(&err, CDM_CORRUPT,
		 "the ring ends with record %" PRIu64 ", and record %" PRIu64 " follows",
		 seq_of(log, id - 1), seq_of(log, id));
	cdm_damage_add(log->damage, &err);
	log->n++;
	while (log->n < log->ring.count &&
	       !read_descriptor(log, (log->tail_id + log->n) & log->ring.id_mask, &found, &err) &&
	       holds_record(&found))
		log->n++;
	return true;
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct lockless *log = priv;

	do {
		while (log->i < log->n) {
			if (take(log, rec, err) == PASS)
				continue;
			if (!log->seen_record)
				log->first_seq = rec->seq;
			log->seen_record = true;
			return CDM_OK;
		}
	} while (goes_on(log));
	return CDM_END;
}

/* The slot before the oldest: if it holds the record that came before, the ring's number is
 * damaged, and the log begins earlier. */
static void look_before_tail(struct lockless *log)
{
	struct descriptor found;
	struct cdm_error unused;

	while (log->n < log->ring.count) {
		uint64_t id = (log->tail_id - 1) & log->ring.id_mask;

		if (read_descriptor(log, id, &found, &unused) || !holds_record(&found))
			return;
		log->tail_id = id;
		log->n++;
	}
}

static void tell_of_tail(struct lockless *log)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	struct cdm_error err;

	if (log->searched)
		cdm_fail(
			&err, CDM_CORRUPT,
			"the ring's ids 0x%" PRIx64 " to 0x%" PRIx64 " are more than its %" PRIu64
			" descriptors; its slots were searched: nothing is known of records before "
			"%" PRIu64,
			ring->tail_id, ring->head_id, ring->count,
			seq_of(log, log->tail_id + log->i));
	else if (log->tail_id != ring->tail_id)
		cdm_fail(&err, CDM_CORRUPT,
			 "the ring begins with record %" PRIu64 ", and record %" PRIu64
			 " stands before it",
			 seq_of(log, ring->tail_id), seq_of(log, log->tail_id));
	else
		return;
	cdm_damage_add(log->damage, &err);
}

/* Where VMCOREINFO is not whole, a wrong guess would show in every record. */
static void tell_of_assumption(struct lockless *log)
{
	struct cdm_error err;

	if (!log->ring.assumed)
		return;
	cdm_fail(&err, CDM_ERR_NO_INFO,
		 "VMCOREINFO has no %s, and the struct is not of the usual size: where it is was "
		 "guessed",
		 log->ring.assumed);
	cdm_damage_add(log->damage, &err);
}

/* Neither end of the ring can be right: all slots are looked at. The newest id is the one that no
 * other is ahead of; a ring full of them ends there. */
static enum cdm_status search_ends(struct lockless *log, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t newest = 0, half = (ring->id_mask >> 1) + 1;
	bool has_newest = false;
	struct cdm_error unused;

	log->i = 0;
	log->n = ring->count;
	for (uint64_t slot = 0; slot < ring->count; slot++) {
		struct descriptor found;

		if (read_descriptor(log, slot, &found, &unused))
			continue;
		found.id = found.found_id;
		if (slot_of(ring, found.found_id) != slot || !holds_record(&found))
			continue;
		if (!has_newest || ((found.id - newest) & ring->id_mask) < half)
			newest = found.id;
		has_newest = true;
	}
	if (!has_newest)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring's ids 0x%" PRIx64 " to 0x%" PRIx64
				" are more than its %" PRIu64
				" descriptors, and none holds a record",
				ring->tail_id, ring->head_id, ring->count);
	log->tail_id = (newest - ring->count + 1) & ring->id_mask;
	log->searched = true;
	return CDM_OK;
}

static enum cdm_status find_ends(struct lockless *log, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;

	log->tail_id = ring->tail_id;
	log->n = ((ring->head_id - ring->tail_id) & ring->id_mask) + 1;
	if (log->n > ring->count)
		return search_ends(log, err);
	/* A ring that was never full still begins with the id before record 0: no record. */
	if (cdm_lockless_can_be(ring, (ring->tail_id + 1) & ring->id_mask, 0))
		log->i = 1;
	else
		look_before_tail(log);
	return CDM_OK;
}

/* What the walk for the proof has found so far. */
struct evidence {
	unsigned fitting;        /* descriptors that hold the id they should */
	unsigned contradictions; /* records whose info or text is not theirs */
	enum cdm_status unread;  /* why something could not be read */
	bool has_candidate;      /* a record that fits in itself: the next one is to agree */
	uint64_t id, seq;
};

/* Reads what belongs to a record on its own word for its number. CDM_NOT_MINE: it has no text, and
 * proves nothing. */
static enum cdm_status weigh(struct lockless *log, uint64_t id, struct evidence *evidence,
			     struct cdm_record *rec, struct cdm_error *err)
{
	struct descriptor found;

	if (read_descriptor(log, id, &found, err))
		return err->status;
	if (found.found_id != id)
		return CDM_NOT_MINE;
	evidence->fitting++;
	if (!holds_record(&found) || (found.begin & 1))
		return CDM_NOT_MINE;
	const uint8_t *raw = get_info(log, id, err);

	if (!raw)
		return err->status;
	log->ring.known_id = id;
	log->ring.known_seq = cdm_load_u64(raw + log->ring.fields[INFO_SEQ], log->kernel->layout);
	if (read_record(log, &found, rec, err))
		return err->status;
	/* Zeros would fit, too. */
	return rec->text.len ? CDM_OK : CDM_NOT_MINE;
}

/* Does a record agree with the one before: as many ids as numbers apart, both with the same slot? */
static bool agrees(const struct lockless *log, const struct evidence *evidence, uint64_t id,
		   uint64_t seq)
{
	return evidence->has_candidate && ((id - seq) & (log->ring.count - 1)) == 0 &&
	       seq - evidence->seq == ((id - evidence->id) & log->ring.id_mask);
}

/* No two records agree. *err holds the last failure, if there was one. */
static enum cdm_status conclude(struct lockless *log, const struct evidence *evidence,
				struct cdm_error *err)
{
	struct cdm_lockless_ring *ring = &log->ring;
	bool fits =
		evidence->has_candidate && cdm_lockless_can_be(ring, evidence->id, evidence->seq);

	ring->known_id = fits ? evidence->id : -ring->count & ring->id_mask;
	ring->known_seq = fits ? evidence->seq : 0;
	if (fits || (!evidence->contradictions && !evidence->has_candidate &&
		     (evidence->fitting || log->i == log->n)))
		return CDM_OK;
	if (evidence->contradictions || evidence->unread)
		return cdm_context(err, "the ring's records");
	return cdm_fail(err, CDM_CORRUPT,
			"none of the ring's %" PRIu64 " descriptors holds a record that fits",
			ring->count);
}

/* Do the descriptors hold the ids that they should, and do infos and texts belong to them? Two
 * records that agree are enough, or one where there are no more. Where no text can be read,
 * descriptors that fit are. */
static enum cdm_status prove_records(struct lockless *log, struct cdm_error *err)
{
	struct evidence evidence = { 0 };
	uint64_t n = cdm_min(log->n, log->i + PROOF_RECORDS);

	for (uint64_t i = log->i; i < n && evidence.contradictions < PROOF_TEXTS; i++) {
		uint64_t id = (log->tail_id + i) & log->ring.id_mask;
		struct cdm_record rec;
		struct cdm_error failure;
		enum cdm_status st = weigh(log, id, &evidence, &rec, &failure);

		if (st == CDM_NOT_MINE)
			continue;
		if (!st && agrees(log, &evidence, id, rec.seq))
			return CDM_OK;
		if (!st) {
			evidence.has_candidate = true;
			evidence.id = id;
			evidence.seq = rec.seq;
			continue;
		}
		*err = failure;
		if (cdm_is_missing(st) && st != CDM_CORRUPT)
			evidence.unread = st;
		else
			evidence.contradictions++;
	}
	return conclude(log, &evidence, err);
}

/* Passes over the oldest ids that the kernel had given up; after a search, over all slots before
 * the first record. */
static void skip_given_up(struct lockless *log)
{
	struct descriptor found;
	struct cdm_error unused;

	while (log->i < log->n &&
	       !read_descriptor(log, (log->tail_id + log->i) & log->ring.id_mask, &found,
				&unused) &&
	       (log->searched ? !holds_record(&found)
			      : found.found_id == found.id && found.state == STATE_REUSABLE))
		log->i++;
}

static void close_ring(void *priv)
{
	struct lockless *log = priv;

	cdm_window_close(&log->descs);
	cdm_window_close(&log->infos);
	cdm_window_close(&log->text);
	free(log);
}

static enum cdm_status open_windows(struct lockless *log, struct cdm_error *err)
{
	if (cdm_window_open(&log->descs, log->kernel, CDM_DESC_WINDOW, err) ||
	    cdm_window_open(&log->infos, log->kernel, CDM_INFO_WINDOW, err) ||
	    cdm_window_open(&log->text, log->kernel, CDM_TEXT_WINDOW, err))
		return err->status;
	return CDM_OK;
}

static enum cdm_status open_ring(struct cdm_kernel *kernel, bool fallback,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct lockless *log = calloc(1, sizeof(*log));

	if (!log)
		return cdm_fail_memory(err, "log");
	log->kernel = kernel;
	log->damage = damage;
	if (cdm_lockless_ring_find(kernel, fallback, &log->ring, err) || open_windows(log, err) ||
	    find_ends(log, err)) {
		close_ring(log);
		return err->status;
	}
	skip_given_up(log);
	if (prove_records(log, err)) {
		close_ring(log);
		return err->status;
	}
	tell_of_tail(log);
	tell_of_assumption(log);
	if (fallback) {
		cdm_fail(err, CDM_CORRUPT,
			 "the log's address cannot be read: this is the ring that the "
			 "kernel booted with, which may be an old copy");
		cdm_damage_add(damage, err);
	}
	*priv = log;
	return CDM_OK;
}

static bool present(const struct cdm_kernel *kernel)
{
	uint64_t unused;

	return cdm_vmcoreinfo_symbol(kernel->info, "prb", &unused) ||
	       cdm_vmcoreinfo_symbol(kernel->info, "printk_rb_static", &unused);
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct lockless *log = priv;

	out->ring_bytes = log->ring.text_size;
	out->lost = log->n_lost + log->ring.n_dropped + log->first_seq;
}

const struct cdm_log_generation cdm_ring_lockless = {
	.name = "ringbuffer",
	.present = present,
	.open = open_ring,
	.next = next,
	.facts = facts,
	.close = close_ring,
};
