// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - the command: options, each dump in turn, and the exit status. */

#include "cli/deadline.h"
#include "cli/guise.h"
#include "cli/info.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/run_many.h"
#include "cli/run_one.h"
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char capture_kernel_dump[] = "/proc/vmcore";

static enum cdm_exit refuse_usage(const struct cdm_error *err)
{
	cdm_tell(NULL, "%s", err->text);
	if (err->status == CDM_ERR_MEMORY)
		return CDM_EXIT_NOTHING;
	if (err->status == CDM_ERR_UNSUPPORTED)
		cdm_tell_hint();
	return CDM_EXIT_USAGE;
}

/* What cannot be written is an error then: EPIPE where a pipe's reader has gone, EFBIG where a file may
 * grow no more. */
static void ignore_signals_of_writes(void)
{
	struct sigaction action = { .sa_handler = SIG_IGN };

	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
}

/* A stream that was closed stays one that fails: no dump and no result takes its place. */
static void occupy_standard_streams(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", modes[fd]);
}

/* The dump that the result would replace; NULL: none of those that are to be read. */
static const char *endangered_dump(const struct cdm_options *options, const struct stat *output)
{
	for (size_t i = 0; i < options->n_dumps; i++)
		if (cdm_is_same_file(options->dumps[i], output))
			return options->dumps[i];
	return NULL;
}

/* crashdmesg DUMP >>DUMP, or 2>>DUMP, where no message can be written either (`what` is NULL). */
static bool check_descriptor(const struct cdm_options *options, int fd, const char *what)
{
	struct stat there;
	const char *endangered = NULL;

	if (!fstat(fd, &there) && (S_ISREG(there.st_mode) || S_ISBLK(there.st_mode)))
		endangered = endangered_dump(options, &there);
	if (endangered && what)
		cdm_tell(NULL, "%s is the dump %s", what,
			 strcmp(endangered, "-") ? endangered : "that standard input reads");
	return !endangered;
}

/* A dump is never replaced, nor is what is read (-o vmcore* where a shell makes it -o vmcore vmcore.1). */
static bool check_output(const struct cdm_options *options)
{
	const char *name = options->output_name;
	struct stat there;

	if (!check_descriptor(options, STDERR_FILENO, NULL) ||
	    (!name && !check_descriptor(options, STDOUT_FILENO, "standard output")))
		return false;
	if (!name)
		return true;
	/* A terminal or a device may be both; a pipe that is read and written never ends. */
	if (stat(name, &there) || S_ISCHR(there.st_mode) || S_ISDIR(there.st_mode))
		return true;
	const char *endangered = endangered_dump(options, &there);

	if (endangered)
		cdm_tell(NULL, "--output=%s would replace the dump %s", name,
			 strcmp(endangered, "-") ? endangered : "that standard input reads");
	else if ((S_ISREG(there.st_mode) || S_ISBLK(there.st_mode)) && cdm_may_be_dump(name))
		cdm_tell(NULL,
			 "--output=%s would replace a dump, or what may be one: move it away, or "
			 "choose another name",
			 name);
	else
		return true;
	return false;
}

static bool is_missing(const char *name)
{
	struct stat there;

	return stat(name, &there) && errno == ENOENT;
}

static bool has_folder(const struct cdm_options *options)
{
	for (size_t i = 0; i < options->n_dumps; i++)
		if (cdm_is_folder(options->dumps[i]))
			return true;
	return false;
}

/* No DUMP was named: the capture kernel's, if this is one. */
static bool is_in_capture_kernel(void)
{
	if (!is_missing(capture_kernel_dump))
		return true;
	cdm_tell(capture_kernel_dump, "no such file: this is not a capture kernel; name a dump, or "
				      "- for standard input");
	return false;
}

static enum cdm_status run_each(struct cdm_run *run, enum cdm_exit *answer, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	for (size_t i = 0; !st && i < run->n_targets; i++) {
		enum cdm_exit one = CDM_EXIT_NOTHING;

		if (run->targets[i].is_taken)
			continue;
		st = cdm_run_one(run, i, &one, err);
		*answer = i ? cdm_exit_of_both(*answer, one) : one;
	}
	return st;
}

/* In this process, one after the other. */
static enum cdm_status run_here(const struct cdm_options *options, struct cdm_output *output,
				enum cdm_exit *answer, struct cdm_error *err)
{
	struct cdm_run run = {
		.options = options,
		.output = output,
		.targets = calloc(options->n_dumps, sizeof(*run.targets)),
		.n_targets = options->n_dumps,
	};

	if (!run.targets)
		return cdm_fail_memory(err, "names of dumps");
	for (size_t i = 0; i < run.n_targets; i++)
		run.targets[i] = (struct cdm_target){ .name = options->dumps[i], .operand = i };
	if (options->has_timeout)
		cdm_deadline_begin(&run.deadline, options->timeout);
	enum cdm_status st = run_each(&run, answer, err);

	cdm_deadline_end(&run.deadline);
	free(run.targets);
	return st;
}

/* One that takes too long must not take the others' time. */
static bool needs_workers(const struct cdm_options *options)
{
	return options->has_workers || options->searches ||
	       (options->has_timeout && options->n_dumps > 1);
}

static enum cdm_status run_dumps(const struct cdm_options *options, struct cdm_output *output,
				 enum cdm_exit *answer, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (options->action == CDM_ACTION_SUMMARY)
		st = cdm_output_format(output, cdm_info_as_summary_heading, NULL, err);
	if (st)
		return st;
	if (needs_workers(options))
		return cdm_run_many(options, output, answer, err);
	return run_here(options, output, answer, err);
}

/* What --help and --version print: little, and without what only dumps need. */
static enum cdm_exit print_texts(const char *const *texts)
{
	struct cdm_error err;

	for (; *texts; texts++) {
		if (cdm_output_print(*texts, &err)) {
			cdm_tell(NULL, "%s", err.text);
			return CDM_EXIT_NOTHING;
		}
	}
	return CDM_EXIT_WHOLE;
}

static enum cdm_exit print_help(void)
{
	return print_texts((const char *const[]){ cdm_usage, NULL });
}

static enum cdm_exit print_version(void)
{
	const char *codecs = cdm_codecs();

	return print_texts((const char *const[]){
		cdm_version(), "\ncodecs: ", codecs[0] ? codecs : "none", "\n", NULL });
}

static enum cdm_exit write_results(const struct cdm_options *options)
{
	struct cdm_output output;
	struct cdm_error err;
	enum cdm_exit answer = CDM_EXIT_WHOLE;
	enum cdm_status st = cdm_output_open(&output, options->output_name, &err);

	if (!st)
		st = run_dumps(options, &output, &answer, &err);
	bool keep = !st && (answer != CDM_EXIT_NOTHING || !options->output_name);
	enum cdm_status closed = cdm_output_close(&output, keep, &err);
	if (!st)
		st = closed;
	if (!st)
		return answer;
	if (st == CDM_END) /* nobody reads on: they have seen enough */
		return CDM_EXIT_WHOLE;
	cdm_tell(NULL, "%s", err.text);
	return CDM_EXIT_NOTHING;
}

static enum cdm_exit show_results(struct cdm_options *options)
{
	struct cdm_terminal terminal;

	cdm_terminal_begin(&terminal, options);
	enum cdm_exit answer = write_results(options);
	cdm_terminal_end(&terminal);
	return answer;
}

/* As vmcore-dmesg or makedumpfile: for these, usage is one failure of several. */
static int run_in_guise(enum cdm_guise guise, char **argv)
{
	struct cdm_options options;
	struct cdm_error err;

	if (!cdm_guise_parse(&options, guise, argv, &err)) {
		cdm_tell(NULL, "%s", err.text);
		return CDM_EXIT_NOTHING;
	}
	if (!check_output(&options))
		return CDM_EXIT_NOTHING;
	occupy_standard_streams();
	ignore_signals_of_writes();
	return cdm_guise_end(&options, (int)write_results(&options));
}

int main(int argc, char **argv)
{
	struct cdm_options options;
	struct cdm_error err;

	(void)argc;
	enum cdm_guise guise = cdm_guise_of(argv);

	if (guise != CDM_GUISE_NONE)
		return run_in_guise(guise, argv);
	if (!cdm_options_parse(&options, argv, &err))
		return (int)refuse_usage(&err);
	if (options.action == CDM_ACTION_HELP)
		return (int)print_help();
	if (options.action == CDM_ACTION_VERSION)
		return (int)print_version();
	if (!check_output(&options))
		return CDM_EXIT_USAGE;
	const char *const from_capture_kernel[] = { capture_kernel_dump };

	if (!options.n_dumps) {
		if (!is_in_capture_kernel())
			return CDM_EXIT_NOTHING;
		options.dumps = from_capture_kernel;
		options.n_dumps = 1;
	}
	options.searches = !options.text && has_folder(&options);
	occupy_standard_streams();
	ignore_signals_of_writes();
	return (int)show_results(&options);
}
