// SPDX-License-Identifier: GPL-2.0-or-later
/* flat_used.c - was a range of a flattened stream handed out? */

#include "source/flat_used.h"

#include "base/checked.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum cdm_status cdm_flat_used_open(struct cdm_flat_used *used, struct cdm_error *err)
{
	used->n_ranges = 0;
	used->ranges = malloc(CDM_FLAT_USED * sizeof(*used->ranges));
	return used->ranges ? CDM_OK : cdm_fail_memory(err, "flattened stream");
}

void cdm_flat_used_close(struct cdm_flat_used *used)
{
	free(used->ranges);
	used->ranges = NULL;
}

/* The first range that ends at or behind off. */
static unsigned find_used(const struct cdm_flat_used *used, uint64_t off)
{
	unsigned low = 0;
	unsigned high = used->n_ranges;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (used->ranges[middle].end < off)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Joins the ranges [first, first + n) into one. */
static void join_used(struct cdm_flat_used *used, unsigned first, unsigned n)
{
	struct cdm_flat_range *at = &used->ranges[first];
	unsigned behind = used->n_ranges - first - n;

	at->end = at[n - 1].end;
	memmove(at + 1, at + n, behind * sizeof(*at));
	used->n_ranges -= n - 1;
}

/* Between neighbours lies almost never what another segment gives. */
static void join_nearest_used(struct cdm_flat_used *used)
{
	unsigned nearest = 0;
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i + 1 < used->n_ranges; i++) {
		uint64_t between = used->ranges[i + 1].start - used->ranges[i].end;

		if (between < least) {
			least = between;
			nearest = i;
		}
	}
	join_used(used, nearest, 2);
}

void cdm_flat_used_add(struct cdm_flat_used *used, struct cdm_flat_range range)
{
	unsigned first = find_used(used, range.start);
	unsigned end = first;

	while (end < used->n_ranges && used->ranges[end].start <= range.end)
		end++;

	struct cdm_flat_range *at = &used->ranges[first];
	if (end > first) {
		at->start = cdm_min(at->start, range.start);
		join_used(used, first, end - first);
		at->end = cdm_max(at->end, range.end);
	} else if (used->n_ranges < CDM_FLAT_USED) {
		memmove(at + 1, at, (used->n_ranges - first) * sizeof(*at));
		used->n_ranges++;
		*at = range;
	} else {
		join_nearest_used(used);
		cdm_flat_used_add(used, range);
	}
}

bool cdm_flat_used_touches(const struct cdm_flat_used *used, struct cdm_flat_range range)
{
	unsigned i = find_used(used, range.start + 1);

	return i < used->n_ranges && used->ranges[i].start < range.end;
}
