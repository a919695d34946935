// SPDX-License-Identifier: GPL-2.0-or-later
/* lockless_proof.c - is this place in memory really a printk_ringbuffer in use? */

#include "base/checked.h"
#include "printk/lockless_record.h"

#include <inttypes.h>

/* Records looked at, and of these the ones that may contradict: none of so many is a wrong place. */
#define PROOF_RECORDS 64
#define PROOF_TEXTS 8

/* What the walk for the proof has found so far. */
struct evidence {
	unsigned fitting;        /* descriptors that hold the id they should */
	unsigned contradictions; /* records whose info or text is not theirs */
	enum cdm_status unread;  /* why something could not be read */
	bool has_candidate;      /* a record that fits in itself: the next one is to agree */
	uint64_t id, seq;
	bool has_number; /* of the record before, with text or without */
	uint64_t number_id, number;
};

/* Reads what belongs to a record on its own word for its number. CDM_NOT_MINE: it has no text, and
 * proves nothing. */
static enum cdm_status weigh(struct cdm_lockless_log *log, uint64_t id, struct evidence *evidence,
			     struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_descriptor found;
	enum cdm_status st = cdm_lockless_read_descriptor(log, id, &found, err);

	if (st)
		return st;
	if (found.found_id != id)
		return CDM_NOT_MINE;
	/* Zeros are the descriptor of id 0, too. */
	evidence->fitting += id != 0 || found.state != CDM_STATE_RESERVED || found.begin != 0;
	if (!cdm_holds_record(&found) || (found.begin & 1))
		return CDM_NOT_MINE;
	uint64_t seq;

	st = cdm_lockless_read_seq(log, id, &seq, err);
	if (st)
		return st;
	/* Zeros fit anywhere by themselves, but give two records one number. */
	bool is_apart = !evidence->has_number ||
			seq - evidence->number == ((id - evidence->number_id) & log->ring.id_mask);

	evidence->has_number = true;
	evidence->number_id = id;
	evidence->number = seq;
	if (!is_apart)
		return cdm_fail(err, CDM_CORRUPT,
				"id 0x%" PRIx64 " has number %" PRIu64
				", and does not agree with the one before",
				id, seq);
	log->ring.known_id = id;
	log->ring.known_seq = seq;
	st = cdm_lockless_read_record(log, &found, rec, err);
	if (st)
		return st;
	/* Zeros would fit, too. */
	return rec->text.len ? CDM_OK : CDM_NOT_MINE;
}

/* Does a record agree with the one before: as many ids as numbers apart, both with the same slot? */
static bool agrees(const struct cdm_lockless_log *log, const struct evidence *evidence, uint64_t id,
		   uint64_t seq)
{
	return evidence->has_candidate && ((id - seq) & (log->ring.count - 1)) == 0 &&
	       seq - evidence->seq == ((id - evidence->id) & log->ring.id_mask);
}

/* No two records agree. *err holds the last failure, if there was one. */
static enum cdm_status conclude(struct cdm_lockless_log *log, const struct evidence *evidence,
				struct cdm_error *err)
{
	struct cdm_lockless_ring *ring = &log->ring;
	bool fits =
		evidence->has_candidate && cdm_lockless_can_be(ring, evidence->id, evidence->seq);

	cdm_lockless_know_by_rule(ring);
	if (fits) {
		ring->known_id = evidence->id;
		ring->known_seq = evidence->seq;
	}
	if (fits || (!evidence->contradictions && !evidence->has_candidate &&
		     (evidence->fitting || log->i == log->n)))
		return CDM_OK;
	if (evidence->contradictions || evidence->unread)
		return cdm_context(err, "the ring's records");
	return cdm_fail(err, CDM_CORRUPT,
			"none of the ring's %" PRIu64 " descriptors holds a record that fits",
			ring->count);
}

enum cdm_status cdm_lockless_prove(struct cdm_lockless_log *log, struct cdm_error *err)
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
