// SPDX-License-Identifier: GPL-2.0-or-later
/* wrappers.c - is the dump wrapped in something, and what is below? */

#include "config.h"

#include "source/wrapper.h"

#include "base/limits.h"
#include "source/unpack.h"

#include <stdlib.h>
#include <string.h>

static const struct cdm_wrapper *const wrappers[] = {
#ifdef CDM_HAS_KDUMP
	&cdm_flat_wrapper,
#endif
#ifdef HAVE_ZLIB
	&cdm_unpack_gzip.wrapper,
#endif
#ifdef HAVE_ZSTD
	&cdm_unpack_zstd.wrapper,
#endif
#ifdef HAVE_XZ
	&cdm_unpack_xz.wrapper,
#endif
#ifdef HAVE_BZIP2
	&cdm_unpack_bzip2.wrapper,
#endif
#ifdef HAVE_LZ4
	&cdm_unpack_lz4.wrapper,
#endif
	NULL,
};

#define MAX_MAGIC 32 /* bytes; no wrapper's magic is longer */

/* What is missing here is told when it is needed. */
static enum cdm_status read_head(struct cdm_source *src, uint64_t at, uint8_t *head, size_t room,
				 struct cdm_bytes *out, struct cdm_error *err)
{
	size_t got;
	enum cdm_status st = cdm_source_read(src, at, head, room, &got, err);

	*out = (struct cdm_bytes){ head, got };
	return cdm_is_missing(st) ? CDM_OK : st;
}

/* Frames without content may stand before the first that has some (pzstd begins so), and say only
 * that it is zstd's or lz4's. *start: where that one is. */
static enum cdm_status find_start(struct cdm_source *src, uint8_t *buf, size_t room,
				  struct cdm_bytes *head, uint64_t *start, struct cdm_error *err)
{
	enum cdm_status st;

	*start = 0;
	for (unsigned skipped = 0; skipped < CDM_MAX_SKIPPED_FRAMES; skipped++) {
		st = read_head(src, *start, buf, room, head, err);
		if (st)
			return st;
		if (!cdm_is_skippable_frame(*head))
			break;
		struct cdm_cursor c = cdm_cursor(*head, (struct cdm_layout){ .word = 4 });

		cdm_skip(&c, 4);
		uint32_t len = cdm_take_u32(&c);

		if (c.overrun)
			break;
		*start += CDM_SKIPPABLE_HEADER + (uint64_t)len;
	}
	return CDM_OK;
}

static const struct cdm_wrapper *find_wrapper(struct cdm_bytes head, uint64_t start)
{
	for (size_t i = 0; wrappers[i]; i++)
		if (cdm_starts_with(head, wrappers[i]->magic, wrappers[i]->magic_len) &&
		    (start == 0 || wrappers[i]->has_skippable_frames))
			return wrappers[i];
	return NULL;
}

static enum cdm_status put_on(const struct cdm_wrapper *wrapper, uint64_t start,
			      struct cdm_source **src, struct cdm_error *err)
{
	struct cdm_source *top;
	enum cdm_status st = wrapper->open(wrapper, *src, start, &top, err);

	if (st)
		return st;
	*src = top;
	return CDM_OK;
}

/* CDM_NOT_MINE: no wrapper there. */
static enum cdm_status peel_one(struct cdm_source **src, struct cdm_error *err)
{
	uint8_t buf[MAX_MAGIC];
	struct cdm_bytes head;
	uint64_t start;
	enum cdm_status st = find_start(*src, buf, sizeof(buf), &head, &start, err);

	if (st)
		return st;

	const struct cdm_wrapper *wrapper = find_wrapper(head, start);
	return wrapper ? put_on(wrapper, start, src, err) : CDM_NOT_MINE;
}

/* The magic may stand in the junk too: what it does not open is passed over. */
static enum cdm_status find_behind_junk(const struct cdm_wrapper *wrapper, struct cdm_bytes head,
					struct cdm_source **src, struct cdm_error *err)
{
	const uint8_t *end = head.at + head.len;
	const uint8_t *at = head.at;

	while ((at = cdm_find_bytes((struct cdm_bytes){ at, (size_t)(end - at) }, wrapper->magic,
				    wrapper->magic_len))) {
		enum cdm_status st = put_on(wrapper, (uint64_t)(at - head.at), src, err);

		if (st != CDM_ERR_UNSUPPORTED && st != CDM_TRUNCATED)
			return st;
		at++;
	}
	return CDM_NOT_MINE;
}

static enum cdm_status peel_behind_junk(struct cdm_source **src, struct cdm_error *err)
{
	uint8_t *buf = malloc(CDM_MAX_JUNK);
	struct cdm_bytes head;

	if (!buf)
		return cdm_fail_memory(err, "search for a flattened stream");

	enum cdm_status st = read_head(*src, 0, buf, CDM_MAX_JUNK, &head, err);
	if (!st)
		st = CDM_NOT_MINE;
	for (size_t i = 0; wrappers[i] && st == CDM_NOT_MINE; i++)
		if (wrappers[i]->may_follow_junk)
			st = find_behind_junk(wrappers[i], head, src, err);
	free(buf);
	return st;
}

enum cdm_status cdm_source_peel(struct cdm_source **src, bool deep, unsigned *peeled,
				struct cdm_error *err)
{
	unsigned count = 0;
	enum cdm_status st;

	for (;;) {
		st = peel_one(src, err);
		if (st == CDM_NOT_MINE && deep && count == 0)
			st = peel_behind_junk(src, err);
		if (st || count == CDM_MAX_WRAPPERS)
			break;
		count++;
	}
	if (peeled)
		*peeled = count;
	if (!st)
		return cdm_fail(err, CDM_ERR_LIMIT, "more than %d wrappers around one dump",
				CDM_MAX_WRAPPERS);
	return st == CDM_NOT_MINE ? CDM_OK : st;
}
