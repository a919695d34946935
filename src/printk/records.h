/* SPDX-License-Identifier: GPL-2.0-or-later */
/* records.h - the ring of Linux 3.5 to 5.9 while it is read: where a record stands, and where the
 * next one does.
 *
 * The writer's rules (log_make_free_space() and log_store(), kernel/printk/printk.c): a record never
 * goes around the ring's end. Where it and one more header do not fit, a header of zeros marks the place,
 * and the record stands at the ring's start. So the records are one lap from log_first_idx to
 * log_next_idx, or two: from log_first_idx to a mark, and from 0 to log_next_idx. */

#ifndef CDM_PRINTK_RECORDS_H
#define CDM_PRINTK_RECORDS_H

#include "base/damage.h"
#include "printk/window.h"

/* Processors' clocks differ by less. */
#define CDM_RECORDS_DISORDER_NS UINT64_C(100000000)

#define CDM_PIECE_NEWLINE 2u
#define CDM_PIECE_PREFIX 4u
#define CDM_PIECE_CONT 8u

enum { HEADER_SIZE, TS, LEN, TEXT_LEN, DICT_LEN, N_RECORDS_FIELDS };

struct cdm_records_header {
	uint64_t ts_ns;
	uint32_t len, text_len, dict_len;
	uint8_t facility, level, flags;
	uint8_t high; /* of the two bytes that are level and facility in 3.5.0 */
	uint32_t caller;
};

/* A place in the walk. */
struct cdm_records_cursor {
	uint64_t idx;
	uint64_t lap_end; /* where this lap's records end at most */
	bool goes_around; /* there is another lap, and a mark may end this one */
	unsigned previous_flags;
	uint64_t seq;
	uint64_t last_ts; /* of the newest record so far */
};

/* Are lines in pieces put together (join.h)? */
enum cdm_records_join { CDM_JOIN_UNKNOWN, CDM_JOIN_PIECES, CDM_JOIN_NOTHING };

struct cdm_records {
	struct cdm_kernel *kernel;
	struct cdm_damage *damage;
	struct cdm_window window;
	uint32_t fields[N_RECORDS_FIELDS];
	uint32_t caller_at;           /* 0: these kernels do not store it */
	bool level_is_wide;           /* 3.5.0: facility and level in one number of 16 bits */
	bool is_carved;               /* its ends are what was found, not what the kernel says */
	uint64_t vaddr, size;         /* of the ring */
	uint64_t first_idx, next_idx; /* of the oldest record; where the kernel would write */
	uint64_t first_seq;           /* the oldest record's number; 0: or not known */
	bool is_counted; /* that number is known: those of the other records may be compared */
	struct cdm_records_cursor at;
	enum cdm_records_join join;
	bool is_full; /* first_idx and next_idx are the same, and the ring is not empty */
	bool runs_on; /* records were found where log_next_idx says that there are none */
	bool wants_unfinished;
};

/* ---- records_walk.c ---- */

/* Do the next 64 bytes show that anything was ever written there? Before the ring was full it was not. */
bool cdm_records_was_written(struct cdm_records *log, uint64_t idx);

/* To the oldest record, by first_idx and next_idx. */
void cdm_records_begin(struct cdm_records *log);

/* The sound record at the cursor. CDM_END: there is no more in this lap. CDM_CORRUPT, and those of a
 * read: what stands there is no record. */
CDM_CHECKED enum cdm_status
cdm_records_look(struct cdm_records *log, struct cdm_records_header *header, struct cdm_error *err);

/* Passes over the record that was looked at. */
void cdm_records_pass(struct cdm_records *log, const struct cdm_records_header *header);

/* From the end of the first lap to the ring's start. False: the log ends here. */
bool cdm_records_go_around(struct cdm_records *log);

/* Do enough records in a row stand at the cursor, or as many as there are up to the end of the lap? */
bool cdm_records_is_chain(struct cdm_records *log);

/* After a damaged place: the next one in this lap that a chain begins at, or the lap's end. */
void cdm_records_resynchronise(struct cdm_records *log);

/* The length of a record is more than its parts. Another one stands right after these: that is its
 * length. False: it does not. */
bool cdm_records_mend_length(struct cdm_records *log, struct cdm_records_header *header);

/* Text and dictionary of the record at the cursor, valid until the next call. */
CDM_CHECKED enum cdm_status cdm_records_body(struct cdm_records *log,
					     const struct cdm_records_header *header,
					     struct cdm_bytes *body, struct cdm_error *err);

/* Was a part of this record, which is sound, lost with a sector? */
bool cdm_records_lost_bytes(struct cdm_records *log, const struct cdm_records_header *header);

/* ---- records_ends.c ---- */

/* Does the log begin with first_idx? Tells as damage if not, and begins where it does. */
void cdm_records_check_first(struct cdm_records *log);

/* At the end that next_idx gives: do records follow that are no older? Tells as damage, and moves the
 * end after them. */
bool cdm_records_runs_on(struct cdm_records *log);

#endif
