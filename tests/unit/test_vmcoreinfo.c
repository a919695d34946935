// SPDX-License-Identifier: GPL-2.0-or-later
/* test_vmcoreinfo.c - which lines does a damaged VMCOREINFO still have, and which values are numbers? */

#include "base/limits.h"
#include "dump/vmcoreinfo.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct cdm_vmcoreinfo *parse(const void *text, size_t len)
{
	struct cdm_vmcoreinfo *info;
	struct cdm_error err;
	struct cdm_bytes bytes = { text, len };

	ck_assert_int_eq(cdm_vmcoreinfo_new(bytes, &info, &err), CDM_OK);
	return info;
}

/* ---- lines ---- */

#define BYTES(text) text, sizeof(text) - 1

/* 79 characters: as long as a line gets before it is cut and glued to the next (T21). */
#define CUT_79 "OSRELEASE=6.1.0-a-vendor-kernel-with-a-very-long-name-that-goes-on-and-on-12345"
_Static_assert(sizeof(CUT_79) == 79 + 1, "79 characters");
#define CUT_VALUE "6.1.0-a-vendor-kernel-with-a-very-long-name-that-goes-on-and-on-12345"

static const struct {
	const char *what;
	const char *text;
	size_t len;
	const char *key, *value; /* NULL: no such key */
} lines[] = {
	{ "plain", BYTES("A=1\nOSRELEASE=6.1.0\nB=2\n"), "OSRELEASE", "6.1.0" },
	{ "the first", BYTES("A=1\nB=2\n"), "A", "1" },
	{ "the last", BYTES("A=1\nB=2\n"), "B", "2" },
	{ "T20: no newline at the end", BYTES("A=1\nCRASHTIME=17"), "CRASHTIME", "17" },
	{ "nothing but '='", BYTES("=\nA=1\n"), "A", "1" },
	{ "no key has no name", BYTES("=x\n"), "", NULL },
	{ "a value with '='", BYTES("A=b=c\n"), "A", "b=c" },
	{ "... is no key", BYTES("A=b=c\n"), "A=b", NULL },
	{ "an empty value", BYTES("A=\nB=2\n"), "A", "" },
	{ "an empty value at the end", BYTES("B=2\nA="), "A", "" },
	{ "a line without '='", BYTES("A\nB=2\n"), "A", NULL },
	{ "... hides no other", BYTES("A\nB=2\n"), "B", "2" },
	{ "empty lines", BYTES("\n\nA=1\n\n\nB=2\n"), "B", "2" },
	{ "blanks in a value", BYTES("A= 1 \n"), "A", " 1 " },
	{ "a key is whole", BYTES("PAGESIZES=1\n"), "PAGESIZE", NULL },
	{ "of duplicates the first", BYTES("A=1\nB=2\nA=3\n"), "A", "1" },
	{ "of duplicates the first, also an empty one", BYTES("A=\nA=3\n"), "A", "" },
	{ "T18: a NUL in the middle", BYTES("A=1\n\0B=2\n"), "B", "2" },
	{ "T18: a run of NULs", BYTES("A=1\n\0\0\0\0\0\0\0B=2\n"), "B", "2" },
	{ "T18: NULs cut a value", BYTES("A=12\0\0\0\0B=2\n"), "A", "12" },
	{ "T18: NULs cut a key", BYTES("A\0\0\0\0PA=2\n"), "PA", "2" },
	{ "NULs at the end", BYTES("A=1\nB=2\0\0\0\0\0\0"), "B", "2" },
	{ "NULs at the end, behind a newline", BYTES("A=1\nB=2\n\0\0\0"), "B", "2" },
	{ "NULs alone", BYTES("\0\0\0\0"), "A", NULL },
	{ "nothing", BYTES(""), "A", NULL },
	{ "T21: glued, the first", BYTES(CUT_79 "PAGESIZE=4096\nA=1\n"), "OSRELEASE", CUT_VALUE },
	{ "T21: glued, the second", BYTES(CUT_79 "PAGESIZE=4096\nA=1\n"), "PAGESIZE", "4096" },
	{ "T21: glued to SYMBOL()", BYTES(CUT_79 "SYMBOL(prb)=1\n"), "SYMBOL(prb)", "1" },
	{ "T21: glued to BUILD-ID", BYTES(CUT_79 "BUILD-ID=ab\n"), "BUILD-ID", "ab" },
	{ "T21: glued to a key with an underscore", BYTES(CUT_79 "CONFIG_SMP=y\n"), "CONFIG_SMP",
	  "y" },
	{ "T21: glued to a key with digits", BYTES(CUT_79 "CONFIG_X86_PAE=y\n"), "CONFIG_X86_PAE",
	  "y" },
	{ "T21: glued twice", BYTES(CUT_79 CUT_79 "PAGESIZE=4096\n"), "PAGESIZE", "4096" },
	{ "T21: what is behind the glued ones", BYTES(CUT_79 "PAGESIZE=4096\nA=1\n"), "A", "1" },
	{ "T21: 79 characters and a newline", BYTES(CUT_79 "\nA=1\n"), "OSRELEASE", CUT_VALUE },
	{ "T21: 79 characters at the end", BYTES(CUT_79), "OSRELEASE", CUT_VALUE },
	{ "T21: 80 characters are whole", BYTES(CUT_79 "6\n"), "OSRELEASE", CUT_VALUE "6" },
	{ "T21: a NUL ends the line before", BYTES(CUT_79 "\0PAGESIZE=4096\n"), "PAGESIZE",
	  "4096" },
	{ "bytes that are no text", BYTES("\xff\xfe=\x80\nA=1\n"), "\xff\xfe", "\x80" },
};

START_TEST(line)
{
	struct cdm_vmcoreinfo *info = parse(lines[_i].text, lines[_i].len);
	const char *expected = lines[_i].value;
	struct cdm_bytes value = { NULL, 77 };
	bool found = cdm_vmcoreinfo_text(info, lines[_i].key, &value);

	ck_assert_msg(found == (expected != NULL), "%s", lines[_i].what);
	if (expected)
		ck_assert_msg(value.len == strlen(expected) &&
				      !memcmp(value.at, expected, value.len),
			      "%s: %.*s", lines[_i].what, (int)value.len, (const char *)value.at);
	else
		ck_assert_msg(value.len == 77, "%s: *value was touched", lines[_i].what);
	cdm_vmcoreinfo_free(info);
}
END_TEST

START_TEST(nothing_is_freed)
{
	cdm_vmcoreinfo_free(NULL);
}
END_TEST

/* ---- numbers ---- */

enum kind { SYMBOL, NUMBER, DECIMAL };

static const struct {
	const char *what;
	enum kind kind;
	const char *key, *text; /* of the value */
	bool is_number;
	uint64_t value;
} numbers[] = {
	{ "16 digits", SYMBOL, "prb", "ffffffff82a5f0c8", true, 0xffffffff82a5f0c8 },
	{ "8 digits", SYMBOL, "prb", "c1a5f0c8", true, 0xc1a5f0c8 },
	{ "capitals", SYMBOL, "prb", "C1A5F0C8", true, 0xc1a5f0c8 },
	{ "T22: digits alone are hexadecimal", SYMBOL, "prb", "22000000", true, 0x22000000 },
	{ "17 digits", SYMBOL, "prb", "1ffffffff82a5f0c8", false, 0 },
	{ "17 digits, the first 0", SYMBOL, "prb", "0ffffffff82a5f0c8", true, 0xffffffff82a5f0c8 },
	{ "no prefix here", SYMBOL, "prb", "0xffffffff82a5f0c8", false, 0 },
	{ "no sign here", SYMBOL, "prb", "-1", false, 0 },
	{ "no digits", SYMBOL, "prb", "", false, 0 },
	{ "a digit that is damaged", SYMBOL, "prb", "ffffffff82g5f0c8", false, 0 },
	{ "decimal", NUMBER, "phys_base", "1065353216", true, 1065353216 },
	{ "T13: negative", NUMBER, "phys_base", "-184549376", true, (uint64_t)-184549376 },
	{ "zero", NUMBER, "phys_base", "0", true, 0 },
	{ "minus zero", NUMBER, "phys_base", "-0", true, 0 },
	{ "T22: hexadecimal behind 0x", NUMBER, "VA_BITS", "0x30", true, 0x30 },
	{ "T22: hexadecimal, all 64 bits", NUMBER, "x", "0xffff800000000000", true,
	  0xffff800000000000 },
	{ "negative hexadecimal", NUMBER, "x", "-0x10", true, (uint64_t)-16 },
	{ "a hexadecimal digit in a decimal number", NUMBER, "x", "1a", false, 0 },
	{ "the largest", NUMBER, "x", "18446744073709551615", true, UINT64_MAX },
	{ "larger than the largest", NUMBER, "x", "18446744073709551616", false, 0 },
	{ "the smallest", NUMBER, "x", "-9223372036854775808", true, UINT64_C(1) << 63 },
	{ "larger than the largest, hexadecimal", NUMBER, "x", "0x10000000000000000", false, 0 },
	{ "a number that wraps to a small one", NUMBER, "x", "184467440737095516160", false, 0 },
	{ "empty", NUMBER, "x", "", false, 0 },
	{ "a sign alone", NUMBER, "x", "-", false, 0 },
	{ "two signs", NUMBER, "x", "--1", false, 0 },
	{ "a plus", NUMBER, "x", "+1", false, 0 },
	{ "a prefix alone", NUMBER, "x", "0x", false, 0 },
	{ "a sign and a prefix alone", NUMBER, "x", "-0x", false, 0 },
	{ "a sign behind the prefix", NUMBER, "x", "0x-1", false, 0 },
	{ "a blank in front", NUMBER, "x", " 1", false, 0 },
	{ "decimal", DECIMAL, "SIZE(list_head)", "16", true, 16 },
	{ "leading zeros are no octal", DECIMAL, "SIZE(list_head)", "010", true, 10 },
	{ "a blank behind", DECIMAL, "SIZE(list_head)", "16 ", false, 0 },
	{ "a carriage return behind", DECIMAL, "SIZE(list_head)", "16\r", false, 0 },
	{ "no sign here", DECIMAL, "PAGESIZE", "-4096", false, 0 },
	{ "no prefix here", DECIMAL, "PAGESIZE", "0x1000", false, 0 },
	{ "the largest", DECIMAL, "CRASHTIME", "18446744073709551615", true, UINT64_MAX },
	{ "one more", DECIMAL, "CRASHTIME", "18446744073709551616", false, 0 },
	{ "empty", DECIMAL, "PAGESIZE", "", false, 0 },
};

static bool look_up(const struct cdm_vmcoreinfo *info, enum kind kind, const char *key,
		    uint64_t *value)
{
	switch (kind) {
	case SYMBOL:
		return cdm_vmcoreinfo_symbol(info, key, value);
	case NUMBER:
		return cdm_vmcoreinfo_number(info, key, value);
	case DECIMAL:
		break;
	}
	return cdm_vmcoreinfo_decimal(info, key, value);
}

START_TEST(number)
{
	static const char *const before[] = { "SYMBOL(", "NUMBER(", "" };
	static const char *const behind[] = { ")=", ")=", "=" };
	enum kind kind = numbers[_i].kind;
	char text[128];
	uint64_t value = 77;
	int len = snprintf(text, sizeof(text), "%s%s%s%s\n", before[kind], numbers[_i].key,
			   behind[kind], numbers[_i].text);
	struct cdm_vmcoreinfo *info = parse(text, (size_t)len);
	bool is_number = look_up(info, kind, numbers[_i].key, &value);

	ck_assert_msg(is_number == numbers[_i].is_number, "%s: %s", numbers[_i].what, text);
	ck_assert_msg(!is_number || value == numbers[_i].value, "%s: %s", numbers[_i].what, text);
	ck_assert_msg(is_number || value == 77, "%s: *value was touched", numbers[_i].what);
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* T23: the addresses are final, so nothing is added to them. */
START_TEST(offset_of_the_kernel_is_in_the_symbols_already)
{
	static const char text[] = "SYMBOL(prb)=ffffffffa2a5f0c8\nKERNELOFFSET=22000000\n";
	struct cdm_vmcoreinfo *info = parse(text, sizeof(text) - 1);
	uint64_t vaddr;

	ck_assert(cdm_vmcoreinfo_symbol(info, "prb", &vaddr));
	ck_assert_uint_eq(vaddr, 0xffffffffa2a5f0c8);
	cdm_vmcoreinfo_free(info);
}
END_TEST

START_TEST(kinds_are_not_mixed_up)
{
	static const char text[] = "SYMBOL(a)=10\nNUMBER(b)=20\nSIZE(c)=30\n";
	struct cdm_vmcoreinfo *info = parse(text, sizeof(text) - 1);
	uint64_t value;

	ck_assert(!cdm_vmcoreinfo_number(info, "a", &value));
	ck_assert(!cdm_vmcoreinfo_symbol(info, "b", &value));
	ck_assert(!cdm_vmcoreinfo_decimal(info, "c", &value));
	ck_assert(cdm_vmcoreinfo_decimal(info, "SIZE(c)", &value));
	cdm_vmcoreinfo_free(info);
}
END_TEST

/* ---- large texts ---- */

#define MANY_LINES 5000

START_TEST(many_lines)
{
	char *text = malloc(CDM_MAX_VMCOREINFO), key[16];
	size_t len = 0;

	ck_assert(text);
	for (int i = 0; i < MANY_LINES; i++)
		len += (size_t)snprintf(text + len, CDM_MAX_VMCOREINFO - len, "K%d=%d\n", i, i);
	ck_assert_uint_lt(len, CDM_MAX_VMCOREINFO);
	struct cdm_vmcoreinfo *info = parse(text, len);

	ck_assert_uint_eq(cdm_vmcoreinfo_lines(info), MANY_LINES);
	for (int i = 0; i < MANY_LINES; i += 7) {
		uint64_t value;

		snprintf(key, sizeof(key), "K%d", i);
		ck_assert(cdm_vmcoreinfo_decimal(info, key, &value));
		ck_assert_uint_eq(value, (uint64_t)i);
	}
	cdm_vmcoreinfo_free(info);
	free(text);
}
END_TEST

static const struct {
	const char *what;
	size_t len; /* newlines, and a key at the very end */
	bool is_found;
} sizes[] = {
	{ "a page", 4096, true },
	{ "the largest page", CDM_MAX_VMCOREINFO, true },
	{ "larger than any page", CDM_MAX_VMCOREINFO + 4, false },
};

START_TEST(key_at_the_end_of_a_page)
{
	char *text = malloc(sizes[_i].len);
	uint64_t value;

	ck_assert(text);
	memset(text, '\n', sizes[_i].len);
	memcpy(text + sizes[_i].len - 4, "A=12", 4);
	struct cdm_vmcoreinfo *info = parse(text, sizes[_i].len);

	ck_assert_msg(cdm_vmcoreinfo_decimal(info, "A", &value) == sizes[_i].is_found, "%s",
		      sizes[_i].what);
	cdm_vmcoreinfo_free(info);
	free(text);
}
END_TEST

START_TEST(value_as_long_as_a_page)
{
	char *text = malloc(CDM_MAX_VMCOREINFO);
	struct cdm_bytes value;

	ck_assert(text);
	memset(text, 'x', CDM_MAX_VMCOREINFO);
	text[1] = '=';
	struct cdm_vmcoreinfo *info = parse(text, CDM_MAX_VMCOREINFO);

	ck_assert(cdm_vmcoreinfo_text(info, "x", &value));
	ck_assert_uint_eq(value.len, CDM_MAX_VMCOREINFO - 2);
	cdm_vmcoreinfo_free(info);
	free(text);
}
END_TEST

/* Keys longer than any kernel's are left out; asking for one is harmless. */
START_TEST(long_keys)
{
	char text[400];
	struct cdm_bytes value;

	for (size_t len = 90; len < 110; len++) {
		memset(text, 'k', sizeof(text));
		memcpy(text + len, "=1\nA=2\n", 7);
		struct cdm_vmcoreinfo *info = parse(text, len + 7);

		text[len] = '\0';
		bool found = cdm_vmcoreinfo_text(info, text, &value);

		ck_assert_msg(found == (len <= 96), "%zu", len);
		ck_assert(cdm_vmcoreinfo_text(info, "A", &value));
		ck_assert(!cdm_vmcoreinfo_symbol(info, text, &(uint64_t){ 0 }));
		cdm_vmcoreinfo_free(info);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("vmcoreinfo");
	TCase *tests = tcase_create("vmcoreinfo");

	tcase_add_loop_test(tests, line, 0, ROWS(lines));
	tcase_add_test(tests, nothing_is_freed);
	tcase_add_loop_test(tests, number, 0, ROWS(numbers));
	tcase_add_test(tests, offset_of_the_kernel_is_in_the_symbols_already);
	tcase_add_test(tests, kinds_are_not_mixed_up);
	tcase_add_test(tests, many_lines);
	tcase_add_loop_test(tests, key_at_the_end_of_a_page, 0, ROWS(sizes));
	tcase_add_test(tests, value_as_long_as_a_page);
	tcase_add_test(tests, long_keys);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
