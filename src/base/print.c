// SPDX-License-Identifier: GPL-2.0-or-later
/* print.c - what does a sentence look like with its names and numbers in place? */

#include "base/print.h"
#include "base/outbuf.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* One conversion: "%", '0', width, ".*", length, letter. */
struct conversion {
	bool pads_zeros;
	unsigned width;
	bool has_precision; /* an int among the arguments */
	unsigned longs;     /* 'l' once or twice; a size_t is as wide as a long */
	char letter;
};

/* Returns what stands behind the conversion, whose "%" is before `at`. */
static const char *parse(const char *at, struct conversion *found)
{
	*found = (struct conversion){ .pads_zeros = *at == '0' };
	for (; *at >= '0' && *at <= '9'; at++)
		found->width = found->width * 10 + (unsigned)(*at - '0');
	if (at[0] == '.' && at[1] == '*') {
		found->has_precision = true;
		at += 2;
	}
	for (; *at == 'l' || *at == 'h' || *at == 'z'; at++)
		found->longs += *at != 'h';
	found->letter = *at;
	return *at ? at + 1 : at;
}

static void pad(struct cdm_outbuf *out, const struct conversion *how, size_t len)
{
	if (len < how->width)
		cdm_put_repeated(out, how->pads_zeros ? '0' : ' ', how->width - len);
}

static void put_number(struct cdm_outbuf *out, const struct conversion *how, uint64_t n,
		       bool is_negative)
{
	char digits[24];
	size_t start = sizeof(digits);
	unsigned base = how->letter == 'x' ? 16 : 10;

	do
		digits[--start] = "0123456789abcdef"[n % base];
	while (n /= base);
	pad(out, how, sizeof(digits) - start + is_negative);
	if (is_negative)
		cdm_put_char(out, '-');
	cdm_put_bytes(out, digits + start, sizeof(digits) - start);
}

static void put_text(struct cdm_outbuf *out, const struct conversion *how, const char *text,
		     size_t most)
{
	size_t len = strnlen(text, most);

	pad(out, how, len);
	cdm_put_bytes(out, text, len);
}

/* Arguments are taken in the function that was called with them: a va_list may be an array. */
size_t cdm_print_list(char *buf, size_t room, const char *fmt, va_list args)
{
	struct cdm_outbuf out = { .at = buf, .room = room - 1 };

	while (*fmt) {
		const char *percent = strchrnul(fmt, '%');
		struct conversion how;
		size_t most = SIZE_MAX;
		int64_t n;

		cdm_put_bytes(&out, fmt, (size_t)(percent - fmt));
		if (!*percent)
			break;
		fmt = parse(percent + 1, &how);
		if (how.has_precision)
			most = (size_t)va_arg(args, int);
		switch (how.letter) {
		case 's':
			put_text(&out, &how, va_arg(args, const char *), most);
			break;
		case 'c':
			cdm_put_char(&out, (char)va_arg(args, int));
			break;
		case 'd':
			n = how.longs > 1    ? va_arg(args, long long)
			    : how.longs == 1 ? va_arg(args, long)
					     : va_arg(args, int);
			put_number(&out, &how, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0);
			break;
		case 'u':
		case 'x':
			put_number(&out, &how,
				   how.longs > 1    ? va_arg(args, unsigned long long)
				   : how.longs == 1 ? va_arg(args, unsigned long)
						    : va_arg(args, unsigned),
				   false);
			break;
		case '%':
			cdm_put_char(&out, '%');
			break;
		default:
			cdm_put_bytes(&out, percent, (size_t)(fmt - percent));
		}
	}
	buf[out.needed < out.room ? out.needed : out.room] = '\0';
	return out.needed;
}

size_t cdm_print(char *buf, size_t room, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	size_t len = cdm_print_list(buf, room, fmt, args);
	va_end(args);
	return len;
}
