// SPDX-License-Identifier: GPL-2.0-or-later
/* avml.c - how is the machine written as a compressed AVML image? */

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"

#include <string.h>

#define MAGIC 0x4c4d5641u
#define HEADER 32u
#define CHUNK_HEADER 8u /* with the checksum */

struct avml {
	struct dw_dump *dump;
	const struct dw_codec *codec; /* without a function: chunks are stored */
	uint64_t chunk_size;
	uint64_t padding; /* bytes of a chunk without memory */
	uint64_t off, n_extents, n_chunks;
};

/* CRC32C, a bit at a time, and the mask of snappy's framing format. */
static uint32_t checksum(const uint8_t *bytes, size_t len)
{
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc & 1) ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
	}
	crc ^= 0xffffffffu;
	return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

static void put(struct avml *avml, const void *bytes, size_t len)
{
	dw_image_add(&avml->dump->image, avml->off, bytes, len);
	avml->off += len;
}

/* What does not shrink by an eighth is stored. */
static void write_chunk(struct avml *avml, uint64_t paddr, size_t len)
{
	static const struct dw_compress_options ordinary = { 0 };
	struct dw_arena *arena = avml->dump->arena;
	uint8_t header[CHUNK_HEADER], *bytes = dw_alloc(arena, len), *data = bytes;
	size_t size = len;

	dw_memory_read(&avml->dump->memory, paddr, bytes, len);
	if (avml->codec->compress) {
		size_t room = avml->codec->bound(len);
		uint8_t *packed = dw_alloc(arena, room);
		size_t packed_len = avml->codec->compress(&ordinary, bytes, len, packed, room);

		if (packed_len < len - len / 8) {
			data = packed;
			size = packed_len;
		}
	}
	header[0] = data == bytes;
	dw_store_little(header + 1, 3, size + 4);
	dw_store_little(header + 4, 4, checksum(bytes, len));
	dw_add_part(avml->dump, "chunk", avml->n_chunks++, avml->off);
	put(avml, header, sizeof(header));
	for (uint64_t page = paddr / DW_PAGE; page * DW_PAGE < paddr + len; page++)
		dw_add_part(avml->dump, "data", page, avml->off);
	put(avml, data, size);
}

static void write_extent(struct avml *avml, const struct dw_range *range)
{
	static const uint8_t stream_id[] = { 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y' };
	const struct dw_layout *layout = &avml->dump->layout;
	uint8_t header[HEADER] = { 0 }, trailer[8];
	uint64_t start;

	dw_store_field(layout, header, "extent", "magic", MAGIC);
	dw_store_field(layout, header, "extent", "version", 2);
	dw_store_field(layout, header, "extent", "s_addr", range->start);
	dw_store_field(layout, header, "extent", "e_addr", range->end - 1);
	dw_add_part(avml->dump, "extent", avml->n_extents++, avml->off);
	put(avml, header, HEADER);
	start = avml->off;
	put(avml, stream_id, sizeof(stream_id));
	if (avml->padding) {
		uint8_t padding[4] = { 0xfe };

		dw_store_little(padding + 1, 3, avml->padding);
		put(avml, padding, sizeof(padding));
		put(avml, dw_alloc(avml->dump->arena, avml->padding), avml->padding);
	}
	for (uint64_t at = range->start; at < range->end; at += avml->chunk_size)
		write_chunk(avml, at, (size_t)dw_min(avml->chunk_size, range->end - at));
	dw_store_little(trailer, 8, avml->off - start);
	put(avml, trailer, sizeof(trailer));
}

void dw_write_avml(struct dw_dump *dump)
{
	const char *compress = dw_get(dump->settings, "dump", "compress", "snappy");
	uint64_t most = dw_get_number(dump->settings, "dump", "extent_size", 0x1000000);
	bool keeps_zeros = dw_get_yes(dump->settings, "dump", "zero_extents", false);
	struct avml avml = {
		.dump = dump,
		.codec = &dw_codecs[strcmp(compress, "none") ? dw_find_codec("snappy") : 0],
		.chunk_size = dw_get_number(dump->settings, "dump", "chunk_size", 65536),
		.padding = dw_get_number(dump->settings, "dump", "padding_chunk", 0),
	};
	struct dw_range run;

	dump->block_size = DW_PAGE;
	dump->layout.is_big = false;
	for (uint64_t from = 0; dw_next_run(&dump->memory, from, &run); from = run.end) {
		run.end = run.start + dw_min(run.end - run.start, most);
		if (keeps_zeros || !dw_is_zero(&dump->memory, run.start, run.end - run.start))
			write_extent(&avml, &run);
	}
}
