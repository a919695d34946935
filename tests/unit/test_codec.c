// SPDX-License-Identifier: GPL-2.0-or-later
/* test_codec.c - does a compressed page come out whole or not at all, and nothing beside it? */

#include "codec/codec.h"
#include "tests/dumpwriter/compress.h"
#include "tests/unit/suite.h"

#include <string.h>

#define PAGE 4096
#define GUARD 256
#define ROOM (2 * PAGE + 1024)

/* Every codec of the table, in its order. */
static const char *const names[CDM_CODECS] = { "zlib", "lzo", "snappy", "zstd" };
static const uint32_t flags[CDM_CODECS] = { 0x1, 0x2, 0x4, 0x20 };

struct pages {
	uint8_t original[PAGE + 1];
	uint8_t compressed[ROOM];
	size_t compressed_len;
	struct {
		uint8_t before[GUARD], page[PAGE], behind[GUARD];
	} out;
	struct cdm_codec_contexts contexts;
};

/* Words of a log: neither random nor all alike, so that a codec uses all it has. */
static void fill(uint8_t *page, size_t len)
{
	static const char words[] = "usb 1-1: new high-speed device number ";
	uint64_t seed = 0x5eed;

	for (size_t i = 0; i < len; i++)
		page[i] = next_random(&seed) % 9 ? (uint8_t)words[i % (sizeof(words) - 1)]
						 : (uint8_t)next_random(&seed);
}

static struct pages *new_pages(void)
{
	struct pages *pages = calloc(1, sizeof(*pages));

	ck_assert(pages);
	fill(pages->original, sizeof(pages->original));
	memset(&pages->out, 0xa5, sizeof(pages->out));
	return pages;
}

static void free_pages(struct pages *pages)
{
	cdm_codec_close(&pages->contexts);
	free(pages);
}

static const struct dw_compress_options plainly = { 0 };

/* False where this build cannot compress with it. */
static bool compress(struct pages *pages, int codec, const struct dw_compress_options *options,
		     size_t len)
{
	int writer = dw_find_codec(names[codec]);

	if (!dw_has_codec(writer))
		return false;
	ck_assert_uint_le(dw_codecs[writer].bound(len), ROOM);
	pages->compressed_len =
		dw_codecs[writer].compress(options, pages->original, len, pages->compressed, ROOM);
	return true;
}

static enum cdm_status decompress(struct pages *pages, int codec, size_t len, struct cdm_error *err)
{
	/* Exactly as long as it is: reading behind it shows under a sanitizer. */
	uint8_t *exact = malloc(len ? len : 1);

	ck_assert(exact);
	memcpy(exact, pages->compressed, len);
	enum cdm_status st =
		cdm_codec_page(&pages->contexts, flags[codec], (struct cdm_bytes){ exact, len },
			       pages->out.page, PAGE, err);

	free(exact);
	for (size_t i = 0; i < GUARD; i++)
		if (pages->out.before[i] != 0xa5 || pages->out.behind[i] != 0xa5)
			ck_abort_msg("%s wrote beside the page", names[codec]);
	return st;
}

/* ---- whole pages ---- */

static const struct {
	const char *what;
	int codec;
	struct dw_compress_options options;
} ways[] = {
	{ "zlib", 0, { 0 } },
	{ "lzo", 1, { 0 } },
	{ "snappy", 2, { 0 } },
	{ "zstd", 3, { 0 } },
	{ "T39: zlib, the smallest window", 0, { .zlib_window = 9 } },
	{ "T39: zlib, a window of hardware's", 0, { .zlib_window = 12, .zlib_level = 6 } },
	{ "T39: zlib, the best level", 0, { .zlib_level = 9 } },
	{ "T36: zstd, without the content's size", 3, { .without_zstd_size = true } },
};

START_TEST(page_comes_back)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	if (compress(pages, ways[_i].codec, &ways[_i].options, PAGE)) {
		for (int again = 0; again < 3; again++) {
			memset(pages->out.page, 0, PAGE);
			ck_assert_msg(
				!decompress(pages, ways[_i].codec, pages->compressed_len, &err),
				"%s: %s", ways[_i].what, err.text);
			ck_assert_mem_eq(pages->out.page, pages->original, PAGE);
		}
		ck_assert_uint_eq(pages->contexts.seen, flags[ways[_i].codec]);
	}
	free_pages(pages);
}
END_TEST

START_TEST(pages_of_all_codecs_in_turn)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	for (int i = 0; i < 3 * CDM_CODECS; i++) {
		if (!compress(pages, i % CDM_CODECS, &plainly, PAGE))
			continue;
		memset(pages->out.page, 0, PAGE);
		ck_assert_int_eq(decompress(pages, i % CDM_CODECS, pages->compressed_len, &err),
				 CDM_OK);
		ck_assert_mem_eq(pages->out.page, pages->original, PAGE);
	}
	free_pages(pages);
}
END_TEST

/* ---- pages that are not whole ---- */

static const struct {
	const char *what;
	size_t page_len;
	int stored_more; /* bytes of the compressed data, less or more */
} lengths[] = {
	{ "T37: one byte short", PAGE - 1, 0 }, { "T38: one byte long", PAGE + 1, 0 },
	{ "T37: much too short", 16, 0 },       { "the last compressed byte is missing", PAGE, -1 },
	{ "T37: a byte behind it", PAGE, 1 },   { "T37: garbage behind it", PAGE, 100 },
};

/* A damaged page leaves the context fit for the next. */
static void check_whole_page(struct pages *pages, int codec)
{
	struct cdm_error err;

	compress(pages, codec, &plainly, PAGE);
	ck_assert_int_eq(decompress(pages, codec, pages->compressed_len, &err), CDM_OK);
	ck_assert_mem_eq(pages->out.page, pages->original, PAGE);
}

START_TEST(length_that_is_wrong)
{
	struct pages *pages = new_pages();
	int row = _i / CDM_CODECS, codec = _i % CDM_CODECS;
	struct cdm_error err;

	memset(pages->compressed, 0x55, ROOM);
	if (compress(pages, codec, &plainly, lengths[row].page_len)) {
		size_t len = (size_t)((long)pages->compressed_len + lengths[row].stored_more);

		memset(pages->compressed + pages->compressed_len, 0x55,
		       ROOM - pages->compressed_len);
		ck_assert_msg(decompress(pages, codec, len, &err) == CDM_CORRUPT, "%s: %s",
			      names[codec], lengths[row].what);
		ck_assert_msg(strstr(err.text, names[codec]), "%s", err.text);
		check_whole_page(pages, codec);
	}
	free_pages(pages);
}
END_TEST

START_TEST(nothing_stored)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	if (compress(pages, _i, &plainly, PAGE))
		ck_assert_int_eq(decompress(pages, _i, 0, &err), CDM_CORRUPT);
	free_pages(pages);
}
END_TEST

/* Nothing but the page is written, and nothing behind the compressed bytes is read. */
START_TEST(each_byte_damaged)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	if (compress(pages, _i, &plainly, PAGE)) {
		for (size_t i = 0; i < pages->compressed_len; i++) {
			static const uint8_t flips[] = { 0x01, 0x80, 0xff };
			uint8_t flip = i < 64 ? 0 : flips[i % 3];

			for (unsigned n = 0; n < (i < 64 ? 3 : 1); n++) {
				uint8_t by = flip ? flip : flips[n];

				pages->compressed[i] ^= by;
				enum cdm_status st =
					decompress(pages, _i, pages->compressed_len, &err);

				if (st && st != CDM_CORRUPT)
					ck_abort_msg("%s, byte %zu: %d", names[_i], i, st);
				pages->compressed[i] ^= by;
			}
		}
		check_whole_page(pages, _i);
	}
	free_pages(pages);
}
END_TEST

START_TEST(cut_at_each_byte)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	if (compress(pages, _i, &plainly, PAGE))
		for (size_t len = 0; len < pages->compressed_len; len++)
			if (decompress(pages, _i, len, &err) != CDM_CORRUPT)
				ck_abort_msg("%s: %zu of %zu bytes", names[_i], len,
					     pages->compressed_len);
	free_pages(pages);
}
END_TEST

/* Lengths that a damaged block claims: gigabytes, and what wraps. */
static const struct {
	const char *what;
	uint8_t bytes[8];
} claims[] = {
	{ "T38: 4 GiB", { 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0x41 } },
	{ "T38: more than 32 bits", { 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x41 } },
	{ "T38: no end of the number", { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80 } },
	{ "T38: 0", { 0 } },
};

START_TEST(snappy_length_that_lies)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	memcpy(pages->compressed, claims[_i].bytes, sizeof(claims[_i].bytes));
	if (dw_has_codec(dw_find_codec("snappy")))
		ck_assert_msg(decompress(pages, 2, sizeof(claims[_i].bytes), &err) == CDM_CORRUPT,
			      "%s", claims[_i].what);
	free_pages(pages);
}
END_TEST

/* ---- flags ---- */

static const uint32_t wrong_flags[] = { 0, 0x3, 0x8, 0x10, 0x21, 0x40, 0x80000000 };

START_TEST(flags_of_no_codec)
{
	struct pages *pages = new_pages();
	struct cdm_error err;

	ck_assert_int_eq(cdm_codec_page(&pages->contexts, wrong_flags[_i],
					(struct cdm_bytes){ pages->compressed, 10 },
					pages->out.page, PAGE, &err),
			 CDM_CORRUPT);
	ck_assert_uint_eq(pages->contexts.seen, 0);
	free_pages(pages);
}
END_TEST

/* In each build: what it leaves out is named, with its flag. */
START_TEST(codec_of_the_table)
{
	const struct cdm_codec *codec = cdm_codec_table[_i];
	struct pages *pages = new_pages();
	struct cdm_error err;

	ck_assert_str_eq(codec->name, names[_i]);
	ck_assert_uint_eq(codec->page_flag, flags[_i]);
	ck_assert_int_eq(codec->open != NULL, dw_has_codec(dw_find_codec(names[_i])));
	if (!codec->open) {
		ck_assert_int_eq(decompress(pages, _i, 10, &err), CDM_ERR_UNSUPPORTED);
		ck_assert_msg(strstr(err.text, names[_i]), "%s", err.text);
	}
	free_pages(pages);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec");
	TCase *tests = tcase_create("codec");

	tcase_add_loop_test(tests, page_comes_back, 0, ROWS(ways));
	tcase_add_test(tests, pages_of_all_codecs_in_turn);
	tcase_add_loop_test(tests, length_that_is_wrong, 0, ROWS(lengths) * CDM_CODECS);
	tcase_add_loop_test(tests, nothing_stored, 0, CDM_CODECS);
	tcase_add_loop_test(tests, each_byte_damaged, 0, CDM_CODECS);
	tcase_add_loop_test(tests, cut_at_each_byte, 0, CDM_CODECS);
	tcase_add_loop_test(tests, snappy_length_that_lies, 0, ROWS(claims));
	tcase_add_loop_test(tests, flags_of_no_codec, 0, ROWS(wrong_flags));
	tcase_add_loop_test(tests, codec_of_the_table, 0, CDM_CODECS);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
