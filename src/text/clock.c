// SPDX-License-Identifier: GPL-2.0-or-later
/* clock.c - when did a record come, and who sent it? */

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

void cdm_put_timestamp(struct cdm_outbuf *out, uint64_t ts_ns, bool brackets)
{
	char text[1 + CDM_MAX_DIGITS + 1 + FRACTION_WIDTH + 2];
	char *point = text + 1 + CDM_MAX_DIGITS;
	char *end = point + 1 + FRACTION_WIDTH;

	memset(point - SECOND_WIDTH, ' ', SECOND_WIDTH);
	size_t digits = (size_t)(point - cdm_digits_before(point, ts_ns / NS_PER_SECOND));
	char *first = point - (digits > SECOND_WIDTH ? digits : SECOND_WIDTH);
	*point = '.';
	write_fraction(point + 1, (uint32_t)(ts_ns % NS_PER_SECOND) / NS_PER_MICROSECOND);
	if (brackets) {
		*--first = '[';
		memcpy(end, "] ", 2);
		end += 2;
	}
	cdm_put_bytes(out, first, (size_t)(end - first));
}

size_t cdm_caller_text(char text[CDM_MAX_CALLER_TEXT], uint32_t caller)
{
	struct cdm_outbuf out = { .at = text, .room = CDM_MAX_CALLER_TEXT };

	cdm_put_char(&out, caller & CALLER_IS_PROCESSOR ? 'C' : 'T');
	cdm_put_decimal(&out, caller & ~CALLER_IS_PROCESSOR, 1, ' ');
	return out.needed;
}
