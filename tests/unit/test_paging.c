// SPDX-License-Identifier: GPL-2.0-or-later
/* test_paging.c - does each number of struct cdm_paging do what it says? */

#include "arch/arch.h"
#include "tests/unit/suite.h"
#include "tests/unit/word_memory.h"

#include <inttypes.h>

#define ROOT 0x10000
#define LOWER 0x20000
#define BIT(n) (UINT64_C(1) << (n))

/* Two levels of 512 entries, the upper of which maps 2 MiB. */
#define TWO_LEVELS                                                                                 \
	.levels = 2, .page_shift = 12, .index_bits = { 9, 9 },                                     \
	.entry = { .big_endian = false, .word = 8 }
#define ADDRESS .address_mask = 0x00ffffffffffff00

#define PRESENT_BIT .no_page = { 1, 0 }, .no_table = { 1, 0 }
#define INVALID_BITS .no_page = { 0x400, 0x400 }, .no_table = { 0x20, 0x20 }
#define READ_WRITE_EXECUTE PRESENT_BIT, .table = { 0xe, 0 }, .leaf_levels = 1 << 1
#define GROUPS PRESENT_BIT, .wide = { { BIT(63), BIT(63) } }, .wide_bits = 4
#define NOTHING_IS_ZERO .no_page = { 0x80, 0 }, .no_table = { UINT64_MAX, 0 }
#define QUARTERS .no_table = { 0x20, 0x20 }, .first_mask = 0xc0, .last_mask = 3

// clang-format off
static const struct {
	const char *what;
	struct cdm_paging paging;
	uint64_t vaddr, upper, lower; /* the entries of its address */
	enum cdm_status status;
	uint64_t paddr, len;
} rows[] = {
	{ "a page", { TWO_LEVELS, ADDRESS, PRESENT_BIT },
	  0x5678, LOWER | 1, 0x7000 | 1, CDM_OK, 0x7000, 0x1000 },
	{ "no upper entry", { TWO_LEVELS, ADDRESS, PRESENT_BIT },
	  0x5678, LOWER, 0x7000 | 1, CDM_ERR_UNMAPPED, 0, 0 },
	{ "no lower entry", { TWO_LEVELS, ADDRESS, PRESENT_BIT },
	  0x5678, LOWER | 1, 0x7000, CDM_ERR_UNMAPPED, 0, 0 },
	{ "a page is aligned to its size", { TWO_LEVELS, ADDRESS, PRESENT_BIT },
	  0x5678, LOWER | 1, 0x7f00 | 1, CDM_OK, 0x7000, 0x1000 },
	{ "bits of absence are clear", { TWO_LEVELS, ADDRESS, INVALID_BITS },
	  0x5678, LOWER, 0x7020, CDM_OK, 0x7000, 0x1000 },
	{ "the upper table's is set", { TWO_LEVELS, ADDRESS, INVALID_BITS },
	  0x5678, LOWER | 0x20, 0x7000, CDM_ERR_UNMAPPED, 0, 0 },
	{ "the lowest table's is set", { TWO_LEVELS, ADDRESS, INVALID_BITS },
	  0x5678, LOWER, 0x7400, CDM_ERR_UNMAPPED, 0, 0 },
	{ "an entry that is not zero leads to a table", { TWO_LEVELS, ADDRESS, NOTHING_IS_ZERO },
	  0x5678, LOWER, 0x7000 | 0x80, CDM_OK, 0x7000, 0x1000 },
	{ "one that is zero does not", { TWO_LEVELS, ADDRESS, NOTHING_IS_ZERO },
	  0x5678, 0, 0, CDM_ERR_UNMAPPED, 0, 0 },
	{ "nor does the table behind have a page", { TWO_LEVELS, ADDRESS, NOTHING_IS_ZERO },
	  0x5678, LOWER, 0x7000 | 0x40, CDM_ERR_UNMAPPED, 0, 0 },
	{ "T59: one of several bits maps memory", { TWO_LEVELS, ADDRESS, READ_WRITE_EXECUTE },
	  0x5678, 0x600000 | 1 | 4, 0, CDM_OK, 0x600000, 0x200000 },
	{ "T59: none of them leads to a table", { TWO_LEVELS, ADDRESS, READ_WRITE_EXECUTE },
	  0x5678, LOWER | 1, 0x7000 | 1 | 4, CDM_OK, 0x7000, 0x1000 },
	{ "T59: a level that has no leaves", { TWO_LEVELS, ADDRESS, PRESENT_BIT, .table = { 0xe, 0 } },
	  0x5678, LOWER | 1 | 4, 0x7000 | 1, CDM_OK, 0x7000, 0x1000 },
	{ "the whole address stands lower",
	  { TWO_LEVELS, READ_WRITE_EXECUTE, .high_mask = 0x3ffffffffffc00, .high_shift = 2 },
	  0x5678, LOWER >> 2 | 1, 0x7654321000 >> 2 | 1 | 4, CDM_OK, 0x7654321000, 0x1000 },
	{ "neighbours map 64 KiB together", { TWO_LEVELS, ADDRESS, GROUPS },
	  0x15678, LOWER | 1, BIT(63) | 0x78000 | 1, CDM_OK, 0x70000, 0x10000 },
	{ "a page that is in no group", { TWO_LEVELS, ADDRESS, GROUPS },
	  0x15678, LOWER | 1, 0x78000 | 1, CDM_OK, 0x78000, 0x1000 },
	{ "an upper entry is in no group",
	  { TWO_LEVELS, ADDRESS, GROUPS, .leaf = { 2, 0 }, .leaf_levels = 1 << 1 },
	  0x15678, BIT(63) | 0x600000 | 1, 0, CDM_OK, 0x600000, 0x200000 },
	{ "an entry of its own kind of table", { TWO_LEVELS, ADDRESS, .type_mask = 0xc },
	  0x5678, LOWER, 0x7000, CDM_OK, 0x7000, 0x1000 },
	{ "an entry of another kind", { TWO_LEVELS, ADDRESS, .type_mask = 0xc },
	  0x5678, LOWER | 4, 0x7000, CDM_ERR_UNMAPPED, 0, 0 },
};
// clang-format on

static void put(struct memory *memory, uint64_t table, uint64_t index, uint64_t entry)
{
	if (entry)
		put_word(memory, table + 8 * index, entry);
}

static enum cdm_status walk(struct memory *memory, const struct cdm_paging *paging, uint64_t vaddr,
			    struct cdm_extent *out, struct cdm_error *err)
{
	struct cdm_dump dump = dump_of(memory);
	struct cdm_proposal proposal = { .outside = CDM_OUTSIDE_TABLES,
					 .root_paddr = ROOT,
					 .paging = *paging };
	struct cdm_translation translation;

	cdm_translation_begin(&translation, &proposal, &dump);
	return cdm_walk(&translation, vaddr, out, err);
}

START_TEST(number)
{
	struct memory memory = { .n = 0 };
	struct cdm_extent found;
	struct cdm_error err;
	uint64_t vaddr = rows[_i].vaddr;

	put(&memory, ROOT, vaddr >> 21 & 511, rows[_i].upper);
	put(&memory, LOWER, vaddr >> 12 & 511, rows[_i].lower);
	ck_assert_msg(walk(&memory, &rows[_i].paging, vaddr, &found, &err) == rows[_i].status,
		      "%s: %s", rows[_i].what, err.text);
	if (rows[_i].status)
		return;
	ck_assert_msg(found.paddr == rows[_i].paddr, "%s: 0x%" PRIx64, rows[_i].what, found.paddr);
	ck_assert_msg(found.len == rows[_i].len, "%s: 0x%" PRIx64, rows[_i].what, found.len);
	ck_assert_msg(found.vaddr == (vaddr & ~(found.len - 1)), "%s", rows[_i].what);
}
END_TEST

/* ---- tables of which a part is left out ---- */

#define MIDDLE 0x30000

/* Entry `first` << 6 | `last`: the quarters of the middle table that there are. */
static const struct {
	const char *what;
	unsigned first, last, quarter;
	enum cdm_status status;
} parts[] = {
	{ "the whole table, first quarter", 0, 3, 0, CDM_OK },
	{ "the whole table, last quarter", 0, 3, 3, CDM_OK },
	{ "a table of one quarter", 0, 0, 0, CDM_OK },
	{ "behind its end", 0, 0, 1, CDM_ERR_UNMAPPED },
	{ "a table of the last three", 1, 3, 1, CDM_OK },
	{ "before its start", 1, 3, 0, CDM_ERR_UNMAPPED },
};

START_TEST(part)
{
	const struct cdm_paging paging = { .levels = 3,
					   .page_shift = 12,
					   .index_bits = { 9, 9, 9 },
					   .entry = { .big_endian = false, .word = 8 },
					   ADDRESS,
					   QUARTERS };
	struct memory memory = { .n = 0 };
	uint64_t vaddr = (uint64_t)parts[_i].quarter << 28 | 0x5678;
	struct cdm_extent found;
	struct cdm_error err;

	put(&memory, ROOT, 0, MIDDLE | parts[_i].first << 6 | parts[_i].last);
	/* Of the lowest table no part is left out, whatever these bits say. */
	put(&memory, MIDDLE, parts[_i].quarter << 7, LOWER | 0xc0);
	put(&memory, LOWER, 5, 0x7000);
	ck_assert_msg(walk(&memory, &paging, vaddr, &found, &err) == parts[_i].status, "%s: %s",
		      parts[_i].what, err.text);
	if (!parts[_i].status)
		ck_assert_uint_eq(found.paddr, 0x7000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("paging");
	TCase *tests = tcase_create("paging");

	tcase_add_loop_test(tests, number, 0, ROWS(rows));
	tcase_add_loop_test(tests, part, 0, ROWS(parts));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
