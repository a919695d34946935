// SPDX-License-Identifier: GPL-2.0-or-later
/* test_textlog.c - does any text give records, whatever happened to it?
 *
 * Samples of each form are damaged at random, always in the same way: bytes are changed, cut out, put in
 * or doubled. TEXTLOG_ROUNDS in the environment asks for more than the few of `make check`. */

#include "base/limits.h"
#include "lib/reader.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <unistd.h>

#define ROUNDS 400 /* a sample */
#define ROOM 4096

#define SAMPLE(what, text)                                                                         \
	{                                                                                          \
		what, text, sizeof(text) - 1                                                       \
	}

static const struct {
	const char *what;
	const char *text;
	size_t len;
} samples[] = {
	SAMPLE("dmesg",
	       "<6>[    0.000000] [    T1] Linux version 6.1\n<4>[    1.500000] two\n"
	       "                 lines\n\nkern  :err   : [Fri Feb 13 23:31:30 2009] three\n"
	       "2009-02-13T23:31:30,123456+00:00 four\n[Feb13 23:31] five\n[  +1.0] six\n"),
	SAMPLE("a console",
	       "\x1b[2J\x1b]0;title\x07[    0.000000] one\r\n\0\0[    1.000000] t\x1b[3"
	       "2mwo\r\n** 3 printk messages dropped **\r\n[    2.000000][    T1] end"),
	SAMPLE("syslog", "Oct 12 23:25:16 host kernel: [    1.000000] one\n"
			 "<6>1 2024-05-03T12:00:00Z host kernel - - [x@1 a=\"b\\\"]\"] two\n"
			 "Fri 2024-05-03 12:00:00 UTC host cron[3]: gone\n"
			 "2024-05-03T12:00:00.1+0200 host kernel: <3>three\n"),
	SAMPLE("records of /dev/kmsg",
	       "6,0,0,-,caller=T1;one\n SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.2\n"
	       "12,1,1500000,c;t\\x5cwo\n4,5,2000000,+,more=x;three\n\n"),
	SAMPLE("records between NULs", "6,0,0,-;one\n\0"
				       "6,1,5,-;two\nlines\n\0"
				       "6,2,9,-;three\n"),
	SAMPLE("journalctl -o json",
	       "{\"__REALTIME_TIMESTAMP\":\"1700000000500000\",\"__MONOTONIC_TIMESTAMP\":\"150\","
	       "\"_TRANSPORT\":\"kernel\",\"PRIORITY\":\"6\",\"MESSAGE\":"
	       "\"a\\u00e9\\ud83d\\ude00\"}\n"
	       "{\"_SOURCE_MONOTONIC_TIMESTAMP\":\"2000000\",\"MESSAGE\":[102,255,10],\"x\":{\"y\":"
	       "[]}"
	       "}\n{\"MESSAGE\":null}\n"),
	SAMPLE("dmesg --json",
	       "{\n   \"dmesg\": [\n      {\n         \"fac\": \"kern\",\n"
	       "         \"pri\": \"warn\",\n         \"time\":     0.201607,\n"
	       "         \"caller\": \"T12\",\n         \"msg\": \"a \\\"b\\\"\\n\"\n"
	       "      },{\n         \"pri\": 6,\n         \"msg\": \"c\"\n      }\n"
	       "   ]\n}\n"),
	SAMPLE("--json-lines",
	       "{\"type\":\"header\",\"reports\":[{\"kind\":\"panic\"}]}\n"
	       "{\"type\":\"record\",\"seq\":7,\"time\":1.0,\"pri\":4,\"caller\":\"C1\",\"pid\":1,"
	       "\"cpu\":3,\"comm\":\"init\",\"msg\":\"\\ufffd\",\"raw_b64\":\"/gA=\"}\n"
	       "{\"type\":\"trailer\",\"records\":1,\"lost\":5,\"complete\":true}\n"),
	SAMPLE("journalctl -o export",
	       "__CURSOR=s=1\n__REALTIME_TIMESTAMP=1700000000500000\n__MONOTONIC_TIMESTAMP=150\n"
	       "_TRANSPORT=kernel\nPRIORITY=6\nMESSAGE=one\n\n"
	       "__CURSOR=s=2\nMESSAGE\n\x05\0\0\0\0\0\0\0two\n\xff\n_TRANSPORT=kernel\n\n"),
};

/* ---- damage ---- */

struct text {
	char at[ROOM];
	size_t len;
};

static void change(struct text *text, uint64_t *random)
{
	static const char marks[] = "\0\n\r\x1b\"\\{}[],:;<>= -0";

	for (uint64_t n = next_random(random) % 4 + 1; n && text->len; n--) {
		uint64_t how = next_random(random);

		text->at[how % text->len] =
			how >> 40 & 1 ? (char)(how >> 32) : marks[(how >> 32) % sizeof(marks)];
	}
}

static void cut(struct text *text, uint64_t *random)
{
	size_t at = next_random(random) % (text->len + 1);
	size_t len = next_random(random) % (text->len - at + 1);

	memmove(text->at + at, text->at + at + len, text->len - at - len);
	text->len -= len;
}

/* A piece of it comes again, somewhere else. */
static void repeat(struct text *text, uint64_t *random)
{
	char piece[64];
	size_t at = next_random(random) % (text->len + 1);
	size_t len = next_random(random) % sizeof(piece);
	size_t to = next_random(random) % (text->len + 1);

	if (len > text->len - at)
		len = text->len - at;
	if (len > ROOM - text->len)
		return;
	memcpy(piece, text->at + at, len);
	memmove(text->at + to + len, text->at + to, text->len - to);
	memcpy(text->at + to, piece, len);
	text->len += len;
}

static void damage(struct text *text, uint64_t *random)
{
	static void (*const ways[])(struct text *, uint64_t *) = { change, change, cut, repeat };

	for (uint64_t n = next_random(random) % 3 + 1; n; n--)
		ways[next_random(random) % 4](text, random);
}

/* ---- reading ---- */

static void format(const struct cdm_log_record *record)
{
	static char room[8 * CDM_MAX_TEXT + 512];
	struct cdm_document document = { 0 };

	for (int form = CDM_FORM_DMESG; form <= CDM_FORM_JSON_LINES; form++) {
		struct cdm_style style = { .size = sizeof(style),
					   .form = (enum cdm_form)form,
					   .caller_width = 8 };

		cdm_format_record(&style, record, &document, room, sizeof(room));
	}
}

/* Each record costs a byte of the text at least. Returns how many there are. */
static uint64_t read_records(struct cdm_reader *reader, const struct text *text, const char *what)
{
	struct cdm_log_record record;
	enum cdm_result result;
	uint64_t n = 0;

	while ((result = cdm_reader_next(reader, &record)) == CDM_GOOD) {
		ck_assert_msg(++n <= text->len, "%s: more records than bytes", what);
		ck_assert_msg(record.text_len <= CDM_MAX_TEXT, "%s: a text is too long", what);
		format(&record);
	}
	ck_assert_msg(result == CDM_NO_MORE, "%s: %s", what, cdm_reader_message(reader));
	return n;
}

static void read_text(const struct text *text, enum cdm_text form, const char *what)
{
	struct cdm_reader *reader = cdm_reader_new();
	struct cdm_clock clock = { .size = sizeof(clock) };
	const char *first, *again;

	ck_assert_ptr_nonnull(reader);
	cdm_reader_accept_text(reader, form);
	enum cdm_result opened =
		cdm_reader_open_source(reader, memory_source(text->at, text->len, false));

	/* What happens to begin as a dump does is one. */
	if (opened != CDM_GOOD || !reader->text) {
		cdm_reader_free(reader);
		return;
	}
	uint64_t n = read_records(reader, text, what);
	uint64_t places = cdm_reader_damage(reader, 0, &first);

	ck_assert_msg(!places || (first && *first), "%s: damage without a sentence", what);
	ck_assert_int_eq(cdm_reader_clock(reader, &clock), CDM_GOOD);
	ck_assert_int_eq(cdm_reader_rewind(reader), CDM_GOOD);
	ck_assert_msg(read_records(reader, text, what) == n, "%s: another number the second time",
		      what);
	ck_assert_msg(cdm_reader_damage(reader, 0, &again) == places, "%s: other damage", what);
	cdm_reader_free(reader);
}

START_TEST(damaged)
{
	const char *asked = getenv("TEXTLOG_ROUNDS");
	unsigned long rounds = asked ? strtoul(asked, NULL, 10) : ROUNDS;
	uint64_t random = 0x7e87106 + (uint64_t)_i;

	for (unsigned long round = 0; round < rounds; round++) {
		struct text text = { .len = samples[_i].len };
		char what[64];

		snprintf(what, sizeof(what), "%s, round %lu", samples[_i].what, round);
		memcpy(text.at, samples[_i].text, text.len);
		if (round)
			damage(&text, &random);
		read_text(&text, round % 5 ? CDM_TEXT_LOG : CDM_TEXT_KMSG, what);
	}
}
END_TEST

/* ---- parts of pstore that go away while they are read ---- */

static const char *const parts[][2] = {
	{ "dmesg-erst-1", "Oops#1 Part4\n<6>[    1.000000] one\n" },
	{ "dmesg-erst-2", "Oops#1 Part3\n<6>[    2.000000] two\n<6>[    2.500000] cut\n" },
	{ "dmesg-erst-3", "Oops#1 Part2\n<6>[    3.000000] gone\n" },
	{ "dmesg-erst-4", "Oops#1 Part1\n<6>[    4.000000] four\n" },
};

static char *path_of(char path[256], const char *folder, int part)
{
	snprintf(path, 256, "%s/%s", folder, parts[part][0]);
	return path;
}

static void write_parts(const char *folder)
{
	char path[256];

	for (int i = 0; i < ROWS(parts); i++) {
		FILE *file = fopen(path_of(path, folder, i), "w");

		ck_assert_ptr_nonnull(file);
		fputs(parts[i][1], file);
		ck_assert_int_eq(fclose(file), 0);
	}
}

static void expect_three(struct cdm_reader *reader)
{
	static const char *const texts[] = { "one", "two", "four" };
	struct cdm_log_record record;
	const char *told;

	for (int i = 0; i < ROWS(texts); i++) {
		ck_assert_int_eq(cdm_reader_next(reader, &record), CDM_GOOD);
		ck_assert_mem_eq(record.text, texts[i], strlen(texts[i]));
	}
	ck_assert_int_eq(cdm_reader_next(reader, &record), CDM_NO_MORE);
	ck_assert_int_eq(cdm_reader_next(reader, &record), CDM_NO_MORE);
	ck_assert_uint_eq(cdm_reader_damage(reader, 0, &told), 2);
	ck_assert_msg(strstr(told, "dmesg-erst-2: the file has ended") != NULL, "%s", told);
	cdm_reader_damage(reader, 1, &told);
	ck_assert_msg(strstr(told, "dmesg-erst-3: cannot open it") != NULL, "%s", told);
}

/* Each costs its own text, and is told, the second time too. */
START_TEST(parts_that_go_away)
{
	char folder[] = "/tmp/test_textlog.XXXXXX", path[256];
	struct cdm_reader *reader = cdm_reader_new();

	ck_assert(reader && mkdtemp(folder));
	write_parts(folder);
	cdm_reader_accept_text(reader, CDM_TEXT_LOG);
	ck_assert_int_eq(cdm_reader_open(reader, folder), CDM_GOOD);
	ck_assert_int_eq(truncate(path_of(path, folder, 1), 37), 0);
	ck_assert_int_eq(unlink(path_of(path, folder, 2)), 0);
	expect_three(reader);
	ck_assert_int_eq(cdm_reader_rewind(reader), CDM_GOOD);
	expect_three(reader);
	cdm_reader_free(reader);
	for (int i = 0; i < ROWS(parts); i++)
		unlink(path_of(path, folder, i));
	rmdir(folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("textlog");
	TCase *tests = tcase_create("textlog");

	tcase_set_timeout(tests, 0); /* many rounds may be asked for */
	tcase_add_loop_test(tests, damaged, 0, ROWS(samples));
	tcase_add_test(tests, parts_that_go_away);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
