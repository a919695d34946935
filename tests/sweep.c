// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep.c - what does a dump give that was cut anywhere, of which any one byte is wrong, or which lost
 * a page or a sector?
 *
 *     sweep [--all] [--only=bytes|memory] [--flips=N] [--pages=N] [--zeros=N] [--step=N]
 *           [--share=N] [--seed=N] [--told=N] [--keep=FILE] [DUMP...]
 *
 * Each run must end, without a crash or a sanitizer's report, with status 0 and the whole log, with
 * 3 and some of its records and a message that names the first missing one, or with 1 and a message.
 * Status 0 with another log is allowed only where the changed byte is one that nothing can check.
 * A page of memory that is lost, and zeros in the log, cost what stood there, and no other record.
 *
 * --all changes every byte that is read, and cuts before each, loses every page and puts zeros
 * everywhere; else --flips says how many bytes are changed (2000), --pages how many pages are lost (60)
 * and --zeros how often there are zeros (120). --step=1 puts zeros at each byte, not at each 64th, 8th
 * or 4th. --share, or SWEEP_SHARE in the environment: one of N runs is made, where others make all.
 * --told: so many wrong runs are told of each dump (10). --keep: the first dump with a lost page or
 * zeros that goes wrong is written there. Without DUMP: some that the dump writer makes, and those of
 * testdata/dumps. */

#include "tests/sweep_dumps.h"
#include "tests/sweep_memory.h"
#include "tests/sweep_plan.h"
#include "tests/sweep_run.h"
#include "tests/sweep_watch.h"

#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS (SWEEP_CUT + 1)

struct options {
	bool all, bytes, memory; /* which faults */
	size_t n_flips, n_pages, n_zeros, share;
	uint64_t seed, step;
	unsigned n_told;
	const char *keep;
	struct sweep_memory_tally *total;
};

/* What the runs of one dump came to; the process that runs them shares it with the one that
 * watches. */
struct tally {
	uint64_t outcomes[ROWS][SWEEP_OUTCOMES];
	uint64_t n_wrong;
};

struct sweep {
	const struct options *options;
	const char *name;
	struct cdm_bytes dump;
	bool is_stream;
	struct sweep_plan plan;
	struct sweep_log sound, log;
	struct tally *tally; /* shared memory */
};

/* ---- telling ---- */

static void print_record(const struct sweep_log *log, size_t i)
{
	if (i < log->n_records)
		printf("    %.*s\n", (int)log->records[i].len - 1, log->text + log->records[i].at);
	else
		printf("    (end)\n");
}

static void print_fault(const struct sweep *sweep, const struct sweep_try *try)
{
	printf("%s%s: ", sweep->name, sweep->is_stream ? " (stream)" : "");
	if (try->row == SWEEP_CUT)
		printf("cut at 0x%" PRIx64, try->fault.end);
	else
		printf("byte 0x%" PRIx64 " ^ 0x%02x (%s)", try->fault.flip_at, try->fault.flip,
		       sweep_kind_name((enum sweep_kind)try->row));
}

static void tell_wrong(const struct sweep *sweep, const struct sweep_try *try, const char *wrong,
		       size_t different)
{
	if (sweep->tally->n_wrong++ >= sweep->options->n_told)
		return;
	print_fault(sweep, try);
	printf(": %s\n", wrong);
	if (sweep->log.message[0])
		printf("    message: %s\n", sweep->log.message);
	print_record(&sweep->log, different);
	print_record(&sweep->sound, different);
	fflush(stdout);
}

static void print_table(const struct sweep *sweep)
{
	const struct tally *tally = sweep->tally;

	printf("%-32s %8s %8s %8s %8s %8s %8s\n", "", "runs", "0 same", "0 other", "3 some",
	       "3 other", "1");
	for (unsigned row = 0; row < ROWS; row++) {
		const uint64_t *n = tally->outcomes[row];
		uint64_t sum = 0;

		for (unsigned i = 0; i < SWEEP_OUTCOMES; i++)
			sum += n[i];
		if (sum == 0)
			continue;
		printf("%-32s %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64 " %8" PRIu64
		       " %8" PRIu64 "%s\n",
		       row == SWEEP_CUT ? "cut" : sweep_kind_name((enum sweep_kind)row), sum,
		       n[SWEEP_SAME], n[SWEEP_OTHER], n[SWEEP_PART], n[SWEEP_PART_OTHER],
		       n[SWEEP_NOTHING],
		       row != SWEEP_CUT && sweep_kind_is_free((enum sweep_kind)row)
			       ? "  (nothing can check it)"
			       : "");
	}
}

/* ---- running ---- */

static bool may_differ(const struct sweep_try *try)
{
	return try->row != SWEEP_CUT && sweep_kind_is_free((enum sweep_kind)try->row);
}

/* A member of all records whose place VMCOREINFO does not give any more: that is told. */
static bool lacks_member(const struct sweep *sweep, const struct sweep_try *try)
{
	return try->row == SWEEP_VMCOREINFO && strstr(sweep->log.message, "VMCOREINFO");
}

static void try_one(void *context, size_t i)
{
	struct sweep *sweep = context;
	const struct sweep_try *try = &sweep->plan.tries[i];
	const char *wrong;
	size_t different;

	sweep->log.is_numbered = sweep->sound.is_numbered;
	sweep_read(sweep->dump, &try->fault, sweep->is_stream, NULL, &sweep->log);
	enum sweep_outcome outcome = sweep_compare(&sweep->sound, &sweep->log, &different, &wrong);

	sweep->tally->outcomes[try->row][outcome]++;
	/* Where nothing can check a record, one may be gone that nothing misses. */
	if (outcome == SWEEP_PART && may_differ(try) && sweep->log.message[0])
		wrong = NULL;
	if (outcome == SWEEP_OTHER && !may_differ(try))
		wrong = "status 0 with another log";
	if (outcome == SWEEP_PART_OTHER && !may_differ(try) && !lacks_member(sweep, try))
		wrong = "status 3 with other records";
	if (wrong)
		tell_wrong(sweep, try, wrong, different);
}

static void on_death(void *context, size_t i, const char *how)
{
	struct sweep *sweep = context;

	sweep->tally->n_wrong++;
	if (i < sweep->plan.n)
		print_fault(sweep, &sweep->plan.tries[i]);
	else
		printf("%s: behind the last run", sweep->name);
	printf(": %s\n", how);
	fflush(stdout);
}

static void make_plan(struct sweep *sweep, const struct sweep_reads *reads)
{
	const struct options *options = sweep->options;
	uint64_t random = options->seed;
	struct sweep_map map;

	sweep_map_new(sweep->dump, reads, &map);
	sweep_plan_cuts(&sweep->plan, reads, sweep->dump.len, &random);
	if (options->all) {
		sweep_plan_all_cuts(&sweep->plan, &map);
		sweep_plan_all_flips(&sweep->plan, &map, &random);
	} else {
		sweep_plan_some_flips(&sweep->plan, &map, options->n_flips, &random);
	}
	sweep_plan_thin(&sweep->plan, options->share);
	sweep_map_free(&map);
}

/* The dump gives nothing as it is. True where that is this build's matter. */
static bool tell_unsound(const struct sweep *sweep)
{
	bool lacks_codec = strstr(sweep->sound.message, "which this build leaves out");

	printf("%s: %s: status %d: %s\n", sweep->name, lacks_codec ? "skipped" : "no sound dump",
	       sweep->sound.status, sweep->sound.message);
	return lacks_codec;
}

static bool run_plan(struct sweep *sweep)
{
	printf("%s%s: %zu records, seed %" PRIu64 "\n", sweep->name,
	       sweep->is_stream ? " (stream)" : "", sweep->sound.n_records, sweep->options->seed);
	fflush(stdout);
	sweep_watch(sweep->plan.n, try_one, on_death, sweep);
	print_table(sweep);
	if (sweep->tally->n_wrong)
		printf("%s: %" PRIu64 " runs are wrong\n", sweep->name, sweep->tally->n_wrong);
	return sweep->tally->n_wrong == 0;
}

/* False: a rule was broken, or the dump cannot be used. */
static bool sweep_dump(struct sweep *sweep)
{
	struct sweep_reads reads = { 0 };
	bool is_right;

	sweep_read(sweep->dump, &SWEEP_SOUND, sweep->is_stream, &reads, &sweep->sound);
	if (sweep->sound.status || sweep->sound.n_records == 0) {
		is_right = tell_unsound(sweep);
	} else {
		make_plan(sweep, &reads);
		is_right = run_plan(sweep);
	}
	free(reads.list);
	free(sweep->plan.tries);
	sweep_log_free(&sweep->sound);
	sweep_log_free(&sweep->log);
	return is_right;
}

/* A stream is read otherwise only where it is flattened. */
static bool sweep_both_ways(const struct options *options, const char *name, struct cdm_bytes dump)
{
	bool is_right = true;

	for (int is_stream = 0; is_stream < 2; is_stream++) {
		struct sweep sweep = {
			.options = options,
			.name = name,
			.dump = dump,
			.is_stream = is_stream,
		};

		if (is_stream && !cdm_starts_with(dump, "makedumpfile", 12))
			break;
		sweep.tally = sweep_share(sizeof(*sweep.tally));
		is_right &= sweep_dump(&sweep);
		munmap(sweep.tally, sizeof(*sweep.tally));
	}
	return is_right;
}

/* Faults in memory are made in files that hold it as dumps do, without a wrapper. */
static bool sweep_pages_and_zeros(const struct options *options, const char *name,
				  struct cdm_bytes dump)
{
	const struct sweep_memory_options memory = {
		.all = options->all,
		.n_pages = options->n_pages,
		.n_zeros = options->n_zeros,
		.share = options->share,
		.step = options->step,
		.seed = options->seed,
		.n_told = options->n_told,
		.keep = options->keep,
	};

	return sweep_memory(&memory, name, dump, options->total);
}

/* Takes over the descriptor. */
static bool sweep_descriptor(const struct options *options, const char *name, int fd, bool bytes,
			     bool memory)
{
	struct stat status;

	if (fstat(fd, &status) || status.st_size <= 0) {
		printf("%s: an empty file\n", name);
		close(fd);
		return false;
	}
	struct cdm_bytes dump = { .len = (size_t)status.st_size };
	void *contents = mmap(NULL, dump.len, PROT_READ, MAP_PRIVATE, fd, 0);

	close(fd);
	if (contents == MAP_FAILED) {
		perror(name);
		return false;
	}
	dump.at = contents;
	bool is_right = true;

	if (bytes && options->bytes)
		is_right &= sweep_both_ways(options, name, dump);
	if (memory && options->memory)
		is_right &= sweep_pages_and_zeros(options, name, dump);
	munmap(contents, dump.len);
	return is_right;
}

static bool sweep_file(const struct options *options, const char *name)
{
	int fd = sweep_open_dump(name);

	return fd >= 0 && sweep_descriptor(options, name, fd, true, true);
}

/* In rings of many pages a lost one costs a part of the log. */
static bool sweep_written_dumps(const struct options *options, enum sweep_set set)
{
	bool is_right = true;
	const char *name;
	int fd = sweep_write_dump(set, 0, &name);

	for (unsigned n = 0; name; fd = sweep_write_dump(set, ++n, &name)) {
		if (fd < 0)
			printf("%s: skipped: the codec is not built in\n", name);
		else
			is_right &= sweep_descriptor(options, name, fd, set == SWEEP_CONTAINERS,
						     set == SWEEP_RINGS);
	}
	return is_right;
}

/* Real dumps stand in folders that say where they come from. */
static bool sweep_real_dumps(const struct options *options)
{
	const char *srcdir = getenv("srcdir");
	char pattern[4096];
	glob_t found;
	bool is_right = true;

	snprintf(pattern, sizeof(pattern), "%s/testdata/dumps/*.xz", srcdir ? srcdir : ".");
	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			is_right &= sweep_file(options, found.gl_pathv[i]);
		globfree(&found);
	}
	return is_right;
}

/* ---- options ---- */

static bool take_share(struct options *options, const char *number)
{
	options->share = strtoul(number, NULL, 10);
	return options->share > 0;
}

static bool take_option(struct options *options, const char *word)
{
	if (!strcmp(word, "--all"))
		options->all = true;
	else if (!strncmp(word, "--flips=", 8))
		options->n_flips = strtoull(word + 8, NULL, 0);
	else if (!strncmp(word, "--pages=", 8))
		options->n_pages = strtoull(word + 8, NULL, 0);
	else if (!strncmp(word, "--zeros=", 8))
		options->n_zeros = strtoull(word + 8, NULL, 0);
	else if (!strncmp(word, "--step=", 7))
		options->step = strtoull(word + 7, NULL, 0);
	else if (!strncmp(word, "--keep=", 7))
		options->keep = word + 7;
	else if (!strcmp(word, "--only=bytes"))
		options->memory = false;
	else if (!strcmp(word, "--only=memory"))
		options->bytes = false;
	else if (!strncmp(word, "--share=", 8))
		return take_share(options, word + 8);
	else if (!strncmp(word, "--seed=", 7))
		options->seed = strtoull(word + 7, NULL, 0);
	else if (!strncmp(word, "--told=", 7))
		options->n_told = (unsigned)strtoul(word + 7, NULL, 0);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	struct sweep_memory_tally total = { .n_wrong = 0 };
	struct options options = {
		.bytes = true,
		.memory = true,
		.n_flips = 2000,
		.n_pages = 60,
		.n_zeros = 120,
		.share = 1,
		.seed = 20261123,
		.n_told = 10,
		.total = &total,
	};
	const char *share = getenv("SWEEP_SHARE");
	int i = 1;
	bool is_right = true;

	if (share && !take_share(&options, share)) {
		fprintf(stderr, "SWEEP_SHARE=%s: a number of at least 1 is needed\n", share);
		return 2;
	}
	while (i < argc && take_option(&options, argv[i]))
		i++;
	if (i < argc && argv[i][0] == '-') {
		fprintf(stderr,
			"usage: sweep [--all] [--only=bytes|memory] [--flips=N] [--pages=N] "
			"[--zeros=N] [--step=N] [--share=N] [--seed=N] [--told=N] [--keep=FILE] "
			"[DUMP...]\n");
		return 2;
	}
	if (i == argc) {
		is_right &= sweep_written_dumps(&options, SWEEP_CONTAINERS);
		is_right &= sweep_written_dumps(&options, SWEEP_RINGS);
		is_right &= sweep_real_dumps(&options);
	}
	for (; i < argc; i++)
		is_right &= sweep_file(&options, argv[i]);
	if (options.memory) {
		printf("pages and zeros of all dumps:\n");
		sweep_memory_print(&total);
	}
	return is_right ? 0 : 1;
}
