// SPDX-License-Identifier: GPL-2.0-or-later
/* chain.c - which piece of a chain holds a physical address? */

#include "formats/chain.h"
#include "base/checked.h"

#include <inttypes.h>
#include <stdlib.h>

#define RECENT 4 /* the three arrays of a log, and a page table */

/* A group of pieces: where its first one is, and the addresses that all of them cover. */
struct group {
	struct cdm_chain_place place;
	uint64_t lowest, highest; /* [lowest, highest) */
};

/* A piece that was met, and where the one behind it is. */
struct met {
	struct cdm_piece piece;
	struct cdm_chain_place behind;
	unsigned group;
};

struct cdm_chain {
	struct cdm_dump *dump; /* borrowed */
	cdm_chain_step *step;
	const char *noun;

	struct cdm_chain_place end; /* of what was walked */
	bool is_walked;             /* to its end ... */
	struct cdm_error why;       /* ... or to where this happened; CDM_END: it is whole */
	bool rises;                 /* no piece begins before the end of the one before */
	uint64_t highest;           /* of all that was walked */

	uint64_t per_group, in_last; /* pieces */
	unsigned n_groups;
	struct group groups[CDM_CHAIN_MARKS];

	struct met recent[RECENT];
	unsigned n_recent, next_recent;
};

enum cdm_status cdm_chain_new(struct cdm_dump *dump, cdm_chain_step *step,
			      const struct cdm_chain_place *start, const char *noun,
			      struct cdm_chain **out, struct cdm_error *err)
{
	/* 20 kB of groups, mostly unused: they are not cleared. */
	struct cdm_chain *chain = malloc(sizeof(*chain));

	if (!chain)
		return cdm_fail_memory(err, "index of the memory in the file");
	chain->dump = dump;
	chain->step = step;
	chain->noun = noun;
	chain->end = *start;
	chain->is_walked = false;
	chain->rises = true;
	chain->highest = 0;
	chain->per_group = 1;
	chain->in_last = 0;
	chain->n_groups = 0;
	chain->n_recent = 0;
	chain->next_recent = 0;
	*out = chain;
	return CDM_OK;
}

void cdm_chain_free(struct cdm_chain *chain)
{
	free(chain);
}

enum cdm_status cdm_chain_has_more(struct cdm_source *source, uint64_t at, struct cdm_error *err)
{
	uint8_t bytes[2];
	size_t got, before = at > 0;
	enum cdm_status st = cdm_source_read(source, at - before, bytes, before + 1, &got, err);

	if (got == before + 1)
		return CDM_OK;
	if (st && st != CDM_TRUNCATED)
		return st;
	if (got == before)
		return CDM_END;
	return cdm_fail(err, CDM_TRUNCATED, "the file ends before offset 0x%" PRIx64, at);
}

/* ---- walking on ---- */

/* Two groups become one. The last one may be alone. */
static void halve(struct cdm_chain *chain)
{
	unsigned n = chain->n_groups / 2;

	for (unsigned i = 0; i < n; i++) {
		const struct group *second = &chain->groups[2 * i + 1];

		chain->groups[i] = chain->groups[2 * i];
		chain->groups[i].lowest = cdm_min(chain->groups[i].lowest, second->lowest);
		chain->groups[i].highest = cdm_max(chain->groups[i].highest, second->highest);
	}
	chain->n_groups = n;
	chain->in_last = chain->per_group *= 2;
	for (unsigned i = 0; i < chain->n_recent; i++)
		chain->recent[i].group /= 2;
}

static void add(struct cdm_chain *chain, const struct cdm_chain_place *place,
		const struct cdm_piece *piece)
{
	if (chain->n_groups == CDM_CHAIN_MARKS && chain->in_last == chain->per_group)
		halve(chain);
	if (chain->n_groups == 0 || chain->in_last == chain->per_group) {
		chain->groups[chain->n_groups++] = (struct group){ *place, UINT64_MAX, 0 };
		chain->in_last = 0;
	}
	struct group *last = &chain->groups[chain->n_groups - 1];

	chain->in_last++;
	last->lowest = cdm_min(last->lowest, piece->begin);
	last->highest = cdm_max(last->highest, piece->end);
	chain->rises &= piece->begin >= chain->highest;
	chain->highest = cdm_max(chain->highest, piece->end);
}

static void remember(struct cdm_chain *chain, const struct met *met)
{
	chain->recent[chain->next_recent] = *met;
	chain->next_recent = (chain->next_recent + 1) % RECENT;
	if (chain->n_recent < RECENT)
		chain->n_recent++;
}

/* The next piece that is not empty. */
static enum cdm_status take_piece(struct cdm_chain *chain, struct cdm_chain_place *place,
				  struct cdm_piece *piece, struct cdm_error *err)
{
	enum cdm_status st;

	do {
		uint64_t at = place->at;

		st = chain->step(chain->dump, place, piece, err);
		if (!st && place->at <= at)
			return cdm_fail(err, CDM_CORRUPT,
					"the %s at offset 0x%" PRIx64 " leads back", chain->noun,
					at);
	} while (!st && piece->begin == piece->end);
	return st;
}

/* The first piece behind what was walked. False: there is no more. */
static bool walk_on(struct cdm_chain *chain, struct met *met)
{
	struct cdm_chain_place place = chain->end;

	if (chain->is_walked)
		return false;
	enum cdm_status st = take_piece(chain, &chain->end, &met->piece, &chain->why);

	if (st) {
		chain->why.status = st;
		chain->is_walked = true;
		if (st != CDM_END)
			chain->dump->lost = &chain->why;
		return false;
	}
	add(chain, &place, &met->piece);
	met->behind = chain->end;
	met->group = chain->n_groups - 1;
	return true;
}

/* ---- looking back ---- */

/* What is looked for: the first piece that ends behind `from`; of a chain whose addresses do not
 * rise, the lowest, or (`holds`) the first that holds it. */
struct search {
	uint64_t from;
	bool holds;
	bool found;
	struct met best;
};

static bool fits(const struct search *search, const struct cdm_piece *piece)
{
	if (piece->end <= search->from)
		return false;
	if (search->holds)
		return piece->begin <= search->from;
	return !search->found || cdm_max(piece->begin, search->from) <
					 cdm_max(search->best.piece.begin, search->from);
}

static uint64_t pieces_in(const struct cdm_chain *chain, unsigned group)
{
	return group + 1 == chain->n_groups ? chain->in_last : chain->per_group;
}

/* Where to begin in a group: behind a piece that was met lately, where addresses rise and that one
 * is not too high. */
static struct cdm_chain_place place_in(const struct cdm_chain *chain, unsigned group, uint64_t from)
{
	struct cdm_chain_place place = chain->groups[group].place;

	for (unsigned i = 0; chain->rises && i < chain->n_recent; i++) {
		const struct met *met = &chain->recent[i];

		if (met->group == group && met->piece.end <= from && met->behind.at > place.at)
			place = met->behind;
	}
	return place;
}

static enum cdm_status search_group(struct cdm_chain *chain, unsigned group, struct search *search,
				    struct cdm_error *err)
{
	struct cdm_chain_place place = place_in(chain, group, search->from);
	bool takes_first = search->holds || chain->rises;

	for (uint64_t n = pieces_in(chain, group); n; n--) {
		struct met met = { .group = group };
		enum cdm_status st;

		if (place.at >= chain->end.at)
			return CDM_OK;
		st = take_piece(chain, &place, &met.piece, err);
		if (st)
			return st == CDM_END ? CDM_OK : st;
		met.behind = place;
		if (!fits(search, &met.piece))
			continue;
		search->best = met;
		search->found = true;
		if (takes_first)
			return CDM_OK;
	}
	return CDM_OK;
}

static bool may_fit(const struct search *search, const struct group *group)
{
	struct cdm_piece hull = { .begin = group->lowest, .end = group->highest };

	return fits(search, &hull);
}

static enum cdm_status search_walked(struct cdm_chain *chain, struct search *search,
				     struct cdm_error *err)
{
	bool takes_first = search->holds || chain->rises;
	enum cdm_status st;

	for (unsigned i = 0; i < chain->n_groups; i++) {
		if (may_fit(search, &chain->groups[i]) &&
		    (st = search_group(chain, i, search, err)))
			return st;
		if (search->found && takes_first)
			break;
	}
	return CDM_OK;
}

/* Looks at what was walked, then walks on. A chain whose addresses rise need not be walked beyond a
 * piece that fits. */
static enum cdm_status look_for(struct cdm_chain *chain, struct search *search,
				struct cdm_error *err)
{
	struct met met;
	enum cdm_status st = search_walked(chain, search, err);

	if (st)
		return st;
	while (!(search->found && (search->holds || chain->rises)) && walk_on(chain, &met)) {
		if (fits(search, &met.piece)) {
			search->best = met;
			search->found = true;
		}
	}
	if (search->found)
		remember(chain, &search->best);
	return CDM_OK;
}

enum cdm_status cdm_chain_find(struct cdm_chain *chain, uint64_t paddr, struct cdm_piece *piece,
			       struct cdm_error *err)
{
	struct search search = { .from = paddr, .holds = true };

	for (unsigned i = 0; i < chain->n_recent; i++) {
		*piece = chain->recent[i].piece;
		if (fits(&search, piece))
			return CDM_OK;
	}
	enum cdm_status st = look_for(chain, &search, err);

	if (st)
		return st;
	*piece = search.best.piece;
	if (search.found)
		return CDM_OK;
	if (chain->why.status == CDM_END)
		return cdm_fail(err, CDM_ABSENT, "physical address 0x%" PRIx64 " is in no %s",
				paddr, chain->noun);
	*err = chain->why;
	return cdm_context(err,
			   "physical address 0x%" PRIx64 " is in none of the %ss that can be read",
			   paddr, chain->noun);
}

enum cdm_status cdm_chain_next(struct cdm_chain *chain, uint64_t from, struct cdm_piece *piece,
			       struct cdm_error *err)
{
	struct search search = { .from = from };
	struct met unused;

	while (!chain->dump->source->is_stream && walk_on(chain, &unused))
		; /* what comes last may be lowest */
	enum cdm_status st = look_for(chain, &search, err);

	if (st)
		return st;
	*piece = search.best.piece;
	if (search.found)
		return CDM_OK;
	if (chain->why.status != CDM_END && !cdm_is_missing(chain->why.status)) {
		*err = chain->why;
		return chain->why.status;
	}
	return CDM_END;
}
