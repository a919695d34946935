// SPDX-License-Identifier: GPL-2.0-or-later
/* records_ends.c - do the records begin and end where log_first_idx and log_next_idx say?
 *
 * Both are numbers in memory that may be damaged, or that a wrong symbol leads to. What they leave out
 * would be missing without a word: so the bytes on their other side are looked at. */

#include "printk/records.h"

#include "base/checked.h"

#include <inttypes.h>

/* Records of a ring that has wrapped leave less than this between the newest and the oldest, or the
 * newest and the ring's end: a record, a header, and what had to go for it (log_make_free_space()). */
#define MAX_GAP 4096u

/* ---- the newest end ---- */

/* Records from the cursor on that are no older than those before; the cursor is moved after them. Two
 * show that this is the log; then processors' clocks may differ. */
static unsigned follow(struct cdm_records *log)
{
	struct cdm_records_header header;
	struct cdm_error unused;
	unsigned n = 0;

	while (!cdm_records_look(log, &header, &unused) &&
	       header.ts_ns + (n > 1 ? CDM_RECORDS_DISORDER_NS : 0) >= log->at.last_ts) {
		cdm_records_pass(log, &header);
		n++;
	}
	return n;
}

/* The cursor may go on to the other end, which is `first_idx`. */
static void open_lap(struct cdm_records *log)
{
	bool is_below = log->at.idx < log->first_idx;

	log->at.lap_end = is_below ? log->first_idx : log->size;
	log->at.goes_around = !is_below;
}

/* Is there no more in this lap because of its mark, or of the ring's end? */
static bool is_at_lap_end(struct cdm_records *log)
{
	struct cdm_records_header header;
	struct cdm_error unused;

	return log->at.goes_around && cdm_records_look(log, &header, &unused) == CDM_END;
}

/* Where records really end. One alone is what a CPU was writing: it is not counted in yet. */
static bool find_end(struct cdm_records *log, uint64_t *end)
{
	uint64_t last_ts = log->at.last_ts;

	open_lap(log);
	unsigned n = follow(log);

	*end = log->at.idx;
	if (is_at_lap_end(log) && log->first_idx) {
		log->at.idx = 0;
		open_lap(log);
		unsigned more = follow(log);

		n += more;
		if (more)
			*end = log->at.idx;
	}
	return n > 1 && log->at.last_ts > last_ts;
}

bool cdm_records_runs_on(struct cdm_records *log)
{
	struct cdm_records_cursor start = log->at;
	uint64_t end, next_idx = log->next_idx;
	struct cdm_error err;

	if (log->runs_on || log->is_carved || !cdm_records_was_written(log, start.idx))
		return false;
	bool is_wrong = find_end(log, &end);

	log->at = start;
	if (!is_wrong)
		return false;
	open_lap(log);
	log->runs_on = true;
	log->next_idx = end;
	if (end > start.idx || !log->at.goes_around) {
		log->at.lap_end = end;
		log->at.goes_around = false;
	}
	cdm_fail(&err, CDM_CORRUPT,
		 "the ring ends at 0x%" PRIx64
		 " (log_next_idx), and records follow up to 0x%" PRIx64,
		 next_idx, end);
	cdm_damage_add(log->damage, &err);
	return true;
}

/* ---- the oldest end ---- */

/* Do records lead from idx to `to`, none of them older than the one before? Where they end, *end
 * says. */
static bool leads_to(struct cdm_records *log, uint64_t idx, uint64_t to, uint64_t *end)
{
	struct cdm_records_cursor start = log->at;

	log->at.idx = idx;
	log->at.lap_end = to;
	log->at.goes_around = false;
	log->at.last_ts = 0;
	unsigned n = follow(log);

	*end = log->at.idx;
	log->at = start;
	return n && *end == to;
}

static void move_first(struct cdm_records *log, uint64_t idx)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT,
		 "the ring begins at 0x%" PRIx64
		 " (log_first_idx), and older records stand from 0x%" PRIx64 " on",
		 log->first_idx, idx);
	cdm_damage_add(log->damage, &err);
	log->first_idx = idx;
	log->is_full = idx == log->next_idx;
	cdm_records_begin(log);
}

/* The next place after idx, and before first_idx, that a chain begins at. */
static uint64_t next_chain(struct cdm_records *log, uint64_t idx)
{
	struct cdm_records_cursor start = log->at;

	log->at.idx = idx;
	log->at.lap_end = log->first_idx;
	log->at.goes_around = false;
	cdm_records_resynchronise(log);
	idx = log->at.idx;
	log->at = start;
	return idx;
}

/* Older records between the newest and the oldest that lead to the oldest: too many to be what
 * was overwritten. */
static void look_before(struct cdm_records *log)
{
	uint64_t first = log->first_idx, idx = log->next_idx, end;

	while ((idx = next_chain(log, idx)) < first) {
		if (leads_to(log, idx, first, &end)) {
			move_first(log, idx);
			return;
		}
		idx = cdm_max(idx, end - 4);
	}
}

/* A ring of one lap, and older records after its end: there are two laps. */
static void look_after_next(struct cdm_records *log)
{
	struct cdm_records_header header, first;
	struct cdm_error unused;

	if (cdm_records_look(log, &first, &unused) || !cdm_records_was_written(log, log->next_idx))
		return;
	log->at.idx = log->next_idx;
	log->at.lap_end = log->size;
	log->at.goes_around = true;
	if (!cdm_records_is_chain(log))
		cdm_records_resynchronise(log);
	bool is_older = log->size - log->at.idx > MAX_GAP / 2 &&
			!cdm_records_look(log, &header, &unused) && header.ts_ns < first.ts_ns;
	uint64_t idx = log->at.idx;

	cdm_records_begin(log);
	if (is_older)
		move_first(log, idx);
}

void cdm_records_check_first(struct cdm_records *log)
{
	uint64_t first = log->first_idx, next = log->next_idx, end;

	if (log->is_carved)
		return;
	if (first > next && first - next > MAX_GAP) {
		look_before(log);
	} else if (first < next && log->size - next > MAX_GAP) {
		if (first && leads_to(log, 0, first, &end))
			move_first(log, 0);
		look_after_next(log);
	}
}
