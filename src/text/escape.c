// SPDX-License-Identifier: GPL-2.0-or-later
/* escape.c - which bytes of a log may reach a terminal as they are? */

#include "text/style.h"

#include "base/ascii.h"

#include <ctype.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

/* Nothing stands below the last line; nor does dmesg indent one that begins with a NUL. */
static void put_newline(struct cdm_outbuf *out, size_t indent, bool is_last)
{
	cdm_put_char(out, '\n');
	cdm_put_repeated(out, ' ', is_last ? 0 : indent);
}

static bool is_white_space(uint8_t byte)
{
	return byte == '\t' || byte == '\v' || byte == '\f' || byte == '\r';
}

/* How many bytes the character takes that text, which is not empty, begins with, and whether the
 * locale can show it. A byte that begins no character stands for itself. */
static size_t measure_character(struct cdm_bytes text, bool *printable)
{
	mbstate_t start = { 0 };
	wchar_t character;

	if (text.at[0] < 0x80 || MB_CUR_MAX == 1) {
		*printable = isprint(text.at[0]);
		return 1;
	}
	size_t len = mbrtowc(&character, (const char *)text.at, text.len, &start);
	if (len == 0 || len > text.len) { /* (size_t)-1 invalid, -2 incomplete */
		*printable = false;
		return 1;
	}
	*printable = iswprint((wint_t)character);
	return len;
}

/* Puts the first character of text, one that is not printable ASCII. Returns its length. */
static size_t put_character(struct cdm_outbuf *out, struct cdm_bytes text, size_t indent)
{
	bool printable;

	if (text.at[0] == '\n') {
		put_newline(out, indent, text.len == 1 || !text.at[1]);
		return 1;
	}
	if (is_white_space(text.at[0])) {
		cdm_put_char(out, (char)text.at[0]);
		return 1;
	}
	size_t len = measure_character(text, &printable);
	if (printable)
		cdm_put_bytes(out, text.at, len);
	else
		for (size_t i = 0; i < len; i++)
			cdm_put_hex_escape(out, text.at[i]);
	return len;
}

static void put_unescaped(struct cdm_outbuf *out, struct cdm_bytes text, size_t indent)
{
	const uint8_t *newline;

	while (text.len && (newline = memchr(text.at, '\n', text.len))) {
		size_t len = (size_t)(newline - text.at);

		cdm_put_bytes(out, text.at, len);
		put_newline(out, indent, len + 1 == text.len);
		text = behind(text, len + 1);
	}
	cdm_put_bytes(out, text.at, text.len);
}

void cdm_put_escaped(struct cdm_outbuf *out, struct cdm_bytes text, size_t indent, bool no_escape)
{
	if (no_escape) {
		put_unescaped(out, text, indent);
		return;
	}
	while (text.len) {
		size_t run = cdm_plain_run(text, 0, 0);

		cdm_put_bytes(out, text.at, run);
		text = behind(text, run);
		if (text.len)
			text = behind(text, put_character(out, text, indent));
	}
}
