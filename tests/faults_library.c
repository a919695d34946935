// SPDX-License-Identifier: GPL-2.0-or-later
/* faults_library.c - does the library keep its word where calls fail?
 *
 *     faults_library DUMP...     of a split set, its other files follow
 *
 * Two readers of one dump: one prints its log, after another has read a part of it, and begins anew. Each
 * is asked for more than it can give, and freed while the other goes on. Status as crashdmesg's; what the
 * library must never do ends the program with a line and status 9. */

#include "api/crashdmesg.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHOLE 0
#define NOTHING 1
#define PART 3
#define BROKEN_WORD 9
#define MAX_FILES 64

static _Noreturn void broken(const char *what)
{
	dprintf(STDERR_FILENO, "faults_library: %s\n", what);
	_exit(BROKEN_WORD);
}

static void must(bool holds, const char *what)
{
	if (!holds)
		broken(what);
}

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < MAX_FILES; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void say(const char *file, const char *message)
{
	must(message[0], "a call failed without a sentence");
	dprintf(STDERR_FILENO, "crashdmesg: %s: %s\n", file, message);
}

/* What may be asked of any reader, whatever it has come to. */
static void ask_everything(struct cdm_reader *reader)
{
	struct cdm_info info = { .size = sizeof(info) };
	struct cdm_crash crash = { .size = sizeof(crash) };
	const char *told;
	size_t len;
	char frame[64];

	cdm_reader_info(reader, &info);
	cdm_reader_description(reader, &len);
	for (size_t i = 0; cdm_reader_damage(reader, i, &told), told; i++)
		must(told[0], "damage without a sentence");
	if (cdm_reader_crash(reader, CDM_CRASH_CAUSE, &crash) != CDM_GOOD)
		must(cdm_reader_message(reader)[0], "no crash, and no sentence");
	cdm_reader_crash_frame(reader, CDM_CRASH_CAUSE, 0, frame, sizeof(frame));
	must(cdm_reader_open(reader, "/dev/null") == CDM_MISUSE, "a reader opened a second dump");
}

/* One that has no log gives no record, now or later. */
static void ask_in_vain(struct cdm_reader *reader)
{
	struct cdm_log_record record;
	struct cdm_clock clock = { .size = sizeof(clock) };

	must(cdm_reader_next(reader, &record) != CDM_GOOD, "a record without a log");
	must(cdm_reader_rewind(reader) != CDM_GOOD, "no log was begun anew");
	must(cdm_reader_clock(reader, &clock) != CDM_GOOD, "a clock without a log");
	ask_everything(reader);
}

static enum cdm_result open_all(struct cdm_reader *reader, char **files)
{
	enum cdm_result result = cdm_reader_peek(reader, files[0]);

	for (char **part = files + 1; *part && result == CDM_GOOD; part++)
		if (cdm_reader_join(reader, *part) != CDM_GOOD)
			result = CDM_FAILED;
	return result == CDM_GOOD || result == CDM_NO_DUMP ? cdm_reader_start(reader) : result;
}

static bool print(const struct cdm_log_record *record, struct cdm_document *document)
{
	const struct cdm_style style = { .size = sizeof(style) };
	char text[4096];
	size_t len = cdm_format_record(&style, record, document, text, sizeof(text));

	must(len <= sizeof(text), "a record that is too long");
	return fwrite(text, 1, len, stdout) == len;
}

/* The whole log; each record of it is a record of the sound log. */
static int print_log(struct cdm_reader *reader, const char *file)
{
	struct cdm_document document = { 0 };
	struct cdm_log_record record;
	enum cdm_result result;
	const char *told;
	bool is_printed = true;

	while ((result = cdm_reader_next(reader, &record)) == CDM_GOOD)
		is_printed &= print(&record, &document);
	if (!is_printed || fflush(stdout)) {
		say(file, "standard output: writing failed");
		return NOTHING;
	}
	if (result != CDM_NO_MORE)
		say(file, cdm_reader_message(reader));
	uint64_t damage = cdm_reader_damage(reader, 0, &told);

	if (damage && !told)
		say(file, "something is missing; out of memory");
	for (size_t i = 0; cdm_reader_damage(reader, i, &told), told; i++)
		say(file, told);
	return result != CDM_NO_MORE || damage ? PART : WHOLE;
}

/* Reads a few, begins anew, and prints all. */
static int read_twice(struct cdm_reader *reader, const char *file)
{
	struct cdm_log_record record;
	struct cdm_clock clock = { .size = sizeof(clock) };

	for (unsigned i = 0; i < 3; i++)
		cdm_reader_next(reader, &record);
	if (cdm_reader_clock(reader, &clock) != CDM_GOOD || cdm_reader_rewind(reader) != CDM_GOOD) {
		say(file, cdm_reader_message(reader));
		return NOTHING;
	}
	return print_log(reader, file);
}

static int read_log(struct cdm_reader *reader, struct cdm_reader *other, char **files)
{
	struct cdm_log_record record;
	bool is_open = open_all(reader, files) == CDM_GOOD;
	bool is_watched = is_open && cdm_reader_watch(reader) == CDM_GOOD;
	int st = NOTHING;

	if (!is_open || !is_watched)
		say(files[0], cdm_reader_message(reader));
	if (!is_open)
		ask_in_vain(reader);
	if (open_all(other, files) == CDM_GOOD)
		cdm_reader_next(other, &record);
	else
		ask_in_vain(other);
	if (is_watched)
		st = read_twice(reader, files[0]);
	ask_everything(reader);
	cdm_reader_free(reader);
	ask_everything(other);
	return st;
}

int main(int argc, char **argv)
{
	unsigned n_open = open_files();
	struct cdm_reader *reader = cdm_reader_new(), *other = cdm_reader_new();
	int st = NOTHING;

	must(argc > 1, "usage: faults_library DUMP...");
	if (reader && other) {
		st = read_log(reader, other, argv + 1);
	} else {
		say(argv[1], "out of memory");
		cdm_reader_free(reader);
	}
	cdm_reader_free(other);
	must(open_files() == n_open, "a file was left open");
	return st;
}
