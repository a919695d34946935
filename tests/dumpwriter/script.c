// SPDX-License-Identifier: GPL-2.0-or-later
/* script.c - what do the lines of a case file say? */

#include "tests/dumpwriter/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	bool is_output; /* every line counts as it stands */
} section_names[] = {
	{ "dump", false },
	{ "kernel", false },
	{ "vmcoreinfo", false },
	{ "log", false },
	{ "raw", false },
	{ "damage", false },
	{ "matrix", false },
	{ "shelf", false },
	{ "run", false },
	{ "stdout", true },
	{ "stderr", true },
	{ "out", true },
	{ "other kernel", false },
	{ "other vmcoreinfo", false },
	{ "other log", false },
	{ "third kernel", false },
	{ "third vmcoreinfo", false },
	{ "third log", false },
};

#define N_SECTION_NAMES (sizeof(section_names) / sizeof(section_names[0]))

/* The section that a line opens, or N_SECTION_NAMES. Output may begin with a bracket too. */
static size_t opened_section(const char *line)
{
	size_t len = strlen(line);

	for (size_t i = 0; i < N_SECTION_NAMES; i++) {
		size_t name_len = strlen(section_names[i].name);

		if (len == name_len + 2 && line[0] == '[' && line[len - 1] == ']' &&
		    !memcmp(line + 1, section_names[i].name, name_len))
			return i;
	}
	return N_SECTION_NAMES;
}

static bool is_comment(const char *line)
{
	line += strspn(line, " \t");
	return *line == '\0' || *line == '#';
}

static char *read_file(struct dw_arena *arena, const char *path)
{
	struct dw_buffer buffer = { .arena = arena };
	char piece[4096];
	FILE *file = fopen(path, "r");
	size_t len;

	if (!file)
		dw_die("%s: %s", path, strerror(errno));
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		dw_put(&buffer, piece, len);
	if (ferror(file))
		dw_die("%s: %s", path, strerror(errno));
	fclose(file);
	dw_put_zeros(&buffer, 1);
	return (char *)buffer.at;
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

struct dw_script dw_read_script(struct dw_arena *arena, const char *path)
{
	struct dw_script script = { .path = path };
	char *next = read_file(arena, path);
	struct dw_section *section = NULL;
	size_t max_lines = count_lines(next);
	struct dw_line *lines = dw_alloc(arena, max_lines * sizeof(*lines));
	bool is_output = false;

	script.sections = dw_alloc(arena, max_lines * sizeof(*script.sections));
	for (unsigned number = 1; next && *next; number++) {
		char *line = next;
		size_t opened;

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		opened = opened_section(line);
		if (opened < N_SECTION_NAMES) {
			section = &script.sections[script.n_sections++];
			*section =
				(struct dw_section){ section_names[opened].name, lines, 0, number };
			is_output = section_names[opened].is_output;
		} else if (is_output || !is_comment(line)) {
			if (!section)
				dw_die("%s:%u: a line before the first section", path, number);
			*lines++ = (struct dw_line){ line, number };
			section->n_lines++;
		}
	}
	return script;
}

const struct dw_section *dw_find_section(const struct dw_script *script, const char *name)
{
	for (size_t i = 0; i < script->n_sections; i++) {
		if (!strcmp(script->sections[i].name, name))
			return &script->sections[i];
	}
	return NULL;
}

bool dw_find_machine(struct dw_arena *arena, const struct dw_script *script, const char *which,
		     struct dw_script *machine)
{
	size_t len = strlen(which);

	*machine = (struct dw_script){ .path = script->path };
	machine->sections = dw_alloc(arena, (script->n_sections + 1) * sizeof(*machine->sections));
	for (size_t i = 0; i < script->n_sections; i++) {
		const struct dw_section *section = &script->sections[i];

		if (strncmp(section->name, which, len) || section->name[len] != ' ')
			continue;
		machine->sections[machine->n_sections] = *section;
		machine->sections[machine->n_sections++].name += len + 1;
	}
	return machine->n_sections > 0;
}

static uint8_t hex_byte(const char *digits)
{
	char pair[3] = { digits[0], digits[0] ? digits[1] : '\0', '\0' };
	char *end;
	unsigned long value = strtoul(pair, &end, 16);

	if (end != pair + 2)
		dw_die("\\x%s: two hex digits are needed", pair);
	return (uint8_t)value;
}

struct dw_buffer dw_unescape(struct dw_arena *arena, const char *text)
{
	static const char letters[] = "ntrbfv0\\\"a";
	static const char bytes[] = "\n\t\r\b\f\v\0\\\"\a";
	struct dw_buffer buffer = { .arena = arena };

	for (; *text; text++) {
		const char *letter;

		if (*text != '\\') {
			dw_put(&buffer, text, 1);
			continue;
		}
		text++;
		letter = *text ? strchr(letters, *text) : NULL;
		if (letter) {
			dw_put(&buffer, &bytes[letter - letters], 1);
		} else if (*text == 'x') {
			dw_put_little(&buffer, 1, hex_byte(text + 1));
			text += 2;
		} else {
			dw_die("unknown escape \\%s", text);
		}
	}
	return buffer;
}

char *dw_take_word(struct dw_arena *arena, const char **text)
{
	size_t len = strcspn(*text, " \t");
	char *word = dw_copy_text(arena, *text, len);

	*text += len;
	*text += strspn(*text, " \t");
	return word;
}

bool dw_parse_number(const char *text, uint64_t *value)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = { { "", 0 }, { "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "TiB", 40 } };
	bool negative = *text == '-';
	char *end;

	text += negative;
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	/* Base 10 unless 0x says otherwise: a leading zero is no octal number here. */
	*value = strtoull(text, &end, !strncmp(text, "0x", 2) ? 16 : 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].name))
			continue;
		*value <<= units[i].shift;
		if (negative)
			*value = -*value;
		return errno == 0;
	}
	return false;
}

bool dw_parse_time(const char *text, uint64_t *ns)
{
	uint64_t unit = 1000000000;
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*ns = strtoull(text, &end, 10) * unit;
	if (*end == '.') {
		for (end++; isdigit((unsigned char)*end) && unit > 1; end++) {
			unit /= 10;
			*ns += (uint64_t)(*end - '0') * unit;
		}
	}
	return *end == '\0';
}
