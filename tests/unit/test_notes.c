// SPDX-License-Identifier: GPL-2.0-or-later
/* test_notes.c - is VMCOREINFO found among notes of any size, also of wrong ones? */

#include "base/limits.h"
#include "dump/notes.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <inttypes.h>
#include <string.h>

#define MAX_NOTES 4
#define NOTES_AT 512 /* in the file */

/* ---- writing notes ---- */

struct note {
	const char *name;
	const char *desc;
	uint32_t name_size; /* 0: as long as the name with its NUL */
	uint32_t desc_size; /* 0: as long as the text */
	uint32_t zeros;     /* behind it */
};

static size_t padded(size_t len)
{
	return (len + 3) / 4 * 4;
}

/* Returns the note's length. */
static size_t put_note(uint8_t *at, const struct note *note, bool big_endian)
{
	size_t name_len = strlen(note->name) + 1, desc_len = strlen(note->desc);
	uint32_t name_size = note->name_size ? note->name_size : (uint32_t)name_len;
	uint32_t desc_size = note->desc_size ? note->desc_size : (uint32_t)desc_len;
	size_t name_room = padded(name_size < 64 ? name_size : name_len);

	put_number(at, name_size, 4, big_endian);
	put_number(at + 4, desc_size, 4, big_endian);
	memcpy(at + 12, note->name, name_size < name_len ? name_size : name_len);
	memcpy(at + 12 + name_room, note->desc, desc_len);
	return 12 + name_room + padded(desc_len) + note->zeros;
}

static struct cdm_dump new_dump(struct cdm_source *source, bool big_endian)
{
	return (struct cdm_dump){ .source = source,
				  .layout = { .big_endian = big_endian, .word = 8 } };
}

static void close_dump(struct cdm_dump *dump)
{
	for (unsigned i = 0; i < dump->n_descriptions; i++)
		free(dump->descriptions[i].text);
	cdm_source_close(dump->source);
}

static void scan(struct cdm_dump *dump, uint64_t off, uint64_t len)
{
	struct cdm_error err;

	ck_assert_int_eq(cdm_notes_scan(dump, off, len, &err), CDM_OK);
}

/* ---- small segments ---- */

#define VMCOREINFO "VMCOREINFO"
#define LIE 0x01000000

static const struct {
	const char *what;
	struct note notes[MAX_NOTES];
	uint32_t cut;      /* bytes of the segment that are not there */
	const char *found; /* the texts, "|" behind each */
} segments[] = {
	{ "alone", { { .name = VMCOREINFO, .desc = "A=1\n" } }, 0, "A=1\n|" },
	{ "nothing", { { 0 } }, 0, "" },
	{ "registers alone", { { .name = "CORE", .desc = "registers" } }, 0, "" },
	{ "registers before it",
	  { { .name = "CORE", .desc = "registers" },
	    { .name = "CORE", .desc = "more" },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "and behind it",
	  { { .name = VMCOREINFO, .desc = "A=1" }, { .name = "CORE", .desc = "registers" } },
	  0,
	  "A=1|" },
	{ "T8: VMCOREINFO_XEN is another's",
	  { { .name = "VMCOREINFO_XEN", .desc = "X=1" } },
	  0,
	  "" },
	{ "T8: VMCOREINFO_XEN before it",
	  { { .name = "VMCOREINFO_XEN", .desc = "X=1" }, { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T8: a name that begins alike", { { .name = "VMCOREINFO2", .desc = "X=1" } }, 0, "" },
	{ "two of them",
	  { { .name = VMCOREINFO, .desc = "A=1" }, { .name = VMCOREINFO, .desc = "B=2" } },
	  0,
	  "A=1|B=2|" },
	{ "a name without its NUL",
	  { { .name = VMCOREINFO, .desc = "A=1", .name_size = 10 } },
	  0,
	  "A=1|" },
	{ "namesz padded to 8, as QEMU does for ppc",
	  { { .name = "CORE", .desc = "registers", .name_size = 8 },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "namesz padded to 12",
	  { { .name = VMCOREINFO, .desc = "A=1", .name_size = 12 } },
	  0,
	  "A=1|" },
	{ "a name longer than any that is known",
	  { { .name = "a name that is longer than any that is known", .desc = "x" },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "zeros between two CPUs' notes",
	  { { .name = "CORE", .desc = "registers", .zeros = 300 },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "zeros in front",
	  { { .name = "", .desc = "", .zeros = 4096 }, { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "the last one lacks its padding", { { .name = VMCOREINFO, .desc = "A=1" } }, 1, "A=1|" },
	{ "a text that goes on behind the segment",
	  { { .name = VMCOREINFO, .desc = "A=1\nB=2\n" } },
	  4,
	  "A=1\n|" },
	{ "T10: desc's size lies, the text is the rest",
	  { { .name = VMCOREINFO, .desc = "A=1\n", .desc_size = LIE } },
	  0,
	  "A=1\n|" },
	{ "T10: desc's size of another lies",
	  { { .name = "CORE", .desc = "registers", .desc_size = LIE },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T10: desc's size is the largest",
	  { { .name = "CORE", .desc = "registers", .desc_size = UINT32_MAX },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T10: the name's size is swapped",
	  { { .name = "CORE", .desc = "registers", .name_size = 5 << 24 },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T10: both sizes are the largest",
	  { { .name = "CORE", .desc = "x", .name_size = UINT32_MAX, .desc_size = UINT32_MAX },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T10: VMCOREINFO_XEN is not found by name either",
	  { { .name = "CORE", .desc = "registers", .desc_size = LIE },
	    { .name = "VMCOREINFO_XEN", .desc = "X=1" } },
	  0,
	  "" },
	{ "T8, T10: its name in another's desc is not found by name",
	  { { .name = "CORE", .desc = "some bytes..VMCOREINFO", .desc_size = LIE },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "T8, T10: a name of 11 bytes that begins alike is not found by name",
	  { { .name = "CORE", .desc = "registers", .desc_size = LIE },
	    { .name = "VMCOREINFOX", .desc = "X=1", .name_size = 11, .desc_size = LIE },
	    { .name = VMCOREINFO, .desc = "A=1" } },
	  0,
	  "A=1|" },
	{ "a header that is cut", { { .name = VMCOREINFO, .desc = "" } }, 16, "" },
	{ "a name that is cut", { { .name = VMCOREINFO, .desc = "" } }, 4, "" },
	{ "an empty text", { { .name = VMCOREINFO, .desc = "" } }, 0, "" },
	{ "NULs in the text",
	  { { .name = VMCOREINFO, .desc = "A=1\n", .desc_size = 8, .zeros = 4 } },
	  0,
	  "A=1\n\\0\\0\\0\\0|" },
};

/* The texts that were kept, as one string. */
static void join(const struct cdm_dump *dump, char *out)
{
	for (unsigned i = 0; i < dump->n_descriptions; i++) {
		const struct cdm_description *description = &dump->descriptions[i];

		ck_assert_str_eq(description->origin, "note");
		for (size_t j = 0; j < description->len; j++) {
			if (!description->text[j])
				*out++ = '\\';
			*out++ = description->text[j] ? description->text[j] : '0';
		}
		*out++ = '|';
	}
	*out = '\0';
}

static void check_segment(int row, bool big_endian)
{
	static const uint8_t nothing[8192];
	uint8_t bytes[8192];
	char found[8192];
	size_t len = NOTES_AT;

	memcpy(bytes, nothing, sizeof(bytes));
	for (int i = 0; i < MAX_NOTES && segments[row].notes[i].name; i++)
		len += put_note(bytes + len, &segments[row].notes[i], big_endian);
	len -= segments[row].cut;
	struct cdm_dump dump = new_dump(memory_source(bytes, len, false), big_endian);

	scan(&dump, NOTES_AT, len - NOTES_AT);
	join(&dump, found);
	ck_assert_msg(!strcmp(found, segments[row].found), "%s: %s", segments[row].what, found);
	close_dump(&dump);
}

START_TEST(little_endian_segment)
{
	check_segment(_i, false);
}
END_TEST

START_TEST(big_endian_segment)
{
	check_segment(_i, true);
}
END_TEST

/* Whatever the file lacks, or the segment's size claims: no crash, and no text that is not there. */
START_TEST(segment_cut_at_every_byte)
{
	static const struct note notes[] = {
		{ .name = "CORE", .desc = "registers", .zeros = 12 },
		{ .name = VMCOREINFO, .desc = "A=1\nB=2\n" },
		{ .name = VMCOREINFO, .desc = "C=3\n" },
	};
	uint8_t bytes[512] = { 0 };
	char found[256];
	size_t whole = 0;

	for (int i = 0; i < ROWS(notes); i++)
		whole += put_note(bytes + whole, &notes[i], false);
	for (size_t len = 0; len <= whole; len++) {
		struct cdm_dump dump = new_dump(memory_source(bytes, len, false), false);

		cut_source(dump.source, len);
		scan(&dump, 0, _i ? UINT64_MAX : whole);
		join(&dump, found);
		ck_assert_msg(strstr("A=1\nB=2\n|C=3\n|", found) || len < whole, "%zu", len);
		ck_assert_msg(len < whole || !strcmp(found, "A=1\nB=2\n|C=3\n|"), "%s", found);
		close_dump(&dump);
	}
}
END_TEST

/* ---- large segments ---- */

static const struct {
	const char *what;
	uint32_t len;
	bool is_kept;
} lengths[] = {
	{ "a page", 4096, true },
	{ "as much as is read at once", 8192, true },
	{ "more than is read at once", 8193, true },
	{ "the largest page", CDM_MAX_VMCOREINFO, true },
	{ "larger than any page", CDM_MAX_VMCOREINFO + 1, false },
};

START_TEST(length_of_a_text)
{
	uint8_t *bytes = calloc(1, 2 * CDM_MAX_VMCOREINFO);
	const struct note note = { .name = VMCOREINFO, .desc = "", .desc_size = lengths[_i].len };

	ck_assert(bytes);
	put_note(bytes, &note, false);
	memset(bytes + 24, 'x', lengths[_i].len);
	struct cdm_dump dump =
		new_dump(memory_source(bytes, 24 + padded(lengths[_i].len), false), false);

	scan(&dump, 0, 24 + padded(lengths[_i].len));
	ck_assert_msg(dump.n_descriptions == lengths[_i].is_kept, "%s", lengths[_i].what);
	if (lengths[_i].is_kept) {
		ck_assert_uint_eq(dump.descriptions[0].len, lengths[_i].len);
		ck_assert_mem_eq(dump.descriptions[0].text, bytes + 24, lengths[_i].len);
	}
	/* What is not kept is not read either. */
	ck_assert(lengths[_i].is_kept || dump.source->io.bytes_read <= 16384);
	close_dump(&dump);
	free(bytes);
}
END_TEST

START_TEST(more_texts_than_are_kept)
{
	uint8_t bytes[1024] = { 0 };
	const struct note note = { .name = VMCOREINFO, .desc = "A=1" };
	size_t len = 0;

	for (int i = 0; i < CDM_MAX_DESCRIPTIONS + 5; i++)
		len += put_note(bytes + len, &note, false);
	struct cdm_dump dump = new_dump(memory_source(bytes, len, false), false);

	scan(&dump, 0, len);
	ck_assert_uint_eq(dump.n_descriptions, CDM_MAX_DESCRIPTIONS);
	close_dump(&dump);
}
END_TEST

/* More zeros than any padding has: the notes' own sizes lead no further, the name does. */
static const uint32_t paddings[] = { CDM_MAX_NOTE_PADDING, CDM_MAX_NOTE_PADDING + 4096,
				     CDM_MAX_NOTE_SEARCH - 4096 };

START_TEST(long_padding)
{
	uint8_t *bytes = calloc(1, CDM_MAX_NOTE_SEARCH);
	const struct note note = { .name = VMCOREINFO, .desc = "A=1" };

	ck_assert(bytes);
	size_t len = paddings[_i] + put_note(bytes + paddings[_i], &note, false);
	struct cdm_dump dump = new_dump(memory_source(bytes, len, false), false);

	scan(&dump, 0, len);
	ck_assert_uint_eq(dump.n_descriptions, 1);
	close_dump(&dump);
	free(bytes);
}
END_TEST

#define DEVICE_DUMP UINT64_C(314572800) /* 300 MiB */
#define CPUS 1000
#define CPU_NOTE 348

/* The notes of CPUS processors, of a network card's firmware, and VMCOREINFO. */
static void device_dump(uint64_t off, uint8_t *buf, size_t len)
{
	const struct note registers = { .name = "CORE", .desc = "", .desc_size = 336 - 8 };
	const struct note firmware = { .name = "LINUX", .desc = "", .desc_size = DEVICE_DUMP };
	const struct note text = { .name = VMCOREINFO, .desc = "A=1" };
	uint8_t piece[64];

	for (size_t i = 0; i < len; i++) {
		uint64_t at = off + i, base = 0;

		memset(piece, 0, sizeof(piece));
		if (at < CPUS * CPU_NOTE) {
			base = at / CPU_NOTE * CPU_NOTE;
			put_note(piece, &registers, false);
		} else if (at < CPUS * CPU_NOTE + 20 + DEVICE_DUMP) {
			base = CPUS * CPU_NOTE;
			put_note(piece, &firmware, false);
		} else {
			base = CPUS * CPU_NOTE + 20 + DEVICE_DUMP;
			put_note(piece, &text, false);
		}
		buf[i] = at - base < sizeof(piece) ? piece[at - base] : 0xaa;
	}
}

START_TEST(large_device_dump_is_skipped)
{
	uint64_t len = CPUS * CPU_NOTE + 20 + DEVICE_DUMP + 28;
	struct cdm_dump dump = new_dump(computed_source(device_dump, len), false);

	scan(&dump, 0, len);
	ck_assert_uint_eq(dump.n_descriptions, 1);
	ck_assert_uint_eq(dump.descriptions[0].len, 3);
	/* The processors' notes in pieces of 8 KiB, the text in one. */
	ck_assert_msg(dump.source->io.reads <= CPUS * CPU_NOTE / 8000 + 2, "%" PRIu64 " reads",
		      dump.source->io.reads);
	ck_assert_uint_lt(dump.source->io.bytes_read, CPUS * CPU_NOTE + 3 * 8192);
	close_dump(&dump);
}
END_TEST

static void ones(uint64_t off, uint8_t *buf, size_t len)
{
	(void)off;
	memset(buf, 0xff, len);
}

static void name_sizes_of_one(uint64_t off, uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = (off + i) % 16 == 0;
}

static const struct {
	const char *what;
	compute_bytes *compute;
	uint64_t off, len;
	uint64_t max_reads;
} endless[] = {
	{ "a segment that ends at 2^64", ones, UINT64_MAX - 100, 100, 3 },
	{ "a segment that wraps", ones, UINT64_MAX - 100, 1000, 3 },
	{ "sizes the largest", ones, 0, UINT64_C(1) << 36, 16 + CDM_MAX_NOTE_SEARCH / 8000 },
	{ "as many notes as there can be", name_sizes_of_one, 0, UINT64_MAX,
	  (16 * (uint64_t)CDM_MAX_NOTES + CDM_MAX_NOTE_SEARCH) / 8000 },
};

START_TEST(endless_notes_end)
{
	struct cdm_dump dump = new_dump(computed_source(endless[_i].compute, UINT64_MAX), false);

	scan(&dump, endless[_i].off, endless[_i].len);
	ck_assert_msg(dump.n_descriptions == 0, "%s", endless[_i].what);
	ck_assert_msg(dump.source->io.reads <= endless[_i].max_reads, "%s: %" PRIu64 " reads",
		      endless[_i].what, dump.source->io.reads);
	close_dump(&dump);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notes");
	TCase *tests = tcase_create("notes");

	tcase_add_loop_test(tests, little_endian_segment, 0, ROWS(segments));
	tcase_add_loop_test(tests, big_endian_segment, 0, ROWS(segments));
	tcase_add_loop_test(tests, segment_cut_at_every_byte, 0, 2);
	tcase_add_loop_test(tests, length_of_a_text, 0, ROWS(lengths));
	tcase_add_test(tests, more_texts_than_are_kept);
	tcase_add_loop_test(tests, long_padding, 0, ROWS(paddings));
	tcase_add_test(tests, large_device_dump_is_skipped);
	tcase_add_loop_test(tests, endless_notes_end, 0, ROWS(endless));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
