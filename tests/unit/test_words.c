// SPDX-License-Identifier: GPL-2.0-or-later
/* test_words.c - is a word found in every place, and nowhere else? */

#include "base/words.h"
#include "tests/unit/suite.h"

START_TEST(a_word_is_found_in_every_place)
{
	uint8_t text[512];

	for (size_t len = 4; len <= sizeof(text); len += 4) {
		for (size_t at = 0; at + 4 <= len; at += 4) {
			memset(text, 'x', sizeof(text));
			memcpy(text + at, "Linu", 4);
			struct cdm_bytes bytes = { text, len };

			ck_assert_uint_eq(cdm_find_word(bytes, 0, "Linu"), at);
			ck_assert_uint_eq(cdm_find_word(bytes, at, "Linu"), at);
			ck_assert_uint_eq(cdm_find_word(bytes, at + 4, "Linu"), len);
		}
	}
}
END_TEST

START_TEST(multiples_of_four_alone_count)
{
	uint8_t text[256];
	struct cdm_bytes bytes = { text, sizeof(text) };

	memset(text, 0, sizeof(text));
	memcpy(text + 9, "Linu", 4);
	memcpy(text + 254, "Li", 2);
	ck_assert_uint_eq(cdm_find_word(bytes, 0, "Linu"), sizeof(text));
	bytes.len = 7;
	memcpy(text + 4, "Linu", 4);
	ck_assert_uint_eq(cdm_find_word(bytes, 0, "Linu"), 7);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("words");
	TCase *tests = tcase_create("words");

	tcase_add_test(tests, a_word_is_found_in_every_place);
	tcase_add_test(tests, multiples_of_four_alone_count);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
