// SPDX-License-Identifier: GPL-2.0-or-later
/* avml.c - compressed AVML images (version 2). Drawn in avml.md; version 1 is LiME's format.
 *
 * Chunks of up to 64 KiB are the pieces of the chain: their headers tell how long they are, stored
 * and unpacked, so that nothing is unpacked to pass over it. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/chain.h"
#include "formats/lime_header.h"

#include <inttypes.h>
#include <stdlib.h>

#define TRAILER 8      /* behind each block: the length of its stream (T54) */
#define CHUNK_HEADER 4 /* type, 24 bits of length */
#define CHECKSUM 4
#define CHUNK_ROOM 65536 /* bytes that a chunk may unpack to (snappy framing format) */
#define MAX_STORED (32 + CHUNK_ROOM + CHUNK_ROOM / 6) /* snappy never makes more of them */
#define SNAPPY_FLAG 0x4                               /* of the codec */

enum chunk { COMPRESSED = 0x00, STORED = 0x01, FIRST_SKIPPABLE = 0x80, STREAM_ID = 0xff };

struct avml {
	struct cdm_chain *chain;
	uint64_t chunk_at; /* data_at of what is in `chunk`; 0: nothing */
	uint8_t chunk[CHUNK_ROOM];
	uint32_t crc_table[256];
};

static const struct cdm_lime_kind kind = { 0x4c4d5641u, 2, "block" };

static bool probe(struct cdm_bytes head)
{
	return cdm_starts_with(head, "AVML", 4);
}

/* ---- the checksum ---- */

static void make_table(uint32_t *table)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
		table[i] = crc;
	}
}

/* CRC32C of what a chunk unpacks to, masked as the framing format does. */
static uint32_t checksum(const uint32_t *table, const uint8_t *bytes, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
	crc = ~crc;
	return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/* ---- the chain ---- */

static enum cdm_status take(struct cdm_source *source, uint64_t at, uint8_t *buf, size_t len,
			    const char *what, struct cdm_error *err)
{
	if (cdm_source_read_exact(source, at, buf, len, err))
		return cdm_context(err, "%s at offset 0x%" PRIx64, what, at);
	return CDM_OK;
}

static enum cdm_status begin_block(struct cdm_source *source, struct cdm_chain_place *place,
				   struct cdm_error *err)
{
	uint8_t header[CDM_LIME_HEADER];
	struct cdm_range range;
	enum cdm_status st = cdm_chain_has_more(source, place->at, err);

	if (st)
		return st;
	st = take(source, place->at, header, sizeof(header), "block", err);
	if (st)
		return st;
	st = cdm_lime_parse(&kind, header, place->at, &range, err);
	if (st)
		return st;
	place->at += CDM_LIME_HEADER;
	place->paddr = range.begin;
	place->end = range.end;
	return CDM_OK;
}

/* What a compressed block unpacks to stands at its start, behind the checksum: 7 bits a byte, the
 * lowest first. 0: no such number; the chunk may be too short for one. */
static uint32_t unpacked_size(struct cdm_bytes chunk)
{
	struct cdm_bytes block;
	uint32_t size = 0;

	if (chunk.len <= CHECKSUM || !cdm_slice(chunk, CHECKSUM, chunk.len - CHECKSUM, &block))
		return 0;
	for (size_t i = 0; i < block.len && i < 3; i++) {
		size |= (uint32_t)(block.at[i] & 0x7f) << 7 * i;
		if (!(block.at[i] & 0x80))
			return size;
	}
	return 0;
}

static enum cdm_status refuse_type(const struct cdm_chain_place *place, unsigned type,
				   struct cdm_error *err)
{
	return cdm_fail(err, CDM_CORRUPT,
			"chunk at offset 0x%" PRIx64
			": its type is 0x%02x, not 0, 1 or 0x80 to 0xff",
			place->at, type);
}

static enum cdm_status refuse_size(const struct cdm_chain_place *place, uint32_t stored,
				   uint32_t size, struct cdm_error *err)
{
	return cdm_fail(err, CDM_CORRUPT,
			"chunk at offset 0x%" PRIx64 ": %" PRIu32 " bytes are %" PRIu32
			" of memory, not 1 to %" PRIu64,
			place->at, stored, size, cdm_min(CHUNK_ROOM, place->end - place->paddr));
}

/* Chunks without memory leave *piece empty. */
static enum cdm_status take_chunk(struct cdm_source *source, struct cdm_chain_place *place,
				  struct cdm_piece *piece, struct cdm_error *err)
{
	uint8_t raw[CHUNK_HEADER + CHECKSUM + 3];
	size_t got;
	enum cdm_status st = cdm_source_read(source, place->at, raw, sizeof(raw), &got, err);

	if (got < CHUNK_HEADER)
		st = take(source, place->at, raw, CHUNK_HEADER, "chunk", err);
	if (st && (got < CHUNK_HEADER || !cdm_is_missing(st)))
		return st;
	uint8_t type = raw[0];
	uint32_t stored = cdm_load_u32(raw, cdm_lime_layout) >> 8;
	uint64_t data_at = place->at + CHUNK_HEADER;

	piece->begin = piece->end = place->paddr;
	if (type >= FIRST_SKIPPABLE) { /* the stream's name, too */
		place->at = data_at + stored;
		return CDM_OK;
	}
	if (type > STORED)
		return refuse_type(place, type, err);
	uint32_t size = stored > CHECKSUM ? stored - CHECKSUM : 0;

	if (type == COMPRESSED) {
		size_t of_chunk = (size_t)cdm_min(sizeof(raw) - CHUNK_HEADER, stored);

		/* Asked again, it may be there. */
		if (got < CHUNK_HEADER + of_chunk)
			st = take(source, place->at, raw, CHUNK_HEADER + of_chunk, "chunk", err);
		if (got < CHUNK_HEADER + of_chunk && st)
			return st;
		size = unpacked_size((struct cdm_bytes){ raw + CHUNK_HEADER, of_chunk });
	}
	if (size == 0 || stored > CHECKSUM + MAX_STORED || size > CHUNK_ROOM ||
	    size > place->end - place->paddr)
		return refuse_size(place, stored, size, err);
	*piece = (struct cdm_piece){ .begin = place->paddr,
				     .end = place->paddr + size,
				     .data_at = data_at,
				     .stored_size = stored,
				     .kind = type };
	place->paddr += size;
	place->at = data_at + stored;
	/* The block's last chunk: its stream has no end of its own. */
	if (place->paddr == place->end)
		place->at += TRAILER;
	return CDM_OK;
}

static enum cdm_status step(struct cdm_dump *dump, struct cdm_chain_place *place,
			    struct cdm_piece *piece, struct cdm_error *err)
{
	if (place->at > INT64_MAX)
		return cdm_fail(err, CDM_CORRUPT, "offset 0x%" PRIx64 " is behind any file",
				place->at);
	if (place->paddr != place->end)
		return take_chunk(dump->source, place, piece, err);
	enum cdm_status st = begin_block(dump->source, place, err);

	piece->begin = piece->end = place->paddr;
	return st;
}

/* ---- the chunks ---- */

static size_t size_of(const struct cdm_piece *piece)
{
	return (size_t)(piece->end - piece->begin);
}

static enum cdm_status unpack(struct cdm_dump *dump, const struct cdm_piece *piece, uint8_t *out,
			      struct cdm_error *err)
{
	size_t len = piece->stored_size - CHECKSUM;
	uint8_t *packed = malloc(len);

	if (!packed)
		return cdm_fail_memory(err, "compressed chunk");
	enum cdm_status st =
		cdm_source_read_exact(dump->source, piece->data_at + CHECKSUM, packed, len, err);

	if (!st)
		st = cdm_codec_page(&dump->codecs, SNAPPY_FLAG, (struct cdm_bytes){ packed, len },
				    out, size_of(piece), err);
	free(packed);
	return st;
}

static enum cdm_status check(struct cdm_dump *dump, const struct cdm_piece *piece,
			     const uint8_t *bytes, struct cdm_error *err)
{
	const struct avml *avml = dump->priv;
	uint8_t raw[CHECKSUM];

	enum cdm_status st =
		cdm_source_read_exact(dump->source, piece->data_at, raw, sizeof(raw), err);

	if (st)
		return st;
	uint32_t told = cdm_load_u32(raw, cdm_lime_layout);
	uint32_t sum = checksum(avml->crc_table, bytes, size_of(piece));

	if (sum != told)
		return cdm_fail(err, CDM_CORRUPT,
				"its checksum is 0x%08" PRIx32 ", not 0x%08" PRIx32, sum, told);
	return CDM_OK;
}

/* All of the piece's memory. */
static enum cdm_status take_piece(struct cdm_dump *dump, const struct cdm_piece *piece,
				  uint8_t *out, struct cdm_error *err)
{
	enum cdm_status st =
		piece->kind == STORED
			? cdm_source_read_exact(dump->source, piece->data_at + CHECKSUM, out,
						size_of(piece), err)
			: unpack(dump, piece, out, err);

	if (st || check(dump, piece, out, err))
		return cdm_context(
			err, "the chunk of physical address 0x%" PRIx64 " at offset 0x%" PRIx64,
			piece->begin, piece->data_at - CHUNK_HEADER);
	return CDM_OK;
}

/* Makes avml->chunk the piece's memory. */
static enum cdm_status load(struct cdm_dump *dump, const struct cdm_piece *piece,
			    struct cdm_error *err)
{
	struct avml *avml = dump->priv;

	if (avml->chunk_at == piece->data_at)
		return CDM_OK;
	avml->chunk_at = 0;
	enum cdm_status st = take_piece(dump, piece, avml->chunk, err);

	if (st)
		return st;
	avml->chunk_at = piece->data_at;
	return CDM_OK;
}

/* Who wants all of a chunk gets it without a copy. */
static enum cdm_status read_piece(struct cdm_dump *dump, const struct cdm_piece *piece,
				  uint64_t paddr, uint8_t *buf, size_t len, size_t *got,
				  struct cdm_error *err)
{
	struct avml *avml = dump->priv;
	size_t part = (size_t)cdm_min(len, piece->end - paddr);
	enum cdm_status st;

	if (part == size_of(piece) && avml->chunk_at != piece->data_at) {
		st = take_piece(dump, piece, buf, err);
		if (st)
			return st;
	} else {
		st = load(dump, piece, err);
		if (st)
			return st;
		memcpy(buf, avml->chunk + (paddr - piece->begin), part);
	}
	*got = part;
	return CDM_OK;
}

static enum cdm_status read_avml(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	struct avml *avml = dump->priv;
	enum cdm_status st;

	*got = 0;
	while (*got < len) {
		struct cdm_piece piece;
		uint64_t at = paddr + *got;
		size_t part = 0;

		if ((st = cdm_chain_find(avml->chain, at, &piece, err)) ||
		    (st = read_piece(dump, &piece, at, buf + *got, len - *got, &part, err)))
			return st;
		*got += part;
	}
	return CDM_OK;
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	const struct avml *avml = dump->priv;
	struct cdm_piece piece;
	enum cdm_status st = cdm_chain_next(avml->chain, from, &piece, err);

	if (!st)
		*out = (struct cdm_range){ .begin = cdm_max(from, piece.begin), .end = piece.end };
	return st;
}

/* ---- the file ---- */

static enum cdm_status open_avml(struct cdm_dump *dump, struct cdm_error *err)
{
	struct cdm_chain_place start = { 0 }, behind = { 0 };
	struct avml *avml;

	dump->layout = cdm_lime_layout;
	/* The first header is looked at now: a file that begins with four letters is no image. */
	enum cdm_status st = begin_block(dump->source, &behind, err);

	if (st)
		return st;
	avml = malloc(sizeof(*avml));
	if (!avml)
		return cdm_fail_memory(err, "AVML image");
	avml->chunk_at = 0;
	make_table(avml->crc_table);
	/* T55: newer versions leave out what is all zeros. */
	st = cdm_chain_new(dump, step, &start, "block", &avml->chain, err);
	if (st) {
		free(avml);
		return st;
	}
	dump->priv = avml;
	return CDM_OK;
}

static void close_avml(struct cdm_dump *dump)
{
	struct avml *avml = dump->priv;

	cdm_chain_free(avml->chain);
	free(avml);
}

const struct cdm_format cdm_format_avml = {
	.name = "avml",
	.title = "AVML memory image",
	.probe = probe,
	.open = open_avml,
	.read = read_avml,
	.next_range = next_range,
	.close = close_avml,
};
