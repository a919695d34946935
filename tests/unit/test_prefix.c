// SPDX-License-Identifier: GPL-2.0-or-later
/* test_prefix.c - what is taken off a line, and what is left? */

#include "tests/unit/suite.h"
#include "textlog/prefix.h"

#define NS_PER_SECOND 1000000000u

static const struct {
	const char *line, *text;
	bool is_foreign;
	int priority;   /* facility * 8 + level; -1: none */
	int64_t ts_ms;  /* -1: none */
	int64_t caller; /* -1: none; a processor is 1000 and more */
} lines[] = {
	/* dmesg, consoles */
	{ "", "", false, -1, -1, -1 },
	{ "plain text", "plain text", false, -1, -1, -1 },
	{ "[    1.500000] text", "text", false, -1, 1500, -1 },
	{ "[    1.500000]", "", false, -1, 1500, -1 },
	{ "[    1.500000]text", "text", false, -1, 1500, -1 },
	{ "[    1.500000]  two blanks", " two blanks", false, -1, 1500, -1 },
	{ "[123456.5] text", "text", false, -1, 123456500, -1 },
	{ "[    1.500000] [    T1] text", "text", false, -1, 1500, 1 },
	{ "[    1.500000][   C12] text", "text", false, -1, 1500, 1012 },
	{ "[    1.500000] [ X1] text", "[ X1] text", false, -1, 1500, -1 },
	{ "[    1] no point", "[    1] no point", false, -1, -1, -1 },
	{ "[    1.500000 text", "[    1.500000 text", false, -1, -1, -1 },
	{ "[99999999999.0] 3000 years", "[99999999999.0] 3000 years", false, -1, -1, -1 },
	{ "<6>text", "text", false, 6, -1, -1 },
	{ "<191>text", "text", false, 191, -1, -1 },
	{ "<192>text", "<192>text", false, -1, -1, -1 },
	{ "<6", "<6", false, -1, -1, -1 },
	{ "<>text", "<>text", false, -1, -1, -1 },
	{ "<12>[    1.500000] [    T1] text", "text", false, 12, 1500, 1 },
	{ "kern  :info  : [    1.500000] text", "text", false, 6, 1500, -1 },
	{ "authpriv:warn  : text", "text", false, 84, -1, -1 },
	{ "kern  :what  : text", "kern  :what  : text", false, -1, -1, -1 },
	{ "[    1.500000 <    0.000123>] text", "text", false, -1, 1500, -1 },
	{ "[<    0.000123>] text", "text", false, -1, -1, -1 },
	{ "[Fri Feb 13 23:31:30 2009] text", "text", false, -1, -1, -1 },
	{ "[Fri Feb  3 23:31:30 2009 <    0.000123>] text", "text", false, -1, -1, -1 },
	{ "[Feb13 23:31] text", "text", false, -1, -1, -1 },
	{ "[  +1.500000] text", "text", false, -1, -1, -1 },
	{ "[Feb13 23.31] text", "[Feb13 23.31] text", false, -1, -1, -1 },
	{ "2009-02-13T23:31:30,123456+00:00 text", "text", false, -1, -1, -1 },
	/* loggers */
	{ "Oct 12 23:25:16 host kernel: text", "text", false, -1, -1, -1 },
	{ "Oct  2 23:25:16 host kernel: [    1.500000] text", "text", false, -1, 1500, -1 },
	{ "Oct 12 23:25:16 host sshd[12]: text", "text", true, -1, -1, -1 },
	{ "Oct 12 23:25:16.123 host kernel: text", "text", false, -1, -1, -1 },
	{ "Oct 12 23:25 host kernel: text", "Oct 12 23:25 host kernel: text", false, -1, -1, -1 },
	{ "2024-05-03T12:00:00.123456+02:00 host kernel: <3>text", "text", false, 3, -1, -1 },
	{ "2024-05-03T12:00:00Z host systemd[1]: text", "text", true, -1, -1, -1 },
	{ "Fri 2024-05-03 12:00:00 UTC host kernel: text", "text", false, -1, -1, -1 },
	{ "[    1.500000] host kernel: text", "text", false, -1, 1500, -1 },
	{ "[2024-05-03 12:00:00] <3>[    1.500000] text", "text", false, 3, 1500, -1 },
	{ "tty 12:00:00 [    1.500000] text", "text", false, -1, 1500, -1 },
	{ "tty 12:00 [    1.500000] text", "tty 12:00 [    1.500000] text", false, -1, -1, -1 },
	{ "<30>Oct 12 23:25:16 host cron[3]: text", "text", true, 30, -1, -1 },
	{ "<6>1 2024-05-03T12:00:00Z host kernel - - - text", "text", false, 6, -1, -1 },
	{ "<6>1 2024-05-03T12:00:00Z host app 1 id [a@1 b=\"]\\\" \"] text", "text", true, 6, -1,
	  -1 },
	{ "<6>1 2024-05-03T12:00:00Z host kernel - - [a",
	  "1 2024-05-03T12:00:00Z host kernel - - [a", false, 6, -1, -1 },
};

START_TEST(line_of)
{
	struct cdm_prefix found;
	struct cdm_bytes line = { (const uint8_t *)lines[_i].line, strlen(lines[_i].line) };

	cdm_prefix_parse(line, &found);
	int64_t caller = found.caller >> 31 ? 1000 + (found.caller & INT32_MAX) : found.caller;

	ck_assert_msg(found.text.len == strlen(lines[_i].text) &&
			      !memcmp(found.text.at, lines[_i].text, found.text.len),
		      "'%s': the text is '%.*s'", lines[_i].line, (int)found.text.len,
		      (const char *)found.text.at);
	ck_assert_msg(found.is_foreign == lines[_i].is_foreign, "'%s': whose?", lines[_i].line);
	ck_assert_msg(!(found.flags & CDM_RECORD_PRIORITY) == (lines[_i].priority < 0),
		      "'%s': has a priority?", lines[_i].line);
	ck_assert_msg(lines[_i].priority < 0 ||
			      found.facility * 8 + found.level == lines[_i].priority,
		      "'%s': priority", lines[_i].line);
	ck_assert_msg(!(found.flags & CDM_RECORD_TIMED) == (lines[_i].ts_ms < 0),
		      "'%s': has a time?", lines[_i].line);
	ck_assert_msg(lines[_i].ts_ms < 0 ||
			      found.ts_ns == (uint64_t)lines[_i].ts_ms * (NS_PER_SECOND / 1000),
		      "'%s': time", lines[_i].line);
	ck_assert_msg(!(found.flags & CDM_RECORD_CALLER) == (lines[_i].caller < 0),
		      "'%s': has a caller?", lines[_i].line);
	ck_assert_msg(lines[_i].caller < 0 || caller == lines[_i].caller, "'%s': caller",
		      lines[_i].line);
}
END_TEST

static const struct {
	const char *line, *left;
} escapes[] = {
	{ "plain", "plain" },
	{ "\x1b[0;32mgreen\x1b[0m", "green" },
	{ "a\x1b[2J\x1b[Hb", "ab" },
	{ "\x1b]0;title\x07"
	  "a",
	  "a" },
	{ "\x1b]3008;start=1\x1b\\"
	  "a",
	  "a" },
	{ "\x1b(Ba\x1b=", "a" },
	{ "\x1b", "\x1b" },
	{ "\x1b[", "\x1b[" },
	{ "\x1b[12", "\x1b[12" },
	{ "\x1b]no end", "\x1b]no end" },
	{ "\x1b]a\x1b[0mb", "\x1b]ab" },
};

START_TEST(escape_of)
{
	uint8_t line[64];
	size_t len = strlen(escapes[_i].line);

	memcpy(line, escapes[_i].line, len);
	len = cdm_strip_escapes(line, len);
	ck_assert_msg(len == strlen(escapes[_i].left) && !memcmp(line, escapes[_i].left, len),
		      "row %d leaves '%.*s'", _i, (int)len, (const char *)line);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("prefix");
	TCase *tests = tcase_create("prefix");

	tcase_add_loop_test(tests, line_of, 0, ROWS(lines));
	tcase_add_loop_test(tests, escape_of, 0, ROWS(escapes));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
