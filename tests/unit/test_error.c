// SPDX-License-Identifier: GPL-2.0-or-later
/* test_error.c - does an error's one line say what, where and why, however long its parts are? */

#include "base/error.h"
#include "base/outbuf.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- texts ---- */

START_TEST(failure_replaces_the_one_before)
{
	struct cdm_error err = { .status = CDM_ERR_SYSTEM, .sys_errno = EIO, .text = "old" };

	ck_assert_int_eq(cdm_fail(&err, CDM_CORRUPT, "size is %u, not %u", 3, 4), CDM_CORRUPT);
	ck_assert_int_eq(err.status, CDM_CORRUPT);
	ck_assert_int_eq(err.sys_errno, 0);
	ck_assert_str_eq(err.text, "size is 3, not 4");
}
END_TEST

START_TEST(context_reads_outside_in)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_TRUNCATED, "the file ends after %d bytes", 7);
	ck_assert_int_eq(cdm_context(&err, "page 0x%x", 0x1f3u), CDM_TRUNCATED);
	ck_assert_int_eq(cdm_context(&err, "%s", "vmcore"), CDM_TRUNCATED);
	ck_assert_str_eq(err.text, "vmcore: page 0x1f3: the file ends after 7 bytes");
}
END_TEST

START_TEST(errno_is_told)
{
	struct cdm_error err;
	char expected[CDM_ERROR_TEXT];

	errno = ENOENT;
	ck_assert_int_eq(cdm_fail_errno(&err, "cannot open %s", "vmcore"), CDM_ERR_SYSTEM);
	ck_assert_int_eq(err.status, CDM_ERR_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	snprintf(expected, sizeof(expected), "cannot open vmcore: %s", strerror(ENOENT));
	ck_assert_str_eq(err.text, expected);
	cdm_context(&err, "disk");
	ck_assert_int_eq(err.sys_errno, ENOENT);
}
END_TEST

START_TEST(memory_names_what_found_none)
{
	struct cdm_error err;

	ck_assert_int_eq(cdm_fail_memory(&err, "page cache"), CDM_ERR_MEMORY);
	ck_assert_str_eq(err.text, "out of memory (page cache)");
}
END_TEST

/* Names and lines of a file stand in messages, and those on a terminal. */
START_TEST(control_characters_are_escaped)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "'%s'", "a\x1b[1m\x7f\n\xc2\x9b\xc3\xa9\xff");
	ck_assert_str_eq(err.text, "'a\\x1b[1m\\x7f\\x0a\\xc2\\x9b\xc3\xa9\\xff'");
	cdm_context(&err, "%s", "\x1b]0;\x07");
	ck_assert_str_eq(err.text, "\\x1b]0;\\x07: "
				   "'a\\x1b[1m\\x7f\\x0a\\xc2\\x9b\xc3\xa9\\xff'");
	errno = EIO;
	cdm_fail_errno(&err, "\t");
	ck_assert_int_eq(strncmp(err.text, "\\x09: ", 6), 0);
}
END_TEST

/* ---- texts that are too long ---- */

/* `_i` bytes in front of characters of two bytes, of which none is cut in two. */
START_TEST(characters_stay_whole)
{
	char name[2000];
	struct cdm_error err;

	memset(name, 'a', (size_t)_i);
	for (size_t i = (size_t)_i; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa9", 3);
	cdm_fail(&err, CDM_CORRUPT, "%s", name);
	ck_assert(cdm_is_utf8((struct cdm_bytes){ (const uint8_t *)err.text, strlen(err.text) }));
	cdm_context(&err, "%s", name);
	ck_assert(cdm_is_utf8((struct cdm_bytes){ (const uint8_t *)err.text, strlen(err.text) }));
}
END_TEST

#define LONGEST 1000

/* len characters between a first and a last one. */
static const char *long_text(char buf[LONGEST + 1], size_t len, char first, char last)
{
	memset(buf, '.', len);
	buf[0] = first;
	buf[len - 1] = last;
	buf[len] = '\0';
	return buf;
}

static const struct {
	const char *what;
	size_t clause, text; /* lengths */
} long_chains[] = {
	{ "just fits", 10, CDM_ERROR_TEXT - 1 - 12 },
	{ "one too many", 10, CDM_ERROR_TEXT - 12 },
	{ "a long clause, a short text", 509, 20 },
	{ "a clause that is too long itself", 509, 500 },
	{ "a long text, a short clause", 5, CDM_ERROR_TEXT - 1 },
	{ "halves", 300, 300 },
};

START_TEST(chain_keeps_its_ends)
{
	char clause[LONGEST + 1], text[LONGEST + 1];
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "%s", long_text(text, long_chains[_i].text, 'c', 'd'));
	cdm_context(&err, "%s", long_text(clause, long_chains[_i].clause, 'a', 'b'));
	size_t len = strlen(err.text), whole = long_chains[_i].clause + 2 + long_chains[_i].text;

	ck_assert_msg(err.text[0] == 'a' && err.text[len - 1] == 'd', "%s: %s",
		      long_chains[_i].what, err.text);
	ck_assert_msg(!strstr(err.text, " ... ") == (whole < CDM_ERROR_TEXT), "%s: %s",
		      long_chains[_i].what, err.text);
	ck_assert_msg(whole >= CDM_ERROR_TEXT || len == whole, "%s: %zu bytes of %zu",
		      long_chains[_i].what, len, whole);
}
END_TEST

/* Names of files have up to 4 KiB; what is wrong stands behind them. */
static const size_t lengths[] = { 2, 400, 510, 511, 512, 600, 999 };

START_TEST(failure_keeps_its_ends)
{
	char name[LONGEST + 1];
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "<%s>", long_text(name, lengths[_i], '.', '.'));
	size_t len = strlen(err.text);

	ck_assert_msg(err.text[0] == '<' && err.text[len - 1] == '>', "%zu: %s", lengths[_i],
		      err.text);
}
END_TEST

START_TEST(errno_is_told_behind_a_long_name)
{
	char name[LONGEST + 1];
	struct cdm_error err;
	const char *reason = strerror(ENOENT);

	errno = ENOENT;
	cdm_fail_errno(&err, "%s", long_text(name, lengths[_i], '<', '>'));
	size_t len = strlen(err.text);

	ck_assert_msg(err.text[0] == '<' && len > strlen(reason) &&
			      !strcmp(err.text + len - strlen(reason), reason),
		      "%zu: %s", lengths[_i], err.text);
}
END_TEST

START_TEST(many_contexts)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "the cause");
	for (int i = 0; i < 1000; i++)
		cdm_context(&err, "level %d", i);
	size_t len = strlen(err.text);

	ck_assert_uint_lt(len, CDM_ERROR_TEXT);
	ck_assert_mem_eq(err.text, "level 999: ", 11);
	ck_assert_str_eq(err.text + len - 9, "the cause");
}
END_TEST

/* ---- kinds ---- */

static const struct {
	enum cdm_status status;
	int is_missing;
} kinds[] = {
	{ CDM_OK, 0 },         { CDM_END, 0 },          { CDM_NOT_MINE, 0 }, { CDM_EXCLUDED, 1 },
	{ CDM_ABSENT, 1 },     { CDM_TRUNCATED, 1 },    { CDM_CORRUPT, 1 },  { CDM_ERR_SYSTEM, 0 },
	{ CDM_ERR_MEMORY, 0 }, { CDM_ERR_UNMAPPED, 0 },
};

START_TEST(missing_is_one_of_four)
{
	ck_assert_int_eq(cdm_is_missing(kinds[_i].status), kinds[_i].is_missing);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("error");
	TCase *tests = tcase_create("error");

	tcase_add_test(tests, control_characters_are_escaped);
	tcase_add_loop_test(tests, characters_stay_whole, 1, 5);
	tcase_add_test(tests, failure_replaces_the_one_before);
	tcase_add_test(tests, context_reads_outside_in);
	tcase_add_test(tests, errno_is_told);
	tcase_add_test(tests, memory_names_what_found_none);
	tcase_add_loop_test(tests, chain_keeps_its_ends, 0, ROWS(long_chains));
	tcase_add_loop_test(tests, failure_keeps_its_ends, 0, ROWS(lengths));
	tcase_add_loop_test(tests, errno_is_told_behind_a_long_name, 0, ROWS(lengths));
	tcase_add_test(tests, many_contexts);
	tcase_add_loop_test(tests, missing_is_one_of_four, 0, ROWS(kinds));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
