// SPDX-License-Identifier: GPL-2.0-or-later
/* option_words.c - which option is this word? */

#include "cli/option_words.h"

#include <stdint.h>
#include <string.h>

enum argument { NONE, MUST, MAY };
enum owner { OURS, DMESG, LIVE };

/* Names stand in the table itself: a pointer each would have to be relocated at every start. */
static const struct row {
	char name[14];
	char letter;
	uint8_t argument; /* enum argument */
	uint8_t owner;    /* enum owner */
} rows[] = {
#define ROW(id, letter, name, argument, owner, values, what) { name, letter, argument, owner },
	CDM_OPTION_LIST(ROW)
#undef ROW
};

const char *cdm_option_name(enum cdm_option option)
{
	return rows[option].name;
}

bool cdm_option_is_live(enum cdm_option option)
{
	return rows[option].owner == LIVE;
}

struct cdm_words cdm_words(char **words)
{
	return (struct cdm_words){ .next = words, .operands = (const char **)words };
}

static enum cdm_words_answer refuse(struct cdm_error *err, const char *before, const char *word,
				    const char *behind)
{
	cdm_fail(err, CDM_ERR_UNSUPPORTED, "%s'%s'%s", before, word, behind);
	return CDM_WORDS_WRONG;
}

static enum cdm_words_answer refuse_without_argument(struct cdm_error *err, enum cdm_option option)
{
	cdm_fail(err, CDM_ERR_UNSUPPORTED, "option '--%s' needs an argument", rows[option].name);
	return CDM_WORDS_WRONG;
}

/* ---- names ---- */

/* How many rows of one kind (ours, or dmesg's) begin with these characters; *found is the last. */
static unsigned count_beginnings(const char *name, size_t len, bool is_ours, enum cdm_option *found)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CDM_N_OPTIONS; i++) {
		if ((rows[i].owner == OURS) != is_ours || strncmp(rows[i].name, name, len) != 0)
			continue;
		*found = (enum cdm_option)i;
		n++;
	}
	return n;
}

static bool find_exact(const char *name, size_t len, enum cdm_option *found)
{
	for (unsigned i = 0; i < CDM_N_OPTIONS; i++) {
		if (strncmp(rows[i].name, name, len) != 0 || rows[i].name[len])
			continue;
		*found = (enum cdm_option)i;
		return true;
	}
	return false;
}

/* How many options the name could mean: 1 is what is hoped for. */
static unsigned find_name(const char *name, size_t len, enum cdm_option *found)
{
	if (len == 0)
		return 0;
	if (len < sizeof(rows->name) && find_exact(name, len, found))
		return 1;
	unsigned n = count_beginnings(name, len, false, found);

	return n ? n : count_beginnings(name, len, true, found);
}

/* "--name", "--name=value" or "--name value". */
static enum cdm_words_answer take_name(struct cdm_words *words, enum cdm_option *option,
				       const char **argument, struct cdm_error *err)
{
	const char *word = *words->next++;
	size_t len = strcspn(word + 2, "=");
	unsigned n = find_name(word + 2, len, option);

	if (n != 1)
		return refuse(err, n ? "option " : "unknown option ", word,
			      n ? " is ambiguous" : "");
	bool has_value = word[2 + len] == '=';

	*argument = has_value ? word + 2 + len + 1 : NULL;
	if (has_value && rows[*option].argument == NONE)
		return refuse(err, "option ", word, " takes no argument");
	if (!has_value && rows[*option].argument == MUST) {
		if (!*words->next)
			return refuse_without_argument(err, *option);
		*argument = *words->next++;
	}
	return CDM_WORDS_OPTION;
}

/* ---- letters ---- */

static bool find_letter(char letter, enum cdm_option *found)
{
	for (unsigned i = 0; i < CDM_N_OPTIONS; i++) {
		if (rows[i].letter != letter)
			continue;
		*found = (enum cdm_option)i;
		return true;
	}
	return false;
}

/* The next one of "-abc", "-aVALUE" or "-a VALUE". */
static enum cdm_words_answer take_letter(struct cdm_words *words, enum cdm_option *option,
					 const char **argument, struct cdm_error *err)
{
	const char word[] = { '-', *words->letters++, '\0' };
	const char *rest = *words->letters ? words->letters : NULL;

	*argument = NULL;
	if (!find_letter(word[1], option))
		return refuse(err, "unknown option ", word, "");
	if (rows[*option].argument != NONE) {
		*argument = rest;
		rest = NULL;
	}
	words->letters = rest;
	if (rows[*option].argument != MUST || *argument)
		return CDM_WORDS_OPTION;
	if (!*words->next)
		return refuse_without_argument(err, *option);
	*argument = *words->next++;
	return CDM_WORDS_OPTION;
}

/* ---- words ---- */

/* Words that were passed are at least as many. */
void cdm_words_add_operand(struct cdm_words *words, const char *operand)
{
	words->operands[words->n_operands++] = operand;
}

/* "-" alone is standard input. */
static bool is_operand(const struct cdm_words *words, const char *word)
{
	return words->only_operands || word[0] != '-' || !word[1];
}

enum cdm_words_answer cdm_words_next(struct cdm_words *words, enum cdm_option *option,
				     const char **argument, struct cdm_error *err)
{
	if (words->letters)
		return take_letter(words, option, argument, err);
	for (char *word; (word = *words->next); words->next++) {
		if (is_operand(words, word)) {
			cdm_words_add_operand(words, word);
		} else if (!strcmp(word, "--")) {
			words->only_operands = true;
		} else if (word[1] == '-') {
			return take_name(words, option, argument, err);
		} else {
			words->letters = word + 1;
			words->next++;
			return take_letter(words, option, argument, err);
		}
	}
	return CDM_WORDS_END;
}
