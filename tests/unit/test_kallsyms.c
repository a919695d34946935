// SPDX-License-Identifier: GPL-2.0-or-later
/* test_kallsyms.c - where is a symbol, by a table as kernels of both byte orders and word sizes have it? */

#include "dump/format.h"
#include "kernel/kallsyms.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where the parts of the table are in memory: addresses and offsets are the same. */
enum place {
	COUNT_AT = 0x100,
	BASE_AT = 0x108,
	INDEX_AT = 0x200,
	OFFSETS_AT = 0x500,
	TOKENS_AT = 0x800,
	NAMES_AT = 0x1000,
	MEMORY = 0x2000,
};

#define BASE 0x81000000u
#define LONG_NAME 140 /* characters: its length has two bytes */

/* Token 1 is "init_uts", 2 is "_ns"; all others are a character each. */
static const struct {
	const char *name; /* its type in front; NULL: a long one */
	uint32_t vaddr;
	bool is_absolute; /* a per-CPU variable, where there is a rule for them */
} symbols[] = {
	{ "Aper_cpu_var", 0x1234, true },     { "T_stext", BASE, false },
	{ "T_text_only", 0x81000100, false }, { NULL, 0x81000200, false },
	{ "D\1\2", 0x81400980, false },       { "b__log_buf", 0x82311da8, false },
	{ "b__log_buf", 0x82400000, false },
};
#define N_SYMBOLS (sizeof(symbols) / sizeof(*symbols))

enum rule { FROM_BASE, PERCPU, FROM_PLACE, FROM_NOTHING };

struct memory {
	struct cdm_layout layout;
	uint8_t bytes[MEMORY];
};

static void store(struct memory *memory, uint64_t at, unsigned width, uint64_t value)
{
	put_number(memory->bytes + at, value, width, memory->layout.big_endian);
}

static void write_tokens(struct memory *memory)
{
	uint64_t at = 0;

	for (unsigned i = 0; i < 256; i++) {
		char one[2] = { (char)(i >= 0x20 && i < 0x7f ? i : '?'), 0 };
		const char *token = i == 1 ? "init_uts" : i == 2 ? "_ns" : one;

		store(memory, INDEX_AT + 2 * i, 2, at);
		memcpy(memory->bytes + TOKENS_AT + at, token, strlen(token) + 1);
		at += strlen(token) + 1;
	}
}

static void write_names(struct memory *memory)
{
	uint8_t *at = memory->bytes + NAMES_AT;

	for (size_t i = 0; i < N_SYMBOLS; i++) {
		if (symbols[i].name) {
			*at++ = (uint8_t)strlen(symbols[i].name);
			memcpy(at, symbols[i].name, strlen(symbols[i].name));
			at += strlen(symbols[i].name);
			continue;
		}
		*at++ = 0x80 | (LONG_NAME & 0x7f);
		*at++ = LONG_NAME >> 7;
		memset(at, 'x', LONG_NAME);
		*at = 'T';
		at += LONG_NAME;
	}
}

static uint32_t entry_of(enum rule rule, size_t i)
{
	uint32_t vaddr = symbols[i].vaddr;

	switch (rule) {
	case PERCPU:
		return symbols[i].is_absolute ? vaddr : BASE - 1 - vaddr;
	case FROM_PLACE:
		return vaddr - (uint32_t)(OFFSETS_AT + 4 * i);
	default:
		return vaddr - BASE;
	}
}

static void write_table(struct memory *memory, enum rule rule)
{
	store(memory, COUNT_AT, 4, N_SYMBOLS);
	store(memory, BASE_AT, memory->layout.word, BASE);
	for (size_t i = 0; i < N_SYMBOLS; i++)
		store(memory, OFFSETS_AT + 4 * i, 4, entry_of(rule, i));
	write_tokens(memory);
	write_names(memory);
}

static enum cdm_status read_memory(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	const struct memory *memory = dump->priv;
	size_t left = paddr < MEMORY ? (size_t)(MEMORY - paddr) : 0;

	*got = len < left ? len : left;
	memcpy(buf, memory->bytes + paddr, *got);
	return *got < len ? cdm_fail(err, CDM_ABSENT, "the end of memory") : CDM_OK;
}

static const struct cdm_format format = { .name = "memory", .read = read_memory };

static struct cdm_vmcoreinfo *describe(char *text, size_t room, const char *more)
{
	struct cdm_vmcoreinfo *info;
	struct cdm_error err;
	int len = snprintf(text, room,
			   "SYMBOL(kallsyms_names)=%x\nSYMBOL(kallsyms_num_syms)=%x\n"
			   "SYMBOL(kallsyms_token_table)=%x\nSYMBOL(kallsyms_token_index)=%x\n"
			   "SYMBOL(kallsyms_offsets)=%x\nSYMBOL(_stext)=81000000\n"
			   "SYMBOL(init_uts_ns)=81400980\n%s",
			   NAMES_AT, COUNT_AT, TOKENS_AT, INDEX_AT, OFFSETS_AT, more);

	ck_assert_int_eq(
		cdm_vmcoreinfo_new((struct cdm_bytes){ (uint8_t *)text, (size_t)len }, &info, &err),
		CDM_OK);
	return info;
}

/* Looks for the symbols in memory as it is. */
static enum cdm_status find(struct memory *memory, const char *more, struct cdm_symbol *sought,
			    unsigned n, struct cdm_error *err)
{
	static const struct cdm_proposal same = { .image_len = UINT64_MAX };
	struct cdm_dump dump = { .format = &format, .priv = memory };
	struct cdm_kernel *kernel = calloc(1, sizeof(*kernel));
	char text[1024];

	ck_assert_ptr_nonnull(kernel);
	kernel->dump = &dump;
	kernel->layout = memory->layout;
	kernel->info = describe(text, sizeof(text), more);
	cdm_translation_begin(&kernel->translation, &same, &dump);
	enum cdm_status st = cdm_kallsyms_find(kernel, sought, n, err);

	cdm_kernel_close(kernel);
	return st;
}

#define HAS_BASE "SYMBOL(kallsyms_relative_base)=108\n"

static const struct {
	const char *what;
	struct cdm_layout layout;
	enum rule rule;
	const char *more;
	uint64_t per_cpu; /* address of the symbol that is absolute */
} tables[] = {
	{ "counted from the base", { false, 8 }, FROM_BASE, HAS_BASE, 0x100001234 },
	{ "the same, big-endian", { true, 8 }, FROM_BASE, HAS_BASE, 0x100001234 },
	{ "the same, 32 bits", { false, 4 }, FROM_BASE, HAS_BASE, 0x1234 },
	{ "the same, 32 bits and big-endian", { true, 4 }, FROM_BASE, HAS_BASE, 0x1234 },
	{ "absolute ones of x86", { false, 8 }, PERCPU, HAS_BASE, 0x1234 },
	{ "the same, 32 bits", { false, 4 }, PERCPU, HAS_BASE, 0x1234 },
	{ "counted from the place", { false, 4 }, FROM_PLACE, "", 0x1234 },
	{ "the same, big-endian", { true, 4 }, FROM_PLACE, "", 0x1234 },
	{ "counted from what is not told", { false, 8 }, FROM_NOTHING, "", 0x100001234 },
};

START_TEST(table)
{
	static struct memory memory;
	char long_name[LONG_NAME];
	struct cdm_symbol sought[] = {
		{ .name = "__log_buf" },   { .name = "text_only" },   { .name = "_stext" },
		{ .name = "per_cpu_var" }, { .name = "init_uts_ns" }, { .name = long_name },
		{ .name = "log_buf" },
	};
	struct cdm_error err;

	memset(long_name, 'x', sizeof(long_name));
	long_name[LONG_NAME - 1] = '\0';
	memory = (struct memory){ .layout = tables[_i].layout };
	write_table(&memory, tables[_i].rule);
	enum cdm_status st = find(&memory, tables[_i].more, sought, 7, &err);

	ck_assert_msg(st == CDM_OK, "%s: %s", tables[_i].what, err.text);
	ck_assert_msg(sought[0].found && sought[0].vaddr == 0x82311da8, "%s: __log_buf 0x%" PRIx64,
		      tables[_i].what, sought[0].vaddr);
	/* A type is no part of the name. */
	ck_assert_msg(!sought[1].found && !sought[6].found, "%s: too much", tables[_i].what);
	ck_assert_msg(sought[2].found && sought[2].vaddr == BASE, "%s: _stext", tables[_i].what);
	ck_assert_msg(sought[3].vaddr == tables[_i].per_cpu, "%s: per_cpu_var 0x%" PRIx64,
		      tables[_i].what, sought[3].vaddr);
	ck_assert_msg(sought[4].vaddr == 0x81400980, "%s: init_uts_ns", tables[_i].what);
	ck_assert_msg(sought[5].found && sought[5].vaddr == 0x81000200, "%s: the long name",
		      tables[_i].what);
}
END_TEST

static const struct {
	const char *what;
	uint64_t at;
	unsigned width;
	uint64_t value;
	const char *message;
} damages[] = {
	{ "no symbols", COUNT_AT, 4, 0, "0 symbols are not within 1 and" },
	{ "four billion", COUNT_AT, 4, UINT32_MAX, "4294967295 symbols are not within" },
	{ "more than there are", COUNT_AT, 4, 4000000, "a symbol has no name" },
	{ "an index that goes back", INDEX_AT + 10, 2, 0, "token 5 is at 0 of the table" },
	{ "a token without a name", NAMES_AT, 1, 0, "a symbol has no name" },
	{ "another base", BASE_AT, 8, BASE + 4096, "no two symbols are where VMCOREINFO says" },
};

START_TEST(damage)
{
	static struct memory memory;
	struct cdm_symbol sought = { .name = "nowhere" };
	struct cdm_error err;

	memory = (struct memory){ .layout = { false, 8 } };
	write_table(&memory, FROM_BASE);
	store(&memory, damages[_i].at, damages[_i].width, damages[_i].value);
	/* The base is of use only if there is no other rule that fits. */
	if (damages[_i].at == BASE_AT)
		store(&memory, OFFSETS_AT + 4, 4, 8);
	ck_assert_msg(find(&memory, HAS_BASE, &sought, 1, &err) == CDM_CORRUPT, "%s: %s",
		      damages[_i].what, "found");
	ck_assert_msg(strstr(err.text, damages[_i].message), "%s: %s", damages[_i].what, err.text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kallsyms");
	TCase *tests = tcase_create("kallsyms");

	tcase_add_loop_test(tests, table, 0, ROWS(tables));
	tcase_add_loop_test(tests, damage, 0, ROWS(damages));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
