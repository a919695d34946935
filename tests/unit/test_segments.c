// SPDX-License-Identifier: GPL-2.0-or-later
/* test_segments.c - which bytes of an ELF core hold an address, whatever its program headers say? */

#include "base/limits.h"
#include "formats/segments.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <string.h>

#define PT_LOAD 1
#define PT_NOTE 4
#define TABLE_AT 64

/* ---- writing tables ---- */

struct shape {
	const char *what;
	struct cdm_layout layout;
	bool is_64;
	uint32_t entry_size;
};

static const struct shape shapes[] = {
	{ "ELF64", LITTLE_64, true, 56 },
	{ "ELF64, big-endian", BIG_64, true, 56 },
	{ "ELF64, longer entries", LITTLE_64, true, 72 },
	{ "ELF32", LITTLE_32, false, 32 },
	{ "ELF32, big-endian", BIG_32, false, 32 },
	{ "ELF32, longer entries", BIG_32, false, 40 },
};

static void put_header(uint8_t *at, const struct shape *shape, const struct cdm_segment *segment)
{
	bool big_endian = shape->layout.big_endian;
	unsigned word = shape->layout.word;
	uint8_t *numbers = at + (shape->is_64 ? 8 : 4);
	const uint64_t values[] = { segment->offset, segment->vaddr, segment->paddr,
				    segment->file_size, segment->memory_size };

	memset(at, 0xee, shape->entry_size);
	put_number(at, segment->type, 4, big_endian);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		put_number(numbers + i * word, values[i], word, big_endian);
}

static struct cdm_source *write_table(const struct shape *shape, const struct cdm_segment *list,
				      size_t n)
{
	size_t len = TABLE_AT + n * shape->entry_size;
	uint8_t *bytes = calloc(1, len);

	ck_assert(bytes);
	for (size_t i = 0; i < n; i++)
		put_header(bytes + TABLE_AT + i * shape->entry_size, shape, &list[i]);
	struct cdm_source *source = memory_source(bytes, len, false);

	free(bytes);
	return source;
}

static struct cdm_segment_table table_in(struct cdm_source *source, const struct shape *shape,
					 uint64_t n)
{
	return (struct cdm_segment_table){ .source = source,
					   .layout = shape->layout,
					   .is_64 = shape->is_64,
					   .at = TABLE_AT,
					   .entry_size = shape->entry_size,
					   .count = n };
}

static enum cdm_status count_segments(void *context, const struct cdm_segment *segment,
				      struct cdm_error *err)
{
	uint64_t *n = context;

	(void)segment;
	(void)err;
	++*n;
	return CDM_OK;
}

static struct cdm_segments *open_table(const struct cdm_segment_table *table, uint64_t expected)
{
	struct cdm_segments *segments;
	uint64_t n = 0;
	struct cdm_error err;
	bool cut;

	ck_assert_int_eq(cdm_segments_new(table, count_segments, &n, &cut, &segments, &err),
			 CDM_OK);
	ck_assert_uint_eq(n, expected);
	ck_assert_int_eq(cut, expected < table->count);
	return segments;
}

/* ---- tables of a few ---- */

#define MAX_SEGMENTS 4
#define END UINT64_MAX

/* A row asks one address of a table. */
static const struct {
	const char *what;
	struct cdm_segment list[MAX_SEGMENTS];
	uint64_t paddr;
	unsigned nth;
	enum cdm_status answer;
	uint64_t offset, len;
} places[] = {
#define ONE                                                                                        \
	{                                                                                          \
		{                                                                                  \
			PT_LOAD, 0x1000, 0, 0x4000, 0x2000, 0x2000                                 \
		}                                                                                  \
	}
	{ "the first byte", ONE, 0x4000, 0, CDM_OK, 0x1000, 0x2000 },
	{ "the last byte", ONE, 0x5fff, 0, CDM_OK, 0x2fff, 1 },
	{ "one before it", ONE, 0x3fff, 0, CDM_ABSENT, 0, 1 },
	{ "one behind it", ONE, 0x6000, 0, CDM_ABSENT, 0, END - 0x6000 },
	{ "far before it", ONE, 0, 0, CDM_ABSENT, 0, 0x4000 },
	{ "no second one", ONE, 0x4000, 1, CDM_EXCLUDED, 0, 0x2000 },
#define SHORT                                                                                      \
	{                                                                                          \
		{                                                                                  \
			PT_LOAD, 0x1000, 0, 0x4000, 0x800, 0x2000                                  \
		}                                                                                  \
	}
	{ "T45: file-backed", SHORT, 0x47ff, 0, CDM_OK, 0x17ff, 1 },
	{ "T45: p_filesz < p_memsz: left out", SHORT, 0x4800, 0, CDM_EXCLUDED, 0, 0x1800 },
	{ "T45: the last byte left out", SHORT, 0x5fff, 0, CDM_EXCLUDED, 0, 1 },
	{ "T45: behind what was left out", SHORT, 0x6000, 0, CDM_ABSENT, 0, END - 0x6000 },
	{ "T45: nothing in the file",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0, 0x2000 } },
	  0x4000,
	  0,
	  CDM_EXCLUDED,
	  0,
	  0x2000 },
	{ "T5: p_filesz > p_memsz: memory's size counts",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0x9000, 0x2000 } },
	  0x6000,
	  0,
	  CDM_ABSENT,
	  0,
	  END - 0x6000 },
	{ "T5: ... and ends what is read at once",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0x9000, 0x2000 } },
	  0x5ff0,
	  0,
	  CDM_OK,
	  0x2ff0,
	  0x10 },
	{ "no memory at all",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0x2000, 0 } },
	  0x4000,
	  0,
	  CDM_ABSENT,
	  0,
	  END - 0x4000 },
#define GAP                                                                                        \
	{                                                                                          \
		{ PT_LOAD, 0x1000, 0, 0x4000, 0x1000, 0x1000 },                                    \
		{                                                                                  \
			PT_LOAD, 0x2000, 0, 0x8000, 0x1000, 0x1000                                 \
		}                                                                                  \
	}
	{ "a gap between two", GAP, 0x5000, 0, CDM_ABSENT, 0, 0x3000 },
	{ "the one behind it", GAP, 0x8010, 0, CDM_OK, 0x2010, 0xff0 },
	{ "T48: not sorted",
	  { { PT_LOAD, 0x1000, 0, 0x8000, 0x1000, 0x1000 },
	    { PT_LOAD, 0x2000, 0, 0x4000, 0x1000, 0x1000 } },
	  0x4800,
	  0,
	  CDM_OK,
	  0x2800,
	  0x800 },
	{ "T46: edges within a page",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0x400, 0x400 },
	    { PT_LOAD, 0x5000, 0, 0x4400, 0xc00, 0xc00 } },
	  0x4400,
	  0,
	  CDM_OK,
	  0x5000,
	  0xc00 },
	{ "T46: the part before the edge",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0x400, 0x400 },
	    { PT_LOAD, 0x5000, 0, 0x4400, 0xc00, 0xc00 } },
	  0x4000,
	  0,
	  CDM_OK,
	  0x1000,
	  0x400 },
#define OVERLAP                                                                                    \
	{                                                                                          \
		{ PT_LOAD, 0x1000, 0, 0x5000, 0x1000, 0x1000 },                                    \
		{                                                                                  \
			PT_LOAD, 0x9000, 0, 0x4000, 0x4000, 0x4000                                 \
		}                                                                                  \
	}
	{ "T47: of two the first of the file", OVERLAP, 0x5800, 0, CDM_OK, 0x1800, 0x800 },
	{ "T47: then the other", OVERLAP, 0x5800, 1, CDM_OK, 0xa800, 0x2800 },
	{ "T47: and no third", OVERLAP, 0x5800, 2, CDM_EXCLUDED, 0, 0x800 },
	{ "T47: before the overlap", OVERLAP, 0x4800, 0, CDM_OK, 0x9800, 0x3800 },
	{ "T47: file-backed before left out",
	  { { PT_LOAD, 0x1000, 0, 0x4000, 0, 0x4000 },
	    { PT_LOAD, 0x9000, 0, 0x5000, 0x1000, 0x1000 } },
	  0x5000,
	  0,
	  CDM_OK,
	  0x9000,
	  0x1000 },
	{ "T5: a note is no memory",
	  { { PT_NOTE, 0x1000, 0, 0x4000, 0x2000, 0x2000 } },
	  0x4000,
	  0,
	  CDM_ABSENT,
	  0,
	  END - 0x4000 },
	{ "the last address of 32 bits",
	  { { PT_LOAD, 0x1000, 0, 0xfffff000, 0x1000, 0x1000 } },
	  0xffffffff,
	  0,
	  CDM_OK,
	  0x1fff,
	  1 },
	{ "no segment", { { 0 } }, 0x4000, 0, CDM_ABSENT, 0, END - 0x4000 },
};

/* The same for each shape of table, with others of no interest around it. */
START_TEST(place_of_an_address)
{
	int row = _i / ROWS(shapes);
	const struct shape *shape = &shapes[_i % ROWS(shapes)];
	struct cdm_source *source = write_table(shape, places[row].list, MAX_SEGMENTS);
	struct cdm_segment_table table = table_in(source, shape, MAX_SEGMENTS);
	struct cdm_segments *segments = open_table(&table, MAX_SEGMENTS);
	struct cdm_place found;
	struct cdm_error err;

	ck_assert_int_eq(
		cdm_segments_find(segments, places[row].paddr, places[row].nth, &found, &err),
		CDM_OK);
	ck_assert_msg(found.answer == places[row].answer, "%s (%s): %d", places[row].what,
		      shape->what, found.answer);
	ck_assert_msg(found.len == places[row].len, "%s (%s): length 0x%" PRIx64, places[row].what,
		      shape->what, found.len);
	if (found.answer == CDM_OK)
		ck_assert_msg(found.offset == places[row].offset, "%s (%s): offset 0x%" PRIx64,
			      places[row].what, shape->what, found.offset);
	cdm_segments_free(segments);
	cdm_source_close(source);
}
END_TEST

/* ---- numbers at their ends ---- */

#define ONES_32 UINT32_MAX
#define ONES_64 UINT64_MAX

static const struct {
	const char *what;
	int shape;
	struct cdm_segment segment;
	uint64_t paddr;
	enum cdm_status answer;
	uint64_t len;
} ends[] = {
	{ "T49: paddr of all ones is none",
	  0,
	  { PT_LOAD, 0x1000, 0, ONES_64, 0x2000, 0x2000 },
	  ONES_64 - 1,
	  CDM_ABSENT,
	  1 },
	{ "T49: nor does it cover what it wraps to",
	  0,
	  { PT_LOAD, 0x1000, 0, ONES_64, 0x2000, 0x2000 },
	  0x100,
	  CDM_ABSENT,
	  END - 0x100 },
	{ "T49: the same of 32 bits",
	  3,
	  { PT_LOAD, 0x1000, 0, ONES_32, 0x2000, 0x2000 },
	  ONES_32,
	  CDM_ABSENT,
	  END - ONES_32 },
	{ "T49: all ones of 32 bits are an address of 64",
	  0,
	  { PT_LOAD, 0x1000, 0, ONES_32, 0x2000, 0x2000 },
	  ONES_32,
	  CDM_OK,
	  0x2000 },
	{ "a size that wraps: up to the last address",
	  0,
	  { PT_LOAD, 0x1000, 0, ONES_64 - 0xfff, 0x2000, 0x2000 },
	  ONES_64 - 0xfff,
	  CDM_OK,
	  0xfff },
	{ "a size that wraps covers no low address",
	  0,
	  { PT_LOAD, 0x1000, 0, ONES_64 - 0xfff, 0x2000, 0x2000 },
	  0,
	  CDM_ABSENT,
	  ONES_64 - 0xfff },
	{ "the largest size", 0, { PT_LOAD, 0, 0, 1, ONES_64, ONES_64 }, 1, CDM_OK, ONES_64 - 1 },
	{ "an offset that wraps is nowhere",
	  0,
	  { PT_LOAD, ONES_64 - 0xff, 0, 0x4000, 0x2000, 0x2000 },
	  0x4100,
	  CDM_EXCLUDED,
	  0x1f00 },
	{ "... and right before it wraps",
	  0,
	  { PT_LOAD, ONES_64 - 0xff, 0, 0x4000, 0x2000, 0x2000 },
	  0x40ff,
	  CDM_OK,
	  0x1f01 },
};

START_TEST(end_of_the_numbers)
{
	const struct shape *shape = &shapes[ends[_i].shape];
	struct cdm_source *source = write_table(shape, &ends[_i].segment, 1);
	struct cdm_segment_table table = table_in(source, shape, 1);
	struct cdm_segments *segments = open_table(&table, 1);
	struct cdm_place found;
	struct cdm_error err;

	ck_assert_int_eq(cdm_segments_find(segments, ends[_i].paddr, 0, &found, &err), CDM_OK);
	ck_assert_msg(found.answer == ends[_i].answer, "%s: %d", ends[_i].what, found.answer);
	ck_assert_msg(found.len == ends[_i].len, "%s: 0x%" PRIx64, ends[_i].what, found.len);
	cdm_segments_free(segments);
	cdm_source_close(source);
}
END_TEST

/* ---- the table itself ---- */

static const struct {
	const char *what;
	int shape;
	uint32_t entry_size;
	uint64_t at, count;
	enum cdm_status status;
} tables[] = {
	{ "entries that are too short", 0, 55, TABLE_AT, 1, CDM_CORRUPT },
	{ "entries of ELF32 in ELF64", 0, 32, TABLE_AT, 1, CDM_CORRUPT },
	{ "entries that are too short, ELF32", 3, 31, TABLE_AT, 1, CDM_CORRUPT },
	{ "no entry size", 0, 0, TABLE_AT, 1, CDM_CORRUPT },
	{ "entries that are too long", 0, 65535, TABLE_AT, 1, CDM_CORRUPT },
	{ "T7: more than can be", 0, 56, TABLE_AT, CDM_MAX_SEGMENTS + 1ul, CDM_ERR_LIMIT },
	{ "T7: all that 32 bits count", 0, 56, TABLE_AT, UINT32_MAX, CDM_ERR_LIMIT },
	{ "T34: a table that wraps", 0, 56, UINT64_MAX - 56 * 200, 600, CDM_OK },
	{ "T34: a table at the last byte", 0, 56, UINT64_MAX, 1, CDM_OK },
	{ "T34: a block whose place wraps", 0, 56, UINT64_MAX - 56 * 255, 600, CDM_OK },
};

START_TEST(table_that_lies)
{
	const struct shape *shape = &shapes[tables[_i].shape];
	struct cdm_source *source = write_table(shape, NULL, 0);
	struct cdm_segment_table table = table_in(source, shape, tables[_i].count);
	struct cdm_segments *segments = NULL;
	uint64_t n = 0;
	struct cdm_error err;
	bool cut = false;

	table.at = tables[_i].at;
	table.entry_size = tables[_i].entry_size;
	enum cdm_status st = cdm_segments_new(&table, count_segments, &n, &cut, &segments, &err);

	ck_assert_msg(st == tables[_i].status, "%s: %d", tables[_i].what, st);
	ck_assert_msg(st || cut, "%s: nothing is there", tables[_i].what);
	ck_assert_uint_eq(n, 0);
	cdm_segments_free(segments);
	cdm_source_close(source);
}
END_TEST

static struct cdm_segment page(uint64_t number)
{
	return (struct cdm_segment){ PT_LOAD, 0x100000 + number * 0x1000,
				     0,       number * 0x10000,
				     0x1000,  0x1000 };
}

/* T1: what the file holds of the table is used. */
START_TEST(table_cut_in_the_middle)
{
	static const size_t held[] = { 0, 1, 100, 256, 257, 511, 512, 599 };
	struct cdm_segment list[600];
	const struct shape *shape = &shapes[0];

	for (size_t i = 0; i < 600; i++)
		list[i] = page(i);
	for (size_t extra = 0; extra < 56; extra += 55) {
		struct cdm_source *source = write_table(shape, list, 600);
		struct cdm_segment_table table = table_in(source, shape, 600);
		struct cdm_place found;
		struct cdm_error err;

		cut_source(source, TABLE_AT + held[_i] * 56 + extra);
		struct cdm_segments *segments = open_table(&table, held[_i]);

		for (size_t i = 0; i < 600; i++)
			if (cdm_segments_find(segments, list[i].paddr, 0, &found, &err) ||
			    found.answer != (i < held[_i] ? CDM_OK : CDM_ABSENT))
				ck_abort_msg("%zu of %zu: %d", i, held[_i], found.answer);
		cdm_segments_free(segments);
		cdm_source_close(source);
	}
}
END_TEST

/* A table in the head of the file costs no read; one that leaves it costs one. */
START_TEST(table_in_the_head)
{
	struct cdm_segment list[70];
	const struct shape *shape = &shapes[0];
	uint8_t head[4096];
	size_t got;
	struct cdm_error err;

	for (size_t i = 0; i < 70; i++)
		list[i] = page(i);
	struct cdm_source *source = write_table(shape, list, 70);

	ck_assert_int_eq(cdm_source_read(source, 0, head, sizeof(head), &got, &err), CDM_OK);
	struct cdm_segment_table table = table_in(source, shape, 70);

	table.head = (struct cdm_bytes){ head, _i ? got : got - 1 };
	struct cdm_segments *segments = open_table(&table, 70);

	ck_assert_uint_eq(source->io.reads, _i ? 1 : 2);
	cdm_segments_free(segments);
	cdm_source_close(source);
}
END_TEST

static enum cdm_status refuse(void *context, const struct cdm_segment *segment,
			      struct cdm_error *err)
{
	(void)context;
	return cdm_fail(err, CDM_ERR_MEMORY, "type %u", segment->type);
}

START_TEST(failure_of_the_visitor_is_passed_on)
{
	const struct cdm_segment list[] = { { .type = PT_NOTE } };
	struct cdm_source *source = write_table(&shapes[0], list, 1);
	struct cdm_segment_table table = table_in(source, &shapes[0], 1);
	struct cdm_segments *segments;
	struct cdm_error err;
	bool cut;

	ck_assert_int_eq(cdm_segments_new(&table, refuse, NULL, &cut, &segments, &err),
			 CDM_ERR_MEMORY);
	ck_assert_str_eq(err.text, "type 4");
	cdm_source_close(source);
	cdm_segments_free(NULL);
}
END_TEST

/* ---- many, in random order ---- */

static const struct {
	const char *what;
	size_t n;
	unsigned probes;
	bool overlap;
} crowds[] = {
	{ "a few blocks", 600, 3000, false },
	{ "a few blocks, overlapping", 600, 3000, true },
	{ "more blocks than are summarised", 200000, 15, false },
	{ "more blocks than are summarised, overlapping", 200000, 8, true },
};

/* Segments of random length, with gaps; or, overlapping, anywhere. Then shuffled. */
static struct cdm_segment *new_crowd(size_t n, bool overlap, uint64_t *seed)
{
	struct cdm_segment *list = calloc(n, sizeof(*list));
	uint64_t paddr = 0;

	ck_assert(list);
	for (size_t i = 0; i < n; i++) {
		uint64_t len = 1 + next_random(seed) % 0x3000;

		list[i] = (struct cdm_segment){ .type = next_random(seed) % 50 ? PT_LOAD : PT_NOTE,
						.offset = next_random(seed) >> 8,
						.paddr = paddr,
						.memory_size = len,
						.file_size = next_random(seed) % 3
								     ? len
								     : next_random(seed) % len };
		paddr += len + (next_random(seed) % 2 ? next_random(seed) % 0x1000 : 0);
		if (overlap)
			list[i].paddr = next_random(seed) % (n * 0x1000);
	}
	for (size_t i = n - 1; i > 0; i--) {
		size_t other = next_random(seed) % (i + 1);
		struct cdm_segment swapped = list[i];

		list[i] = list[other];
		list[other] = swapped;
	}
	return list;
}

/* What the headers say of paddr, asked one by one in the order of the file. */
static struct cdm_place ask_all(const struct cdm_segment *list, size_t n, uint64_t paddr,
				unsigned nth)
{
	struct cdm_place place = { .answer = CDM_ABSENT };

	for (size_t i = 0; i < n; i++) {
		if (list[i].type != PT_LOAD || paddr < list[i].paddr ||
		    paddr >= list[i].paddr + list[i].memory_size)
			continue;
		if (paddr < list[i].paddr + list[i].file_size && nth-- == 0)
			return (struct cdm_place){ CDM_OK, list[i].offset + paddr - list[i].paddr,
						   list[i].paddr + list[i].file_size - paddr };
		place.answer = CDM_EXCLUDED;
	}
	return place;
}

static void check_probe(struct cdm_segments *segments, const struct cdm_segment *list, size_t n,
			uint64_t paddr, unsigned nth)
{
	struct cdm_place expected = ask_all(list, n, paddr, nth), found;
	struct cdm_error err;

	if (cdm_segments_find(segments, paddr, nth, &found, &err))
		ck_abort_msg("0x%" PRIx64 ": %s", paddr, err.text);
	if (found.answer != expected.answer)
		ck_abort_msg("0x%" PRIx64 ": %d, not %d", paddr, found.answer, expected.answer);
	if (found.answer == CDM_OK &&
	    (found.offset != expected.offset || found.len != expected.len))
		ck_abort_msg("0x%" PRIx64 ": offset 0x%" PRIx64, paddr, found.offset);
	if (found.answer == CDM_OK)
		return;
	/* The same answer for all of the length, and another segment's edge behind it or none. */
	if (found.len == 0 || ask_all(list, n, paddr + found.len - 1, nth).answer != found.answer)
		ck_abort_msg("0x%" PRIx64 ": length 0x%" PRIx64, paddr, found.len);
}

START_TEST(crowd)
{
	uint64_t seed = 0x5eed + (uint64_t)_i;
	size_t n = crowds[_i].n;
	struct cdm_segment *list = new_crowd(n, crowds[_i].overlap, &seed);
	const struct shape *shape = &shapes[_i % 2];
	struct cdm_source *source = write_table(shape, list, n);
	struct cdm_segment_table table = table_in(source, shape, n);
	struct cdm_segments *segments = open_table(&table, n);

	for (unsigned i = 0; i < crowds[_i].probes; i++) {
		const struct cdm_segment *near = &list[next_random(&seed) % n];
		uint64_t paddr = near->paddr + next_random(&seed) % (near->memory_size + 16);

		check_probe(segments, list, n, paddr, (unsigned)(next_random(&seed) % 2));
	}
	cdm_segments_free(segments);
	cdm_source_close(source);
	free(list);
}
END_TEST

/* Walking all ranges in order meets each byte that the file holds, and no other. */
START_TEST(ranges_of_a_crowd)
{
	uint64_t seed = 0x5eed + (uint64_t)_i, from = 0;
	size_t n = 600;
	struct cdm_segment *list = new_crowd(n, crowds[_i].overlap, &seed);
	struct cdm_source *source = write_table(&shapes[0], list, n);
	struct cdm_segment_table table = table_in(source, &shapes[0], n);
	struct cdm_segments *segments = open_table(&table, n);
	struct cdm_range range;
	struct cdm_error err;
	enum cdm_status st;

	while (!(st = cdm_segments_next(segments, from, &range, &err))) {
		ck_assert(range.begin >= from && range.end > range.begin);
		for (uint64_t paddr = from; paddr < range.begin; paddr += 0x80)
			ck_assert_int_ne(ask_all(list, n, paddr, 0).answer, CDM_OK);
		ck_assert_int_eq(ask_all(list, n, range.begin, 0).answer, CDM_OK);
		ck_assert_int_eq(ask_all(list, n, range.end - 1, 0).answer, CDM_OK);
		from = range.end;
	}
	ck_assert_int_eq(st, CDM_END);
	for (size_t i = 0; i < n; i++)
		ck_assert(list[i].type != PT_LOAD || !list[i].file_size ||
			  list[i].paddr + list[i].file_size <= from);
	cdm_segments_free(segments);
	cdm_source_close(source);
	free(list);
}
END_TEST

/* Sorted tables, as nearly all are: a look-up reads what it needs, once. */
START_TEST(lookup_reads_one_block)
{
	size_t n = 20000;
	struct cdm_segment *list = calloc(n, sizeof(*list));
	struct cdm_place found;
	struct cdm_error err;

	ck_assert(list);
	for (size_t i = 0; i < n; i++)
		list[i] = page(i);
	struct cdm_source *source = write_table(&shapes[0], list, n);
	struct cdm_segment_table table = table_in(source, &shapes[0], n);
	struct cdm_segments *segments = open_table(&table, n);

	ck_assert_uint_eq(source->io.bytes_read, n * 56);
	uint64_t reads = source->io.reads;

	for (uint64_t paddr = list[777].paddr; paddr < list[777].paddr + 0x1000; paddr += 100)
		ck_assert_int_eq(cdm_segments_find(segments, paddr, 0, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.offset, list[777].offset + 4000);
	ck_assert_uint_eq(source->io.reads, reads + 1);
	cdm_segments_free(segments);
	cdm_source_close(source);
	free(list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("segments");
	TCase *tests = tcase_create("segments");

	tcase_add_loop_test(tests, place_of_an_address, 0, ROWS(places) * ROWS(shapes));
	tcase_add_loop_test(tests, end_of_the_numbers, 0, ROWS(ends));
	tcase_add_loop_test(tests, table_that_lies, 0, ROWS(tables));
	tcase_add_loop_test(tests, table_cut_in_the_middle, 0, 8);
	tcase_add_loop_test(tests, table_in_the_head, 0, 2);
	tcase_add_test(tests, failure_of_the_visitor_is_passed_on);
	tcase_add_loop_test(tests, crowd, 0, ROWS(crowds));
	tcase_add_loop_test(tests, ranges_of_a_crowd, 0, 2);
	tcase_add_test(tests, lookup_reads_one_block);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
