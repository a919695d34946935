// SPDX-License-Identifier: GPL-2.0-or-later
/* s390.c - stand-alone dumps of s390 machines, classic and extended. Drawn in s390.md. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/chain.h"
#include "formats/s390_entry.h"

#include <inttypes.h>
#include <stdlib.h>

#define MAGIC_CLASSIC "\xa8\x19\x01\x73\x61\x8f\x23\xfd"
#define MAGIC_EXTENDED "\xa8\x19\x01\x73\x61\x8f\x23\xfe"
#define END_MARKER "DUMP_END"
#define MARKER_SIZE 8
#define BLOCK 4096 /* of DASDs, and of headers */
#define EM_S390 22
#define MAX_ENTRIES 1011 /* room in a segment's header */
#define ENTRIES_AT 0x34

/* The TOD clock counts from 1900; bit 51 is a microsecond. */
#define TOD_MICROSECOND_SHIFT 12
#define TOD_OF_1970 2208988800u

enum segment { PLAIN, ZLIB };

struct s390 {
	struct cdm_chain *chain; /* extended */
	uint32_t header_size, entry_size;
	uint64_t memory_size;
	struct cdm_s390_entry *entry; /* extended: the one being unpacked */
};

/* Big-endian, on whatever medium. */
static const struct cdm_layout big = { .big_endian = true, .word = 8 };

static bool is_extended(struct cdm_bytes head)
{
	return cdm_starts_with(head, MAGIC_EXTENDED, 8);
}

static bool probe(struct cdm_bytes head)
{
	return cdm_starts_with(head, MAGIC_CLASSIC, 8) || is_extended(head);
}

/* Written last: without it the dump was not finished. */
static bool has_end_marker(struct cdm_source *source, uint64_t at)
{
	char marker[MARKER_SIZE];
	struct cdm_error unused;

	return !cdm_source_read_exact(source, at, marker, sizeof(marker), &unused) &&
	       memcmp(marker, END_MARKER, sizeof(marker)) == 0;
}

/* ---- segments of extended dumps ---- */

static enum cdm_status check_segment(const struct s390 *s390, uint64_t at, uint64_t begin,
				     uint64_t len, uint32_t blocks, uint32_t entries,
				     struct cdm_error *err)
{
	uint64_t end;

	if (cdm_add(begin, len, &end))
		return cdm_fail(err, CDM_CORRUPT,
				"segment at offset 0x%" PRIx64 ": memory from 0x%" PRIx64
				" on, 0x%" PRIx64 " bytes, is more than there can be",
				at, begin, len);
	if (blocks == 0)
		return CDM_OK;
	if (s390->entry_size < BLOCK || s390->entry_size > CDM_MAX_S390_ENTRY)
		return cdm_fail(err, CDM_CORRUPT,
				"segment at offset 0x%" PRIx64 ": entries of %" PRIu32
				" bytes, not of %d to %u",
				at, s390->entry_size, BLOCK, CDM_MAX_S390_ENTRY);
	uint64_t needed = len / s390->entry_size + (len % s390->entry_size != 0);

	if (entries > MAX_ENTRIES || entries != needed)
		return cdm_fail(err, CDM_CORRUPT,
				"segment at offset 0x%" PRIx64 ": %" PRIu32 " entries, not %" PRIu64
				" (and at most %d)",
				at, entries, needed, MAX_ENTRIES);
	return CDM_OK;
}

/* place->end is 1 behind the last segment. */
static enum cdm_status step(struct cdm_dump *dump, struct cdm_chain_place *place,
			    struct cdm_piece *piece, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;
	uint8_t raw[ENTRIES_AT];

	if (place->end) {
		dump->incomplete = !has_end_marker(dump->source, place->at);
		return CDM_END;
	}
	if (cdm_source_read_exact(dump->source, place->at, raw, sizeof(raw), err))
		return cdm_context(err, "segment at offset 0x%" PRIx64, place->at);
	uint64_t begin = cdm_load_u64(raw, big), len = cdm_load_u64(raw + 8, big);
	uint32_t blocks = cdm_load_u32(raw + 0x18, big);
	uint64_t stored = blocks ? (uint64_t)blocks * BLOCK : len;
	enum cdm_status st = check_segment(s390, place->at, begin, len, blocks,
					   cdm_load_u32(raw + 0x30, big), err);

	if (st)
		return st;
	*piece = (struct cdm_piece){ .begin = begin,
				     .end = begin + len,
				     .data_at = place->at + BLOCK,
				     .stored_size = blocks,
				     .kind = blocks ? ZLIB : PLAIN };
	place->end = cdm_load_u64(raw + 0x10, big) != 0;
	place->at = cdm_end_of(piece->data_at, stored);
	place->at = cdm_end_of(place->at, -place->at % BLOCK);
	return CDM_OK;
}

/* Where the entry that has an offset of the segment's memory is, and in which way it is stored. */
static enum cdm_status find_entry(struct cdm_dump *dump, const struct cdm_piece *piece,
				  uint64_t off, struct cdm_s390_place *entry, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;
	uint64_t number = off / s390->entry_size;
	uint64_t at = piece->data_at - BLOCK + ENTRIES_AT + 4 * number;
	uint8_t raw[4];

	if (cdm_source_read_exact(dump->source, at, raw, sizeof(raw), err))
		return cdm_context(err, "entry %" PRIu64 " of the segment at 0x%" PRIx64, number,
				   piece->begin);
	uint32_t value = cdm_load_u32(raw, big), block = value & 0x7fffffff;

	if (block >= piece->stored_size)
		return cdm_fail(err, CDM_CORRUPT,
				"entry %" PRIu64 " of the segment at 0x%" PRIx64 ": block %" PRIu32
				", and there are %" PRIu32,
				number, piece->begin, block, piece->stored_size);
	entry->is_plain = value >> 31;
	entry->at = piece->data_at + (uint64_t)block * BLOCK;
	entry->end_at = piece->data_at + (uint64_t)piece->stored_size * BLOCK;
	entry->len = (uint32_t)cdm_min(s390->entry_size,
				       piece->end - piece->begin - number * s390->entry_size);
	return CDM_OK;
}

static enum cdm_status read_entry(struct cdm_dump *dump, const struct cdm_piece *piece,
				  uint64_t paddr, uint8_t *buf, size_t len, size_t *got,
				  struct cdm_error *err)
{
	struct s390 *s390 = dump->priv;
	struct cdm_s390_place entry;
	enum cdm_status st = find_entry(dump, piece, paddr - piece->begin, &entry, err);

	if (st)
		return st;
	uint32_t off = (uint32_t)((paddr - piece->begin) % s390->entry_size);

	len = (size_t)cdm_min(len, entry.len - off);
	if (entry.is_plain)
		return cdm_dump_read_stored(dump->source, paddr, entry.at + off, buf, len, got,
					    err);
	st = cdm_s390_entry_read(s390->entry, dump, &entry, off, buf, len, got, err);
	if (st)
		return cdm_context(
			err, "the entry of physical address 0x%" PRIx64 " at offset 0x%" PRIx64,
			paddr + *got, entry.at);
	return CDM_OK;
}

/* What no segment of a whole dump holds were zeros. */
static enum cdm_status fill_gap(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;
	struct cdm_piece next;
	enum cdm_status st = cdm_chain_next(s390->chain, paddr, &next, err);

	if (st && st != CDM_END)
		return st;
	uint64_t end = st ? s390->memory_size : cdm_min(next.begin, s390->memory_size);

	*got = (size_t)cdm_min(len, end - paddr);
	memset(buf, 0, *got);
	return CDM_OK;
}

static enum cdm_status read_extended(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf,
				     size_t len, size_t *got, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;
	struct cdm_piece piece;
	enum cdm_status st = cdm_chain_find(s390->chain, paddr, &piece, err);

	if (st == CDM_ABSENT && paddr < s390->memory_size)
		return fill_gap(dump, paddr, buf, len, got, err);
	if (st)
		return st;
	len = (size_t)cdm_min(len, piece.end - paddr);
	if (piece.kind == ZLIB)
		return read_entry(dump, &piece, paddr, buf, len, got, err);
	return cdm_dump_read_stored(dump->source, paddr, piece.data_at + (paddr - piece.begin), buf,
				    len, got, err);
}

/* ---- both ---- */

static enum cdm_status read_classic(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				    size_t *got, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;

	if (paddr >= s390->memory_size)
		return cdm_fail(err, CDM_ABSENT,
				"physical address 0x%" PRIx64 " is behind the memory, 0x%" PRIx64
				" bytes",
				paddr, s390->memory_size);
	len = (size_t)cdm_min(len, s390->memory_size - paddr);
	return cdm_dump_read_stored(dump->source, paddr, s390->header_size + paddr, buf, len, got,
				    err);
}

static enum cdm_status read_s390(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;

	*got = 0;
	while (*got < len) {
		size_t part = 0;
		enum cdm_status st = s390->chain ? read_extended(dump, paddr + *got, buf + *got,
								 len - *got, &part, err)
						 : read_classic(dump, paddr + *got, buf + *got,
								len - *got, &part, err);

		*got += part;
		if (st)
			return st;
	}
	return CDM_OK;
}

static enum cdm_status next_segment(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				    struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;
	struct cdm_piece piece;
	enum cdm_status st;

	while (!(st = cdm_chain_next(s390->chain, from, &piece, err))) {
		uint64_t begin = cdm_max(from, piece.begin);

		*out = (struct cdm_range){ .begin = begin, .end = piece.end };
		if (piece.kind == PLAIN)
			st = cdm_dump_stored_range(dump->source,
						   piece.data_at + (begin - piece.begin), out, err);
		if (st != CDM_END)
			break;
		from = piece.end; /* the file has ended before */
	}
	return st;
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	const struct s390 *s390 = dump->priv;

	if (s390->chain)
		return next_segment(dump, from, out, err);
	if (from >= s390->memory_size)
		return CDM_END;
	*out = (struct cdm_range){ .begin = from, .end = s390->memory_size };
	return cdm_dump_stored_range(dump->source, s390->header_size + from, out, err);
}

/* ---- the file ---- */

static int64_t seconds(uint64_t tod)
{
	uint64_t since_1900 = (tod >> TOD_MICROSECOND_SHIFT) / 1000000;

	return since_1900 > TOD_OF_1970 ? (int64_t)(since_1900 - TOD_OF_1970) : 0;
}

static enum cdm_status parse_header(struct cdm_dump *dump, struct s390 *s390, struct cdm_error *err)
{
	struct cdm_cursor c = cdm_cursor(dump->head, big);

	cdm_skip(&c, 0x0c);
	s390->header_size = cdm_take_u32(&c);
	cdm_skip(&c, 8);
	s390->memory_size = cdm_take_u64(&c); /* num_pages behind it has 32 bits: 16 TiB */
	cdm_skip(&c, 0x38 - 0x20);
	dump->crash_time = seconds(cdm_take_u64(&c));
	cdm_skip(&c, 0x4c - 0x40);
	uint32_t volume = cdm_take_u32(&c);

	cdm_skip(&c, 0x5c - 0x50);
	struct cdm_bytes several = cdm_take(&c, 1);

	cdm_skip(&c, 0x62 - 0x5d);
	s390->entry_size = cdm_take_u32(&c);
	if (c.overrun)
		return cdm_fail(err, CDM_TRUNCATED,
				"s390 dump header: the file ends after %zu bytes", dump->head.len);
	if (volume || several.at[0])
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this is volume %" PRIu32 " of a dump on several: zgetdump puts "
				"them together",
				volume);
	if (s390->header_size < BLOCK || s390->header_size > CDM_MAX_BLOCK ||
	    s390->header_size % BLOCK)
		return cdm_fail(err, CDM_CORRUPT,
				"s390 dump header: it says that it has %" PRIu32 " bytes, not %d",
				s390->header_size, BLOCK);
	if (s390->memory_size > INT64_MAX)
		return cdm_fail(err, CDM_CORRUPT,
				"s390 dump header: 0x%" PRIx64
				" bytes of memory, which no file has",
				s390->memory_size);
	return CDM_OK;
}

static enum cdm_status open_extended(struct cdm_dump *dump, struct s390 *s390,
				     struct cdm_error *err)
{
	struct cdm_chain_place start = { .at = s390->header_size };
	enum cdm_status st = cdm_s390_entry_new(&s390->entry, err);

	if (st)
		return st;
	st = cdm_chain_new(dump, step, &start, "segment", &s390->chain, err);
	if (st) {
		cdm_s390_entry_free(s390->entry);
		return st;
	}
	return CDM_OK;
}

static void look_for_end(struct cdm_dump *dump, const struct s390 *s390)
{
	struct cdm_piece none;
	struct cdm_error unused;

	if (s390->chain) /* to the last segment, and what step() finds behind it */
		dump->incomplete |=
			cdm_chain_find(s390->chain, UINT64_MAX, &none, &unused) != CDM_ABSENT;
	else
		dump->incomplete =
			!has_end_marker(dump->source, s390->header_size + s390->memory_size);
}

static enum cdm_status open_s390(struct cdm_dump *dump, struct cdm_error *err)
{
	struct s390 *s390 = calloc(1, sizeof(*s390));

	if (!s390)
		return cdm_fail_memory(err, "s390 dump");
	dump->layout = big;
	dump->elf_machine = EM_S390;
	enum cdm_status st = parse_header(dump, s390, err);

	if (!st && is_extended(dump->head))
		st = open_extended(dump, s390, err);
	if (st) {
		free(s390);
		return st;
	}
	dump->priv = s390;
	/* A pipe's end is not waited for. */
	if (!dump->source->is_stream)
		look_for_end(dump, s390);
	return CDM_OK;
}

static void close_s390(struct cdm_dump *dump)
{
	struct s390 *s390 = dump->priv;

	cdm_chain_free(s390->chain);
	cdm_s390_entry_free(s390->entry);
	free(s390);
}

const struct cdm_format cdm_format_s390 = {
	.name = "s390",
	.title = "s390 stand-alone dump",
	.probe = probe,
	.open = open_s390,
	.read = read_s390,
	.next_range = next_range,
	.close = close_s390,
};
