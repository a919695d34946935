// SPDX-License-Identifier: GPL-2.0-or-later
/* pieces.c - how is all memory of a dump read, one piece behind the other? */

#include "dump/pieces.h"
#include "base/checked.h"
#include "dump/hole.h"

#include <stdlib.h>

#define STEP 4096 /* the smallest page of any machine: what is passed over where one is missing */
#define PATIENCE 256 /* such steps in a row over damage, which may end with a page: 1 MiB */

/* Costs a walk over the dump's index, and counts as far as that can be read. */
static uint64_t count_all(struct cdm_dump *dump)
{
	struct cdm_range range = { 0 };
	struct cdm_error unused;
	uint64_t all = 0;

	while (!cdm_dump_next_range(dump, range.end, &range, &unused))
		all += range.end - range.begin;
	return all;
}

static void tell_progress(struct cdm_pieces *pieces)
{
	const struct cdm_dump_progress *progress = &pieces->dump->progress;

	if (!progress->on_progress || pieces->done < pieces->next_told)
		return;
	progress->on_progress(progress->context, pieces->done, pieces->all);
	pieces->next_told = cdm_end_of(pieces->done, CDM_PROGRESS_STEP);
}

enum cdm_status cdm_pieces_begin(struct cdm_pieces *pieces, struct cdm_dump *dump,
				 struct cdm_error *err)
{
	*pieces = (struct cdm_pieces){
		.dump = dump,
		.step = STEP,
		.buf = malloc(CDM_SEARCH_PIECE),
	};
	if (dump->progress.on_progress)
		pieces->all = count_all(dump);
	return pieces->buf ? CDM_OK : cdm_fail_memory(err, "search");
}

void cdm_pieces_end(struct cdm_pieces *pieces)
{
	free(pieces->buf);
	pieces->buf = NULL;
}

static enum cdm_status next_range(struct cdm_pieces *pieces, struct cdm_error *err)
{
	if (pieces->range.begin < pieces->range.end)
		return CDM_OK;
	pieces->may_be_hole = true;
	return cdm_dump_next_range(pieces->dump, pieces->range.end, &pieces->range, err);
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
	if (!pieces->has_unread)
		pieces->unread = *reason;
	pieces->has_unread = true;
}

enum cdm_status cdm_pieces_next(struct cdm_pieces *pieces, struct cdm_bytes *piece, uint64_t *paddr,
				struct cdm_error *err)
{
	enum cdm_status st;

	while (!(st = next_range(pieces, err))) {
		tell_progress(pieces);
		if (pieces->may_be_hole)
			go_on(pieces, cdm_hole_end(&pieces->range));
		uint64_t begin = pieces->range.begin;

		if (begin == pieces->range.end)
			continue;
		size_t room = CDM_SEARCH_PIECE - (size_t)(begin % CDM_SEARCH_PIECE), got = 0;
		struct cdm_error failure;

		st = cdm_dump_read(pieces->dump, begin, pieces->buf,
				   (size_t)cdm_min(room, pieces->range.end - begin), &got,
				   &failure);
		if (st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM || st == CDM_ERR_LIMIT) {
			*err = failure;
			return st;
		}
		go_on(pieces, begin + got);
		if (st)
			pass_over(pieces, &failure);
		if (got == 0)
			continue;
		pieces->may_be_hole = cdm_hole_looks_like((struct cdm_bytes){ pieces->buf, got });
		if (!st) {
			pieces->step = STEP;
			pieces->n_damaged = 0;
		}
		*piece = (struct cdm_bytes){ pieces->buf, got };
		*paddr = begin;
		return CDM_OK;
	}
	return st;
}
