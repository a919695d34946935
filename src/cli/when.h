/* SPDX-License-Identifier: GPL-2.0-or-later */
/* when.h - points in time as people write them: for --since, --until and --boot-time.
 *
 *     2024-05-03 12:00:00.123456   2024-05-03T12:00   24-05-03   12:00   20240503120000   @1714730400
 *     now   today   yesterday   tomorrow   -30s   +1h30min   5 days ago   Fri 2024-05-03
 *
 * As dmesg(1) reads them, but that now is the time of the crash. */

#ifndef CDM_CLI_WHEN_H
#define CDM_CLI_WHEN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum cdm_when_base {
	CDM_WHEN_EPOCH, /* us counts from 1970, UTC */
	CDM_WHEN_CRASH, /* us counts from the crash */
	CDM_WHEN_DATE,  /* a local date and time of day, and us behind it */
	CDM_WHEN_DAY,   /* us counts from the start of the crash's day; `days` later */
};

struct cdm_when {
	enum cdm_when_base base;
	int64_t us;
	struct tm date; /* CDM_WHEN_DATE: year to second */
	int days;
	bool has_weekday; /* the date has to be ... */
	int weekday;      /* ... this one, 0 is Sunday */
};

/* False: the text is no time. */
bool cdm_when_parse(const char *text, struct cdm_when *when);

/* Microseconds since 1970, UTC. False: there is no such time, or the weekday is another one. */
bool cdm_when_resolve(const struct cdm_when *when, int64_t crash_us, bool utc, int64_t *wall_us);

#endif
