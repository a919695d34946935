// SPDX-License-Identifier: GPL-2.0-or-later
/* stamp.c - when did a record come, counted from boot, and who sent it? */

#include "text/style.h"

#define NS_PER_MICROSECOND 1000u
#define NS_PER_SECOND 1000000000u
#define SECOND_WIDTH 5 /* padded with blanks; more digits are not cut */
#define FRACTION_WIDTH 6
#define CALLER_IS_PROCESSOR (1u << 31)

/* The six digits of a fraction of a second. */
static void write_fraction(char *to, uint32_t microseconds)
{
	cdm_write_pair(to, microseconds / 10000);
	cdm_write_pair(to + 2, microseconds / 100 % 100);
	cdm_write_pair(to + 4, microseconds % 100);
}

/* Seconds of a machine's first day, in five columns. */
static void write_seconds(char *to, uint32_t seconds)
{
	memcpy(to, "    ", 4);
	to[4] = (char)('0' + seconds % 10);
	if (seconds < 10)
		return;
	to[3] = (char)('0' + seconds / 10 % 10);
	if (seconds < 100)
		return;
	to[2] = (char)('0' + seconds / 100 % 10);
	if (seconds < 1000)
		return;
	to[1] = (char)('0' + seconds / 1000 % 10);
	if (seconds >= 10000)
		to[0] = (char)('0' + seconds / 10000);
}

/* A machine that ran for longer: the number grows to the left. */
static void put_long_timestamp(struct cdm_outbuf *out, uint64_t seconds, const char *fraction)
{
	cdm_put_decimal(out, seconds, 1, ' ');
	cdm_put_bytes(out, fraction, 1 + FRACTION_WIDTH);
}

void cdm_put_timestamp(struct cdm_outbuf *out, uint64_t ts_ns, bool brackets)
{
	uint64_t seconds = ts_ns / NS_PER_SECOND;
	char text[1 + SECOND_WIDTH + 1 + FRACTION_WIDTH + 2];
	char *point = text + 1 + SECOND_WIDTH;

	text[0] = '[';
	point[0] = '.';
	write_fraction(point + 1, (uint32_t)(ts_ns % NS_PER_SECOND) / NS_PER_MICROSECOND);
	memcpy(point + 1 + FRACTION_WIDTH, "] ", 2);
	if (seconds < 100000) {
		write_seconds(text + 1, (uint32_t)seconds);
		if (brackets)
			cdm_put_bytes(out, text, sizeof(text));
		else
			cdm_put_bytes(out, text + 1, sizeof(text) - 3);
		return;
	}
	if (brackets)
		cdm_put_char(out, '[');
	put_long_timestamp(out, seconds, point);
	if (brackets)
		cdm_put_bytes(out, "] ", 2);
}

size_t cdm_caller_text(char text[CDM_MAX_CALLER_TEXT], uint32_t caller)
{
	struct cdm_outbuf out = { .at = text, .room = CDM_MAX_CALLER_TEXT };

	cdm_put_char(&out, caller & CALLER_IS_PROCESSOR ? 'C' : 'T');
	cdm_put_decimal(&out, caller & ~CALLER_IS_PROCESSOR, 1, ' ');
	return out.needed;
}
