// SPDX-License-Identifier: GPL-2.0-or-later
/* times.c - when did a record come, in the words of dmesg(1)?
 *
 * Names of months and days are English whatever the locale. A wall time that no calendar has is
 * shown as the time since boot. */

#include "text/style.h"

#include <time.h>

#define US_PER_SECOND 1000000
#define NS_PER_US 1000u

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
static const char day_names[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

/* A wall time, and what is left of its second. */
struct wall {
	struct tm tm;
	uint32_t us;
};

static bool find_wall(const struct cdm_text_dress *dress, uint64_t us, struct wall *wall)
{
	int64_t wall_us;

	if (us > INT64_MAX || __builtin_add_overflow(dress->boot_us, (int64_t)us, &wall_us))
		return false;
	int64_t fraction = wall_us % US_PER_SECOND;

	if (fraction < 0)
		fraction += US_PER_SECOND;
	time_t seconds = (time_t)((wall_us - fraction) / US_PER_SECOND);

	wall->us = (uint32_t)fraction;
	return (dress->utc ? gmtime_r(&seconds, &wall->tm) : localtime_r(&seconds, &wall->tm)) &&
	       wall->tm.tm_year >= -1900 && wall->tm.tm_year <= 9999 - 1900;
}

/* ---- pieces ---- */

static void put_two(struct cdm_outbuf *out, int number, char pad)
{
	cdm_put_decimal(out, (uint64_t)number, 2, pad);
}

static void put_clock(struct cdm_outbuf *out, const struct tm *tm, bool has_seconds)
{
	put_two(out, tm->tm_hour, '0');
	cdm_put_char(out, ':');
	put_two(out, tm->tm_min, '0');
	if (!has_seconds)
		return;
	cdm_put_char(out, ':');
	put_two(out, tm->tm_sec, '0');
}

/* "Fri Feb 13 23:31:31 2009" */
static void put_ctime(struct cdm_outbuf *out, const struct tm *tm)
{
	cdm_put_string(out, day_names[tm->tm_wday]);
	cdm_put_char(out, ' ');
	cdm_put_string(out, month_names[tm->tm_mon]);
	cdm_put_char(out, ' ');
	put_two(out, tm->tm_mday, ' ');
	cdm_put_char(out, ' ');
	put_clock(out, tm, true);
	cdm_put_char(out, ' ');
	cdm_put_decimal(out, (uint64_t)(tm->tm_year + 1900), 4, '0');
}

/* A signed number of seconds, padded on the left to `width` columns. */
static void put_difference(struct cdm_outbuf *out, int64_t us, bool has_plus, unsigned width)
{
	uint64_t size = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
	char digits[CDM_MAX_DIGITS];
	char *end = digits + sizeof(digits);
	char *first = cdm_digits_before(end, size / US_PER_SECOND);
	bool has_sign = us < 0 || has_plus;
	size_t len = (size_t)(end - first) + 7 + has_sign;

	cdm_put_repeated(out, ' ', len < width ? width - len : 0);
	if (has_sign)
		cdm_put_char(out, us < 0 ? '-' : '+');
	cdm_put_bytes(out, first, (size_t)(end - first));
	cdm_put_char(out, '.');
	cdm_put_decimal(out, size % US_PER_SECOND, 6, '0');
}

static void put_delta(struct cdm_outbuf *out, int64_t delta_us)
{
	cdm_put_char(out, '<');
	put_difference(out, delta_us, false, 12);
	cdm_put_char(out, '>');
}

/* ---- formats ---- */

static void put_raw(struct cdm_outbuf *out, const struct cdm_moment *moment)
{
	cdm_put_char(out, '[');
	cdm_put_timestamp(out, moment->us * NS_PER_US, false);
}

static void put_reltime(struct cdm_outbuf *out, const struct cdm_moment *moment,
			const struct tm *tm)
{
	if (!moment->is_new_minute) {
		bool is_short = moment->delta_us < INT64_C(10) * US_PER_SECOND;

		cdm_put_string(out, is_short ? "[  " : "[ ");
		put_difference(out, moment->delta_us, true, is_short ? 8 : 9);
		return;
	}
	cdm_put_char(out, '[');
	cdm_put_string(out, month_names[tm->tm_mon]);
	put_two(out, tm->tm_mday, ' ');
	cdm_put_char(out, ' ');
	put_clock(out, tm, false);
}

/* "2009-02-13T23:31:31,123456+00:00", between no brackets */
static void put_iso(struct cdm_outbuf *out, const struct wall *wall)
{
	const struct tm *tm = &wall->tm;
	long offset = tm->tm_gmtoff / 60;

	cdm_put_decimal(out, (uint64_t)(tm->tm_year + 1900), 4, '0');
	cdm_put_char(out, '-');
	put_two(out, tm->tm_mon + 1, '0');
	cdm_put_char(out, '-');
	put_two(out, tm->tm_mday, '0');
	cdm_put_char(out, 'T');
	put_clock(out, tm, true);
	cdm_put_char(out, ',');
	cdm_put_decimal(out, wall->us, 6, '0');
	cdm_put_char(out, offset < 0 ? '-' : '+');
	if (offset < 0)
		offset = -offset;
	put_two(out, (int)(offset / 60), '0');
	cdm_put_char(out, ':');
	put_two(out, (int)(offset % 60), '0');
	cdm_put_char(out, ' ');
}

static void put_time(struct cdm_outbuf *out, enum cdm_text_time time,
		     const struct cdm_moment *moment, const struct wall *wall)
{
	switch (time) {
	case CDM_TEXT_TIME_NONE:
		return;
	case CDM_TEXT_TIME_ISO:
		if (wall) {
			put_iso(out, wall);
			return;
		}
		put_raw(out, moment);
		break;
	case CDM_TEXT_TIME_CTIME:
	case CDM_TEXT_TIME_CTIME_DELTA:
		if (wall) {
			cdm_put_char(out, '[');
			put_ctime(out, &wall->tm);
			break;
		}
		put_raw(out, moment);
		break;
	case CDM_TEXT_TIME_RELTIME:
		if (wall)
			put_reltime(out, moment, &wall->tm);
		else
			put_raw(out, moment);
		break;
	case CDM_TEXT_TIME_DELTA:
		cdm_put_char(out, '[');
		put_delta(out, moment->delta_us);
		break;
	default:
		put_raw(out, moment);
	}
	if (time == CDM_TEXT_TIME_RAW_DELTA || time == CDM_TEXT_TIME_CTIME_DELTA) {
		cdm_put_char(out, ' ');
		put_delta(out, moment->delta_us);
	}
	cdm_put_bytes(out, "] ", 2);
}

static bool needs_wall(enum cdm_text_time time)
{
	return time == CDM_TEXT_TIME_CTIME || time == CDM_TEXT_TIME_CTIME_DELTA ||
	       time == CDM_TEXT_TIME_RELTIME || time == CDM_TEXT_TIME_ISO;
}

static bool has_time(const struct cdm_text_dress *dress, enum cdm_text_time time)
{
	for (unsigned i = 0; i < dress->n_times; i++)
		if (dress->times[i] == time)
			return true;
	return false;
}

/* Later lines of a record with relative times have one that is the same for all. */
static size_t put_stamps(struct cdm_outbuf *out, const struct cdm_text_dress *dress,
			 const struct cdm_moment *moment)
{
	size_t width = 0;

	if (moment->is_later_line && has_time(dress, CDM_TEXT_TIME_RELTIME)) {
		cdm_put_string(out, "[  +0.000000] ");
		return sizeof("[  +0.000000] ") - 1;
	}
	for (unsigned i = 0; i < dress->n_times; i++) {
		enum cdm_text_time time = (enum cdm_text_time)dress->times[i];
		struct wall wall;
		bool has_wall = needs_wall(time) && find_wall(dress, moment->us, &wall);
		size_t start = out->needed;

		put_time(out, time, moment, has_wall ? &wall : NULL);
		width = out->needed - start;
	}
	return width;
}

size_t cdm_put_times(struct cdm_outbuf *out, const struct cdm_text_dress *dress,
		     const struct cdm_moment *moment)
{
	const char *color = cdm_color_of(dress, moment->is_new_minute ? CDM_TEXT_COLOR_TIMEBREAK
								      : CDM_TEXT_COLOR_TIME);

	if (dress->n_times == 1 && dress->times[0] == CDM_TEXT_TIME_NONE)
		return 0;
	cdm_put_color(out, color);
	size_t width = put_stamps(out, dress, moment);

	cdm_end_color(out, color);
	return width;
}

/* ---- the records before ---- */

/* Whether the minute, the hour or the day is another one than the last record's. */
static bool begins_minute(const struct cdm_text_dress *dress, uint64_t us,
			  struct cdm_text_state *state)
{
	struct wall wall;

	if (!find_wall(dress, us, &wall))
		return false;
	if (wall.tm.tm_min == state->minute && wall.tm.tm_hour == state->hour &&
	    wall.tm.tm_yday == state->day_of_year)
		return false;
	state->minute = wall.tm.tm_min;
	state->hour = wall.tm.tm_hour;
	state->day_of_year = wall.tm.tm_yday;
	return true;
}

struct cdm_moment cdm_moment_of(const struct cdm_text_dress *dress, const struct cdm_record *rec,
				struct cdm_text_state *state)
{
	struct cdm_moment moment = { .us = rec->ts_ns / NS_PER_US };

	if (state->last_us)
		moment.delta_us = (int64_t)(moment.us - state->last_us);
	state->last_us = moment.us;
	if (has_time(dress, CDM_TEXT_TIME_RELTIME))
		moment.is_new_minute = begins_minute(dress, moment.us, state);
	return moment;
}
