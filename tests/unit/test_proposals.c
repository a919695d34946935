// SPDX-License-Identifier: GPL-2.0-or-later
/* test_proposals.c - which translations do architectures propose, the likeliest first? */

#include "arch/arch.h"
#include "tests/unit/suite.h"
#include "tests/unit/word_memory.h"

#include <inttypes.h>
#include <string.h>

#define ROOM 64

/* "Linux" and a NUL, as a little-endian word has them. */
#define NAME 0x78756e694cu

#define RISCV_IMAGE "SYMBOL(_stext)=ffffffff80002000\n"
#define RISCV_ROOT "SYMBOL(swapper_pg_dir)=ffffffff81dca000\n"
#define RISCV_OLDER                                                                                \
	"SYMBOL(_stext)=ffffffe000002000\nSYMBOL(init_uts_ns)=ffffffe001300000\n"                  \
	"OFFSET(uts_namespace.name)=0\n"
#define S390X_ROOT "SYMBOL(swapper_pg_dir)=3fffff40000\nSYMBOL(_stext)=3fffe8f8000\n"
#define S390X_KEYS "IDENTITYBASE=0\nKERNELOFFSET=3fffe7f8000\nKERNELOFFPHYS=8f8000\n"
#define S390X_OLDER "SYMBOL(swapper_pg_dir)=1290000\nSYMBOL(_stext)=100000\nKERNELOFFSET=0\n"
#define POWER "SYMBOL(_stext)=c000000000000000\nSYMBOL(swapper_pg_dir)=c000000002740000\n"

/* `order` has a letter for each proposal, by what is outside of the image: 'd' a formula, 'c' what the
 * container claims, a digit for page tables of so many levels, with a '>' if their entries are
 * big-endian. `first` and `last`: where the first and the last of them have `vaddr`; 0 is not asked. */
static const struct {
	const char *what;
	const struct cdm_arch *arch;
	const char *text;
	uint64_t start;   /* of memory */
	struct word word; /* in it */
	bool has_claim;
	uint64_t uts_paddr; /* 0: none was found */
	const char *order;
	uint64_t vaddr, first, last;
} rows[] = {
	{ .what = "s390x: virtual is real",
	  .arch = &cdm_arch_s390x,
	  .text = S390X_OLDER,
	  .order = "d3>4>5>2>",
	  .vaddr = 0xe63e08,
	  .first = 0xe63e08 },
	{ .what = "T24: s390x, the image on its own",
	  .arch = &cdm_arch_s390x,
	  .text = S390X_ROOT S390X_KEYS,
	  .word = { 0x2040000, 0x0700ff0f00000000 },
	  .order = "d3>4>5>2>",
	  .vaddr = 0x3ffffd96010,
	  .first = 0x1e96010,
	  .last = 0x1e96010 },
	{ .what = "s390x: memory is mapped from IDENTITYBASE on",
	  .arch = &cdm_arch_s390x,
	  .text = "SYMBOL(_stext)=3fffe8f8000\nIDENTITYBASE=10000000000\n"
		  "KERNELOFFSET=3fffe7f8000\nKERNELOFFPHYS=8f8000\n",
	  .order = "d",
	  .vaddr = 0x10000123000,
	  .first = 0x123000 },
	{ .what = "T24: s390x, KERNELOFFSET alone is a displacement",
	  .arch = &cdm_arch_s390x,
	  .text = "SYMBOL(_stext)=3445000\nKERNELOFFSET=3345000\n",
	  .order = "d",
	  .vaddr = 0x3445000,
	  .first = 0x3445000 },
	{ .what = "s390x: claims",
	  .arch = &cdm_arch_s390x,
	  .text = S390X_OLDER,
	  .has_claim = true,
	  .order = "dc3>4>5>2>" },
	{ .what = "s390x: the image where its name was found",
	  .arch = &cdm_arch_s390x,
	  .text = S390X_ROOT "SYMBOL(init_uts_ns)=3ffffe17b90\n",
	  .uts_paddr = 0x1f17b90,
	  .order = "d3>4>5>2>d3>4>5>2>",
	  .vaddr = 0x3fffff40000,
	  .last = 0x2040000 },
	{ .what = "s390x: a copy of the name that is displaced by no page",
	  .arch = &cdm_arch_s390x,
	  .text = S390X_ROOT "SYMBOL(init_uts_ns)=3ffffe17b90\n",
	  .uts_paddr = 0x1f17ba0,
	  .order = "d3>4>5>2>" },
	{ .what = "T64: ppc64, big-endian tables, then the kernel's",
	  .arch = &cdm_arch_ppc64_little,
	  .text = POWER,
	  .order = "4>4c",
	  .vaddr = 0xc000000002536920,
	  .first = 0x2536920 },
	{ .what = "T64: ppc64, big-endian kernel",
	  .arch = &cdm_arch_ppc64,
	  .text = POWER,
	  .order = "4>c" },
	{ .what = "ppc64: a hash MMU",
	  .arch = &cdm_arch_ppc64,
	  .text = POWER "NUMBER(RADIX_MMU)=0\n",
	  .order = "c" },
	{ .what = "ppc64: the image elsewhere",
	  .arch = &cdm_arch_ppc64,
	  .text = POWER "SYMBOL(init_uts_ns)=c0000000026ab1c0\n",
	  .uts_paddr = 0x36ab1c0,
	  .order = "4>c4>c",
	  .vaddr = 0xc0000000026ab1c0,
	  .first = 0x26ab1c0,
	  .last = 0x36ab1c0 },
	{ .what = "riscv64: all keys",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_IMAGE RISCV_ROOT
	  "NUMBER(phys_ram_base)=2147483648\nNUMBER(PAGE_OFFSET)=0xff60000000000000\n"
	  "NUMBER(VA_BITS)=57\nNUMBER(va_kernel_pa_offset)=0xfffffffeffe00000\n",
	  .order = "d5",
	  .vaddr = 0xffffffff81db6458,
	  .first = 0x81fb6458,
	  .last = 0x81fb6458 },
	{ .what = "riscv64: KASLR is in the keys",
	  .arch = &cdm_arch_riscv64,
	  .text = "SYMBOL(_stext)=ffffffff85a02000\n"
		  "NUMBER(va_kernel_pa_offset)=0xffffffff05800000\n"
		  "SYMBOL(swapper_pg_dir)=ffffffff87dca000\nNUMBER(VA_BITS)=39\n",
	  .order = "3",
	  .vaddr = 0xffffffff85a02000,
	  .first = 0x80202000 },
	{ .what = "riscv64: no guess where a key tells",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_IMAGE
	  "SYMBOL(init_uts_ns)=ffffffff81300000\n"
	  "OFFSET(uts_namespace.name)=0\nSYMBOL(swapper_pg_dir)=ffffffff81dca000\n"
	  "NUMBER(VA_BITS)=39\nNUMBER(va_kernel_pa_offset)=0xfffffffeffe00000\n",
	  .start = 0x80000000,
	  .word = { 0x81500000, NAME },
	  .order = "3",
	  .vaddr = 0xffffffff80002000,
	  .first = 0x80202000 },
	{ .what = "riscv64: nothing but the name",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_IMAGE RISCV_ROOT "SYMBOL(init_uts_ns)=ffffffff81d69658\n",
	  .uts_paddr = 0x86169658,
	  .order = "345",
	  .vaddr = 0xffffffff80002000,
	  .first = 0x84402000,
	  .last = 0x84402000 },
	{ .what = "T63: riscv64 behind its firmware, without keys",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_OLDER,
	  .start = 0x80000000,
	  .word = { 0x81500000, NAME },
	  .order = "dddddddddd",
	  .vaddr = 0xffffffe000002000,
	  .first = 0x80202000 },
	{ .what = "T63: riscv64 at the start of RAM, without keys",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_OLDER,
	  .start = 0x80000000,
	  .word = { 0x81300000, NAME },
	  .order = "dddddddddd",
	  .vaddr = 0xffffffe000002000,
	  .first = 0x80002000 },
	{ .what = "T63: riscv64, a guess that no name confirms",
	  .arch = &cdm_arch_riscv64,
	  .text = RISCV_OLDER,
	  .start = 0x80000000,
	  .word = { 0x81500000, NAME + 1 },
	  .order = "" },
	{ .what = "ppc: low memory, as every split has it",
	  .arch = &cdm_arch_ppc,
	  .text = "SYMBOL(_stext)=c0001000\n",
	  .order = "dddd",
	  .vaddr = 0xc0001000,
	  .first = 0x1000,
	  .last = 0x80001000 },
	{ .what = "ppc: starts that lie above the image are none",
	  .arch = &cdm_arch_ppc,
	  .text = "SYMBOL(_stext)=81000000\n",
	  .order = "dd",
	  .vaddr = 0x81000000,
	  .first = 0x1000000 },
	{ .what = "ppc: where the name was found",
	  .arch = &cdm_arch_ppc,
	  .text = "SYMBOL(_stext)=c0001000\nSYMBOL(init_uts_ns)=c0100000\n",
	  .has_claim = true,
	  .uts_paddr = 0x2400000,
	  .order = "ddddcd",
	  .vaddr = 0xc0001000,
	  .last = 0x2301000 },
};

/* A letter, or a digit and a mark. */
static char *describe(const struct cdm_proposal *proposal, char *at)
{
	if (proposal->outside != CDM_OUTSIDE_TABLES) {
		*at++ = proposal->outside == CDM_OUTSIDE_CLAIMS ? 'c' : 'd';
		return at;
	}
	*at++ = (char)('0' + proposal->paging.levels);
	if (proposal->paging.entry.big_endian)
		*at++ = '>';
	return at;
}

static void check_place(const char *what, const struct cdm_proposal *proposal, uint64_t vaddr,
			uint64_t paddr)
{
	struct cdm_translation translation;
	struct cdm_extent found;
	struct cdm_error err;

	if (!paddr)
		return;
	cdm_translation_begin(&translation, proposal, NULL);
	ck_assert_msg(!cdm_translate(&translation, vaddr, &found, &err), "%s: %s", what, err.text);
	ck_assert_msg(found.paddr == paddr, "%s: 0x%" PRIx64, what, found.paddr);
}

static struct cdm_vmcoreinfo *parse(const char *text)
{
	struct cdm_bytes bytes = { (const uint8_t *)text, strlen(text) };
	struct cdm_vmcoreinfo *info;
	struct cdm_error err;

	ck_assert_int_eq(cdm_vmcoreinfo_new(bytes, &info, &err), CDM_OK);
	return info;
}

START_TEST(proposal)
{
	struct memory memory = { .start = rows[_i].start };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(rows[_i].text);
	struct cdm_machine machine = { .dump = &dump,
				       .info = info,
				       .uts_paddrs = &rows[_i].uts_paddr,
				       .n_uts_paddrs = rows[_i].uts_paddr != 0 };
	struct cdm_proposal list[ROOM];
	char order[2 * ROOM + 1], *end = order;

	if (rows[_i].word.paddr)
		put_word(&memory, rows[_i].word.paddr, rows[_i].word.value);
	if (rows[_i].has_claim)
		cdm_dump_claim(&dump, &(struct cdm_claim){ 0xc0000000, 0, 0x1000000 });
	unsigned n = cdm_arch_propose(rows[_i].arch, &machine, list, ROOM);

	for (unsigned i = 0; i < n; i++)
		end = describe(&list[i], end);
	*end = '\0';
	ck_assert_msg(!strcmp(order, rows[_i].order), "%s: %s", rows[_i].what, order);
	if (n) {
		check_place(rows[_i].what, &list[0], rows[_i].vaddr, rows[_i].first);
		check_place(rows[_i].what, &list[n - 1], rows[_i].vaddr, rows[_i].last);
	}
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* ---- tables as the machine has them ---- */

#define S390X "SYMBOL(_stext)=100000\nSYMBOL(swapper_pg_dir)=10000\n"
#define S390X_VADDR 0x12345678u /* entries 0, 0x123 and 0x45 */
#define REGION3 0x7u            /* a whole table */
#define POWER_64K                                                                                  \
	"SYMBOL(_stext)=c000000000000000\nSYMBOL(swapper_pg_dir)=c000000000010000\nPAGESIZE="      \
	"65536\n"
#define POWER_4K                                                                                   \
	"SYMBOL(_stext)=c000000000000000\nSYMBOL(swapper_pg_dir)=c000000000010000\nPAGESIZE="      \
	"4096\n"
#define POWER_VADDR 0xc008000012345678u /* entries 0x1000, 0, 0x91 and 0x14 or 0x145 */
#define VALID (UINT64_C(1) << 63)
#define LEAF (UINT64_C(3) << 62)
#define RISCV                                                                                      \
	"SYMBOL(_stext)=ffffffff80002000\nSYMBOL(swapper_pg_dir)=ffffffff80010000\n"               \
	"NUMBER(VA_BITS)=39\nNUMBER(va_kernel_pa_offset)=0xffffffff80000000\n"
#define RISCV_VADDR 0xffffffc052345678u /* entries 0x101, 0x91 and 0x145 */
#define NAPOT (UINT64_C(1) << 63)
#define PPN(paddr) ((uint64_t)(paddr) >> 2)

// clang-format off
static const struct {
	const char *what;
	const struct cdm_arch *arch;
	const char *text;
	uint64_t vaddr;
	struct word entries[4]; /* each in its table, from the top one on */
	enum cdm_status status;
	uint64_t paddr;
} walks[] = {
	{ "s390x: a page", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20000 | REGION3 }, { 0x20000 + 8 * 0x123, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_OK, 0x7650678 },
	{ "s390x: no page, though it has an address", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20000 | REGION3 }, { 0x20000 + 8 * 0x123, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765041c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "s390x: an invalid segment", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20000 | REGION3 }, { 0x20000 + 8 * 0x123, 0x30820 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "s390x: an entry of a table of another kind", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x2000b }, { 0x20000 + 8 * 0x123, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "s390x: an invalid region", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20020 | REGION3 }, { 0x20000 + 8 * 0x123, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "s390x: a segment table that ends before", &cdm_arch_s390x, S390X, 0x7ff45678,
	  { { 0x10000, 0x20000 | 0x4 | 2 }, { 0x20000 + 8 * 0x7ff, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "s390x: a segment table that begins behind", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20000 | 0x40 | REGION3 }, { 0x20000 + 8 * 0x123, 0x30800 }, { 0x30800 + 8 * 0x45, 0x765001c } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "T59: s390x, 1 MiB", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x20000 | REGION3 }, { 0x20000 + 8 * 0x123, 0x7603403 } },
	  CDM_OK, 0x7645678 },
	{ "T59: s390x, 2 GiB", &cdm_arch_s390x, S390X, S390X_VADDR,
	  { { 0x10000, 0x80003407 } },
	  CDM_OK, 0x92345678 },
	{ "T64: ppc64le, 64 KiB", &cdm_arch_ppc64_little, POWER_64K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, VALID | 0x30009 }, { 0x30488, VALID | 0x40105 }, { 0x401a0, LEAF | 0x765018e } },
	  CDM_OK, 0x7655678 },
	{ "T64: ppc64le, 4 KiB", &cdm_arch_ppc64_little, POWER_4K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, VALID | 0x30009 }, { 0x30488, VALID | 0x40009 }, { 0x40a28, LEAF | 0x765118e } },
	  CDM_OK, 0x7651678 },
	{ "T64: ppc64, 64 KiB", &cdm_arch_ppc64, POWER_64K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, VALID | 0x30009 }, { 0x30488, VALID | 0x40105 }, { 0x401a0, LEAF | 0x765018e } },
	  CDM_OK, 0x7655678 },
	{ "T59: ppc64, 2 MiB", &cdm_arch_ppc64, POWER_64K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, VALID | 0x30009 }, { 0x30488, LEAF | 0x760018e } },
	  CDM_OK, 0x7745678 },
	{ "T59: ppc64, 1 GiB", &cdm_arch_ppc64, POWER_64K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, LEAF | 0x4000018e } },
	  CDM_OK, 0x52345678 },
	{ "ppc64: an entry that is invalid for now", &cdm_arch_ppc64, POWER_64K, POWER_VADDR,
	  { { 0x18000, VALID | 0x20009 }, { 0x20000, VALID | 0x30009 }, { 0x30488, VALID | 0x40105 }, { 0x401a0, (LEAF ^ VALID) | 0x765018e } },
	  CDM_ERR_UNMAPPED, 0 },
	{ "riscv64: 4 KiB", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x20000) | 1 }, { 0x20488, PPN(0x30000) | 1 }, { 0x30a28, PPN(0x87654000) | 0xe7 } },
	  CDM_OK, 0x87654678 },
	{ "riscv64: flags above the address", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x20000) | 1 }, { 0x20488, PPN(0x30000) | 1 }, { 0x30a28, UINT64_C(3) << 60 | PPN(0x87654000) | 0xe7 } },
	  CDM_OK, 0x87654678 },
	{ "T59: riscv64, 64 KiB", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x20000) | 1 }, { 0x20488, PPN(0x30000) | 1 }, { 0x30a28, NAPOT | PPN(0x87658000) | 0xe7 } },
	  CDM_OK, 0x87655678 },
	{ "T59: riscv64, 2 MiB that may be executed alone", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x20000) | 1 }, { 0x20488, PPN(0x87600000) | 0x9 } },
	  CDM_OK, 0x87745678 },
	{ "T59: riscv64, 1 GiB", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x80000000) | 0xe7 } },
	  CDM_OK, 0x92345678 },
	{ "riscv64: no page", &cdm_arch_riscv64, RISCV, RISCV_VADDR,
	  { { 0x10808, PPN(0x20000) | 1 }, { 0x20488, PPN(0x30000) | 1 }, { 0x30a28, PPN(0x87654000) | 0xe6 } },
	  CDM_ERR_UNMAPPED, 0 },
};
// clang-format on

/* The first of them that goes by page tables. */
static const struct cdm_proposal *find_tables(const struct cdm_proposal *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (list[i].outside == CDM_OUTSIDE_TABLES)
			return &list[i];
	ck_abort_msg("no page tables");
	return NULL;
}

static void put_entry(struct memory *memory, const struct word *entry, bool is_big_endian)
{
	put_word(memory, entry->paddr,
		 is_big_endian ? __builtin_bswap64(entry->value) : entry->value);
}

START_TEST(own_tables)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(walks[_i].text);
	struct cdm_machine machine = { .dump = &dump, .info = info };
	struct cdm_proposal list[ROOM];
	struct cdm_translation translation;
	struct cdm_extent found;
	struct cdm_error err;

	for (unsigned i = 0; i < 4 && walks[_i].entries[i].paddr; i++)
		put_entry(&memory, &walks[_i].entries[i], walks[_i].arch != &cdm_arch_riscv64);
	unsigned n = cdm_arch_propose(walks[_i].arch, &machine, list, ROOM);

	cdm_translation_begin(&translation, find_tables(list, n), &dump);
	ck_assert_msg(cdm_walk(&translation, walks[_i].vaddr, &found, &err) == walks[_i].status,
		      "%s: %s", walks[_i].what, err.text);
	if (!walks[_i].status)
		ck_assert_msg(found.paddr + (walks[_i].vaddr - found.vaddr) == walks[_i].paddr,
			      "%s: 0x%" PRIx64, walks[_i].what, found.paddr);
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* ---- which architectures come into question? ---- */

#define LONG_64 "SIZE(list_head)=16\n"
#define LONG_32 "SIZE(list_head)=8\n"
#define I386 "SYMBOL(_stext)=c1000000\nCONFIG_X86_PAE=y\n"

static const struct {
	const char *what;
	const struct cdm_arch *arch;
	const char *text;
	uint16_t machine; /* the container's */
	uint64_t pointer; /* little-endian: the value of prb */
	bool could_be;
} kernels[] = {
	{ "T3: x86_64, whatever the container says", &cdm_arch_x86_64,
	  LONG_64 "SYMBOL(_stext)=ffffffff81000000\n", 3, 0, true },
	{ "T3: i386 in a container of x86_64", &cdm_arch_x86_64, LONG_32 I386, 62, 0, false },
	{ "T3: i386, by a key", &cdm_arch_i386, LONG_32 I386, 62, 0, true },
	{ "T3: i386 without PAE, by the container", &cdm_arch_i386, LONG_32, 3, 0, true },
	{ "T3: x86_64 in a container of i386", &cdm_arch_i386,
	  LONG_64 "SYMBOL(_stext)=ffffffff81000000\n", 3, 0, false },
	{ "T3: i386 that says nothing of its words", &cdm_arch_i386, I386, 3, 0, false },
	{ "s390x", &cdm_arch_s390x, LONG_64 S390X_OLDER, 22, 0, true },
	{ "s390x, by a key", &cdm_arch_s390x, LONG_64 S390X_OLDER "SYMBOL(lowcore_ptr)=1\n", 62, 0,
	  true },
	{ "s390 of 31 bits", &cdm_arch_s390x, LONG_32 S390X_OLDER, 22, 0, false },
	{ "an image far above s390x's addresses", &cdm_arch_s390x, LONG_64 RISCV_IMAGE, 0, 0,
	  false },
	{ "riscv64", &cdm_arch_riscv64, LONG_64 RISCV_IMAGE, 243, 0, true },
	{ "riscv64, by a key", &cdm_arch_riscv64, LONG_64 RISCV_IMAGE "NUMBER(phys_ram_base)=1\n",
	  62, 0, true },
	{ "riscv32", &cdm_arch_riscv64, LONG_32 "SYMBOL(_stext)=c0000000\n", 243, 0, false },
	{ "ppc", &cdm_arch_ppc, LONG_32 "SYMBOL(_stext)=c0000000\n", 20, 0, true },
	{ "ppc64, told nothing of its order", &cdm_arch_ppc64, LONG_64 POWER, 21, 0, true },
	{ "T64: ppc64, a little-endian pointer", &cdm_arch_ppc64,
	  LONG_64 POWER "SYMBOL(prb)=c000000000004000\n", 21, 0xc0000000025369e8, false },
	{ "T64: ppc64, a big-endian pointer", &cdm_arch_ppc64,
	  LONG_64 POWER "SYMBOL(prb)=c000000000004000\n", 21, 0xe8695302000000c0, true },
	{ "T64: ppc64le, a big-endian pointer", &cdm_arch_ppc64_little,
	  LONG_64 POWER "SYMBOL(log_buf)=c000000000004000\n", 21, 0xe8695302000000c0, false },
	{ "T64: ppc64le, no pointer at all", &cdm_arch_ppc64_little,
	  LONG_64 POWER "SYMBOL(log_buf)=c000000000004000\n", 21, 0x1234, true },
	{ "ppc64 in no linear map", &cdm_arch_ppc64, LONG_64 RISCV_IMAGE, 0, 0, false },
};

START_TEST(which_kernel)
{
	struct memory memory = { .n = 0 };
	struct cdm_dump dump = dump_of(&memory);
	struct cdm_vmcoreinfo *info = parse(kernels[_i].text);
	struct cdm_machine machine = { .dump = &dump, .info = info };

	dump.elf_machine = kernels[_i].machine;
	put_word(&memory, 0x4000, kernels[_i].pointer);
	ck_assert_msg(cdm_arch_could_be(kernels[_i].arch, &machine) == kernels[_i].could_be, "%s",
		      kernels[_i].what);
	cdm_vmcoreinfo_free(info);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("proposals");
	TCase *tests = tcase_create("proposals");

	tcase_add_loop_test(tests, proposal, 0, ROWS(rows));
	tcase_add_loop_test(tests, own_tables, 0, ROWS(walks));
	tcase_add_loop_test(tests, which_kernel, 0, ROWS(kernels));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
