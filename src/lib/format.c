// SPDX-License-Identifier: GPL-2.0-or-later
/* format.c - the public calls that turn records into text, and what this build is. */

#include "config.h"

#include "api/crashdmesg.h"
#include "base/checked.h"
#include "lib/reader.h"
#include "text/style.h"

#include <string.h>

static const struct cdm_text_form *const forms[] = {
	[CDM_FORM_DMESG] = &cdm_form_dmesg,
	[CDM_FORM_JSON] = &cdm_form_json,
	[CDM_FORM_KMSG] = &cdm_form_kmsg,
	[CDM_FORM_JSON_LINES] = &cdm_form_json_lines,
};

/* The style with every member of this release: those that the caller does not know are 0. */
static const struct cdm_style *whole_style(const struct cdm_style *style, struct cdm_style *whole)
{
	if (style->size >= sizeof(*whole))
		return style;
	memset(whole, 0, sizeof(*whole));
	memcpy(whole, style, style->size);
	return whole;
}

static const struct cdm_text_form *form_of(const struct cdm_style *style)
{
	size_t form = (size_t)style->form;

	return form < sizeof(forms) / sizeof(forms[0]) ? forms[form] : &cdm_form_dmesg;
}

#define SAME_PLACE(member)                                                                         \
	_Static_assert(offsetof(struct cdm_text_style, member) +                                   \
				       offsetof(struct cdm_style, raw) ==                          \
			       offsetof(struct cdm_style, member),                                 \
		       "styles differ")
SAME_PLACE(decode);
SAME_PLACE(no_escape);
SAME_PLACE(caller_width);
SAME_PLACE(nul_between);
SAME_PLACE(force_prefix);
SAME_PLACE(no_indent);
SAME_PLACE(utc);

/* All but its dress. */
static void copy_style(struct cdm_text_style *text, const struct cdm_style *style)
{
	memcpy(text, &style->raw, offsetof(struct cdm_text_style, utc) + sizeof(text->utc));
}

_Static_assert((int)CDM_TIME_CTIME_DELTA == (int)CDM_TEXT_TIME_CTIME_DELTA, "times differ");
_Static_assert((int)CDM_COLORS == (int)CDM_TEXT_COLORS, "colours differ");

/* NULL: records are plain. */
static const struct cdm_text_dress *dress_of(const struct cdm_style *style,
					     struct cdm_text_dress *dress)
{
	if (!style->n_times && !style->force_prefix && !style->colors)
		return NULL;
	*dress = (struct cdm_text_dress){
		.utc = style->utc,
		.boot_us = style->boot_us,
		.n_times = (unsigned)cdm_min(style->n_times, CDM_TIMES),
		.times = style->times,
		.colors = style->colors,
	};
	return dress;
}

static struct cdm_text_state state_of(const struct cdm_document *document)
{
	return (struct cdm_text_state){
		.shown = document->shown,
		.last_us = document->last_us,
		.minute = document->minute,
		.hour = document->hour,
		.day_of_year = document->day_of_year,
	};
}

static void remember(struct cdm_document *document, const struct cdm_text_state *state)
{
	document->last_us = state->last_us;
	document->minute = state->minute;
	document->hour = state->hour;
	document->day_of_year = state->day_of_year;
}

size_t cdm_format_begin(const struct cdm_style *style, char *buf, size_t room)
{
	struct cdm_style whole;
	struct cdm_outbuf out = { .at = buf, .room = room };

	style = whole_style(style, &whole);
	if (form_of(style)->begin)
		form_of(style)->begin(&out);
	return out.needed;
}

size_t cdm_format_record(const struct cdm_style *style, const struct cdm_log_record *record,
			 struct cdm_document *document, char *buf, size_t room)
{
	struct cdm_style whole;
	struct cdm_outbuf out = { .at = buf, .room = room };

	style = whole_style(style, &whole);
	struct cdm_text_style text;
	struct cdm_text_dress dress;
	struct cdm_text_state state;

	copy_style(&text, style);
	text.dress = dress_of(style, &dress);
	if (text.dress)
		state = state_of(document);
	else
		state.shown = document->shown;
	bool is_shown =
		form_of(style)->record(&out, &text, cdm_const_record_inside(record), &state);

	/* A record that did not fit will be asked for again. */
	if (out.needed > room)
		return out.needed;
	document->shown += is_shown;
	if (text.dress)
		remember(document, &state);
	return out.needed;
}

void cdm_format_skip(const struct cdm_log_record *record, struct cdm_document *document)
{
	if (record->flags & CDM_LOG_TIMED)
		document->last_us = record->ts_ns / 1000;
}

size_t cdm_format_end(const struct cdm_style *style, const struct cdm_document *document, char *buf,
		      size_t room)
{
	struct cdm_style whole;
	struct cdm_outbuf out = { .at = buf, .room = room };

	style = whole_style(style, &whole);
	if (form_of(style)->end)
		form_of(style)->end(&out, document->shown);
	return out.needed;
}

const char *cdm_version(void)
{
	return "crashdmesg " PACKAGE_VERSION;
}

const char *cdm_codecs(void)
{
	return CDM_CODEC_NAMES;
}
