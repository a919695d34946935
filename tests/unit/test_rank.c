// SPDX-License-Identifier: GPL-2.0-or-later
/* test_rank.c - is the number of bits before a bit right, from wherever it is counted? */

#include "base/limits.h"
#include "formats/rank.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <string.h>

#define SEED 0x5eed

/* ---- counting bytes ---- */

static uint64_t count_one_by_one(const uint8_t *bytes, size_t len)
{
	uint64_t total = 0;

	for (size_t i = 0; i < 8 * len; i++)
		total += (uint64_t)bytes[i / 8] >> i % 8 & 1;
	return total;
}

static void random_bytes(uint8_t *bytes, size_t len, uint64_t seed)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(next_random(&seed) >> 32);
}

START_TEST(bits_of_every_length)
{
	uint8_t bytes[308];

	for (size_t len = 0; len <= 300; len++) {
		size_t start = len % 8;

		random_bytes(bytes, sizeof(bytes), SEED + len);
		ck_assert_uint_eq(cdm_count_bits(bytes + start, len),
				  count_one_by_one(bytes + start, len));
		/* Sums of nibbles and bytes are as large as they get. */
		memset(bytes, 0xff, sizeof(bytes));
		ck_assert_uint_eq(cdm_count_bits(bytes + start, len), 8 * len);
		memset(bytes, 0, sizeof(bytes));
		ck_assert_uint_eq(cdm_count_bits(bytes + start, len), 0);
	}
}
END_TEST

START_TEST(each_bit_counts_once)
{
	uint8_t bytes[256] = { 0 };

	for (size_t i = 0; i < 8 * sizeof(bytes); i++) {
		bytes[i / 8] = (uint8_t)(1u << i % 8);
		ck_assert_uint_eq(cdm_count_bits(bytes, sizeof(bytes)), 1);
		bytes[i / 8] = 0;
	}
}
END_TEST

/* ---- a bitmap of a few pieces ----
 *
 * Check notes each assertion that holds: too slow for one a bit. */

#define N_BITS 200003
#define N_BYTES (N_BITS / 8 + 1)
#define BITMAP_AT 4096

enum order { FORWARD, BACKWARD, RANDOM, NEAR_AND_FAR };

static const struct {
	const char *what;
	enum order order;
	uint64_t first;
	unsigned step; /* of bits, coprime with those there are */
} walks[] = {
	{ "each bit, forward", FORWARD, 0, 1 },
	{ "each bit, backward", BACKWARD, 0, 1 },
	{ "in random order", RANDOM, 0, 11 },
	{ "two places in turn", NEAR_AND_FAR, 0, 7 },
	{ "T31: a split member that begins at an odd bit", FORWARD, 12345, 1 },
	{ "T31: the same, backward", BACKWARD, 12345, 1 },
	{ "T31: the same, in random order", RANDOM, 12345, 11 },
	{ "T31: a member that begins at a piece", FORWARD, 8ul * CDM_BITMAP_PIECE, 3 },
	{ "T31: one bit before a piece", RANDOM, 8ul * CDM_BITMAP_PIECE - 1, 11 },
	{ "T31: one bit behind a piece", BACKWARD, 8ul * CDM_BITMAP_PIECE + 1, 3 },
	{ "T31: the last bit alone", FORWARD, N_BITS - 1, 1 },
};

struct model {
	uint8_t *bytes;   /* the file */
	uint32_t *before; /* bits before each bit of the bitmap */
};

static struct model new_model(void)
{
	struct model model = { malloc(BITMAP_AT + N_BYTES), malloc(N_BITS * sizeof(uint32_t)) };
	uint32_t total = 0;

	ck_assert(model.bytes && model.before);
	random_bytes(model.bytes, BITMAP_AT + N_BYTES, SEED);
	for (size_t i = 0; i < N_BITS; i++) {
		model.before[i] = total;
		total += (uint32_t)model.bytes[BITMAP_AT + i / 8] >> i % 8 & 1;
	}
	return model;
}

static void free_model(struct model *model)
{
	free(model->bytes);
	free(model->before);
}

/* The i-th of n numbers below n, in some order. */
static uint64_t nth(enum order order, uint64_t i, uint64_t n)
{
	switch (order) {
	case FORWARD:
		return i;
	case BACKWARD:
		return n - 1 - i;
	case RANDOM:
		return i * 100003 % n;
	case NEAR_AND_FAR:
		break;
	}
	return i % 2 ? n - 1 - i / 2 : i / 2;
}

static struct cdm_rank *new_rank(struct cdm_source *source, uint64_t at, uint64_t n_bits,
				 uint64_t first)
{
	struct cdm_rank *rank;
	struct cdm_error err;

	ck_assert_int_eq(cdm_rank_new(source, at, n_bits, first, &rank, &err), CDM_OK);
	return rank;
}

START_TEST(rank_of_each_bit)
{
	struct model model = new_model();
	struct cdm_source *source = memory_source(model.bytes, BITMAP_AT + N_BYTES, false);
	uint64_t first = walks[_i].first, n = N_BITS - first;
	struct cdm_rank *rank = new_rank(source, BITMAP_AT, N_BITS, first);

	for (uint64_t i = 0; i < n; i += walks[_i].step) {
		uint64_t bit = first + nth(walks[_i].order, i, n), before;
		struct cdm_error err;
		bool is_set;

		if (cdm_rank_find(rank, bit, &is_set, &before, &err))
			ck_abort_msg("%s: bit %" PRIu64 ": %s", walks[_i].what, bit, err.text);
		if (before != model.before[bit] - model.before[first] ||
		    is_set != (model.bytes[BITMAP_AT + bit / 8] >> bit % 8 & 1))
			ck_abort_msg("%s: bit %" PRIu64 ": %" PRIu64, walks[_i].what, bit, before);
	}
	cdm_rank_free(rank);
	cdm_source_close(source);
	free_model(&model);
}
END_TEST

START_TEST(forward_walk_reads_each_byte_once)
{
	struct model model = new_model();
	struct cdm_source *source = memory_source(model.bytes, BITMAP_AT + N_BYTES, false);
	struct cdm_rank *rank = new_rank(source, BITMAP_AT, N_BITS, 0);
	uint64_t before;
	struct cdm_error err;
	bool is_set;

	ck_assert_uint_eq(source->io.reads, 0);
	for (uint64_t bit = 0; bit < N_BITS; bit++)
		if (cdm_rank_find(rank, bit, &is_set, &before, &err))
			ck_abort_msg("%s", err.text);
	ck_assert_uint_eq(source->io.bytes_read, N_BYTES);
	cdm_rank_free(rank);
	cdm_source_close(source);
	free_model(&model);
}
END_TEST

/* ---- runs ---- */

static bool is_set_in(const uint8_t *bytes, uint64_t bit)
{
	return bytes[bit / 8] >> bit % 8 & 1;
}

/* A bitmap with runs and gaps that cross pieces, and bits behind its end that count for nothing. */
static void fill_runs(uint8_t *bytes)
{
	random_bytes(bytes, N_BYTES, SEED);
	memset(bytes + CDM_BITMAP_PIECE - 100, 0xff, 300);
	memset(bytes + 2 * CDM_BITMAP_PIECE - 100, 0x00, 300);
	memset(bytes + N_BYTES - 5, 0x00, 4);
	bytes[N_BYTES - 1] = (uint8_t)(0xffu << N_BITS % 8);
}

START_TEST(runs_meet_each_set_bit)
{
	static uint8_t bytes[N_BYTES];
	static const uint64_t starts[] = { 0, 1, 8ul * CDM_BITMAP_PIECE - 7,
					   8ul * CDM_BITMAP_PIECE + 100, N_BITS - 1 };
	uint64_t from = starts[_i], begin, end;
	struct cdm_error err;
	enum cdm_status st;

	fill_runs(bytes);
	struct cdm_source *source = memory_source(bytes, N_BYTES, false);
	struct cdm_rank *rank = new_rank(source, 0, N_BITS, _i % 2 ? from : 0);

	while (!(st = cdm_rank_run(rank, from, &begin, &end, &err))) {
		if (begin < from || end <= begin || end > N_BITS)
			ck_abort_msg("[%" PRIu64 ", %" PRIu64 ")", begin, end);
		for (uint64_t bit = from; bit < begin; bit++)
			if (is_set_in(bytes, bit))
				ck_abort_msg("bit %" PRIu64 " is passed over", bit);
		for (uint64_t bit = begin; bit < end; bit++)
			if (!is_set_in(bytes, bit))
				ck_abort_msg("bit %" PRIu64 " is not set", bit);
		from = end;
	}
	ck_assert_int_eq(st, CDM_END);
	for (; from < N_BITS; from++)
		ck_assert(!is_set_in(bytes, from));
	ck_assert_uint_le(source->io.bytes_read, N_BYTES);
	cdm_rank_free(rank);
	cdm_source_close(source);
}
END_TEST

START_TEST(runs_of_a_cut_bitmap)
{
	static uint8_t bytes[N_BYTES];
	uint64_t begin, end;
	struct cdm_error err;
	struct cdm_source *source = memory_source(bytes, 100, false);
	struct cdm_rank *rank = new_rank(source, 0, N_BITS, 0);

	ck_assert_int_eq(cdm_rank_run(rank, 0, &begin, &end, &err), CDM_TRUNCATED);
	cdm_rank_free(rank);
	cdm_source_close(source);
}
END_TEST

/* Nothing above the last bit that is needed is read. */
START_TEST(low_bits_need_little)
{
	struct model model = new_model();
	struct cdm_source *source = memory_source(model.bytes, BITMAP_AT + N_BYTES, false);
	struct cdm_rank *rank = new_rank(source, BITMAP_AT, N_BITS, 0);
	uint64_t before;
	struct cdm_error err;
	bool is_set;

	ck_assert_int_eq(cdm_rank_find(rank, 100, &is_set, &before, &err), CDM_OK);
	ck_assert_uint_eq(source->io.reads, 1);
	ck_assert_uint_le(end_read(source), BITMAP_AT + 512);
	cdm_rank_free(rank);
	cdm_source_close(source);
	free_model(&model);
}
END_TEST

START_TEST(nothing_is_freed)
{
	cdm_rank_free(NULL);
}
END_TEST

/* ---- a file that is cut ---- */

static const struct {
	const char *what;
	uint64_t size; /* of the file */
	uint64_t bit;
	enum cdm_status status;
} cuts[] = {
	{ "T1: a bit before the cut", BITMAP_AT + 100, 799, CDM_OK },
	{ "T1: the first bit behind it", BITMAP_AT + 100, 800, CDM_TRUNCATED },
	{ "T1: a bit of a later piece", BITMAP_AT + 100, 150000, CDM_TRUNCATED },
	{ "T1: a cut between two pieces, before", BITMAP_AT + CDM_BITMAP_PIECE,
	  8ul * CDM_BITMAP_PIECE - 1, CDM_OK },
	{ "T1: a cut between two pieces, behind", BITMAP_AT + CDM_BITMAP_PIECE,
	  8ul * CDM_BITMAP_PIECE, CDM_TRUNCATED },
	{ "T1: no bitmap at all", BITMAP_AT - 1, 0, CDM_TRUNCATED },
};

/* `_i` even: a source that knows that it is cut. */
START_TEST(cut_bitmap)
{
	struct model model = new_model();
	int row = _i / 2;
	struct cdm_source *source = memory_source(model.bytes, cuts[row].size, false);
	struct cdm_rank *rank = new_rank(source, BITMAP_AT, N_BITS, 0);

	if (_i % 2)
		cut_source(source, cuts[row].size);
	for (int again = 0; again < 2; again++) {
		uint64_t before;
		struct cdm_error err;
		bool is_set;

		ck_assert_msg(cdm_rank_find(rank, cuts[row].bit, &is_set, &before, &err) ==
				      cuts[row].status,
			      "%s", cuts[row].what);
		ck_assert(cuts[row].status || before == model.before[cuts[row].bit]);
		if (cuts[row].size > BITMAP_AT) {
			ck_assert_int_eq(cdm_rank_find(rank, 7, &is_set, &before, &err), CDM_OK);
			ck_assert_uint_eq(before, model.before[7]);
		}
	}
	cdm_rank_free(rank);
	cdm_source_close(source);
	free_model(&model);
}
END_TEST

/* T34 */
START_TEST(bitmap_behind_the_largest_file)
{
	struct cdm_source *source = memory_source("", 0, false);
	struct cdm_rank *rank = new_rank(source, UINT64_MAX - 100, UINT64_C(1) << 40, 0);
	uint64_t before;
	struct cdm_error err;
	bool is_set;

	ck_assert_int_ne(cdm_rank_find(rank, 50000, &is_set, &before, &err), CDM_OK);
	ck_assert_int_ne(cdm_rank_find(rank, UINT64_C(1) << 39, &is_set, &before, &err), CDM_OK);
	cdm_rank_free(rank);
	cdm_source_close(source);
}
END_TEST

/* ---- a bitmap larger than all checkpoints reach ---- */

#define LARGE_BYTES (512ul * CDM_MIB) /* 16 TiB of memory in pages of 4 KiB */
#define PERIOD 8

static const uint8_t pattern[PERIOD] = { 0x01, 0x80, 0x00, 0xff, 0x10, 0x03, 0x00, 0x7e };

/* Every PERIOD bytes alike, so that the rank of each bit can be computed. */
static void periodic(uint64_t off, uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i < PERIOD) {
			buf[i] = pattern[(off + i) % PERIOD];
			continue;
		}
		size_t more = i < len - i ? i / PERIOD * PERIOD : len - i;

		memcpy(buf + i, buf, more);
		i += more - 1;
	}
}

static uint64_t periodic_rank(uint64_t bit)
{
	uint64_t whole = bit / (8 * PERIOD), rest = bit % (8 * PERIOD);
	uint64_t total = whole * count_one_by_one(pattern, PERIOD);

	for (uint64_t i = 0; i < rest; i++)
		total += (uint64_t)pattern[i / 8] >> i % 8 & 1;
	return total;
}

static void check_large(struct cdm_rank *rank, uint64_t bit, uint64_t first)
{
	uint64_t before;
	struct cdm_error err;
	bool is_set;

	ck_assert_int_eq(cdm_rank_find(rank, bit, &is_set, &before, &err), CDM_OK);
	ck_assert_uint_eq(before, periodic_rank(bit) - periodic_rank(first));
	ck_assert_int_eq(is_set, pattern[bit / 8 % PERIOD] >> bit % 8 & 1);
}

_Static_assert(LARGE_BYTES / 64 / CDM_BITMAP_PIECE >= 2 * CDM_RANK_CHECKPOINTS, "they run out");

static const struct {
	const char *what;
	uint64_t len, first;
} large[] = {
	{ "16 TiB of memory", LARGE_BYTES, 0 },
	{ "T31: a member of a split set", LARGE_BYTES / 16, 8 * 100000 + 5 },
};

START_TEST(large_bitmap)
{
	/* A sanitizer looks at every byte: then the table of checkpoints runs over once. */
	uint64_t len = getenv("SANITIZED") ? LARGE_BYTES / 64 : large[_i].len;
	uint64_t first = large[_i].first, n_bits = 8 * len, seed = SEED;
	struct cdm_source *source = computed_source(periodic, len);
	struct cdm_rank *rank = new_rank(source, 0, n_bits, first);

	check_large(rank, n_bits - 1, first);
	ck_assert_msg(source->io.bytes_read <= len, "%s: read twice", large[_i].what);
	uint64_t reads = source->io.reads;

	/* From a checkpoint on: no further than to the next. */
	uint64_t spacing = len / CDM_RANK_CHECKPOINTS * 2 / CDM_BITMAP_PIECE;

	for (int i = 0; i < 20; i++)
		check_large(rank, first + next_random(&seed) % (n_bits - first), first);
	ck_assert_msg(source->io.reads - reads <= 20 * (spacing + 2), "%s: %" PRIu64 " reads",
		      large[_i].what, source->io.reads - reads);
	check_large(rank, first, first);
	check_large(rank, n_bits - 1, first);
	cdm_rank_free(rank);
	cdm_source_close(source);
}
END_TEST

/* Three arrays of a log far apart, asked for in turn, stay at hand. */
START_TEST(far_places_in_turn)
{
	static const uint64_t bits[] = { 1000, 8ul * 40 * CDM_BITMAP_PIECE + 3,
					 8ul * 90 * CDM_BITMAP_PIECE + 77 };
	struct cdm_source *source = computed_source(periodic, 100ul * CDM_BITMAP_PIECE);
	struct cdm_rank *rank = new_rank(source, 0, 8ul * 100 * CDM_BITMAP_PIECE, 0);

	for (int i = 0; i < 3; i++)
		check_large(rank, bits[i], 0);
	uint64_t reads = source->io.reads;

	for (int round = 0; round < 10; round++)
		for (int i = 0; i < 3; i++)
			check_large(rank, bits[i] + (uint64_t)round, 0);
	ck_assert_uint_le(source->io.reads, reads + 3);
	cdm_rank_free(rank);
	cdm_source_close(source);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rank");
	TCase *tests = tcase_create("rank");

	tcase_add_test(tests, bits_of_every_length);
	tcase_add_test(tests, each_bit_counts_once);
	tcase_add_loop_test(tests, rank_of_each_bit, 0, ROWS(walks));
	tcase_add_test(tests, forward_walk_reads_each_byte_once);
	tcase_add_test(tests, low_bits_need_little);
	tcase_add_loop_test(tests, runs_meet_each_set_bit, 0, 5);
	tcase_add_test(tests, runs_of_a_cut_bitmap);
	tcase_add_test(tests, nothing_is_freed);
	tcase_add_loop_test(tests, cut_bitmap, 0, 2 * ROWS(cuts));
	tcase_add_test(tests, bitmap_behind_the_largest_file);
	tcase_add_loop_test(tests, large_bitmap, 0, ROWS(large));
	tcase_add_test(tests, far_places_in_turn);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
