// SPDX-License-Identifier: GPL-2.0-or-later
/* test_timekeeper.c - is a timekeeper found wherever its members stand, and nothing taken for one? */

#include "kernel/timekeeper.h"
#include "tests/unit/suite.h"

#define SECOND INT64_C(1795799408) /* 2026-11-27 */
#define BOOT_NS INT64_C(1795799400879221000)
#define KEPT_NS (SECOND * 1000000000 - BOOT_NS)

enum { ROOM = 256 };

/* Where members are; 0: nowhere. */
static const struct {
	const char *what;
	struct cdm_layout layout;
	unsigned xtime_sec, wall_to_monotonic, offs_real, base;
	int64_t real_error, base_error; /* ns by which the second telling is wrong */
	bool is_found;
} rows[] = {
	{ "64 bits", LITTLE_64, 104, 120, 136, 48, 0, 0, true },
	{ "big-endian", BIG_64, 104, 120, 136, 48, 0, 0, true },
	{ "32 bits, aligned as on i386", LITTLE_32, 100, 116, 132, 44, 0, 0, true },
	{ "the same, big-endian", BIG_32, 104, 120, 136, 48, 0, 0, true },
	{ "in another order", LITTLE_64, 200, 8, 24, 240, 0, 0, true },
	{ "at the end", LITTLE_64, 8, 240, 32, 40, 0, 0, true },
	{ "offs_real is another time", LITTLE_64, 104, 120, 136, 48, 1, 0, false },
	{ "base is another time", LITTLE_64, 104, 120, 136, 48, 0, -1, false },
	{ "no base", LITTLE_64, 104, 120, 136, 0, 0, 0, false },
	{ "no second", LITTLE_64, 0, 120, 136, 48, 0, 0, false },
};

static void put(uint8_t *bytes, unsigned at, int64_t value, struct cdm_layout layout)
{
	if (at)
		put_number(bytes + at, (uint64_t)value, 8, layout.big_endian);
}

/* wall_to_monotonic is rounded down to a second, and nanoseconds up from there. */
static void put_negated(uint8_t *bytes, unsigned at, int64_t ns, struct cdm_layout layout)
{
	put(bytes, at, -(ns / 1000000000) - 1, layout);
	put_number(bytes + at + 8, (uint64_t)(1000000000 - ns % 1000000000), layout.word,
		   layout.big_endian);
}

START_TEST(members)
{
	uint8_t bytes[ROOM] = { 0 };
	struct cdm_layout layout = rows[_i].layout;
	struct cdm_timekeeper found;

	put(bytes, rows[_i].xtime_sec, SECOND, layout);
	put_negated(bytes, rows[_i].wall_to_monotonic, BOOT_NS, layout);
	put(bytes, rows[_i].offs_real, BOOT_NS + rows[_i].real_error, layout);
	put(bytes, rows[_i].base, KEPT_NS + rows[_i].base_error, layout);
	bool is_found = cdm_timekeeper_parse((struct cdm_bytes){ bytes, ROOM }, layout, &found);

	ck_assert_msg(is_found == rows[_i].is_found, "%s", rows[_i].what);
	if (is_found) {
		ck_assert_int_eq(found.boot_ns, BOOT_NS);
		ck_assert_int_eq(found.kept_ns, KEPT_NS);
	}
}
END_TEST

/* A clock that was never set has no wall time; zeros prove everything of zeros. */
START_TEST(no_clock)
{
	uint8_t bytes[ROOM] = { 0 };
	struct cdm_timekeeper found;

	ck_assert(!cdm_timekeeper_parse((struct cdm_bytes){ bytes, ROOM },
					(struct cdm_layout)LITTLE_64, &found));
	ck_assert(!cdm_timekeeper_parse((struct cdm_bytes){ bytes, 7 },
					(struct cdm_layout)LITTLE_64, &found));
}
END_TEST

/* Two that differ: it cannot be told which is the clock's. */
START_TEST(two_clocks)
{
	uint8_t bytes[ROOM] = { 0 };
	struct cdm_layout layout = LITTLE_64;
	struct cdm_timekeeper found;
	const int64_t other_ns = BOOT_NS - INT64_C(500000000);

	put(bytes, 8, SECOND, layout);
	put_negated(bytes, 16, BOOT_NS, layout);
	put(bytes, 32, BOOT_NS, layout);
	put(bytes, 40, KEPT_NS, layout);
	put_negated(bytes, 64, other_ns, layout);
	put(bytes, 80, other_ns, layout);
	put(bytes, 88, SECOND * 1000000000 - other_ns, layout);
	ck_assert(!cdm_timekeeper_parse((struct cdm_bytes){ bytes, ROOM }, layout, &found));
}
END_TEST

/* A second's nanoseconds are less than a second; another number is no struct timespec64. */
START_TEST(no_second)
{
	uint8_t bytes[ROOM] = { 0 };
	struct cdm_layout layout = LITTLE_64;
	struct cdm_timekeeper found;

	put(bytes, 8, SECOND, layout);
	put(bytes, 16, -(BOOT_NS / 1000000000) - 2, layout);
	put(bytes, 24, 2000000000 - BOOT_NS % 1000000000, layout);
	put(bytes, 32, BOOT_NS, layout);
	put(bytes, 40, KEPT_NS, layout);
	ck_assert(!cdm_timekeeper_parse((struct cdm_bytes){ bytes, ROOM }, layout, &found));
}
END_TEST

/* What stands there may be anything: numbers that no product fits, too. */
START_TEST(any_bytes)
{
	uint8_t bytes[ROOM] = { 0 };
	struct cdm_timekeeper found;
	uint64_t random = 1;

	for (unsigned round = 0; round < 200; round++) {
		for (size_t at = 0; at < ROOM; at += 8)
			put_number(bytes + at, next_random(&random), round % 2 ? 8 : 4, round & 4);
		ck_assert(!cdm_timekeeper_parse((struct cdm_bytes){ bytes, ROOM },
						(struct cdm_layout)LITTLE_64, &found));
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("timekeeper");
	TCase *tests = tcase_create("timekeeper");

	tcase_add_loop_test(tests, members, 0, ROWS(rows));
	tcase_add_test(tests, no_clock);
	tcase_add_test(tests, two_clocks);
	tcase_add_test(tests, no_second);
	tcase_add_test(tests, any_bytes);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
