// SPDX-License-Identifier: GPL-2.0-or-later
/* test_bytes.c - can a number from a file overflow, or a read of one leave its range? */

#include "base/bytes.h"
#include "base/checked.h"
#include "tests/unit/suite.h"

/* ---- checked arithmetic ---- */

static const struct {
	const char *what;
	uint64_t a, b;
	bool overflows;
	uint64_t sum;
} sums[] = {
	{ "nothing", 0, 0, false, 0 },
	{ "just below the end", UINT64_MAX - 1, 1, false, UINT64_MAX },
	{ "nothing to the largest", UINT64_MAX, 0, false, UINT64_MAX },
	{ "wraps to 0", UINT64_MAX, 1, true, 0 },
	{ "wraps to 0, the other way", 1, UINT64_MAX, true, 0 },
	{ "both the largest", UINT64_MAX, UINT64_MAX, true, 0 },
	{ "halves", UINT64_C(1) << 63, UINT64_C(1) << 63, true, 0 },
};

START_TEST(sum)
{
	uint64_t out;
	bool overflows = cdm_add(sums[_i].a, sums[_i].b, &out);

	ck_assert_msg(overflows == sums[_i].overflows, "%s", sums[_i].what);
	ck_assert_msg(overflows || out == sums[_i].sum, "%s", sums[_i].what);
	ck_assert_msg(cdm_end_of(sums[_i].a, sums[_i].b) == (overflows ? UINT64_MAX : sums[_i].sum),
		      "%s: the end of a range", sums[_i].what);
}
END_TEST

static const struct {
	const char *what;
	uint64_t start, index, size;
	bool overflows;
	uint64_t place;
} places[] = {
	{ "the first element", 100, 0, 24, false, 100 },
	{ "an element of a table", 100, 3, 24, false, 172 },
	{ "T34: past 32 bits", 0, UINT32_MAX, 24, false, UINT64_C(103079215080) },
	{ "no size", 5, UINT64_MAX, 0, false, 5 },
	{ "the product just fits", 0, UINT64_MAX, 1, false, UINT64_MAX },
	{ "the product wraps to 0", 7, UINT64_C(1) << 32, UINT64_C(1) << 32, true, 0 },
	{ "the product wraps to more than a factor", 0, UINT64_C(1) << 60, 17, true, 0 },
	{ "the sum just fits", UINT64_MAX - 24, 1, 24, false, UINT64_MAX },
	{ "the sum wraps", UINT64_MAX - 23, 1, 24, true, 0 },
	{ "sum and product wrap", UINT64_MAX, UINT64_MAX, UINT64_MAX, true, 0 },
};

START_TEST(place_in_a_table)
{
	uint64_t out;
	bool overflows = cdm_add_mul(places[_i].start, places[_i].index, places[_i].size, &out);

	ck_assert_msg(overflows == places[_i].overflows, "%s", places[_i].what);
	ck_assert_msg(overflows || out == places[_i].place, "%s", places[_i].what);
}
END_TEST

START_TEST(product)
{
	uint64_t out;

	ck_assert(!cdm_mul(UINT32_MAX, UINT32_MAX, &out));
	ck_assert_uint_eq(out, UINT64_C(0xfffffffe00000001));
	ck_assert(!cdm_mul(0, UINT64_MAX, &out));
	ck_assert_uint_eq(out, 0);
	ck_assert(cdm_mul(3, UINT64_MAX / 3 + 1, &out));
	ck_assert(cdm_mul(UINT64_MAX, 2, &out));
}
END_TEST

static const struct {
	uint64_t n;
	bool is_power;
} powers[] = {
	{ 0, false },          { 1, true },     { 3, false },
	{ 4096, true },        { 4097, false }, { UINT64_C(1) << 63, true },
	{ UINT64_MAX, false },
};

START_TEST(power_of_two)
{
	ck_assert_int_eq(cdm_is_power_of_two(powers[_i].n), powers[_i].is_power);
}
END_TEST

/* ---- numbers of any machine ---- */

static const uint8_t counting[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static const struct {
	const char *what;
	struct cdm_layout layout;
	uint64_t u16, u32, u64, word;
} loads[] = {
	{ "little-endian, 64 bit", LITTLE_64, 0x0201, 0x04030201, 0x0807060504030201,
	  0x0807060504030201 },
	{ "little-endian, 32 bit", LITTLE_32, 0x0201, 0x04030201, 0x0807060504030201, 0x04030201 },
	{ "big-endian, 64 bit", BIG_64, 0x0102, 0x01020304, 0x0102030405060708,
	  0x0102030405060708 },
	{ "big-endian, 32 bit", BIG_32, 0x0102, 0x01020304, 0x0102030405060708, 0x01020304 },
};

START_TEST(load)
{
	struct cdm_layout layout = loads[_i].layout;

	ck_assert_msg(cdm_load_u16(counting, layout) == loads[_i].u16, "%s", loads[_i].what);
	ck_assert_msg(cdm_load_u32(counting, layout) == loads[_i].u32, "%s", loads[_i].what);
	ck_assert_msg(cdm_load_u64(counting, layout) == loads[_i].u64, "%s", loads[_i].what);
	ck_assert_msg(cdm_load_word(counting, layout) == loads[_i].word, "%s", loads[_i].what);
}
END_TEST

START_TEST(take_is_load_and_step)
{
	uint8_t bytes[24];
	struct cdm_layout layout = loads[_i].layout;

	memcpy(bytes, counting, 2);
	memcpy(bytes + 2, counting, 4);
	memcpy(bytes + 6, counting, 8);
	memcpy(bytes + 14, counting, 8);
	struct cdm_cursor c =
		cdm_cursor((struct cdm_bytes){ bytes, 14 + (size_t)layout.word }, layout);

	ck_assert_uint_eq(cdm_take_u16(&c), loads[_i].u16);
	ck_assert_uint_eq(cdm_take_u32(&c), loads[_i].u32);
	ck_assert_uint_eq(cdm_take_u64(&c), loads[_i].u64);
	ck_assert_uint_eq(cdm_take_word(&c), loads[_i].word);
	ck_assert(!c.overrun);
	ck_assert_uint_eq(c.pos, c.in.len);
}
END_TEST

/* A load must not ask for alignment that a file does not give. */
START_TEST(load_from_odd_places)
{
	uint8_t bytes[17];

	for (size_t i = 0; i < 8; i++) {
		memcpy(bytes + i, counting, sizeof(counting));
		ck_assert_uint_eq(cdm_load_u64(bytes + i, loads[_i].layout), loads[_i].u64);
		ck_assert_uint_eq(cdm_load_u32(bytes + i, loads[_i].layout), loads[_i].u32);
	}
}
END_TEST

/* ---- cursors ---- */

/* Skips, then takes, in a range of 8 bytes with others behind it. */
static const struct {
	const char *what;
	size_t skip, take;
	bool overruns;
	size_t pos;
} cursors[] = {
	{ "all", 0, 8, false, 8 },
	{ "nothing at the start", 0, 0, false, 0 },
	{ "nothing at the end", 8, 0, false, 8 },
	{ "a part in the middle", 3, 4, false, 7 },
	{ "one byte too many", 0, 9, true, 0 },
	{ "one byte behind the end", 8, 1, true, 8 },
	{ "a size that wraps", 4, SIZE_MAX, true, 4 },
	{ "a size that wraps to the range", 4, SIZE_MAX - 3, true, 4 },
	{ "a skip behind the end", 9, 0, true, 0 },
	{ "a skip that wraps", SIZE_MAX, 1, true, 0 },
};

START_TEST(cursor_stays_in_its_range)
{
	static const uint8_t bytes[16] = { 0 };
	struct cdm_cursor c =
		cdm_cursor((struct cdm_bytes){ bytes, 8 }, (struct cdm_layout)LITTLE_64);

	cdm_skip(&c, cursors[_i].skip);
	struct cdm_bytes taken = cdm_take(&c, cursors[_i].take);

	ck_assert_msg(c.overrun == cursors[_i].overruns, "%s", cursors[_i].what);
	ck_assert_msg(c.pos == cursors[_i].pos, "%s: at %zu", cursors[_i].what, c.pos);
	ck_assert_msg(taken.len == (cursors[_i].overruns ? 0 : cursors[_i].take), "%s",
		      cursors[_i].what);
	if (!cursors[_i].overruns)
		ck_assert_ptr_eq(taken.at, bytes + cursors[_i].skip);
}
END_TEST

START_TEST(overrun_stays)
{
	static const uint8_t ones[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct cdm_cursor c =
		cdm_cursor((struct cdm_bytes){ ones, sizeof(ones) }, loads[_i].layout);

	cdm_skip(&c, 3);
	ck_assert_uint_eq(cdm_take_u32(&c), 0);
	ck_assert(c.overrun);
	ck_assert_uint_eq(cdm_take_u16(&c), 0); /* it would fit */
	ck_assert_uint_eq(cdm_take_u64(&c), 0);
	ck_assert_uint_eq(cdm_take_word(&c), 0);
	ck_assert_uint_eq(cdm_take(&c, 0).len, 0);
	cdm_skip(&c, 0);
	ck_assert(c.overrun);
	ck_assert_uint_eq(c.pos, 3);
}
END_TEST

START_TEST(empty_cursor)
{
	struct cdm_cursor c = cdm_cursor((struct cdm_bytes){ counting, 0 }, loads[_i].layout);

	ck_assert_uint_eq(cdm_take(&c, 0).len, 0);
	ck_assert(!c.overrun);
	ck_assert_uint_eq(cdm_take_u16(&c), 0);
	ck_assert(c.overrun);
}
END_TEST

/* ---- slices ---- */

static const struct {
	const char *what;
	uint64_t off, len;
	bool fits;
} slices[] = {
	{ "everything", 0, 8, true },
	{ "a part", 2, 3, true },
	{ "nothing, at the start", 0, 0, true },
	{ "nothing, at the end", 8, 0, true },
	{ "nothing, behind the end", 9, 0, false },
	{ "one byte too long", 0, 9, false },
	{ "one byte behind the end", 8, 1, false },
	{ "offset + length wraps to 1", UINT64_MAX, 2, false },
	{ "offset + length wraps into the range", 6, UINT64_MAX - 3, false },
	{ "both the largest", UINT64_MAX, UINT64_MAX, false },
	{ "T34: the length fits in 32 bits alone", 0, (UINT64_C(1) << 32) + 1, false },
};

START_TEST(slice)
{
	struct cdm_bytes whole = { counting, 8 }, part = { NULL, 77 };
	bool fits = cdm_slice(whole, slices[_i].off, slices[_i].len, &part);

	ck_assert_msg(fits == slices[_i].fits, "%s", slices[_i].what);
	if (fits) {
		ck_assert_ptr_eq(part.at, counting + slices[_i].off);
		ck_assert_uint_eq(part.len, slices[_i].len);
	} else {
		ck_assert_ptr_null(part.at);
		ck_assert_uint_eq(part.len, 77);
	}
}
END_TEST

START_TEST(starts_with)
{
	struct cdm_bytes whole = { (const uint8_t *)"KDUMP   ", 8 };

	ck_assert(cdm_starts_with(whole, "KDUMP   ", 8));
	ck_assert(cdm_starts_with(whole, "KDUMP", 5));
	ck_assert(cdm_starts_with(whole, "", 0));
	ck_assert(!cdm_starts_with(whole, "KDUMP    ", 9));
	ck_assert(!cdm_starts_with(whole, "kdump", 5));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bytes");
	TCase *tests = tcase_create("bytes");

	tcase_add_loop_test(tests, sum, 0, ROWS(sums));
	tcase_add_test(tests, product);
	tcase_add_loop_test(tests, place_in_a_table, 0, ROWS(places));
	tcase_add_loop_test(tests, power_of_two, 0, ROWS(powers));
	tcase_add_loop_test(tests, load, 0, ROWS(loads));
	tcase_add_loop_test(tests, take_is_load_and_step, 0, ROWS(loads));
	tcase_add_loop_test(tests, load_from_odd_places, 0, ROWS(loads));
	tcase_add_loop_test(tests, cursor_stays_in_its_range, 0, ROWS(cursors));
	tcase_add_loop_test(tests, overrun_stays, 0, ROWS(loads));
	tcase_add_loop_test(tests, empty_cursor, 0, ROWS(loads));
	tcase_add_loop_test(tests, slice, 0, ROWS(slices));
	tcase_add_test(tests, starts_with);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
