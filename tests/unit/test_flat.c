// SPDX-License-Identifier: GPL-2.0-or-later
/* test_flat.c - does a flattened stream read as the file that it describes? */

#include "base/limits.h"
#include "source/wrapper.h"
#include "tests/unit/memory_source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_SIZE 4096
#define SEGMENT_HEADER 16

/* ---- writing streams ---- */

struct stream {
	uint8_t *bytes;
	size_t len;
	size_t room;
};

static void put(struct stream *stream, const void *bytes, size_t len)
{
	if (stream->len + len > stream->room) {
		stream->room = 2 * (stream->len + len);
		stream->bytes = realloc(stream->bytes, stream->room);
		ck_assert(stream->bytes);
	}
	if (len)
		memcpy(stream->bytes + stream->len, bytes, len);
	stream->len += len;
}

static void put_be64(struct stream *stream, int64_t n)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)n >> (56 - 8 * i));
	put(stream, bytes, sizeof(bytes));
}

static void put_header(struct stream *stream, int64_t type, int64_t version)
{
	static const uint8_t zeros[HEADER_SIZE - 32];

	put(stream, "makedumpfile\0\0\0", 16);
	put_be64(stream, type);
	put_be64(stream, version);
	put(stream, zeros, sizeof(zeros));
}

static void put_segment(struct stream *stream, int64_t offset, const void *bytes, size_t size)
{
	put_be64(stream, offset);
	put_be64(stream, (int64_t)size);
	put(stream, bytes, size);
}

static void put_fill(struct stream *stream, int64_t offset, size_t size, int fill)
{
	uint8_t *bytes = malloc(size);

	ck_assert(bytes);
	memset(bytes, fill, size);
	put_segment(stream, offset, bytes, size);
	free(bytes);
}

static void put_end(struct stream *stream)
{
	put_be64(stream, -1);
	put_be64(stream, -1);
}

static struct cdm_source *peel(const struct stream *stream, size_t len, bool is_stream, bool deep)
{
	struct cdm_source *src = memory_source(stream->bytes, len, is_stream);
	struct cdm_error err;
	unsigned peeled;

	ck_assert_int_eq(cdm_source_peel(&src, deep, &peeled, &err), CDM_OK);
	ck_assert_uint_eq(peeled, 1);
	return src;
}

/* ---- small streams ---- */

#define MAX_SEGMENTS 6

/* Segments in the order of the stream. `reads_as`: '.' is a zero, '!' a byte that was lost. */
// clang-format off
static const struct {
	const char *what;
	struct {
		int64_t offset;
		const char *text;
	} segments[MAX_SEGMENTS];
	bool has_end;
	const char *reads_as;
} streams[] = {
	{ "nothing",                { { 0, NULL } },                                     true,  "" },
	{ "one segment",            { { 0, "abcd" } },                                   true,  "abcd" },
	{ "two in order",           { { 0, "abcd" }, { 4, "efgh" } },                    true,  "abcdefgh" },
	{ "out of order",           { { 4, "efgh" }, { 0, "abcd" } },                    true,  "abcdefgh" },
	{ "alternating areas",      { { 0, "ab" }, { 6, "g" }, { 2, "cd" }, { 7, "h" }, { 4, "ef" } },
	                                                                                 true,  "abcdefgh" },
	{ "overrides all",          { { 0, "abcd" }, { 0, "ABCD" } },                    true,  "ABCD" },
	{ "overrides the front",    { { 0, "abcd" }, { 0, "AB" } },                      true,  "ABcd" },
	{ "overrides the middle",   { { 0, "abcd" }, { 1, "BC" } },                      true,  "aBCd" },
	{ "overrides the end",      { { 0, "abcd" }, { 2, "CDEF" } },                    true,  "abCDEF" },
	{ "overrides two",          { { 0, "abcd" }, { 4, "efgh" }, { 2, "CDEF" } },     true,  "abCDEFgh" },
	{ "overrides twice",        { { 0, "abcd" }, { 1, "BCD" }, { 2, "3" } },         true,  "aB3D" },
	{ "is overridden by less",  { { 0, "abcd" }, { 0, "A" }, { 0, "abcdef" } },      true,  "abcdef" },
	{ "gap in the middle",      { { 0, "ab" }, { 4, "ef" } },                        true,  "ab..ef" },
	{ "gap in front",           { { 3, "d" } },                                      true,  "...d" },
	{ "gap filled later",       { { 0, "ab" }, { 4, "ef" }, { 3, "d" } },            true,  "ab.def" },
	{ "no end marker",          { { 0, "abcd" }, { 4, "ef" } },                      false, "abcdef!" },
	{ "gap, no end marker",     { { 0, "ab" }, { 4, "ef" } },                        false, "ab!!ef!" },
	{ "no segment, no end",     { { 0, NULL } },                                     false, "!" },
};
// clang-format on

static struct stream write_row(size_t row)
{
	struct stream stream = { NULL, 0, 0 };

	put_header(&stream, 1, 1);
	for (int i = 0; i < MAX_SEGMENTS && streams[row].segments[i].text; i++)
		put_segment(&stream, streams[row].segments[i].offset, streams[row].segments[i].text,
			    strlen(streams[row].segments[i].text));
	if (streams[row].has_end)
		put_end(&stream);
	return stream;
}

static void check_read(struct cdm_source *src, const char *reads_as, size_t off, size_t len)
{
	char buf[32];
	size_t got;
	struct cdm_error err = { .status = CDM_OK };
	enum cdm_status st = cdm_source_read(src, off, buf, len, &got, &err);
	size_t good = 0;

	while (good < len && off + good < strlen(reads_as) && reads_as[off + good] != '!')
		good++;
	ck_assert_uint_eq(got, good);
	size_t n_right = 0;

	for (size_t i = 0; i < good; i++)
		n_right += buf[i] == (reads_as[off + i] == '.' ? 0 : reads_as[off + i]);
	ck_assert_uint_eq(n_right, good);
	bool is_lost = good < len && strchr(reads_as, '!');
	ck_assert_int_eq(st, is_lost ? CDM_TRUNCATED : CDM_OK);
}

START_TEST(every_range_of_a_small_stream)
{
	const char *reads_as = streams[_i].reads_as;
	struct stream stream = write_row((size_t)_i);
	struct cdm_error err;

	for (int is_stream = 0; is_stream < 2; is_stream++) {
		struct cdm_source *src = peel(&stream, stream.len, is_stream, false);

		/* Bytes of a stream are sure only when all of it was seen. The first ones were
		 * used when it was peeled: some rows override them. */
		if (is_stream)
			ck_assert(!cdm_source_drain(src, &err) || err.status == CDM_CORRUPT);
		for (size_t off = 0; off <= strlen(reads_as); off++)
			for (size_t len = 0; len < 12; len++)
				check_read(src, reads_as, off, len);
		if (streams[_i].has_end)
			ck_assert_uint_eq(src->size, strlen(reads_as));
		cdm_source_close(src);
	}
	free(stream.bytes);
}
END_TEST

/* ---- damage ---- */

START_TEST(cut_at_each_byte)
{
	static const char whole[] = "abcdefgh\0\0klmn";
	struct stream stream = { NULL, 0, 0 };

	put_header(&stream, 1, 1);
	put_segment(&stream, 4, whole + 4, 4);
	put_segment(&stream, 0, whole, 2);
	put_segment(&stream, 10, whole + 10, 4);
	put_segment(&stream, 2, whole + 2, 2);
	put_end(&stream);
	for (size_t len = 32; len <= stream.len; len++) {
		struct cdm_source *src = peel(&stream, len, len % 2, false);

		for (size_t off = 0; off < sizeof(whole) - 1; off++) {
			struct cdm_error err;
			size_t got;
			char byte = '?';
			enum cdm_status st = cdm_source_read(src, off, &byte, 1, &got, &err);

			ck_assert_int_eq(st, got ? CDM_OK : CDM_TRUNCATED);
			ck_assert_int_eq(byte, got ? whole[off] : '?');
			if (len == stream.len)
				ck_assert_uint_eq(got, 1);
		}
		cdm_source_close(src);
	}
	free(stream.bytes);
}
END_TEST

START_TEST(cut_before_its_own_header_ends)
{
	struct stream stream = { NULL, 0, 0 };

	put_header(&stream, 1, 1);
	for (size_t len = 16; len < 32; len++) {
		struct cdm_source *src = memory_source(stream.bytes, len, false);
		struct cdm_error err;

		ck_assert_int_eq(cdm_source_peel(&src, false, NULL, &err), CDM_TRUNCATED);
		cdm_source_close(src);
	}
	free(stream.bytes);
}
END_TEST

static const struct {
	int64_t offset, size;
	const char *says;
} hostile[] = {
	{ 4, 0, "segment header at 0x1014: size 0 is not positive" },
	{ 4, -5, "segment header at 0x1014: size -5 is not positive" },
	{ 4, INT64_MIN, "size -9223372036854775808 is not positive" },
	{ -5, 4, "segment header at 0x1014: offset -5 is negative" },
	{ -1, 4, "offset -1 is negative" },
	{ INT64_MAX, 1, "do not fit into 63 bits" },
	{ 0, INT64_MAX, "do not fit into 63 bits" },
	{ 4, INT64_MAX - 3, "do not fit into 63 bits" },
};

START_TEST(hostile_header_ends_the_stream)
{
	struct stream stream = { NULL, 0, 0 };
	struct cdm_error err = { .status = CDM_OK };
	char buf[8];
	size_t got;

	put_header(&stream, 1, 1);
	put_segment(&stream, 0, "abcd", 4);
	put_be64(&stream, hostile[_i].offset);
	put_be64(&stream, hostile[_i].size);
	put_segment(&stream, 4, "efgh", 4);
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, false, false);
	ck_assert_int_eq(cdm_source_read(src, 0, buf, 8, &got, &err), CDM_TRUNCATED);
	ck_assert_uint_eq(got, 4);
	ck_assert_mem_eq(buf, "abcd", 4);
	ck_assert_msg(strstr(err.text, hostile[_i].says), "%s", err.text);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

START_TEST(unknown_version_is_refused)
{
	struct stream stream = { NULL, 0, 0 };
	struct cdm_error err;

	put_header(&stream, 1, 2);
	struct cdm_source *src = memory_source(stream.bytes, stream.len, false);
	ck_assert_int_eq(cdm_source_peel(&src, false, NULL, &err), CDM_ERR_UNSUPPORTED);
	ck_assert_msg(strstr(err.text, "version 2"), "%s", err.text);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

/* ---- what stands around a stream ---- */

START_TEST(junk_in_front_and_behind)
{
	static const char junk[] = "Welcome to host\r\nmakedumpfile\0\0\0\0 is installed\r\n";
	struct stream stream = { NULL, 0, 0 };
	struct cdm_error err;
	unsigned peeled;

	put(&stream, junk, sizeof(junk));
	put_header(&stream, 1, 1);
	put_segment(&stream, 0, "abcd", 4);
	put_end(&stream);
	put_segment(&stream, 0, "junk", 4);

	struct cdm_source *src = memory_source(stream.bytes, stream.len, false);
	ck_assert_int_eq(cdm_source_peel(&src, false, &peeled, &err), CDM_OK);
	ck_assert_uint_eq(peeled, 0);
	cdm_source_close(src);

	src = peel(&stream, stream.len, false, true);
	check_read(src, "abcd", 0, 8);
	ck_assert(cdm_source_has(src, "flattened"));
	ck_assert(!cdm_source_has(src, "pipe"));
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

static struct stream nest(unsigned levels)
{
	struct stream inner = { NULL, 0, 0 };

	put(&inner, "core", 4);
	for (unsigned i = 0; i < levels; i++) {
		struct stream outer = { NULL, 0, 0 };

		put_header(&outer, 1, 1);
		put_segment(&outer, 0, inner.bytes, inner.len);
		put_end(&outer);
		free(inner.bytes);
		inner = outer;
	}
	return inner;
}

START_TEST(wrappers_in_wrappers)
{
	unsigned levels = (unsigned)_i;
	struct stream stream = nest(levels);
	struct cdm_source *src = memory_source(stream.bytes, stream.len, false);
	struct cdm_error err;
	unsigned peeled;
	enum cdm_status st = cdm_source_peel(&src, false, &peeled, &err);

	if (levels > CDM_MAX_WRAPPERS) {
		ck_assert_int_eq(st, CDM_ERR_LIMIT);
	} else {
		ck_assert_int_eq(st, CDM_OK);
		ck_assert_uint_eq(peeled, levels);
		check_read(src, "core", 0, 8);
	}
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

/* ---- many segments ---- */

#define MANY 200000
#define AREA (MANY * 5) /* bytes of each of two areas, more than half of all segments need */

struct model {
	uint8_t *bytes;
	size_t len;
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void put_random(struct stream *stream, struct model *model, size_t off, size_t size,
		       uint32_t *seed)
{
	uint8_t bytes[16];

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)next_random(seed);
	memcpy(model->bytes + off, bytes, size);
	if (off + size > model->len)
		model->len = off + size;
	put_segment(stream, (int64_t)off, bytes, size);
}

static void put_one_area(struct stream *stream, struct model *model, uint32_t *seed)
{
	for (int i = 0; i < MANY; i++)
		put_random(stream, model, model->len, 1 + next_random(seed) % 8, seed);
}

/* As makedumpfile writes: descriptors and data by turns, both rising. */
static void put_two_areas(struct stream *stream, struct model *model, uint32_t *seed)
{
	size_t ends[2] = { 0, AREA };

	for (int i = 0; i < MANY; i++) {
		size_t size = 1 + next_random(seed) % 8;
		size_t *end = &ends[i % 2];

		put_random(stream, model, *end, size, seed);
		*end += size;
	}
}

static void put_anywhere(struct stream *stream, struct model *model, uint32_t *seed)
{
	put_random(stream, model, 0, 8, seed);
	for (int i = 1; i < MANY; i++) {
		size_t size = 1 + next_random(seed) % 16;

		put_random(stream, model, next_random(seed) % (AREA / 2), size, seed);
	}
}

static const struct {
	const char *what;
	void (*put)(struct stream *stream, struct model *model, uint32_t *seed);
	int n_reads;
	size_t read_len;
} orders[] = {
	{ "one rising area", put_one_area, 300, 200 },
	{ "two rising areas by turns", put_two_areas, 300, 200 },
	{ "anywhere", put_anywhere, 8, 12 },
};

static void check_random_reads(struct cdm_source *src, const struct model *model, int order,
			       uint32_t *seed)
{
	uint8_t buf[256];
	int n_right = 0; /* Check writes down each assertion: one for all */

	for (int i = 0; i < orders[order].n_reads; i++) {
		size_t off = next_random(seed) % model->len;
		size_t len = 1 + next_random(seed) % orders[order].read_len;
		size_t there = len < model->len - off ? len : model->len - off;
		size_t got;
		struct cdm_error err;

		n_right += !cdm_source_read(src, off, buf, len, &got, &err) && got == there &&
			   !memcmp(buf, model->bytes + off, there);
	}
	ck_assert_int_eq(n_right, orders[order].n_reads);
}

START_TEST(many_segments_read_as_the_model)
{
	uint32_t seed = 10;
	struct stream stream = { NULL, 0, 0 };
	struct model model = { calloc(2, AREA), 0 };

	ck_assert(model.bytes);
	put_header(&stream, 1, 1);
	orders[_i].put(&stream, &model, &seed);
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, false, false);
	check_random_reads(src, &model, _i, &seed);
	cdm_source_close(src);
	free(stream.bytes);
	free(model.bytes);
}
END_TEST

/* The same as a pipe gives it, from the front, so that groups are looked up while they grow. */
START_TEST(many_segments_while_they_come)
{
	uint32_t seed = 20;
	struct stream stream = { NULL, 0, 0 };
	struct model model = { calloc(2, AREA), 0 };
	uint8_t buf[64];

	ck_assert(model.bytes);
	put_header(&stream, 1, 1);
	put_two_areas(&stream, &model, &seed);
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, true, false);
	for (size_t off = 0; off < 100000; off += 997) {
		size_t at = off % 2 ? off : AREA + off / 2;
		size_t got;
		struct cdm_error err;

		ck_assert_int_eq(cdm_source_read(src, at, buf, sizeof(buf), &got, &err), CDM_OK);
		ck_assert_mem_eq(buf, model.bytes + at, sizeof(buf));
	}
	ck_assert_int_eq(cdm_source_drain(src, &(struct cdm_error){ 0 }), CDM_OK);
	cdm_source_close(src);
	free(stream.bytes);
	free(model.bytes);
}
END_TEST

/* ---- streams that come through a pipe ---- */

/* A file header with padding behind it, a sub header, pages. */
static struct stream write_kdump_like(void)
{
	struct stream stream = { NULL, 0, 0 };

	put_header(&stream, 1, 1);
	put_fill(&stream, 0, 464, 'h');
	put_fill(&stream, 4200, 100, 't');
	put_fill(&stream, 4096, 104, 's');
	put_fill(&stream, 8192, 4096, 'p');
	put_fill(&stream, 12288, 4096, 'q');
	return stream;
}

START_TEST(stream_is_read_no_further_than_needed)
{
	struct stream stream = write_kdump_like();
	uint8_t buf[4096];
	size_t got;
	struct cdm_error err;

	put_end(&stream);
	struct cdm_source *src = peel(&stream, stream.len, true, false);
	ck_assert(src->is_stream);
	ck_assert_int_eq(cdm_source_read(src, 0, buf, 100, &got, &err), CDM_OK);
	ck_assert_uint_eq(end_read(src->below), HEADER_SIZE + SEGMENT_HEADER + 100);

	/* The padding behind the header is zero as soon as something behind it is seen. */
	ck_assert_int_eq(cdm_source_read(src, 0, buf, 4096, &got, &err), CDM_OK);
	ck_assert_uint_eq(got, 4096);
	ck_assert_int_eq(buf[463], 'h');
	ck_assert_int_eq(buf[464], 0);
	ck_assert_int_eq(buf[4095], 0);
	ck_assert_uint_eq(end_read(src->below), HEADER_SIZE + 464 + 2 * SEGMENT_HEADER);

	ck_assert_int_eq(cdm_source_read(src, 4096, buf, 204, &got, &err), CDM_OK);
	ck_assert_int_eq(buf[0], 's');
	ck_assert_int_eq(buf[203], 't');
	ck_assert_uint_eq(end_read(src->below), HEADER_SIZE + 464 + 100 + 104 + 3 * SEGMENT_HEADER);
	ck_assert_uint_eq(src->size, CDM_SIZE_UNKNOWN);

	ck_assert_int_eq(cdm_source_drain(src, &err), CDM_OK);
	ck_assert_uint_eq(end_read(src->below), stream.len);
	ck_assert_uint_eq(src->size, 16384);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

/* makedumpfile -E begins with the program headers as zeros and ends with the real ones. */
START_TEST(stream_whose_head_comes_last_is_read_whole)
{
	struct stream stream = { NULL, 0, 0 };
	char buf[8];
	size_t got;
	struct cdm_error err;

	put_header(&stream, 1, 1);
	put_segment(&stream, 4, "\0\0\0\0", 4);
	put_segment(&stream, 0, "abcd", 4);
	put_segment(&stream, 4, "efgh", 4);
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, true, false);
	ck_assert_int_eq(cdm_source_read(src, 0, buf, 8, &got, &err), CDM_OK);
	ck_assert_mem_eq(buf, "abcdefgh", 8);
	ck_assert_int_eq(cdm_source_drain(src, &err), CDM_OK);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

// clang-format off
static const struct {
	const char *what;
	int64_t offset;
	size_t size;
	enum cdm_status drains;
} late_segments[] = {
	{ "what was read",             4096,  104, CDM_CORRUPT },
	{ "its last byte",             4299,    1, CDM_CORRUPT },
	{ "all of the file",              0, 9000, CDM_CORRUPT },
	{ "padding taken as zero",      464,    4, CDM_CORRUPT },
	{ "just behind what was read", 4300,    4, CDM_OK },
	{ "what was not read",        12288,  100, CDM_OK },
};
// clang-format on

START_TEST(drain_tells_what_was_overridden)
{
	struct stream stream = write_kdump_like();
	uint8_t buf[4096];
	size_t got;
	struct cdm_error err = { .status = CDM_OK };

	put_fill(&stream, late_segments[_i].offset, late_segments[_i].size, 'X');
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, true, false);
	ck_assert_int_eq(cdm_source_read(src, 0, buf, 4096, &got, &err), CDM_OK);
	ck_assert_int_eq(cdm_source_read(src, 4096, buf, 204, &got, &err), CDM_OK);
	ck_assert_int_eq(cdm_source_drain(src, &err), late_segments[_i].drains);
	if (late_segments[_i].drains)
		ck_assert_msg(strstr(err.text, "overrides bytes that were used"), "%s", err.text);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

/* More places used than are kept: joined ones must not cover what lies far from them. */
START_TEST(many_used_places_raise_no_false_alarm)
{
	enum { PLACES = 4 * CDM_FLAT_USED, APART = 64 };
	struct stream stream = { NULL, 0, 0 };
	size_t got;
	struct cdm_error err = { .status = CDM_OK };
	char byte;

	put_header(&stream, 1, 1);
	put_fill(&stream, 0, PLACES * APART, 'a');
	put_fill(&stream, 1 << 20, PLACES * APART, 'b');
	put_fill(&stream, 1 << 19, PLACES * APART, 'c');
	put_end(&stream);

	struct cdm_source *src = peel(&stream, stream.len, true, false);
	uint64_t n_right = 0;

	for (uint64_t i = 0; i < PLACES; i++) {
		uint64_t off = (i * 7 % PLACES) * APART + (i % 2 << 20);

		n_right += !cdm_source_read(src, off, &byte, 1, &got, &err) &&
			   byte == (i % 2 ? 'b' : 'a');
	}
	ck_assert_uint_eq(n_right, PLACES);
	ck_assert_int_eq(cdm_source_drain(src, &err), CDM_OK);
	cdm_source_close(src);
	free(stream.bytes);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("flat");
	TCase *tests = tcase_create("flat");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, every_range_of_a_small_stream, 0, ROWS(streams));
	tcase_add_test(tests, cut_at_each_byte);
	tcase_add_test(tests, cut_before_its_own_header_ends);
	tcase_add_loop_test(tests, hostile_header_ends_the_stream, 0, ROWS(hostile));
	tcase_add_test(tests, unknown_version_is_refused);
	tcase_add_test(tests, junk_in_front_and_behind);
	tcase_add_loop_test(tests, wrappers_in_wrappers, 0, CDM_MAX_WRAPPERS + 2);
	tcase_add_loop_test(tests, many_segments_read_as_the_model, 0, ROWS(orders));
	tcase_add_test(tests, many_segments_while_they_come);
	tcase_add_test(tests, stream_is_read_no_further_than_needed);
	tcase_add_test(tests, stream_whose_head_comes_last_is_read_whole);
	tcase_add_loop_test(tests, drain_tells_what_was_overridden, 0, ROWS(late_segments));
	tcase_add_test(tests, many_used_places_raise_no_false_alarm);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
