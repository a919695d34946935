// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_lockless.c - which records stand in a printk_ringbuffer, and what became of the others? */

#include "base/checked.h"
#include "kernel/kallsyms.h"
#include "printk/carved.h"
#include "printk/lockless_record.h"
#include "printk/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* CPUs may die between taking an id and marking its descriptor: so many of the newest ids, at
 * most, may still carry the mark of a lap before. */
#define MAX_WRITERS 64

/* The descriptor has its id and is not marked as finished. */
static enum cdm_status why_not_finished(struct cdm_lockless_log *log,
					const struct cdm_descriptor *found, struct cdm_error *err)
{
	if (found->state == CDM_STATE_RESERVED) {
		/* A writer fills in the info last: then the text is whole, or was. */
		if (!cdm_lockless_info_is_filled(log, found->id))
			return CDM_OK;
		return cdm_fail(err, CDM_CORRUPT,
				"its descriptor says that it was being written, and its info is "
				"filled in");
	}
	if (!log->seen_data || cdm_lockless_text_is_gone(&log->ring, found))
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT,
			"its descriptor is marked as given up among records that are not");
}

/* Could a CPU have died between taking the id and marking its descriptor? Then the descriptor is as one
 * lap before, or was never used. */
static bool may_be_unmarked(const struct cdm_lockless_log *log, const struct cdm_descriptor *found)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t lap_before = (found->id - ring->count) & ring->id_mask;

	if (log->n - log->i > MAX_WRITERS)
		return false;
	if (found->found_id == 0 && found->state == CDM_STATE_RESERVED)
		return cdm_lockless_seq_of(log, found->id) < ring->count;
	return found->found_id == lap_before && found->state == CDM_STATE_REUSABLE;
}

/* Why a slot holds no record. CDM_OK: the kernel gave the record up, or did not finish it. Otherwise there
 * was a record, or nothing says that there was none. */
static enum cdm_status why_no_record(struct cdm_lockless_log *log,
				     const struct cdm_descriptor *found, struct cdm_error *err)
{
	bool is_untouched = false;

	if (found->found_id == found->id)
		return why_not_finished(log, found, err);
	if (may_be_unmarked(log, found)) {
		enum cdm_status st =
			cdm_lockless_info_is_untouched(log, found->id, &is_untouched, err);

		if (st)
			return st;
	}
	if (is_untouched && !cdm_lockless_has_text(log, found->id))
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT,
			"its descriptor holds id 0x%" PRIx64 " in state %u, not 0x%" PRIx64,
			found->found_id, found->state, found->id);
}

static void tell(struct cdm_lockless_log *log, uint64_t id, struct cdm_error *err)
{
	cdm_context(err, "record %" PRIu64, cdm_lockless_seq_of(log, id));
	cdm_damage_add(log->damage, err);
}

enum outcome { SHOW, PASS };

/* Reports the descriptors that lie on the same unreadable page, once. */
static void tell_of_page(struct cdm_lockless_log *log, uint64_t id, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t end = log->i + 1;

	if (log->i < log->told_end)
		return;
	while (end < log->n) {
		uint64_t slot = ((log->tail_id + end) & (ring->count - 1));
		uint64_t vaddr = ring->descs_vaddr + slot * ring->fields[DESC_SIZE];

		if (vaddr >= log->descs.bad_end ||
		    vaddr + ring->fields[DESC_SIZE] <= log->descs.bad_start)
			break;
		end++;
	}
	cdm_context(err, "records %" PRIu64 " to %" PRIu64, cdm_lockless_seq_of(log, id),
		    cdm_lockless_seq_of(log, log->tail_id + end - 1));
	cdm_damage_add(log->damage, err);
	log->told_end = end;
}

/* The record is shown, and something of it is not as the kernel left it. */
__attribute__((cold, noinline)) static void tell_of_oddity(struct cdm_lockless_log *log,
							   uint64_t id)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "%s", log->oddity);
	log->oddity = NULL;
	tell(log, id, &err);
}

/* May a thread have a time of 0, after others? The idle thread of a CPU that comes up prints before its
 * clock runs (seen in 7.2), and interrupts may. */
static bool may_be_zero(const struct cdm_lockless_log *log, const struct cdm_record *rec)
{
	return !log->seen_time || rec->caller == 0 || rec->caller >> 31 ||
	       !(rec->flags & CDM_RECORD_CALLER);
}

/* Notes what is shown, and whether all of it is as the kernel would leave it. */
static inline enum outcome show(struct cdm_lockless_log *log, uint64_t id,
				const struct cdm_record *rec)
{
	if (rec->ts_ns)
		log->seen_time = true;
	else if (!may_be_zero(log, rec))
		log->oddity = "its time is 0, after others";
	if (log->oddity)
		tell_of_oddity(log, id);
	log->seen_data |= rec->text.len != 0;
	return SHOW;
}

/* Its descriptor is lost, which was reported. */
__attribute__((cold, noinline)) static enum outcome recover(struct cdm_lockless_log *log,
							    uint64_t id, struct cdm_record *rec)
{
	return cdm_lockless_recover(log, id, rec) ? show(log, id, rec) : PASS;
}

static void tell_of_lost_id(struct cdm_lockless_log *log, const struct cdm_descriptor *found)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT,
		 "its descriptor holds id 0x%" PRIx64 " in state %u, not 0x%" PRIx64
		 "; its info and text are there",
		 found->found_id, found->state, found->id);
	tell(log, found->id, &err);
}

/* A descriptor that is not marked as a finished record of its id. */
__attribute__((cold, noinline)) static enum outcome
take_unmarked(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
	      struct cdm_record *rec, struct cdm_error *err)
{
	if (cdm_lockless_is_whole_but_for_the_state(log, found, rec)) {
		if (found->found_id != found->id)
			tell_of_lost_id(log, found);
		return show(log, found->id, rec);
	}
	log->oddity = NULL; /* of parts that do not belong together */
	if (log->wants_unfinished && cdm_lockless_read_unfinished(log, found, rec)) {
		log->oddity = NULL;
		return SHOW;
	}
	if (why_no_record(log, found, err)) {
		tell(log, found->id, err);
		return recover(log, found->id, rec);
	}
	if (log->seen_record)
		log->n_lost++;
	return PASS;
}

static enum outcome take_marked(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
				struct cdm_record *rec, struct cdm_error *err)
{
	enum cdm_status st = cdm_lockless_read_record(log, found, rec, err);

	if (!st && rec->text.len == 0 && cdm_lockless_has_unsaid_text(log, found))
		st = cdm_fail(err, CDM_CORRUPT,
			      "its info says that it has no text, and its place holds one");
	if (st == CDM_NOT_MINE)
		log->n_lost++;
	else if (st)
		tell(log, found->id, err);
	return st ? PASS : show(log, found->id, rec);
}

/* Looks at the record of one id. */
static enum outcome take(struct cdm_lockless_log *log, struct cdm_record *rec,
			 struct cdm_error *err)
{
	uint64_t id = (log->tail_id + log->i) & log->ring.id_mask;
	struct cdm_descriptor found;

	if (cdm_lockless_read_descriptor(log, id, &found, err)) {
		tell_of_page(log, id, err);
		return recover(log, id, rec);
	}
	return cdm_holds_record(&found) ? take_marked(log, &found, rec, err)
					: take_unmarked(log, &found, rec, err);
}

/* The ring says that its newest record was the last one. If the next slot holds the record that
 * would follow, the ring's number is damaged, and the log goes on. */
static bool goes_on(struct cdm_lockless_log *log)
{
	uint64_t id = (log->tail_id + log->n) & log->ring.id_mask;
	struct cdm_descriptor found;
	struct cdm_error err;

	if (log->n >= log->ring.count || cdm_lockless_read_descriptor(log, id, &found, &err) ||
	    !cdm_holds_record(&found))
		return false;
	cdm_fail(&err, CDM_CORRUPT,
		 "the ring ends with record %" PRIu64 ", and record %" PRIu64 " follows",
		 cdm_lockless_seq_of(log, id - 1), cdm_lockless_seq_of(log, id));
	cdm_damage_add(log->damage, &err);
	log->n++;
	while (log->n < log->ring.count &&
	       !cdm_lockless_read_descriptor(log, (log->tail_id + log->n) & log->ring.id_mask,
					     &found, &err) &&
	       cdm_holds_record(&found))
		log->n++;
	return true;
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_lockless_log *log = priv;

	do {
		while (log->i < log->n) {
			enum outcome outcome = take(log, rec, err);

			log->i++;
			if (outcome == PASS) {
				log->oddity = NULL;
				continue;
			}
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
static void look_before_tail(struct cdm_lockless_log *log)
{
	struct cdm_descriptor found;
	struct cdm_error unused;

	while (log->n < log->ring.count) {
		uint64_t id = (log->tail_id - 1) & log->ring.id_mask;

		if (cdm_lockless_read_descriptor(log, id, &found, &unused) ||
		    !cdm_holds_record(&found))
			return;
		log->tail_id = id;
		log->n++;
	}
}

static void tell_of_tail(struct cdm_lockless_log *log)
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
			cdm_lockless_seq_of(log, log->tail_id + log->i));
	else if (log->tail_id != ring->tail_id)
		cdm_fail(&err, CDM_CORRUPT,
			 "the ring begins with record %" PRIu64 ", and record %" PRIu64
			 " stands before it",
			 cdm_lockless_seq_of(log, ring->tail_id),
			 cdm_lockless_seq_of(log, log->tail_id));
	else
		return;
	cdm_damage_add(log->damage, &err);
}

/* Where VMCOREINFO is not whole, a wrong guess would show in every record. */
static void tell_of_doubt(struct cdm_lockless_log *log)
{
	struct cdm_error err;

	if (!log->ring.doubt)
		return;
	cdm_fail(&err, CDM_ERR_NO_INFO, "%s", log->ring.doubt);
	cdm_damage_add(log->damage, &err);
}

/* Neither end of the ring can be right: all slots are looked at. The newest id is the one that no
 * other is ahead of; a ring full of them ends there. */
static enum cdm_status search_ends(struct cdm_lockless_log *log, struct cdm_error *err)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t newest = 0, half = (ring->id_mask >> 1) + 1;
	bool has_newest = false;
	struct cdm_error unused;

	log->i = 0;
	log->n = ring->count;
	for (uint64_t slot = 0; slot < ring->count; slot++) {
		struct cdm_descriptor found;

		if (cdm_lockless_read_descriptor(log, slot, &found, &unused))
			continue;
		found.id = found.found_id;
		if ((found.found_id & (ring->count - 1)) != slot || !cdm_holds_record(&found))
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

static enum cdm_status find_ends(struct cdm_lockless_log *log, struct cdm_error *err)
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

static bool is_given_up(const struct cdm_lockless_log *log, const struct cdm_descriptor *found)
{
	return found->found_id == found->id && found->state == CDM_STATE_REUSABLE &&
	       (cdm_lockless_evicts(&log->ring) || cdm_lockless_text_is_gone(&log->ring, found));
}

/* Passes over the oldest ids that the kernel had given up; after a search, over all slots before
 * the first record. */
static void skip_given_up(struct cdm_lockless_log *log)
{
	struct cdm_descriptor found;
	struct cdm_error unused;

	while (log->i < log->n &&
	       !cdm_lockless_read_descriptor(log, (log->tail_id + log->i) & log->ring.id_mask,
					     &found, &unused) &&
	       (log->searched ? !cdm_holds_record(&found) : is_given_up(log, &found)))
		log->i++;
}

static void close_ring(void *priv)
{
	struct cdm_lockless_log *log = priv;

	cdm_window_close(&log->descs);
	cdm_window_close(&log->infos);
	cdm_window_close(&log->text);
	free(log);
}

static enum cdm_status open_windows(struct cdm_lockless_log *log, struct cdm_error *err)
{
	enum cdm_status st;

	if ((st = cdm_window_open(&log->descs, log->kernel, CDM_DESC_WINDOW, err)) ||
	    (st = cdm_window_open(&log->infos, log->kernel, CDM_INFO_WINDOW, err)) ||
	    (st = cdm_window_open(&log->text, log->kernel, CDM_TEXT_WINDOW, err)))
		return st;
	return CDM_OK;
}

/* The ring's numbers are known: finds and proves the records. Gives log up on failure. */
static enum cdm_status begin_log(struct cdm_lockless_log *log, void **priv, struct cdm_error *err)
{
	enum cdm_status st;

	if ((st = open_windows(log, err)) || (st = find_ends(log, err))) {
		close_ring(log);
		return st;
	}
	skip_given_up(log);
	st = cdm_lockless_prove(log, err);
	log->oddity = NULL;
	memset(&log->recovered, 0, sizeof(log->recovered));
	if (st) {
		close_ring(log);
		return st;
	}
	tell_of_tail(log);
	tell_of_doubt(log);
	*priv = log;
	return CDM_OK;
}

static struct cdm_lockless_log *new_log(struct cdm_kernel *kernel, struct cdm_damage *damage)
{
	struct cdm_lockless_log *log = calloc(1, sizeof(*log));

	if (log) {
		log->kernel = kernel;
		log->damage = damage;
	}
	return log;
}

static enum cdm_status open_ring(struct cdm_kernel *kernel, bool fallback,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct cdm_lockless_log *log = new_log(kernel, damage);

	if (!log)
		return cdm_fail_memory(err, "log");
	enum cdm_status st = cdm_lockless_ring_find(kernel, fallback, &log->ring, err);

	if (st) {
		close_ring(log);
		return st;
	}
	return begin_log(log, priv, err);
}

enum cdm_status cdm_lockless_open_carved(struct cdm_kernel *kernel,
					 const struct cdm_lockless_ring *ring,
					 struct cdm_damage *damage, void **priv,
					 struct cdm_error *err)
{
	struct cdm_lockless_log *log = new_log(kernel, damage);

	if (!log)
		return cdm_fail_memory(err, "log");
	log->ring = *ring;
	return begin_log(log, priv, err);
}

/* Since 5.12 clear_seq is two values, and a number that says by its lowest bit which one is right
 * (struct latched_seq; T78: the number has 32 bits). Before, it is the value. */
static enum cdm_status read_clear_seq(struct cdm_kernel *kernel, uint64_t *seq,
				      struct cdm_error *err)
{
	uint64_t vaddr, values_at;
	uint8_t raw[8];
	enum cdm_status st = cdm_kernel_symbol(kernel, "clear_seq", &vaddr, err);

	if (st)
		return st;
	if (cdm_vmcoreinfo_decimal(kernel->info, "OFFSET(latched_seq.val)", &values_at)) {
		if (cdm_kernel_read_exact(kernel, vaddr, raw, 4, err))
			return cdm_context(err, "clear_seq");
		vaddr += values_at + (cdm_load_u32(raw, kernel->layout) & 1) * 8;
	}
	if (cdm_kernel_read_exact(kernel, vaddr, raw, 8, err))
		return cdm_context(err, "clear_seq");
	*seq = cdm_load_u64(raw, kernel->layout);
	return CDM_OK;
}

/* The walk begins with the record of this number, which is at most the next one's: then nothing was
 * logged since. */
static void begin_with(struct cdm_lockless_log *log, uint64_t seq)
{
	uint64_t first_seq = cdm_lockless_seq_of(log, log->tail_id + log->i);
	struct cdm_error err;

	if (seq <= first_seq)
		return;
	if (seq - first_seq <= log->n - log->i) {
		log->i += seq - first_seq;
		return;
	}
	cdm_fail(&err, CDM_CORRUPT,
		 "the log was cleared before record %" PRIu64
		 " (clear_seq), and its newest is %" PRIu64 ": all of it is shown",
		 seq, first_seq + (log->n - log->i) - 1);
	cdm_damage_add(log->damage, &err);
}

static void want(void *priv, unsigned wants)
{
	struct cdm_lockless_log *log = priv;
	struct cdm_error err;
	uint64_t since_seq = 0;

	log->wants_unfinished = wants & CDM_LOG_WANT_UNFINISHED;
	if (!(wants & CDM_LOG_WANT_SINCE_CLEAR))
		return;
	if (read_clear_seq(log->kernel, &since_seq, &err)) {
		cdm_context(&err, "all of the log is shown");
		cdm_damage_add(log->damage, &err);
		return;
	}
	begin_with(log, since_seq);
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct cdm_lockless_log *log = priv;

	out->ring_bytes = log->ring.text_size;
	out->lost = log->n_lost + log->ring.n_dropped + log->first_seq;
}

const struct cdm_log_generation cdm_ring_lockless = {
	.name = "ringbuffer",
	.symbols = { "prb", "printk_rb_static" },
	.has_first_ring = true,
	.open = open_ring,
	.want = want,
	.next = next,
	.facts = facts,
	.close = close_ring,
};
