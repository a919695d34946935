// SPDX-License-Identifier: GPL-2.0-or-later
/* case_expect.c - is this output the one that the case asks for?
 *
 *     $fill A..B  TIME+STEP  TEXT    lines "[time] text" of numbered records, as [log] has them
 *     ~ PATTERN                      a line that matches a shell pattern
 *     ~+ PATTERN                     one or more such lines
 *     \TEXT                          C escapes, and no newline at the end
 *
 * Every other line stands for itself. */

#include "tests/case.h"
#include "tests/dumpwriter/records.h"

#include <fnmatch.h>
#include <string.h>

#define MAX_SHOWN 5 /* lines of each side behind the first difference */

/* Reads what is expected and what came side by side. */
struct comparison {
	const struct case_place *place;
	const uint8_t *at;
	const uint8_t *end;
	unsigned line; /* of the actual text */
};

char *case_replace(struct dw_arena *arena, const char *text, const char *from, const char *to)
{
	struct dw_buffer replaced = { .arena = arena };
	const char *found;

	while ((found = strstr(text, from))) {
		dw_put(&replaced, text, (size_t)(found - text));
		dw_put_text(&replaced, to);
		text = found + strlen(from);
	}
	dw_put_text(&replaced, text);
	dw_put_zeros(&replaced, 1);
	return (char *)replaced.at;
}

static char *replace_paths(const struct case_place *place, const char *text)
{
	char *replaced = case_replace(place->arena, text, "$dump", place->dump);

	replaced = case_replace(place->arena, replaced, "$out", place->file);
	replaced = case_replace(place->arena, replaced, "$shelf", place->shelf);
	return case_replace(place->arena, replaced, "$dir", place->dir);
}

/* The actual line at the cursor, without its newline; *len counts that too if it is there. */
static char *next_line(const struct comparison *comparison, size_t *len)
{
	size_t left = (size_t)(comparison->end - comparison->at);
	const uint8_t *newline = left ? memchr(comparison->at, '\n', left) : NULL;
	size_t text_len = newline ? (size_t)(newline - comparison->at) : left;

	*len = newline ? text_len + 1 : text_len;
	return dw_copy_text(comparison->place->arena, (const char *)comparison->at, text_len);
}

static bool take_bytes(struct comparison *comparison, const void *bytes, size_t len)
{
	if ((size_t)(comparison->end - comparison->at) < len || memcmp(comparison->at, bytes, len))
		return false;
	comparison->at += len;
	comparison->line++;
	return true;
}

static bool take_line(struct comparison *comparison, const char *text)
{
	char *line = dw_format(comparison->place->arena, "%s\n", text);

	return take_bytes(comparison, line, strlen(line));
}

static bool take_pattern(struct comparison *comparison, const char *pattern)
{
	size_t len;
	char *line = next_line(comparison, &len);

	if (!len || fnmatch(pattern, line, 0))
		return false;
	comparison->at += len;
	comparison->line++;
	return true;
}

static bool take_fill(struct comparison *comparison, const char *text)
{
	struct dw_arena *arena = comparison->place->arena;
	char *range = dw_take_word(arena, &text);
	char *times = dw_take_word(arena, &text);
	char *dots = strstr(range, "..");
	char *plus = strchr(times, '+');
	uint64_t first = 0, last = 0, start = 0, step = 0;

	if (!dots || !plus)
		dw_die("$fill A..B TIME+STEP TEXT");
	*dots = '\0';
	*plus = '\0';
	if (!dw_parse_number(range, &first) || !dw_parse_number(dots + 2, &last) ||
	    !dw_parse_time(times, &start) || !dw_parse_time(plus + 1, &step))
		dw_die("$fill A..B TIME+STEP TEXT");
	for (uint64_t i = first; i <= last; i++) {
		uint64_t us = (start + i * step) / 1000;

		if (!take_line(comparison, dw_format(arena, "[%5llu.%06llu] %s",
						     (unsigned long long)(us / 1000000),
						     (unsigned long long)(us % 1000000),
						     dw_number_text(arena, text, i))))
			return false;
	}
	return true;
}

static bool take(struct comparison *comparison, const char *expected)
{
	if (!strncmp(expected, "$fill ", 6))
		return take_fill(comparison, expected + 6);
	expected = replace_paths(comparison->place, expected);
	if (!strncmp(expected, "~ ", 2))
		return take_pattern(comparison, expected + 2);
	if (!strncmp(expected, "~+ ", 3)) {
		bool is_there = take_pattern(comparison, expected + 3);

		while (is_there && take_pattern(comparison, expected + 3))
			continue;
		return is_there;
	}
	if (*expected == '\\') {
		struct dw_buffer bytes = dw_unescape(comparison->place->arena, expected + 1);

		return take_bytes(comparison, bytes.at, bytes.len);
	}
	return take_line(comparison, expected);
}

static void show_actual(struct dw_buffer *text, struct comparison comparison)
{
	for (unsigned i = 0; i < MAX_SHOWN && comparison.at < comparison.end; i++) {
		size_t len;
		char *line = next_line(&comparison, &len);

		dw_put_format(text, "    + %s%s\n", line,
			      line[0] && len == strlen(line) ? "   (no newline)" : "");
		comparison.at += len;
	}
}

static const char *difference(const struct comparison *comparison,
			      const struct dw_section *expected, size_t from)
{
	struct dw_buffer text = { .arena = comparison->place->arena };
	size_t n_lines = expected ? expected->n_lines : 0;

	dw_put_format(&text, "  line %u (- expected, + found):\n", comparison->line);
	for (size_t i = from; i < n_lines && i < from + MAX_SHOWN; i++)
		dw_put_format(&text, "    - %s\n", expected->lines[i].text);
	if (from == n_lines)
		dw_put_text(&text, "    - (nothing more)\n");
	if (comparison->at == comparison->end)
		dw_put_text(&text, "    + (nothing more)\n");
	show_actual(&text, *comparison);
	dw_put_zeros(&text, 1);
	return (const char *)text.at;
}

const char *case_compare(const struct case_place *place, const struct dw_section *expected,
			 const struct dw_buffer *actual)
{
	struct comparison comparison = { place, actual->at, actual->at, 1 };
	size_t n_lines = expected ? expected->n_lines : 0;

	if (actual->len)
		comparison.end = actual->at + actual->len;
	for (size_t i = 0; i < n_lines; i++) {
		if (!take(&comparison, expected->lines[i].text))
			return difference(&comparison, expected, i);
	}
	if (comparison.at != comparison.end)
		return difference(&comparison, expected, n_lines);
	return NULL;
}
