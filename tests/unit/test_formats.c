// SPDX-License-Identifier: GPL-2.0-or-later
/* test_formats.c - what does a file give of which nothing is left, once its format is known? */

#include "dump/format.h"
#include "tests/unit/suite.h"

#include <string.h>

/* The first bytes of a file in each format, and as many zeros as make a header. */
static const struct {
	const char *what;
	uint8_t bytes[64];
} heads[] = {
	{ "LiME", "EMiL\1\0\0\0\0\0\0\0\0\0\0\0\xff\xff" },
	{ "AVML", "AVML\2\0\0\0\0\0\0\0\0\0\0\0\xff\xff" },
	{ "kdump", "KDUMP   \6" },
	{ "ELF", "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\76\0\1\0\0\0\0\0\0\0\0\0\0\0"
		 "\100\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\100\0\70\0\1" },
	{ "Xen", "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\76\0\1\0\0\0\0\0\0\0\0\0\0\0"
		 "\0\0\0\0\0\0\0\0\100\0\0\0\0\0\0\0\0\0\0\0\100\0\0\0\0\0\100\0\5\0\1" },
	{ "s390", "\xa8\x19\x01\x73\x61\x8f\x23\xfd" },
	{ "s390, extended", "\xa8\x19\x01\x73\x61\x8f\x23\xfe" },
	{ "VMware", "\xd2\xbe\xd2\xbe" },
};

#define LEN 8192

/* Gives the head, with zeros behind it, and then nothing any more. */
static enum cdm_status read_once(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	bool is_first = src->io.reads++ == 0;

	(void)err;
	*got = is_first && off < LEN ? len < LEN - off ? len : LEN - off : 0;
	memset(buf, 0, len);
	if (is_first && off == 0 && len >= sizeof(heads[0].bytes))
		memcpy(buf, src->priv, sizeof(heads[0].bytes));
	return CDM_OK;
}

static void close_nothing(struct cdm_source *src)
{
	(void)src;
}

static const struct cdm_source_ops ops = { .name = "file",
					   .read = read_once,
					   .close = close_nothing };

/* Whatever can be opened by its first bytes has no memory; nothing is open that was not. */
START_TEST(file_that_is_cut_to_nothing)
{
	struct cdm_source source = { .ops = &ops, .size = LEN, .priv = (void *)heads[_i].bytes };
	struct cdm_dump *dump = NULL;
	struct cdm_error err = { .text = "" };
	enum cdm_status st = cdm_dump_open(&source, &dump, &err);
	uint8_t byte;
	size_t got;

	ck_assert_int_eq(!st, dump != NULL);
	if (!st)
		st = cdm_dump_read(dump, 0, &byte, 1, &got, &err);
	ck_assert_msg(st && st == err.status && err.text[0], "%s: %d, %s", heads[_i].what, st,
		      err.text);
	cdm_dump_close(dump);
}
END_TEST

static Suite *suite_of_formats(void)
{
	Suite *suite = suite_create("formats");
	TCase *tests = tcase_create("cut");

	tcase_add_loop_test(tests, file_that_is_cut_to_nothing, 0, ROWS(heads));
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return run_suite(suite_of_formats());
}
