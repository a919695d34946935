// SPDX-License-Identifier: GPL-2.0-or-later
/* test_unpack.c - do compressed files give what was compressed, as far as it is there? */

#include "base/limits.h"
#include "config.h"
#include "source/unpack.h"
#include "tests/dumpwriter/pack.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <string.h>
#ifdef HAVE_XZ
#include <lzma.h>
#endif

static const char *const formats[] = { "gzip", "zstd", "xz", "bzip2", "lz4" };

#define INPUT_LEN 300000u
#define PACKED_STEP 4999u /* between places that are cut or damaged */

/* Where members begin. */
static const size_t starts[] = { 0, 120001, 250000 };

/* Text, then what does not shrink, then zeros. */
static void fill_input(uint8_t *input)
{
	uint64_t state = 88172645463325252u;

	memset(input, 0, INPUT_LEN);
	for (size_t i = 0; i < 200000; i++)
		input[i] = i < 100000 ? (uint8_t)("[    0.000000] "[i % 15] ^ (char)(i / 1500 % 8))
				      : (uint8_t)next_random(&state);
}

struct packed {
	struct dw_arena arena;
	uint8_t *input;
	struct dw_buffer bytes;
	size_t ends[ROWS(starts)]; /* of members */
};

/* False: this build leaves the format out. */
static bool pack_input(struct packed *packed, int format, const char *between)
{
	const struct dw_packer *packer = dw_find_packer(formats[format]);

	*packed = (struct packed){ .bytes.arena = &packed->arena };
	if (!packer->pack)
		return false;
	packed->input = dw_alloc(&packed->arena, INPUT_LEN);
	fill_input(packed->input);
	for (int i = 0; i < ROWS(starts); i++) {
		size_t end = i + 1 < ROWS(starts) ? starts[i + 1] : INPUT_LEN;

		if (i && between)
			dw_put(&packed->bytes, between, 8);
		dw_pack(packer, packed->input + starts[i], end - starts[i], &packed->bytes);
		packed->ends[i] = packed->bytes.len;
	}
	return true;
}

static struct cdm_source *open_bytes(const uint8_t *bytes, size_t len, bool is_stream)
{
	struct cdm_source *src = memory_source(bytes, len, is_stream);
	struct cdm_error err = { .status = CDM_OK };
	unsigned peeled;

	ck_assert_msg(cdm_source_peel(&src, false, &peeled, &err) == CDM_OK, "%s", err.text);
	ck_assert_uint_eq(peeled, 1);
	ck_assert(src->is_stream);
	return src;
}

/* Reads all; says how it ended. What was got has to be right. */
static enum cdm_status read_all(struct cdm_source *src, const uint8_t *input, size_t *got,
				struct cdm_error *err)
{
	uint8_t *buf = malloc(INPUT_LEN + 1);

	ck_assert(buf);
	enum cdm_status st = cdm_source_read(src, 0, buf, INPUT_LEN + 1, got, err);
	ck_assert(*got <= INPUT_LEN && !memcmp(buf, input, *got));
	free(buf);
	return st;
}

/* ---- what is whole ---- */

static const struct {
	uint64_t off;
	size_t len, good;
} reads[] = {
	{ 0, 1, 1 },         { 10, 200000, 200000 },
	{ 119990, 20, 20 }, /* of two members */
	{ 3, 50000, 50000 }, { INPUT_LEN - 1, 2, 1 },
	{ INPUT_LEN, 1, 0 }, { 0, INPUT_LEN, INPUT_LEN },
};

static void check_reads(struct cdm_source *src, const uint8_t *input)
{
	uint8_t *buf = malloc(INPUT_LEN);
	struct cdm_error err;
	size_t got;

	ck_assert(buf);
	for (int i = 0; i < ROWS(reads); i++) {
		ck_assert_int_eq(cdm_source_read(src, reads[i].off, buf, reads[i].len, &got, &err),
				 CDM_OK);
		ck_assert_uint_eq(got, reads[i].good);
		ck_assert(!memcmp(buf, input + reads[i].off, got));
	}
	ck_assert_uint_eq(src->size, INPUT_LEN);
	free(buf);
}

START_TEST(members_are_one_file)
{
	struct packed packed;

	for (int is_stream = 0; is_stream < 2; is_stream++) {
		if (!pack_input(&packed, _i, NULL))
			return;
		struct cdm_source *src =
			open_bytes(packed.bytes.at, packed.bytes.len, is_stream != 0);

		ck_assert_str_eq(src->compression, formats[_i]);
		ck_assert(cdm_source_has(src, formats[_i]));
		check_reads(src, packed.input);
		cdm_source_close(src);
		dw_free_all(&packed.arena);
	}
}
END_TEST

START_TEST(nothing_is_read_ahead)
{
	struct packed packed;
	struct cdm_error err;
	uint8_t byte;

	if (!pack_input(&packed, _i, NULL))
		return;
	for (int is_stream = 0; is_stream < 2; is_stream++) {
		struct cdm_source *src =
			open_bytes(packed.bytes.at, packed.bytes.len, is_stream != 0);
		size_t piece = is_stream ? CDM_PACKED_STREAM_PIECE : CDM_PACKED_PIECE;

		ck_assert_int_eq(cdm_source_read_exact(src, 0, &byte, 1, &err), CDM_OK);
		ck_assert_uint_le(end_read(src->below), packed.ends[0] + piece);
		ck_assert_uint_eq(cdm_source_io(src)->spooled, 0);
		ck_assert_uint_eq(src->size, CDM_SIZE_UNKNOWN);
		cdm_source_close(src);
	}
	dw_free_all(&packed.arena);
}
END_TEST

// clang-format off
static const char *const fillings[] = {
	"\0\0\0\0\0\0\0\0",             /* padding */
	"\x50\x2a\x4d\x18\0\0\0\0",     /* a skippable frame without content */
};
// clang-format on

START_TEST(what_stands_between_members)
{
	struct packed packed;
	struct cdm_error err;
	size_t got;
	bool is_skippable = _i >= ROWS(formats);
	int format = _i % ROWS(formats);

	if (!pack_input(&packed, format, fillings[is_skippable]))
		return;
	struct cdm_source *src = open_bytes(packed.bytes.at, packed.bytes.len, false);
	bool is_followed = !is_skippable || !strcmp(formats[format], "zstd") ||
			   !strcmp(formats[format], "lz4");

	ck_assert_int_eq(read_all(src, packed.input, &got, &err), CDM_OK);
	ck_assert_uint_eq(got, is_followed ? INPUT_LEN : starts[1]);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST

START_TEST(zeros_cost_no_room)
{
	const struct dw_packer *packer = dw_find_packer(formats[_i]);
	size_t len = 4 * CDM_MIB;
	struct dw_arena arena = { NULL };
	struct dw_buffer bytes = { .arena = &arena };
	struct cdm_error err;
	uint8_t byte = 1;

	if (!packer->pack)
		return;
	dw_pack(packer, dw_alloc(&arena, len), len, &bytes);
	struct cdm_source *src = open_bytes(bytes.at, bytes.len, false);
	ck_assert_int_eq(cdm_source_read_exact(src, len - 1, &byte, 1, &err), CDM_OK);
	ck_assert_uint_eq(byte, 0);
	ck_assert_int_eq(cdm_source_read_exact(src, len / 2, &byte, 1, &err), CDM_OK);
	ck_assert_uint_eq(byte, 0);
	ck_assert_uint_eq(cdm_source_io(src)->spooled, 0);
	cdm_source_close(src);
	dw_free_all(&arena);
}
END_TEST

START_TEST(drained_is_not_kept)
{
	struct packed packed;
	struct cdm_error err;
	uint8_t byte;

	if (!pack_input(&packed, _i, NULL))
		return;
	struct cdm_source *src = open_bytes(packed.bytes.at, packed.bytes.len, false);
	ck_assert_int_eq(cdm_source_drain(src, &err), CDM_OK);
	ck_assert_uint_eq(src->size, INPUT_LEN);
	ck_assert_uint_eq(cdm_source_io(src)->spooled, 0);
	ck_assert_int_eq(cdm_source_read_exact(src, 0, &byte, 1, &err), CDM_ERR_LIMIT);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST

/* ---- what is not ---- */

/* Bytes of the members that end before `at`. */
static size_t whole_before(const struct packed *packed, size_t at)
{
	size_t whole = 0;

	for (int i = 0; i < ROWS(starts); i++)
		if (packed->ends[i] <= at)
			whole = i + 1 < ROWS(starts) ? starts[i + 1] : INPUT_LEN;
	return whole;
}

static bool ends_member(const struct packed *packed, size_t at)
{
	for (int i = 0; i < ROWS(starts); i++)
		if (packed->ends[i] == at)
			return true;
	return false;
}

static void check_cut(const struct packed *packed, int format, size_t at, size_t *last)
{
	struct cdm_source *src = open_bytes(packed->bytes.at, at, false);
	struct cdm_error err;
	size_t got, again;
	enum cdm_status st = read_all(src, packed->input, &got, &err);

	ck_assert_msg(ends_member(packed, at) == (st == CDM_OK), "%s: %zu: %d", formats[format], at,
		      st);
	if (st) {
		ck_assert_int_eq(st, CDM_TRUNCATED);
		ck_assert_msg(strstr(err.text, "is cut"), "%s", err.text);
		ck_assert_int_eq(read_all(src, packed->input, &again, &err), CDM_TRUNCATED);
		ck_assert_uint_eq(again, got);
	}
	ck_assert_uint_ge(got, whole_before(packed, at));
	ck_assert_uint_ge(got, *last);
	*last = got;
	cdm_source_close(src);
}

START_TEST(cut_gives_what_is_before)
{
	struct packed packed;
	size_t last = 0;

	if (!pack_input(&packed, _i, NULL))
		return;
	for (size_t at = 20; at < packed.ends[1]; at += PACKED_STEP)
		check_cut(&packed, _i, at, &last);
	for (size_t at = packed.ends[1]; at <= packed.ends[1] + 4; at += 4)
		if (ends_member(&packed, at))
			check_cut(&packed, _i, at, &last);
	check_cut(&packed, _i, packed.bytes.len - 1, &last);
	dw_free_all(&packed.arena);
}
END_TEST

/* gzip hands out all that its bytes say. */
START_TEST(cut_costs_no_more_than_it_has_to)
{
	struct packed packed;
	struct cdm_error err;
	size_t got;

	if (!pack_input(&packed, 0, NULL))
		return;
	/* The second half of what does not shrink is stored as it stands. */
	struct cdm_source *src = open_bytes(packed.bytes.at, packed.ends[1] - 1000, false);
	ck_assert_int_eq(read_all(src, packed.input, &got, &err), CDM_TRUNCATED);
	ck_assert_uint_ge(got, 200000 - 1000 - 200);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST

START_TEST(damage_keeps_what_is_before)
{
	struct packed packed;
	struct cdm_error err;

	if (!pack_input(&packed, _i, NULL))
		return;
	for (size_t at = 20; at < packed.bytes.len; at += PACKED_STEP) {
		size_t whole = whole_before(&packed, at);
		uint8_t *buf = dw_alloc(&packed.arena, INPUT_LEN);
		size_t got;

		packed.bytes.at[at] ^= 0x5a;
		struct cdm_source *src = open_bytes(packed.bytes.at, packed.bytes.len, false);
		enum cdm_status st = cdm_source_read(src, 0, buf, INPUT_LEN, &got, &err);
		ck_assert_msg(st == CDM_OK || st == CDM_CORRUPT || st == CDM_TRUNCATED, "%d: %s",
			      st, err.text);
		ck_assert_uint_ge(got, whole);
		ck_assert(!memcmp(buf, packed.input, whole));
		cdm_source_close(src);
		packed.bytes.at[at] ^= 0x5a;
	}
	dw_free_all(&packed.arena);
}
END_TEST

// clang-format off
static const struct {
	const char *format;
	size_t first_at;      /* of the blocks: behind the frame's header */
	unsigned header_len;  /* of a block */
	unsigned shift;       /* where its size stands in it */
	size_t content;       /* of a block */
} blocks[] = {
	{ "zstd", 9, 3, 3, 128 * 1024 },
	{ "lz4",  7, 4, 0,  64 * 1024 },
};
// clang-format on

/* The third block of a member has a header that cannot be: the two before it are whole. */
START_TEST(damage_costs_no_block_before_it)
{
	const struct dw_packer *packer = dw_find_packer(blocks[_i].format);
	struct dw_arena arena = { NULL };
	struct dw_buffer bytes = { .arena = &arena };
	size_t at = blocks[_i].first_at;
	struct cdm_error err;
	size_t got;

	if (!packer->pack)
		return;
	uint8_t *input = dw_alloc(&arena, INPUT_LEN);

	fill_input(input);
	dw_pack(packer, input, INPUT_LEN, &bytes);
	for (int i = 0; i < 2; i++) {
		uint64_t header = dw_load_little(bytes.at + at, 4);
		uint64_t mask = blocks[_i].header_len == 3 ? 0xffffff : 0x7fffffff;

		at += blocks[_i].header_len + ((header & mask) >> blocks[_i].shift);
	}
	memset(bytes.at + at, 0xff, blocks[_i].header_len);
	bytes.at[at + blocks[_i].header_len - 1] &= 0x7f;
	struct cdm_source *src = open_bytes(bytes.at, bytes.len, false);
	ck_assert_int_eq(read_all(src, input, &got, &err), CDM_CORRUPT);
	ck_assert_uint_eq(got, 2 * blocks[_i].content);
	cdm_source_close(src);
	dw_free_all(&arena);
}
END_TEST

/* T98: the decoder finds the wrong sum at the member's end in the step that gives its last bytes. */
START_TEST(wrong_sum_costs_no_byte)
{
	struct packed packed;
	struct cdm_error err;
	size_t got;

	if (!pack_input(&packed, 0, NULL))
		return;
	packed.bytes.at[packed.ends[1] - 8] ^= 0x5a; /* gzip's CRC, before the length */
	struct cdm_source *src = open_bytes(packed.bytes.at, packed.bytes.len, false);
	ck_assert_int_eq(read_all(src, packed.input, &got, &err), CDM_CORRUPT);
	ck_assert_uint_eq(got, starts[2]);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST

/* A failure below is told, not taken for an end. */
START_TEST(failure_below_is_told)
{
	struct packed packed;
	struct cdm_error err;
	size_t got;

	if (!pack_input(&packed, _i, NULL))
		return;
	struct cdm_source *src = open_bytes(packed.bytes.at, packed.bytes.len, true);
	cut_source(src->below, packed.ends[1] + 10);
	ck_assert_int_eq(read_all(src, packed.input, &got, &err), CDM_TRUNCATED);
	ck_assert_uint_ge(got, starts[2]);
	ck_assert_ptr_ne(strstr(err.text, ": cut"), NULL);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST

/* ---- memory ---- */

START_TEST(zstd_window_is_limited)
{
	/* No content size; a window of 2^(10 + 18), which is one more than is allowed. */
	static const uint8_t frame[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 18 << 3, 0x01, 0x00, 0x00 };
	struct cdm_error err;
	uint8_t byte;

	if (!dw_find_packer("zstd")->pack)
		return;
	struct cdm_source *src = memory_source(frame, sizeof(frame), false);
	ck_assert_int_eq(cdm_source_peel(&src, false, NULL, &err), CDM_ERR_LIMIT);
	ck_assert_int_eq(cdm_source_read_exact(src, 0, &byte, 1, &err), CDM_ERR_LIMIT);
	ck_assert_msg(strstr(err.text, "128 MiB"), "%s", err.text);
	cdm_source_close(src);
}
END_TEST

#ifdef HAVE_XZ
/* Changes the dictionary's size in the header of the first block: 2^(12 + code / 2) bytes. */
static void set_dictionary(uint8_t *stream, uint8_t code)
{
	static const uint8_t lzma2[] = { 0x21, 1, 12 }; /* filter, bytes of properties, 256 KiB */
	uint8_t *header = stream + 12;
	size_t len = (header[0] + 1u) * 4 - 4;
	uint8_t *filter = memmem(header, len, lzma2, sizeof(lzma2));

	ck_assert_ptr_ne(filter, NULL);
	filter[2] = code;
	put_number(header + len, lzma_crc32(header, len, 0), 4, false);
}

// clang-format off
static const struct {
	uint8_t code;
	enum cdm_status status;
} dictionaries[] = {
	{ 28, CDM_OK },        /* 64 MiB: xz -9 */
	{ 29, CDM_ERR_LIMIT }, /* 96 MiB */
	{ 40, CDM_ERR_LIMIT }, /* 4 GiB */
};
// clang-format on

START_TEST(xz_memory_is_limited)
{
	struct packed packed;
	struct cdm_error err;

	ck_assert(pack_input(&packed, 2, NULL));
	set_dictionary(packed.bytes.at, dictionaries[_i].code);
	struct cdm_source *src = memory_source(packed.bytes.at, packed.bytes.len, false);
	ck_assert_int_eq(cdm_source_peel(&src, false, NULL, &err), dictionaries[_i].status);
	cdm_source_close(src);
	dw_free_all(&packed.arena);
}
END_TEST
#endif

int main(void)
{
	Suite *suite = suite_create("unpack");
	TCase *tests = tcase_create("unpack");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, members_are_one_file, 0, ROWS(formats));
	tcase_add_loop_test(tests, nothing_is_read_ahead, 0, ROWS(formats));
	tcase_add_loop_test(tests, what_stands_between_members, 0, 2 * ROWS(formats));
	tcase_add_loop_test(tests, zeros_cost_no_room, 0, ROWS(formats));
	tcase_add_loop_test(tests, drained_is_not_kept, 0, ROWS(formats));
	tcase_add_loop_test(tests, cut_gives_what_is_before, 0, ROWS(formats));
	tcase_add_test(tests, cut_costs_no_more_than_it_has_to);
	tcase_add_loop_test(tests, damage_keeps_what_is_before, 0, ROWS(formats));
	tcase_add_loop_test(tests, damage_costs_no_block_before_it, 0, ROWS(blocks));
	tcase_add_test(tests, wrong_sum_costs_no_byte);
	tcase_add_loop_test(tests, failure_below_is_told, 0, ROWS(formats));
	tcase_add_test(tests, zstd_window_is_limited);
#ifdef HAVE_XZ
	tcase_add_loop_test(tests, xz_memory_is_limited, 0, ROWS(dictionaries));
#endif
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
