// SPDX-License-Identifier: GPL-2.0-or-later
/* pieces.c - how is all memory of a dump read, one piece behind the other? */

#include "dump/pieces.h"
#include "base/checked.h"
#include "dump/hole.h"

#include <inttypes.h>
#include <stdlib.h>

#define STEP 4096 /* the smallest page of any machine: what is passed over where one is missing */
#define PATIENCE 256 /* such steps in a row over damage, which may end with a page: 1 MiB */

/* ---- what it may cost ---- */

/* Adds what was read since then. */
static void count_work(struct cdm_pieces *pieces, uint64_t work_before)
{
	pieces->work += cdm_dump_work(pieces->dump) - work_before;
}

/* What was read for nothing, this walk's own. */
static uint64_t idle_work(const struct cdm_pieces *pieces)
{
	uint64_t allowed = pieces->n_found * CDM_MAX_WORK_A_BYTE;

	return pieces->work > allowed ? pieces->work - allowed : 0;
}

static bool is_worth_it(const struct cdm_pieces *pieces)
{
	return pieces->dump->idle_work + idle_work(pieces) <= CDM_MAX_IDLE_WORK;
}

/* Who looks for what is not found is to know. */
static enum cdm_status give_up(struct cdm_pieces *pieces, struct cdm_error *err)
{
	struct cdm_dump *dump = pieces->dump;

	if (dump->unsearched) /* the walk before ended there */
		return CDM_END;
	dump->unsearched = malloc(sizeof(*dump->unsearched));
	if (!dump->unsearched)
		return cdm_fail_memory(err, "search");
	cdm_fail(dump->unsearched, CDM_ERR_LIMIT,
		 "from physical address 0x%" PRIx64
		 " on memory is not searched: its index is in such disorder that finding it takes "
		 "more than reading it",
		 pieces->range.end);
	if (!dump->lost)
		dump->lost = dump->unsearched;
	return CDM_END;
}

static void keep_reason(struct cdm_pieces *pieces, const struct cdm_error *reason)
{
	if (!pieces->has_unread)
		pieces->unread = *reason;
	pieces->has_unread = true;
}

/* ---- how far it has come ---- */

/* Costs a walk over the dump's index, and counts as far as that can be read, and is in some order. */
static void count_all(struct cdm_pieces *pieces)
{
	struct cdm_range range = { 0 };
	struct cdm_error unused;
	uint64_t before = cdm_dump_work(pieces->dump), n = 0, work = 0;

	while (work < CDM_MAX_COUNT_WORK + n * CDM_SEARCH_PIECE &&
	       !cdm_dump_next_range(pieces->dump, range.end, &range, &unused)) {
		if (n++ == 0) /* it may have made an index */
			before = cdm_dump_work(pieces->dump);
		pieces->all = cdm_end_of(pieces->all, range.end - range.begin);
		work = cdm_dump_work(pieces->dump) - before;
	}
}

/* CDM_ERR_STOPPED: nobody waits for it any more. */
static enum cdm_status tell_progress(struct cdm_pieces *pieces, struct cdm_error *err)
{
	const struct cdm_dump_progress *progress = &pieces->dump->progress;

	if (!progress->on_progress || pieces->done < pieces->next_told)
		return CDM_OK;
	pieces->next_told = cdm_end_of(pieces->done, CDM_PROGRESS_STEP);
	return progress->on_progress(progress->context, pieces->done, pieces->all)
		       ? CDM_OK
		       : cdm_source_stopped(err);
}

enum cdm_status cdm_pieces_begin(struct cdm_pieces *pieces, struct cdm_dump *dump,
				 struct cdm_error *err)
{
	*pieces = (struct cdm_pieces){
		.dump = dump,
		.step = STEP,
		.buf = malloc(CDM_SEARCH_PIECE),
	};
	/* A stream would have to be read for that. */
	if (dump->progress.on_progress && !(dump->source && dump->source->is_stream))
		count_all(pieces);
	return pieces->buf ? CDM_OK : cdm_fail_memory(err, "search");
}

void cdm_pieces_end(struct cdm_pieces *pieces)
{
	if (pieces->buf)
		pieces->dump->idle_work += idle_work(pieces);
	free(pieces->buf);
	pieces->buf = NULL;
	cdm_searched_end(&pieces->searched);
}

/* Of what is left of a range the first part that stands in the file where nothing was searched. */
static enum cdm_status take_part(struct cdm_pieces *pieces, struct cdm_error *err)
{
	uint64_t begin = pieces->range.end;

	pieces->range = pieces->rest;
	pieces->range.begin = begin;
	enum cdm_status st =
		cdm_dump_pass_searched(pieces->dump, &pieces->searched, &pieces->range, err);

	pieces->done += pieces->range.begin - begin;
	return st;
}

static enum cdm_status next_range(struct cdm_pieces *pieces, struct cdm_error *err)
{
	if (pieces->range.begin < pieces->range.end)
		return CDM_OK;
	pieces->may_be_hole = true;
	if (pieces->range.end < pieces->rest.end)
		return take_part(pieces, err);
	enum cdm_status st =
		cdm_dump_next_range(pieces->dump, pieces->range.end, &pieces->rest, err);

	if (st)
		return st;
	pieces->range.end = pieces->rest.begin;
	return take_part(pieces, err);
}

/* Goes on to `to`, which is in the range or behind it. */
static void go_on(struct cdm_pieces *pieces, uint64_t to)
{
	struct cdm_range *range = &pieces->range;
	uint64_t passed = cdm_min(to, range->end) - range->begin;

	range->begin += passed;
	range->at += passed;
	pieces->done += passed;
}

/* Behind the end of a file that was cut, or the damage in a compressed one, there is no more, and a
 * header that lies may promise 2^60 bytes: steps double, so that a gap hides at most as much again. */
static void pass_over(struct cdm_pieces *pieces, const struct cdm_error *reason)
{
	uint64_t to = cdm_end_of(pieces->range.begin - pieces->range.begin % STEP, pieces->step);

	go_on(pieces, to);
	pieces->n_damaged += reason->status == CDM_CORRUPT;
	if (reason->status == CDM_TRUNCATED || pieces->n_damaged > PATIENCE)
		pieces->step = cdm_end_of(pieces->step, pieces->step);
	keep_reason(pieces, reason);
}

/* Passes over what the file gave at another address. *end: where it may have given the next. */
static void pass_searched(struct cdm_pieces *pieces, uint64_t *end)
{
	struct cdm_range *range = &pieces->range;
	struct cdm_error reason;
	uint64_t up_to;

	*end = range->end;
	while (range->begin < range->end && range->may_recur) {
		bool lacks =
			cdm_searched_lacks(&pieces->searched, range->source, range->at, &up_to);
		uint64_t paddr = cdm_end_of(range->begin, up_to - range->at);

		if (lacks) {
			*end = cdm_min(*end, paddr);
			return;
		}
		if (pieces->searched.is_coarse) {
			cdm_fail(
				&reason, CDM_ERR_LIMIT,
				"physical address 0x%" PRIx64
				" may not have been searched: the dump's segments lie in more than "
				"%u places of the file",
				range->begin, CDM_MAX_SEARCHED);
			keep_reason(pieces, &reason);
		}
		go_on(pieces, paddr);
	}
}

/* `len` bytes from where the range begins. */
static enum cdm_status note_searched(struct cdm_pieces *pieces, uint64_t len, struct cdm_error *err)
{
	const struct cdm_range *range = &pieces->range;
	struct cdm_stretch stretch = { range->source, range->at, cdm_end_of(range->at, len) };

	if (!range->may_recur || stretch.begin == stretch.end)
		return CDM_OK;
	return cdm_searched_add(&pieces->searched, &stretch, err);
}

/* Is it a failure of the whole search, and not of a place? */
static bool ends_search(enum cdm_status st)
{
	return st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM || st == CDM_ERR_LIMIT ||
	       st == CDM_ERR_STOPPED;
}

/* Up to the end of the piece, of the range, and of what was not searched. *got may be 0. */
static enum cdm_status read_piece(struct cdm_pieces *pieces, uint64_t end, size_t *got,
				  struct cdm_error *err)
{
	uint64_t begin = pieces->range.begin;
	size_t room = CDM_SEARCH_PIECE - (size_t)(begin % CDM_SEARCH_PIECE);
	struct cdm_error failure;
	enum cdm_status st = cdm_dump_read(pieces->dump, begin, pieces->buf,
					   (size_t)cdm_min(room, end - begin), got, &failure);

	if (ends_search(st)) {
		*err = failure;
		return st;
	}
	enum cdm_status noted = note_searched(pieces, *got, err);

	if (noted)
		return noted;
	go_on(pieces, begin + *got);
	if (st) {
		pass_over(pieces, &failure);
	} else {
		pieces->step = STEP;
		pieces->n_damaged = 0;
	}
	if (*got)
		pieces->may_be_hole = cdm_hole_looks_like((struct cdm_bytes){ pieces->buf, *got });
	pieces->n_found += *got;
	return CDM_OK;
}

/* The next bytes of the range, if it has any that are to be searched. */
static enum cdm_status search_range(struct cdm_pieces *pieces, struct cdm_bytes *piece,
				    uint64_t *paddr, struct cdm_error *err)
{
	uint64_t end;
	size_t got = 0;
	enum cdm_status st = tell_progress(pieces, err);

	if (st)
		return st;
	if (pieces->may_be_hole)
		go_on(pieces, cdm_hole_end(&pieces->range));
	pass_searched(pieces, &end);
	*paddr = pieces->range.begin;
	if (*paddr < pieces->range.end)
		st = read_piece(pieces, end, &got, err);
	*piece = (struct cdm_bytes){ pieces->buf, got };
	return st;
}

enum cdm_status cdm_pieces_next(struct cdm_pieces *pieces, struct cdm_bytes *piece, uint64_t *paddr,
				struct cdm_error *err)
{
	enum cdm_status st;

	do {
		bool is_first = !pieces->range.end;
		uint64_t before = cdm_dump_work(pieces->dump);

		if (!is_worth_it(pieces))
			return give_up(pieces, err);
		st = next_range(pieces, err);
		if (st)
			return st;
		if (is_first) /* it may have made an index */
			before = cdm_dump_work(pieces->dump);
		st = search_range(pieces, piece, paddr, err);
		count_work(pieces, before);
	} while (!st && piece->len == 0);
	return st;
}
