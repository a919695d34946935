/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lockless_record.h - one record of a printk_ringbuffer: its descriptor, its info, its text.
 *
 * What belongs to an id is read from three arrays, and each says whose it is: the descriptor holds
 * the id, the info the number, the text block the id again. A record whose parts do not agree is
 * not shown. */

#ifndef CDM_PRINTK_LOCKLESS_RECORD_H
#define CDM_PRINTK_LOCKLESS_RECORD_H

#include "printk/lockless_ring.h"
#include "printk/record.h"
#include "printk/window.h"

/* The two highest bits of a descriptor's state variable. */
enum cdm_descriptor_state {
	CDM_STATE_RESERVED,  /* a writer was at work */
	CDM_STATE_COMMITTED, /* whole; more may have been meant to follow: the last words */
	CDM_STATE_FINALIZED,
	CDM_STATE_REUSABLE, /* given up for newer records */
};

struct cdm_descriptor {
	uint64_t id;       /* that its slot should hold */
	uint64_t found_id; /* that it holds */
	enum cdm_descriptor_state state;
	uint64_t begin, next; /* positions of its text */
};

/* A ring being read. */
struct cdm_lockless_log {
	struct cdm_kernel *kernel;
	struct cdm_damage *damage;
	struct cdm_lockless_ring ring;
	struct cdm_window descs, infos, text;
	uint64_t tail_id; /* the oldest; may be older than the ring's own number says */
	uint64_t n;       /* ids from the oldest to the newest */
	uint64_t i;       /* the next one, counted from the oldest */
	bool searched;    /* the ring's own ends were of no use */
	bool seen_data;   /* a record with text was found */
	bool seen_record;
	uint64_t first_seq;
	uint64_t n_lost;
	bool wants_unfinished;
	bool seen_time; /* a record with a time was found */
	const char *
		oddity; /* of the record that was read: not as the kernel leaves it, as a clause; NULL */
	struct {
		uint64_t id, end;    /* the last one, and where its text ended: an offset */
		uint64_t n_searched; /* words that were looked at */
	} recovered;                 /* by lockless_recover.c */
	uint64_t told_end; /* descriptors before this one, counted as i, were reported unreadable */
};

CDM_CHECKED enum cdm_status cdm_lockless_read_descriptor(struct cdm_lockless_log *log, uint64_t id,
							 struct cdm_descriptor *found,
							 struct cdm_error *err);

/* Does it hold its own id, and a whole record, by its word? */
static inline bool cdm_holds_record(const struct cdm_descriptor *found)
{
	return found->found_id == found->id &&
	       (found->state == CDM_STATE_COMMITTED || found->state == CDM_STATE_FINALIZED);
}

/* The number that id's info gives itself. */
CDM_CHECKED enum cdm_status cdm_lockless_read_seq(struct cdm_lockless_log *log, uint64_t id,
						  uint64_t *seq, struct cdm_error *err);

/* Everything of the info of `id` but the names' check, and the length of the text; rec->text is not set.
 * CDM_CORRUPT: it has another record's number. */
CDM_CHECKED enum cdm_status cdm_lockless_read_info(struct cdm_lockless_log *log, uint64_t id,
						   struct cdm_record *rec, size_t *text_len,
						   struct cdm_error *err);

/* lockless_recover.c: the record of an id whose descriptor is lost, by its info, and by the id that its
 * text begins with, which is looked for from the text of the record before on. False: a part of it is lost, too. */
bool cdm_lockless_recover(struct cdm_lockless_log *log, uint64_t id, struct cdm_record *rec);

/* Does a text of this id follow the one before? A CPU that died before it marked the descriptor had not
 * looked for a place yet. */
bool cdm_lockless_has_text(struct cdm_lockless_log *log, uint64_t id);

/* Everything that belongs to a descriptor that holds its id. CDM_NOT_MINE (without a text): the
 * kernel found no room for its text, and there is no record. CDM_CORRUPT: the parts do not belong
 * together. rec's pointers are valid until the next call. */
CDM_CHECKED enum cdm_status cdm_lockless_read_record(struct cdm_lockless_log *log,
						     const struct cdm_descriptor *found,
						     struct cdm_record *rec, struct cdm_error *err);

/* Can all parts of the record be read, whether or not they agree? A page that is missing or damaged
 * says nothing about the ring. */
bool cdm_lockless_has_parts(struct cdm_lockless_log *log, const struct cdm_descriptor *found);

/* Is the info of this id still as the record one lap before left it, or as it was at boot? The kernel
 * marks a descriptor as reserved before it numbers the info (prb_reserve() in
 * kernel/printk/printk_ringbuffer.c, linux 5.10 to 7.2), so an info that has the number of `id` belongs
 * to a descriptor that had the id. Fails if the info cannot be read. */
CDM_CHECKED enum cdm_status cdm_lockless_info_is_untouched(struct cdm_lockless_log *log,
							   uint64_t id, bool *is_untouched,
							   struct cdm_error *err);

/* Has a CPU filled in the info of this id? Length and time are among the last things that it sets; early
 * in the boot the time is 0. */
bool cdm_lockless_info_is_filled(struct cdm_lockless_log *log, uint64_t id);

/* Does the place of a record hold a text, of which its info knows nothing? */
bool cdm_lockless_has_unsaid_text(struct cdm_lockless_log *log, const struct cdm_descriptor *found);

/* Was the text of a reusable descriptor given up too? Its place is then behind the oldest text. */
bool cdm_lockless_text_is_gone(const struct cdm_lockless_ring *ring,
			       const struct cdm_descriptor *found);

/* A CPU can die between filling a record and saying so, or after it took back the newest one to add
 * to it. Then all is there but the word: prb_reserve() clears the info, and the time is among the
 * last things that vprintk_store() puts there (kernel/printk/printk.c, linux 5.10 to 7.2). A descriptor
 * that lost its id counts, too: info and text still have theirs. */
bool cdm_lockless_is_whole_but_for_the_state(struct cdm_lockless_log *log,
					     const struct cdm_descriptor *found,
					     struct cdm_record *rec);

/* What a CPU had written of a record that it had reserved. False: no text, or not even a place for it.
 * How long it was to be is not known yet: it ends at the first NUL, or with its place, and its end
 * may be an older record's. */
bool cdm_lockless_read_unfinished(struct cdm_lockless_log *log, const struct cdm_descriptor *found,
				  struct cdm_record *rec);

/* lockless_proof.c: do the descriptors hold the ids that they should, and do infos and texts belong
 * to them? Two records that agree are enough, wherever they are, or one where there are no more; where
 * no text can be read, descriptors that fit are. What cannot be read is no evidence against the ring.
 * Finds out which number goes with which id. */
CDM_CHECKED enum cdm_status cdm_lockless_prove(struct cdm_lockless_log *log, struct cdm_error *err);

/* The number of the record with this id. */
static inline uint64_t cdm_lockless_seq_of(const struct cdm_lockless_log *log, uint64_t id)
{
	return cdm_lockless_seq(&log->ring, id);
}

#endif
