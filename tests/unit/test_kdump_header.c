// SPDX-License-Identifier: GPL-2.0-or-later
/* test_kdump_header.c - whatever machine wrote a kdump file: are its headers understood? */

#include "formats/kdump_header.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define BLOCK 4096
#define FILE_LEN (2 * BLOCK)

/* ---- writing headers ---- */

/* Places in the main header: signature, version, six names of 65 bytes, padding, struct timeval. */
struct main_places {
	unsigned timestamp, status, block_size, sub_header_blocks, bitmap_blocks, max_mapnr;
};

static const struct main_places main_64 = { 408, 424, 428, 432, 436, 440 };
static const struct main_places main_32 = { 404, 412, 416, 420, 424, 428 };

/* Places in the sub header; `size` of each version. */
struct sub_places {
	unsigned word, dump_level, split, start_pfn, end_pfn, vmcoreinfo, vmcoreinfo_size, notes,
		notes_size, start_pfn_64, end_pfn_64, max_mapnr_64;
	unsigned size[7];
};

static const struct sub_places sub_64 = {
	8, 8, 12, 16, 24, 32, 40, 48, 56, 80, 88, 96, { 8, 16, 32, 48, 64, 80, 104 }
};
static const struct sub_places sub_packed = {
	4, 4, 8, 12, 16, 20, 28, 32, 40, 56, 64, 72, { 4, 8, 20, 32, 44, 56, 80 }
};
static const struct sub_places sub_padded = {
	4, 4, 8, 12, 16, 24, 32, 40, 48, 72, 80, 88, { 4, 8, 24, 40, 56, 72, 96 }
};

struct kind {
	const char *what;
	struct cdm_layout layout;
	const struct main_places *main;
	const struct sub_places *sub;
};

static const struct kind kinds[] = {
	{ "64 bit", LITTLE_64, &main_64, &sub_64 },
	{ "64 bit, big-endian", BIG_64, &main_64, &sub_64 },
	{ "T15: 32 bit, packed", LITTLE_32, &main_32, &sub_packed },
	{ "T15: 32 bit, padded", LITTLE_32, &main_32, &sub_padded },
	{ "T15: 32 bit, packed, big-endian", BIG_32, &main_32, &sub_packed },
	{ "T15: 32 bit, padded, big-endian", BIG_32, &main_32, &sub_padded },
	{ "64-bit main header, packed sub header", LITTLE_64, &main_64, &sub_packed },
};

/* What the headers say; all else of them is 0xee. */
struct values {
	uint32_t version, status, block_size, sub_header_blocks, bitmap_blocks, max_mapnr;
	uint32_t microseconds;
	uint64_t seconds, max_mapnr_64;
	uint64_t phys_base;
	uint32_t dump_level, split;
	uint64_t vmcoreinfo_size;
};

static const struct values ordinary = {
	.version = 6,
	.status = 1,
	.block_size = BLOCK,
	.sub_header_blocks = 1,
	.bitmap_blocks = 2,
	.max_mapnr = 30000,
	.max_mapnr_64 = 30000,
	.seconds = 1700000000,
	.microseconds = 123456,
	.phys_base = 0x1000000,
	.dump_level = 31,
	.vmcoreinfo_size = 2000,
};

static void put_main(uint8_t *file, const struct kind *kind, const struct values *values)
{
	bool big = kind->layout.big_endian;
	unsigned word = kind->layout.word;
	const struct main_places *at = kind->main;

	memset(file, 0, BLOCK);
	memcpy(file, "KDUMP   ", 8);
	put_number(file + 8, values->version, 4, big);
	memset(file + 12, 'n', 6 * 65);
	put_number(file + at->timestamp, values->seconds, word, big);
	put_number(file + at->timestamp + word, values->microseconds, word, big);
	put_number(file + at->status, values->status, 4, big);
	put_number(file + at->block_size, values->block_size, 4, big);
	put_number(file + at->sub_header_blocks, values->sub_header_blocks, 4, big);
	put_number(file + at->bitmap_blocks, values->bitmap_blocks, 4, big);
	put_number(file + at->max_mapnr, values->max_mapnr, 4, big);
}

/* Fields that are newer than the version are 0xee. */
static void put_sub(uint8_t *sub, const struct kind *kind, const struct values *values)
{
	const struct sub_places *at = kind->sub;
	uint8_t fields[128];
	bool big = kind->layout.big_endian;
	unsigned word = at->word;
	uint64_t notes = values->block_size + at->size[values->version > 6 ? 6 : values->version];

	memset(fields, 0xee, sizeof(fields));
	put_number(fields, values->phys_base, word, big);
	put_number(fields + at->dump_level, values->dump_level, 4, big);
	put_number(fields + at->split, values->split, 4, big);
	put_number(fields + at->start_pfn, 0x1234, word, big);
	put_number(fields + at->end_pfn, 0x2345, word, big);
	put_number(fields + at->vmcoreinfo, notes + 24, 8, big);
	put_number(fields + at->vmcoreinfo_size, values->vmcoreinfo_size, word, big);
	put_number(fields + at->notes, notes, 8, big);
	put_number(fields + at->notes_size, 3000, word, big);
	put_number(fields + at->start_pfn_64, 0x123400000000, 8, big);
	put_number(fields + at->end_pfn_64, 0x234500000000, 8, big);
	put_number(fields + at->max_mapnr_64, values->max_mapnr_64, 8, big);
	memset(sub, 0xee, BLOCK);
	memcpy(sub, fields, at->size[values->version > 6 ? 6 : values->version]);
}

/* Reads the headers from a head of head_len bytes and a source of file_len. */
static enum cdm_status read_file(const uint8_t *file, size_t head_len, size_t file_len,
				 struct cdm_kdump_header *header, struct cdm_error *err)
{
	struct cdm_source *source = memory_source(file, file_len, false);
	enum cdm_status st =
		cdm_kdump_read_header(source, (struct cdm_bytes){ file, head_len }, header, err);

	cdm_source_close(source);
	return st;
}

static enum cdm_status read_values(const struct kind *kind, const struct values *values,
				   struct cdm_kdump_header *header, struct cdm_error *err)
{
	static const uint8_t zeros[FILE_LEN];
	uint8_t file[FILE_LEN];

	memcpy(file, zeros, sizeof(file));
	put_main(file, kind, values);
	put_sub(file + BLOCK, kind, values);
	return read_file(file, BLOCK, FILE_LEN, header, err);
}

/* ---- each machine, each version ---- */

#define VERSIONS 7

START_TEST(version_of_a_machine)
{
	const struct kind *kind = &kinds[_i / VERSIONS];
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;
	bool is_padded = kind->sub == &sub_padded, is_usual = kind->layout.word == kind->sub->word;

	values.version = (uint32_t)(_i % VERSIONS);
	/* Before version 4 nothing tells a padded sub header from a packed one, nor one of 32 bit
	 * behind a main header of 64. */
	if (values.version < 4 && (is_padded || !is_usual))
		return;
	ck_assert_msg(!read_values(kind, &values, &header, &err), "%s, version %u: %s", kind->what,
		      values.version, err.text);
	uint64_t notes = BLOCK + kind->sub->size[values.version];

#define SAME(field, expected)                                                                      \
	ck_assert_msg(header.field == (expected), "%s, version %u: %s", kind->what,                \
		      values.version, #field)
	SAME(layout.word, kind->layout.word);
	SAME(layout.big_endian, kind->layout.big_endian);
	SAME(version, values.version);
	SAME(block_size, BLOCK);
	SAME(status, 1);
	SAME(crash_time, 1700000000);
	SAME(sub_header_at, BLOCK);
	SAME(bitmap1_at, 2 * BLOCK);
	SAME(bitmap2_at, 3 * BLOCK);
	SAME(descriptors_at, 4 * BLOCK);
	SAME(phys_base, 0x1000000);
	SAME(dump_level, values.version >= 1 ? 31 : -1);
	SAME(is_split, false);
	SAME(split_start, values.version >= 6 ? 0x123400000000 : values.version >= 2 ? 0x1234 : 0);
	SAME(split_end, values.version >= 6 ? 0x234500000000 : values.version >= 2 ? 0x2345 : 0);
	/* T16: what is newer than the version is not read. */
	SAME(vmcoreinfo_at, values.version >= 3 ? notes + 24 : 0);
	SAME(vmcoreinfo_size, values.version >= 3 ? 2000 : 0);
	SAME(notes_at, values.version >= 4 ? notes : 0);
	SAME(notes_size, values.version >= 4 ? 3000 : 0);
	/* Below version 6 the bitmaps' room counts. */
	SAME(end_pfn, values.version >= 6 ? 30000 : 8 * BLOCK);
}
END_TEST

/* ---- numbers ---- */

static const struct {
	const char *what;
	struct values set; /* where not 0, instead of the ordinary values */
	enum cdm_status status;
	const char *named;       /* in the message */
	uint64_t end_pfn;        /* if CDM_OK */
	uint64_t bitmap2, table; /* places, if CDM_OK */
} numbers[] = {
	{ "ordinary", { 0 }, CDM_OK, "", 30000, 3 * BLOCK, 4 * BLOCK },
	{ "a newer version", { .version = 7 }, CDM_OK, "", 30000, 3 * BLOCK, 4 * BLOCK },
	{ "T11: no version", { .version = 21 }, CDM_CORRUPT, "header_version", 0, 0, 0 },
	{ "T11: a version of another byte order",
	  { .version = 6 << 24 },
	  CDM_CORRUPT,
	  "header_version",
	  0,
	  0,
	  0 },
	{ "T33: blocks of 64 KiB",
	  { .block_size = 65536, .max_mapnr_64 = 500000 },
	  CDM_OK,
	  "",
	  500000,
	  3 * 65536,
	  4 * 65536 },
	{ "T33: the smallest blocks",
	  { .block_size = 1024, .max_mapnr_64 = 8000 },
	  CDM_OK,
	  "",
	  8000,
	  3 * 1024,
	  4 * 1024 },
	{ "blocks that are too small", { .block_size = 512 }, CDM_CORRUPT, "block_size", 0, 0, 0 },
	{ "blocks that are too large",
	  { .block_size = 131072 },
	  CDM_CORRUPT,
	  "block_size",
	  0,
	  0,
	  0 },
	{ "blocks of no power of two", { .block_size = 4097 }, CDM_CORRUPT, "block_size", 0, 0, 0 },
	{ "T34: a sub header of 2^32 blocks",
	  { .sub_header_blocks = UINT32_MAX },
	  CDM_CORRUPT,
	  "sub_hdr_size",
	  0,
	  0,
	  0 },
	{ "a sub header of many blocks",
	  { .sub_header_blocks = 1000 },
	  CDM_OK,
	  "",
	  30000,
	  1002 * BLOCK,
	  1003 * BLOCK },
	{ "T34: a bitmap of 2^31 blocks",
	  { .bitmap_blocks = UINT32_C(1) << 31 },
	  CDM_CORRUPT,
	  "bitmap_blocks",
	  0,
	  0,
	  0 },
	{ "T34: the largest bitmap",
	  { .bitmap_blocks = INT32_MAX - 1, .max_mapnr_64 = UINT64_C(1) << 44 },
	  CDM_OK,
	  "",
	  UINT64_C(1) << 44,
	  (INT32_MAX / UINT64_C(2) + 2) * BLOCK,
	  (INT32_MAX + UINT64_C(1)) * BLOCK },
	{ "the last frame that there is room for",
	  { .max_mapnr_64 = 8 * BLOCK },
	  CDM_OK,
	  "",
	  8 * BLOCK,
	  3 * BLOCK,
	  4 * BLOCK },
	{ "one bitmap, which is both",
	  { .max_mapnr_64 = 8 * BLOCK + 1 },
	  CDM_OK,
	  "",
	  8 * BLOCK + 1,
	  2 * BLOCK,
	  4 * BLOCK },
	{ "one frame more than there is room for: the main header has the number, too",
	  { .max_mapnr_64 = 16 * BLOCK + 1 },
	  CDM_OK,
	  "",
	  8 * BLOCK,
	  3 * BLOCK,
	  4 * BLOCK },
	{ "one frame more than there is room for, in both headers",
	  { .max_mapnr_64 = 16 * BLOCK + 1, .max_mapnr = 16 * BLOCK + 1 },
	  CDM_CORRUPT,
	  "max_mapnr",
	  0,
	  0,
	  0 },
	{ "T34: the largest number of frames",
	  { .max_mapnr_64 = UINT64_MAX, .max_mapnr = UINT32_MAX },
	  CDM_CORRUPT,
	  "max_mapnr",
	  0,
	  0,
	  0 },
	{ "T17: the 32-bit field is of no use from version 6 on",
	  { .max_mapnr = UINT32_MAX },
	  CDM_OK,
	  "",
	  30000,
	  3 * BLOCK,
	  4 * BLOCK },
	{ "T17: before, it may be cut: the bitmaps' room counts",
	  { .version = 5, .max_mapnr = 7 },
	  CDM_OK,
	  "",
	  8 * BLOCK,
	  3 * BLOCK,
	  4 * BLOCK },
	{ "T17: before, one bitmap",
	  { .version = 1, .max_mapnr = 9 * BLOCK },
	  CDM_OK,
	  "",
	  9 * BLOCK,
	  2 * BLOCK,
	  4 * BLOCK },
};

#define SET(field) values.field = numbers[_i].set.field ? numbers[_i].set.field : values.field

START_TEST(number)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err = { .text = "" };

	SET(version);
	SET(block_size);
	SET(sub_header_blocks);
	SET(bitmap_blocks);
	SET(max_mapnr);
	SET(max_mapnr_64);
	uint8_t *file = calloc(1, 3 * 65536);

	ck_assert(file);
	put_main(file, &kinds[0], &values);
	put_sub(file + values.block_size, &kinds[0], &values);
	enum cdm_status st = read_file(file, BLOCK, 3 * 65536, &header, &err);

	free(file);
	ck_assert_msg(st == numbers[_i].status, "%s: %d %s", numbers[_i].what, st, err.text);
	ck_assert_msg(!st || strstr(err.text, numbers[_i].named), "%s: %s", numbers[_i].what,
		      err.text);
	if (st)
		return;
	ck_assert_msg(header.end_pfn == numbers[_i].end_pfn, "%s: %" PRIu64, numbers[_i].what,
		      header.end_pfn);
	ck_assert_msg(header.bitmap2_at == numbers[_i].bitmap2, "%s", numbers[_i].what);
	ck_assert_msg(header.descriptors_at == numbers[_i].table, "%s", numbers[_i].what);
}
END_TEST

/* Zeros are written as they are. */
static const struct {
	const char *what;
	size_t zero; /* offset in struct values of a 32-bit number */
	const char *named;
} zeros[] = {
	{ "T11: sub_hdr_size", offsetof(struct values, sub_header_blocks), "sub_hdr_size" },
	{ "block_size", offsetof(struct values, block_size), "block_size" },
	{ "bitmap_blocks", offsetof(struct values, bitmap_blocks), "bitmap_blocks" },
};

START_TEST(zero)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	memset((uint8_t *)&values + zeros[_i].zero, 0, 4);
	ck_assert_msg(read_values(&kinds[0], &values, &header, &err) == CDM_CORRUPT, "%s",
		      zeros[_i].what);
	ck_assert_msg(strstr(err.text, zeros[_i].named), "%s", err.text);
}
END_TEST

START_TEST(no_frames)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.max_mapnr = 0;
	values.max_mapnr_64 = 0;
	ck_assert_int_eq(read_values(&kinds[0], &values, &header, &err), CDM_CORRUPT);
}
END_TEST

/* ---- numbers that look like another layout's ---- */

static const struct {
	const char *what;
	int kind;
	uint32_t max_mapnr, microseconds, bitmap_blocks;
} lookalikes[] = {
	{ "T11: 32 bit, 256 MiB of memory: max_mapnr where the block size is sought", 2, 65536, 1,
	  4 },
	{ "T11: the same, padded", 3, 65536, 1, 4 },
	{ "T11: the same, of 4096 frames", 2, 4096, 4096, 4 },
	{ "T11: 64 bit, microseconds that are a power of two", 0, 65536, 65536, 4 },
	{ "T11: big-endian, 32 bit", 4, 65536, 65536, 4 },
	{ "T11: big-endian, 64 bit", 1, 65536, 65536, 4 },
};

START_TEST(lookalike)
{
	const struct kind *kind = &kinds[lookalikes[_i].kind];
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.max_mapnr = lookalikes[_i].max_mapnr;
	values.max_mapnr_64 = lookalikes[_i].max_mapnr;
	values.microseconds = lookalikes[_i].microseconds;
	values.bitmap_blocks = lookalikes[_i].bitmap_blocks;
	ck_assert_msg(!read_values(kind, &values, &header, &err), "%s: %s", lookalikes[_i].what,
		      err.text);
	ck_assert_msg(header.layout.word == kind->layout.word &&
			      header.layout.big_endian == kind->layout.big_endian,
		      "%s", lookalikes[_i].what);
	ck_assert_uint_eq(header.end_pfn, lookalikes[_i].max_mapnr);
}
END_TEST

/* ---- other facts ---- */

static const struct {
	const char *what;
	uint64_t seconds;
	int64_t crash_time;
} times[] = {
	{ "T97: QEMU leaves 0", 0, 0 },
	{ "a crash of 2026", 1800000000, 1800000000 },
	{ "a crash behind 2038", UINT64_C(1) << 32, INT64_C(1) << 32 },
	{ "no time at all", UINT64_MAX, 0 },
	{ "a negative one", UINT64_C(1) << 63, 0 },
};

START_TEST(crash_time)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.seconds = times[_i].seconds;
	ck_assert_int_eq(read_values(&kinds[0], &values, &header, &err), CDM_OK);
	ck_assert_msg(header.crash_time == times[_i].crash_time, "%s: %" PRId64, times[_i].what,
		      header.crash_time);
}
END_TEST

START_TEST(dump_level)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.dump_level = UINT32_MAX;
	ck_assert_int_eq(read_values(&kinds[0], &values, &header, &err), CDM_OK);
	ck_assert_int_eq(header.dump_level, -1);
}
END_TEST

START_TEST(split)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.split = 1;
	ck_assert_int_eq(read_values(&kinds[0], &values, &header, &err), CDM_OK);
	ck_assert(header.is_split);
	ck_assert_uint_eq(header.split_start, 0x123400000000);
	ck_assert_uint_eq(header.split_end, 0x234500000000);
}
END_TEST

static const struct {
	const char *what;
	struct values other; /* of the second file; where 0 as in the first */
	bool is_same_set;
} sets[] = {
	{ "two alike", { 0 }, true },
	{ "T44: one is incomplete", { .status = 0x9 }, true },
	{ "another crash", { .seconds = 1700000001 }, false },
	{ "another crash in the same second", { .microseconds = 123457 }, false },
	{ "another machine", { .max_mapnr = 30001 }, false },
};

START_TEST(files_of_a_set)
{
	struct values values = ordinary;
	struct cdm_kdump_header first, second;
	struct cdm_error err;
	const struct values *other = &sets[_i].other;
	const struct kind *kind = &kinds[_i % 3];

	values.split = 1;
	ck_assert_int_eq(read_values(kind, &values, &first, &err), CDM_OK);
	values.status = other->status ? other->status : values.status;
	values.seconds = other->seconds ? other->seconds : values.seconds;
	values.microseconds = other->microseconds ? other->microseconds : values.microseconds;
	values.max_mapnr = other->max_mapnr ? other->max_mapnr : values.max_mapnr;
	ck_assert_int_eq(read_values(kind, &values, &second, &err), CDM_OK);
	ck_assert_msg((first.set_id == second.set_id) == sets[_i].is_same_set, "%s", sets[_i].what);
}
END_TEST

/* A 32-bit phys_base is not extended: addresses are counted modulo what its machine has (T67). */
START_TEST(phys_base_of_32_bits)
{
	struct values values = ordinary;
	struct cdm_kdump_header header;
	struct cdm_error err;

	values.phys_base = 0xc0000000;
	ck_assert_int_eq(read_values(&kinds[2], &values, &header, &err), CDM_OK);
	ck_assert_uint_eq(header.phys_base, 0xc0000000);
}
END_TEST

/* ---- files that are cut ---- */

START_TEST(file_cut_at_each_byte)
{
	uint8_t file[FILE_LEN];
	struct cdm_kdump_header header;
	struct cdm_error err;
	const struct kind *kind = &kinds[_i];
	size_t main_len = 444, whole = BLOCK + kind->sub->size[6];

	put_main(file, kind, &ordinary);
	put_sub(file + BLOCK, kind, &ordinary);
	for (size_t len = 0; len <= whole; len++) {
		size_t head = len < BLOCK ? len : BLOCK;
		enum cdm_status st = read_file(file, head, len, &header, &err);

		/* Of the 32-bit layouts something shorter is enough; 64 bit is looked at first. */
		if (len < main_len && st != CDM_TRUNCATED)
			ck_abort_msg("%s: %zu bytes: %d", kind->what, len, st);
		if (len >= main_len && len < BLOCK + 32 && st != CDM_TRUNCATED)
			ck_abort_msg("%s: %zu bytes: %d", kind->what, len, st);
		if (len == whole && st)
			ck_abort_msg("%s: %s", kind->what, err.text);
	}
}
END_TEST

START_TEST(signature)
{
	struct cdm_bytes head = { (const uint8_t *)"KDUMP   ", 8 };

	ck_assert(cdm_kdump_probe(head));
	head.len = 7;
	ck_assert(!cdm_kdump_probe(head));
	head = (struct cdm_bytes){ (const uint8_t *)"DISKDUMP", 8 };
	ck_assert(!cdm_kdump_probe(head));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kdump header");
	TCase *tests = tcase_create("kdump header");

	tcase_add_loop_test(tests, version_of_a_machine, 0, ROWS(kinds) * VERSIONS);
	tcase_add_loop_test(tests, number, 0, ROWS(numbers));
	tcase_add_loop_test(tests, zero, 0, ROWS(zeros));
	tcase_add_test(tests, no_frames);
	tcase_add_loop_test(tests, lookalike, 0, ROWS(lookalikes));
	tcase_add_loop_test(tests, crash_time, 0, ROWS(times));
	tcase_add_test(tests, dump_level);
	tcase_add_test(tests, split);
	tcase_add_loop_test(tests, files_of_a_set, 0, ROWS(sets));
	tcase_add_test(tests, phys_base_of_32_bits);
	tcase_add_loop_test(tests, file_cut_at_each_byte, 0, ROWS(kinds));
	tcase_add_test(tests, signature);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
