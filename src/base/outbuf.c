// SPDX-License-Identifier: GPL-2.0-or-later
/* outbuf.c - how do numbers and foreign text go into a buffer? */

#include "base/outbuf.h"

#include "base/ascii.h"

#include <stdbool.h>

static const char hex_digits[] = "0123456789abcdef";

void cdm_put_part(struct cdm_outbuf *out, const void *bytes, size_t len)
{
	if (out->needed < out->room && len) {
		size_t left = out->room - out->needed;

		memcpy(out->at + out->needed, bytes, len < left ? len : left);
	}
	out->needed += len;
}

void cdm_put_repeated(struct cdm_outbuf *out, char c, size_t times)
{
	if (out->needed < out->room) {
		size_t left = out->room - out->needed;

		memset(out->at + out->needed, c, times < left ? times : left);
	}
	out->needed += times;
}

const char cdm_digit_pairs[201] = "00010203040506070809"
				  "10111213141516171819"
				  "20212223242526272829"
				  "30313233343536373839"
				  "40414243444546474849"
				  "50515253545556575859"
				  "60616263646566676869"
				  "70717273747576777879"
				  "80818283848586878889"
				  "90919293949596979899";

char *cdm_digits_before(char *end, uint64_t n)
{
	for (; n >= 100; n /= 100) {
		end -= 2;
		cdm_write_pair(end, n % 100);
	}
	if (n >= 10) {
		end -= 2;
		cdm_write_pair(end, n);
		return end;
	}
	*--end = (char)('0' + n);
	return end;
}

void cdm_put_decimal(struct cdm_outbuf *out, uint64_t n, unsigned width, char pad)
{
	char digits[CDM_MAX_DIGITS];
	char *end = digits + sizeof(digits);
	char *first = cdm_digits_before(end, n);

	while (first > digits && (size_t)(end - first) < width)
		*--first = pad;
	cdm_put_bytes(out, first, (size_t)(end - first));
}

void cdm_put_hex(struct cdm_outbuf *out, uint64_t n, unsigned width)
{
	unsigned digits = 16;

	while (digits > 1 && digits > width && n >> (4 * (digits - 1)) == 0)
		digits--;
	while (digits-- > 0)
		cdm_put_char(out, "0123456789abcdef"[n >> (4 * digits) & 15]);
}

void cdm_put_hex_escape(struct cdm_outbuf *out, uint8_t byte)
{
	char escape[] = { '\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 15] };

	cdm_put_bytes(out, escape, sizeof(escape));
}

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the UTF-8 character that text, which is not empty, begins with; 0: none. The second
 * byte's limits keep out overlong forms, surrogates and what lies behind U+10FFFF (RFC 3629). */
static size_t utf8_length(struct cdm_bytes text)
{
	static const struct {
		uint8_t first, last; /* of lead bytes */
		uint8_t len;
		uint8_t min_second, max_second;
	} forms[] = {
		{ 0x00, 0x7f, 1, 0x00, 0x00 }, { 0xc2, 0xdf, 2, 0x80, 0xbf },
		{ 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
		{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf },
		{ 0xf0, 0xf0, 4, 0x90, 0xbf }, { 0xf1, 0xf3, 4, 0x80, 0xbf },
		{ 0xf4, 0xf4, 4, 0x80, 0x8f },
	};
	uint8_t lead = text.at[0];
	size_t form = 0;

	while (form < sizeof(forms) / sizeof(forms[0]) && lead > forms[form].last)
		form++;
	if (form == sizeof(forms) / sizeof(forms[0]) || lead < forms[form].first ||
	    text.len < forms[form].len)
		return 0;
	if (forms[form].len > 1 &&
	    (text.at[1] < forms[form].min_second || text.at[1] > forms[form].max_second))
		return 0;
	for (size_t i = 2; i < forms[form].len; i++)
		if (!is_continuation(text.at[i]))
			return 0;
	return forms[form].len;
}

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

bool cdm_is_utf8(struct cdm_bytes text)
{
	while (text.len) {
		size_t len = cdm_plain_run(text, 0, 0);

		if (len < text.len && !utf8_length(behind(text, len)))
			return false;
		text = behind(text, len);
		text = behind(text, text.len ? utf8_length(text) : 0);
	}
	return true;
}

static void put_json_control(struct cdm_outbuf *out, uint8_t byte)
{
	static const char short_names[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'
	};

	if (byte < sizeof(short_names) && short_names[byte]) {
		cdm_put_char(out, '\\');
		cdm_put_char(out, short_names[byte]);
		return;
	}
	cdm_put_string(out, "\\u00");
	cdm_put_char(out, hex_digits[byte >> 4]);
	cdm_put_char(out, hex_digits[byte & 15]);
}

/* Is it one of ASCII that is no letter, or U+0080 to U+009F? These do on some terminals what ESC
 * sequences do. */
static bool is_control_character(struct cdm_bytes text, size_t len)
{
	if (len == 1)
		return text.at[0] < 0x20 || text.at[0] == 0x7f;
	return len == 2 && text.at[0] == 0xc2 && text.at[1] < 0xa0;
}

/* Puts the first character of text, one that may need an escape. Returns its length. */
static size_t put_json_character(struct cdm_outbuf *out, struct cdm_bytes text)
{
	size_t len = utf8_length(text);

	if (!len) {
		cdm_put_string(out, "\\ufffd");
		return 1;
	}
	if (is_control_character(text, len)) {
		put_json_control(out, text.at[len - 1]);
		return len;
	}
	if (text.at[0] == '"' || text.at[0] == '\\')
		cdm_put_char(out, '\\');
	cdm_put_bytes(out, text.at, len);
	return len;
}

void cdm_put_json_string(struct cdm_outbuf *out, struct cdm_bytes text)
{
	cdm_put_char(out, '"');
	while (text.len) {
		size_t run = cdm_plain_run(text, '"', '\\');

		cdm_put_bytes(out, text.at, run);
		text = behind(text, run);
		if (text.len)
			text = behind(text, put_json_character(out, text));
	}
	cdm_put_char(out, '"');
}

/* Puts the first character of text, one that is not printable ASCII. Returns how many bytes. */
static size_t put_visible_character(struct cdm_outbuf *out, struct cdm_bytes text)
{
	size_t len = utf8_length(text);

	if (!len || is_control_character(text, len)) {
		cdm_put_hex_escape(out, text.at[0]);
		return 1;
	}
	cdm_put_bytes(out, text.at, len);
	return len;
}

void cdm_put_visible(struct cdm_outbuf *out, struct cdm_bytes text)
{
	while (text.len) {
		size_t run = cdm_plain_run(text, 0, 0);

		cdm_put_bytes(out, text.at, run);
		text = behind(text, run);
		if (text.len)
			text = behind(text, put_visible_character(out, text));
	}
}
