// SPDX-License-Identifier: GPL-2.0-or-later
/* wording.c - does a line of the log have this wording, and what stands in its gaps? */

#include "report/wording.h"

#include "report/report.h"

#include <string.h>

struct cdm_bytes cdm_bytes_behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

struct cdm_bytes cdm_without_blanks(struct cdm_bytes text)
{
	size_t len = 0;

	while (len < text.len && (text.at[len] == ' ' || text.at[len] == '\t'))
		len++;
	return cdm_bytes_behind(text, len);
}

static bool begins_with(struct cdm_bytes text, const char *word)
{
	return cdm_starts_with(text, word, strlen(word));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* ---- numbers ---- */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool cdm_hex_take(struct cdm_bytes *line, uint64_t *value)
{
	size_t prefix = begins_with(*line, "0x") ? 2 : 0, len = prefix;
	uint64_t n = 0;

	for (; len < line->len && hex_digit(line->at[len]) >= 0; len++)
		n = n << 4 | (uint64_t)hex_digit(line->at[len]);
	if (len == prefix || len > prefix + 16)
		return false;
	*line = cdm_bytes_behind(*line, len);
	*value = n;
	return true;
}

#define MAX_DECIMAL_DIGITS 9 /* any pid, processor or line number; fits 32 bits */

static bool take_decimal(struct cdm_bytes *line, uint32_t *value)
{
	size_t len = 0;
	uint32_t n = 0;

	for (; len < line->len && line->at[len] >= '0' && line->at[len] <= '9'; len++)
		if (len < MAX_DECIMAL_DIGITS)
			n = n * 10 + (uint32_t)(line->at[len] - '0');
	if (len == 0 || len > MAX_DECIMAL_DIGITS)
		return false;
	*line = cdm_bytes_behind(*line, len);
	*value = n;
	return true;
}

/* "(null)" is what %p gave for 0, padded in some releases. */
static bool take_address(struct cdm_bytes *line, uint64_t *value)
{
	struct cdm_bytes rest = cdm_without_blanks(*line);

	if (!begins_with(rest, "(null)"))
		return cdm_hex_take(line, value);
	*line = cdm_bytes_behind(rest, strlen("(null)"));
	*value = 0;
	return true;
}

/* ---- places ---- */

static bool is_name_char(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '$' || c >= 0x80;
}

static struct cdm_bytes take_name(struct cdm_bytes *line)
{
	size_t len = 0;

	while (len < line->len && is_name_char(line->at[len]))
		len++;
	struct cdm_bytes name = { line->at, len };
	*line = cdm_bytes_behind(*line, len);
	return name;
}

/* " [module]", " [module 8f2c]" with its build id, "[netatop@...]". */
void cdm_module_take(struct cdm_bytes *line, struct cdm_bytes *module)
{
	struct cdm_bytes rest = cdm_without_blanks(*line);

	if (!begins_with(rest, "["))
		return;
	rest = cdm_bytes_behind(rest, 1);
	*module = take_name(&rest);
	const uint8_t *end = memchr(rest.at, ']', rest.len);
	if (end)
		*line = cdm_bytes_behind(rest, (size_t)(end + 1 - rest.at));
}

static bool take_number32(struct cdm_bytes *line, const char *sign, uint32_t *value)
{
	uint64_t n;
	struct cdm_bytes rest = *line;

	if (!begins_with(rest, sign))
		return false;
	rest = cdm_bytes_behind(rest, 1);
	if (!begins_with(rest, "0x") || !cdm_hex_take(&rest, &n) || n > UINT32_MAX)
		return false;
	*line = rest;
	*value = (uint32_t)n;
	return true;
}

bool cdm_place_take(struct cdm_bytes *line, struct cdm_place *place)
{
	struct cdm_place found = { 0 };
	struct cdm_bytes rest = *line;
	uint64_t address;

	if (begins_with(rest, ":")) {
		rest = cdm_bytes_behind(rest, 1);
		found.module = take_name(&rest);
		if (!begins_with(rest, ":"))
			return false;
		rest = cdm_bytes_behind(rest, 1);
	}
	found.symbol = take_name(&rest);
	if (found.symbol.len && take_number32(&rest, "+", &found.offset)) {
		take_number32(&rest, "/", &found.size);
	} else {
		rest = *line;
		found.symbol.len = 0;
		if (!begins_with(rest, "0x") || !cdm_hex_take(&rest, &address))
			return false;
	}
	cdm_module_take(&rest, &found.module);
	*line = rest;
	*place = found;
	return true;
}

/* ---- taint ---- */

static bool is_taint_word(struct cdm_bytes word)
{
	for (size_t i = 0; i < word.len; i++)
		if ((word.at[i] < 'A' || word.at[i] > 'Z') && word.at[i] != '-')
			return false;
	return word.len > 0;
}

/* The letters stand in columns; the release behind them has a digit or a small letter somewhere.
 * "[W]=WARN" (6.12 on) is the long form, which repeats them. */
static struct cdm_bytes taint_letters(struct cdm_bytes text)
{
	struct cdm_bytes letters = { text.at, 0 };
	size_t at = 0;

	while (at < text.len) {
		size_t start = at;

		while (at < text.len && !is_blank(text.at[at]))
			at++;
		struct cdm_bytes word = { text.at + start, at - start };
		if (!is_taint_word(word))
			break;
		letters.len = at;
		while (at < text.len && is_blank(text.at[at]))
			at++;
	}
	return letters;
}

static bool take_taint(struct cdm_bytes *line, struct cdm_found *found)
{
	struct cdm_bytes rest = *line;

	if (begins_with(rest, "Kdump: loaded "))
		rest = cdm_bytes_behind(rest, strlen("Kdump: loaded "));
	if (begins_with(rest, "Tainted: "))
		found->taint = taint_letters(
			cdm_without_blanks(cdm_bytes_behind(rest, strlen("Tainted:"))));
	else if (!begins_with(rest, "Not tainted"))
		return false;
	*line = cdm_bytes_behind(rest, rest.len);
	return true;
}

/* ---- gaps ---- */

#define MAX_COMM 64      /* the kernel's are shorter than 16, workers' names are longer */
#define MAX_ANYTHING 256 /* what %* passes over */

static bool match(const char *wording, struct cdm_bytes line, struct cdm_found *found);

/* A gap whose end is where the rest of the wording fits: the first such place. */
static bool match_open_gap(const char *rest, struct cdm_bytes line, size_t min, size_t max,
			   struct cdm_bytes *gap, struct cdm_found *found)
{
	bool is_literal = *rest && *rest != '%' && *rest != '$';

	for (size_t len = min; len <= line.len && len <= max; len++) {
		if (is_literal && (len == line.len || line.at[len] != (uint8_t)*rest))
			continue;
		if (!match(rest, cdm_bytes_behind(line, len), found))
			continue;
		*gap = (struct cdm_bytes){ line.at, len };
		return true;
	}
	return false;
}

static bool take_number(struct cdm_bytes *line, uint32_t *value, unsigned has,
			struct cdm_found *found)
{
	if (!take_decimal(line, value))
		return false;
	found->has |= has;
	return true;
}

static bool take_file(struct cdm_bytes *line, struct cdm_found *found)
{
	size_t len = 0;

	while (len < line->len && line->at[len] != ':' && !is_blank(line->at[len]))
		len++;
	if (len == 0 || len == line->len || line->at[len] != ':')
		return false;
	found->file = (struct cdm_bytes){ line->at, len };
	*line = cdm_bytes_behind(*line, len);
	return true;
}

static bool take_word(struct cdm_bytes *line)
{
	size_t len = 0;

	while (len < line->len && !is_blank(line->at[len]))
		len++;
	*line = cdm_bytes_behind(*line, len);
	return len > 0;
}

/* A gap that says itself where it ends. */
static bool take_gap(char gap, struct cdm_bytes *line, struct cdm_found *found)
{
	uint64_t number;
	uint32_t passed_over;

	switch (gap) {
	case 'a':
		found->has |= CDM_HAS_ADDRESS;
		return take_address(line, &found->address);
	case 'h':
		return cdm_hex_take(line, &number);
	case 'd':
		return take_decimal(line, &passed_over);
	case 'p':
		return take_number(line, &found->pid, CDM_HAS_PID, found);
	case 'i':
		return take_number(line, &found->uid, CDM_HAS_UID, found);
	case 'u':
		return take_number(line, &found->cpu, CDM_HAS_CPU, found);
	case 'o':
		return take_number(line, &found->oops, CDM_HAS_OOPS, found);
	case 'l':
		return take_number(line, &found->line, CDM_HAS_LINE, found);
	case 'f':
		return take_file(line, found);
	case 's':
		found->has_place = cdm_place_take(line, &found->place);
		return found->has_place;
	case 'y':
		found->place.symbol = take_name(line);
		found->has_place = found->place.symbol.len > 0;
		return found->has_place;
	case 'g':
		found->taint = taint_letters(*line);
		return true;
	case 't':
		return take_taint(line, found);
	case 'n':
		found->hardware = *line;
		*line = cdm_bytes_behind(*line, line->len);
		return true;
	case 'w':
		return take_word(line);
	default: /* '_' */
		*line = cdm_without_blanks(*line);
		return true;
	}
}

/* As deep as the wording has open gaps. */
static bool match(const char *wording, struct cdm_bytes line, struct cdm_found *found)
{
	struct cdm_bytes unused;

	for (; *wording; wording++) {
		if (*wording == '$')
			return cdm_without_blanks(line).len == 0;
		if (*wording == '%') {
			wording++;
			if (*wording == '*')
				return match_open_gap(wording + 1, line, 0, MAX_ANYTHING, &unused,
						      found);
			if (*wording == 'c')
				return match_open_gap(wording + 1, line, 1, MAX_COMM, &found->comm,
						      found);
			if (!take_gap(*wording, &line, found))
				return false;
		} else {
			if (!line.len || line.at[0] != (uint8_t)*wording)
				return false;
			line = cdm_bytes_behind(line, 1);
		}
	}
	return true;
}

bool cdm_wording_matches(const char *wording, struct cdm_bytes line, struct cdm_found *found)
{
	struct cdm_found filled = { 0 };

	if (!match(wording, line, &filled))
		return false;
	*found = filled;
	return true;
}
