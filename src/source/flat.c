// SPDX-License-Identifier: GPL-2.0-or-later
/* flat.c - which bytes does a flattened stream give for an offset? (formats/flattened.md)
 *
 * The stream is a sequence of segments, each for some range of offsets, in the order in which they
 * were written; a later one overrides an earlier one. Nothing of it is copied: an index says which
 * groups of segments may hold an offset, the headers of a group are read again to find the segment,
 * and the bytes are read from below.
 *
 * Over a file all headers are read first. Over a pipe reading goes on only as far as needed, on the
 * assumption that nothing later overrides what was used; drain tells whether that held. */

#include "base/checked.h"
#include "base/limits.h"
#include "source/flat_headers.h"
#include "source/flat_index.h"
#include "source/flat_used.h"
#include "source/wrapper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SIGNATURE "makedumpfile\0\0\0" /* 16 bytes with the NUL at its end */
#define SIGNATURE_LEN 16
#define FIXED_HEADER_LEN 32 /* signature, type, version */
#define HEADER_SIZE 4096

/* Bytes. kdump headers have 448 or more, of a block of at least 4096. */
#define MIN_PADDED_HEADER 256

enum progress {
	GOING_ON, /* more segments may come */
	COMPLETE, /* the end marker was seen: what no segment gave is zero */
	CUT,      /* the stream ended without it: what no segment gave is missing */
};

/* The index of one group that was read again. */
struct fine_index {
	struct cdm_flat_index index;
	uint64_t start_at; /* in the stream */
	uint64_t last_use;
	bool is_busy; /* a lookup is walking through it */
};

struct flat {
	struct cdm_source *below;
	bool is_stream;
	enum progress progress;
	struct cdm_error ending; /* if CUT: why */
	uint64_t end_off;        /* highest end of a segment */
	struct cdm_flat_headers headers;
	struct cdm_flat_index index;
	struct fine_index fine[CDM_FLAT_FINE_INDEXES];
	uint64_t uses;
	struct cdm_flat_segment newest; /* nothing overrides it */

	/* Streams only. */
	struct cdm_flat_range first; /* the segment that came first */
	uint64_t second_start;       /* lowest start of a segment behind it, or UINT64_MAX */
	struct cdm_flat_used used;
	bool is_overridden;
	struct cdm_flat_segment overrider; /* the first segment that overrides what was used */
};

/* ---- scanning ---- */

static void end_scan(struct cdm_source *src, enum cdm_status st)
{
	struct flat *flat = src->priv;

	flat->progress = st == CDM_END ? COMPLETE : CUT;
	if (st == CDM_END)
		src->size = flat->end_off;
	if (st == CDM_CORRUPT)
		flat->ending.status = CDM_TRUNCATED;
	cdm_flat_headers_shrink(&flat->headers);
}

static void note_stream_segment(struct flat *flat, const struct cdm_flat_segment *segment)
{
	if (flat->index.n_groups == 0)
		flat->first = segment->range;
	else if (segment->range.start >= flat->first.end)
		flat->second_start = cdm_min(flat->second_start, segment->range.start);
	if (!flat->is_overridden && cdm_flat_used_touches(&flat->used, segment->range)) {
		flat->is_overridden = true;
		flat->overrider = *segment;
	}
}

static void scan_one(struct cdm_source *src)
{
	struct flat *flat = src->priv;
	struct cdm_flat_segment segment;
	enum cdm_status st =
		cdm_flat_headers_read(&flat->headers, flat->index.end_at, &segment, &flat->ending);

	if (st) {
		end_scan(src, st);
		return;
	}
	if (flat->is_stream)
		note_stream_segment(flat, &segment);
	cdm_flat_index_add(&flat->index, segment.range);
	flat->newest = segment;
	flat->end_off = cdm_max(flat->end_off, segment.range.end);
}

/* Terminates: each segment takes at least 17 bytes of the stream. */
static void scan_all(struct cdm_source *src)
{
	struct flat *flat = src->priv;

	while (flat->progress == GOING_ON)
		scan_one(src);
}

/* Between the header of a file, its first segment, and the next lies the rest of the header's block,
 * which writers leave out. Without this a read of a file's first bytes would read all of a pipe.
 * A shorter segment is an ELF header, which program headers follow, or no header at all. */
static bool is_header_padding(const struct flat *flat, uint64_t off)
{
	return flat->is_stream && flat->first.start == 0 && flat->first.end >= MIN_PADDED_HEADER &&
	       off >= flat->first.end && flat->second_start != UINT64_MAX &&
	       off < cdm_min(flat->second_start, CDM_HEAD_BYTES);
}

static void scan_until_given(struct cdm_source *src, uint64_t off)
{
	struct flat *flat = src->priv;
	const struct cdm_flat_range *newest = &flat->newest.range;

	do {
		scan_one(src);
	} while (flat->progress == GOING_ON && (off < newest->start || off >= newest->end) &&
		 !is_header_padding(flat, off));
}

/* A file's head comes first, unless its writer comes back for it: makedumpfile -E begins with the
 * program headers as zeros, at 64, and overrides them at the very end. Then the whole stream must
 * be seen before anything in it can be believed. */
static void scan_before_read(struct cdm_source *src)
{
	struct flat *flat = src->priv;

	if (!flat->is_stream)
		scan_all(src);
	else if (flat->progress == GOING_ON && flat->index.n_groups == 0)
		scan_one(src);
	if (flat->first.start != 0)
		scan_all(src);
}

/* ---- lookups ---- */

/* The answer for [off, end): `end` comes down to where another answer may begin. */
struct answer {
	uint64_t off;
	uint64_t end;
	bool is_given;
	uint64_t payload_at; /* in the stream, if given */
};

static void answer_with(struct answer *answer, const struct cdm_flat_segment *segment)
{
	answer->is_given = true;
	answer->end = cdm_min(answer->end, segment->range.end);
	answer->payload_at =
		segment->header_at + CDM_FLAT_SEGMENT_HEADER + (answer->off - segment->range.start);
}

/* The index that holds the most of [start_at, end_at), else the one not used for longest. NULL:
 * all are busy. */
static struct fine_index *choose_fine_index(struct flat *flat, uint64_t start_at, uint64_t end_at)
{
	struct fine_index *oldest = NULL;
	struct fine_index *best = NULL;

	for (int i = 0; i < CDM_FLAT_FINE_INDEXES; i++) {
		struct fine_index *fine = &flat->fine[i];

		if (fine->is_busy)
			continue;
		if (!oldest || fine->last_use < oldest->last_use)
			oldest = fine;
		if (fine->index.groups && fine->start_at == start_at &&
		    fine->index.end_at <= end_at &&
		    (!best || fine->index.end_at > best->index.end_at))
			best = fine;
	}
	if (best || !oldest)
		return best;
	if (oldest->index.groups)
		cdm_flat_index_reset(&oldest->index, start_at);
	oldest->start_at = start_at;
	return oldest;
}

static enum cdm_status read_segments(struct flat *flat, struct cdm_flat_index *index,
				     uint64_t end_at, struct cdm_error *err)
{
	while (index->end_at < end_at) {
		struct cdm_flat_segment segment;
		enum cdm_status st =
			cdm_flat_headers_read(&flat->headers, index->end_at, &segment, err);

		if (st && st != CDM_END && st != CDM_CORRUPT)
			return st;
		if (st || CDM_FLAT_SEGMENT_HEADER + segment.range.end - segment.range.start >
				  end_at - index->end_at)
			return cdm_fail(err, CDM_CORRUPT,
					"segment header at 0x%" PRIx64
					" has changed while the stream was read",
					index->end_at);
		cdm_flat_index_add(index, segment.range);
	}
	return CDM_OK;
}

static enum cdm_status load_fine_index(struct flat *flat, struct fine_index *fine, uint64_t end_at,
				       struct cdm_error *err)
{
	enum cdm_status st;

	if (!fine->index.groups) {
		st = cdm_flat_index_open(&fine->index, CDM_FLAT_FINE_ENTRIES, err);
		if (st)
			return st;
		cdm_flat_index_reset(&fine->index, fine->start_at);
	}
	fine->last_use = ++flat->uses;
	return read_segments(flat, &fine->index, end_at, err);
}

static enum cdm_status find_in_index(struct flat *flat, struct cdm_flat_index *index,
				     struct answer *answer, struct cdm_error *err);

/* The depth is bounded: each index on the way is busy, and there are CDM_FLAT_FINE_INDEXES. */
static enum cdm_status find_in_group(struct flat *flat, uint64_t start_at, uint64_t end_at,
				     struct answer *answer, struct cdm_error *err)
{
	struct fine_index *fine = choose_fine_index(flat, start_at, end_at);
	enum cdm_status st;

	if (!fine)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"too many segments: %d levels of groups are not enough",
				CDM_FLAT_FINE_INDEXES + 1);
	st = load_fine_index(flat, fine, end_at, err);
	if (st)
		return st;
	fine->is_busy = true;
	st = find_in_index(flat, &fine->index, answer, err);
	fine->is_busy = false;
	return st;
}

/* From the newest group to the oldest, since a later segment overrides an earlier one. */
static enum cdm_status find_in_index(struct flat *flat, struct cdm_flat_index *index,
				     struct answer *answer, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;
	uint64_t clear_end;
	unsigned i = cdm_flat_index_newest(index, answer->off, &clear_end);

	answer->end = cdm_min(answer->end, clear_end);
	while (i-- > 0 && !answer->is_given && !st) {
		const struct cdm_flat_group *group = &index->groups[i];
		struct cdm_flat_segment segment = { group->header_at, group->lanes[0] };

		if (!cdm_flat_group_touches(group, answer->off))
			answer->end = cdm_flat_group_next(group, answer->off, answer->end);
		else if (cdm_flat_group_is_segment(index, i))
			answer_with(answer, &segment);
		else
			st = find_in_group(flat, group->header_at, cdm_flat_group_end(index, i),
					   answer, err);
	}
	return st;
}

static enum cdm_status find_answer(struct flat *flat, struct answer *answer, struct cdm_error *err)
{
	const struct cdm_flat_segment *newest = &flat->newest;

	if (answer->off >= newest->range.start && answer->off < newest->range.end) {
		answer_with(answer, newest);
		return CDM_OK;
	}
	return find_in_index(flat, &flat->index, answer, err);
}

/* ---- reading ---- */

static enum cdm_status read_payload(struct flat *flat, const struct answer *answer, uint8_t *buf,
				    size_t *got, struct cdm_error *err)
{
	size_t len = (size_t)(answer->end - answer->off);
	size_t n;
	enum cdm_status st = cdm_source_read(flat->below, answer->payload_at, buf, len, &n, err);

	*got += n;
	if (st)
		return cdm_context(err, "flattened stream: offset 0x%" PRIx64, answer->off + n);
	if (n == len)
		return CDM_OK;
	return cdm_fail(err, CDM_TRUNCATED,
			"flattened stream: offset 0x%" PRIx64 ": the stream ends at 0x%" PRIx64
			", inside the segment that gives it",
			answer->off + n, answer->payload_at + n);
}

static enum cdm_status read_gap(const struct flat *flat, const struct answer *answer, uint8_t *buf,
				size_t *got, struct cdm_error *err)
{
	if (flat->progress == CUT) {
		cdm_fail(err, flat->ending.status,
			 "flattened stream: no segment gives offset 0x%" PRIx64 ": %s", answer->off,
			 flat->ending.text);
		err->sys_errno = flat->ending.sys_errno;
		return flat->ending.status;
	}
	size_t len = (size_t)(answer->end - answer->off);
	memset(buf, 0, len);
	*got += len;
	return CDM_OK;
}

/* *is_end: off lies behind the last byte. Leaves *got alone if more of a stream must be seen. */
static enum cdm_status read_next(struct cdm_source *src, struct answer *answer, uint8_t *buf,
				 size_t *got, bool *is_end, struct cdm_error *err)
{
	struct flat *flat = src->priv;

	if (flat->progress == COMPLETE && answer->off >= flat->end_off) {
		*is_end = true;
		return CDM_OK;
	}
	if (find_answer(flat, answer, err))
		return cdm_context(err, "flattened stream");
	if (answer->is_given)
		return read_payload(flat, answer, buf, got, err);
	if (flat->progress == GOING_ON && !is_header_padding(flat, answer->off)) {
		scan_until_given(src, answer->off);
		return CDM_OK;
	}
	answer->end =
		cdm_min(answer->end, flat->progress == COMPLETE ? flat->end_off : CDM_HEAD_BYTES);
	return read_gap(flat, answer, buf, got, err);
}

static enum cdm_status flat_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	struct flat *flat = src->priv;
	enum cdm_status st = CDM_OK;
	bool is_end = false;

	*got = 0;
	scan_before_read(src);
	while (*got < len && !is_end && !st) {
		struct answer answer = { .off = off + *got, .end = cdm_end_of(off, len) };

		st = read_next(src, &answer, (uint8_t *)buf + *got, got, &is_end, err);
		if (off + *got > answer.off && flat->progress == GOING_ON)
			cdm_flat_used_add(&flat->used,
					  (struct cdm_flat_range){ answer.off, off + *got });
	}
	return st;
}

/* ---- zeros ---- */

/* A segment's payload may lie in a hole of the file below. */
static uint64_t next_data_of(struct flat *flat, const struct answer *answer)
{
	uint64_t data = cdm_source_next_data(flat->below, answer->payload_at);

	return cdm_min(answer->end, cdm_end_of(answer->off, data - answer->payload_at));
}

/* From gap to gap, as far as the stream is known. */
static uint64_t flat_next_data(struct cdm_source *src, uint64_t off)
{
	struct flat *flat = src->priv;
	struct cdm_error unused; /* who reads there meets it again */

	scan_before_read(src);
	if (flat->progress != COMPLETE)
		return off;
	for (unsigned steps = 0; steps < CDM_FLAT_GAP_STEPS && off < flat->end_off; steps++) {
		struct answer answer = { .off = off, .end = flat->end_off };

		if (find_answer(flat, &answer, &unused))
			break;
		uint64_t data = answer.is_given ? next_data_of(flat, &answer) : answer.end;

		if (data < answer.end || data == off)
			return data;
		off = data;
	}
	return off;
}

static enum cdm_status flat_drain(struct cdm_source *src, struct cdm_error *err)
{
	struct flat *flat = src->priv;

	if (!flat->is_stream)
		return CDM_OK;
	if (flat->below->ops->forget)
		flat->below->ops->forget(flat->below);
	scan_all(src);
	enum cdm_status st = cdm_source_drain(flat->below, err);

	if (st)
		return st;
	if (!flat->is_overridden)
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT,
			"flattened stream: the segment at 0x%" PRIx64
			" overrides bytes that were used before it came (%" PRIu64
			" at offset 0x%" PRIx64 "): save the stream in a file and read that",
			flat->overrider.header_at,
			flat->overrider.range.end - flat->overrider.range.start,
			flat->overrider.range.start);
}

/* ---- opening and closing ---- */

static enum cdm_status check_fixed_header(struct cdm_source *below, uint64_t start,
					  struct cdm_error *err)
{
	uint8_t raw[FIXED_HEADER_LEN];

	if (cdm_source_read_exact(below, start, raw, sizeof(raw), err))
		return cdm_context(err, "flattened stream: header at 0x%" PRIx64, start);

	struct cdm_cursor c = cdm_cursor((struct cdm_bytes){ raw, sizeof(raw) },
					 (struct cdm_layout){ .big_endian = true, .word = 8 });
	cdm_skip(&c, SIGNATURE_LEN);
	uint64_t type = cdm_take_u64(&c);
	uint64_t version = cdm_take_u64(&c);
	if (type == 1 && version == 1)
		return CDM_OK;
	return cdm_fail(err, CDM_ERR_UNSUPPORTED,
			"flattened stream: type %" PRIu64 " and version %" PRIu64
			": only type 1, version 1 is known",
			type, version);
}

static void free_flat(struct flat *flat)
{
	for (int i = 0; i < CDM_FLAT_FINE_INDEXES; i++)
		cdm_flat_index_close(&flat->fine[i].index);
	cdm_flat_index_close(&flat->index);
	cdm_flat_headers_close(&flat->headers);
	cdm_flat_used_close(&flat->used);
	free(flat);
}

/* NULL: out of memory. */
static struct flat *new_flat(struct cdm_source *below, uint64_t start, struct cdm_error *err)
{
	struct flat *flat = calloc(1, sizeof(*flat));

	if (!flat) {
		cdm_fail_memory(err, "flattened stream");
		return NULL;
	}
	if (cdm_flat_index_open(&flat->index, CDM_FLAT_ENTRIES, err) ||
	    (below->is_stream && cdm_flat_used_open(&flat->used, err))) {
		free_flat(flat);
		return NULL;
	}
	cdm_flat_index_reset(&flat->index, start + HEADER_SIZE);
	cdm_flat_headers_open(&flat->headers, below);
	flat->below = below;
	flat->is_stream = below->is_stream;
	flat->second_start = UINT64_MAX;
	return flat;
}

static void flat_close(struct cdm_source *src)
{
	free_flat(src->priv);
	free(src);
}

static const struct cdm_source_ops flat_ops = {
	.name = "flattened",
	.read = flat_read,
	.drain = flat_drain,
	.next_data = flat_next_data,
	.close = flat_close,
};

static enum cdm_status flat_open(const struct cdm_wrapper *wrapper, struct cdm_source *below,
				 uint64_t start, struct cdm_source **out, struct cdm_error *err)
{
	(void)wrapper;
	enum cdm_status st = check_fixed_header(below, start, err);

	if (st)
		return st;

	struct flat *flat = new_flat(below, start, err);
	if (!flat)
		return err->status;

	struct cdm_source *src = calloc(1, sizeof(*src));
	if (!src) {
		free_flat(flat);
		return cdm_fail_memory(err, "flattened stream");
	}
	*src = (struct cdm_source){ .ops = &flat_ops,
				    .below = below,
				    .size = CDM_SIZE_UNKNOWN,
				    .is_stream = below->is_stream,
				    .priv = flat };
	*out = src;
	return CDM_OK;
}

const struct cdm_wrapper cdm_flat_wrapper = {
	.name = "flattened",
	.magic = SIGNATURE,
	.magic_len = SIGNATURE_LEN,
	.may_follow_junk = true,
	.open = flat_open,
};
