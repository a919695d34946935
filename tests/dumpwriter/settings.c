// SPDX-License-Identifier: GPL-2.0-or-later
/* settings.c - which value has a key of a case file? */

#include "tests/dumpwriter/settings.h"

#include <string.h>

static char *trimmed(struct dw_arena *arena, const char *text, size_t len)
{
	while (len && strchr(" \t", text[len - 1]))
		len--;
	while (len && strchr(" \t", *text)) {
		text++;
		len--;
	}
	return dw_copy_text(arena, text, len);
}

static void read_section(struct dw_settings *settings, const struct dw_section *section)
{
	for (size_t i = 0; i < section->n_lines; i++) {
		const struct dw_line *line = &section->lines[i];
		const char *equals = strchr(line->text, '=');
		const char *comment = equals ? strstr(equals, " #") : NULL;
		const char *end = comment ? comment : line->text + strlen(line->text);

		if (!equals)
			dw_die("%s:%u: not a line `key = value`", settings->script->path,
			       line->number);
		settings->all[settings->n_all++] = (struct dw_setting){
			.section = section->name,
			.key = trimmed(settings->arena, line->text, (size_t)(equals - line->text)),
			.value = trimmed(settings->arena, equals + 1, (size_t)(end - equals - 1)),
			.line = line->number,
		};
	}
}

static bool holds_settings(const struct dw_section *section)
{
	return !strcmp(section->name, "dump") || !strcmp(section->name, "kernel");
}

struct dw_settings dw_read_settings(struct dw_arena *arena, const struct dw_script *script,
				    size_t n_more)
{
	struct dw_settings settings = { .arena = arena, .script = script };
	size_t n_lines = n_more;

	for (size_t i = 0; i < script->n_sections; i++)
		n_lines += script->sections[i].n_lines;
	settings.all = dw_alloc(arena, n_lines * sizeof(*settings.all));
	for (size_t i = 0; i < script->n_sections; i++) {
		if (holds_settings(&script->sections[i]))
			read_section(&settings, &script->sections[i]);
	}
	return settings;
}

static struct dw_setting *find(const struct dw_settings *settings, const char *section,
			       const char *key, size_t from)
{
	for (size_t i = from; i < settings->n_all; i++) {
		struct dw_setting *setting = &settings->all[i];

		if (!strcmp(setting->section, section) && !strcmp(setting->key, key))
			return setting;
	}
	return NULL;
}

/* Of a key as a matrix names it: "kernel.levels" is of [kernel], others of [dump]. */
static const char *split_key(const char *key, const char **section)
{
	bool is_kernel = !strncmp(key, "kernel.", 7);

	*section = is_kernel ? "kernel" : "dump";
	return is_kernel ? key + 7 : key;
}

void dw_override(struct dw_settings *settings, const char *key, const char *value)
{
	const char *section;
	const char *name = split_key(key, &section);
	struct dw_setting *setting = find(settings, section, name, 0);

	if (!setting) {
		setting = &settings->all[settings->n_all++];
		*setting = (struct dw_setting){ .section = section, .key = name };
	}
	setting->value = value;
}

const char *dw_get_next(const struct dw_settings *settings, const char *section, const char *key,
			size_t *index)
{
	struct dw_setting *setting = find(settings, section, key, *index);

	if (!setting)
		return NULL;
	setting->asked_for = true;
	*index = (size_t)(setting - settings->all) + 1;
	return setting->value;
}

const char *dw_get(const struct dw_settings *settings, const char *section, const char *key,
		   const char *otherwise)
{
	size_t first = 0;
	const char *value = dw_get_next(settings, section, key, &first);

	return value ? value : otherwise;
}

uint64_t dw_number(const struct dw_settings *settings, const char *what, const char *text)
{
	uint64_t value;

	if (!dw_parse_number(text, &value))
		dw_die("%s: %s: \"%s\" is not a number", settings->script->path, what, text);
	return value;
}

uint64_t dw_get_number(const struct dw_settings *settings, const char *section, const char *key,
		       uint64_t otherwise)
{
	const char *value = dw_get(settings, section, key, NULL);

	return value ? dw_number(settings, key, value) : otherwise;
}

unsigned dw_get_choice(const struct dw_settings *settings, const char *section, const char *key,
		       const char *const *words)
{
	const char *value = dw_get(settings, section, key, words[0]);

	for (unsigned i = 0; words[i]; i++) {
		if (!strcmp(value, words[i]))
			return i;
	}
	dw_die("%s: %s = %s: no such choice", settings->script->path, key, value);
}

bool dw_get_yes(const struct dw_settings *settings, const char *section, const char *key,
		bool otherwise)
{
	static const char *const answers[] = { "no", "yes", NULL };

	if (!dw_get(settings, section, key, NULL))
		return otherwise;
	return dw_get_choice(settings, section, key, answers) == 1;
}

bool dw_was_asked_for(const struct dw_settings *settings, const char *key)
{
	const char *section;
	const char *name = split_key(key, &section);
	const struct dw_setting *setting = find(settings, section, name, 0);

	return setting && setting->asked_for;
}

void dw_check_settings(const struct dw_settings *settings)
{
	for (size_t i = 0; i < settings->n_all; i++) {
		const struct dw_setting *setting = &settings->all[i];

		if (!setting->asked_for && setting->line)
			dw_die("%s:%u: [%s] %s: unknown here", settings->script->path,
			       setting->line, setting->section, setting->key);
	}
}

char **dw_words(struct dw_arena *arena, const char *value, size_t *n_words)
{
	char **words = dw_alloc(arena, (strlen(value) + 2) * sizeof(*words));

	*n_words = 0;
	value += strspn(value, " \t");
	while (*value)
		words[(*n_words)++] = dw_take_word(arena, &value);
	return words;
}
