// SPDX-License-Identifier: GPL-2.0-or-later
/* test_found_by_name.c - where no key says where the image lies: do proposals follow from the place of
 * the kernel's name? */

#include "arch/arch.h"
#include "tests/unit/suite.h"
#include "tests/unit/word_memory.h"

#include <inttypes.h>
#include <string.h>

#define ROOM 64

static const struct {
	const char *what;
	const struct cdm_arch *arch;
	const char *text; /* VMCOREINFO */
	uint64_t uts_paddr;
	unsigned n;            /* proposals; the first of them gives: */
	uint64_t vaddr, paddr; /* 0: an address outside of the image that it knows */
	uint64_t root_paddr;   /* of the first one with page tables; 0: there is none */
	unsigned levels;       /* of these */
} rows[] = {
	{ "x86-64", &cdm_arch_x86_64,
	  "SYMBOL(init_uts_ns)=ffffffff9c612540\nSYMBOL(init_top_pgt)=ffffffff9c610000\n"
	  "NUMBER(sme_mask)=0\n",
	  0x3a612540, 12, 0xffffffff9c610000, 0x3a610000, 0x3a610000, 4 },
	{ "x86-64: a copy that cannot be it", &cdm_arch_x86_64,
	  "SYMBOL(init_uts_ns)=ffffffff9c612540\nSYMBOL(init_top_pgt)=ffffffff9c610000\n"
	  "NUMBER(sme_mask)=0\n",
	  0x3a613540, 6, 0xffffffff9c610000, 0x1c610000, 0x1c610000, 4 },
	{ "arm64 to 4.5: all in the linear map", &cdm_arch_arm64,
	  "PAGESIZE=4096\nSYMBOL(_stext)=ffffffc000081000\n"
	  "SYMBOL(init_uts_ns)=ffffffc000f12040\nSYMBOL(swapper_pg_dir)=ffffffc00007d000\n",
	  0x80f12040, 3, 0xffffffc03fe00000, 0xbfe00000, 0x8007d000, 3 },
	{ "arm64 4.6 to 4.11: the image apart", &cdm_arch_arm64,
	  "PAGESIZE=4096\nSYMBOL(_stext)=ffff000008081000\n"
	  "SYMBOL(init_uts_ns)=ffff000008f12040\nSYMBOL(swapper_pg_dir)=ffff00000926a000\n",
	  0x80f12040, 2, 0xffff000008081000, 0x80081000, 0x8126a000, 4 },
	{ "arm64, pages of 64 KiB", &cdm_arch_arm64,
	  "PAGESIZE=65536\nSYMBOL(_stext)=fffffc0008081000\n"
	  "SYMBOL(init_uts_ns)=fffffc0008f12040\nSYMBOL(swapper_pg_dir)=fffffc0009260000\n",
	  0x80f12040, 3, 0xfffffc0008081000, 0x80081000, 0x81260000, 2 },
	{ "arm", &cdm_arch_arm,
	  "SYMBOL(_stext)=80300000\nSYMBOL(init_uts_ns)=815839d4\n"
	  "SYMBOL(swapper_pg_dir)=80204000\n",
	  0x615839d4, 4, 0x80300000, 0x60300000, 0x60204000, 2 },
	{ "mips64: a mapped image", &cdm_arch_mips64_big,
	  "SYMBOL(_stext)=c000000000100000\nSYMBOL(init_uts_ns)=c000000000812340\n", 0x20812340, 2,
	  0xffffffff80001000, 0x1000, 0, 0 },
	{ "sparc64", &cdm_arch_sparc64, "SYMBOL(_stext)=404000\nSYMBOL(init_uts_ns)=a12340\n",
	  0x31012340, 9, 0x404000, 0x30a04000, 0, 0 },
};

static struct cdm_vmcoreinfo *parse(const char *text)
{
	struct cdm_vmcoreinfo *info;
	struct cdm_error err;
	struct cdm_bytes bytes = { (const uint8_t *)text, strlen(text) };

	ck_assert_int_eq(cdm_vmcoreinfo_new(bytes, &info, &err), CDM_OK);
	return info;
}

START_TEST(proposals)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(rows[_i].text);
	struct cdm_machine machine = {
		.dump = &dump, .info = info, .uts_paddrs = &rows[_i].uts_paddr, .n_uts_paddrs = 1
	};
	struct cdm_proposal list[ROOM];
	struct cdm_translation translation;
	struct cdm_extent found;
	struct cdm_error err;
	unsigned n = cdm_arch_propose(rows[_i].arch, &machine, list, ROOM), i = 0;

	ck_assert_msg(n == rows[_i].n, "%s: %u proposals", rows[_i].what, n);
	cdm_translation_begin(&translation, &list[0], &dump);
	ck_assert_msg(!cdm_translate(&translation, rows[_i].vaddr, &found, &err), "%s: %s",
		      rows[_i].what, err.text);
	ck_assert_msg(found.paddr == rows[_i].paddr, "%s: 0x%" PRIx64, rows[_i].what, found.paddr);
	while (i < n && list[i].outside != CDM_OUTSIDE_TABLES)
		i++;
	ck_assert_msg((i < n) == (rows[_i].root_paddr != 0), "%s", rows[_i].what);
	if (i < n) {
		ck_assert_msg(list[i].root_paddr == rows[_i].root_paddr, "%s: 0x%" PRIx64,
			      rows[_i].what, list[i].root_paddr);
		ck_assert_uint_eq(list[i].paging.levels, rows[_i].levels);
	}
	cdm_vmcoreinfo_free(info);
}
END_TEST

START_TEST(no_more_proposals_than_there_is_room)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(rows[_i].text);
	struct cdm_machine machine = {
		.dump = &dump, .info = info, .uts_paddrs = &rows[_i].uts_paddr, .n_uts_paddrs = 1
	};
	struct cdm_proposal list[ROOM];

	for (unsigned room = 0; room <= rows[_i].n; room++) {
		memset(list, 0xa5, sizeof(list));
		ck_assert_uint_eq(cdm_arch_propose(rows[_i].arch, &machine, list, room), room);
		ck_assert_uint_eq(list[room].image_len, 0xa5a5a5a5a5a5a5a5);
	}
	cdm_vmcoreinfo_free(info);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("found by name");
	TCase *tests = tcase_create("found by name");

	tcase_add_loop_test(tests, proposals, 0, ROWS(rows));
	tcase_add_loop_test(tests, no_more_proposals_than_there_is_room, 0, ROWS(rows));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
