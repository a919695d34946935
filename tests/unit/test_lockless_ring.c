// SPDX-License-Identifier: GPL-2.0-or-later
/* test_lockless_ring.c - what do two positions in the log's text mean, and what number has a record? */

#include "printk/lockless_ring.h"
#include "tests/unit/suite.h"

#include <inttypes.h>

static struct cdm_lockless_ring ring_of(uint8_t word, unsigned size_bits, unsigned count_bits)
{
	struct cdm_lockless_ring ring = { .text_size = (uint64_t)1 << size_bits,
					  .count = (uint64_t)1 << count_bits };

	ring.lpos_mask = word == 4 ? UINT32_MAX : UINT64_MAX;
	ring.id_mask = ring.lpos_mask >> 2;
	return ring;
}

/* ---- blocks ---- */

#define SIZE_BITS 12
#define SIZE (1u << SIZE_BITS)

/* In a ring of SIZE bytes: at 0x7000 to 0x8000 is one lap. */
static const struct {
	const char *what;
	uint64_t begin, next;
	enum cdm_block_kind kind;
	uint64_t at, len; /* of the block, its id included */
} blocks[] = {
	{ "regular", 0x7000, 0x7040, CDM_BLOCK_DATA, 0, 0x40 },
	{ "regular, in the middle", 0x7100, 0x7140, CDM_BLOCK_DATA, 0x100, 0x40 },
	{ "regular, up to the last word", 0x7100, 0x7ff8, CDM_BLOCK_DATA, 0x100, 0xef8 },
	{ "an id alone", 0x7100, 0x7108, CDM_BLOCK_DATA, 0x100, 8 },
	{ "T69: ends where the ring ends (6.19 on)", 0x7fc0, 0x8000, CDM_BLOCK_DATA, 0xfc0, 0x40 },
	{ "T69: the last word of the ring", 0x7ff8, 0x8000, CDM_BLOCK_DATA, 0xff8, 8 },
	{ "T69: all of the ring", 0x7000, 0x8000, CDM_BLOCK_DATA, 0, SIZE },
	{ "T68: wrapped", 0x7fc0, 0x8080, CDM_BLOCK_DATA, 0, 0x80 },
	{ "T68: wrapped, an id alone", 0x7ff8, 0x8008, CDM_BLOCK_DATA, 0, 8 },
	{ "T68: wrapped, from the second word", 0x7008, 0x8ff8, CDM_BLOCK_DATA, 0, 0xff8 },
	{ "T70: failed", 1, 1, CDM_BLOCK_FAILED, 0, 0 },
	{ "T70: empty", 3, 3, CDM_BLOCK_EMPTY, 0, 0 },
	{ "failed and empty", 1, 3, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "empty and failed", 3, 1, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "another odd value twice", 5, 5, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "an odd begin", 0x7001, 0x7040, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "an odd next", 0x7000, 0x7041, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "a begin that failed", 1, 0x40, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "a next that failed", 0x7000, 1, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "begin not aligned to a word", 0x7004, 0x7040, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "next not aligned to a word", 0x7000, 0x7044, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "no length", 0x7100, 0x7100, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "no length, at the start of a lap", 0x7000, 0x7000, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "next before begin", 0x7140, 0x7100, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "next in the lap before", 0x7140, 0x6180, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "two laps", 0x7fc0, 0x9080, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "two laps, to the very end", 0x7fc0, 0xa000, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "longer than the ring", 0x7000, 0x8008, CDM_BLOCK_DATA, 0, 8 },
	{ "begin in the first lap, which overflow leads to", 0, 0x40, CDM_BLOCK_DATA, 0, 0x40 },
};

START_TEST(block)
{
	struct cdm_lockless_ring ring = ring_of(8, SIZE_BITS, 8);
	struct cdm_block found = { 0, 0 };
	enum cdm_block_kind kind =
		cdm_lockless_block(&ring, 8, blocks[_i].begin, blocks[_i].next, &found);

	ck_assert_msg(kind == blocks[_i].kind, "%s: %d", blocks[_i].what, kind);
	if (kind != CDM_BLOCK_DATA)
		return;
	ck_assert_msg(found.at == blocks[_i].at, "%s: at 0x%" PRIx64, blocks[_i].what, found.at);
	ck_assert_msg(found.room == blocks[_i].len - 8, "%s: room 0x%" PRIx64, blocks[_i].what,
		      found.room);
}
END_TEST

/* Positions of the last lap before the counter overflows, and across it. */
static const struct {
	const char *what;
	uint8_t word;
	uint64_t begin, next;
	enum cdm_block_kind kind;
	uint64_t at, len;
} overflows[] = {
	{ "64 bit, before", 8, -(uint64_t)0x80, -(uint64_t)0x40, CDM_BLOCK_DATA, 0xf80, 0x40 },
	{ "64 bit, up to it (T69)", 8, -(uint64_t)0x40, 0, CDM_BLOCK_DATA, 0xfc0, 0x40 },
	{ "64 bit, wrapped", 8, -(uint64_t)0x40, 0x80, CDM_BLOCK_DATA, 0, 0x80 },
	{ "64 bit, the first block of a log", 8, -(uint64_t)SIZE, -(uint64_t)SIZE + 0x40,
	  CDM_BLOCK_DATA, 0, 0x40 },
	{ "64 bit, a lap too far", 8, -(uint64_t)0x40, SIZE + 0x80, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "32 bit, before", 4, 0xffffff80, 0xffffffc0, CDM_BLOCK_DATA, 0xf80, 0x40 },
	{ "32 bit, up to it (T69)", 4, 0xffffffc0, 0, CDM_BLOCK_DATA, 0xfc0, 0x40 },
	{ "32 bit, wrapped", 4, 0xffffffc0, 0x84, CDM_BLOCK_DATA, 0, 0x84 },
	{ "32 bit, aligned to 4", 4, 0x7004, 0x7044, CDM_BLOCK_DATA, 4, 0x40 },
	{ "32 bit, not aligned", 4, 0x7002, 0x7044, CDM_BLOCK_CORRUPT, 0, 0 },
	{ "32 bit, the first block of a log", 4, 0xfffff000, 0xfffff040, CDM_BLOCK_DATA, 0, 0x40 },
	{ "32 bit, a lap too far", 4, 0xffffffc0, SIZE + 0x80, CDM_BLOCK_CORRUPT, 0, 0 },
};

START_TEST(counter_that_overflows)
{
	uint8_t word = overflows[_i].word;
	struct cdm_lockless_ring ring = ring_of(word, SIZE_BITS, 8);
	struct cdm_block found = { 0, 0 };
	enum cdm_block_kind kind =
		cdm_lockless_block(&ring, word, overflows[_i].begin, overflows[_i].next, &found);

	ck_assert_msg(kind == overflows[_i].kind, "%s: %d", overflows[_i].what, kind);
	if (kind != CDM_BLOCK_DATA)
		return;
	ck_assert_msg(found.at == overflows[_i].at, "%s: at 0x%" PRIx64, overflows[_i].what,
		      found.at);
	ck_assert_msg(found.room == overflows[_i].len - word, "%s: room 0x%" PRIx64,
		      overflows[_i].what, found.room);
}
END_TEST

/* Whatever stands in a descriptor: a block lies within the ring. */
START_TEST(block_is_within_the_ring)
{
	uint64_t seed = 0x5eed;

	for (int i = 0; i < 200000; i++) {
		uint8_t word = i % 2 ? 4 : 8;
		unsigned bits = 10 + (unsigned)(next_random(&seed) % 22);
		struct cdm_lockless_ring ring = ring_of(word, bits, 8);
		uint64_t begin = next_random(&seed) & ring.lpos_mask & ~(uint64_t)(word - 1);
		uint64_t near = next_random(&seed) % (3 * ring.text_size);
		uint64_t next = (i % 3 ? begin + near : next_random(&seed)) & ring.lpos_mask;
		struct cdm_block found;

		next &= i % 5 ? ~(uint64_t)(word - 1) : UINT64_MAX;
		if (cdm_lockless_block(&ring, word, begin, next, &found) != CDM_BLOCK_DATA)
			continue;
		if (found.at >= ring.text_size || found.room > ring.text_size - found.at - word)
			ck_abort_msg("0x%" PRIx64 " to 0x%" PRIx64, begin, next);
	}
}
END_TEST

/* ---- both generations of writers ---- */

/* Where a writer puts blocks: what formats.md 4.3.5 says of the kernels before and since 6.19. */
struct writer {
	struct cdm_lockless_ring ring;
	uint8_t word;
	bool exact_fit_stays; /* 6.19 on */
	uint64_t head_lpos;
};

struct written {
	uint64_t begin, next; /* as in the descriptor */
	uint64_t at, len;     /* in the ring */
};

/* Places bytes one by one, as a person would with a pencil: at the head, or, where they would run
 * over the end of the ring, at its start. */
static struct written write_block(struct writer *writer, uint64_t text_len)
{
	uint64_t size = writer->ring.text_size, word = writer->word;
	uint64_t len = word + (text_len + word - 1) / word * word;
	uint64_t place = writer->head_lpos % size;
	bool fits = writer->exact_fit_stays ? place + len <= size : place + len < size;
	uint64_t skipped = fits ? 0 : size - place;
	struct written written = { .begin = writer->head_lpos,
				   .next = writer->head_lpos + skipped + len,
				   .at = fits ? place : 0,
				   .len = len };

	written.next &= writer->ring.lpos_mask;
	writer->head_lpos = written.next;
	return written;
}

static const struct {
	const char *what;
	uint8_t word;
	bool exact_fit_stays;
	uint64_t laps; /* that the head is before its counter's overflow */
} writers[] = {
	{ "64 bit, before 6.19, a new log", 8, false, 1 },
	{ "64 bit, 6.19 on, a new log", 8, true, 1 },
	{ "32 bit, before 6.19, a new log", 4, false, 1 },
	{ "32 bit, 6.19 on, a new log", 4, true, 1 },
	{ "64 bit, before 6.19, up to the overflow", 8, false, 300 },
	{ "64 bit, 6.19 on, up to the overflow", 8, true, 300 },
	{ "32 bit, before 6.19, up to the overflow", 4, false, 300 },
	{ "32 bit, 6.19 on, up to the overflow", 4, true, 300 },
};

START_TEST(blocks_of_a_writer)
{
	struct writer writer = { .ring = ring_of(writers[_i].word, 10, 6),
				 .word = writers[_i].word,
				 .exact_fit_stays = writers[_i].exact_fit_stays };
	uint64_t seed = 0x5eed + (uint64_t)_i, exact_fits = 0;

	writer.head_lpos = -(writers[_i].laps * writer.ring.text_size) & writer.ring.lpos_mask;
	for (int i = 0; i < 20000; i++) {
		/* Mostly short ones, and up to all that a ring could take before 6.18. */
		uint64_t longest = i % 50 ? 100 : writer.ring.text_size - 2 * writer.word;
		struct written written = write_block(&writer, 1 + next_random(&seed) % longest);
		struct cdm_block found;

		exact_fits += written.at + written.len == writer.ring.text_size;
		if (cdm_lockless_block(&writer.ring, writer.word, written.begin, written.next,
				       &found) != CDM_BLOCK_DATA ||
		    found.at != written.at || found.room != written.len - writer.word)
			ck_abort_msg("%s: 0x%" PRIx64 " to 0x%" PRIx64, writers[_i].what,
				     written.begin, written.next);
	}
	ck_assert_msg((exact_fits > 20) == writers[_i].exact_fit_stays, "%s: %" PRIu64,
		      writers[_i].what, exact_fits);
}
END_TEST

/* ---- record numbers ---- */

/* Of a ring of 2^8 descriptors. */
static const struct {
	const char *what;
	uint8_t word;
	uint64_t id, seq;
	bool can_be;
} ids[] = {
	{ "64 bit, the first", 8, 0x3fffffffffffff00, 0, true },
	{ "64 bit, the last of the first lap", 8, 0x3fffffffffffffff, 255, true },
	{ "64 bit, across 2^62", 8, 0, 256, true },
	{ "64 bit, far behind it", 8, 1000000, 1000256, true },
	{ "64 bit, computed with 32 bits (before 7.0)", 8, 0xffffff00, 0, true },
	{ "... across 2^32", 8, UINT64_C(1) << 32, 256, true },
	{ "32 bit, the first", 4, 0x3fffff00, 0, true },
	{ "32 bit, across 2^30", 4, 5, 261, true },
	{ "32 bit, up to its last id", 4, 0x3ffffeff, 0x3fffffff, true },
	{ "counted from 0", 8, 0, 0, false },
	{ "one off", 8, 0x3fffffffffffff01, 0, false },
	{ "of twice as many descriptors", 8, 0x3ffffffffffffe00, 0, false },
	{ "64 bit, the first of 32", 8, 0x3fffff00, 0, false },
	{ "a number larger than any id", 4, 0x3fffff00, 0x40000000, false },
	{ "a number that is damaged", 8, 0, UINT64_C(1) << 63 | 256, false },
};

START_TEST(id_and_number_go_together)
{
	struct cdm_lockless_ring ring = ring_of(ids[_i].word, SIZE_BITS, 8);

	ck_assert_msg(cdm_lockless_can_be(&ring, ids[_i].id, ids[_i].seq) == ids[_i].can_be, "%s",
		      ids[_i].what);
}
END_TEST

static const struct {
	const char *what;
	uint8_t word;
	uint64_t known_id, known_seq, id, seq;
} numbers[] = {
	{ "the same", 8, 1000, 1256, 1000, 1256 },
	{ "later", 8, 1000, 1256, 1100, 1356 },
	{ "earlier", 8, 1000, 1256, 900, 1156 },
	{ "later, across 2^62", 8, 0x3fffffffffffffff, 255, 1, 257 },
	{ "earlier, across 2^62", 8, 1, 257, 0x3ffffffffffffff0, 240 },
	{ "later, across 2^32", 8, 0xffffffff, 255, UINT64_C(0x100000001), 257 },
	{ "later, across 2^30, 32 bit", 4, 0x3fffffff, 255, 1, 257 },
	{ "earlier, across 2^30, 32 bit", 4, 1, 257, 0x3ffffff0, 240 },
	{ "32 bit, numbers past all ids", 4, 0x3fffffff, 0x80000000, 1, 0x80000002 },
	{ "32 bit, half way round", 4, 0, 0x80000000, 0x1fffffff, 0x9fffffff },
	{ "32 bit, more than that is behind", 4, 0, 0x80000000, 0x20000000, 0x60000000 },
};

START_TEST(number_of_a_record)
{
	struct cdm_lockless_ring ring = ring_of(numbers[_i].word, SIZE_BITS, 8);

	ring.known_id = numbers[_i].known_id;
	ring.known_seq = numbers[_i].known_seq;
	ck_assert_msg(cdm_lockless_seq(&ring, numbers[_i].id) == numbers[_i].seq, "%s: 0x%" PRIx64,
		      numbers[_i].what, cdm_lockless_seq(&ring, numbers[_i].id));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lockless ring");
	TCase *tests = tcase_create("lockless ring");

	tcase_add_loop_test(tests, block, 0, ROWS(blocks));
	tcase_add_loop_test(tests, counter_that_overflows, 0, ROWS(overflows));
	tcase_add_test(tests, block_is_within_the_ring);
	tcase_add_loop_test(tests, blocks_of_a_writer, 0, ROWS(writers));
	tcase_add_loop_test(tests, id_and_number_go_together, 0, ROWS(ids));
	tcase_add_loop_test(tests, number_of_a_record, 0, ROWS(numbers));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
