// SPDX-License-Identifier: GPL-2.0-or-later
/* test_bounds.c - is a search of memory bounded by what the file holds, whatever its headers promise?
 *
 * Files are made that promise thousands of times what they hold. That the search ends is not all: what
 * it reads is counted. Check ends a test that takes longer than 20 seconds. */

#include "base/limits.h"
#include "base/print.h"
#include "lib/reader.h"
#include "tests/unit/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIB ((uint64_t)1 << 40)
#define SECONDS 20

/* ---- files ---- */

static int new_file(void)
{
	char path[] = "/tmp/crashdmesg-test.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	unlink(path);
	return fd;
}

static void put(int fd, uint64_t at, const void *bytes, size_t len)
{
	ck_assert_int_eq(pwrite(fd, bytes, len, (off_t)at), (ssize_t)len);
}

static void lengthen(int fd, uint64_t size)
{
	ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
}

static bool knows_holes(void)
{
	int fd = new_file();

	lengthen(fd, TIB);
	bool knows = lseek(fd, 0, SEEK_DATA) < 0;

	close(fd);
	return knows;
}

static void fill_text(int fd, uint64_t at, size_t len)
{
	char *text = malloc(len);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < len; i++)
		text[i] = "no log .\n"[i % 9];
	put(fd, at, text, len);
	free(text);
}

/* ---- ELF, in the byte order of the machine that runs this ---- */

struct load {
	uint64_t paddr, offset, len;
};

#define ELF_HEADER 64
#define PHDR 56
#define N_LOADS 60000u

static uint64_t elf_data_at(uint32_t n)
{
	return ELF_HEADER + (uint64_t)n * PHDR;
}

static void write_elf(int fd, const struct load *loads, uint32_t n)
{
	uint8_t header[ELF_HEADER] = "\177ELF\2\1\1", *table = calloc(n, PHDR);
	uint16_t type = 4, machine = 62, entry = PHDR, count = (uint16_t)n;
	uint64_t at = ELF_HEADER;

	ck_assert_ptr_nonnull(table);
	ck_assert_uint_lt(n, 0xffff);
	header[5] = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 2 : 1; /* EI_DATA */
	memcpy(header + 16, &type, 2);
	memcpy(header + 18, &machine, 2);
	memcpy(header + 32, &at, 8);
	memcpy(header + 54, &entry, 2);
	memcpy(header + 56, &count, 2);
	put(fd, 0, header, sizeof(header));
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *phdr = table + (size_t)i * PHDR;
		uint32_t load = 1;
		uint64_t offset = elf_data_at(n) + loads[i].offset;

		memcpy(phdr, &load, 4);
		memcpy(phdr + 8, &offset, 8);
		memcpy(phdr + 24, &loads[i].paddr, 8);
		memcpy(phdr + 32, &loads[i].len, 8);
		memcpy(phdr + 40, &loads[i].len, 8);
	}
	put(fd, ELF_HEADER, table, (size_t)n * PHDR);
	free(table);
}

/* ---- readers ---- */

enum { CARVES = 1, READS_TEXT = 2 };

static struct cdm_reader *open_source(struct cdm_source *source, unsigned how)
{
	struct cdm_reader *reader = cdm_reader_new();

	ck_assert_ptr_nonnull(reader);
	if (how & READS_TEXT)
		cdm_reader_accept_text(reader, CDM_TEXT_LOG);
	cdm_reader_want(reader, how & CARVES ? CDM_WANT_CARVED : 0);
	cdm_reader_open_source(reader, source);
	return reader;
}

/* Takes over fd. */
static struct cdm_reader *open_file(int fd, unsigned how)
{
	struct cdm_source *source;
	struct cdm_error err;

	ck_assert_int_eq(cdm_file_source(fd, true, &source, &err), CDM_OK);
	return open_source(source, how);
}

/* Without an answer, and having read no more than that; as it is, and carving. Takes over fd. */
static void expect_end(int fd, uint64_t max_read)
{
	for (unsigned how = 0; how <= CARVES; how++) {
		struct cdm_reader *reader = open_file(dup(fd), how);

		ck_assert_ptr_null(reader->log);
		ck_assert_str_ne(cdm_reader_message(reader), "");
		if (reader->dump)
			ck_assert_uint_le(cdm_dump_io(reader->dump).bytes_read, max_read);
		cdm_reader_free(reader);
	}
	close(fd);
}

/* ---- segments that lead to the same bytes ---- */

#define SHARED (6u << 20) /* bytes, all that there is */

enum overlap { SAME, SHIFTED, FALLING_OFFSETS, SHARED_ADDRESSES, N_OVERLAPS };

static struct load overlapping_load(enum overlap overlap, uint64_t i)
{
	uint64_t shift = i * 16;

	switch (overlap) {
	case SAME:
		return (struct load){ 0x100000 + i * SHARED, 0, SHARED };
	case SHIFTED:
		return (struct load){ 0x100000 + i * SHARED, shift, 5u << 20 };
	case FALLING_OFFSETS:
		return (struct load){ 0x100000 + i * SHARED, N_LOADS * 16 - shift, 5u << 20 };
	default:
		return (struct load){ 0x100000 + shift, 0, SHARED };
	}
}

START_TEST(bytes_of_many_segments_are_searched_once)
{
	struct load *loads = calloc(N_LOADS, sizeof(*loads));
	int fd = new_file();

	ck_assert_ptr_nonnull(loads);
	for (uint32_t i = 0; i < N_LOADS; i++)
		loads[i] = overlapping_load((enum overlap)_i, i);
	write_elf(fd, loads, N_LOADS);
	fill_text(fd, elf_data_at(N_LOADS), SHARED);
	free(loads);
	/* Of 360 GB. What is read of the table is bounded for itself. */
	expect_end(fd, (16 + CDM_MAX_WORK_A_BYTE) * SHARED + 2 * CDM_MAX_IDLE_WORK);
}
END_TEST

/* In an order in which nobody finds the next one. */
START_TEST(a_table_in_disorder_is_given_up)
{
	struct load *loads = calloc(N_LOADS, sizeof(*loads));
	uint64_t state = 88172645463325252u;
	int fd = new_file();

	ck_assert_ptr_nonnull(loads);
	for (uint64_t i = 0; i < N_LOADS; i++)
		loads[i] = (struct load){ 0x100000 + i * 0x10000, i * 64, 64 };
	for (uint32_t i = N_LOADS - 1; i > 0; i--) {
		uint32_t other = (uint32_t)(next_random(&state) % (i + 1));
		struct load load = loads[i];

		loads[i] = loads[other];
		loads[other] = load;
	}
	write_elf(fd, loads, N_LOADS);
	fill_text(fd, elf_data_at(N_LOADS), N_LOADS * 64);
	free(loads);
	struct cdm_reader *reader = open_file(fd, CARVES);

	ck_assert_ptr_nonnull(strstr(cdm_reader_message(reader), "is not searched"));
	cdm_reader_free(reader);
}
END_TEST

/* ---- holes ---- */

#define N_PLACES 100

/* A line of text in a hundred places of 4 TiB. False: this file system knows no holes. */
static bool spread_text(int fd)
{
	if (!knows_holes())
		return false;
	lengthen(fd, 4 * TIB);
	for (uint64_t i = 1; i <= N_PLACES; i++)
		put(fd, i * (4 * TIB / N_PLACES) - 65536, "[    1.000000] a line\n", 22);
	return true;
}

#define MAX_SPREAD (16 * (N_PLACES + 2) * CDM_SEARCH_PIECE) /* of several walks */

START_TEST(holes_of_a_raw_image_are_not_read)
{
	int fd = new_file();

	if (spread_text(fd))
		expect_end(fd, MAX_SPREAD);
}
END_TEST

START_TEST(holes_of_a_segment_are_not_read)
{
	static const uint64_t promised[] = { 4 * TIB, (uint64_t)1 << 60 };
	struct load load = { 0, 0, promised[_i] };
	int fd = new_file();

	if (!spread_text(fd))
		return;
	write_elf(fd, &load, 1);
	expect_end(fd, MAX_SPREAD);
}
END_TEST

START_TEST(holes_of_a_text_are_not_read)
{
	struct cdm_log_record record;
	int fd = new_file();
	unsigned n = 0;

	if (!spread_text(fd))
		return;
	struct cdm_reader *reader = open_file(fd, READS_TEXT);

	while (cdm_reader_next(reader, &record) == CDM_GOOD)
		n++;
	ck_assert_uint_eq(n, N_PLACES);
	cdm_reader_free(reader);
}
END_TEST

/* ---- a flattened stream ---- */

static void put_big(int fd, uint64_t at, uint64_t number)
{
	uint8_t raw[8];

	for (int i = 0; i < 8; i++)
		raw[i] = (uint8_t)(number >> (56 - 8 * i));
	put(fd, at, raw, sizeof(raw));
}

static uint64_t put_segment(int fd, uint64_t at, uint64_t offset, const void *bytes, uint64_t len)
{
	put_big(fd, at, offset);
	put_big(fd, at + 8, len);
	if (bytes)
		put(fd, at + 16, bytes, (size_t)len);
	return at + 16 + (bytes ? len : 0);
}

/* An ELF header that promises 2^60 bytes, and n segments of a few bytes up to there. */
START_TEST(gaps_of_a_flattened_stream_are_not_read)
{
	static const unsigned counts[] = { 0, 1, 1000 };
	struct load load = { 0, 0, (uint64_t)1 << 60 };
	uint8_t head[ELF_HEADER + PHDR];
	int fd = new_file(), elf = new_file();
	uint64_t at = 4096;

	write_elf(elf, &load, 1);
	ck_assert_int_eq(pread(elf, head, sizeof(head), 0), sizeof(head));
	close(elf);
	put(fd, 0, "makedumpfile", 12);
	put_big(fd, 16, 1);
	put_big(fd, 24, 1);
	at = put_segment(fd, at, 0, head, sizeof(head));
	for (uint64_t i = 0; i < counts[_i]; i++)
		at = put_segment(fd, at, (i + 1) << 50, "some text of a log", 18);
	put_segment(fd, at, UINT64_MAX, NULL, UINT64_MAX);
	expect_end(fd, (uint64_t)1 << 28);
}
END_TEST

/* ---- LiME ---- */

/* Records that follow one another in no order of addresses. */
START_TEST(records_in_disorder_are_given_up)
{
	uint64_t state = 88172645463325252u, at = 0;
	int fd = new_file();

	for (unsigned i = 0; i < 20000; i++) {
		uint32_t magic = 0x4c694d45u, version = 1;
		uint64_t begin = (next_random(&state) % 0xffffff) * 4096, last = begin + 63;
		uint8_t record[32 + 64] = { 0 };

		memcpy(record, &magic, 4);
		memcpy(record + 4, &version, 4);
		memcpy(record + 8, &begin, 8);
		memcpy(record + 16, &last, 8);
		memcpy(record + 32, "some text", 9);
		put(fd, at, record, sizeof(record));
		at += sizeof(record);
	}
	expect_end(fd, 2 * CDM_MAX_IDLE_WORK);
}
END_TEST

/* ---- streams without an end ---- */

static void write_for_ever(int fd, char kind)
{
	static uint8_t piece[65536];
	uint64_t state = 88172645463325252u;

	for (size_t i = 0; i < sizeof(piece) && kind == 'n'; i++)
		piece[i] = (uint8_t)next_random(&state);
	signal(SIGPIPE, SIG_DFL);
	for (;;)
		if (write(fd, piece, sizeof(piece)) < 0)
			_exit(0);
}

static struct cdm_source *endless(char kind, pid_t *writer)
{
	struct cdm_source *source;
	struct cdm_error err;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	*writer = fork();
	if (*writer == 0) {
		close(ends[0]);
		write_for_ever(ends[1], kind);
	}
	close(ends[1]);
	ck_assert_int_eq(cdm_pipe_source(ends[0], true, &source, &err), CDM_OK);
	return source;
}

START_TEST(a_pipe_without_an_end_is_no_memory)
{
	pid_t writer;
	struct cdm_reader *reader = open_source(endless("zn"[_i], &writer), 0);

	ck_assert_ptr_nonnull(strstr(cdm_reader_message(reader), "not the memory of a machine"));
	cdm_reader_free(reader);
	waitpid(writer, NULL, 0);
}
END_TEST

START_TEST(a_text_of_nuls_without_an_end_is_none)
{
	struct cdm_log_record record;
	pid_t writer;
	struct cdm_reader *reader = open_source(endless('z', &writer), READS_TEXT);
	const char *told;

	ck_assert_int_ne(cdm_reader_next(reader, &record), CDM_GOOD);
	ck_assert_uint_eq(cdm_reader_damage(reader, 0, &told), 1);
	ck_assert_ptr_nonnull(strstr(told, "it is not read on"));
	cdm_reader_free(reader);
	waitpid(writer, NULL, 0);
}
END_TEST

/* ---- whoever does not want to wait ---- */

struct waiter {
	unsigned asked, patience;
	bool is_told;
};

static bool ask(void *context, const struct cdm_search_progress *progress)
{
	struct waiter *waiter = context;

	waiter->is_told |= progress->size == sizeof(*progress) && progress->all > 0;
	return ++waiter->asked < waiter->patience;
}

START_TEST(reading_stops_when_nobody_waits)
{
	struct cdm_reader *reader = cdm_reader_new();
	struct waiter waiter = { .patience = 5 };
	struct load load = { 0, 0, 64u << 20 };
	int fd = new_file();
	char name[32];

	write_elf(fd, &load, 1);
	fill_text(fd, elf_data_at(1), load.len);
	cdm_print(name, sizeof(name), "/proc/self/fd/%d", fd);
	cdm_reader_on_progress(reader, ask, &waiter);
	ck_assert_int_eq(cdm_reader_open(reader, name), CDM_FAILED);
	ck_assert_str_eq(cdm_reader_message(reader), "reading was stopped");
	ck_assert(waiter.is_told);
	ck_assert_uint_eq(waiter.asked, waiter.patience);
	ck_assert_uint_lt(cdm_dump_io(reader->dump).bytes_read, 1u << 20);
	cdm_reader_free(reader);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("bounds");
	TCase *tests = tcase_create("bounds");

	tcase_set_timeout(tests, SECONDS);
	tcase_add_loop_test(tests, bytes_of_many_segments_are_searched_once, 0, N_OVERLAPS);
	tcase_add_test(tests, a_table_in_disorder_is_given_up);
	tcase_add_test(tests, holes_of_a_raw_image_are_not_read);
	tcase_add_loop_test(tests, holes_of_a_segment_are_not_read, 0, 2);
	tcase_add_test(tests, holes_of_a_text_are_not_read);
	tcase_add_loop_test(tests, gaps_of_a_flattened_stream_are_not_read, 0, 3);
	tcase_add_test(tests, records_in_disorder_are_given_up);
	tcase_add_loop_test(tests, a_pipe_without_an_end_is_no_memory, 0, 2);
	tcase_add_test(tests, a_text_of_nuls_without_an_end_is_none);
	tcase_add_test(tests, reading_stops_when_nobody_waits);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
