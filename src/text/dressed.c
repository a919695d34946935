// SPDX-License-Identifier: GPL-2.0-or-later
/* dressed.c - how does dmesg(1) show a record in colours, with other times than those since boot, or
 * with its prefix on each line? */

#include "text/style.h"

/* Returns how many columns it takes. */
static size_t put_stamps(struct cdm_outbuf *out, const struct cdm_text_style *style,
			 const struct cdm_record *rec, const struct cdm_moment *moment)
{
	if (style->dress->n_times)
		return cdm_put_times(out, style->dress, moment);
	const char *color = cdm_color_of(style->dress, CDM_TEXT_COLOR_TIME);

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

	if (rec->flags & CDM_RECORD_PRIORITY)
		cdm_put_priority(out, style, rec);
	size_t width = out->needed - start;

	if (rec->flags & CDM_RECORD_TIMED)
		stamps = put_stamps(out, style, rec, moment);
	start = out->needed;
	if (style->caller_width && rec->flags & CDM_RECORD_CALLER)
		cdm_put_caller_column(out, style, rec);
	return width + stamps + (out->needed - start);
}

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

/* What the text begins with up to a colon and a blank or a tab, if more follows: who speaks. */
static size_t subsystem_len(struct cdm_bytes text)
{
	const uint8_t *colon = text.at;

	while ((colon = memchr(colon, ':', (size_t)(text.at + text.len - colon)))) {
		size_t len = (size_t)(colon - text.at) + 2;

		if (len >= text.len)
			return 0;
		if (colon[1] == ' ' || colon[1] == '\t')
			return len;
		colon++;
	}
	return 0;
}

static bool tells_of_segfault(struct cdm_bytes text)
{
	return cdm_find_bytes(text, "segfault at", 11) != NULL;
}

static const char *color_of_text(const struct cdm_text_style *style, const struct cdm_record *rec,
				 struct cdm_bytes text)
{
	static const uint8_t colors[] = {
		[1] = CDM_TEXT_COLOR_ALERT,
		[2] = CDM_TEXT_COLOR_CRIT,
		[3] = CDM_TEXT_COLOR_ERR,
		[4] = CDM_TEXT_COLOR_WARN,
	};

	if (rec->flags & CDM_RECORD_PRIORITY && rec->level >= 1 && rec->level <= 4)
		return cdm_color_of(style->dress, (enum cdm_text_color)colors[rec->level]);
	if (tells_of_segfault(text))
		return cdm_color_of(style->dress, CDM_TEXT_COLOR_SEGFAULT);
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

	if (!style->dress->colors) {
		cdm_put_escaped(out, text, indent, style->no_escape);
		return;
	}
	size_t len = subsystem_len(text);

	if (len)
		put_in_color(out, style, cdm_color_of(style->dress, CDM_TEXT_COLOR_SUBSYS),
			     (struct cdm_bytes){ text.at, len }, indent);
	text = behind(text, len);
	put_in_color(out, style, color_of_text(style, rec, text), text, indent);
}

/* Each line with all that stands in front; empty ones are left out, save where there is no other. */
static void put_lines(struct cdm_outbuf *out, const struct cdm_text_style *style,
		      const struct cdm_record *rec, struct cdm_moment *moment)
{
	struct cdm_bytes text = rec->text;

	while (text.len) {
		const uint8_t *newline = memchr(text.at, '\n', text.len);
		size_t len = newline ? (size_t)(newline - text.at) : text.len;

		if (len) {
			size_t width = put_prefix(out, style, rec, moment);

			put_text(out, style, rec, (struct cdm_bytes){ text.at, len }, width);
			cdm_put_char(out, '\n');
			moment->is_later_line = true;
		}
		text = behind(text, newline ? len + 1 : len);
	}
	if (moment->is_later_line)
		return;
	put_prefix(out, style, rec, moment);
	cdm_put_char(out, '\n');
}

/* An empty record is an empty line, and no record that the next one's time counts from. */
void cdm_put_dressed(struct cdm_outbuf *out, const struct cdm_text_style *style,
		     const struct cdm_record *rec, struct cdm_text_state *state)
{
	struct cdm_moment moment = { 0 };

	if (!rec->text.len) {
		cdm_put_char(out, '\n');
		return;
	}
	if (style->dress->n_times && rec->flags & CDM_RECORD_TIMED)
		moment = cdm_moment_of(style->dress, rec, state);
	if (style->force_prefix) {
		put_lines(out, style, rec, &moment);
		return;
	}
	put_text(out, style, rec, rec->text, put_prefix(out, style, rec, &moment));
	cdm_put_char(out, '\n');
}
