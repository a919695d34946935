// SPDX-License-Identifier: GPL-2.0-or-later
/* test_option_words.c - which options, arguments and operands are these words? */

#include "base/outbuf.h"
#include "cli/option_words.h"
#include "tests/unit/suite.h"

#include <stdio.h>

#define MAX_TOLD 256

static const struct {
	const char *words; /* a blank between them */
	const char *told;  /* options with their arguments, then operands; or why not */
} rows[] = {
	{ "", "|" },
	{ "a b", "| a b" },
	{ "-r a", "raw | a" },
	{ "a -r b", "raw | a b" },
	{ "-rx", "raw decode |" },
	{ "-xl err a", "decode level=err | a" },
	{ "-lerr", "level=err |" },
	{ "-l err", "level=err |" },
	{ "-l=err", "level==err |" },
	{ "-L a", "color | a" },
	{ "-Lnever", "color=never |" },
	{ "-i", "info |" },
	{ "-ijson", "info=json |" },
	{ "--level err", "level=err |" },
	{ "--level=err", "level=err |" },
	{ "--level= a", "level= | a" },
	{ "--info json", "info | json" },
	{ "--info=json", "info=json |" },
	{ "-- -r --raw", "| -r --raw" },
	{ "a -- b --", "| a b --" },
	{ "- -r", "raw | -" },
	{ "-l -", "level=- |" },
	{ "-l -- a", "level=-- | a" },
	/* dmesg's abbreviations mean what they mean to dmesg */
	{ "--json", "json |" },
	{ "--js", "json |" },
	{ "--json-", "json-lines |" },
	{ "--rel", "reltime |" },
	{ "--fac kern", "facility=kern |" },
	{ "--time=iso", "time-format=iso |" },
	{ "--noe", "noescape |" },
	{ "--fol", "option '--fol' is ambiguous" },
	{ "--ker", "kernel |" },
	{ "--tai 3", "tail=3 |" },
	/* what is none */
	{ "--no", "option '--no' is ambiguous" },
	{ "--nothing", "unknown option '--nothing'" },
	{ "--=x", "unknown option '--=x'" },
	{ "-9", "unknown option '-9'" },
	{ "-r9", "raw unknown option '-9'" },
	{ "--raw=x", "option '--raw=x' takes no argument" },
	{ "--level", "option '--level' needs an argument" },
	{ "-l", "option '--level' needs an argument" },
	{ "-xl", "decode option '--level' needs an argument" },
};

static void tell(struct cdm_outbuf *told, const char *before, const char *text)
{
	cdm_put_string(told, before);
	cdm_put_string(told, text);
}

static size_t split(char *text, char **words)
{
	size_t n = 0;

	for (char *word = text; *word;) {
		words[n++] = word;
		word += strcspn(word, " ");
		if (*word)
			*word++ = '\0';
	}
	return n;
}

START_TEST(row)
{
	char text[MAX_TOLD], told[MAX_TOLD] = "", *list[16] = { NULL };
	struct cdm_outbuf out = { .at = told, .room = MAX_TOLD - 1 };
	enum cdm_words_answer answer;
	enum cdm_option option;
	const char *argument;
	struct cdm_error err;

	snprintf(text, sizeof(text), "%s", rows[_i].words);
	split(text, list);
	struct cdm_words words = cdm_words(list);

	while ((answer = cdm_words_next(&words, &option, &argument, &err)) == CDM_WORDS_OPTION) {
		tell(&out, out.needed ? " " : "", cdm_option_name(option));
		if (argument)
			tell(&out, "=", argument);
	}
	tell(&out, out.needed ? " " : "", answer == CDM_WORDS_END ? "|" : err.text);
	for (size_t i = 0; answer == CDM_WORDS_END && i < words.n_operands; i++)
		tell(&out, " ", words.operands[i]);
	ck_assert_msg(!strcmp(told, rows[_i].told), "'%s': %s", rows[_i].words, told);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("option words");
	TCase *tests = tcase_create("option words");

	tcase_add_loop_test(tests, row, 0, ROWS(rows));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
