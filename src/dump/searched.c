// SPDX-License-Identifier: GPL-2.0-or-later
/* searched.c - was this stretch of the file searched already? */

#include "dump/searched.h"
#include "base/checked.h"

#include <stdlib.h>
#include <string.h>

static bool is_before(const struct cdm_stretch *stretch, const struct cdm_source *source,
		      uint64_t at)
{
	if (stretch->source != source)
		return (uintptr_t)stretch->source < (uintptr_t)source;
	return stretch->end < at;
}

/* The first stretch of source, or of one behind it, that ends at or behind `at`. */
static unsigned find(const struct cdm_searched *searched, const struct cdm_source *source,
		     uint64_t at)
{
	unsigned low = 0, high = searched->n;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (is_before(&searched->at[middle], source, at))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool cdm_searched_lacks(const struct cdm_searched *searched, const struct cdm_source *source,
			uint64_t at, uint64_t *up_to)
{
	unsigned i = find(searched, source, at);

	*up_to = UINT64_MAX;
	if (i == searched->n)
		return true;
	const struct cdm_stretch *stretch = searched->at + i;

	if (stretch->source == source && stretch->end == at)
		i++, stretch++;
	if (i == searched->n || stretch->source != source)
		return true;
	*up_to = at < stretch->begin ? stretch->begin : stretch->end;
	return at < stretch->begin;
}

/* The stretches [first, first + n) become one. */
static void join(struct cdm_searched *searched, unsigned first, unsigned n)
{
	struct cdm_stretch *at = searched->at + first;

	at->end = cdm_max(at->end, at[n - 1].end);
	memmove(at + 1, at + n, (searched->n - first - n) * sizeof(*at));
	searched->n -= n - 1;
}

/* Two of one source: there are more stretches than sources. */
static void join_nearest(struct cdm_searched *searched)
{
	const struct cdm_stretch *at = searched->at;
	uint64_t least = UINT64_MAX;
	unsigned nearest = 0;

	for (unsigned i = 0; i + 1 < searched->n; i++) {
		if (at[i].source != at[i + 1].source || at[i + 1].begin - at[i].end >= least)
			continue;
		least = at[i + 1].begin - at[i].end;
		nearest = i;
	}
	join(searched, nearest, 2);
	searched->is_coarse = true;
}

static void insert(struct cdm_searched *searched, unsigned i, const struct cdm_stretch *stretch)
{
	struct cdm_stretch *at = searched->at + i;

	memmove(at + 1, at, (searched->n - i) * sizeof(*at));
	*at = *stretch;
	searched->n++;
}

enum cdm_status cdm_searched_add(struct cdm_searched *searched, const struct cdm_stretch *stretch,
				 struct cdm_error *err)
{
	if (!searched->at)
		searched->at = malloc(CDM_MAX_SEARCHED * sizeof(*searched->at));
	if (!searched->at)
		return cdm_fail_memory(err, "search");
	if (searched->n == CDM_MAX_SEARCHED)
		join_nearest(searched);
	unsigned first = find(searched, stretch->source, stretch->begin), end = first;

	while (end < searched->n && searched->at[end].source == stretch->source &&
	       searched->at[end].begin <= stretch->end)
		end++;
	if (end == first) {
		insert(searched, first, stretch);
		return CDM_OK;
	}
	struct cdm_stretch *at = searched->at + first;

	at->begin = cdm_min(at->begin, stretch->begin);
	join(searched, first, end - first);
	at->end = cdm_max(at->end, stretch->end);
	return CDM_OK;
}

void cdm_searched_end(struct cdm_searched *searched)
{
	free(searched->at);
	searched->at = NULL;
	searched->n = 0;
}
