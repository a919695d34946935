// SPDX-License-Identifier: GPL-2.0-or-later
/* vmcoreinfo.c - what does the text of VMCOREINFO look like?
 *
 * A line is printed into a buffer of 80 bytes, so that a longer one is cut at 79 and loses its
 * newline; the next key is then glued to it. */

#include "tests/dumpwriter/vmcoreinfo.h"

#include <stdarg.h>
#include <string.h>

#define MAX_LINE 79
#define MAX_LINES 1000

static void insert_line(struct dw_info_lines *info, size_t at, char *line)
{
	if (info->n_lines == info->room)
		dw_die("%s: [vmcoreinfo] has too many lines", info->path);
	memmove(info->lines + at + 1, info->lines + at,
		(info->n_lines - at) * sizeof(*info->lines));
	info->lines[at] = line;
	info->n_lines++;
}

void dw_add_line(struct dw_info_lines *info, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	insert_line(info, info->n_lines, dw_format_list(info->arena, fmt, args));
	va_end(args);
}

void dw_add_symbol(struct dw_info_lines *info, const char *name, uint64_t vaddr)
{
	uint64_t address = info->word == 8 ? vaddr : vaddr & UINT32_MAX;

	dw_add_line(info, "SYMBOL(%s)=%llx", name, (unsigned long long)address);
}

static bool has_key(const char *line, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(line, key, len) && line[len] == '=';
}

static size_t find_key(const struct dw_info_lines *info, const char *key)
{
	for (size_t i = 0; i < info->n_lines; i++) {
		if (has_key(info->lines[i], key))
			return i;
	}
	dw_die("%s: [vmcoreinfo] there is no key %s", info->path, key);
}

static void drop_key(struct dw_info_lines *info, const char *key)
{
	size_t at = find_key(info, key);

	memmove(info->lines + at, info->lines + at + 1,
		(info->n_lines - at - 1) * sizeof(*info->lines));
	info->n_lines--;
}

static bool edits_text(const char *verb)
{
	static const char *const verbs[] = { "no_last_newline", "cut", "zeros", "text" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verb, verbs[i]))
			return true;
	}
	return false;
}

/* drop KEY | replace KEY=VALUE | before KEY TEXT | append TEXT */
static void edit_lines(struct dw_info_lines *info, const char *verb, const char *rest)
{
	if (!strcmp(verb, "drop")) {
		drop_key(info, rest);
	} else if (!strcmp(verb, "replace")) {
		char *key = dw_copy_text(info->arena, rest, strcspn(rest, "="));

		info->lines[find_key(info, key)] = dw_copy_text(info->arena, rest, strlen(rest));
	} else if (!strcmp(verb, "before")) {
		size_t at = find_key(info, dw_take_word(info->arena, &rest));

		insert_line(info, at, dw_copy_text(info->arena, rest, strlen(rest)));
	} else if (!strcmp(verb, "append")) {
		dw_add_line(info, "%s", rest);
	} else {
		dw_die("%s: [vmcoreinfo] %s is unknown", info->path, verb);
	}
}

static struct dw_buffer join(const struct dw_info_lines *info)
{
	struct dw_buffer text = { .arena = info->arena };

	for (size_t i = 0; i < info->n_lines; i++) {
		size_t len = strlen(info->lines[i]);

		dw_put(&text, info->lines[i], dw_min(len, MAX_LINE));
		if (len < MAX_LINE)
			dw_put_text(&text, "\n");
	}
	return text;
}

/* zeros KEY N: the N bytes before the key's line are lost | no_last_newline | cut N | text TEXT */
static void edit_text(const struct dw_info_lines *info, struct dw_buffer *text, const char *verb,
		      const char *rest)
{
	uint64_t n = 0;

	if (!strcmp(verb, "no_last_newline")) {
		text->len -= text->len && text->at[text->len - 1] == '\n';
	} else if (!strcmp(verb, "cut")) {
		if (!dw_parse_number(rest, &n))
			dw_die("%s: [vmcoreinfo] cut N", info->path);
		text->len = (size_t)dw_min(text->len, n);
	} else if (!strcmp(verb, "zeros")) {
		char *key = dw_format(info->arena, "\n%s=", dw_take_word(info->arena, &rest));
		uint8_t *at = memmem(text->at, text->len, key, strlen(key));

		if (!at || !dw_parse_number(rest, &n) || n > (uint64_t)(at + 1 - text->at))
			dw_die("%s: [vmcoreinfo] zeros KEY N", info->path);
		memset(at + 1 - n, 0, n);
	} else {
		*text = dw_unescape(info->arena, rest);
	}
}

/* Changes of lines come first, in their order; then those of the joined text. */
static void edit(struct dw_info_lines *info, const struct dw_section *section,
		 struct dw_buffer *text)
{
	for (size_t i = 0; i < section->n_lines; i++) {
		const char *rest = section->lines[i].text;
		const char *verb = dw_take_word(info->arena, &rest);

		if (text && edits_text(verb))
			edit_text(info, text, verb, rest);
		else if (!text && !edits_text(verb))
			edit_lines(info, verb, rest);
	}
}

struct dw_buffer dw_vmcoreinfo(const struct dw_kernel *kernel, const struct dw_settings *settings)
{
	const struct dw_section *section = dw_find_section(settings->script, "vmcoreinfo");
	struct dw_info_lines info = { .arena = settings->arena,
				      .path = settings->script->path,
				      .word = kernel->table.memory->word,
				      .room = MAX_LINES };
	struct dw_buffer text;

	info.lines = dw_alloc(info.arena, info.room * sizeof(*info.lines));
	dw_add_keys(&info, kernel, settings);
	if (section)
		edit(&info, section, NULL);
	text = join(&info);
	if (section)
		edit(&info, section, &text);
	return text;
}
