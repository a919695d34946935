// SPDX-License-Identifier: GPL-2.0-or-later
/* lime.c - LiME images, and those of AVML that are not compressed. Drawn in lime.md. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/chain.h"
#include "formats/lime_header.h"

#include <inttypes.h>

static const struct cdm_lime_kind kind = { 0x4c694d45u, 1, "record" };

static bool probe(struct cdm_bytes head)
{
	return cdm_starts_with(head, "EMiL", 4);
}

static enum cdm_status read_header(struct cdm_source *source, uint64_t at, uint8_t *header,
				   struct cdm_error *err)
{
	size_t got;
	enum cdm_status st = cdm_source_read(source, at, header, CDM_LIME_HEADER, &got, err);

	if (got == CDM_LIME_HEADER)
		return CDM_OK;
	if (st && st != CDM_TRUNCATED)
		return st;
	st = cdm_chain_has_more(source, at, err);
	if (st)
		return st;
	return cdm_fail(err, CDM_TRUNCATED,
			"record at offset 0x%" PRIx64 ": the file ends in its header", at);
}

static enum cdm_status step(struct cdm_dump *dump, struct cdm_chain_place *place,
			    struct cdm_piece *piece, struct cdm_error *err)
{
	uint8_t header[CDM_LIME_HEADER];
	struct cdm_range range;
	enum cdm_status st = read_header(dump->source, place->at, header, err);

	if (st)
		return st;
	st = cdm_lime_parse(&kind, header, place->at, &range, err);
	if (st)
		return st;
	*piece = (struct cdm_piece){ .begin = range.begin, .end = range.end };
	piece->data_at = cdm_end_of(place->at, CDM_LIME_HEADER);
	place->at = cdm_end_of(piece->data_at, piece->end - piece->begin);
	return CDM_OK;
}

static enum cdm_status open_lime(struct cdm_dump *dump, struct cdm_error *err)
{
	struct cdm_chain *chain;
	struct cdm_piece first;
	struct cdm_chain_place start = { 0 }, behind = { 0 };

	dump->layout = cdm_lime_layout;
	/* The first record is looked at now: a file that begins with four letters is no image. */
	enum cdm_status st = step(dump, &behind, &first, err);

	if (st)
		return st;
	st = cdm_chain_new(dump, step, &start, "record", &chain, err);
	if (st)
		return st;
	dump->priv = chain;
	return CDM_OK;
}

static enum cdm_status read_lime(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	*got = 0;
	while (*got < len) {
		uint64_t at = paddr + *got;
		struct cdm_piece piece;
		size_t part = 0;

		enum cdm_status st = cdm_chain_find(dump->priv, at, &piece, err);

		if (st)
			return st;
		size_t want = (size_t)cdm_min(len - *got, piece.end - at);
		st = cdm_dump_read_stored(dump->source, at, piece.data_at + (at - piece.begin),
					  buf + *got, want, &part, err);

		*got += part;
		if (st)
			return st;
	}
	return CDM_OK;
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	enum cdm_status st;
	struct cdm_piece piece;

	while (!(st = cdm_chain_next(dump->priv, from, &piece, err))) {
		uint64_t begin = cdm_max(from, piece.begin);

		*out = (struct cdm_range){ .begin = begin, .end = piece.end };
		st = cdm_dump_stored_range(dump->source, piece.data_at + (begin - piece.begin), out,
					   err);
		if (st != CDM_END)
			break;
		from = piece.end; /* the file has ended before */
	}
	return st;
}

static void close_lime(struct cdm_dump *dump)
{
	cdm_chain_free(dump->priv);
}

const struct cdm_format cdm_format_lime = {
	.name = "lime",
	.title = "LiME memory image",
	.probe = probe,
	.open = open_lime,
	.read = read_lime,
	.next_range = next_range,
	.close = close_lime,
};
