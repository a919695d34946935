// SPDX-License-Identifier: GPL-2.0-or-later
/* records.c - which records does a [log] section ask for?
 *
 *     LEVEL.FACILITY  TIME  CALLER  [{option=value ...}]  TEXT
 *     fill N  LEVEL.FACILITY  TIME+STEP  CALLER  [{option=value ...}]  TEXT with $i
 */

#include "tests/dumpwriter/records.h"

#include <stdlib.h>
#include <string.h>

struct record_line {
	struct dw_arena *arena;
	const char *path;
	unsigned number;
	uint64_t n_copies;
	uint64_t step_ns;
	uint64_t length; /* of the text, filled up with letters; 0: as it stands */
	uint64_t zeros;  /* NULs behind it */
	struct dw_record first;
	const char *text;
};

static _Noreturn void wrong(const struct record_line *line, const char *what, const char *found)
{
	dw_die("%s:%u: %s: \"%s\"", line->path, line->number, what, found);
}

static uint64_t number(const struct record_line *line, const char *what, const char *text)
{
	uint64_t value;

	if (!dw_parse_number(text, &value))
		wrong(line, what, text);
	return value;
}

static void parse_priority(struct record_line *line, const char *word)
{
	const char *dot = strchr(word, '.');

	if (!dot || word[0] < '0' || word[0] > '7' || dot != word + 1)
		wrong(line, "not LEVEL.FACILITY", word);
	line->first.level = (uint8_t)(word[0] - '0');
	line->first.facility = (uint8_t)number(line, "facility", dot + 1);
}

static void parse_times(struct record_line *line, const char *word)
{
	const char *plus = strchr(word, '+');
	char *time = dw_copy_text(line->arena, word, plus ? (size_t)(plus - word) : strlen(word));

	if (!dw_parse_time(time, &line->first.ts_ns) ||
	    (plus && !dw_parse_time(plus + 1, &line->step_ns)))
		wrong(line, "not TIME or TIME+STEP", word);
}

static void parse_caller(struct record_line *line, const char *word)
{
	uint64_t id;

	if ((word[0] != 'T' && word[0] != 'C') || !dw_parse_number(word + 1, &id))
		wrong(line, "not a caller as T1 or C0", word);
	line->first.caller = (uint32_t)id | (word[0] == 'C' ? 1u << 31 : 0);
}

static unsigned choice(const struct record_line *line, const char *value, const char *const *words)
{
	for (unsigned i = 0; words[i]; i++) {
		if (!strcmp(words[i], value))
			return i;
	}
	wrong(line, "no such choice", value);
}

static void apply_option(struct record_line *line, const char *option)
{
	static const char *const states[] = { "reserved", "committed", "finalized", "reusable",
					      NULL };
	static const char *const places[] = { "fits", "lost", "empty", NULL };
	static const char *const infos[] = { "clear", "filled", NULL };
	static const char *const answers[] = { "no", "yes", NULL };
	const char *equals = strchr(option, '=');
	size_t len = equals ? (size_t)(equals - option) : 0;
	const char *value = equals ? equals + 1 : "";

	if (len == 5 && !memcmp(option, "state", len))
		line->first.state = (enum dw_record_state)choice(line, value, states);
	else if (len == 4 && !memcmp(option, "text", len))
		line->first.place = (enum dw_text_place)choice(line, value, places);
	else if (len == 4 && !memcmp(option, "info", len))
		line->first.is_filled = choice(line, value, infos);
	else if (len == 5 && !memcmp(option, "flags", len))
		line->first.flags = (uint8_t)number(line, "flags", value);
	else if (len == 4 && !memcmp(option, "time", len))
		line->first.has_time = choice(line, value, answers);
	else if (len == 6 && !memcmp(option, "length", len))
		line->length = number(line, "length", value);
	else if (len == 5 && !memcmp(option, "zeros", len))
		line->zeros = number(line, "zeros", value);
	else if (len == 9 && !memcmp(option, "subsystem", len))
		line->first.subsystem = value;
	else if (len == 6 && !memcmp(option, "device", len))
		line->first.device = value;
	else if (len == 4 && !memcmp(option, "dict", len))
		line->first.dict = value;
	else
		wrong(line, "unknown option", option);
}

static void parse_options(struct record_line *line, const char **rest)
{
	const char *end = strchr(*rest, '}');
	const char *options;

	if (**rest != '{')
		return;
	if (!end)
		wrong(line, "options without }", *rest);
	options = dw_copy_text(line->arena, *rest + 1, (size_t)(end - *rest - 1));
	while (*options)
		apply_option(line, dw_take_word(line->arena, &options));
	*rest = end + 1;
	*rest += strspn(*rest, " \t");
}

static struct record_line parse_line(struct dw_arena *arena, const char *path,
				     const struct dw_line *from)
{
	struct record_line line = {
		.arena = arena, .path = path, .number = from->number, .n_copies = 1
	};
	const char *rest = from->text;
	char *word = dw_take_word(arena, &rest);

	line.first = (struct dw_record){ .flags = 2,
					 .has_time = true,
					 .state = DW_FINALIZED,
					 .subsystem = "",
					 .device = "",
					 .dict = "" };
	if (!strcmp(word, "fill")) {
		line.n_copies = number(&line, "fill", dw_take_word(arena, &rest));
		word = dw_take_word(arena, &rest);
	}
	parse_priority(&line, word);
	parse_times(&line, dw_take_word(arena, &rest));
	parse_caller(&line, dw_take_word(arena, &rest));
	parse_options(&line, &rest);
	line.text = rest;
	return line;
}

uint8_t dw_level_and_flags(bool is_big, unsigned level, unsigned flags)
{
	return (uint8_t)(is_big ? flags << 3 | level : level << 5 | flags);
}

char *dw_number_text(struct dw_arena *arena, const char *text, uint64_t number_of_copy)
{
	struct dw_buffer buffer = { .arena = arena };

	for (; *text; text++) {
		if (text[0] == '$' && text[1] == 'i') {
			dw_put_format(&buffer, "%llu", (unsigned long long)number_of_copy);
			text++;
		} else {
			dw_put(&buffer, text, 1);
		}
	}
	dw_put_zeros(&buffer, 1);
	return (char *)buffer.at;
}

static struct dw_record copy_of(const struct record_line *line, uint64_t i)
{
	struct dw_record record = line->first;
	const char *text =
		line->n_copies > 1 ? dw_number_text(line->arena, line->text, i) : line->text;
	struct dw_buffer bytes = dw_unescape(line->arena, text);

	for (uint64_t n = bytes.len; n < line->length; n++)
		dw_put_little(&bytes, 1, 'a' + n % 26);
	dw_put_zeros(&bytes, line->zeros);
	record.ts_ns += i * line->step_ns;
	record.text = bytes.at;
	record.text_len = bytes.len;
	return record;
}

static uint64_t count_copies(const struct dw_section *section)
{
	uint64_t n = 0;

	for (size_t i = 0; i < section->n_lines; i++) {
		uint64_t copies = 1;

		if (!strncmp(section->lines[i].text, "fill ", 5))
			copies = strtoull(section->lines[i].text + 5, NULL, 10);
		n += copies;
	}
	return n;
}

struct dw_record *dw_read_records(struct dw_arena *arena, const struct dw_script *script,
				  size_t *n_records)
{
	const struct dw_section *section = dw_find_section(script, "log");
	struct dw_record *records;

	*n_records = 0;
	if (!section)
		return NULL;
	records = dw_alloc(arena, (count_copies(section) + 1) * sizeof(*records));
	for (size_t i = 0; i < section->n_lines; i++) {
		struct record_line line = parse_line(arena, script->path, &section->lines[i]);

		for (uint64_t copy = 0; copy < line.n_copies; copy++)
			records[(*n_records)++] = copy_of(&line, copy);
	}
	return records;
}
