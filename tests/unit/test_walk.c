// SPDX-License-Identifier: GPL-2.0-or-later
/* test_walk.c - do page tables, and x86-64's proposals, lead to the right physical address? */

#include "arch/arch.h"
#include "tests/unit/suite.h"
#include "tests/unit/word_memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables of x86-64 ---- */

#define ROOT 0x10000
#define PRESENT 0x63u
#define LARGE 0x80u
#define SME (UINT64_C(1) << 47)
#define NO_EXECUTE (UINT64_C(1) << 63)

static const struct cdm_paging x86_64_paging = {
	.levels = 4,
	.page_shift = 12,
	.index_bits = { 9, 9, 9, 9, 9 },
	.entry = { .big_endian = false, .word = 8 },
	.no_page = { 1, 0 },
	.no_table = { 1, 0 },
	.leaf = { LARGE, LARGE },
	.leaf_levels = 1 << 1 | 1 << 2,
	.address_mask = 0x000ffffffffff000,
};

/* The table of a level: each at its own place. */
static uint64_t table_at(unsigned levels, unsigned level)
{
	return ROOT + (uint64_t)(levels - 1 - level) * 0x1000;
}

static unsigned shift_of(unsigned level)
{
	return 12 + 9 * level;
}

/* Tables that lead vaddr down to `entry`, which stands in the table of level `last`. */
static void map(struct memory *memory, unsigned levels, uint64_t vaddr, unsigned last,
		uint64_t entry, uint64_t encryption)
{
	for (unsigned level = levels; level-- > last;) {
		uint64_t at = table_at(levels, level) + 8 * (vaddr >> shift_of(level) & 511);

		put_word(memory, at,
			 level == last
				 ? entry
				 : table_at(levels, level - 1) | PRESENT | encryption | NO_EXECUTE);
	}
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

#define KERNEL 0xffff888012345678u
#define KERNEL_5 0xff11000812345678u

static const struct {
	const char *what;
	unsigned levels, leaf; /* level of the leaf */
	uint64_t vaddr, entry, encryption;
	uint64_t paddr, len; /* of the extent */
} leaves[] = {
	{ "4 KiB", 4, 0, KERNEL, 0x7654321000 | PRESENT, 0, 0x7654321000, 0x1000 },
	{ "T59: 2 MiB", 4, 1, KERNEL, 0x7654200000 | PRESENT | LARGE, 0, 0x7654200000, 0x200000 },
	{ "T59: 1 GiB", 4, 2, KERNEL, 0x7640000000 | PRESENT | LARGE, 0, 0x7640000000, 0x40000000 },
	{ "T59: bit 12 of 2 MiB is PAT", 4, 1, KERNEL, 0x7654201000 | PRESENT | LARGE, 0,
	  0x7654200000, 0x200000 },
	{ "T59: bit 12 of 1 GiB is PAT", 4, 2, KERNEL, 0x7640001000 | PRESENT | LARGE, 0,
	  0x7640000000, 0x40000000 },
	{ "bit 7 of 4 KiB is PAT, no size", 4, 0, KERNEL, 0x7654321000 | PRESENT | LARGE, 0,
	  0x7654321000, 0x1000 },
	{ "flags at the top", 4, 0, KERNEL, 0x7654321000 | PRESENT | UINT64_C(0xfff) << 52, 0,
	  0x7654321000, 0x1000 },
	{ "T58: encrypted, 4 KiB", 4, 0, KERNEL, 0x7654321000 | PRESENT | SME, SME, 0x7654321000,
	  0x1000 },
	{ "T58: encrypted, 2 MiB", 4, 1, KERNEL, 0x7654200000 | PRESENT | LARGE | SME, SME,
	  0x7654200000, 0x200000 },
	{ "T58: encrypted, 1 GiB", 4, 2, KERNEL, 0x7640000000 | PRESENT | LARGE | SME, SME,
	  0x7640000000, 0x40000000 },
	{ "5 levels, 4 KiB", 5, 0, KERNEL_5, 0x7654321000 | PRESENT, 0, 0x7654321000, 0x1000 },
	{ "5 levels, 2 MiB", 5, 1, KERNEL_5, 0x7654200000 | PRESENT | LARGE, 0, 0x7654200000,
	  0x200000 },
	{ "5 levels, 1 GiB", 5, 2, KERNEL_5, 0x7640000000 | PRESENT | LARGE, 0, 0x7640000000,
	  0x40000000 },
	{ "the first page", 4, 0, 0, PRESENT, 0, 0, 0x1000 },
	{ "the last page", 4, 0, UINT64_MAX, 0x7654321000 | PRESENT, 0, 0x7654321000, 0x1000 },
	{ "the highest physical page", 4, 0, KERNEL, 0x000ffffffffff000 | PRESENT, 0,
	  0x000ffffffffff000, 0x1000 },
};

START_TEST(leaf)
{
	struct memory memory = { .n = 0 };
	struct cdm_paging paging = x86_64_paging;
	struct cdm_extent found;
	struct cdm_error err;

	paging.levels = (uint8_t)leaves[_i].levels;
	paging.address_mask &= ~leaves[_i].encryption;
	map(&memory, leaves[_i].levels, leaves[_i].vaddr, leaves[_i].leaf, leaves[_i].entry,
	    leaves[_i].encryption);
	ck_assert_msg(!walk(&memory, &paging, leaves[_i].vaddr, &found, &err), "%s: %s",
		      leaves[_i].what, err.text);
	ck_assert_msg(found.paddr == leaves[_i].paddr, "%s: 0x%" PRIx64, leaves[_i].what,
		      found.paddr);
	ck_assert_msg(found.len == leaves[_i].len, "%s: 0x%" PRIx64, leaves[_i].what, found.len);
	ck_assert_msg(found.vaddr == (leaves[_i].vaddr & ~(leaves[_i].len - 1)), "%s",
		      leaves[_i].what);
}
END_TEST

/* `_i`: the level at which there is no more. */
START_TEST(not_present)
{
	unsigned levels = _i < 4 ? 4 : 5, level = (unsigned)(_i < 4 ? _i : _i - 4);
	uint64_t vaddr = levels == 4 ? KERNEL : KERNEL_5;
	struct memory memory = { .n = 0 };
	struct cdm_paging paging = x86_64_paging;
	struct cdm_extent found;
	struct cdm_error err;

	paging.levels = (uint8_t)levels;
	map(&memory, levels, vaddr, level, 0x7654321000 | (PRESENT & ~1u), 0);
	ck_assert_int_eq(walk(&memory, &paging, vaddr, &found, &err), CDM_ERR_UNMAPPED);
}
END_TEST

static const enum cdm_status reasons[] = { CDM_TRUNCATED, CDM_EXCLUDED, CDM_ABSENT, CDM_CORRUPT };

START_TEST(table_is_missing)
{
	unsigned levels = _i % 2 ? 5 : 4;
	uint64_t vaddr = levels == 4 ? KERNEL : KERNEL_5;
	struct cdm_paging paging = x86_64_paging;

	paging.levels = (uint8_t)levels;
	for (unsigned level = 0; level < levels; level++) {
		struct memory memory = { .missing = table_at(levels, level),
					 .missing_len = 0x1000,
					 .why = reasons[_i / 2] };
		struct cdm_extent found;
		struct cdm_error err;
		char named[16];

		map(&memory, levels, vaddr, 0, 0x7654321000 | PRESENT, 0);
		ck_assert_int_eq(walk(&memory, &paging, vaddr, &found, &err), reasons[_i / 2]);
		named[0] = (char)('0' + level);
		named[1] = '\0';
		ck_assert_msg(strstr(err.text, named), "%s", err.text);
	}
}
END_TEST

/* The entry that is asked for is there, its neighbours are not. */
START_TEST(neighbours_are_missing)
{
	uint64_t at = table_at(4, 0) + 8 * (KERNEL >> 12 & 511), piece = at & ~UINT64_C(511);
	const uint64_t holes[][2] = { { piece, at - piece }, { at + 8, piece + 512 - at - 8 } };
	struct memory memory = { .missing = holes[_i][0],
				 .missing_len = holes[_i][1],
				 .why = CDM_TRUNCATED };
	struct cdm_extent found;
	struct cdm_error err;

	map(&memory, 4, KERNEL, 0, 0x7654321000 | PRESENT, 0);
	ck_assert_int_eq(walk(&memory, &x86_64_paging, KERNEL, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0x7654321000);
}
END_TEST

/* Tables that lead to each other, or out of all memory: the walk ends. */
START_TEST(table_that_leads_nowhere)
{
	static const uint64_t targets[] = { ROOT, 0x000ffffffffff000 };
	struct memory memory = { .n = 0 };
	struct cdm_extent found;
	struct cdm_error err;

	for (unsigned level = 0; level < 4; level++)
		put_word(&memory, ROOT + 8 * (KERNEL >> shift_of(level) & 511),
			 targets[_i] | PRESENT);
	enum cdm_status st = walk(&memory, &x86_64_paging, KERNEL, &found, &err);

	ck_assert(_i == 0 ? st == CDM_OK : st == CDM_ERR_UNMAPPED);
	ck_assert_uint_le(memory.reads, 8);
}
END_TEST

/* Whoever wrote the dump chose the root; its last entry would run over the piece that is kept. */
START_TEST(root_that_is_not_aligned)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_proposal proposal = { .outside = CDM_OUTSIDE_TABLES,
					 .root_paddr = ROOT + (uint64_t)_i,
					 .paging = x86_64_paging };
	struct cdm_translation *translation = malloc(sizeof(*translation));
	struct cdm_extent found;
	struct cdm_error err;

	ck_assert_ptr_nonnull(translation);
	proposal.paging.levels = 5;
	cdm_translation_begin(translation, &proposal, &dump);
	ck_assert_int_eq(cdm_walk(translation, UINT64_MAX, &found, &err), CDM_CORRUPT);
	ck_assert_msg(strstr(err.text, "not aligned") != NULL, "%s", err.text);
	ck_assert_uint_eq(memory.reads, 0);
	free(translation);
}
END_TEST

/* The same of a table that an entry leads to, should its bits allow that. */
START_TEST(table_that_is_not_aligned)
{
	struct memory memory = { .n = 0 };
	struct cdm_paging paging = x86_64_paging;
	struct cdm_extent found;
	struct cdm_error err;

	paging.address_mask |= 7;
	map(&memory, 4, UINT64_MAX, 0, 0x7654321000 | PRESENT, 0);
	ck_assert_int_eq(walk(&memory, &paging, UINT64_MAX, &found, &err), CDM_CORRUPT);
	ck_assert_msg(strstr(err.text, "level 2") != NULL, "%s", err.text);
}
END_TEST

START_TEST(neighbours_are_read_once)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_proposal proposal = { .outside = CDM_OUTSIDE_TABLES,
					 .root_paddr = ROOT,
					 .paging = x86_64_paging };
	struct cdm_translation translation;
	struct cdm_extent found;
	struct cdm_error err;
	uint64_t base = KERNEL & ~UINT64_C(0x3ffff);

	map(&memory, 4, base, 0, 0x7000000000 | PRESENT, 0);
	put_word(&memory, table_at(4, 0) + 8 * ((base >> 12 & 511) + 1), 0x5000000000 | PRESENT);
	cdm_translation_begin(&translation, &proposal, &dump);
	ck_assert_int_eq(cdm_translate(&translation, base + 5, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0x7000000005);
	ck_assert_uint_eq(found.len, 0x1000 - 5);
	unsigned reads = memory.reads;

	ck_assert_int_eq(cdm_translate(&translation, base + 0x1000, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0x5000000000);
	ck_assert_int_eq(cdm_translate(&translation, base + 0xfff, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0x7000000fff);
	ck_assert_uint_eq(found.len, 1);
	ck_assert_uint_eq(memory.reads, reads);
}
END_TEST

/* Big-endian entries of 4 bytes, an address whose top stands lower: other machines' tables. */
START_TEST(other_tables)
{
	struct memory memory = { .n = 0 };
	struct cdm_paging paging = { .levels = 1,
				     .page_shift = 12,
				     .index_bits = { 10 },
				     .entry = { .big_endian = true, .word = 4 },
				     .no_page = { 2, 0 },
				     .address_mask = 0xfffff000,
				     .high_mask = 0xf0,
				     .high_shift = 28 };
	struct cdm_extent found;
	struct cdm_error err;

	/* 0x123450f2, most significant byte first */
	put_word(&memory, ROOT + 4 * 5, 0xf2503412);
	ck_assert_int_eq(walk(&memory, &paging, 5 << 12, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0xf12345000);
	paging.high_in_leaves = true; /* of higher levels */
	ck_assert_int_eq(walk(&memory, &paging, 5 << 12, &found, &err), CDM_OK);
	ck_assert_uint_eq(found.paddr, 0x12345000);
}
END_TEST

/* Entries of two kinds at each level, of which several may map a larger page together: ARM's. */
static const struct cdm_paging arm_paging = {
	.levels = 2,
	.page_shift = 12,
	.index_bits = { 8, 12 },
	.entry = { .big_endian = false, .word = 4 },
	.no_page = { 3, 0 },
	.no_table = { 3, 0 },
	.leaf = { 2, 2 },
	.leaf_levels = 1 << 1,
	.wide = { { 3, 1 }, { 0x40002, 0x40002 } },
	.wide_bits = 4,
	.address_mask = 0xfffffc00,
};

#define ARM_VADDR 0xc1234567u
#define SMALL_TABLE 0x20400 /* a table of 1 KiB */

static const struct {
	const char *what;
	uint32_t section, page; /* entries of levels 1 and 0 */
	enum cdm_status status;
	uint64_t paddr, len;
} arm_entries[] = {
	{ "T59: a section", 0x5671141e, 0, CDM_OK, 0x56700000, 0x100000 },
	{ "T59: a supersection", 0x5605141e, 0, CDM_OK, 0x56000000, 0x1000000 },
	{ "a section that is never executed", 0x5671141f, 0, CDM_OK, 0x56700000, 0x100000 },
	{ "a small page", SMALL_TABLE | 1, 0x5678945e, CDM_OK, 0x56789000, 0x1000 },
	{ "one that is never executed", SMALL_TABLE | 1, 0x5678945f, CDM_OK, 0x56789000, 0x1000 },
	{ "T59: a large page", SMALL_TABLE | 1, 0x5678945d, CDM_OK, 0x56780000, 0x10000 },
	{ "no section", 0x56700000, 0, CDM_ERR_UNMAPPED, 0, 0 },
	{ "no page", SMALL_TABLE | 1, 0x56789000, CDM_ERR_UNMAPPED, 0, 0 },
};

START_TEST(kinds_of_entries)
{
	struct memory memory = { .n = 0 };
	struct cdm_extent found;
	struct cdm_error err;

	put_word(&memory, ROOT + 4 * (ARM_VADDR >> 20), arm_entries[_i].section);
	put_word(&memory, SMALL_TABLE + 4 * (ARM_VADDR >> 12 & 255), arm_entries[_i].page);
	enum cdm_status st = walk(&memory, &arm_paging, ARM_VADDR, &found, &err);

	ck_assert_msg(st == arm_entries[_i].status, "%s: %d", arm_entries[_i].what, st);
	if (st)
		return;
	ck_assert_msg(found.paddr == arm_entries[_i].paddr && found.len == arm_entries[_i].len,
		      "%s: 0x%" PRIx64, arm_entries[_i].what, found.paddr);
	ck_assert_uint_eq(found.vaddr, ARM_VADDR & ~(found.len - 1));
}
END_TEST

/* ---- proposals of x86-64 ---- */

#define ROOM 64
#define IMAGE 0xffffffff80000000u

static const struct {
	const char *what;
	const char *text;
	bool has_phys_base;
	uint64_t phys_base; /* of the sub header */
	struct cdm_claim claim;
	struct word variable; /* in memory */
	uint64_t bases[4];    /* expected, in this order */
	unsigned n;
} candidates[] = {
	{ .what = "nothing known", .text = "", .bases = { 0 }, .n = 1 },
	{ .what = "NUMBER(phys_base)",
	  .text = "NUMBER(phys_base)=1065353216\n",
	  .bases = { 1065353216, 0 },
	  .n = 2 },
	{ .what = "T13: NUMBER(phys_base), negative",
	  .text = "NUMBER(phys_base)=-184549376\n",
	  .bases = { (uint64_t)-184549376, 0 },
	  .n = 2 },
	{ .what = "zero is tried once", .text = "NUMBER(phys_base)=0\n", .bases = { 0 }, .n = 1 },
	{ .what = "the sub header's",
	  .text = "",
	  .has_phys_base = true,
	  .phys_base = 0x3f800000a,
	  .bases = { 0x3f800000a, 0 },
	  .n = 2 },
	{ .what = "T12: the sub header's as QEMU writes it",
	  .text = "",
	  .has_phys_base = true,
	  .phys_base = 0x1065353216,
	  .bases = { 0x1065353216, 1065353216, 0 },
	  .n = 3 },
	{ .what = "T12: the same, negative",
	  .text = "",
	  .has_phys_base = true,
	  .phys_base = -(uint64_t)0x184549376,
	  .bases = { -(uint64_t)0x184549376, (uint64_t)-184549376, 0 },
	  .n = 3 },
	{ .what = "T12: the text comes first",
	  .text = "NUMBER(phys_base)=1065353216\n",
	  .has_phys_base = true,
	  .phys_base = 0x1065353216,
	  .bases = { 1065353216, 0x1065353216, 0 },
	  .n = 3 },
	{ .what = "the kernel's segment",
	  .text = "",
	  .claim = { IMAGE + 0x1000000, 0x5000000, 0x2000000 },
	  .bases = { 0x4000000, 0 },
	  .n = 2 },
	{ .what = "another segment tells nothing of the image",
	  .text = "",
	  .claim = { 0xffff888000000000, 0, 0x2000000 },
	  .bases = { 0 },
	  .n = 1 },
	{ .what = "SYMBOL(phys_base), found above",
	  .text = "SYMBOL(phys_base)=ffffffff81c0a010\n",
	  .variable = { 0x1c0a010 + 0x12600000, 0x12600000 },
	  .bases = { 0, 0x12600000 },
	  .n = 2 },
	{ .what = "SYMBOL(phys_base), found below",
	  .text = "SYMBOL(phys_base)=ffffffffa1c0a010\n",
	  .variable = { 0x21c0a010 - 0x600000, (uint64_t)-0x600000 },
	  .bases = { 0, (uint64_t)-0x600000 },
	  .n = 2 },
	{ .what = "SYMBOL(phys_base), nowhere",
	  .text = "SYMBOL(phys_base)=ffffffff81c0a010\n",
	  .variable = { 0x1c0a010, 0x12600000 },
	  .bases = { 0 },
	  .n = 1 },
	{ .what = "SYMBOL(phys_base) that is no address of the image",
	  .text = "SYMBOL(phys_base)=1c0a010\n",
	  .variable = { 0x1c0a010, 0x12600000 },
	  .bases = { 0 },
	  .n = 1 },
};

static struct cdm_vmcoreinfo *parse(const char *text)
{
	struct cdm_vmcoreinfo *info;
	struct cdm_error err;

	ck_assert_int_eq(
		cdm_vmcoreinfo_new((struct cdm_bytes){ (const uint8_t *)text, strlen(text) }, &info,
				   &err),
		CDM_OK);
	return info;
}

START_TEST(place_of_the_image)
{
	struct memory memory = { .missing = UINT64_C(1) << 36,
				 .missing_len = -(UINT64_C(1) << 36),
				 .why = CDM_ABSENT };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(candidates[_i].text);
	struct cdm_machine machine = { .dump = &dump, .info = info };
	struct cdm_proposal list[ROOM];
	unsigned seen = 0;

	if (candidates[_i].variable.paddr)
		put_word(&memory, candidates[_i].variable.paddr, candidates[_i].variable.value);
	dump.has_phys_base = candidates[_i].has_phys_base;
	dump.phys_base = candidates[_i].phys_base;
	if (candidates[_i].claim.len)
		cdm_dump_claim(&dump, &candidates[_i].claim);
	unsigned n = cdm_arch_propose(&cdm_arch_x86_64, &machine, list, ROOM);

	for (unsigned i = 0; i < n; i++) {
		ck_assert_uint_eq(list[i].image_vaddr, IMAGE);
		if (i && list[i].image_paddr == list[i - 1].image_paddr)
			continue;
		ck_assert_msg(seen < candidates[_i].n, "%s: one more", candidates[_i].what);
		ck_assert_msg(list[i].image_paddr == candidates[_i].bases[seen],
			      "%s: number %u is 0x%" PRIx64, candidates[_i].what, seen,
			      list[i].image_paddr);
		seen++;
	}
	ck_assert_msg(seen == candidates[_i].n, "%s: %u", candidates[_i].what, seen);
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* What lies outside the image: 'c' as the container claims, '4' and '5' page tables, 'd' a direct
 * map. */
static const struct {
	const char *what;
	const char *text;
	bool has_claim;
	const char *order;
	uint64_t mask; /* of the first page tables' addresses */
} outsides[] = {
	{ "no root of page tables", "", false, "dddd", 0 },
	{ "a root", "SYMBOL(swapper_pg_dir)=ffffffff82610000\nNUMBER(sme_mask)=0\n", false,
	  "45dddd", 0x000ffffffffff000 },
	{ "five levels",
	  "SYMBOL(init_top_pgt)=ffffffff82610000\nNUMBER(sme_mask)=0\n"
	  "NUMBER(pgtable_l5_enabled)=1\n",
	  false, "54dddd", 0x000ffffffffff000 },
	{ "the older name", "SYMBOL(init_level4_pgt)=ffffffff82610000\nNUMBER(sme_mask)=0\n", false,
	  "45dddd", 0x000ffffffffff000 },
	{ "T58: sme_mask",
	  "SYMBOL(swapper_pg_dir)=ffffffff82610000\n"
	  "NUMBER(sme_mask)=140737488355328\n",
	  false, "45dddd", 0x000f7ffffffff000 },
	{ "T58: a mask that is not named", "SYMBOL(swapper_pg_dir)=ffffffff82610000\n", false,
	  "444555dddd", 0x000ffffffffff000 },
	{ "claims come first", "SYMBOL(swapper_pg_dir)=ffffffff82610000\nNUMBER(sme_mask)=0\n",
	  true, "c45dddd", 0x000ffffffffff000 },
	{ "a root that is no address of the image",
	  "SYMBOL(swapper_pg_dir)=2610000\nNUMBER(sme_mask)=0\n", false, "dddd", 0 },
};

static char kind_of(const struct cdm_proposal *proposal)
{
	if (proposal->outside == CDM_OUTSIDE_CLAIMS)
		return 'c';
	if (proposal->outside == CDM_OUTSIDE_DIRECT)
		return 'd';
	return (char)('0' + proposal->paging.levels);
}

START_TEST(outside_of_the_image)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(outsides[_i].text);
	struct cdm_machine machine = { .dump = &dump, .info = info };
	struct cdm_proposal list[ROOM];
	char order[ROOM + 1];
	uint64_t mask = 0;

	if (outsides[_i].has_claim)
		cdm_dump_claim(&dump, &(struct cdm_claim){ 0xffff9a0000000000, 0, 0x1000000 });
	unsigned n = cdm_arch_propose(&cdm_arch_x86_64, &machine, list, ROOM);

	for (unsigned i = 0; i < n; i++) {
		order[i] = kind_of(&list[i]);
		if (list[i].outside != CDM_OUTSIDE_TABLES)
			continue;
		mask = mask ? mask : list[i].paging.address_mask;
		ck_assert_uint_eq(list[i].root_paddr, 0x2610000);
	}
	order[n] = '\0';
	ck_assert_msg(!strcmp(order, outsides[_i].order), "%s: %s", outsides[_i].what, order);
	ck_assert_msg(mask == outsides[_i].mask, "%s: 0x%" PRIx64, outsides[_i].what, mask);
	cdm_vmcoreinfo_free(info);
}
END_TEST

START_TEST(no_more_proposals_than_there_is_room)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info =
		parse("SYMBOL(swapper_pg_dir)=ffffffff82610000\nNUMBER(phys_base)=4096\n");
	struct cdm_machine machine = { .dump = &dump, .info = info };
	struct cdm_proposal list[ROOM];

	for (unsigned room = 0; room <= 20; room++) {
		memset(list, 0xa5, sizeof(list));
		ck_assert_uint_eq(cdm_arch_propose(&cdm_arch_x86_64, &machine, list, room), room);
		ck_assert_uint_eq(list[room].image_len, 0xa5a5a5a5a5a5a5a5);
	}
	cdm_vmcoreinfo_free(info);
}
END_TEST

static const struct {
	const char *what;
	const char *text;
	uint16_t machine;
	bool could_be;
} kernels[] = {
	{ "T3: nothing known", "", 0, true },
	{ "T3: the container says so", "", 62, true },
	{ "T3: the container says another", "", 183, false },
	{ "T3: i386 in a 64-bit container", "SIZE(list_head)=8\n", 62, false },
	{ "64 bit", "SIZE(list_head)=16\nSYMBOL(_stext)=ffffffff81000000\n", 0, true },
	{ "arm64", "SIZE(list_head)=16\nSYMBOL(_stext)=ffffffc008000000\n", 0, false },
	{ "riscv64, whose image is as high",
	  "SYMBOL(_stext)=ffffffff80002000\nNUMBER(va_kernel_pa_offset)=1\n", 0, false },
};

START_TEST(which_kernel)
{
	struct cdm_dump dump = { .elf_machine = kernels[_i].machine };
	struct cdm_vmcoreinfo *info = parse(kernels[_i].text);
	struct cdm_machine machine = { .dump = &dump, .info = info };

	ck_assert_msg(cdm_arch_x86_64.could_be(&cdm_arch_x86_64, &machine) == kernels[_i].could_be,
		      "%s", kernels[_i].what);
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* ---- a proposal at work ---- */

static const struct {
	const char *what;
	uint64_t vaddr;
	enum cdm_status status;
	uint64_t paddr, len; /* len: at least */
} addresses[] = {
	{ "T62: the image's first byte", IMAGE, CDM_OK, 0x1000000, 0x40000000 },
	{ "T62: the image's last byte", IMAGE + 0x3fffffff, CDM_OK, 0x40ffffff, 1 },
	{ "T57: the direct map", 0xffff888000001234, CDM_OK, 0x1234, 0x1000 },
	{ "T57: below it", 0xffff887fffffffff, CDM_ERR_UNMAPPED, 0, 0 },
};

START_TEST(address)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_proposal proposal = { .image_vaddr = IMAGE,
					 .image_len = 0x40000000,
					 .image_paddr = 0x1000000,
					 .outside = CDM_OUTSIDE_DIRECT,
					 .direct_start = 0xffff888000000000 };
	struct cdm_translation translation;
	struct cdm_extent found;
	struct cdm_error err;

	cdm_translation_begin(&translation, &proposal, &dump);
	ck_assert_msg(cdm_translate(&translation, addresses[_i].vaddr, &found, &err) ==
			      addresses[_i].status,
		      "%s", addresses[_i].what);
	if (addresses[_i].status)
		return;
	ck_assert_uint_eq(found.vaddr, addresses[_i].vaddr);
	ck_assert_msg(found.paddr == addresses[_i].paddr, "%s: 0x%" PRIx64, addresses[_i].what,
		      found.paddr);
	ck_assert_msg(found.len >= addresses[_i].len, "%s", addresses[_i].what);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("walk");
	TCase *tests = tcase_create("walk");

	tcase_add_loop_test(tests, leaf, 0, ROWS(leaves));
	tcase_add_loop_test(tests, not_present, 0, 4 + 5);
	tcase_add_loop_test(tests, table_is_missing, 0, 2 * ROWS(reasons));
	tcase_add_loop_test(tests, neighbours_are_missing, 0, 2);
	tcase_add_loop_test(tests, table_that_leads_nowhere, 0, 2);
	tcase_add_loop_test(tests, root_that_is_not_aligned, 1, 8);
	tcase_add_test(tests, table_that_is_not_aligned);
	tcase_add_test(tests, neighbours_are_read_once);
	tcase_add_test(tests, other_tables);
	tcase_add_loop_test(tests, kinds_of_entries, 0, ROWS(arm_entries));
	tcase_add_loop_test(tests, place_of_the_image, 0, ROWS(candidates));
	tcase_add_loop_test(tests, outside_of_the_image, 0, ROWS(outsides));
	tcase_add_test(tests, no_more_proposals_than_there_is_room);
	tcase_add_loop_test(tests, which_kernel, 0, ROWS(kernels));
	tcase_add_loop_test(tests, address, 0, ROWS(addresses));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
