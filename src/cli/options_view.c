// SPDX-License-Identifier: GPL-2.0-or-later
/* options_view.c - what do the options ask for of records and their times? */

#include "base/priority.h"
#include "cli/options.h"

#include <string.h>
#include <strings.h>

static struct cdm_bytes bytes_of(const char *text, size_t len)
{
	return (struct cdm_bytes){ (const uint8_t *)text, len };
}

/* ---- levels and facilities ---- */

/* A decimal number below max. */
static bool parse_below(struct cdm_bytes text, unsigned max, unsigned *number)
{
	unsigned n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9' || n >= max)
			return false;
		n = n * 10 + (text.at[i] - '0');
	}
	*number = n;
	return text.len && n < max;
}

static bool parse_level(struct cdm_bytes item, unsigned *level)
{
	return parse_below(item, CDM_LEVELS, level) || cdm_level_of_name(item, level);
}

/* "err", "3"; "err+" and all that are worse; "+err" and all that are less bad. */
static bool add_levels(struct cdm_bytes item, uint32_t *levels)
{
	bool and_worse = item.len && item.at[item.len - 1] == '+';
	bool and_less = item.len && item.at[0] == '+';
	unsigned level;

	if (and_worse)
		item.len--;
	else if (and_less)
		item = bytes_of((const char *)item.at + 1, item.len - 1);
	if (!parse_level(item, &level))
		return false;
	if (and_worse)
		*levels |= (2u << level) - 1;
	else if (and_less)
		*levels |= 0xffu << level & 0xffu;
	else
		*levels |= 1u << level;
	return true;
}

static bool add_facility(struct cdm_bytes item, uint32_t *facilities)
{
	unsigned facility;

	if (!parse_below(item, CDM_FACILITIES, &facility) && !cdm_facility_of_name(item, &facility))
		return false;
	*facilities |= 1u << facility;
	return true;
}

static bool parse_list(const char *list, bool (*add)(struct cdm_bytes item, uint32_t *set),
		       uint32_t *set, const char *what, struct cdm_error *err)
{
	for (;;) {
		size_t len = strcspn(list, ",");

		if (!add(bytes_of(list, len), set)) {
			cdm_fail(err, CDM_ERR_LIMIT, "unknown %s '%.*s'", what, (int)len, list);
			return false;
		}
		if (!list[len])
			return true;
		list += len + 1;
	}
}

/* ---- times ---- */

/* Behind those that were asked for before; once. */
static void add_time(struct cdm_style *style, enum cdm_time time)
{
	for (unsigned i = 0; i < style->n_times; i++)
		if (style->times[i] == time)
			return;
	style->times[style->n_times++] = (uint8_t)time;
}

static bool parse_time_format(struct cdm_style *style, const char *value, struct cdm_error *err)
{
	static const struct {
		char name[8];
		enum cdm_time time;
	} formats[] = {
		{ "raw", CDM_TIME_RAW },         { "ctime", CDM_TIME_CTIME },
		{ "reltime", CDM_TIME_RELTIME }, { "delta", CDM_TIME_DELTA },
		{ "iso", CDM_TIME_ISO },         { "notime", CDM_TIME_NONE },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (!strcasecmp(formats[i].name, value)) {
			add_time(style, formats[i].time);
			return true;
		}
	}
	cdm_fail(err, CDM_ERR_LIMIT, "unknown time format: %s", value);
	return false;
}

static bool parse_when(struct cdm_when *when, bool *given, const char *option, const char *value,
		       struct cdm_error *err)
{
	*given = cdm_when_parse(value, when);
	if (!*given)
		cdm_fail(err, CDM_ERR_LIMIT,
			 "--%s=%s: invalid time value: as 2024-05-03 12:00:00, 12:00, today, "
			 "@1714730400, or -30s, which counts from the crash",
			 option, value);
	return *given;
}

static bool parse_boot_time(struct cdm_view *view, const char *value, struct cdm_error *err)
{
	const char *digits = value;
	char epoch[40] = "@";

	/* Seconds since 1970 need no '@'. */
	if (value[strspn(digits, "0123456789.")] == '\0' && strlen(value) < 14 + 7 &&
	    strlen(value) < sizeof(epoch) - 1 && strcspn(value, ".") < 14) {
		memcpy(epoch + 1, value, strlen(value) + 1);
		digits = epoch;
	}
	if (cdm_when_parse(digits, &view->boot_time) && view->boot_time.base != CDM_WHEN_CRASH &&
	    view->boot_time.base != CDM_WHEN_DAY) {
		view->has_boot_time = true;
		return true;
	}
	return cdm_options_refuse(err, "boot-time", value,
				  "a date with a time of day, or seconds since 1970");
}

/* ---- words ---- */

static bool parse_tail(struct cdm_view *view, const char *value, struct cdm_error *err)
{
	uint64_t n = 0;
	size_t len = strspn(value, "0123456789");

	view->has_tail = true;
	if (!len || value[len] || len > 18)
		return cdm_options_refuse(err, "tail", value, "a number of records");
	while (*value)
		n = n * 10 + (uint64_t)(*value++ - '0');
	view->tail = n;
	return true;
}

static bool parse_color(struct cdm_view *view, const char *value, struct cdm_error *err)
{
	/* "-L=always" is what some write. */
	if (value && value[0] == '=')
		value++;
	if (!value || !strcmp(value, "auto"))
		view->color = CDM_COLOR_AUTO;
	else if (!strcmp(value, "always"))
		view->color = CDM_COLOR_ALWAYS;
	else if (!strcmp(value, "never"))
		view->color = CDM_COLOR_NEVER;
	else
		return cdm_options_refuse(err, "color", value, "auto, always, never");
	return true;
}

static bool parse_case(struct cdm_view *view, const char *value, struct cdm_error *err)
{
	static const char yes[][5] = { "yes", "true", "1", "on" };
	static const char no[][6] = { "no", "false", "0", "off" };

	view->pattern_case = CDM_CASE_SENSITIVE;
	for (size_t i = 0; value && i < sizeof(yes) / sizeof(*yes); i++)
		if (!strcmp(value, yes[i]))
			return true;
	for (size_t i = 0; value && i < sizeof(no) / sizeof(*no); i++) {
		if (!strcmp(value, no[i])) {
			view->pattern_case = CDM_CASE_IGNORED;
			return true;
		}
	}
	return !value || cdm_options_refuse(err, "case-sensitive", value, "yes, no");
}

bool cdm_options_view(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err)
{
	struct cdm_view *view = &options->view;
	struct cdm_style *style = &options->style;

	switch (option) {
	case CDM_OPTION_NOTIME:
		add_time(style, CDM_TIME_NONE);
		return true;
	case CDM_OPTION_CTIME:
		add_time(style, CDM_TIME_CTIME);
		return true;
	case CDM_OPTION_RELTIME:
		add_time(style, CDM_TIME_RELTIME);
		return true;
	case CDM_OPTION_SHOW_DELTA:
		view->adds_delta = true;
		return true;
	case CDM_OPTION_TIME_FORMAT:
		return parse_time_format(style, value, err);
	case CDM_OPTION_UTC:
		style->utc = true;
		return true;
	case CDM_OPTION_BOOT_TIME:
		return parse_boot_time(view, value, err);
	case CDM_OPTION_LEVEL:
		return parse_list(value, add_levels, &view->levels, "level", err);
	case CDM_OPTION_FACILITY:
		return parse_list(value, add_facility, &view->facilities, "facility", err);
	case CDM_OPTION_KERNEL:
		view->facilities |= 1;
		return true;
	case CDM_OPTION_USERSPACE:
		view->facilities |= ~1u;
		return true;
	case CDM_OPTION_SINCE:
		return parse_when(&view->since, &view->has_since, "since", value, err);
	case CDM_OPTION_UNTIL:
		return parse_when(&view->until, &view->has_until, "until", value, err);
	case CDM_OPTION_GREP:
		view->pattern = value;
		return cdm_filter_check_pattern(value, err);
	case CDM_OPTION_CASE_SENSITIVE:
		return parse_case(view, value, err);
	case CDM_OPTION_TAIL:
		return parse_tail(view, value, err);
	case CDM_OPTION_FORCE_PREFIX:
		style->force_prefix = true;
		return true;
	case CDM_OPTION_COLOR:
		return parse_color(view, value, err);
	case CDM_OPTION_HUMAN:
		view->is_human = true;
		add_time(style, CDM_TIME_RELTIME);
		return true;
	default: /* CDM_OPTION_NOPAGER */
		view->has_pager = false;
		return true;
	}
}

/* ---- what they make together ---- */

static int index_of(const struct cdm_style *style, enum cdm_time time)
{
	for (unsigned i = 0; i < style->n_times; i++)
		if (style->times[i] == time)
			return (int)i;
	return -1;
}

static void drop_time(struct cdm_style *style, int index)
{
	style->n_times--;
	for (unsigned i = (unsigned)index; i < style->n_times; i++)
		style->times[i] = style->times[i + 1];
}

/* A difference goes into the brackets of the time since boot, or else of the wall time. */
static void merge_delta(struct cdm_style *style)
{
	int raw = index_of(style, CDM_TIME_RAW), ctime = index_of(style, CDM_TIME_CTIME);

	if (raw >= 0)
		style->times[raw] = CDM_TIME_RAW_DELTA;
	else if (ctime >= 0)
		style->times[ctime] = CDM_TIME_CTIME_DELTA;
	else
		return;
	drop_time(style, index_of(style, CDM_TIME_DELTA));
}

void cdm_options_settle_view(struct cdm_options *options)
{
	struct cdm_style *style = &options->style;

	if (options->view.adds_delta && !style->n_times)
		add_time(style, CDM_TIME_RAW);
	if (options->view.adds_delta)
		add_time(style, CDM_TIME_DELTA);
	if (index_of(style, CDM_TIME_NONE) >= 0) {
		style->times[0] =
			index_of(style, CDM_TIME_DELTA) >= 0 ? CDM_TIME_DELTA : CDM_TIME_NONE;
		style->n_times = 1;
	} else if (index_of(style, CDM_TIME_DELTA) >= 0) {
		merge_delta(style);
	}
	/* --raw has its own time. */
	if (style->raw)
		style->n_times = 0;
}
