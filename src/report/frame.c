// SPDX-License-Identifier: GPL-2.0-or-later
/* frame.c - is a line part of a call trace, and which calls does it show? */

#include "report/frame.h"

#include <string.h>

#define MAX_MARK 12 /* "<TASK>", "</IRQ>", "<<EOE>>", "<#DB>", "<ENTRY_TRAMPOLINE>" is not needed */

static bool begins_with(struct cdm_bytes text, const char *word)
{
	return cdm_starts_with(text, word, strlen(word));
}

static bool take(struct cdm_bytes *text, const char *word)
{
	if (!begins_with(*text, word))
		return false;
	*text = cdm_without_blanks(cdm_bytes_behind(*text, strlen(word)));
	return true;
}

static bool take_mark(struct cdm_bytes *line, struct cdm_traced *traced)
{
	const uint8_t *end;
	size_t len;

	if (!begins_with(*line, "<"))
		return false;
	end = memchr(line->at, '>', line->len < MAX_MARK ? line->len : MAX_MARK);
	if (!end)
		return false;
	len = (size_t)(end + 1 - line->at);
	while (len < line->len && line->at[len] == '>')
		len++;
	traced->ends_nmi |= begins_with(*line, "<EOE>") || begins_with(*line, "<<EOE>>") ||
			    begins_with(*line, "</NMI>");
	*line = cdm_without_blanks(cdm_bytes_behind(*line, len));
	return true;
}

/* "[<ffffffff81000000>]" or "[c000000000000000]" */
static bool take_bracket(struct cdm_bytes *line)
{
	struct cdm_bytes rest = *line;
	uint64_t address;

	if (!begins_with(rest, "["))
		return false;
	rest = cdm_bytes_behind(rest, begins_with(rest, "[<") ? 2 : 1);
	if (!cdm_hex_take(&rest, &address))
		return false;
	if (begins_with(rest, ">"))
		rest = cdm_bytes_behind(rest, 1);
	if (!begins_with(rest, "]"))
		return false;
	*line = cdm_without_blanks(cdm_bytes_behind(rest, 1));
	return true;
}

/* A name without an offset, as arm has it. */
static bool take_name(struct cdm_bytes *line, struct cdm_place *place)
{
	size_t len = 0;

	while (len < line->len && line->at[len] != ' ' && line->at[len] != ')' &&
	       line->at[len] != '+' && line->at[len] != '(')
		len++;
	place->symbol = (struct cdm_bytes){ line->at, len };
	*line = cdm_bytes_behind(*line, len);
	return len > 0;
}

static bool take_place_or_name(struct cdm_bytes *line, struct cdm_place *place)
{
	return cdm_place_take(line, place) || take_name(line, place);
}

/* "(f) from [<80000000>] (g+0x1/0x2)", with or without blanks. */
static bool parse_arm(struct cdm_bytes line, struct cdm_traced *traced)
{
	if (!take(&line, "(") || !take_place_or_name(&line, &traced->places[0]) ||
	    !take(&line, ")") || !take(&line, "from"))
		return false;
	traced->n_places = 1;
	if (take_bracket(&line) && take(&line, "(") &&
	    take_place_or_name(&line, &traced->places[1]))
		traced->n_places = 2;
	return true;
}

/* "f from g+0x1/0x2", "f [module] from g+0x1/0x2 [module]" */
static bool parse_short_arm(struct cdm_bytes line, struct cdm_traced *traced)
{
	if (!take_place_or_name(&line, &traced->places[0]))
		return false;
	cdm_module_take(&line, &traced->places[0].module);
	line = cdm_without_blanks(line);
	if (!take(&line, "from "))
		return false;
	traced->n_places = 1;
	if (cdm_place_take(&line, &traced->places[1]))
		traced->n_places = 2;
	return true;
}

/* Behind a frame stands nothing, a mark in parentheses, or where it is in the source. */
static bool ends_frame(struct cdm_bytes rest)
{
	rest = cdm_without_blanks(rest);
	return rest.len == 0 || rest.at[0] == '(' || rest.at[0] == ')' || rest.at[0] == '[' ||
	       memchr(rest.at, '/', rest.len) || memmem(rest.at, rest.len, ".c:", 3);
}

static bool parse_plain(struct cdm_bytes line, struct cdm_traced *traced)
{
	if (take(&line, "? "))
		traced->reliable = false;
	if (!cdm_place_take(&line, &traced->places[0]) || !ends_frame(line))
		return false;
	if (memmem(line.at, line.len, "(unreliable)", strlen("(unreliable)")))
		traced->reliable = false;
	traced->n_places = traced->places[0].symbol.len ? 1 : 0;
	return true;
}

bool cdm_frame_parse(struct cdm_bytes line, struct cdm_traced *traced)
{
	bool has_mark = false;

	*traced = (struct cdm_traced){ .reliable = true };
	line = cdm_without_blanks(line);
	while (take_mark(&line, traced))
		has_mark = true;
	if (has_mark && !line.len)
		return true;
	if (begins_with(line, "([")) {
		line = cdm_bytes_behind(line, 1);
		traced->reliable = false;
	}
	bool has_address = take_bracket(&line);
	take_bracket(&line);
	traced->is_from = has_address && parse_arm(line, traced);
	if (traced->is_from || parse_plain(line, traced))
		return true;
	traced->is_from = parse_short_arm(line, traced);
	return traced->is_from;
}
