// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack.c - which bytes does a compressed file give for an offset?
 *
 * Members are decoded one after the other into a spool. Nothing is read from below, nor decoded,
 * before somebody asks for it: a log that stands early in a dump costs only what is before it. */

#include "source/unpack.h"

#include "base/limits.h"
#include "source/spool.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct unpack {
	const struct cdm_unpacker *unpacker;
	struct cdm_source_ops ops; /* named after the format */
	struct cdm_source *below;
	void *decoder;
	bool in_member;
	bool is_full;            /* the last step left no room: the decoder may hold more */
	struct cdm_error ending; /* CDM_END: behind the last member. Any failure: it stays */
	struct cdm_spool spool;  /* what was unpacked */

	/* Compressed bytes that were read and not yet decoded. */
	bool input_ended;
	uint8_t *piece;
	size_t piece_room;
	uint64_t piece_at; /* below, of what is left of the piece */
	uint8_t *rest;     /* in the piece */
	size_t rest_len;
};

/* ---- compressed bytes ---- */

static enum cdm_status take_in(struct unpack *unpack, struct cdm_error *err)
{
	size_t got;

	memmove(unpack->piece, unpack->rest, unpack->rest_len);
	unpack->rest = unpack->piece;
	enum cdm_status st = cdm_source_read(unpack->below, unpack->piece_at + unpack->rest_len,
					     unpack->piece + unpack->rest_len,
					     unpack->piece_room - unpack->rest_len, &got, err);
	unpack->rest_len += got;
	if (got)
		return CDM_OK;
	unpack->input_ended = !st;
	return st;
}

static void skip(struct unpack *unpack, size_t len)
{
	unpack->rest += len;
	unpack->rest_len -= len;
	unpack->piece_at += len;
}

/* ---- members ---- */

static bool begins_member(const struct cdm_unpacker *unpacker, struct cdm_bytes head)
{
	return cdm_starts_with(head, unpacker->wrapper.magic, unpacker->wrapper.magic_len) ||
	       (unpacker->wrapper.has_skippable_frames && cdm_is_skippable_frame(head));
}

static enum cdm_status look_ahead(struct unpack *unpack, struct cdm_error *err)
{
	enum cdm_status st;

	while (unpack->rest_len < CDM_MAX_MEMBER_MAGIC && !unpack->input_ended)
		if ((st = take_in(unpack, err)))
			return st;
	return CDM_OK;
}

/* xz pads its streams with zeros, and tapes pad what is stored on them. */
static enum cdm_status skip_padding(struct unpack *unpack, struct cdm_error *err)
{
	enum cdm_status st;

	for (unsigned skipped = 0; skipped < CDM_MAX_MEMBER_PADDING; skipped++) {
		st = look_ahead(unpack, err);
		if (st)
			return st;
		if (unpack->rest_len == 0 || unpack->rest[0] != 0)
			break;
		skip(unpack, 1);
	}
	return CDM_OK;
}

/* CDM_END: there is no other member. */
static enum cdm_status begin_member(struct unpack *unpack, struct cdm_error *err)
{
	const struct cdm_unpacker *unpacker = unpack->unpacker;
	enum cdm_status st = skip_padding(unpack, err);

	if (st)
		return st;
	if (!begins_member(unpacker, (struct cdm_bytes){ unpack->rest, unpack->rest_len }))
		return CDM_END;
	if (unpacker->begin && (st = unpacker->begin(unpack->decoder, err)))
		return st;
	unpack->in_member = true;
	return CDM_OK;
}

/* The decoder can do nothing with what it has. */
static enum cdm_status feed(struct unpack *unpack, struct cdm_error *err)
{
	if (unpack->rest_len)
		return cdm_fail(err, CDM_CORRUPT, "the data lead nowhere");
	if (unpack->input_ended)
		return cdm_fail(err, CDM_TRUNCATED, "the compressed file is cut here");
	return take_in(unpack, err);
}

/* What a decoder holds is taken out before it gets more: when that turns out to be damaged, some do
 * not tell what they have produced before. */
static enum cdm_status decode_some(struct unpack *unpack, uint8_t *buf, size_t room, size_t *got,
				   struct cdm_error *err)
{
	bool was_full = unpack->is_full;
	struct cdm_decode_step step = { .in = unpack->rest,
					.in_len = was_full ? 0 : unpack->rest_len,
					.out = buf,
					.out_len = room };
	enum cdm_status st = unpack->unpacker->decode(unpack->decoder, &step, err);

	skip(unpack, step.consumed);
	*got = step.produced;
	if (st)
		return st;
	unpack->in_member = !step.is_end;
	unpack->is_full = !step.is_end && step.produced == room;
	if (step.is_end || step.consumed || step.produced || was_full)
		return CDM_OK;
	return feed(unpack, err);
}

static void end(struct unpack *unpack, enum cdm_status st, struct cdm_error *why, size_t got)
{
	if (st != CDM_END) {
		cdm_context(why, "%s, at 0x%" PRIx64 ", %" PRIu64 " bytes unpacked",
			    unpack->unpacker->wrapper.name, unpack->piece_at,
			    cdm_spool_end(&unpack->spool) + got);
		unpack->ending = *why;
	}
	unpack->ending.status = st;
}

static enum cdm_status pull(struct cdm_source *src, uint8_t *buf, size_t room, size_t *got,
			    struct cdm_error *err)
{
	struct unpack *unpack = src->priv;

	while (*got == 0 && !unpack->ending.status) {
		struct cdm_error why;
		enum cdm_status st = unpack->in_member ? decode_some(unpack, buf, room, got, &why)
						       : begin_member(unpack, &why);

		if (st)
			end(unpack, st, &why, *got);
	}
	if (*got || unpack->ending.status == CDM_END)
		return CDM_OK;
	*err = unpack->ending;
	return unpack->ending.status;
}

/* ---- the source ---- */

static enum cdm_status unpack_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	struct unpack *unpack = src->priv;

	return cdm_spool_read(&unpack->spool, off, buf, len, got, err);
}

static uint64_t unpack_next_data(struct cdm_source *src, uint64_t off)
{
	struct unpack *unpack = src->priv;

	return cdm_spool_next_data(&unpack->spool, off);
}

static void unpack_forget(struct cdm_source *src)
{
	struct unpack *unpack = src->priv;

	unpack->spool.forgets = true;
}

/* Where a stream ends too early nothing that was read is missing, and the rest below is read. */
static enum cdm_status unpack_drain(struct cdm_source *src, struct cdm_error *err)
{
	struct unpack *unpack = src->priv;
	enum cdm_status st = cdm_spool_drain(&unpack->spool, err);

	if (st && !cdm_is_missing(st))
		return st;
	return cdm_source_drain(unpack->below, err);
}

static void free_unpack(struct unpack *unpack)
{
	if (unpack->decoder)
		unpack->unpacker->close(unpack->decoder);
	cdm_spool_close(&unpack->spool);
	free(unpack->piece);
	free(unpack);
}

static void unpack_close(struct cdm_source *src)
{
	free_unpack(src->priv);
	free(src);
}

static const struct cdm_source_ops unpack_ops = {
	.read = unpack_read,
	.drain = unpack_drain,
	.forget = unpack_forget,
	.next_data = unpack_next_data,
	.close = unpack_close,
};

static struct cdm_io *io_of(struct cdm_source *src)
{
	while (src->below)
		src = src->below;
	return &src->io;
}

static enum cdm_status open_decoder(struct unpack *unpack, struct cdm_error *err)
{
	const struct cdm_unpacker *unpacker = unpack->unpacker;

	enum cdm_status st = unpacker->open(&unpack->decoder, err);

	if (!st)
		return CDM_OK;
	unpack->decoder = NULL;
	if (st != CDM_ERR_UNSUPPORTED)
		return cdm_context(err, "this is compressed with %s", unpacker->wrapper.name);
	return cdm_context(err, "this is compressed with %s (install %s, or unpack it first)",
			   unpacker->wrapper.name, unpacker->package);
}

/* NULL: out of memory. */
static struct unpack *new_unpack(struct cdm_source *below, uint64_t start,
				 const struct cdm_unpacker *unpacker)
{
	struct unpack *unpack = calloc(1, sizeof(*unpack));
	size_t room = below->is_stream ? CDM_PACKED_STREAM_PIECE : CDM_PACKED_PIECE;
	uint8_t *piece = malloc(room);

	if (!unpack || !piece) {
		free(unpack);
		free(piece);
		return NULL;
	}
	*unpack = (struct unpack){ .unpacker = unpacker,
				   .ops = unpack_ops,
				   .below = below,
				   .piece = piece,
				   .piece_room = room,
				   .piece_at = start,
				   .rest = piece };
	unpack->ops.name = unpacker->wrapper.name;
	return unpack;
}

enum cdm_status cdm_unpack_open(const struct cdm_wrapper *wrapper, struct cdm_source *below,
				uint64_t start, struct cdm_source **out, struct cdm_error *err)
{
	enum cdm_status st;

	/* It is its first member. */
	const struct cdm_unpacker *unpacker = (const struct cdm_unpacker *)wrapper;
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct unpack *unpack = new_unpack(below, start, unpacker);

	if (!src || !unpack) {
		free(src);
		if (unpack)
			free_unpack(unpack);
		return cdm_fail_memory(err, unpacker->wrapper.name);
	}
	*src = (struct cdm_source){ .ops = &unpack->ops,
				    .below = below,
				    .size = CDM_SIZE_UNKNOWN,
				    .is_stream = true,
				    .compression = unpacker->wrapper.name,
				    .priv = unpack };
	if ((st = cdm_spool_open(&unpack->spool, pull, src, io_of(below), err)) ||
	    (st = open_decoder(unpack, err))) {
		unpack_close(src);
		return st;
	}
	/* It is read once, in rising order. */
	if (below->ops->forget)
		below->ops->forget(below);
	*out = src;
	return CDM_OK;
}
