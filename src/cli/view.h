/* SPDX-License-Identifier: GPL-2.0-or-later */
/* view.h - which records are shown, and in which light: what was asked for, and what that means for
 * one dump. */

#ifndef CDM_CLI_VIEW_H
#define CDM_CLI_VIEW_H

#include "api/crashdmesg.h"
#include "base/error.h"
#include "cli/when.h"

enum cdm_case { CDM_CASE_BY_PATTERN, CDM_CASE_SENSITIVE, CDM_CASE_IGNORED };
enum cdm_color_when { CDM_COLOR_UNASKED, CDM_COLOR_AUTO, CDM_COLOR_ALWAYS, CDM_COLOR_NEVER };

/* What was asked for. */
struct cdm_view {
	uint32_t levels;     /* a bit each, like facilities; 0: all */
	uint32_t facilities; /* bit 31 stands for all from 31 on */
	bool has_since, has_until, has_boot_time, has_tail;
	struct cdm_when since, until, boot_time;
	const char *pattern; /* NULL: any text */
	enum cdm_case pattern_case;
	uint64_t tail; /* the last records that are shown */
	bool adds_delta;
	enum cdm_color_when color;
	bool is_human, has_pager;
};

/* Times count from another point than boot: the dump's clock is needed. */
bool cdm_view_needs_clock(const struct cdm_view *view, const struct cdm_style *style);

/* Puts times since boot in the place of wall times. False: there are none. */
bool cdm_view_drop_wall_times(struct cdm_style *style);

/* Any record may be left out. */
bool cdm_view_selects(const struct cdm_view *view);

/* ---- for one dump ---- */

struct cdm_filter;

/* crash_us and boot_us are of the dump's clock; what it does not tell must not be asked for. *out is
 * the caller's: cdm_filter_free(). */
CDM_CHECKED enum cdm_status cdm_filter_new(const struct cdm_view *view,
					   const struct cdm_clock *clock, bool utc,
					   struct cdm_filter **out, struct cdm_error *err);
bool cdm_filter_keeps(struct cdm_filter *filter, const struct cdm_log_record *record);

/* Records were not kept that may match: memory ran out. */
bool cdm_filter_is_out_of_memory(const struct cdm_filter *filter);
void cdm_filter_free(struct cdm_filter *filter); /* NULL is fine */

/* Is the pattern one? False: err says what is wrong with it, or that memory ran out. */
bool cdm_filter_check_pattern(const char *pattern, struct cdm_error *err);

#endif
