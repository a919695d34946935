/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_words.h - the words of the command line, one option at a time.
 *
 * As getopt_long() takes them apart, with two differences: a shortened name means what it means to
 * dmesg(1), however many options of our own begin so; and nothing is read from the environment. */

#ifndef CDM_CLI_OPTION_WORDS_H
#define CDM_CLI_OPTION_WORDS_H

#include "base/error.h"
#include "cli/option_list.h"

#include <stdbool.h>
#include <stddef.h>

struct cdm_words {
	char **next;           /* the word to look at; the last one is NULL */
	const char *letters;   /* left of a word "-abc"; NULL: none */
	bool only_operands;    /* "--" was there */
	const char **operands; /* those met so far, gathered at the start of the words */
	size_t n_operands;
};

struct cdm_words cdm_words(char **words);

enum cdm_words_answer {
	CDM_WORDS_OPTION,
	CDM_WORDS_END, /* operands are complete */
	CDM_WORDS_WRONG,
};

/* *argument is NULL where there is none. WRONG: err says why. */
enum cdm_words_answer cdm_words_next(struct cdm_words *words, enum cdm_option *option,
				     const char **argument, struct cdm_error *err);

/* Once an option: its argument is an operand. */
void cdm_words_add_operand(struct cdm_words *words, const char *operand);

/* "raw"; and whether it is one of dmesg's for a running kernel. */
const char *cdm_option_name(enum cdm_option option);
bool cdm_option_is_live(enum cdm_option option);

#endif
