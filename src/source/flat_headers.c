// SPDX-License-Identifier: GPL-2.0-or-later
/* flat_headers.c - which range does the segment at a place of a flattened stream give? */

#include "source/flat_headers.h"

#include "base/checked.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define END_MARKER (-1) /* both numbers of the last segment header */

/* Headers that must lie in a piece for it to be worth reading the payloads between them. */
#define HEADERS_PER_PIECE 4

/* The framing is big-endian on every machine. */
static const struct cdm_layout framing = { .big_endian = true, .word = 8 };

void cdm_flat_headers_open(struct cdm_flat_headers *headers, struct cdm_source *below)
{
	*headers = (struct cdm_flat_headers){
		.below = below,
		.typical_size = CDM_FLAT_SCAN_PIECE, /* until headers tell: makedumpfile's data */
		.piece_room = below->is_stream ? CDM_FLAT_PIECE : CDM_FLAT_SCAN_PIECE,
	};
}

void cdm_flat_headers_shrink(struct cdm_flat_headers *headers)
{
	cdm_flat_headers_close(headers);
	headers->piece_room = CDM_FLAT_PIECE;
}

void cdm_flat_headers_close(struct cdm_flat_headers *headers)
{
	free(headers->piece);
	headers->piece = NULL;
	headers->piece_len = 0;
}

/* ---- bytes ---- */

static bool piece_holds(const struct cdm_flat_headers *headers, uint64_t at)
{
	return at >= headers->piece_at && at - headers->piece_at <= headers->piece_len &&
	       headers->piece_len - (at - headers->piece_at) >= CDM_FLAT_SEGMENT_HEADER;
}

/* A piece would pull more out of a pipe than is asked for. */
static bool piece_is_worth_it(const struct cdm_flat_headers *headers, uint64_t at)
{
	bool pulls = headers->below->is_stream && at >= headers->seen_at;

	return !pulls && headers->typical_size < headers->piece_room / HEADERS_PER_PIECE;
}

static enum cdm_status fill_piece(struct cdm_flat_headers *headers, uint64_t at,
				  struct cdm_error *err)
{
	size_t len = headers->piece_room;

	headers->piece_at = at;
	headers->piece_len = 0;
	if (!headers->piece && !(headers->piece = malloc(headers->piece_room)))
		return cdm_fail_memory(err, "piece of the flattened stream");
	if (at < headers->seen_at)
		len = (size_t)cdm_min(len, headers->seen_at - at);
	return cdm_source_read(headers->below, at, headers->piece, len, &headers->piece_len, err);
}

/* *got < CDM_FLAT_SEGMENT_HEADER with CDM_OK: the stream ends there. */
static enum cdm_status fetch_header(struct cdm_flat_headers *headers, uint64_t at, uint8_t *raw,
				    size_t *got, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (!piece_holds(headers, at)) {
		if (!piece_is_worth_it(headers, at))
			return cdm_source_read(headers->below, at, raw, CDM_FLAT_SEGMENT_HEADER,
					       got, err);
		st = fill_piece(headers, at, err);
	}
	if (headers->piece_len == 0) {
		*got = 0;
		return st;
	}
	size_t skip = (size_t)(at - headers->piece_at);
	*got = (size_t)cdm_min(headers->piece_len - skip, CDM_FLAT_SEGMENT_HEADER);
	memcpy(raw, headers->piece + skip, *got);
	return *got == CDM_FLAT_SEGMENT_HEADER ? CDM_OK : st;
}

/* ---- numbers ---- */

static enum cdm_status check_segment(uint64_t at, int64_t offset, int64_t size,
				     struct cdm_error *err)
{
	uint64_t next_at;

	if (offset == END_MARKER && size == END_MARKER)
		return CDM_END;
	if (offset < 0)
		return cdm_fail(err, CDM_CORRUPT,
				"segment header at 0x%" PRIx64 ": offset %" PRId64
				" is negative; the stream is taken as ended there",
				at, offset);
	if (size <= 0)
		return cdm_fail(err, CDM_CORRUPT,
				"segment header at 0x%" PRIx64 ": size %" PRId64
				" is not positive; the stream is taken as ended there",
				at, size);
	if (size > INT64_MAX - offset ||
	    cdm_add(at + CDM_FLAT_SEGMENT_HEADER, (uint64_t)size, &next_at) || next_at > INT64_MAX)
		return cdm_fail(err, CDM_CORRUPT,
				"segment header at 0x%" PRIx64 ": offset %" PRId64
				" and size %" PRId64
				" do not fit into 63 bits; the stream is taken as ended there",
				at, offset, size);
	return CDM_OK;
}

enum cdm_status cdm_flat_headers_read(struct cdm_flat_headers *headers, uint64_t at,
				      struct cdm_flat_segment *out, struct cdm_error *err)
{
	uint8_t raw[CDM_FLAT_SEGMENT_HEADER];
	size_t got;
	enum cdm_status st = fetch_header(headers, at, raw, &got, err);

	if (st)
		return cdm_context(err, "segment header at 0x%" PRIx64, at);
	if (got < sizeof(raw))
		return cdm_fail(err, CDM_TRUNCATED,
				"the stream ends before the segment header at 0x%" PRIx64
				", without an end marker",
				at);

	struct cdm_cursor c = cdm_cursor((struct cdm_bytes){ raw, sizeof(raw) }, framing);
	int64_t offset = (int64_t)cdm_take_u64(&c);
	int64_t size = (int64_t)cdm_take_u64(&c);

	st = check_segment(at, offset, size, err);
	if (st)
		return st;
	headers->typical_size =
		headers->typical_size - headers->typical_size / 8 + (uint64_t)size / 8;
	headers->seen_at = cdm_max(headers->seen_at, at + sizeof(raw) + (uint64_t)size);
	out->header_at = at;
	out->range = (struct cdm_flat_range){ (uint64_t)offset, (uint64_t)(offset + size) };
	return CDM_OK;
}
