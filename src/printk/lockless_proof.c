// SPDX-License-Identifier: GPL-2.0-or-later
/* lockless_proof.c - is this place in memory really a printk_ringbuffer in use? */

#include "base/checked.h"
#include "printk/lockless_record.h"

#include <inttypes.h>

/* What the walk for the proof has found so far. */
struct evidence {
	unsigned fitting;        /* descriptors that hold the id they should */
	unsigned contradictions; /* records whose info or text is not theirs */
	unsigned unread;         /* records of which a part could not be read */
	bool has_candidate;      /* a record that fits in itself: the next one is to agree */
	uint64_t id, seq;
	bool has_number; /* of the record before, with text or without */
	uint64_t number_id, number;
};

/* Records looked at: one page of 64 KiB that was lost has fewer. */
#define PROOF_RECORDS 16384

enum weight {
	FITS,         /* in itself: descriptor, info and text are one record's */
	SAYS_NOTHING, /* no record, or one without a text */
	UNREAD,       /* a part of it cannot be read */
	CONTRADICTS,  /* the parts are not one record's */
};

/* Zeros fit anywhere by themselves, but give two records one number. */
static enum cdm_status check_number(const struct cdm_lockless_log *log, struct evidence *evidence,
				    uint64_t id, uint64_t seq, struct cdm_error *err)
{
	bool is_apart = !evidence->has_number ||
			seq - evidence->number == ((id - evidence->number_id) & log->ring.id_mask);

	evidence->has_number = true;
	evidence->number_id = id;
	evidence->number = seq;
	if (is_apart)
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT,
			"id 0x%" PRIx64 " has number %" PRIu64
			", and does not agree with the one before",
			id, seq);
}

/* Reads what belongs to a descriptor that holds its id, on its own word for its number. */
static enum weight weigh_parts(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
			       struct evidence *evidence, struct cdm_record *rec,
			       struct cdm_error *err)
{
	uint64_t seq = 0;

	if (cdm_lockless_read_seq(log, found->id, &seq, err))
		return UNREAD;
	if (check_number(log, evidence, found->id, seq, err))
		return CONTRADICTS;
	log->ring.known_id = found->id;
	log->ring.known_seq = seq;
	if (!cdm_lockless_read_record(log, found, rec, err))
		return rec->text.len ? FITS : SAYS_NOTHING; /* zeros would fit, too */
	return cdm_lockless_has_parts(log, found) ? CONTRADICTS : UNREAD;
}

/* The descriptor is lost. Info and text agree without it, if the number is that of the id by the rule. */
static enum weight weigh_the_rest(struct cdm_lockless_log *log, uint64_t id, enum weight otherwise,
				  struct cdm_record *rec)
{
	cdm_lockless_know_by_rule(&log->ring);
	return cdm_lockless_recover(log, id, rec) && rec->text.len ? FITS : otherwise;
}

static enum weight weigh(struct cdm_lockless_log *log, uint64_t id, struct evidence *evidence,
			 struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_descriptor found;

	if (cdm_lockless_read_descriptor(log, id, &found, err))
		return weigh_the_rest(log, id, UNREAD, rec);
	if (found.found_id != id)
		return weigh_the_rest(log, id, SAYS_NOTHING, rec);
	/* Zeros are the descriptor of id 0, too. */
	evidence->fitting += id != 0 || found.state != CDM_STATE_RESERVED || found.begin != 0;
	if (!cdm_holds_record(&found) || (found.begin & 1))
		return SAYS_NOTHING;
	return weigh_parts(log, &found, evidence, rec, err);
}

/* Slots count records, as numbers do. */
static bool is_slot_of(const struct cdm_lockless_ring *ring, uint64_t id, uint64_t seq)
{
	return ((id - seq) & (ring->count - 1)) == 0;
}

/* Does a record agree with the one before: as many ids as numbers apart, both with the same slot? */
static bool agrees(const struct cdm_lockless_log *log, const struct evidence *evidence, uint64_t id,
		   uint64_t seq)
{
	return evidence->has_candidate && is_slot_of(&log->ring, id, seq) &&
	       seq - evidence->seq == ((id - evidence->id) & log->ring.id_mask);
}

/* Is a single record that fits in itself enough? Not against several: of infos whose size is not known
 * the first one fits. Its number has to be that of its id by the rule; where others cannot be read, that
 * of its slot. */
static bool is_enough(const struct cdm_lockless_log *log, const struct evidence *evidence)
{
	return evidence->has_candidate && evidence->contradictions <= 1 &&
	       (cdm_lockless_can_be(&log->ring, evidence->id, evidence->seq) ||
		(evidence->unread && !evidence->contradictions &&
		 is_slot_of(&log->ring, evidence->id, evidence->seq)));
}

/* No two records agree. *err holds the first failure, if there was one. */
static enum cdm_status conclude(struct cdm_lockless_log *log, const struct evidence *evidence,
				struct cdm_error *err)
{
	struct cdm_lockless_ring *ring = &log->ring;
	bool fits = is_enough(log, evidence);

	cdm_lockless_know_by_rule(ring);
	if (fits) {
		ring->known_id = evidence->id;
		ring->known_seq = evidence->seq;
	}
	if (fits || (!evidence->contradictions && !evidence->unread && !evidence->has_candidate &&
		     (evidence->fitting || log->i == log->n)))
		return CDM_OK;
	if (evidence->contradictions || evidence->unread)
		return cdm_context(err, "the ring's records");
	return cdm_fail(err, CDM_CORRUPT,
			"none of the ring's %" PRIu64 " descriptors holds a record that fits",
			ring->count);
}

/* A page that is missing or damaged may hold any number of records: the walk goes on after it, up to
 * the newest. */
enum cdm_status cdm_lockless_prove(struct cdm_lockless_log *log, struct cdm_error *err)
{
	struct evidence evidence = { 0 };
	uint64_t n = cdm_min(log->n, log->i + PROOF_RECORDS);

	for (uint64_t i = log->i; i < n; i++) {
		uint64_t id = (log->tail_id + i) & log->ring.id_mask;
		struct cdm_record rec;
		struct cdm_error failure;
		enum weight weight = weigh(log, id, &evidence, &rec, &failure);

		if (weight == FITS && agrees(log, &evidence, id, rec.seq))
			return CDM_OK;
		if (weight == FITS) {
			evidence.has_candidate = true;
			evidence.id = id;
			evidence.seq = rec.seq;
		}
		if (weight != UNREAD && weight != CONTRADICTS)
			continue;
		if (!evidence.unread && !evidence.contradictions)
			*err = failure;
		evidence.contradictions += weight == CONTRADICTS;
		evidence.unread += weight == UNREAD;
	}
	return conclude(log, &evidence, err);
}
