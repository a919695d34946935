// SPDX-License-Identifier: GPL-2.0-or-later
/* filter.c - is this record to be shown? */

#include "base/limits.h"
#include "cli/view.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

struct cdm_filter {
	const struct cdm_view *view;
	int64_t since_us, until_us; /* since boot */
	regex_t pattern;            /* if the view has one */
	bool is_out_of_memory;      /* whether it matched is not known of some records */
	char text[CDM_MAX_TEXT + 1];
};

static bool is_in_time(const struct cdm_filter *filter, const struct cdm_log_record *record)
{
	const struct cdm_view *view = filter->view;
	int64_t us = (int64_t)(record->ts_ns / 1000);

	if (!view->has_since && !view->has_until)
		return true;
	if (!(record->flags & CDM_LOG_TIMED))
		return false;
	return (!view->has_since || us > filter->since_us) &&
	       (!view->has_until || us < filter->until_us);
}

static bool is_of_priority(const struct cdm_view *view, const struct cdm_log_record *record)
{
	unsigned facility = record->facility < 31 ? record->facility : 31;

	if (!view->levels && !view->facilities)
		return true;
	if (!(record->flags & CDM_LOG_PRIORITY))
		return false;
	return (!view->levels || view->levels >> (record->level & 7) & 1) &&
	       (!view->facilities || view->facilities >> facility & 1);
}

/* NULs, which the pattern would end at, are taken for blanks. */
static bool matches(struct cdm_filter *filter, const struct cdm_log_record *record)
{
	size_t len = record->text_len < CDM_MAX_TEXT ? record->text_len : CDM_MAX_TEXT;

	memcpy(filter->text, record->text, len);
	filter->text[len] = '\0';
	for (char *nul = filter->text;
	     (nul = memchr(nul, '\0', len - (size_t)(nul - filter->text)));)
		*nul = ' ';
	errno = 0;
	int answer = regexec(&filter->pattern, filter->text, 0, NULL, 0);

	/* glibc says REG_NOMATCH of every failure (regexec(), posix/regexec.c). */
	filter->is_out_of_memory |= answer == REG_ESPACE || (answer && errno == ENOMEM);
	return answer == 0;
}

bool cdm_filter_keeps(struct cdm_filter *filter, const struct cdm_log_record *record)
{
	return is_of_priority(filter->view, record) && is_in_time(filter, record) &&
	       (!filter->view->pattern || matches(filter, record));
}

bool cdm_filter_is_out_of_memory(const struct cdm_filter *filter)
{
	return filter->is_out_of_memory;
}

/* ---- made for a dump ---- */

/* As journalctl has it: a pattern without capital letters does not mind them in texts. */
static bool ignores_case(const struct cdm_view *view)
{
	if (view->pattern_case != CDM_CASE_BY_PATTERN)
		return view->pattern_case == CDM_CASE_IGNORED;
	for (const char *c = view->pattern; *c; c++)
		if (isupper((unsigned char)*c))
			return false;
	return true;
}

static enum cdm_status compile(regex_t *compiled, const char *pattern, bool ignore_case,
			       struct cdm_error *err)
{
	char why[128];
	int answer =
		regcomp(compiled, pattern,
			REG_EXTENDED | REG_NOSUB | REG_NEWLINE | (ignore_case ? REG_ICASE : 0));

	if (!answer)
		return CDM_OK;
	if (answer == REG_ESPACE)
		return cdm_fail_memory(err, "--grep");
	regerror(answer, compiled, why, sizeof(why));
	return cdm_fail(err, CDM_ERR_LIMIT, "--grep=%s: no regular expression: %s", pattern, why);
}

bool cdm_filter_check_pattern(const char *pattern, struct cdm_error *err)
{
	regex_t compiled;

	if (compile(&compiled, pattern, false, err))
		return false;
	regfree(&compiled);
	return true;
}

/* A point in time as microseconds since boot. What counts from the crash needs no wall clock. */
static enum cdm_status find_time(const struct cdm_when *when, const struct cdm_clock *clock,
				 bool utc, const char *option, int64_t *us, struct cdm_error *err)
{
	int64_t wall_us;

	if (when->base == CDM_WHEN_CRASH) {
		if (__builtin_add_overflow(clock->crash_us, when->us, us))
			*us = when->us < 0 ? INT64_MIN : INT64_MAX;
		return CDM_OK;
	}
	if (!clock->has_boot)
		return cdm_fail(err, CDM_ERR_NO_INFO,
				"--%s: the dump does not tell when it was booted: give a time that "
				"counts from the crash, as -30s, or --boot-time",
				option);
	if (!cdm_when_resolve(when, clock->boot_us + clock->crash_us, utc, &wall_us))
		return cdm_fail(err, CDM_ERR_LIMIT, "--%s: there is no such day", option);
	if (__builtin_sub_overflow(wall_us, clock->boot_us, us))
		*us = wall_us < 0 ? INT64_MIN : INT64_MAX;
	return CDM_OK;
}

static enum cdm_status fill(struct cdm_filter *filter, const struct cdm_view *view,
			    const struct cdm_clock *clock, bool utc, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (view->has_since)
		st = find_time(&view->since, clock, utc, "since", &filter->since_us, err);
	if (!st && view->has_until)
		st = find_time(&view->until, clock, utc, "until", &filter->until_us, err);
	if (!st && view->pattern)
		st = compile(&filter->pattern, view->pattern, ignores_case(view), err);
	return st;
}

enum cdm_status cdm_filter_new(const struct cdm_view *view, const struct cdm_clock *clock, bool utc,
			       struct cdm_filter **out, struct cdm_error *err)
{
	struct cdm_filter *filter = malloc(sizeof(*filter));

	if (!filter)
		return cdm_fail_memory(err, "filter");
	filter->view = view;
	filter->is_out_of_memory = false;
	enum cdm_status st = fill(filter, view, clock, utc, err);
	if (st)
		free(filter);
	else
		*out = filter;
	return st;
}

void cdm_filter_free(struct cdm_filter *filter)
{
	if (!filter)
		return;
	if (filter->view->pattern)
		regfree(&filter->pattern);
	free(filter);
}
