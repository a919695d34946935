// SPDX-License-Identifier: GPL-2.0-or-later
/* faults.c - what does the program do when a call fails: no memory, no more files, an error of the disk?
 *
 *     faults [--all] [CASE|FOLDER ...]   each call of each [run] of the cases fails in turn
 *     faults --only FAULT CASE           one of them, as a line that begins with WRONG names it
 *
 * A [run] with `env FAULTS_LIBRARY=yes` is one of tests/faults_library, too. Without cases: testdata/cases/faults below $srcdir. CRASHDMESG is the program, ./crashdmesg by
 * default; it has to load its C library. --share, or FAULTS_SHARE in the environment: one of N faults
 * is tried (40), without --all. */

#include "tests/faults.h"
#include "tests/dumpwriter/dumpwriter.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_SHARE 40
#define MAX_SECONDS 10
#define MAX_NTH 150 /* of a kind in a run: more calls are tried here and there */

const struct fault_way fault_ways[] = {
	{ .name = "malloc", .kind = "malloc", .error = ENOMEM },
	{ .name = "malloc-on", .kind = "malloc", .error = ENOMEM, .stays = true },
	{ .name = "read-EIO", .kind = "read", .error = EIO },
	{ .name = "read-EIO-on", .kind = "read", .error = EIO, .stays = true },
	{ .name = "read-EINTR", .kind = "read", .error = EINTR, .is_harmless = true },
	{ .name = "read-short", .kind = "read", .error = -1, .is_harmless = true },
	{ .name = "write-ENOSPC", .kind = "write", .error = ENOSPC, .is_of_output = true },
	{ .name = "write-EIO-on",
	  .kind = "write",
	  .error = EIO,
	  .stays = true,
	  .is_of_output = true },
	{ .name = "write-EINTR", .kind = "write", .error = EINTR, .is_harmless = true },
	{ .name = "write-short", .kind = "write", .error = -1, .is_harmless = true },
	{ .name = "pwrite-ENOSPC", .kind = "pwrite", .error = ENOSPC },
	{ .name = "pwrite-EINTR", .kind = "pwrite", .error = EINTR, .is_harmless = true },
	{ .name = "pwrite-short", .kind = "pwrite", .error = -1, .is_harmless = true },
	{ .name = "open-EMFILE", .kind = "open", .error = EMFILE },
	{ .name = "open-EMFILE-on", .kind = "open", .error = EMFILE, .stays = true },
	{ .name = "open-EACCES", .kind = "open", .error = EACCES },
	{ .name = "stat-EIO", .kind = "stat", .error = EIO },
	{ .name = "stat-EACCES-on", .kind = "stat", .error = EACCES, .stays = true },
	{ .name = "readdir-EIO", .kind = "readdir", .error = EIO },
	{ .name = "readdir-ENOMEM", .kind = "readdir", .error = ENOMEM },
	{ .name = "rename-EIO", .kind = "rename", .error = EIO },
	{ .name = "sync-EIO", .kind = "sync", .error = EIO },
	{ .name = "fork-EAGAIN", .kind = "fork", .error = EAGAIN },
	{ .name = "pipe-EMFILE", .kind = "pipe", .error = EMFILE },
	{ .name = "close-EIO", .kind = "close", .error = EIO },
	{ .name = "seek-EIO", .kind = "seek", .error = EIO },
	{ .name = "dlopen", .kind = "dlopen", .error = ENOENT },
	{ .name = "poll-EINTR", .kind = "poll", .error = EINTR, .is_harmless = true },
	{ .name = "wait-EINTR", .kind = "wait", .error = EINTR, .is_harmless = true },
	{ .name = "readlink-EIO", .kind = "readlink", .error = EIO },
	{ .name = "mkdir-ENOSPC", .kind = "mkdir", .error = ENOSPC },
	{ .name = "dup-EBUSY", .kind = "dup", .error = EBUSY },
};
const size_t n_fault_ways = sizeof(fault_ways) / sizeof(fault_ways[0]);

/* One fault, written PROCESS:WAY:NTH. */
struct fault {
	unsigned long process;
	const struct fault_way *way;
	unsigned long nth; /* the first call is 1 */
};

struct totals {
	unsigned long runs, failed_calls, wrong, scenarios, skipped;
};

struct options {
	const char *command, *library, *object, *dir;
	unsigned long share;
	struct fault only; /* way is NULL: all */
	unsigned n_workers;
};

/* A [run] of a case, and what it does without a fault. */
struct scenario {
	const struct options *options;
	const struct dw_script *script;
	struct case_place place;
	const struct case_run *run;
	const char *report, *temporary;
	bool prints_lines;
	unsigned long calls[2][64]; /* by process and way */
	struct fault_result before, sound;
	struct totals *totals;
};

/* ---- the folder of a case ---- */

/* A folder of its own, with nothing else in it. */
static void make_anew(const char *folder)
{
	case_remove(folder);
	if (mkdir(folder, 0700))
		dw_die("%s: %s", folder, strerror(errno));
}

static void touch(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file || fclose(file))
		dw_die("%s: %s", path, strerror(errno));
}

/* As it is before the first run. */
static void prepare(const struct scenario *scenario)
{
	struct dw_arena arena = { NULL };
	struct case_place place = scenario->place;
	struct dw_settings settings = dw_read_settings(&arena, scenario->script, 0);

	place.arena = &arena;
	make_anew(place.dir);
	touch(dw_format(&arena, "%s/stdout", place.dir));
	touch(dw_format(&arena, "%s/stderr", place.dir));
	dw_write_dump(&arena, &settings, place.dump);
	case_make_shelf(&place, scenario->script);
	dw_free_all(&arena);
}

static bool is_same(const struct dw_buffer *one, const struct dw_buffer *other)
{
	return one->len == other->len && (!one->len || !memcmp(one->at, other->at, one->len));
}

/* ---- a run ---- */

static struct dw_buffer list_names(struct dw_arena *arena, const char *folder, const char *pattern)
{
	struct dw_buffer names = { .arena = arena };
	glob_t found;

	if (glob(dw_format(arena, "%s/%s", folder, pattern), GLOB_BRACE, NULL, &found))
		return names;
	for (size_t i = 0; i < found.gl_pathc; i++)
		dw_put_format(&names, "%s\n", found.gl_pathv[i]);
	globfree(&found);
	return names;
}

/* What is where results are kept. */
static void look_around(struct dw_arena *arena, const struct scenario *scenario,
			struct fault_result *result)
{
	result->shelf = case_read(arena, scenario->place.shelf);
	result->left = list_names(arena, scenario->temporary, "{*,.[!.]*}");
	result->names = list_names(arena, scenario->place.dir, "{.[!.]*,out*}");
	for (size_t i = 0; i < 2; i++) {
		const char *folder = i ? scenario->place.file : scenario->place.shelf;
		struct dw_buffer names = list_names(arena, folder, "{*,.[!.]*}");

		dw_put(&result->names, names.at, names.len);
	}
}

static char **environment(struct dw_arena *arena, const struct scenario *scenario,
			  const struct fault *fault)
{
	size_t n = 0;
	char **all = dw_alloc(arena, 64 * sizeof(*all));

	for (char **variable = scenario->run->environment; *variable && n < 48; variable++)
		all[n++] = *variable;
	all[n++] = dw_format(arena, "LD_PRELOAD=%s", scenario->options->object);
	all[n++] = dw_format(arena, "TMPDIR=%s", scenario->temporary);
	all[n++] = dw_format(arena, "FAULT_REPORT=%s", scenario->report);
	/* The object comes before the sanitizer's own on purpose. */
	all[n++] = dw_format(arena, "ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99:"
				    "allocator_may_return_null=1");
	all[n++] = dw_format(arena, "UBSAN_OPTIONS=exitcode=99");
	if (!fault)
		return all;
	all[n++] = dw_format(arena, "FAULT_KIND=%s", fault->way->kind);
	all[n++] = dw_format(arena, "FAULT_ERRNO=%d", fault->way->error);
	all[n++] = dw_format(arena, "FAULT_NTH=%lu", fault->nth);
	all[n++] = dw_format(arena, "FAULT_PROCESS=%lu", fault->process);
	if (fault->way->stays)
		all[n++] = dw_format(arena, "FAULT_STAYS=yes");
	return all;
}

/* How often --info=json has read counts what came in pieces, too. */
static void forget_reads(struct dw_buffer *text)
{
	static const char *const counted[] = { "\"reads\":", "\"bytes_read\":" };

	for (size_t i = 0; text->len && i < sizeof(counted) / sizeof(counted[0]); i++) {
		size_t len = strlen(counted[i]);
		uint8_t *at = memmem(text->at, text->len, counted[i], len);

		if (!at)
			continue;
		uint8_t *end = at += len;
		const uint8_t *behind = text->at + text->len;

		while (end < behind && *end >= '0' && *end <= '9')
			end++;
		memmove(at, end, (size_t)(behind - end));
		text->len -= (size_t)(end - at);
	}
}

/* Returns what the object reported. */
static struct dw_buffer do_run(struct dw_arena *arena, const struct scenario *scenario,
			       const struct fault *fault, struct fault_result *result)
{
	struct case_run run = *scenario->run;
	struct case_place place = scenario->place;

	make_anew(scenario->temporary);
	unlink(scenario->report);
	place.arena = arena;
	run.environment = environment(arena, scenario, fault);
	result->run = case_do_run(&place, &run);
	forget_reads(&result->run.out);
	struct dw_buffer reported = case_read(arena, scenario->report);

	look_around(arena, scenario, result);
	return reported;
}

/* ---- one fault ---- */

static bool is_library(const struct scenario *scenario)
{
	return scenario->place.command == scenario->options->library;
}

static void tell_wrong(const struct scenario *scenario, const struct fault *fault,
		       const char *wrong, const struct fault_result *result)
{
	const struct dw_buffer *messages = &result->run.messages;
	size_t len = dw_min(messages->len, scenario->options->only.way ? 65536 : 300);

	printf("WRONG %lu:%s:%lu %s: %s%s: %s\n", fault->process, fault->way->name, fault->nth,
	       scenario->script->path, is_library(scenario) ? "library: " : "",
	       scenario->run->command, wrong);
	if (len)
		printf("%.*s%s", (int)len, (const char *)messages->at,
		       messages->at[len - 1] == '\n' ? "" : "\n");
	fflush(stdout);
}

static void tell_all(const struct fault_result *result)
{
	printf("status %d\n---- stderr\n%.*s---- stdout\n%.*s", result->run.exit,
	       (int)result->run.messages.len, (const char *)result->run.messages.at,
	       (int)result->run.out.len, (const char *)result->run.out.at);
}

static void try_fault(struct scenario *scenario, const struct fault *fault)
{
	struct dw_arena arena = { NULL };
	struct fault_result result = { 0 };
	struct dw_buffer hits = do_run(&arena, scenario, fault, &result);

	scenario->totals->runs++;
	scenario->totals->failed_calls += hits.len > 0;
	const char *wrong = fault_judge(&arena, fault->way, &scenario->before, &scenario->sound,
					&result, scenario->prints_lines, fault->process > 0);

	if (wrong && hits.len) {
		scenario->totals->wrong++;
		tell_wrong(scenario, fault, wrong, &result);
	}
	if (scenario->options->only.way)
		tell_all(&result);
	if (!is_same(&result.shelf, &scenario->before.shelf) ||
	    !is_same(&result.names, &scenario->before.names))
		prepare(scenario);
	dw_free_all(&arena);
}

/* ---- all faults of a run ---- */

/* What was reported, lines `PROCESS KIND CALLS`, of all ways of a kind. */
static void note_calls(struct scenario *scenario, const struct dw_buffer *reported)
{
	char *text = dw_copy_text(reported->arena, (const char *)reported->at, reported->len);

	for (char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL) {
		unsigned long process, calls;
		char kind[16];

		if (sscanf(line, "%lu %15s %lu", &process, kind, &calls) != 3 || process > 1)
			continue;
		for (size_t i = 0; i < n_fault_ways; i++)
			if (!strcmp(kind, fault_ways[i].kind))
				scenario->calls[process][i] = calls;
	}
}

/* What makedumpfile would say on standard output while it saves the log. */
static bool is_of_no_matter(const struct scenario *scenario, const struct fault *fault)
{
	return fault->way->is_of_output && !strcmp(scenario->run->words[0], "makedumpfile");
}

static void try_calls(struct scenario *scenario, unsigned long process, size_t way,
		      unsigned long *counter)
{
	unsigned long calls = scenario->calls[process][way];
	unsigned long tried = dw_min(calls, MAX_NTH);

	for (unsigned long i = 0; i < tried; i++) {
		struct fault fault = { process, &fault_ways[way], 1 + i * calls / tried };

		if ((*counter)++ % scenario->options->share == 0 &&
		    !is_of_no_matter(scenario, &fault))
			try_fault(scenario, &fault);
	}
}

/* Of commands that tell about a log, lines differ where they have less to tell about. */
static bool prints_log(const char *command)
{
	static const char *const others[] = { "--info",    "--reason", "--fingerprint", "--match",
					      "--summary", "--peek",   "makedumpfile" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(command, others[i]))
			return false;
	return true;
}

/* Calls differ from run to run where processes wait for each other: of no matter here. */
static void try_run(struct scenario *scenario, unsigned long *counter)
{
	struct dw_arena *arena = scenario->place.arena;
	const struct fault *only = &scenario->options->only;

	prepare(scenario);
	look_around(arena, scenario, &scenario->before);
	struct dw_buffer reported = do_run(arena, scenario, NULL, &scenario->sound);

	scenario->totals->scenarios++;
	if (scenario->sound.run.exit != scenario->run->exit)
		dw_die("%s: %s: status %d without any fault: %.*s", scenario->script->path,
		       scenario->run->command, scenario->sound.run.exit,
		       (int)scenario->sound.run.messages.len,
		       (const char *)scenario->sound.run.messages.at);
	if (!reported.len)
		dw_die("%s: %s: its calls were not counted", scenario->script->path,
		       scenario->run->command);
	note_calls(scenario, &reported);
	prepare(scenario);
	if (only->way) {
		try_fault(scenario, only);
		return;
	}
	for (unsigned long process = 0; process < 2; process++)
		for (size_t way = 0; way < n_fault_ways; way++)
			try_calls(scenario, process, way, counter);
}

/* Is the library itself asked as well? */
static bool is_for_library(const struct case_run *run)
{
	for (char **variable = run->environment; *variable; variable++)
		if (!strcmp(*variable, "FAULTS_LIBRARY=yes"))
			return true;
	return false;
}

static void try_case(const struct options *options, const char *path, unsigned worker,
		     unsigned long first, struct totals *totals)
{
	struct dw_arena arena = { NULL };
	struct dw_script script = dw_read_script(&arena, path);
	struct dw_settings settings = dw_read_settings(&arena, &script, 0);
	const char *dir = dw_format(&arena, "%s/%u", options->dir, worker);
	struct case_run *runs;
	size_t n_runs;

	if (dw_missing_codec(&arena, &script, &settings)) {
		totals->skipped++;
		dw_free_all(&arena);
		return;
	}
	runs = case_read_runs(&arena, &script, &n_runs);
	for (size_t i = 0; i < n_runs; i++) {
		struct scenario scenario = {
			.options = options,
			.script = &script,
			.place = { .arena = &arena,
				   .command = options->command,
				   .dir = dir,
				   .dump = dw_format(&arena, "%s/vmcore", dir),
				   .file = dw_format(&arena, "%s/out", dir),
				   .shelf = dw_format(&arena, "%s/shelf", dir),
				   .max_seconds = MAX_SECONDS },
			.run = &runs[i],
			.report = dw_format(&arena, "%s.report", dir),
			.temporary = dw_format(&arena, "%s.temporary", dir),
			.prints_lines = prints_log(runs[i].command),
			.totals = totals,
		};

		try_run(&scenario, &first);
		if (is_for_library(&runs[i])) {
			scenario.place.command = options->library;
			try_run(&scenario, &first);
		}
	}
	dw_free_all(&arena);
}

/* ---- all cases ---- */

struct round {
	const struct options *options;
	glob_t cases;
	struct totals *totals; /* of each worker */
};

/* Which faults a sample has is another matter in each case. */
static void take_case(void *context, unsigned worker, size_t i)
{
	struct round *round = context;

	try_case(round->options, round->cases.gl_pathv[i], worker, i, &round->totals[worker]);
	fflush(stdout);
}

static int add_up(const struct round *round, bool all_ended)
{
	struct totals sum = { 0 };

	for (unsigned i = 0; i < round->options->n_workers; i++) {
		sum.runs += round->totals[i].runs;
		sum.failed_calls += round->totals[i].failed_calls;
		sum.wrong += round->totals[i].wrong;
		sum.scenarios += round->totals[i].scenarios;
		sum.skipped += round->totals[i].skipped;
	}
	if (sum.skipped)
		printf("%lu cases skipped: a codec is not built in\n", sum.skipped);
	printf("%lu failed calls in %lu runs of %lu scenarios: %lu wrong\n", sum.failed_calls,
	       sum.runs, sum.scenarios, sum.wrong);
	return sum.wrong || !all_ended ? 1 : 0;
}

static int try_cases(const struct options *options, struct round *round)
{
	round->options = options;
	round->totals = case_shared_memory(options->n_workers * sizeof(*round->totals));
	bool all_ended =
		case_share_out(options->n_workers, round->cases.gl_pathc, take_case, round);

	return add_up(round, all_ended);
}

static void add_cases(struct round *round, const char *path)
{
	struct dw_arena arena = { NULL };
	struct stat there;
	bool is_folder = !stat(path, &there) && S_ISDIR(there.st_mode);
	int flags = GLOB_NOCHECK | (round->cases.gl_pathc ? GLOB_APPEND : 0);

	glob(dw_format(&arena, "%s%s", path, is_folder ? "/*.case" : ""), flags, NULL,
	     &round->cases);
	dw_free_all(&arena);
}

/* ---- the command ---- */

/* PROCESS:WAY:NTH */
static struct fault read_fault(const char *text)
{
	struct fault fault = { .way = NULL };
	char name[32];

	if (sscanf(text, "%lu:%31[^:]:%lu", &fault.process, name, &fault.nth) != 3)
		dw_die("%s: a fault is PROCESS:WAY:NTH", text);
	for (size_t i = 0; i < n_fault_ways; i++)
		if (!strcmp(name, fault_ways[i].name))
			fault.way = &fault_ways[i];
	if (!fault.way)
		dw_die("%s: no such way to fail", name);
	return fault;
}

static unsigned long read_share(const char *text)
{
	uint64_t share = DEFAULT_SHARE;

	if (text && (!dw_parse_number(text, &share) || !share))
		dw_die("FAULTS_SHARE=%s: a number of at least 1 is needed", text);
	return (unsigned long)share;
}

/* Is the object loaded, and the first for all symbols? Not into what is static, nor where the
 * compiler puts a sanitizer into the program itself. */
static bool can_fail(const struct options *options)
{
	struct dw_arena arena = { NULL };
	char *report = dw_format(&arena, "%s/report", options->dir);
	char *ask = dw_format(&arena,
			      "ASAN_OPTIONS=verify_asan_link_order=0 FAULT_REPORT=%s LD_PRELOAD=%s "
			      "%s --info /dev/null >/dev/null 2>&1",
			      report, options->object, options->command);
	unsigned long opened = 0, allocated = 0;

	if (system(ask) < 0)
		dw_die("%s: %s", ask, strerror(errno));
	struct dw_buffer reported = case_read(&arena, report);

	dw_put_zeros(&reported, 1);
	const char *line = strstr((char *)reported.at, "0 malloc ");
	if (line)
		sscanf(line, "0 malloc %lu", &allocated);
	line = strstr((char *)reported.at, "0 open ");
	if (line)
		sscanf(line, "0 open %lu", &opened);
	dw_free_all(&arena);
	return opened && allocated;
}

static void read_arguments(struct options *options, char **arguments, struct round *round)
{
	struct dw_arena arena = { NULL };
	const char *srcdir = getenv("srcdir");

	for (; *arguments && !strncmp(*arguments, "--", 2); arguments++) {
		if (!strcmp(*arguments, "--all"))
			options->share = 1;
		else if (!strcmp(*arguments, "--share") && arguments[1])
			options->share = read_share(*++arguments);
		else if (!strcmp(*arguments, "--only") && arguments[1])
			options->only = read_fault(*++arguments);
		else
			dw_die("usage: faults [--all|--share N] [CASE|FOLDER ...] | --only FAULT "
			       "CASE");
	}
	for (char **path = arguments; *path; path++)
		add_cases(round, *path);
	if (!*arguments)
		add_cases(round,
			  dw_format(&arena, "%s/testdata/cases/faults", srcdir ? srcdir : "."));
	dw_free_all(&arena);
}

static unsigned processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

int main(int argc, char **argv)
{
	const char *command = getenv("CRASHDMESG");
	const char *tmp = getenv("TMPDIR");
	struct options options = { .share = read_share(getenv("FAULTS_SHARE")),
				   .n_workers = processors() };
	struct round round = { .options = NULL };
	char dir[512];

	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	read_arguments(&options, argv + 1, &round);
	/* Runs happen elsewhere: the program and the object need whole paths. */
	options.command = realpath(command ? command : "./crashdmesg", NULL);
	options.library = realpath("tests/faults_library", NULL);
	options.object = realpath("tests/faults_preload.so", NULL);
	if (!options.command || !options.library || !options.object)
		dw_die("./crashdmesg, tests/faults_library, tests/faults_preload.so: %s",
		       strerror(errno));
	snprintf(dir, sizeof(dir), "%s/crashdmesg-faults.XXXXXX", tmp ? tmp : "/tmp");
	options.dir = mkdtemp(dir);
	if (!options.dir)
		dw_die("%s: %s", dir, strerror(errno));
	int st = 77;

	if (can_fail(&options))
		st = try_cases(&options, &round);
	else
		printf("skipped: the calls of this program cannot be made to fail from outside\n");
	case_remove(dir);
	globfree(&round.cases);
	free((void *)options.command);
	free((void *)options.library);
	free((void *)options.object);
	return st;
}
