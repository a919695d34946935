// SPDX-License-Identifier: GPL-2.0-or-later
/* faults_judge.c - is what the program made of a call that failed right?
 *
 * All of it, as without the fault, and the same status; or less, whole lines of it, status 3 and a
 * sentence; or status 1, a sentence, and no file that is new or changed. */

#include "tests/faults.h"

#include <errno.h>
#include <string.h>

#define WHOLE 0 /* exit statuses of the command */
#define NOTHING 1
#define USAGE 2
#define PART 3

static bool is_same(const struct dw_buffer *one, const struct dw_buffer *other)
{
	return one->len == other->len && !one->at == !other->at &&
	       (!one->len || !memcmp(one->at, other->at, one->len));
}

static bool has_text(const struct dw_buffer *bytes, const char *text)
{
	return bytes->len && memmem(bytes->at, bytes->len, text, strlen(text));
}

/* The next line at *at, which moves behind it: without its newline, nor a comma of JSON. */
static struct dw_buffer take_line(const struct dw_buffer *text, size_t *at)
{
	struct dw_buffer line = { .at = text->at + *at };
	const uint8_t *newline = memchr(line.at, '\n', text->len - *at);

	line.len = newline ? (size_t)(newline - line.at) : text->len - *at;
	*at += line.len + (newline != NULL);
	if (line.len && line.at[line.len - 1] == ',')
		line.len--;
	return line;
}

/* Not of the log: what --json-lines tells of all of it, and headings, which a part of a split set that
 * is read alone has. */
static bool is_of_no_log(const struct dw_buffer *line)
{
	return !line->len || has_text(line, "{\"type\":\"header\"") ||
	       has_text(line, "{\"type\":\"trailer\"") ||
	       !memcmp(line->at, "==> ", dw_min(line->len, 4));
}

/* Are these lines of the whole text, in their order? The last one may be cut where output failed. */
static bool has_lines_of(const struct dw_buffer *part, const struct dw_buffer *whole,
			 bool may_be_cut)
{
	size_t at = 0, whole_at = 0;

	while (at < part->len) {
		struct dw_buffer line = take_line(part, &at);
		bool is_found = is_of_no_log(&line);

		while (!is_found && whole_at < whole->len) {
			struct dw_buffer candidate = take_line(whole, &whole_at);

			is_found = is_same(&candidate, &line) ||
				   (may_be_cut && at == part->len && candidate.len > line.len &&
				    !memcmp(candidate.at, line.at, line.len));
		}
		if (!is_found)
			return false;
	}
	return true;
}

/* ---- what no run may do ---- */

static const char *judge_end(struct dw_arena *arena, const struct fault_result *result)
{
	static const char loader[] = "out of memory\n";
	int exit = result->run.exit;

	if (exit == 128 + 14)
		return "hangs";
	if (exit > 128)
		return dw_format(arena, "signal %d", exit - 128);
	/* The loader ends a program that has no memory for a library's thread-local data (glibc). */
	if (exit == 127 && result->run.messages.len == sizeof(loader) - 1 &&
	    !memcmp(result->run.messages.at, loader, sizeof(loader) - 1))
		return NULL;
	if (exit < 0 || exit > 4 || has_text(&result->run.messages, "Sanitizer"))
		return dw_format(arena, "status %d", exit);
	if (has_text(&result->run.messages, strerror(0)))
		return "a message ends in Success";
	if (result->left.len)
		return "a temporary file is left";
	return NULL;
}

/* ---- what stands where results are kept ---- */

static bool is_as_in(const struct fault_result *result, const struct fault_result *other)
{
	return is_same(&result->run.file, &other->run.file) &&
	       is_same(&result->shelf, &other->shelf) && is_same(&result->names, &other->names);
}

static const char *judge_files(const struct fault_result *before, const struct fault_result *sound,
			       const struct fault_result *result)
{
	if (is_as_in(result, before))
		return NULL;
	/* One log of several may be there, or none in a new folder (-O). */
	if (!has_lines_of(&result->names, &sound->names, false))
		return "a file is left in the folder";
	if (is_same(&sound->run.file, &before->run.file) && is_same(&sound->shelf, &before->shelf))
		return "a file was changed";
	if (!has_lines_of(&result->run.file, &sound->run.file, false) ||
	    !has_lines_of(&result->shelf, &sound->shelf, false))
		return "a file is neither whole nor as before";
	return NULL;
}

/* ---- what it says ---- */

/* Whatever else is asked for, after a stat() or a library that is missing, has an answer of its own. Memory
 * of the machine's may be what cannot be read (/proc/vmcore): where all of it cannot, nothing describes a
 * kernel. Without any memory there is none for the sentences about damage. */
static bool has_own_reason(const struct fault_way *way)
{
	static const char *const kinds[] = { "stat", "seek", "dlopen", "dup" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(way->kind, kinds[i]))
			return true;
	return way->stays && (!strcmp(way->kind, "read") || !strcmp(way->kind, "malloc"));
}

static const char *judge_reason(struct dw_arena *arena, const struct fault_way *way,
				const struct fault_result *result)
{
	const struct dw_buffer *messages = &result->run.messages;

	if (has_own_reason(way) || has_text(messages, "could not say why") ||
	    has_text(messages, strerror(way->error)) ||
	    (way->error == ENOMEM && has_text(messages, "out of memory")) ||
	    (!strcmp(way->kind, "read") && has_text(messages, "cannot be read")))
		return NULL;
	return dw_format(arena, "the message does not say: %s", strerror(way->error));
}

/* Parts of pstore overlap: lines come again, or later, where it is not known which are the same. */
static bool comes_again(const struct dw_buffer *part, const struct case_result *sound)
{
	size_t at = 0;

	if (!has_text(&sound->out, "Kernel panic - not syncing: six\n"))
		return false;
	while (at < part->len) {
		size_t begin = at;
		struct dw_buffer line = take_line(part, &at);

		line.at = part->at + begin;
		if (!has_lines_of(&line, &sound->out, false))
			return false;
	}
	return true;
}

static const char *judge_less(struct dw_arena *arena, const struct fault_way *way,
			      const struct fault_result *before, const struct fault_result *sound,
			      const struct fault_result *result, bool prints_lines,
			      bool is_of_worker)
{
	const struct case_result *run = &result->run;
	const char *wrong;

	if (run->exit > 4)
		return NULL;
	/* Where a dump would be replaced, or that is not known, it is refused before anything is read. */
	if (run->exit == USAGE && has_text(&run->messages, "what may be one"))
		return judge_files(before, sound, result);
	if (run->exit != NOTHING && run->exit != PART && run->exit != sound->run.exit)
		return dw_format(arena, "status %d", run->exit);
	if (run->exit == WHOLE || (run->exit != NOTHING && run->exit != PART))
		return dw_format(arena, "status %d, and the result is another one", run->exit);
	if (!run->messages.len || is_same(&run->messages, &sound->run.messages))
		return dw_format(arena, "status %d without a sentence", run->exit);
	if (run->exit == PART && way->is_of_output && !is_of_worker)
		return "status 3 for a result that could not be written";
	if (prints_lines && !has_lines_of(&run->out, &sound->run.out, way->is_of_output) &&
	    !comes_again(&run->out, &sound->run))
		return "lines that are not the log's";
	wrong = judge_files(before, sound, result);
	return wrong ? wrong : judge_reason(arena, way, result);
}

const char *fault_judge(struct dw_arena *arena, const struct fault_way *way,
			const struct fault_result *before, const struct fault_result *sound,
			const struct fault_result *result, bool prints_lines, bool is_of_worker)
{
	const char *wrong = judge_end(arena, result);

	if (wrong)
		return wrong;
	if (result->run.exit == sound->run.exit && is_same(&result->run.out, &sound->run.out) &&
	    is_as_in(result, sound))
		return NULL;
	/* A folder of pstore's that is read without being searched has no heading. */
	if (result->run.exit == sound->run.exit && is_as_in(result, sound) && prints_lines &&
	    has_lines_of(&result->run.out, &sound->run.out, false) &&
	    has_lines_of(&sound->run.out, &result->run.out, false))
		return NULL;
	if (way->is_harmless)
		return dw_format(arena, "status %d, or output, is another one", result->run.exit);
	return judge_less(arena, way, before, sound, result, prints_lines, is_of_worker);
}
