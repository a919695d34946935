// SPDX-License-Identifier: GPL-2.0-or-later
/* test_when.c - which point in time is meant, seen from a crash on Tuesday, 2023-11-14 22:13:20.5 UTC? */

#include "cli/when.h"
#include "tests/unit/suite.h"

#define CRASH INT64_C(1700000000500000)
#define US_PER_SECOND INT64_C(1000000)
#define MIDNIGHT (INT64_C(1699920000) * US_PER_SECOND)
#define HOUR (3600 * US_PER_SECOND)
#define DAY (24 * HOUR)

static const struct {
	const char *text;
	int64_t us;
} times[] = {
	{ "@0", 0 },
	{ "@1700000000", INT64_C(1700000000000000) },
	{ "@1700000000.25", INT64_C(1700000000250000) },
	{ "@1700000000,000001", INT64_C(1700000000000001) },
	{ "@-1.5", -1500000 },
	{ "now", CRASH },
	{ "Now", CRASH },
	{ "today", MIDNIGHT },
	{ "yesterday", MIDNIGHT - DAY },
	{ "TOMORROW", MIDNIGHT + DAY },
	{ "-30s", CRASH - 30 * US_PER_SECOND },
	{ "-30", CRASH - 30 * US_PER_SECOND },
	{ "+30", CRASH + 30 * US_PER_SECOND },
	{ "-5min", CRASH - 300 * US_PER_SECOND },
	{ "-1h30min", CRASH - 5400 * US_PER_SECOND },
	{ "-1h 30min", CRASH - 5400 * US_PER_SECOND },
	{ "-0.5s", CRASH - 500000 },
	{ "-2 hours", CRASH - 2 * HOUR },
	{ "-250ms", CRASH - 250000 },
	{ "-7usec", CRASH - 7 },
	{ "-1w", CRASH - 7 * DAY },
	{ "-1d", CRASH - DAY },
	{ "-1month", CRASH - INT64_C(2629800) * US_PER_SECOND },
	{ "-1m", CRASH - 60 * US_PER_SECOND },
	{ "-1y", CRASH - INT64_C(31557600) * US_PER_SECOND },
	{ "5 days ago", CRASH - 5 * DAY },
	{ "5d AGO", CRASH - 5 * DAY },
	{ "2023-11-14", MIDNIGHT },
	{ "23-11-14", MIDNIGHT },
	{ "2023-11-14 12:00", MIDNIGHT + 12 * HOUR },
	{ "2023-11-14T12:00:00", MIDNIGHT + 12 * HOUR },
	{ "2023-11-14 12:00:00.000001", MIDNIGHT + 12 * HOUR + 1 },
	{ "20231114120000", MIDNIGHT + 12 * HOUR },
	{ "12:00", MIDNIGHT + 12 * HOUR },
	{ "12:00:01,5", MIDNIGHT + 12 * HOUR + 1500000 },
	{ "Tue 2023-11-14", MIDNIGHT },
	{ "tuesday 2023-11-14 12:00", MIDNIGHT + 12 * HOUR },
	{ "69-01-01", -365 * DAY },
	{ "1970-01-01", 0 },
};

START_TEST(time_of)
{
	struct cdm_when when;
	int64_t us;

	ck_assert_msg(cdm_when_parse(times[_i].text, &when), "'%s' is no time", times[_i].text);
	ck_assert_msg(cdm_when_resolve(&when, CRASH, true, &us), "'%s' is never", times[_i].text);
	ck_assert_msg(us == times[_i].us, "'%s' is %lld", times[_i].text, (long long)us);
}
END_TEST

static const char *const no_times[] = {
	"",
	"x",
	"@",
	"@x",
	"@1.",
	"@1.1234567",
	"@9999999999999999999",
	"-",
	"-x",
	"-5parsecs",
	"-5 m x",
	"5 days",
	"ago",
	"nowhere",
	"2023",
	"2023-13-01",
	"2023-00-01",
	"2023-11-00",
	"2023-11-32",
	"2023-11-14 24:00",
	"2023-11-14 12:60",
	"2023-11-14 12:00:61",
	"2023-11-14 1:00",
	"2023-11-14x",
	"2023-11-14 12:00 UTC",
	"12",
	"2023111412000",
	"202311141200000",
	"Tue",
	"Tue ",
	"-99999999999999999999y",
	"-9999999999999y",
};

START_TEST(no_time)
{
	struct cdm_when when;

	ck_assert_msg(!cdm_when_parse(no_times[_i], &when), "'%s' is a time", no_times[_i]);
}
END_TEST

START_TEST(another_weekday)
{
	struct cdm_when when;
	int64_t us;

	ck_assert(cdm_when_parse("Wed 2023-11-14", &when));
	ck_assert(!cdm_when_resolve(&when, CRASH, true, &us));
	ck_assert(cdm_when_parse("+290000y", &when));
	ck_assert(!cdm_when_resolve(&when, INT64_MAX - 1, true, &us));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("when");
	TCase *tests = tcase_create("when");

	tcase_add_loop_test(tests, time_of, 0, ROWS(times));
	tcase_add_loop_test(tests, no_time, 0, ROWS(no_times));
	tcase_add_test(tests, another_weekday);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
