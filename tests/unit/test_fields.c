// SPDX-License-Identifier: GPL-2.0-or-later
/* test_fields.c - are the members of a kernel's structs where its description, or habit, puts them? */

#include "kernel/fields.h"
#include "tests/unit/suite.h"

#include <string.h>

enum { DESC, STATE, BLOCK, COUNT, BLOCK_SIZE, BLOCK_BEGIN, NAMES, NAME, N_FIELDS };

/* A struct of a word, another struct, and a number of 4 bytes; that other struct; one of bytes. */
static const struct cdm_field table[N_FIELDS] = {
	[DESC] = { "SIZE(desc)", { 32, 28 }, 0, DESC, 0 },
	[STATE] = { "OFFSET(desc.state)", { 0, 0 }, CDM_FIELD_WORD, DESC, 0 },
	[BLOCK] = { "OFFSET(desc.block)", { 8, 4 }, CDM_FIELD_STRUCT, DESC, BLOCK_SIZE },
	[COUNT] = { "OFFSET(desc.count)", { 24, 20 }, 4, DESC, 0 },
	[BLOCK_SIZE] = { "SIZE(block)", { 16, 16 }, 0, BLOCK_SIZE, 0 },
	[BLOCK_BEGIN] = { "OFFSET(block.begin)", { 0, 0 }, CDM_FIELD_WORD, BLOCK_SIZE, 0 },
	[NAMES] = { "SIZE(names)", { 16, 16 }, 0, NAMES, 0 },
	[NAME] = { "OFFSET(names.name)", { 0, 0 }, 1, NAMES, 0 },
};

static enum cdm_status resolve(const char *text, uint8_t word, uint32_t *values, uint64_t *assumed,
			       struct cdm_error *err)
{
	struct cdm_kernel kernel = { .layout = { .word = word } };
	struct cdm_bytes bytes = { (const uint8_t *)text, strlen(text) };

	ck_assert_int_eq(cdm_vmcoreinfo_new(bytes, &kernel.info, err), CDM_OK);
	enum cdm_status st = cdm_fields_resolve(&kernel, table, N_FIELDS, values, assumed, err);

	cdm_vmcoreinfo_free(kernel.info);
	return st;
}

static const struct {
	const char *what;
	uint8_t word;
	const char *text;
	uint32_t values[N_FIELDS];
} resolved[] = {
	{ "habit, 64 bit", 8, "", { 32, 0, 8, 24, 16, 0, 16, 0 } },
	{ "habit, 32 bit", 4, "", { 28, 0, 4, 20, 16, 0, 16, 0 } },
	{ "what the kernel says",
	  8,
	  "SIZE(desc)=40\nOFFSET(desc.state)=32\nOFFSET(desc.block)=16\nOFFSET(desc.count)=0\n",
	  { 40, 32, 16, 0, 16, 0, 16, 0 } },
	{ "a nested struct that is smaller",
	  8,
	  "SIZE(block)=8\nOFFSET(desc.count)=16\n",
	  { 32, 0, 8, 16, 8, 0, 16, 0 } },
	{ "a value that is no number is absent",
	  8,
	  "SIZE(desc)=x\n",
	  { 32, 0, 8, 24, 16, 0, 16, 0 } },
	{ "the last byte", 8, "OFFSET(names.name)=15\n", { 32, 0, 8, 24, 16, 0, 16, 15 } },
	{ "a member that ends with the struct",
	  8,
	  "OFFSET(desc.count)=28\n",
	  { 32, 0, 8, 28, 16, 0, 16, 0 } },
	{ "a byte needs no alignment",
	  8,
	  "OFFSET(names.name)=3\n",
	  { 32, 0, 8, 24, 16, 0, 16, 3 } },
	{ "the largest struct", 8, "SIZE(desc)=65535\n", { 65535, 0, 8, 24, 16, 0, 16, 0 } },
	{ "a number of 4 at a multiple of 4, 32 bit",
	  4,
	  "OFFSET(desc.count)=24\n",
	  { 28, 0, 4, 24, 16, 0, 16, 0 } },
};

START_TEST(members_that_fit)
{
	uint32_t values[N_FIELDS];
	uint64_t assumed;
	struct cdm_error err;

	ck_assert_msg(!resolve(resolved[_i].text, resolved[_i].word, values, &assumed, &err),
		      "%s: %s", resolved[_i].what, err.text);
	for (int i = 0; i < N_FIELDS; i++)
		ck_assert_msg(values[i] == resolved[_i].values[i], "%s: %s is %u",
			      resolved[_i].what, table[i].key, values[i]);
}
END_TEST

/* A guess is told where the struct has not its usual size. */
static const struct {
	const char *what;
	const char *text;
	uint64_t assumed; /* a bit a member */
} guesses[] = {
	{ "no key at all", "", 0 },
	{ "the usual size", "SIZE(desc)=32\n", 0 },
	{ "another size, all members named",
	  "SIZE(desc)=40\nOFFSET(desc.state)=0\nOFFSET(desc.block)=8\nOFFSET(desc.count)=24\n", 0 },
	{ "another size, one is missing",
	  "SIZE(desc)=40\nOFFSET(desc.state)=0\nOFFSET(desc.block)=8\n", 1 << COUNT },
	{ "another size of another struct", "SIZE(names)=20\n", 1 << NAME },
	{ "another size, none named", "SIZE(desc)=40\n", 1 << STATE | 1 << BLOCK | 1 << COUNT },
};

START_TEST(guess_is_told)
{
	uint32_t values[N_FIELDS];
	uint64_t assumed;
	struct cdm_error err;

	ck_assert_int_eq(resolve(guesses[_i].text, 8, values, &assumed, &err), CDM_OK);
	ck_assert_msg(assumed == guesses[_i].assumed, "%s", guesses[_i].what);
}
END_TEST

static const struct {
	const char *what;
	uint8_t word;
	const char *text;
	const char *named; /* in the message */
} refused[] = {
	{ "one byte behind the end", 8, "OFFSET(desc.count)=32\n", "OFFSET(desc.count)" },
	{ "the last byte behind the end", 8, "OFFSET(names.name)=16\n", "OFFSET(names.name)" },
	{ "a struct that is too small", 8, "SIZE(desc)=27\n", "OFFSET(desc.count)" },
	{ "a struct of no size", 8, "SIZE(desc)=0\n", "desc" },
	{ "T95: larger than any struct", 8, "SIZE(desc)=65536\n", "SIZE(desc)" },
	{ "T95: what wraps in 32 bits", 8, "OFFSET(desc.count)=4294967292\n",
	  "OFFSET(desc.count)" },
	{ "T95: what wraps to a good value", 8, "OFFSET(desc.count)=4294967320\n",
	  "OFFSET(desc.count)" },
	{ "two at one place", 8, "OFFSET(desc.count)=0\n", "OFFSET(desc.state)" },
	{ "the end of one in the other", 8, "OFFSET(desc.block)=4\n", "OFFSET(desc.block)" },
	{ "one in the middle of the other", 8, "OFFSET(desc.count)=12\n", "over each other" },
	{ "a nested struct of no size", 8, "SIZE(block)=0\n", "block" },
	{ "a nested struct that is larger", 8, "SIZE(block)=24\n", "over each other" },
	{ "a nested struct larger than the outer", 8, "SIZE(block)=48\n", "OFFSET(desc.block)" },
	{ "a word that is not aligned", 8, "OFFSET(desc.state)=28\nSIZE(desc)=48\n",
	  "not aligned" },
	{ "a number that is not aligned", 8, "OFFSET(desc.count)=26\n", "not aligned" },
	{ "a number that is not aligned, 32 bit", 4, "OFFSET(desc.count)=22\n", "not aligned" },
};

START_TEST(members_that_cannot_be)
{
	uint32_t values[N_FIELDS];
	uint64_t assumed;
	struct cdm_error err;

	ck_assert_msg(resolve(refused[_i].text, refused[_i].word, values, &assumed, &err) ==
			      CDM_CORRUPT,
		      "%s", refused[_i].what);
	ck_assert_msg(strstr(err.text, refused[_i].named), "%s: %s", refused[_i].what, err.text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fields");
	TCase *tests = tcase_create("fields");

	tcase_add_loop_test(tests, members_that_fit, 0, ROWS(resolved));
	tcase_add_loop_test(tests, guess_is_told, 0, ROWS(guesses));
	tcase_add_loop_test(tests, members_that_cannot_be, 0, ROWS(refused));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
