// SPDX-License-Identifier: GPL-2.0-or-later
/* test_text.c - do records look as dmesg, dmesg --json and /dev/kmsg show them? */

#include "api/crashdmesg.h"
#include "base/ascii.h"
#include "base/outbuf.h"
#include "text/style.h"

#include <check.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))
#define ROOM 4096

/* ---- the buffer ---- */

START_TEST(buffer_keeps_what_fits)
{
	char buf[8] = "........";
	struct cdm_outbuf out = { .at = buf, .room = 6 };

	cdm_put_string(&out, "abcd");
	cdm_put_string(&out, "efgh");
	cdm_put_char(&out, 'i');
	cdm_put_repeated(&out, '*', 3);
	cdm_put_decimal(&out, 7, 1, ' ');
	ck_assert_uint_eq(out.needed, 13);
	ck_assert_mem_eq(buf, "abcdef..", 8);
}
END_TEST

START_TEST(buffer_counts_without_room)
{
	struct cdm_outbuf out = { .at = NULL, .room = 0 };

	cdm_put_string(&out, "abc");
	cdm_put_repeated(&out, ' ', 5);
	cdm_put_hex_escape(&out, 0x1b);
	ck_assert_uint_eq(out.needed, 12);
}
END_TEST

static const struct {
	uint64_t n;
	unsigned width;
	char pad;
	const char *text;
} decimals[] = {
	{ 0, 1, ' ', "0" },
	{ 9, 1, ' ', "9" },
	{ 10, 1, ' ', "10" },
	{ 99, 1, ' ', "99" },
	{ 100, 1, ' ', "100" },
	{ 7, 3, '0', "007" },
	{ 12345, 3, ' ', "12345" },
	{ 1, 20, ' ', "                   1" },
	{ 1, 99, ' ', "                   1" },
	{ UINT64_MAX, 1, ' ', "18446744073709551615" },
};

START_TEST(decimal)
{
	char buf[ROOM];
	struct cdm_outbuf out = { .at = buf, .room = sizeof(buf) };

	cdm_put_decimal(&out, decimals[_i].n, decimals[_i].width, decimals[_i].pad);
	cdm_put_char(&out, '\0');
	ck_assert_str_eq(buf, decimals[_i].text);
}
END_TEST

/* Every length and every place of an odd byte: words, pairs of words and what is left over. */
START_TEST(plain_run_stops_at_each_odd_byte)
{
	static const uint8_t odd[] = { 0x00, 0x0a, 0x1f, 0x7f, 0x80, 0xff, '\\', '"' };
	uint8_t text[40];

	memset(text, 'x', sizeof(text));
	text[39] = 0x20;
	text[38] = 0x7e;
	for (size_t len = 0; len <= sizeof(text); len++) {
		struct cdm_bytes whole = { text, len };

		ck_assert_uint_eq(cdm_plain_run(whole, '\\', '"'), len);
		for (size_t at = 0; at < len; at++) {
			uint8_t before = text[at];

			text[at] = odd[(at + len) % N_OF(odd)];
			ck_assert_uint_eq(cdm_plain_run(whole, '\\', '"'), at);
			text[at] = before;
		}
	}
}
END_TEST

/* ---- strings of other hands ---- */

static const struct {
	const char *what;
	const char *text;
	size_t len;
	const char *json, *visible;
} strings[] = {
	{ "nothing", "", 0, "\"\"", "" },
	{ "quotes and backslashes", "a\"b\\c", 5, "\"a\\\"b\\\\c\"", "a\"b\\c" },
	{ "controls with a short name", "\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"",
	  "\\x08\\x09\\x0a\\x0c\\x0d" },
	{ "other controls", "\0\v\x1b\x1f", 4, "\"\\u0000\\u000b\\u001b\\u001f\"",
	  "\\x00\\x0b\\x1b\\x1f" },
	{ "DEL", "\x7f", 1, "\"\\u007f\"", "\\x7f" },
	{ "two, three and four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7", 9,
	  "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7" },
	{ "control character of two bytes", "\xc2\x9b", 2, "\"\\u009b\"", "\\xc2\\x9b" },
	{ "continuation alone", "\x80", 1, "\"\\ufffd\"", "\\x80" },
	{ "lead byte alone", "\xc3", 1, "\"\\ufffd\"", "\\xc3" },
	{ "cut character", "\xe2\x82", 2, "\"\\ufffd\\ufffd\"", "\\xe2\\x82" },
	{ "broken in the third byte", "\xe2\x82\x41", 3, "\"\\ufffd\\ufffdA\"", "\\xe2\\x82A" },
	{ "overlong", "\xc0\xaf", 2, "\"\\ufffd\\ufffd\"", "\\xc0\\xaf" },
	{ "overlong in three", "\xe0\x9f\xbf", 3, "\"\\ufffd\\ufffd\\ufffd\"", "\\xe0\\x9f\\xbf" },
	{ "surrogate", "\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\"", "\\xed\\xa0\\x80" },
	{ "behind U+10FFFF", "\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"",
	  "\\xf4\\x90\\x80\\x80" },
	{ "no lead byte at all", "\xff", 1, "\"\\ufffd\"", "\\xff" },
};

START_TEST(foreign_string)
{
	char buf[ROOM];
	struct cdm_outbuf json = { .at = buf, .room = sizeof(buf) };
	struct cdm_outbuf visible = { .at = buf, .room = sizeof(buf) };
	struct cdm_bytes text = { (const uint8_t *)strings[_i].text, strings[_i].len };

	cdm_put_json_string(&json, text);
	cdm_put_char(&json, '\0');
	ck_assert_msg(!strcmp(buf, strings[_i].json), "%s: JSON is %s", strings[_i].what, buf);
	cdm_put_visible(&visible, text);
	cdm_put_char(&visible, '\0');
	ck_assert_msg(!strcmp(buf, strings[_i].visible), "%s: %s", strings[_i].what, buf);
}
END_TEST

/* ---- clock and callers ---- */

static const struct {
	uint64_t ts_ns;
	const char *plain, *bracketed;
} timestamps[] = {
	{ 0, "    0.000000", "[    0.000000] " },
	{ 999, "    0.000000", "[    0.000000] " },
	{ 1000, "    0.000001", "[    0.000001] " },
	{ 1234567891, "    1.234567", "[    1.234567] " },
	{ UINT64_C(99999999999999), "99999.999999", "[99999.999999] " },
	{ UINT64_C(100000000000000), "100000.000000", "[100000.000000] " },
	{ UINT64_MAX, "18446744073.709551", "[18446744073.709551] " },
};

START_TEST(timestamp)
{
	char buf[ROOM];
	struct cdm_outbuf plain = { .at = buf, .room = sizeof(buf) };
	struct cdm_outbuf bracketed = { .at = buf, .room = sizeof(buf) };

	cdm_put_timestamp(&plain, timestamps[_i].ts_ns, false);
	cdm_put_char(&plain, '\0');
	ck_assert_str_eq(buf, timestamps[_i].plain);
	cdm_put_timestamp(&bracketed, timestamps[_i].ts_ns, true);
	cdm_put_char(&bracketed, '\0');
	ck_assert_str_eq(buf, timestamps[_i].bracketed);
}
END_TEST

static const struct {
	uint32_t caller;
	const char *text;
} callers[] = {
	{ 0, "T0" },
	{ 4194304, "T4194304" },
	{ INT32_MAX, "T2147483647" },
	{ UINT32_C(0x80000000), "C0" },
	{ UINT32_C(0x80000fff), "C4095" },
	{ UINT32_MAX, "C2147483647" },
};

START_TEST(caller)
{
	char text[CDM_MAX_CALLER_TEXT];

	ck_assert_uint_eq(cdm_caller_text(text, callers[_i].caller), strlen(callers[_i].text));
	ck_assert_mem_eq(text, callers[_i].text, strlen(callers[_i].text));
}
END_TEST

START_TEST(names_end)
{
	ck_assert_str_eq(cdm_level_name(0), "emerg");
	ck_assert_str_eq(cdm_level_name(7), "debug");
	ck_assert_ptr_null(cdm_level_name(8));
	ck_assert_str_eq(cdm_facility_name(0), "kern");
	ck_assert_str_eq(cdm_facility_name(10), "authpriv");
	ck_assert_str_eq(cdm_facility_name(23), "local7");
	ck_assert_ptr_null(cdm_facility_name(24));
}
END_TEST

/* ---- records ---- */

static const struct cdm_style plain_style = { .size = sizeof(plain_style) };

/* A record of priority `pri` at `second`, as the inputs of util-linux's tests have them. */
static struct cdm_log_record record_at(unsigned pri, uint64_t second, const char *text)
{
	return (struct cdm_log_record){
		.seq = 17,
		.ts_ns = second * UINT64_C(1000000000),
		.flags = CDM_LOG_TIMED | CDM_LOG_PRIORITY | CDM_LOG_CALLER,
		.caller = 42,
		.level = pri % 8,
		.facility = (uint8_t)(pri / 8),
		.text = text,
		.text_len = strlen(text),
	};
}

/* One record in a style, as a string. */
static const char *shown_as(const struct cdm_style *style, const struct cdm_log_record *record,
			    char buf[ROOM])
{
	struct cdm_document document = { 0 };
	size_t len = cdm_format_record(style, record, &document, buf, ROOM - 1);

	ck_assert_uint_lt(len, ROOM);
	buf[len] = '\0';
	return buf;
}

static const struct {
	const char *what;
	struct cdm_style style;
	unsigned pri;
	uint64_t second;
	const char *text, *line;
} lines[] = {
	{ "default", { 0 }, 6, 216, "example[6]", "[  216.000000] example[6]\n" },
	{ "raw", { .raw = true }, 13, 2197, "example[13]", "<13>[ 2197.000000] example[13]\n" },
	{ "decoded",
	  { .decode = true },
	  4,
	  64,
	  "example[4]",
	  "kern  :warn  : [   64.000000] example[4]\n" },
	{ "decoded, name of the full width",
	  { .decode = true },
	  29,
	  24389,
	  "example[29]",
	  "daemon:notice: [24389.000000] example[29]\n" },
	{ "decoded, name that is not cut",
	  { .decode = true },
	  80,
	  512000,
	  "example[80]",
	  "authpriv:emerg : [512000.000000] example[80]\n" },
	{ "decoded, facility that dmesg calls reserved",
	  { .decode = true },
	  99,
	  970299,
	  "example[99]",
	  "res0  :err   : [970299.000000] example[99]\n" },
	{ "decoded, local facility",
	  { .decode = true },
	  150,
	  4557523,
	  "example[105]",
	  "local2:info  : [4557523.000000] example[105]\n" },
	{ "decoded, facility without a name",
	  { .decode = true },
	  193,
	  0,
	  "x",
	  "24    :alert : [    0.000000] x\n" },
	{ "empty", { .decode = true }, 6, 1, "", "\n" },
	{ "nothing but a newline", { 0 }, 6, 1, "\n", "[    1.000000] \n\n" },
	{ "two lines",
	  { 0 },
	  10,
	  1,
	  "new\nline",
	  "[    1.000000] new\n"
	  "               line\n" },
	{ "three lines, decoded",
	  { .decode = true },
	  20,
	  2,
	  "two\nnew\nlines",
	  "mail  :warn  : [    2.000000] two\n"
	  "                              new\n"
	  "                              lines\n" },
	{ "two lines, raw",
	  { .raw = true },
	  10,
	  1,
	  "new\nline",
	  "<10>[    1.000000] new\n"
	  "                   line\n" },
	{ "two lines, callers",
	  { .caller_width = 8 },
	  10,
	  1,
	  "new\nline",
	  "[    1.000000] [     T42] new\n"
	  "                          line\n" },
	{ "raw, callers",
	  { .raw = true, .caller_width = 6 },
	  6,
	  1,
	  "x",
	  "<6>[    1.000000] [   T42] x\n" },
	{ "caller wider than its column",
	  { .caller_width = 1 },
	  6,
	  1,
	  "x",
	  "[    1.000000] [T42] x\n" },
	{ "newline at the end", { 0 }, 6, 1, "x\n", "[    1.000000] x\n\n" },
	{ "white space passes", { 0 }, 6, 1, "a\tb\vc\fd\re", "[    1.000000] a\tb\vc\fd\re\n" },
	{ "control characters",
	  { 0 },
	  6,
	  1,
	  "a\x1b[31m\x7f\x01",
	  "[    1.000000] a\\x1b[31m\\x7f\\x01\n" },
	{ "the backslash is no escape", { 0 }, 6, 1, "\\x1b", "[    1.000000] \\x1b\n" },
	{ "C locale: no byte from 0x80",
	  { 0 },
	  6,
	  1,
	  "\xc3\xa9\xff",
	  "[    1.000000] \\xc3\\xa9\\xff\n" },
	{ "noescape",
	  { .no_escape = true },
	  6,
	  1,
	  "a\x1b\xff\nb",
	  "[    1.000000] a\x1b\xff\n"
	  "               b\n" },
	{ "kmsg",
	  { .form = CDM_FORM_KMSG },
	  13,
	  2,
	  "a\\b\n\tc\xc3\xa9",
	  "13,17,2000000,-;a\\x5cb\\x0a\\x09c\\xc3\\xa9\n" },
	{ "kmsg, callers",
	  { .form = CDM_FORM_KMSG, .caller_width = 8 },
	  6,
	  0,
	  "x",
	  "6,17,0,-,caller=T42;x\n" },
	{ "kmsg, empty", { .form = CDM_FORM_KMSG }, 6, 0, "", "6,17,0,-;\n" },
	{ "json",
	  { .form = CDM_FORM_JSON, .raw = true },
	  150,
	  4557523,
	  "example[105]",
	  "      {\n"
	  "         \"pri\": 150,\n"
	  "         \"time\": 4557523.000000,\n"
	  "         \"msg\": \"example[105]\"\n"
	  "      }" },
	{ "json, names and callers",
	  { .form = CDM_FORM_JSON, .decode = true, .caller_width = 8 },
	  12,
	  169,
	  "line one\nline two",
	  "      {\n"
	  "         \"fac\": \"user\",\n"
	  "         \"pri\": \"warn\",\n"
	  "         \"time\":   169.000000,\n"
	  "         \"caller\": \"T42\",\n"
	  "         \"msg\": \"line one\\nline two\"\n"
	  "      }" },
	{ "json, empty", { .form = CDM_FORM_JSON }, 6, 0, "", "" },
};

START_TEST(line)
{
	char buf[ROOM];
	struct cdm_style style = lines[_i].style;
	struct cdm_log_record record = record_at(lines[_i].pri, lines[_i].second, lines[_i].text);

	style.size = sizeof(style);
	ck_assert_msg(!strcmp(shown_as(&style, &record, buf), lines[_i].line), "%s: %s",
		      lines[_i].what, buf);
}
END_TEST

START_TEST(what_a_record_lacks_leaves_no_gap)
{
	char buf[ROOM];
	struct cdm_style style = plain_style;
	struct cdm_log_record record = record_at(6, 1, "x\ny");

	style.decode = true;
	style.caller_width = 8;
	record.flags = 0;
	ck_assert_str_eq(shown_as(&style, &record, buf), "x\ny\n");
	record.flags = CDM_LOG_PRIORITY;
	ck_assert_str_eq(shown_as(&style, &record, buf), "kern  :info  : x\n               y\n");
	style.form = CDM_FORM_JSON;
	record.flags = 0;
	ck_assert_str_eq(shown_as(&style, &record, buf),
			 "      {\n         \"msg\": \"x\\ny\"\n      }");
}
END_TEST

START_TEST(kmsg_dictionary)
{
	char buf[ROOM];
	struct cdm_style style = plain_style;
	struct cdm_log_record record = record_at(6, 1, "x");

	style.form = CDM_FORM_KMSG;
	record.flags |= CDM_LOG_CONTINUES;
	record.subsystem = "pci";
	record.subsystem_len = 3;
	record.device = "+pci:0000:00:1f.2\n";
	record.device_len = strlen(record.device);
	ck_assert_str_eq(shown_as(&style, &record, buf), "6,17,1000000,c;x\n"
							 " SUBSYSTEM=pci\n"
							 " DEVICE=+pci:0000:00:1f.2\\x0a\n");
}
END_TEST

START_TEST(utf8_locale)
{
	static const struct {
		const char *text, *line;
	} texts[] = {
		{ "\xc3\xa9t\xc3\xa9", "[    1.000000] \xc3\xa9t\xc3\xa9\n" },
		{ "\xe2\x82\xac\xff", "[    1.000000] \xe2\x82\xac\\xff\n" },
		{ "\xe2\x82", "[    1.000000] \\xe2\\x82\n" },
		{ "\xc2\x9b\x31", "[    1.000000] \\xc2\\x9b\x31\n" },
		{ "\xed\xa0\x80", "[    1.000000] \\xed\\xa0\\x80\n" },
	};
	char buf[ROOM];

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return;
	for (size_t i = 0; i < N_OF(texts); i++) {
		struct cdm_log_record record = record_at(6, 1, texts[i].text);

		ck_assert_str_eq(shown_as(&plain_style, &record, buf), texts[i].line);
	}
	setlocale(LC_CTYPE, "C");
}
END_TEST

/* ---- documents and buffers ---- */

/* A document of two texts. */
static const char *document_of(const struct cdm_style *style, const char *first, const char *second,
			       char buf[ROOM])
{
	const char *texts[] = { first, second };
	struct cdm_document document = { 0 };
	size_t len = cdm_format_begin(style, buf, ROOM);

	for (size_t i = 0; i < N_OF(texts); i++) {
		struct cdm_log_record record = record_at(6, i, texts[i]);

		len += cdm_format_record(style, &record, &document, buf + len, ROOM - len);
	}
	len += cdm_format_end(style, &document, buf + len, ROOM - len);
	ck_assert_uint_lt(len, ROOM);
	buf[len] = '\0';
	return buf;
}

START_TEST(json_document)
{
	char buf[ROOM];
	struct cdm_style style = plain_style;

	style.form = CDM_FORM_JSON;
	ck_assert_str_eq(document_of(&style, "a", "b", buf), "{\n"
							     "   \"dmesg\": [\n"
							     "      {\n"
							     "         \"pri\": 6,\n"
							     "         \"time\":     0.000000,\n"
							     "         \"msg\": \"a\"\n"
							     "      },{\n"
							     "         \"pri\": 6,\n"
							     "         \"time\":     1.000000,\n"
							     "         \"msg\": \"b\"\n"
							     "      }\n"
							     "   ]\n"
							     "}\n");
	ck_assert_str_eq(document_of(&style, "", "b", buf), "{\n"
							    "   \"dmesg\": [\n"
							    "      {\n"
							    "         \"pri\": 6,\n"
							    "         \"time\":     1.000000,\n"
							    "         \"msg\": \"b\"\n"
							    "      }\n"
							    "   ]\n"
							    "}\n");
	ck_assert_str_eq(document_of(&style, "", "", buf), "{\n"
							   "   \"dmesg\": [\n"
							   "   ]\n"
							   "}\n");
}
END_TEST

START_TEST(nul_stands_between_kmsg_records)
{
	static const char two[] = "6,17,0,-;a\n\0006,17,1000000,-;b\n";
	char buf[ROOM];
	struct cdm_style style = plain_style;

	style.form = CDM_FORM_KMSG;
	style.nul_between = true;
	document_of(&style, "a", "b", buf);
	ck_assert_mem_eq(buf, two, sizeof(two));
}
END_TEST

START_TEST(record_that_does_not_fit_is_not_shown)
{
	char buf[ROOM];
	struct cdm_document document = { 0 };
	struct cdm_log_record record = record_at(6, 1, "some text");
	size_t needed = cdm_format_record(&plain_style, &record, &document, NULL, 0);

	ck_assert_uint_eq(needed, strlen("[    1.000000] some text\n"));
	for (size_t room = 0; room < needed; room++) {
		memset(buf, '.', sizeof(buf));
		ck_assert_uint_eq(cdm_format_record(&plain_style, &record, &document, buf, room),
				  needed);
		ck_assert_uint_eq(document.shown, 0);
		ck_assert_int_eq(buf[room], '.');
	}
	ck_assert_uint_eq(cdm_format_record(&plain_style, &record, &document, buf, needed), needed);
	ck_assert_uint_eq(document.shown, 1);
}
END_TEST

/* A program built with a release whose style ended behind `decode`. */
START_TEST(style_of_an_older_program)
{
	char buf[ROOM];
	struct cdm_style style = { .size = offsetof(struct cdm_style, no_escape),
				   .no_escape = true,
				   .caller_width = 8 };
	struct cdm_log_record record = record_at(6, 1, "\x1b");

	ck_assert_str_eq(shown_as(&style, &record, buf), "[    1.000000] \\x1b\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("text");
	TCase *tests = tcase_create("text");
	SRunner *runner = srunner_create(suite);

	suite_add_tcase(suite, tests);
	tcase_add_test(tests, buffer_keeps_what_fits);
	tcase_add_test(tests, buffer_counts_without_room);
	tcase_add_loop_test(tests, decimal, 0, N_OF(decimals));
	tcase_add_test(tests, plain_run_stops_at_each_odd_byte);
	tcase_add_loop_test(tests, foreign_string, 0, N_OF(strings));
	tcase_add_loop_test(tests, timestamp, 0, N_OF(timestamps));
	tcase_add_loop_test(tests, caller, 0, N_OF(callers));
	tcase_add_test(tests, names_end);
	tcase_add_loop_test(tests, line, 0, N_OF(lines));
	tcase_add_test(tests, what_a_record_lacks_leaves_no_gap);
	tcase_add_test(tests, kmsg_dictionary);
	tcase_add_test(tests, utf8_locale);
	tcase_add_test(tests, json_document);
	tcase_add_test(tests, nul_stands_between_kmsg_records);
	tcase_add_test(tests, record_that_does_not_fit_is_not_shown);
	tcase_add_test(tests, style_of_an_older_program);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
