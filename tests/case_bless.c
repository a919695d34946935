// SPDX-License-Identifier: GPL-2.0-or-later
/* case_bless.c - how does a case file look that expects what the program did?
 *
 * Only what differed is replaced, so that patterns and comments stay. */

#include "tests/case.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct blessing {
	const struct case_place *place;
	FILE *file;
	char **lines; /* of the file as it is */
	size_t n_lines;
};

/* Can the text stand in a case as it is, and be read as itself? */
static bool is_plain(const struct dw_buffer *text)
{
	for (size_t i = 0; i < text->len; i++) {
		bool is_first = i == 0 || text->at[i - 1] == '\n';

		if (text->at[i] < ' ' && text->at[i] != '\n' && text->at[i] != '\t')
			return false;
		if (is_first && memchr("\\~$", text->at[i], 3))
			return false;
	}
	return !text->len || text->at[text->len - 1] == '\n';
}

static void write_escaped(FILE *file, const struct dw_buffer *text)
{
	fputc('\\', file);
	for (size_t i = 0; i < text->len; i++) {
		uint8_t byte = text->at[i];

		if (byte == '\n')
			fputs("\\n", file);
		else if (byte == '\\')
			fputs("\\\\", file);
		else if (byte < ' ' || byte >= 0x7f)
			fprintf(file, "\\x%02x", byte);
		else
			fputc(byte, file);
	}
	fputc('\n', file);
}

static void write_output(const struct blessing *blessing, const char *name,
			 const struct dw_buffer *text)
{
	char *plain;

	fprintf(blessing->file, "[%s]\n", name);
	if (!is_plain(text)) {
		write_escaped(blessing->file, text);
		return;
	}
	plain = dw_copy_text(blessing->place->arena, (const char *)text->at, text->len);
	fputs(case_replace(blessing->place->arena, plain, blessing->place->dump, "$dump"),
	      blessing->file);
}

/* The lines of the section as they stand in the file; without its status if that is new. */
static void copy_section(const struct blessing *blessing, const struct dw_section *section,
			 size_t end, bool with_exit)
{
	for (size_t i = section->number - 1; i < end; i++) {
		if (with_exit || strncmp(blessing->lines[i], "exit = ", 7))
			fprintf(blessing->file, "%s\n", blessing->lines[i]);
	}
}

static void bless_output(const struct blessing *blessing, const char *name, bool is_any,
			 const struct dw_section *expected, size_t end,
			 const struct dw_buffer *actual)
{
	if (!is_any && case_compare(blessing->place, expected, actual))
		write_output(blessing, name, actual);
	else if (expected)
		copy_section(blessing, expected, end, true);
}

/* Where a section's lines end: at the next section, or at the end of the file. */
static size_t end_of(const struct blessing *blessing, const struct dw_script *script,
		     const struct dw_section *section)
{
	const struct dw_section *behind = script->sections + script->n_sections;

	if (!section)
		return 0;
	return section + 1 < behind ? section[1].number - 1 : blessing->n_lines;
}

static void bless_run(const struct blessing *blessing, const struct dw_script *script,
		      const struct case_run *run, const struct case_result *result)
{
	bool same_exit = run->exit == result->exit;

	copy_section(blessing, run->section, end_of(blessing, script, run->section), same_exit);
	if (!same_exit)
		fprintf(blessing->file, "exit = %d\n", result->exit);
	bless_output(blessing, "stdout", run->any_stdout, run->out,
		     end_of(blessing, script, run->out), &result->out);
	bless_output(blessing, "stderr", run->any_stderr, run->messages,
		     end_of(blessing, script, run->messages), &result->messages);
	bless_output(blessing, "out", false, run->file, end_of(blessing, script, run->file),
		     &result->file);
}

static void read_lines(struct blessing *blessing, const char *path)
{
	struct dw_buffer text = { .arena = blessing->place->arena };
	FILE *file = fopen(path, "r");
	char piece[4096];
	char *next;
	size_t len;

	if (!file)
		dw_die("%s: %s", path, strerror(errno));
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		dw_put(&text, piece, len);
	fclose(file);
	dw_put_zeros(&text, 1);
	blessing->lines = dw_alloc(text.arena, (text.len + 1) * sizeof(char *));
	for (next = (char *)text.at; next && *next;) {
		blessing->lines[blessing->n_lines++] = next;
		next = strchr(next, '\n');
		if (next)
			*next++ = '\0';
	}
}

void case_bless(const struct case_place *place, const struct dw_script *script,
		const struct case_run *runs, const struct case_result *results, size_t n_runs)
{
	struct blessing blessing = { .place = place };
	size_t first = n_runs ? runs[0].section->number - 1 : 0;

	read_lines(&blessing, script->path);
	blessing.file = fopen(script->path, "w");
	if (!blessing.file)
		dw_die("%s: %s", script->path, strerror(errno));
	for (size_t i = 0; i < first; i++)
		fprintf(blessing.file, "%s\n", blessing.lines[i]);
	for (size_t i = 0; i < n_runs; i++)
		bless_run(&blessing, script, &runs[i], &results[i]);
	if (fclose(blessing.file))
		dw_die("%s: %s", script->path, strerror(errno));
}
