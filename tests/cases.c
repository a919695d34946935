// SPDX-License-Identifier: GPL-2.0-or-later
/* cases.c - do all case files hold?
 *
 *     cases [--keep] [CASE|FOLDER ...]     without one: testdata/cases below $srcdir
 *     cases --each ...                     every value of a matrix, not every combination
 *     cases --first ...                    the first combination alone
 *     cases --bless CASE ...               expect what the program does now
 *     cases --write CASE OUT               only write the dump
 *
 * CRASHDMESG is the command under test, ./crashdmesg by default; it may have been built elsewhere.
 * CASES=each, CASES=first: as these options. PARTIAL=yes: it is a build for capture kernels, and what
 * it says that it leaves out is skipped. */

#include "tests/case.h"
#include "tests/dumpwriter/dumpwriter.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_AXES 8 /* lines of a [matrix] */

struct totals {
	unsigned passed, failed, skipped;
};

struct options {
	bool bless;
	bool keep;
	bool each, first;
	bool partial;
	const char *command;
	struct case_codecs lacked;
	unsigned n_workers;
	const char *dir;
};

struct axis {
	const char *key;
	char **values;
	size_t n_values;
	size_t now;     /* which value is tried */
	bool asked_for; /* by the writer, in a combination that was written */
	unsigned line;
};

struct matrix {
	struct axis axes[MAX_AXES];
	size_t n_axes;
	size_t n_left_out; /* combinations whose codec is not built in */
};

static struct matrix read_matrix(struct dw_arena *arena, const struct dw_script *script)
{
	const struct dw_section *section = dw_find_section(script, "matrix");
	struct matrix matrix = { .n_axes = 0 };

	for (size_t i = 0; section && i < section->n_lines; i++) {
		const char *rest = section->lines[i].text;
		struct axis *axis = &matrix.axes[matrix.n_axes++];

		if (matrix.n_axes > MAX_AXES)
			dw_die("%s: [matrix] has more than %d lines", script->path, MAX_AXES);
		axis->key = dw_take_word(arena, &rest);
		if (strcmp(dw_take_word(arena, &rest), "="))
			dw_die("%s:%u: not a line `key = value ...`", script->path,
			       section->lines[i].number);
		axis->values = dw_words(arena, rest, &axis->n_values);
		axis->line = section->lines[i].number;
		if (!axis->n_values)
			dw_die("%s:%u: [matrix] %s: no value", script->path, axis->line, axis->key);
	}
	return matrix;
}

/* Goes to the next combination. False behind the last. */
static bool advance(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->n_axes; i++) {
		if (++matrix->axes[i].now < matrix->axes[i].n_values)
			return true;
		matrix->axes[i].now = 0;
	}
	return false;
}

/* All lines to their next values at once, as often as the longest one has values. */
static bool advance_together(struct matrix *matrix, size_t *step)
{
	bool is_new = false;

	++*step;
	for (size_t i = 0; i < matrix->n_axes; i++) {
		is_new |= *step < matrix->axes[i].n_values;
		matrix->axes[i].now = *step % matrix->axes[i].n_values;
	}
	return is_new;
}

/* ELF has no compression: there one of its values is enough. */
static bool is_repetition(const struct matrix *matrix, const struct dw_settings *settings)
{
	bool is_kdump = !strcmp(dw_get(settings, "dump", "format", "elf"), "kdump");

	for (size_t i = 0; i < matrix->n_axes; i++) {
		if (!strcmp(matrix->axes[i].key, "compress") && matrix->axes[i].now && !is_kdump)
			return true;
	}
	return false;
}

static char *describe(struct dw_arena *arena, const struct matrix *matrix)
{
	char *text = dw_copy_text(arena, "", 0);

	for (size_t i = 0; i < matrix->n_axes; i++)
		text = dw_format(arena, "%s %s=%s", text, matrix->axes[i].key,
				 matrix->axes[i].values[matrix->axes[i].now]);
	return text;
}

static struct dw_settings combine(struct dw_arena *arena, const struct dw_script *script,
				  const struct matrix *matrix)
{
	struct dw_settings settings = dw_read_settings(arena, script, matrix->n_axes);

	for (size_t i = 0; i < matrix->n_axes; i++)
		dw_override(&settings, matrix->axes[i].key,
			    matrix->axes[i].values[matrix->axes[i].now]);
	return settings;
}

static void note_keys(struct matrix *matrix, const struct dw_settings *settings)
{
	for (size_t i = 0; i < matrix->n_axes; i++)
		matrix->axes[i].asked_for |= dw_was_asked_for(settings, matrix->axes[i].key);
}

/* A key may concern some combinations alone, but not none of them. */
static void check_keys(const struct matrix *matrix, const struct dw_script *script)
{
	for (size_t i = 0; i < matrix->n_axes; i++)
		if (!matrix->axes[i].asked_for)
			dw_die("%s:%u: [matrix] %s: unknown here", script->path,
			       matrix->axes[i].line, matrix->axes[i].key);
}

/* Prints what is wrong with a result. True if nothing is. */
static bool check(const struct case_place *place, const struct dw_script *script,
		  const struct case_run *run, const struct case_result *result,
		  const char *combination)
{
	const char *out = run->any_stdout ? NULL : case_compare(place, run->out, &result->out);
	const char *messages =
		run->any_stderr ? NULL : case_compare(place, run->messages, &result->messages);
	const char *file = case_compare(place, run->file, &result->file);

	if (result->exit == run->exit && !out && !messages && !file)
		return true;
	printf("FAIL %s:%u%s: %s\n", script->path, run->section->number, combination, run->command);
	if (result->exit != run->exit)
		printf("  exit status %d, expected %d\n", result->exit, run->exit);
	if (out)
		printf("  stdout,%s", out + 1);
	if (messages)
		printf("  stderr,%s", messages + 1);
	if (file)
		printf("  $out,%s", file + 1);
	return false;
}

/* A program that was configured so says that it does not read this, or has no such option. */
static bool blames_build(const struct case_result *result)
{
	static const char blamed[] = "(--enable-capture)";

	return memmem(result->messages.at, result->messages.len, blamed, strlen(blamed)) ||
	       memmem(result->out.at, result->out.len, blamed, strlen(blamed));
}

static void judge(const struct options *options, const struct case_place *place,
		  const struct dw_script *script, const struct case_run *run,
		  const struct case_result *result, const struct matrix *matrix,
		  struct totals *totals)
{
	const char *combination = describe(place->arena, matrix);

	if (options->partial && blames_build(result)) {
		printf("SKIP %s:%u%s: left out of this build\n", script->path, run->section->number,
		       combination);
		totals->skipped++;
	} else if (case_blames_codec(&options->lacked, result)) {
		totals->passed++;
	} else if (check(place, script, run, result, combination)) {
		totals->passed++;
	} else {
		totals->failed++;
	}
}

static struct case_place make_place(struct dw_arena *arena, const struct options *options)
{
	return (struct case_place){
		.arena = arena,
		.command = options->command,
		.dir = options->dir,
		.dump = dw_format(arena, "%s/vmcore", options->dir),
		.file = dw_format(arena, "%s/out", options->dir),
		.shelf = dw_format(arena, "%s/shelf", options->dir),
	};
}

/* Returns true when everything held. */
static bool try_combination(const struct options *options, const struct dw_script *script,
			    struct matrix *matrix, struct totals *totals)
{
	struct dw_arena arena = { NULL };
	struct case_place place = make_place(&arena, options);
	struct dw_settings settings = combine(&arena, script, matrix);
	const char *codec = dw_missing_codec(&arena, script, &settings);
	unsigned failed = totals->failed;
	struct case_run *runs;
	struct case_result *results;
	size_t n_runs;

	if (is_repetition(matrix, &settings))
		goto out;
	if (codec) {
		printf("SKIP %s%s: %s is not built in\n", script->path, describe(&arena, matrix),
		       codec);
		totals->skipped++;
		matrix->n_left_out++;
		goto out;
	}
	runs = case_read_runs(&arena, script, &n_runs);
	results = dw_alloc(&arena, (n_runs + 1) * sizeof(*results));
	dw_write_dump(&arena, &settings, place.dump);
	note_keys(matrix, &settings);
	case_make_shelf(&place, script);
	for (size_t i = 0; i < n_runs; i++) {
		results[i] = case_do_run(&place, &runs[i]);
		if (!options->bless)
			judge(options, &place, script, &runs[i], &results[i], matrix, totals);
	}
	if (options->bless)
		case_bless(&place, script, runs, results, n_runs);
out:
	dw_free_all(&arena);
	return totals->failed == failed;
}

static void keep_dump(const struct options *options)
{
	printf("  kept: %s/vmcore\n", options->dir);
}

static void try_case(const struct options *options, const char *path, struct totals *totals)
{
	struct dw_arena arena = { NULL };
	struct dw_script script = dw_read_script(&arena, path);
	struct matrix matrix = read_matrix(&arena, &script);
	bool holds = true;
	size_t step = 0;

	/* The dump of the first failure is the one that is kept. */
	if (options->keep && totals->failed) {
		dw_free_all(&arena);
		return;
	}
	do {
		holds = try_combination(options, &script, &matrix, totals);
	} while ((holds || !options->keep) && !options->bless && !options->first &&
		 (options->each ? advance_together(&matrix, &step) : advance(&matrix)));
	if (!holds && options->keep)
		keep_dump(options);
	else if (!options->bless && !matrix.n_left_out)
		check_keys(&matrix, &script);
	fflush(stdout);
	dw_free_all(&arena);
}

static bool is_folder(const char *path)
{
	struct stat stat_buffer;

	if (stat(path, &stat_buffer))
		dw_die("%s: %s", path, strerror(errno));
	return S_ISDIR(stat_buffer.st_mode);
}

struct list {
	struct dw_arena *arena;
	char **paths;
	size_t n;
};

static void add(struct list *list, const char *path)
{
	char **paths = dw_alloc(list->arena, (list->n + 1) * sizeof(*paths));

	if (list->n)
		memcpy(paths, list->paths, list->n * sizeof(*paths));
	paths[list->n++] = dw_copy_text(list->arena, path, strlen(path));
	list->paths = paths;
}

/* All cases of a folder and of the folders in it, in the order of their names; or the case. */
static void add_all(struct list *list, const char *path)
{
	static const char *const patterns[] = { "%s/*.case", "%s/*/*.case" };

	if (!is_folder(path)) {
		add(list, path);
		return;
	}
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		glob_t found;

		if (glob(case_replace(list->arena, patterns[i], "%s", path), 0, NULL, &found))
			continue;
		for (size_t k = 0; k < found.gl_pathc; k++)
			add(list, found.gl_pathv[k]);
		globfree(&found);
	}
}

static int write_only(const char *path, const char *out)
{
	struct dw_arena arena = { NULL };
	struct dw_script script = dw_read_script(&arena, path);
	struct matrix matrix = read_matrix(&arena, &script);
	struct dw_settings settings = combine(&arena, &script, &matrix);
	const char *codec = dw_missing_codec(&arena, &script, &settings);

	if (codec)
		dw_die("%s: %s is not built in", path, codec);
	dw_write_dump(&arena, &settings, out);
	dw_free_all(&arena);
	return 0;
}

struct round {
	const struct options *options;
	const struct list *list;
	struct totals *totals; /* of each worker */
};

/* Each worker has a folder of its own. */
static void take_case(void *context, unsigned worker, size_t i)
{
	struct round *round = context;
	struct options options = *round->options;
	char dir[600];

	if (options.n_workers > 1) {
		snprintf(dir, sizeof(dir), "%s/%u", options.dir, worker);
		mkdir(dir, 0700);
		options.dir = dir;
	}
	try_case(&options, round->list->paths[i], &round->totals[worker]);
}

static int try_list(const struct options *options, const struct list *list)
{
	struct totals *totals = case_shared_memory(options->n_workers * sizeof(*totals));
	struct round round = { options, list, totals };
	struct totals sum = { 0 };

	if (!case_share_out(options->n_workers, list->n, take_case, &round)) {
		printf("FAIL a process that ran cases has died\n");
		sum.failed++;
	}
	for (unsigned i = 0; i < options->n_workers; i++) {
		sum.passed += totals[i].passed;
		sum.failed += totals[i].failed;
		sum.skipped += totals[i].skipped;
	}
	if (!options->bless)
		printf("%u passed, %u failed, %u skipped\n", sum.passed, sum.failed, sum.skipped);
	return sum.failed ? 1 : 0;
}

static int try_arguments(struct options *options, char **arguments)
{
	struct dw_arena arena = { NULL };
	struct list list = { .arena = &arena };
	const char *tmp = getenv("TMPDIR");
	const char *srcdir = getenv("srcdir");
	char dir[512];

	snprintf(dir, sizeof(dir), "%s/crashdmesg-cases.XXXXXX", tmp ? tmp : "/tmp");
	options->dir = mkdtemp(dir);
	if (!options->dir)
		dw_die("%s: %s", dir, strerror(errno));
	if (!*arguments)
		add_all(&list, dw_format(&arena, "%s/testdata/cases", srcdir ? srcdir : "."));
	for (; *arguments; arguments++)
		add_all(&list, *arguments);
	int status = try_list(options, &list);

	if (!options->keep)
		case_remove(dir);
	dw_free_all(&arena);
	return status;
}

static bool is_set_to(const char *name, const char *value)
{
	const char *set = getenv(name);

	return set && !strcmp(set, value);
}

static unsigned processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

int main(int argc, char **argv)
{
	const char *command = getenv("CRASHDMESG");
	struct options options = { .command = command ? command : "./crashdmesg",
				   .partial = getenv("PARTIAL") != NULL,
				   .each = is_set_to("CASES", "each"),
				   .first = is_set_to("CASES", "first") };
	char **arguments = argv + 1;

	if (argc == 4 && !strcmp(argv[1], "--write"))
		return write_only(argv[2], argv[3]);
	for (; *arguments && !strncmp(*arguments, "--", 2); arguments++) {
		if (!strcmp(*arguments, "--bless"))
			options.bless = true;
		else if (!strcmp(*arguments, "--keep"))
			options.keep = true;
		else if (!strcmp(*arguments, "--each"))
			options.each = true;
		else if (!strcmp(*arguments, "--first"))
			options.first = true;
		else
			dw_die("usage: cases [--keep] [--each|--first] [CASE|FOLDER ...] | "
			       "--bless CASE ... | --write CASE OUT");
	}
	if (options.bless && !*arguments)
		dw_die("--bless needs the cases that are meant");
	signal(SIGPIPE, SIG_IGN);
	/* The first failure is kept; cases are written anew one by one. */
	options.n_workers = options.keep || options.bless ? 1 : processors();
	options.lacked = case_ask_for_codecs(options.command);
	return try_arguments(&options, arguments);
}
