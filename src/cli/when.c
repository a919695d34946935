// SPDX-License-Identifier: GPL-2.0-or-later
/* when.c - which point in time is that? */

#include "cli/when.h"

#include "base/limits.h"

#include <string.h>
#include <strings.h>

#define US_PER_SECOND INT64_C(1000000)
#define SECONDS_A_DAY 86400

static const char day_names[7][10] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
				       "Thursday", "Friday", "Saturday" };

/* ---- pieces ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	++*text;
	return true;
}

static void take_blanks(const char **text)
{
	*text += strspn(*text, " \t");
}

/* Exactly so many digits. */
static bool take_digits(const char **text, unsigned count, int *number)
{
	int n = 0;

	for (unsigned i = 0; i < count; i++) {
		if (!is_digit((*text)[i]))
			return false;
		n = n * 10 + ((*text)[i] - '0');
	}
	*text += count;
	*number = n;
	return true;
}

static bool take_number(const char **text, int64_t *number)
{
	int64_t n = 0;
	const char *at = *text;

	for (; is_digit(*at); at++) {
		if (n > (CDM_MAX_WALL_SECONDS - 9) / 10)
			return false;
		n = n * 10 + (*at - '0');
	}
	if (at == *text)
		return false;
	*text = at;
	*number = n;
	return true;
}

/* ".123456", with a point or a comma; none is 0. At most six digits. */
static bool take_fraction(const char **text, int64_t *us)
{
	int64_t unit = US_PER_SECOND / 10;

	*us = 0;
	if (**text != '.' && **text != ',')
		return true;
	++*text;
	if (!is_digit(**text))
		return false;
	for (; is_digit(**text) && unit; unit /= 10)
		*us += (*(*text)++ - '0') * unit;
	return !is_digit(**text);
}

/* ---- dates ---- */

/* "12:00", "12:00:00", "12:00:00.5" */
static bool take_time_of_day(const char **text, struct cdm_when *when)
{
	struct tm *date = &when->date;

	if (!take_digits(text, 2, &date->tm_hour) || !take_char(text, ':') ||
	    !take_digits(text, 2, &date->tm_min))
		return false;
	if (take_char(text, ':') &&
	    (!take_digits(text, 2, &date->tm_sec) || !take_fraction(text, &when->us)))
		return false;
	return date->tm_hour < 24 && date->tm_min < 60 && date->tm_sec <= 60;
}

/* "2024-05-03", "24-05-03"; two digits are of 1969 to 2068, as strptime() has them. */
static bool take_date(const char **text, struct cdm_when *when)
{
	struct tm *date = &when->date;
	const char *at = *text;
	int year;

	if (take_digits(&at, 4, &year) && take_char(&at, '-')) {
		date->tm_year = year - 1900;
	} else {
		at = *text;
		if (!take_digits(&at, 2, &year) || !take_char(&at, '-'))
			return false;
		date->tm_year = year < 69 ? year + 100 : year;
	}
	if (!take_digits(&at, 2, &date->tm_mon) || !take_char(&at, '-') ||
	    !take_digits(&at, 2, &date->tm_mday))
		return false;
	date->tm_mon--;
	*text = at;
	return date->tm_mon >= 0 && date->tm_mon < 12 && date->tm_mday >= 1 && date->tm_mday <= 31;
}

/* "20240503120000" */
static bool take_figures(const char **text, struct cdm_when *when)
{
	struct tm *date = &when->date;
	const char *at = *text;
	int year;

	if (!take_digits(&at, 4, &year) || !take_digits(&at, 2, &date->tm_mon) ||
	    !take_digits(&at, 2, &date->tm_mday) || !take_digits(&at, 2, &date->tm_hour) ||
	    !take_digits(&at, 2, &date->tm_min) || !take_digits(&at, 2, &date->tm_sec) ||
	    !take_fraction(&at, &when->us))
		return false;
	date->tm_year = year - 1900;
	date->tm_mon--;
	*text = at;
	return date->tm_mon >= 0 && date->tm_mon < 12;
}

static bool parse_date(const char *text, struct cdm_when *when)
{
	const char *at = text;

	when->base = CDM_WHEN_DATE;
	if (take_figures(&at, when))
		return !*at;
	when->us = 0;
	at = text;
	if (take_date(&at, when)) {
		if (!*at)
			return true;
		return (take_char(&at, 'T') || take_char(&at, ' ')) &&
		       (take_blanks(&at), take_time_of_day(&at, when)) && !*at;
	}
	at = text;
	if (!take_time_of_day(&at, when) || *at)
		return false;
	when->base = CDM_WHEN_DAY;
	when->us +=
		((int64_t)when->date.tm_hour * 3600 + when->date.tm_min * 60 + when->date.tm_sec) *
		US_PER_SECOND;
	return true;
}

/* ---- spans ---- */

static const struct {
	char name[8];
	int64_t us;
} units[] = {
	{ "usec", 1 },
	{ "us", 1 },
	{ "msec", 1000 },
	{ "ms", 1000 },
	{ "seconds", US_PER_SECOND },
	{ "second", US_PER_SECOND },
	{ "sec", US_PER_SECOND },
	{ "s", US_PER_SECOND },
	{ "minutes", 60 * US_PER_SECOND },
	{ "minute", 60 * US_PER_SECOND },
	{ "min", 60 * US_PER_SECOND },
	{ "months", 2629800 * US_PER_SECOND }, /* a twelfth of a year */
	{ "month", 2629800 * US_PER_SECOND },
	{ "m", 60 * US_PER_SECOND },
	{ "hours", 3600 * US_PER_SECOND },
	{ "hour", 3600 * US_PER_SECOND },
	{ "hr", 3600 * US_PER_SECOND },
	{ "h", 3600 * US_PER_SECOND },
	{ "days", SECONDS_A_DAY *US_PER_SECOND },
	{ "day", SECONDS_A_DAY *US_PER_SECOND },
	{ "d", SECONDS_A_DAY *US_PER_SECOND },
	{ "weeks", 7 * SECONDS_A_DAY *US_PER_SECOND },
	{ "week", 7 * SECONDS_A_DAY *US_PER_SECOND },
	{ "w", 7 * SECONDS_A_DAY *US_PER_SECOND },
	{ "years", 31557600 * US_PER_SECOND }, /* 365.25 days */
	{ "year", 31557600 * US_PER_SECOND },
	{ "y", 31557600 * US_PER_SECOND },
};

/* The unit that the letters there name; without letters, seconds. 0: none. */
static int64_t take_unit(const char **text)
{
	size_t len = strcspn(*text, " \t0123456789");

	if (!len)
		return US_PER_SECOND;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strlen(units[i].name) == len && !strncasecmp(units[i].name, *text, len)) {
			*text += len;
			return units[i].us;
		}
	}
	return 0;
}

/* "1h 30min", "5", "0.5s" */
static bool parse_span(const char *text, size_t len, int64_t *us)
{
	const char *end = text + len;

	*us = 0;
	do {
		int64_t number, fraction, product;

		if (!take_number(&text, &number) || !take_fraction(&text, &fraction))
			return false;
		take_blanks(&text);
		int64_t unit = text < end ? take_unit(&text) : US_PER_SECOND;

		if (!unit || __builtin_mul_overflow(number, unit, &product) ||
		    __builtin_add_overflow(product, unit / US_PER_SECOND * fraction, &product) ||
		    __builtin_add_overflow(*us, product, us))
			return false;
		while (text < end && *text == ' ')
			text++;
	} while (text < end);
	return text == end;
}

/* "-30s", "+1h", "5 days ago" */
static bool parse_relative(const char *text, struct cdm_when *when)
{
	static const char ago[] = " ago";
	size_t len = strlen(text), ago_len = sizeof(ago) - 1;
	bool is_before = text[0] == '-';

	when->base = CDM_WHEN_CRASH;
	if (text[0] == '-' || text[0] == '+') {
		if (!parse_span(text + 1, len - 1, &when->us))
			return false;
	} else {
		if (len <= ago_len || strcasecmp(text + len - ago_len, ago) != 0 ||
		    !parse_span(text, len - ago_len, &when->us))
			return false;
		is_before = true;
	}
	if (is_before)
		when->us = -when->us;
	return true;
}

static bool parse_epoch(const char *text, struct cdm_when *when)
{
	int64_t seconds, fraction;
	bool is_before = take_char(&text, '-');

	when->base = CDM_WHEN_EPOCH;
	if (!take_number(&text, &seconds) || !take_fraction(&text, &fraction) || *text)
		return false;
	when->us = seconds * US_PER_SECOND + fraction;
	if (is_before)
		when->us = -when->us;
	return true;
}

/* ---- all ---- */

static bool parse_word(const char *text, struct cdm_when *when)
{
	static const struct {
		char word[10];
		int days;
	} words[] = { { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 } };

	if (!strcasecmp(text, "now")) {
		when->base = CDM_WHEN_CRASH;
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!strcasecmp(text, words[i].word)) {
			when->base = CDM_WHEN_DAY;
			when->days = words[i].days;
			return true;
		}
	}
	return false;
}

/* "Fri ", "Friday ": only in front of a date. */
static const char *behind_weekday(const char *text, struct cdm_when *when)
{
	size_t len = strcspn(text, " \t");

	for (int day = 0; day < 7; day++) {
		if ((len == 3 || len == strlen(day_names[day])) && text[len] &&
		    !strncasecmp(text, day_names[day], len)) {
			when->has_weekday = true;
			when->weekday = day;
			text += len;
			take_blanks(&text);
			return text;
		}
	}
	return text;
}

bool cdm_when_parse(const char *text, struct cdm_when *when)
{
	*when = (struct cdm_when){ 0 };
	if (text[0] == '@')
		return parse_epoch(text + 1, when);
	if (parse_word(text, when))
		return true;
	if (text[0] == '-' || text[0] == '+' || strlen(text) > 4)
		if (parse_relative(text, when))
			return true;
	*when = (struct cdm_when){ 0 };
	return parse_date(behind_weekday(text, when), when);
}

static bool add_seconds(time_t seconds, int64_t us, int64_t *wall_us)
{
	int64_t whole;

	return !__builtin_mul_overflow((int64_t)seconds, US_PER_SECOND, &whole) &&
	       !__builtin_add_overflow(whole, us, wall_us);
}

static bool resolve_date(struct tm date, const struct cdm_when *when, bool utc, int64_t *wall_us)
{
	date.tm_isdst = -1;
	time_t seconds = utc ? timegm(&date) : mktime(&date);

	if (when->has_weekday && date.tm_wday != when->weekday)
		return false;
	return add_seconds(seconds, when->us, wall_us);
}

static bool resolve_day(const struct cdm_when *when, int64_t crash_us, bool utc, int64_t *wall_us)
{
	time_t crash = (time_t)(crash_us / US_PER_SECOND);
	struct tm date;

	if (!(utc ? gmtime_r(&crash, &date) : localtime_r(&crash, &date)))
		return false;
	date.tm_hour = date.tm_min = date.tm_sec = 0;
	date.tm_mday += when->days;
	return resolve_date(date, when, utc, wall_us);
}

bool cdm_when_resolve(const struct cdm_when *when, int64_t crash_us, bool utc, int64_t *wall_us)
{
	switch (when->base) {
	case CDM_WHEN_EPOCH:
		*wall_us = when->us;
		return true;
	case CDM_WHEN_CRASH:
		return !__builtin_add_overflow(crash_us, when->us, wall_us);
	case CDM_WHEN_DATE:
		return resolve_date(when->date, when, utc, wall_us);
	default:
		return resolve_day(when, crash_us, utc, wall_us);
	}
}
