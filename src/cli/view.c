// SPDX-License-Identifier: GPL-2.0-or-later
/* view.c - what has to be known before records can be shown as asked? */

#include "cli/view.h"

static bool is_wall_time(unsigned time)
{
	return time == CDM_TIME_CTIME || time == CDM_TIME_CTIME_DELTA || time == CDM_TIME_RELTIME ||
	       time == CDM_TIME_ISO;
}

bool cdm_view_needs_clock(const struct cdm_view *view, const struct cdm_style *style)
{
	for (unsigned i = 0; i < style->n_times; i++)
		if (is_wall_time(style->times[i]))
			return true;
	return view->has_since || view->has_until;
}

static bool has_time(const struct cdm_style *style, unsigned n, enum cdm_time time)
{
	for (unsigned i = 0; i < n; i++)
		if (style->times[i] == time)
			return true;
	return false;
}

bool cdm_view_drop_wall_times(struct cdm_style *style)
{
	unsigned n = 0;
	bool dropped = false;

	for (unsigned i = 0; i < style->n_times; i++) {
		enum cdm_time time = (enum cdm_time)style->times[i];

		dropped |= is_wall_time(time);
		if (time == CDM_TIME_CTIME_DELTA)
			time = CDM_TIME_RAW_DELTA;
		else if (is_wall_time(time))
			time = CDM_TIME_RAW;
		if (time != CDM_TIME_RAW ||
		    !(has_time(style, n, CDM_TIME_RAW) || has_time(style, n, CDM_TIME_RAW_DELTA)))
			style->times[n++] = (uint8_t)time;
	}
	style->n_times = n;
	return dropped;
}

bool cdm_view_selects(const struct cdm_view *view)
{
	return view->levels || view->facilities || view->has_since || view->has_until ||
	       view->pattern || view->has_tail;
}
