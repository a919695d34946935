// SPDX-License-Identifier: GPL-2.0-or-later
/* flat_index.c - which groups of segments may hold an offset? */

#include "source/flat_index.h"

#include "base/checked.h"

#include <stdlib.h>

enum cdm_status cdm_flat_index_open(struct cdm_flat_index *index, unsigned max_groups,
				    struct cdm_error *err)
{
	struct cdm_flat_group *groups = malloc(max_groups * sizeof(*groups));

	if (!groups)
		return cdm_fail_memory(err, "index of the flattened stream");
	*index = (struct cdm_flat_index){ .groups = groups, .max_groups = max_groups };
	cdm_flat_index_reset(index, 0);
	return CDM_OK;
}

void cdm_flat_index_reset(struct cdm_flat_index *index, uint64_t at)
{
	*index = (struct cdm_flat_index){ .groups = index->groups,
					  .max_groups = index->max_groups,
					  .end_at = at,
					  .per_group = 1 };
}

void cdm_flat_index_close(struct cdm_flat_index *index)
{
	free(index->groups);
	index->groups = NULL;
}

/* ---- lanes ---- */

static uint64_t width(struct cdm_flat_range range)
{
	return range.end - range.start;
}

static struct cdm_flat_range hull(struct cdm_flat_range a, struct cdm_flat_range b)
{
	if (!width(a))
		return b;
	if (!width(b))
		return a;
	return (struct cdm_flat_range){ cdm_min(a.start, b.start), cdm_max(a.end, b.end) };
}

/* Puts `added` where the lanes become least wide: into one of them, or into a lane of its own, for
 * which the two become one. Ends of ranges are below 2^63, so the sums fit. While the second lane
 * is empty the first grows by no more than width(added): see cdm_flat_group_is_segment(). */
static void add_to_lanes(struct cdm_flat_range lanes[2], struct cdm_flat_range added)
{
	struct cdm_flat_range first = hull(lanes[0], added);
	struct cdm_flat_range second = hull(lanes[1], added);
	struct cdm_flat_range both = hull(lanes[0], lanes[1]);
	uint64_t into_first = width(first) + width(lanes[1]);
	uint64_t into_second = width(lanes[0]) + width(second);
	uint64_t into_own = width(both) + width(added);

	if (into_first <= into_second && into_first <= into_own) {
		lanes[0] = first;
	} else if (into_second <= into_own) {
		lanes[1] = second;
	} else {
		lanes[0] = both;
		lanes[1] = added;
	}
}

bool cdm_flat_group_touches(const struct cdm_flat_group *group, uint64_t off)
{
	return (off >= group->lanes[0].start && off < group->lanes[0].end) ||
	       (off >= group->lanes[1].start && off < group->lanes[1].end);
}

uint64_t cdm_flat_group_next(const struct cdm_flat_group *group, uint64_t off, uint64_t max)
{
	for (int i = 0; i < 2; i++)
		if (group->lanes[i].start > off)
			max = cdm_min(max, group->lanes[i].start);
	return max;
}

/* The highest end of a lane that is not above off. */
static uint64_t previous_end(const struct cdm_flat_group *group, uint64_t off, uint64_t min)
{
	for (int i = 0; i < 2; i++)
		if (group->lanes[i].end <= off)
			min = cdm_max(min, group->lanes[i].end);
	return min;
}

/* ---- groups ---- */

uint64_t cdm_flat_group_end(const struct cdm_flat_index *index, unsigned group)
{
	return group + 1 < index->n_groups ? index->groups[group + 1].header_at : index->end_at;
}

/* With n segments and the second lane empty, the first is at most as wide as their sizes together,
 * and the group takes n headers more than these. */
bool cdm_flat_group_is_segment(const struct cdm_flat_index *index, unsigned group)
{
	const struct cdm_flat_group *it = &index->groups[group];
	uint64_t taken = cdm_flat_group_end(index, group) - it->header_at;

	return !width(it->lanes[1]) && taken == CDM_FLAT_SEGMENT_HEADER + width(it->lanes[0]);
}

static void join_neighbours(struct cdm_flat_index *index)
{
	for (unsigned i = 0; i < index->n_groups / 2; i++) {
		struct cdm_flat_group joined = index->groups[2 * i];
		const struct cdm_flat_group *second = &index->groups[2 * i + 1];

		add_to_lanes(joined.lanes, second->lanes[0]);
		if (width(second->lanes[1]))
			add_to_lanes(joined.lanes, second->lanes[1]);
		index->groups[i] = joined;
	}
	index->n_groups /= 2;
	index->per_group *= 2;
}

static struct cdm_flat_group *open_group(struct cdm_flat_index *index)
{
	if (index->n_groups == index->max_groups)
		join_neighbours(index);
	index->in_last = 0;

	struct cdm_flat_group *group = &index->groups[index->n_groups++];
	*group = (struct cdm_flat_group){ .header_at = index->end_at };
	return group;
}

void cdm_flat_index_add(struct cdm_flat_index *index, struct cdm_flat_range segment)
{
	bool is_full = index->n_groups == 0 || index->in_last == index->per_group;
	struct cdm_flat_group *last =
		is_full ? open_group(index) : &index->groups[index->n_groups - 1];

	add_to_lanes(last->lanes, segment);
	index->in_last++;
	index->end_at += CDM_FLAT_SEGMENT_HEADER + width(segment);
	index->clear = (struct cdm_flat_range){ 0, 0 };
}

unsigned cdm_flat_index_newest(struct cdm_flat_index *index, uint64_t off, uint64_t *clear_end)
{
	struct cdm_flat_range clear = { 0, UINT64_MAX };
	unsigned newest = index->n_groups;

	if (off >= index->clear.start && off < index->clear.end) {
		clear = index->clear;
		newest = index->newest;
	}
	for (; newest > 0; newest--) {
		const struct cdm_flat_group *group = &index->groups[newest - 1];

		if (cdm_flat_group_touches(group, off))
			break;
		clear.start = previous_end(group, off, clear.start);
		clear.end = cdm_flat_group_next(group, off, clear.end);
	}
	index->clear = clear;
	index->newest = newest;
	*clear_end = clear.end;
	return newest;
}
