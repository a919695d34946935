// SPDX-License-Identifier: GPL-2.0-or-later
/* raw.c - which bytes does a [raw] section spell out?
 *
 *     text TEXT with C escapes
 *     hex 7f 45 4c 46
 *     zeros N
 *     repeat N TEXT */

#include "tests/dumpwriter/dump.h"

#include <string.h>

static void put_hex(struct dw_buffer *bytes, const char *digits)
{
	for (; *digits; digits += 2) {
		struct dw_buffer byte;

		digits += strspn(digits, " \t");
		if (!*digits)
			return;
		byte = dw_unescape(bytes->arena, dw_format(bytes->arena, "\\x%.2s", digits));
		dw_put(bytes, byte.at, byte.len);
	}
}

static void put_line(const struct dw_dump *dump, struct dw_buffer *bytes, const char *line)
{
	char *verb = dw_take_word(dump->arena, &line);
	struct dw_buffer text;

	if (!strcmp(verb, "hex")) {
		put_hex(bytes, line);
	} else if (!strcmp(verb, "text")) {
		text = dw_unescape(dump->arena, line);
		dw_put(bytes, text.at, text.len);
	} else if (!strcmp(verb, "zeros")) {
		dw_put_zeros(bytes, dw_number(dump->settings, verb, line));
	} else if (!strcmp(verb, "repeat")) {
		uint64_t n = dw_number(dump->settings, verb, dw_take_word(dump->arena, &line));

		text = dw_unescape(dump->arena, line);
		while (n-- > 0)
			dw_put(bytes, text.at, text.len);
	} else {
		dw_die("%s: [raw] %s is unknown", dump->settings->script->path, verb);
	}
}

void dw_write_raw(struct dw_dump *dump)
{
	const struct dw_section *section = dw_find_section(dump->settings->script, "raw");
	struct dw_buffer bytes = { .arena = dump->arena };

	dump->block_size = DW_PAGE;
	for (size_t i = 0; section && i < section->n_lines; i++)
		put_line(dump, &bytes, section->lines[i].text);
	dw_image_borrow(&dump->image, 0, bytes.at, bytes.len);
}
