// SPDX-License-Identifier: GPL-2.0-or-later
/* test_source.c - do files and pipes give the same bytes, and count what they cost? */

#include "base/limits.h"
#include "source/source.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define INPUT_LEN (5 * CDM_SPOOL_PIECE + 1234)

static uint8_t byte_at(uint64_t off)
{
	return (uint8_t)(off * 2654435761u >> 11);
}

/* The input, made once: byte for byte it would be most of the time under valgrind. */
static const uint8_t *whole_input(void)
{
	static uint8_t bytes[INPUT_LEN];
	static bool is_made;

	for (size_t i = 0; i < INPUT_LEN && !is_made; i++)
		bytes[i] = byte_at(i);
	is_made = true;
	return bytes;
}

static void write_input(int fd, size_t len)
{
	const uint8_t *bytes = whole_input();

	for (size_t done = 0; done < len;) {
		ssize_t written = write(fd, bytes + done, len - done < 1000 ? len - done : 1000);
		if (written < 0)
			return; /* the reader has gone */
		done += (size_t)written;
	}
}

/* ---- the two kinds of input ---- */

struct input {
	struct cdm_source *src;
	pid_t writer; /* 0: none */
};

/* An unlinked file with the input in it. */
static int input_file(size_t len)
{
	char path[] = "/tmp/crashdmesg-test.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	unlink(path);
	write_input(fd, len);
	return fd;
}

static int input_pipe(size_t len, pid_t *writer)
{
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	*writer = fork();
	ck_assert_int_ge(*writer, 0);
	if (*writer == 0) {
		close(fds[0]);
		write_input(fds[1], len);
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

static struct input open_input(bool is_pipe, size_t len)
{
	struct input input = { NULL, 0 };
	struct cdm_error err;
	enum cdm_status st;

	if (is_pipe)
		st = cdm_pipe_source(input_pipe(len, &input.writer), true, &input.src, &err);
	else
		st = cdm_file_source(input_file(len), true, &input.src, &err);
	ck_assert_int_eq(st, CDM_OK);
	ck_assert(input.src->is_stream == is_pipe);
	return input;
}

static void close_input(struct input *input)
{
	cdm_source_close(input->src);
	if (input->writer)
		waitpid(input->writer, NULL, 0);
}

static void check_bytes(struct cdm_source *src, uint64_t off, size_t len, size_t good)
{
	uint8_t *buf = malloc(len + 1);
	size_t got;
	struct cdm_error err;

	ck_assert(buf);
	ck_assert_int_eq(cdm_source_read(src, off, buf, len, &got, &err), CDM_OK);
	ck_assert_uint_eq(got, good);
	if (good)
		ck_assert(!memcmp(buf, whole_input() + off, good));
	free(buf);
}

// clang-format off
static const struct {
	const char *what;
	uint64_t off;
	size_t len, good;
} reads[] = {
	{ "the first bytes",           0,                      16,                 16 },
	{ "nothing",                   100,                    0,                  0 },
	{ "over the end of a piece",   CDM_SPOOL_PIECE - 3,     7,                  7 },
	{ "further on",                3 * CDM_SPOOL_PIECE + 5, 1000,               1000 },
	{ "back again",                17,                     3000,               3000 },
	{ "from spool to what comes",  10,                     4 * CDM_SPOOL_PIECE, 4 * CDM_SPOOL_PIECE },
	{ "the last byte",             INPUT_LEN - 1,          1,                  1 },
	{ "over the end",              INPUT_LEN - 5,          100,                5 },
	{ "behind the end",            INPUT_LEN,              1,                  0 },
	{ "far behind the end",        UINT64_MAX - 3,         100,                0 },
	{ "all",                       0,                      INPUT_LEN + 1,      INPUT_LEN },
};
// clang-format on

#define N_READS (sizeof(reads) / sizeof(reads[0]))

START_TEST(reads_of_a_fresh_input)
{
	struct input input = open_input(_i % 2, INPUT_LEN);
	size_t row = (size_t)_i / 2;

	check_bytes(input.src, reads[row].off, reads[row].len, reads[row].good);
	close_input(&input);
}
END_TEST

START_TEST(reads_one_after_another)
{
	struct input input = open_input(_i, INPUT_LEN);

	for (size_t row = 0; row < N_READS; row++)
		check_bytes(input.src, reads[row].off, reads[row].len, reads[row].good);
	ck_assert_uint_eq(input.src->size, INPUT_LEN);
	close_input(&input);
}
END_TEST

START_TEST(read_exact_tells_where_the_input_ends)
{
	struct input input = open_input(_i, 100);
	uint8_t buf[60];
	struct cdm_error err = { .status = CDM_OK };

	ck_assert_int_eq(cdm_source_read_exact(input.src, 40, buf, 60, &err), CDM_OK);
	ck_assert_int_eq(cdm_source_read_exact(input.src, 90, buf, 60, &err), CDM_TRUNCATED);
	ck_assert_str_eq(err.text, "the input ends at 0x64, 10 bytes into the 60 at 0x5a");
	close_input(&input);
}
END_TEST

/* ---- what it costs ---- */

START_TEST(file_counts_reads_and_bytes)
{
	struct input input = open_input(false, 1000);

	check_bytes(input.src, 0, 600, 600);
	check_bytes(input.src, 500, 100, 100);
	ck_assert_uint_eq(cdm_source_io(input.src)->reads, 2);
	ck_assert_uint_eq(cdm_source_io(input.src)->bytes_read, 700);
	ck_assert_uint_eq(input.src->size, 1000);
	ck_assert_int_eq(cdm_source_drain(input.src, &(struct cdm_error){ 0 }), CDM_OK);
	close_input(&input);
}
END_TEST

START_TEST(pipe_is_spooled_only_as_far_as_read)
{
	struct input input = open_input(true, INPUT_LEN);
	const struct cdm_io *io = cdm_source_io(input.src);

	check_bytes(input.src, 0, CDM_SPOOL_PIECE, CDM_SPOOL_PIECE);
	ck_assert_uint_eq(io->bytes_read, CDM_SPOOL_PIECE);
	ck_assert_uint_eq(io->spooled, 0);
	check_bytes(input.src, CDM_SPOOL_PIECE, 1, 1);
	ck_assert_uint_eq(io->spooled, CDM_SPOOL_PIECE);
	check_bytes(input.src, 0, CDM_SPOOL_PIECE, CDM_SPOOL_PIECE);
	ck_assert_uint_le(io->bytes_read, 2 * CDM_SPOOL_PIECE);
	ck_assert_uint_eq(input.src->size, CDM_SIZE_UNKNOWN);
	close_input(&input);
}
END_TEST

START_TEST(drained_pipe_is_not_spooled)
{
	struct input input = open_input(true, INPUT_LEN);
	struct cdm_error err = { .status = CDM_OK };
	uint8_t byte;

	check_bytes(input.src, 0, CDM_SPOOL_PIECE + 1, CDM_SPOOL_PIECE + 1);
	ck_assert_int_eq(cdm_source_drain(input.src, &err), CDM_OK);
	ck_assert_uint_eq(cdm_source_io(input.src)->bytes_read, INPUT_LEN);
	ck_assert_uint_eq(cdm_source_io(input.src)->spooled, CDM_SPOOL_PIECE);
	ck_assert_uint_eq(input.src->size, INPUT_LEN);
	check_bytes(input.src, 7, 50, 50);
	ck_assert_int_eq(cdm_source_read_exact(input.src, 3 * CDM_SPOOL_PIECE, &byte, 1, &err),
			 CDM_ERR_LIMIT);
	close_input(&input);
}
END_TEST

/* Zeros but for one byte in the second piece. */
static int sparse_pipe(pid_t *writer)
{
	static const uint8_t zeros[CDM_SPOOL_PIECE];
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	*writer = fork();
	if (*writer == 0) {
		for (unsigned i = 0; i < 4; i++)
			if (write(fds[1], i == 1 ? "x" : "", 1) != 1 ||
			    write(fds[1], zeros, CDM_SPOOL_PIECE - 1) != CDM_SPOOL_PIECE - 1)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	return fds[0];
}

START_TEST(zeros_are_not_spooled)
{
	pid_t writer;
	struct cdm_source *src;
	struct cdm_error err;

	ck_assert_int_eq(cdm_pipe_source(sparse_pipe(&writer), true, &src, &err), CDM_OK);
	uint8_t *all = malloc(4 * CDM_SPOOL_PIECE);
	uint8_t *sent = calloc(4, CDM_SPOOL_PIECE);

	sent[CDM_SPOOL_PIECE] = 'x';
	for (unsigned i = 0; i < 2; i++) {
		memset(all, 0xff, 4 * CDM_SPOOL_PIECE);
		ck_assert_int_eq(cdm_source_read_exact(src, 0, all, 4 * CDM_SPOOL_PIECE, &err),
				 CDM_OK);
		ck_assert(!memcmp(all, sent, 4 * CDM_SPOOL_PIECE));
	}
	ck_assert_uint_eq(cdm_source_io(src)->spooled, CDM_SPOOL_BLOCK);
	free(all);
	free(sent);
	cdm_source_close(src);
	waitpid(writer, NULL, 0);
}
END_TEST

START_TEST(spool_without_room_names_the_folder)
{
	struct input input = open_input(true, INPUT_LEN);
	struct cdm_error err = { .status = CDM_OK };
	uint8_t byte;

	setenv("TMPDIR", "/nonexistent", 1);
	ck_assert_int_eq(cdm_source_read_exact(input.src, CDM_SPOOL_PIECE, &byte, 1, &err),
			 CDM_ERR_SYSTEM);
	ck_assert_int_eq(err.sys_errno, ENOENT);
	ck_assert_msg(strstr(err.text, "/nonexistent: ") && strstr(err.text, "set TMPDIR"), "%s",
		      err.text);
	unsetenv("TMPDIR");
	check_bytes(input.src, CDM_SPOOL_PIECE, 1, 1);
	close_input(&input);
}
END_TEST

/* ---- names ---- */

static const struct {
	const char *name, *says;
	enum cdm_status status;
} refused[] = {
	{ "/nonexistent", "cannot open it: No such file", CDM_ERR_SYSTEM },
	{ "/", "this is a folder", CDM_ERR_UNSUPPORTED },
};

START_TEST(names_that_are_refused)
{
	struct cdm_source *src = NULL;
	struct cdm_error err = { .status = CDM_OK };

	ck_assert_int_eq(cdm_source_open(refused[_i].name, &src, &err), refused[_i].status);
	ck_assert_msg(strstr(err.text, refused[_i].says), "%s", err.text);
	ck_assert_ptr_eq(src, NULL);
}
END_TEST

/* Runs the rest with fd as standard input, which stays open when the source is closed. */
static void check_stdin(int fd, bool is_pipe)
{
	int saved = dup(STDIN_FILENO);
	struct cdm_source *src;
	struct cdm_error err;

	dup2(fd, STDIN_FILENO);
	close(fd);
	ck_assert_int_eq(cdm_source_open("-", &src, &err), CDM_OK);
	ck_assert(src->is_stream == is_pipe);
	ck_assert(cdm_source_has(src, is_pipe ? "pipe" : "file"));
	check_bytes(src, 100, 50, 50);
	check_bytes(src, 0, 50, 50);
	cdm_source_close(src);
	ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

START_TEST(redirected_standard_input_is_a_file)
{
	int fd = input_file(200);

	lseek(fd, 150, SEEK_SET);
	check_stdin(fd, false);
}
END_TEST

START_TEST(piped_standard_input_is_a_pipe)
{
	pid_t writer;

	check_stdin(input_pipe(200, &writer), true);
	waitpid(writer, NULL, 0);
}
END_TEST

START_TEST(fifo_is_a_pipe)
{
	char folder[] = "/tmp/crashdmesg-test.XXXXXX";
	char path[64];
	struct cdm_source *src;
	struct cdm_error err;

	ck_assert(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	pid_t writer = fork();
	if (writer == 0) {
		write_input(open(path, O_WRONLY), 200);
		_exit(0);
	}
	ck_assert_int_eq(cdm_source_open(path, &src, &err), CDM_OK);
	ck_assert(src->is_stream);
	check_bytes(src, 0, 300, 200);
	cdm_source_close(src);
	waitpid(writer, NULL, 0);
	unlink(path);
	rmdir(folder);
}
END_TEST

/* ---- wrappers ---- */

START_TEST(what_is_not_wrapped_is_left_alone)
{
	struct input input = open_input(_i % 2, _i / 2 ? 1000 : 0);
	struct cdm_source *before = input.src;
	struct cdm_error err;
	unsigned peeled = 7;

	ck_assert_int_eq(cdm_source_peel(&input.src, true, &peeled, &err), CDM_OK);
	ck_assert_uint_eq(peeled, 0);
	ck_assert_ptr_eq(input.src, before);
	close_input(&input);
}
END_TEST

START_TEST(nothing_is_closed)
{
	cdm_source_close(NULL);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("source");
	TCase *tests = tcase_create("source");

	tcase_add_loop_test(tests, reads_of_a_fresh_input, 0, 2 * ROWS(reads));
	tcase_add_loop_test(tests, reads_one_after_another, 0, 2);
	tcase_add_loop_test(tests, read_exact_tells_where_the_input_ends, 0, 2);
	tcase_add_test(tests, file_counts_reads_and_bytes);
	tcase_add_test(tests, pipe_is_spooled_only_as_far_as_read);
	tcase_add_test(tests, drained_pipe_is_not_spooled);
	tcase_add_test(tests, zeros_are_not_spooled);
	tcase_add_test(tests, spool_without_room_names_the_folder);
	tcase_add_loop_test(tests, names_that_are_refused, 0, ROWS(refused));
	tcase_add_test(tests, redirected_standard_input_is_a_file);
	tcase_add_test(tests, piped_standard_input_is_a_pipe);
	tcase_add_test(tests, fifo_is_a_pipe);
	tcase_add_loop_test(tests, what_is_not_wrapped_is_left_alone, 0, 4);
	tcase_add_test(tests, nothing_is_closed);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
