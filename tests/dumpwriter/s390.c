// SPDX-License-Identifier: GPL-2.0-or-later
/* s390.c - how is the machine written as a stand-alone dump, classic or extended? */

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"

#include <string.h>

#define CLASSIC_MAGIC 0xa8190173618f23fdull
#define EXTENDED_MAGIC 0xa8190173618f23feull
#define BLOCK 4096u
#define ENTRIES_AT 0x34u
#define MAX_ENTRIES 1011u
#define PLAIN_ENTRY 0x80000000u
#define TOD 0xe0e9f6db00000000ull

struct s390 {
	struct dw_dump *dump;
	uint64_t entry_size;
	int codec; /* of entries; 0: segments are plain */
	uint64_t n_segments;
};

static void write_header(const struct s390 *s390, bool is_extended)
{
	struct dw_dump *dump = s390->dump;
	uint64_t size = dw_memory_end(&dump->memory);
	const struct {
		const char *name;
		uint64_t value;
	} fields[] = {
		{ "magic", is_extended ? EXTENDED_MAGIC : CLASSIC_MAGIC },
		{ "version", 5 },
		{ "hdr_size", BLOCK },
		{ "page_size", 4096 },
		{ "mem_size", size },
		{ "mem_end", size },
		{ "num_pages", size / 4096 },
		{ "tod", TOD },
		{ "arch", 2 },
		{ "zlib_entry_size", s390->entry_size },
	};
	uint8_t header[BLOCK] = { 0 };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		dw_store_field(&dump->layout, header, "s390", fields[i].name, fields[i].value);
	dw_image_add(&dump->image, 0, header, sizeof(header));
	dw_add_part(dump, "s390", 0, 0);
}

static void write_marker(struct dw_dump *dump, uint64_t off)
{
	uint8_t marker[16] = "DUMP_END";

	if (!dw_get_yes(dump->settings, "dump", "end_marker", true))
		return;
	dw_store_big(marker + 8, 8, TOD + 1);
	dw_image_add(&dump->image, off, marker, sizeof(marker));
	dw_add_part(dump, "marker", 0, off);
}

/* One entry at off; returns how many blocks it takes, and whether it is plain. */
static uint64_t write_entry(const struct s390 *s390, uint64_t off, uint64_t paddr, uint64_t len,
			    bool *is_plain)
{
	static const struct dw_compress_options ordinary = { 0 };
	struct dw_dump *dump = s390->dump;
	const struct dw_codec *codec = &dw_codecs[s390->codec];
	uint8_t *bytes = dw_alloc(dump->arena, len);
	size_t room = codec->bound(len);
	uint8_t *packed = dw_alloc(dump->arena, dw_round_up(room, BLOCK));
	size_t size;

	dw_memory_read(&dump->memory, paddr, bytes, len);
	size = codec->compress(&ordinary, bytes, len, packed, room);
	*is_plain = size >= len;
	dw_image_borrow(&dump->image, off, *is_plain ? bytes : packed,
			dw_round_up(*is_plain ? len : size, BLOCK));
	for (uint64_t at = 0; at < len; at += DW_PAGE)
		dw_add_part(dump, "data", (paddr + at) / DW_PAGE, off + (*is_plain ? at : 0));
	return dw_round_up(*is_plain ? len : size, BLOCK) / BLOCK;
}

static uint64_t write_entries(const struct s390 *s390, uint64_t off, uint8_t *header,
			      const struct dw_range *range)
{
	uint64_t table = off - BLOCK + ENTRIES_AT;
	uint64_t blocks = 0, n = 0;

	for (uint64_t at = range->start; at < range->end; at += s390->entry_size, n++) {
		uint64_t len = dw_min(s390->entry_size, range->end - at);
		bool is_plain;
		uint64_t taken = write_entry(s390, off + blocks * BLOCK, at, len, &is_plain);

		dw_store_big(header + ENTRIES_AT + 4 * n, 4, blocks | (is_plain ? PLAIN_ENTRY : 0));
		blocks += taken;
		for (uint64_t page = at; page < at + len; page += DW_PAGE)
			dw_add_part(s390->dump, "entry", page / DW_PAGE, table + 4 * n);
	}
	dw_store_field(&s390->dump->layout, header, "segment", "size_on_disk", blocks);
	dw_store_field(&s390->dump->layout, header, "segment", "entry_count", n);
	return off + blocks * BLOCK;
}

static uint64_t write_segment(struct s390 *s390, uint64_t off, const struct dw_range *range,
			      bool is_last)
{
	struct dw_dump *dump = s390->dump;
	uint8_t *header = dw_alloc(dump->arena, BLOCK);
	uint64_t end, len = range->end - range->start;

	dw_store_field(&dump->layout, header, "segment", "start", range->start);
	dw_store_field(&dump->layout, header, "segment", "len", len);
	dw_store_field(&dump->layout, header, "segment", "stop_marker", is_last);
	if (s390->codec) {
		end = write_entries(s390, off + BLOCK, header, range);
	} else {
		dw_put_memory(dump, off + BLOCK, range->start, len);
		end = off + BLOCK + dw_round_up(len, BLOCK);
	}
	dw_image_borrow(&dump->image, off, header, BLOCK);
	dw_add_part(dump, "segment", s390->n_segments++, off);
	return end;
}

/* The next stretch of memory that is not all zeros, in units of entries. */
static bool next_segment(const struct s390 *s390, uint64_t from, struct dw_range *range)
{
	const struct dw_memory *memory = &s390->dump->memory;
	uint64_t most = dw_get_number(s390->dump->settings, "dump", "segment_size", 0x1000000);
	struct dw_range run;

	for (; dw_next_run(memory, from, &run); from = run.end) {
		run.end = run.start + dw_min(run.end - run.start, s390->entry_size);
		if (dw_is_zero(memory, run.start, run.end - run.start))
			continue;
		*range = run;
		while (range->end - range->start < dw_min(most, MAX_ENTRIES * s390->entry_size) &&
		       dw_next_run(memory, range->end, &run) && run.start == range->end) {
			uint64_t part = dw_min(run.end - run.start, s390->entry_size);

			if (dw_is_zero(memory, run.start, part))
				break;
			range->end += part;
		}
		return true;
	}
	return false;
}

static uint64_t write_segments(struct s390 *s390)
{
	uint64_t off = BLOCK;
	struct dw_range range, next;
	bool has_more = next_segment(s390, 0, &range);

	while (has_more) {
		has_more = next_segment(s390, range.end, &next);
		off = write_segment(s390, off, &range, !has_more);
		range = next;
	}
	return off;
}

void dw_write_s390(struct dw_dump *dump)
{
	const char *compress = dw_get(dump->settings, "dump", "compress", "none");
	bool is_extended = dw_get_yes(dump->settings, "dump", "extended", false);
	struct s390 s390 = {
		.dump = dump,
		.entry_size = dw_get_number(dump->settings, "dump", "entry_size", 0x100000),
		.codec = strcmp(compress, "zlib") ? 0 : dw_find_codec("zlib"),
	};

	dump->block_size = DW_PAGE;
	dump->layout.is_big = true;
	write_header(&s390, is_extended);
	write_marker(dump,
		     is_extended ? write_segments(&s390) : BLOCK + dw_put_ram(dump, BLOCK, 0, 0));
}
