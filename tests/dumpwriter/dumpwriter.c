// SPDX-License-Identifier: GPL-2.0-or-later
/* dumpwriter.c - in which order is a dump made: memory, damage, file, damage, stream, damage? */

#include "tests/dumpwriter/dumpwriter.h"

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"

#include <string.h>

static const char *missing(const char *name)
{
	int codec = dw_find_codec(name);

	return codec >= 0 && !dw_has_codec(codec) ? dw_codecs[codec].name : NULL;
}

const char *dw_missing_codec(struct dw_arena *arena, const struct dw_script *script,
			     const struct dw_settings *settings)
{
	const struct dw_section *damage = dw_find_section(script, "damage");
	const char *name = missing(dw_get(settings, "dump", "compress", "none"));

	if (!name)
		name = dw_missing_packer(arena, dw_get(settings, "dump", "wrapper", "none"));
	for (size_t i = 0; !name && damage && i < damage->n_lines; i++) {
		size_t n_words;
		char **words = dw_words(arena, damage->lines[i].text, &n_words);

		if (n_words && !strcmp(words[0], "codec"))
			name = missing(words[n_words - 1]);
	}
	return name;
}

/* Keys that only one of the formats or wrappers asks for do no harm in the others: a matrix has all. */
static void ask_for_all(const struct dw_settings *settings)
{
	for (size_t i = 0; i < settings->n_all; i++) {
		if (!strcmp(settings->all[i].key, "compress") ||
		    !strcmp(settings->all[i].key, "members"))
			settings->all[i].asked_for = true;
	}
}

static void write_format(struct dw_dump *dump)
{
	static const char *const names[] = { "elf", "kdump", "raw", NULL };
	static void (*const writers[])(struct dw_dump *) = { dw_write_elf, dw_write_kdump,
							     dw_write_raw };
	unsigned format = dw_get_choice(dump->settings, "dump", "format", names);

	if (format != 2)
		dw_kernel_write(&dump->kernel, &dump->memory, dump->settings);
	dw_damage_memory(dump);
	writers[format](dump);
	dw_damage_dump(dump);
}

void dw_write_dump(struct dw_arena *arena, const struct dw_settings *settings, const char *path)
{
	struct dw_dump dump = { .arena = arena, .settings = settings, .image.arena = arena };
	struct dw_wrapping wrapping;
	struct dw_image file;

	dw_memory_open(&dump.memory, arena);
	write_format(&dump);
	wrapping = dw_wrap(&dump, &file);
	dw_damage_file(&dump, &file, &wrapping);
	ask_for_all(settings);
	dw_check_settings(settings);
	dw_image_write(&file, path);
}
