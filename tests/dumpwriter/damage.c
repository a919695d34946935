// SPDX-License-Identifier: GPL-2.0-or-later
/* damage.c - what is wrong with this dump?
 *
 *     set PLACE = VALUE          a number, or "text"
 *     flip PLACE [MASK]          a byte
 *     fill PLACE N TEXT          TEXT with $i for 0, 1, 2 ..., one after the other in memory
 *     exclude page(PLACE)        left out by the dump filter
 *     remove page(PLACE)         no RAM
 *     codec page(PLACE) = NAME   compressed in another way than the rest
 *     cut PLACE                  the file ends there; compressed: in the header of a member there
 *     spoil PLACE                the compressed member that begins there has a wrong header
 *     poke OFFSET HEX            bytes of the finished file
 *     append TEXT                behind the finished file
 *     part N ...                 the same, in the file $dump.N of a split set alone */

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"
#include "tests/dumpwriter/pack.h"

#include <string.h>

/* Bytes of a member that tell nothing of its content yet: gzip's header has as many. */
#define CUT_IN_MEMBER 10

/* When a line takes effect. */
enum stage { IN_MEMORY, IN_DUMP, IN_FILE };

struct damage {
	struct dw_dump *dump;
	enum stage stage;
	struct dw_image *file; /* IN_FILE */
	const struct dw_wrapping *wrapping;
};

static _Noreturn void wrong(const struct damage *damage, const struct dw_line *line)
{
	dw_die("%s:%u: [damage] cannot do: %s", damage->dump->settings->script->path, line->number,
	       line->text);
}

/* Names of memory are known from the start, those of the file when it is there. */
static bool is_in_memory(const char *place)
{
	static const char *const kinds[] = { "desc(",     "info(",   "block(",    "ring.",
					     "log.",      "static.", "prb",       "uts",
					     "phys_base", "image",   "top_table", "direct_entry",
					     "record(",   "0x" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strncmp(place, kinds[i], strlen(kinds[i])))
			return true;
	}
	return false;
}

static enum stage stage_of(const char *verb, const char *place)
{
	if (!strcmp(verb, "cut") || !strcmp(verb, "spoil") || !strcmp(verb, "poke") ||
	    !strcmp(verb, "append"))
		return IN_FILE;
	if (!strcmp(verb, "set") || !strcmp(verb, "flip") || !strcmp(verb, "fill"))
		return is_in_memory(place) ? IN_MEMORY : IN_DUMP;
	return IN_MEMORY;
}

static void store(const struct damage *damage, const struct dw_place *place, const void *bytes,
		  size_t len)
{
	if (place->in_file)
		dw_image_patch(&damage->dump->image, place->at, bytes, len);
	else
		dw_memory_write(&damage->dump->memory, place->at, bytes, len);
}

static void set(const struct damage *damage, const struct dw_line *line, const char *name,
		const char *value)
{
	struct dw_place place = dw_find_place(damage->dump, name);
	uint64_t number;
	uint8_t bytes[8];

	value += strspn(value, "= \t");
	if (*value == '"') {
		struct dw_buffer text = dw_unescape(damage->dump->arena, value + 1);

		if (!text.len || text.at[text.len - 1] != '"')
			wrong(damage, line);
		store(damage, &place, text.at, text.len - 1);
		return;
	}
	if (!dw_parse_number(value, &number))
		wrong(damage, line);
	dw_store(bytes, place.is_big, place.width, number);
	store(damage, &place, bytes, place.width);
}

static void flip(const struct damage *damage, const char *name, const char *mask_text)
{
	struct dw_place place = dw_find_place(damage->dump, name);
	uint64_t mask = 0xff;
	uint64_t value = place.in_file ? dw_image_number(&damage->dump->image, place.at, 1)
				       : dw_memory_read_number(&damage->dump->memory, place.at, 1);
	uint8_t byte;

	dw_parse_number(mask_text, &mask);
	byte = (uint8_t)(value ^ mask);
	store(damage, &place, &byte, 1);
}

/* TEXT has C escapes: it may end with a NUL. */
static void fill(const struct damage *damage, const char *name, const char *rest)
{
	struct dw_arena *arena = damage->dump->arena;
	struct dw_place place = dw_find_place(damage->dump, name);
	const char *text = rest;
	uint64_t n = dw_number(damage->dump->settings, "fill", dw_take_word(arena, &text));
	const char *number = strstr(text, "$i");
	size_t before = number ? (size_t)(number - text) : strlen(text);

	for (uint64_t i = 0; i < n; i++) {
		const char *line = number ? dw_format(arena, "%.*s%llu%s", (int)before, text,
						      (unsigned long long)i, number + 2)
					  : text;
		struct dw_buffer bytes = dw_unescape(arena, line);

		store(damage, &place, bytes.at, bytes.len);
		place.at += bytes.len;
	}
}

/* The page that "page(PLACE)" names; all pages of its block, where blocks are larger. */
static void change_page(const struct damage *damage, const struct dw_line *line, const char *verb,
			const char *name, const char *value)
{
	struct dw_dump *dump = damage->dump;
	size_t len = strlen(name);
	struct dw_page *page;

	if (strncmp(name, "page(", 5) || name[len - 1] != ')')
		wrong(damage, line);
	name = dw_copy_text(dump->arena, name + 5, len - 6);
	page = dw_memory_page(&dump->memory, dw_find_place(dump, name).at / DW_PAGE);
	if (!strcmp(verb, "exclude"))
		page->state = DW_EXCLUDED;
	else if (!strcmp(verb, "remove"))
		page->state = DW_REMOVED;
	else
		page->codec = dw_find_codec(value + strspn(value, "= \t"));
	if (page->state == DW_KEPT && page->codec < 0)
		wrong(damage, line);
}

static void cut(const struct damage *damage, const char *name)
{
	struct dw_image *file = damage->file;
	struct dw_place place = { .at = 0 };

	if (!dw_parse_number(name, &place.at)) {
		place = dw_find_place(damage->dump, name);
		place.at = dw_wrapped_place(damage->wrapping, place.at);
		if (dw_outer_packer(damage->wrapping))
			place.at += CUT_IN_MEMBER;
	}
	for (size_t i = 0; i < file->n_extents; i++) {
		struct dw_extent *extent = &file->extents[i];

		if (extent->off + extent->len > place.at)
			extent->len = place.at > extent->off ? place.at - extent->off : 0;
	}
	file->end = dw_min(file->end, place.at);
}

static void spoil(const struct damage *damage, const struct dw_line *line, const char *name)
{
	const struct dw_packer *packer = dw_outer_packer(damage->wrapping);
	struct dw_place place = dw_find_place(damage->dump, name);
	uint8_t wrong_bytes[8];

	if (!packer)
		wrong(damage, line);
	memset(wrong_bytes, 0xff, sizeof(wrong_bytes));
	dw_image_patch(damage->file,
		       dw_wrapped_place(damage->wrapping, place.at) + packer->magic_len,
		       wrong_bytes, sizeof(wrong_bytes));
}

static void poke(const struct damage *damage, const char *off_text, const char *hex)
{
	uint64_t off = dw_number(damage->dump->settings, "poke", off_text);

	while (*hex) {
		char *word = dw_take_word(damage->dump->arena, &hex);
		struct dw_buffer byte = dw_unescape(damage->dump->arena,
						    dw_format(damage->dump->arena, "\\x%s", word));

		dw_image_patch(damage->file, off++, byte.at, 1);
	}
}

static void append(const struct damage *damage, const char *text)
{
	struct dw_buffer bytes = dw_unescape(damage->dump->arena, text);

	dw_image_add(damage->file, damage->file->end, bytes.at, bytes.len);
}

static void apply(const struct damage *damage, const struct dw_line *line)
{
	const char *rest = line->text;
	char *verb = dw_take_word(damage->dump->arena, &rest);
	const char *all = rest;
	char *place = dw_take_word(damage->dump->arena, &rest);

	if (!strcmp(verb, "part")) {
		if (dw_number(damage->dump->settings, "part", place) != damage->dump->part)
			return;
		verb = dw_take_word(damage->dump->arena, &rest);
		all = rest;
		place = dw_take_word(damage->dump->arena, &rest);
	}
	if (stage_of(verb, place) != damage->stage)
		return;
	if (!strcmp(verb, "set"))
		set(damage, line, place, rest);
	else if (!strcmp(verb, "flip"))
		flip(damage, place, rest);
	else if (!strcmp(verb, "fill"))
		fill(damage, place, rest);
	else if (!strcmp(verb, "exclude") || !strcmp(verb, "remove") || !strcmp(verb, "codec"))
		change_page(damage, line, verb, place, rest);
	else if (!strcmp(verb, "cut"))
		cut(damage, place);
	else if (!strcmp(verb, "spoil"))
		spoil(damage, line, place);
	else if (!strcmp(verb, "poke"))
		poke(damage, place, rest);
	else if (!strcmp(verb, "append"))
		append(damage, all);
	else
		wrong(damage, line);
}

static void apply_all(const struct damage *damage)
{
	const struct dw_section *section =
		dw_find_section(damage->dump->settings->script, "damage");

	for (size_t i = 0; section && i < section->n_lines; i++)
		apply(damage, &section->lines[i]);
}

void dw_damage_memory(struct dw_dump *dump)
{
	struct damage damage = { .dump = dump, .stage = IN_MEMORY };

	apply_all(&damage);
}

void dw_damage_dump(struct dw_dump *dump)
{
	struct damage damage = { .dump = dump, .stage = IN_DUMP };

	apply_all(&damage);
}

void dw_damage_file(struct dw_dump *dump, struct dw_image *file, const struct dw_wrapping *wrapping)
{
	struct damage damage = {
		.dump = dump, .stage = IN_FILE, .file = file, .wrapping = wrapping
	};

	apply_all(&damage);
}
