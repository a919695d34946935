// SPDX-License-Identifier: GPL-2.0-or-later
/* dmesg.c - how does dmesg(1) show a record?
 *
 *     kern  :info  : [    1.234567] [      T1] text
 *     <6>[    1.234567] [      T1] text
 *
 * What a record does not have (a time, a priority, a caller) leaves no gap. */

#include "text/style.h"

#define MAX_CALLER_WIDTH 11u
#define NAME_WIDTH 6 /* longer names ("authpriv") are not cut */

/* A level or facility by name; one that has none by number. */
static void put_name(struct cdm_outbuf *out, const char *name, unsigned number)
{
	size_t start = out->needed;

	if (name)
		cdm_put_string(out, name);
	else
		cdm_put_decimal(out, number, 1, ' ');
	size_t len = out->needed - start;
	cdm_put_repeated(out, ' ', len < NAME_WIDTH ? NAME_WIDTH - len : 0);
}

static void put_decoded_priority(struct cdm_outbuf *out, const struct cdm_record *rec)
{
	put_name(out, cdm_facility_name(rec->facility), rec->facility);
	cdm_put_char(out, ':');
	put_name(out, cdm_level_name(rec->level), rec->level);
	cdm_put_bytes(out, ": ", 2);
}

static void put_raw_priority(struct cdm_outbuf *out, const struct cdm_record *rec)
{
	cdm_put_char(out, '<');
	cdm_put_decimal(out, cdm_priority(rec), 1, ' ');
	cdm_put_char(out, '>');
}

static void put_caller(struct cdm_outbuf *out, uint32_t caller, size_t width)
{
	char text[CDM_MAX_CALLER_TEXT];
	size_t len = cdm_caller_text(text, caller);

	cdm_put_char(out, '[');
	cdm_put_repeated(out, ' ', len < width ? width - len : 0);
	cdm_put_bytes(out, text, len);
	cdm_put_bytes(out, "] ", 2);
}

void cdm_put_priority(struct cdm_outbuf *out, const struct cdm_text_style *style,
		      const struct cdm_record *rec)
{
	if (style->raw)
		put_raw_priority(out, rec);
	else if (style->decode)
		put_decoded_priority(out, rec);
}

void cdm_put_caller_column(struct cdm_outbuf *out, const struct cdm_text_style *style,
			   const struct cdm_record *rec)
{
	put_caller(out, rec->caller,
		   style->caller_width < MAX_CALLER_WIDTH ? style->caller_width : MAX_CALLER_WIDTH);
}

/* Neither colours nor times but those since boot: most records of all. */
static void put_plain(struct cdm_outbuf *out, const struct cdm_text_style *style,
		      const struct cdm_record *rec, struct cdm_bytes text)
{
	size_t start = out->needed;

	if (text.len) {
		if ((style->raw || style->decode) && rec->flags & CDM_RECORD_PRIORITY)
			cdm_put_priority(out, style, rec);
		if (rec->flags & CDM_RECORD_TIMED)
			cdm_put_timestamp(out, rec->ts_ns, true);
		if (style->caller_width && rec->flags & CDM_RECORD_CALLER)
			cdm_put_caller_column(out, style, rec);
		cdm_put_escaped(out, text, style->no_indent ? 0 : out->needed - start,
				style->no_escape);
	}
	cdm_put_char(out, '\n');
}

static bool put_record(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state)
{
	if (style->dress)
		cdm_put_dressed(out, style, rec, state);
	else
		put_plain(out, style, rec, rec->text);
	return true;
}

const struct cdm_text_form cdm_form_dmesg = { .record = put_record };
