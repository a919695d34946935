/* SPDX-License-Identifier: GPL-2.0-or-later */
/* settings.h - the `key = value` lines of a case file, with the values of one matrix combination.
 *
 * A key that nobody asked for is a mistake in the case: dw_check_settings() finds it. */

#ifndef DW_SETTINGS_H
#define DW_SETTINGS_H

#include "tests/dumpwriter/script.h"

struct dw_setting {
	const char *section;
	const char *key;
	const char *value;
	unsigned line;
	bool asked_for;
};

struct dw_settings {
	struct dw_arena *arena;
	const struct dw_script *script;
	struct dw_setting *all;
	size_t n_all;
};

/* Takes the sections dump and kernel. Room is left for n_more settings added later. */
struct dw_settings dw_read_settings(struct dw_arena *arena, const struct dw_script *script,
				    size_t n_more);

/* Replaces a setting or adds it: "kernel.levels", or "compress" for that of [dump]. */
void dw_override(struct dw_settings *settings, const char *key, const char *value);

const char *dw_get(const struct dw_settings *settings, const char *section, const char *key,
		   const char *otherwise);
uint64_t dw_get_number(const struct dw_settings *settings, const char *section, const char *key,
		       uint64_t otherwise);
bool dw_get_yes(const struct dw_settings *settings, const char *section, const char *key,
		bool otherwise);

/* The place of a key's value in a list of words that ends with NULL; 0 if the key is not there. */
unsigned dw_get_choice(const struct dw_settings *settings, const char *section, const char *key,
		       const char *const *words);

/* Keys that may be repeated: the next value at or after *index, or NULL. */
const char *dw_get_next(const struct dw_settings *settings, const char *section, const char *key,
			size_t *index);

/* Has the writer asked for this key, named as for dw_override()? */
bool dw_was_asked_for(const struct dw_settings *settings, const char *key);

void dw_check_settings(const struct dw_settings *settings);

/* The words of a value, separated by blanks, and NULL behind them. */
char **dw_words(struct dw_arena *arena, const char *value, size_t *n_words);

/* A number, or the end of the program. */
uint64_t dw_number(const struct dw_settings *settings, const char *what, const char *text);

#endif
