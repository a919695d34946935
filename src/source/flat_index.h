/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_index.h - where the segments of a flattened stream lie, in memory that does not grow.
 *
 * A group is a number of segments that follow each other in the stream. Of each group the index
 * keeps where its first header stands and two lanes, ranges of offsets that hold all its segments.
 * Two, because writers alternate between two areas that both rise (page descriptors and pages).
 * When the index is full, neighbouring groups are joined, and new ones become twice as large.
 * The index does no reading: whoever needs the segments of a group reads their headers again. */

#ifndef CDM_SOURCE_FLAT_INDEX_H
#define CDM_SOURCE_FLAT_INDEX_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define CDM_FLAT_SEGMENT_HEADER 16 /* bytes before each segment's payload */

/* Offsets [start, end) in the file that the stream describes. start == end: empty. */
struct cdm_flat_range {
	uint64_t start;
	uint64_t end;
};

struct cdm_flat_group {
	uint64_t header_at; /* in the stream, of the first segment */
	struct cdm_flat_range lanes[2];
};

struct cdm_flat_index {
	struct cdm_flat_group *groups; /* owned; in the order of the stream */
	unsigned n_groups;
	unsigned max_groups;
	uint64_t end_at;    /* in the stream: behind the last segment */
	uint64_t per_group; /* segments that a full group has */
	uint64_t in_last;   /* segments in the last group */

	/* No group from `newest` on touches `clear`: lookups in one place start there. */
	struct cdm_flat_range clear;
	unsigned newest;
};

/* An index without segments, the next of which stands at `at`. max_groups is even. */
CDM_CHECKED enum cdm_status cdm_flat_index_open(struct cdm_flat_index *index, unsigned max_groups,
						struct cdm_error *err);
void cdm_flat_index_reset(struct cdm_flat_index *index, uint64_t at);
void cdm_flat_index_close(struct cdm_flat_index *index);

/* Takes in the segment whose header stands at index->end_at. */
void cdm_flat_index_add(struct cdm_flat_index *index, struct cdm_flat_range segment);

/* How many groups there are up to the newest that touches `off`, it included; 0: none does.
 * No group behind them begins in [off, *clear_end). */
unsigned cdm_flat_index_newest(struct cdm_flat_index *index, uint64_t off, uint64_t *clear_end);

/* In the stream: behind the last segment of a group. */
uint64_t cdm_flat_group_end(const struct cdm_flat_index *index, unsigned group);

/* Is a group one segment? Then lanes[0] is its range. */
bool cdm_flat_group_is_segment(const struct cdm_flat_index *index, unsigned group);

/* Does one of the lanes hold off? */
bool cdm_flat_group_touches(const struct cdm_flat_group *group, uint64_t off);

/* The lowest offset above off at which one of the lanes begins, or max if that is lower. */
uint64_t cdm_flat_group_next(const struct cdm_flat_group *group, uint64_t off, uint64_t max);

#endif
