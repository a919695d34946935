// SPDX-License-Identifier: GPL-2.0-or-later
/* test_print.c - does cdm_print() say what printf() says? */

#include "base/print.h"
#include "suite.h"

#include <inttypes.h>
#include <stdio.h>

#define SAME(...)                                                                                  \
	do {                                                                                       \
		char ours[256], theirs[256];                                                       \
		size_t len = cdm_print(ours, sizeof(ours), __VA_ARGS__);                           \
                                                                                                   \
		ck_assert_int_eq(snprintf(theirs, sizeof(theirs), __VA_ARGS__), (int)len);         \
		ck_assert_str_eq(ours, theirs);                                                    \
	} while (0)

START_TEST(says_what_printf_says)
{
	SAME("plain");
	SAME("%s", "");
	SAME("%s and %s", "one", "two");
	SAME("%8s|%.*s|%.*s", "right", 3, "cut short", 9, "whole");
	SAME("%c%c", 'o', 'k');
	SAME("%d %d %d", 0, -1, INT32_MIN);
	SAME("%u %x", UINT32_MAX, 0xdeadbeefu);
	SAME("%02x %02x %04d %5u", 5, 0xab, 7, 42u);
	SAME("%" PRIu64 " %" PRIx64, UINT64_MAX, UINT64_MAX);
	SAME("%" PRIu32 " %" PRIx32, UINT32_MAX, (uint32_t)16);
	SAME("%" PRId64, INT64_MIN);
	SAME("%zu of %zu", (size_t)0, SIZE_MAX);
	SAME("100%% %s", "sure");
}
END_TEST

START_TEST(counts_what_does_not_fit)
{
	char small[8];

	ck_assert_uint_eq(cdm_print(small, sizeof(small), "%s%u", "0123456", 789u), 10);
	ck_assert_str_eq(small, "0123456");
	ck_assert_uint_eq(cdm_print(small, 1, "%s", "x"), 1);
	ck_assert_str_eq(small, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("print");
	TCase *tests = tcase_create("print");

	tcase_add_test(tests, says_what_printf_says);
	tcase_add_test(tests, counts_what_does_not_fit);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
