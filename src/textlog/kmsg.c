// SPDX-License-Identifier: GPL-2.0-or-later
/* kmsg.c - what does a line that /dev/kmsg gave say? */

#include "textlog/kmsg.h"

#include "textlog/prefix.h"

#define NS_PER_MICROSECOND 1000u

static bool take_flag(struct cdm_bytes *text, uint32_t *flags)
{
	if (cdm_take_mark(text, "c"))
		*flags |= CDM_RECORD_CONTINUES;
	else if (cdm_take_mark(text, "+"))
		*flags |= CDM_RECORD_FOLLOWS;
	else
		return cdm_take_mark(text, "-");
	return true;
}

/* ",caller=T1" and fields that nobody knows yet, up to the semicolon */
static bool take_fields(struct cdm_bytes *text, struct cdm_record *rec)
{
	while (cdm_take_mark(text, ",")) {
		if (cdm_take_mark(text, "caller=") && cdm_take_caller(text, &rec->caller))
			rec->flags |= CDM_RECORD_CALLER;
		while (text->len && text->at[0] != ',' && text->at[0] != ';')
			*text = (struct cdm_bytes){ text->at + 1, text->len - 1 };
	}
	return cdm_take_mark(text, ";");
}

bool cdm_kmsg_parse(struct cdm_bytes line, struct cdm_record *rec)
{
	uint64_t priority, microseconds;
	struct cdm_bytes empty = { (const uint8_t *)"", 0 };

	*rec = (struct cdm_record){ .flags = CDM_RECORD_PRIORITY | CDM_RECORD_TIMED,
				    .subsystem = empty,
				    .device = empty };
	if (!cdm_take_decimal(&line, &priority) || priority > UINT8_MAX * 8 + 7 ||
	    !cdm_take_mark(&line, ",") || !cdm_take_decimal(&line, &rec->seq) ||
	    !cdm_take_mark(&line, ",") || !cdm_take_decimal(&line, &microseconds) ||
	    microseconds > UINT64_MAX / NS_PER_MICROSECOND || !cdm_take_mark(&line, ",") ||
	    !take_flag(&line, &rec->flags) || !take_fields(&line, rec))
		return false;
	rec->level = (uint8_t)(priority & 7);
	rec->facility = (uint8_t)(priority >> 3);
	rec->ts_ns = microseconds * NS_PER_MICROSECOND;
	rec->text = line;
	return true;
}

size_t cdm_kmsg_unescape(struct cdm_bytes text, uint8_t *to)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		const uint8_t *at = text.at + i;
		bool can_be = text.len - i >= 4 && at[0] == '\\' && at[1] == 'x';
		int high = can_be ? cdm_hex_digit(at[2]) : -1,
		    low = can_be ? cdm_hex_digit(at[3]) : -1;

		if (high < 0 || low < 0) {
			to[len++] = *at;
			continue;
		}
		to[len++] = (uint8_t)(high << 4 | low);
		i += 3;
	}
	return len;
}
