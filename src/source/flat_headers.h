/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_headers.h - reading the segment headers of a flattened stream, many of them at once. */

#ifndef CDM_SOURCE_FLAT_HEADERS_H
#define CDM_SOURCE_FLAT_HEADERS_H

#include "source/flat_index.h"
#include "source/source.h"

struct cdm_flat_segment {
	uint64_t header_at; /* in the stream */
	struct cdm_flat_range range;
};

struct cdm_flat_headers {
	struct cdm_source *below; /* borrowed */
	uint64_t seen_at;         /* in the stream: behind the last segment read so far */
	uint64_t typical_size;    /* of the segments read lately */

	/* Part of the stream. */
	uint8_t *piece; /* owned; NULL until needed */
	size_t piece_room;
	uint64_t piece_at;
	size_t piece_len;
};

void cdm_flat_headers_open(struct cdm_flat_headers *headers, struct cdm_source *below);

/* All headers have been read once: from now on smaller pieces do. */
void cdm_flat_headers_shrink(struct cdm_flat_headers *headers);
void cdm_flat_headers_close(struct cdm_flat_headers *headers);

/* The segment whose header stands at `at`. CDM_END: the end marker does. CDM_TRUNCATED: the stream
 * ends there. CDM_CORRUPT: those 16 bytes are no header. */
CDM_CHECKED enum cdm_status cdm_flat_headers_read(struct cdm_flat_headers *headers, uint64_t at,
						  struct cdm_flat_segment *out,
						  struct cdm_error *err);

#endif
