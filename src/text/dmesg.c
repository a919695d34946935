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

/* Returns how many columns it takes. */
static size_t put_stamps(struct cdm_outbuf *out, const struct cdm_text_style *style,
			 const struct cdm_record *rec, const struct cdm_moment *moment)
{
	if (style->n_times)
		return cdm_put_times(out, style, moment);
	const char *color = cdm_color_of(style, CDM_TEXT_COLOR_TIME);

	cdm_put_color(out, color);
	size_t start = out->needed;

	cdm_put_timestamp(out, rec->ts_ns, true);
	size_t width = out->needed - start;

	cdm_end_color(out, color);
	return width;
}

/* Returns how many columns it takes. */
static size_t put_prefix(struct cdm_outbuf *out, const struct cdm_text_style *style,
			 const struct cdm_record *rec, const struct cdm_moment *moment)
{
	size_t start = out->needed, stamps = 0;

	if (rec->flags & CDM_RECORD_PRIORITY) {
		if (style->raw)
			put_raw_priority(out, rec);
		else if (style->decode)
			put_decoded_priority(out, rec);
	}
	size_t width = out->needed - start;

	if (rec->flags & CDM_RECORD_TIMED)
		stamps = put_stamps(out, style, rec, moment);
	start = out->needed;
	if (style->caller_width && rec->flags & CDM_RECORD_CALLER)
		put_caller(out, rec->caller,
			   style->caller_width < MAX_CALLER_WIDTH ? style->caller_width
								  : MAX_CALLER_WIDTH);
	return width + stamps + (out->needed - start);
}

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

/* What the text begins with up to a colon and a blank, if more follows: who speaks. */
static size_t subsystem_len(struct cdm_bytes text)
{
	const uint8_t *colon = text.at;

	while ((colon = memchr(colon, ':', (size_t)(text.at + text.len - colon)))) {
		size_t len = (size_t)(colon - text.at) + 2;

		if (len >= text.len)
			return 0;
		if (colon[1] == ' ')
			return len;
		colon++;
	}
	return 0;
}

static bool tells_of_segfault(struct cdm_bytes text)
{
	return memmem(text.at, text.len, "segfault at", 11) != NULL;
}

static const char *color_of_text(const struct cdm_text_style *style, const struct cdm_record *rec)
{
	static const uint8_t colors[] = {
		[1] = CDM_TEXT_COLOR_ALERT,
		[2] = CDM_TEXT_COLOR_CRIT,
		[3] = CDM_TEXT_COLOR_ERR,
		[4] = CDM_TEXT_COLOR_WARN,
	};

	if (rec->flags & CDM_RECORD_PRIORITY && rec->level >= 1 && rec->level <= 4)
		return cdm_color_of(style, (enum cdm_text_color)colors[rec->level]);
	if (tells_of_segfault(rec->text))
		return cdm_color_of(style, CDM_TEXT_COLOR_SEGFAULT);
	return NULL;
}

static void put_in_color(struct cdm_outbuf *out, const struct cdm_text_style *style,
			 const char *color, struct cdm_bytes text, size_t indent)
{
	cdm_put_color(out, color);
	cdm_put_escaped(out, text, indent, style->no_escape);
	cdm_end_color(out, color);
}

static void put_text(struct cdm_outbuf *out, const struct cdm_text_style *style,
		     const struct cdm_record *rec, struct cdm_bytes text, size_t width)
{
	size_t indent = style->no_indent ? 0 : width;

	if (!style->colors) {
		cdm_put_escaped(out, text, indent, style->no_escape);
		return;
	}
	size_t len = subsystem_len(text);

	if (len)
		put_in_color(out, style, cdm_color_of(style, CDM_TEXT_COLOR_SUBSYS),
			     (struct cdm_bytes){ text.at, len }, indent);
	put_in_color(out, style, color_of_text(style, rec), behind(text, len), indent);
}

/* Each line with all that stands in front; empty ones are left out. Only the first is new. */
static void put_lines(struct cdm_outbuf *out, const struct cdm_text_style *style,
		      const struct cdm_record *rec, struct cdm_bytes text,
		      struct cdm_moment *moment)
{
	while (text.len) {
		const uint8_t *newline = memchr(text.at, '\n', text.len);
		size_t len = newline ? (size_t)(newline - text.at) : text.len;

		if (len) {
			size_t width = put_prefix(out, style, rec, moment);

			put_text(out, style, rec, (struct cdm_bytes){ text.at, len }, width);
			cdm_put_char(out, '\n');
			moment->delta_us = 0;
			moment->is_new_minute = false;
		}
		text = behind(text, newline ? len + 1 : len);
	}
}

static bool put_record(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state)
{
	struct cdm_bytes text = cdm_shown_text(rec);
	struct cdm_moment moment = { 0 };

	if (style->n_times && rec->flags & CDM_RECORD_TIMED)
		moment = cdm_moment_of(style, rec, state);
	if (style->force_prefix && text.len) {
		put_lines(out, style, rec, text, &moment);
		return true;
	}
	if (text.len)
		put_text(out, style, rec, text, put_prefix(out, style, rec, &moment));
	cdm_put_char(out, '\n');
	return true;
}

const struct cdm_text_form cdm_form_dmesg = { .record = put_record };
