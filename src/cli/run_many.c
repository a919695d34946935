// SPDX-License-Identifier: GPL-2.0-or-later
/* run_many.c - what do many dumps give, when none may harm another?
 *
 * Workers do what a run with one dump does, into files that wait for their turn; what they wrote
 * goes out in the order of the dumps. Which files are parts of one split set is known when the
 * first of them has been read: the others' results are dropped then. */

#include "cli/run_many.h"

#include "base/limits.h"
#include "cli/log_names.h"
#include "cli/progress.h"
#include "cli/search.h"
#include "work/pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct batch {
	const struct cdm_options *options;
	struct cdm_targets targets;
	struct cdm_output *output; /* where results go without --output-dir */
	bool has_output;           /* of an earlier dump */
	char **log_names;          /* --output-dir, a target each; else NULL */
	struct cdm_output **logs;  /* those that workers write now; else NULL */
	bool *has_dump;            /* an operand each */
	enum cdm_exit answer;
	bool has_answer;
	struct cdm_progress progress;
};

/* ---- in a worker ---- */

/* The targets that this one has read as parts of its set, for the starter. */
static void note_parts(const struct batch *batch, size_t item, int notes)
{
	for (size_t i = item + 1; i < batch->targets.n; i++) {
		uint32_t part = (uint32_t)i;

		if (batch->targets.at[i].is_taken &&
		    write(notes, &part, sizeof(part)) != (ssize_t)sizeof(part))
			return;
	}
}

static enum cdm_status run_item(struct batch *batch, size_t item, struct cdm_output *output,
				enum cdm_exit *answer, struct cdm_error *err)
{
	struct cdm_run run = {
		.options = batch->options,
		.output = output,
		.targets = batch->targets.at,
		.n_targets = batch->targets.n,
		.has_headings = batch->options->searches,
		.is_single = batch->log_names != NULL,
	};
	enum cdm_status st = cdm_run_one(&run, item, answer, err);

	if (st)
		return st;
	return cdm_output_sync(output, err);
}

static int work_on_item(void *priv, size_t item, int notes)
{
	struct batch *batch = priv;
	struct cdm_output spool, *log = batch->logs ? batch->logs[item] : NULL;
	struct cdm_error err;
	enum cdm_exit answer = CDM_EXIT_NOTHING;
	enum cdm_status st = CDM_OK;

	if (!log)
		st = cdm_output_open(&spool, NULL, &err);
	if (!st)
		st = run_item(batch, item, log ? log : &spool, &answer, &err);
	note_parts(batch, item, notes);
	if (!log) {
		struct cdm_error unused; /* all was written, or has failed */

		cdm_output_close(&spool, false, &unused);
	}
	if (!st)
		return (int)answer;
	cdm_tell(batch->targets.at[item].name, "%s", err.text);
	return CDM_EXIT_NOTHING;
}

/* ---- before a worker ---- */

/* Names in --output-dir are made, not chosen. What stands there and is no file was not meant: a link
 * may lead anywhere, a FIFO may never be read. */
static bool has_place(const char *log_name)
{
	struct stat there;

	return lstat(log_name, &there) != 0 || S_ISREG(there.st_mode);
}

static enum cdm_status open_log(struct batch *batch, size_t item, struct cdm_error *err)
{
	if (!has_place(batch->log_names[item]))
		return CDM_OK; /* it is told when the dump's turn comes */
	struct cdm_output *log = malloc(sizeof(*log));

	if (!log)
		return cdm_fail_memory(err, "output");
	batch->logs[item] = log;
	return cdm_output_open_here(log, batch->log_names[item], err);
}

static enum cdm_status prepare_item(void *priv, size_t item, bool *wanted, struct cdm_error *err)
{
	struct batch *batch = priv;

	*wanted = !batch->targets.at[item].is_taken;
	return *wanted && batch->logs ? open_log(batch, item, err) : CDM_OK;
}

/* ---- a worker's result ---- */

static enum cdm_exit answer_of(const struct cdm_work_result *result)
{
	if (result->end != CDM_WORK_EXITED)
		return CDM_EXIT_NOTHING;
	switch (result->code) {
	case CDM_EXIT_WHOLE:
	case CDM_EXIT_PART:
	case CDM_EXIT_UNKNOWN:
	case CDM_EXIT_NO_DUMP:
		return (enum cdm_exit)result->code;
	default:
		return CDM_EXIT_NOTHING;
	}
}

static void add_answer(struct batch *batch, enum cdm_exit answer)
{
	batch->answer = batch->has_answer ? cdm_exit_of_both(batch->answer, answer) : answer;
	batch->has_answer = true;
}

static void mark_parts(struct batch *batch, const struct cdm_work_result *result)
{
	const uint32_t *parts = result->notes;

	for (size_t i = 0; i < result->notes_len / sizeof(*parts); i++)
		if (parts[i] < batch->targets.n)
			batch->targets.at[parts[i]].is_taken = true;
}

/* What stands between the results of two dumps. */
static enum cdm_status separate(struct batch *batch, struct cdm_error *err)
{
	const struct cdm_options *options = batch->options;
	bool has_lines =
		options->action == CDM_ACTION_INFO ||
		(options->action == CDM_ACTION_LOG && options->style.form == CDM_FORM_DMESG);
	bool has_nul = options->action == CDM_ACTION_LOG && options->style.nul_between;
	bool had_output = batch->has_output;

	batch->has_output = true;
	if (!had_output || !(has_lines || has_nul))
		return CDM_OK;
	return cdm_output_put(batch->output, has_nul ? "\0" : "\n", 1, err);
}

static enum cdm_status copy_output(struct batch *batch, int from, struct cdm_error *err)
{
	char piece[CDM_COPY_PIECE];
	enum cdm_status st = CDM_OK;
	bool has_begun = false;
	ssize_t n;

	while (!st && (n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cdm_fail_errno(err, "what a worker wrote cannot be read");
		if (!has_begun)
			st = separate(batch, err);
		has_begun = true;
		if (!st)
			st = cdm_output_put(batch->output, piece, (size_t)n, err);
	}
	return st;
}

/* What is said about a log comes behind it. */
static enum cdm_status copy_messages(struct batch *batch, int from, bool *are_there,
				     struct cdm_error *err)
{
	char piece[CDM_COPY_PIECE];
	enum cdm_status st = CDM_OK;
	ssize_t n;

	*are_there = false;
	while (!st && (n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cdm_fail_errno(err, "what a worker said cannot be read");
		*are_there = true;
		st = cdm_output_flush(batch->output, err);
		cdm_tell_raw(piece, (size_t)n);
	}
	return st;
}

static void tell_end(const struct batch *batch, const char *dump,
		     const struct cdm_work_result *result, bool has_messages)
{
	if (result->end == CDM_WORK_TIMED_OUT)
		cdm_tell(dump, "given up: not read after %u seconds (--timeout)",
			 batch->options->timeout);
	else if (result->end == CDM_WORK_KILLED)
		cdm_tell(dump, "given up: the process that read it was ended by signal %d",
			 result->code);
	else if (answer_of(result) == CDM_EXIT_NOTHING && !has_messages)
		cdm_tell(dump,
			 "nothing of it was read: its process ended with status %d, and could "
			 "not say why",
			 result->code);
}

static enum cdm_status close_log(struct batch *batch, size_t item, bool keep, struct cdm_error *err)
{
	struct cdm_output *log = batch->logs[item];
	enum cdm_status st = log ? cdm_output_close(log, keep, err) : CDM_OK;

	free(log);
	batch->logs[item] = NULL;
	return st;
}

/* What its worker wrote, to where it belongs. Of one that was ended, only messages. */
static enum cdm_status put_result(struct batch *batch, size_t item, enum cdm_exit answer,
				  const struct cdm_work_result *result, struct cdm_error *err)
{
	struct cdm_run run = { .options = batch->options,
			       .output = batch->output,
			       .targets = batch->targets.at,
			       .n_targets = batch->targets.n,
			       .has_output = batch->has_output };

	if (batch->logs)
		return close_log(batch, item, answer != CDM_EXIT_NOTHING, err);
	if (result->end == CDM_WORK_EXITED)
		return copy_output(batch, result->out, err);
	enum cdm_status st = cdm_run_lost(&run, item, err);
	batch->has_output = run.has_output;
	return st;
}

static enum cdm_status take_item(void *priv, size_t item, const struct cdm_work_result *result,
				 struct cdm_error *err)
{
	struct batch *batch = priv;
	const struct cdm_target *target = &batch->targets.at[item];
	enum cdm_exit answer = answer_of(result);
	bool has_messages;
	enum cdm_status st;

	cdm_progress_clear(&batch->progress);
	if (target->is_taken)
		return batch->logs ? close_log(batch, item, false, err) : CDM_OK;
	if (answer == CDM_EXIT_NO_DUMP) {
		if (batch->logs && (st = close_log(batch, item, false, err)))
			return st;
		return copy_messages(batch, result->messages, &has_messages, err);
	}
	if (result->end == CDM_WORK_EXITED)
		mark_parts(batch, result);
	if (batch->logs && !batch->logs[item]) {
		answer = CDM_EXIT_NOTHING;
		cdm_tell(target->name,
			 "its log is not written: %s is no file; move it away, or choose another "
			 "--output-dir",
			 batch->log_names[item]);
	}
	batch->has_dump[target->operand] = true;
	add_answer(batch, answer);
	if ((st = put_result(batch, item, answer, result, err)) ||
	    (st = copy_messages(batch, result->messages, &has_messages, err)))
		return st;
	tell_end(batch, target->name, result, has_messages);
	return CDM_OK;
}

/* A person reads along: what is there is shown while others are still read. */
static void tick(void *priv, size_t n_done)
{
	struct batch *batch = priv;

	cdm_progress_show(&batch->progress, n_done, batch->targets.n);
}

/* ---- all of them ---- */

static enum cdm_status make_folder(const char *name, struct cdm_error *err)
{
	if (mkdir(name, S_IRWXU) == 0 || errno == EEXIST)
		return CDM_OK;
	return cdm_fail_errno(err, "%s: this folder cannot be made", name);
}

static const char *log_suffix(const struct cdm_options *options)
{
	bool is_json = options->action == CDM_ACTION_INFO_JSON ||
		       (options->action == CDM_ACTION_LOG && options->style.form == CDM_FORM_JSON);

	return is_json ? ".json" : ".txt";
}

/* The result must not replace a dump that was found. */
static enum cdm_status check_output(const struct batch *batch, struct cdm_error *err)
{
	const char *output = batch->options->output_name;
	struct stat there;

	if (!output || stat(output, &there))
		return CDM_OK;
	for (size_t i = 0; i < batch->targets.n; i++)
		if (cdm_is_same_file(batch->targets.at[i].name, &there))
			return cdm_fail(err, CDM_ERR_LIMIT, "--output=%s would replace the dump %s",
					output, batch->targets.at[i].name);
	return CDM_OK;
}

static enum cdm_status open_batch(struct batch *batch, struct cdm_error *err)
{
	const struct cdm_options *options = batch->options;
	enum cdm_status st;

	if ((st = cdm_targets_find(&batch->targets, options->dumps, options->n_dumps, err)) ||
	    (st = check_output(batch, err)))
		return st;
	batch->has_dump = calloc(options->n_dumps, sizeof(bool));
	if (!batch->has_dump)
		return cdm_fail_memory(err, "names of dumps");
	if (!options->output_folder)
		return CDM_OK;
	batch->logs = calloc(batch->targets.n + 1, sizeof(*batch->logs));
	if (!batch->logs)
		return cdm_fail_memory(err, "output");
	st = make_folder(options->output_folder, err);
	if (st)
		return st;
	return cdm_log_names_make(&batch->targets, options->output_folder, log_suffix(options),
				  &batch->log_names, err);
}

static void close_batch(struct batch *batch)
{
	struct cdm_error ignored;

	for (size_t i = 0; batch->logs && i < batch->targets.n; i++)
		if (batch->logs[i])
			close_log(batch, i, false, &ignored);
	free(batch->logs);
	cdm_log_names_free(batch->log_names, batch->targets.n);
	free(batch->has_dump);
	cdm_targets_free(&batch->targets);
}

static enum cdm_status work(struct batch *batch, struct cdm_error *err)
{
	const struct cdm_work work = {
		.n_items = batch->targets.n,
		.max_jobs = batch->options->jobs,
		.limits = { batch->options->timeout, batch->options->max_memory },
		.priv = batch,
		.prepare = prepare_item,
		.run = work_on_item,
		.take = take_item,
		.tick = tick,
	};

	batch->progress = cdm_progress_begin(batch->options->quiet);
	enum cdm_status st = cdm_work_run(&work, err);
	cdm_progress_clear(&batch->progress);
	return st;
}

static void judge_folders(struct batch *batch)
{
	const struct cdm_options *options = batch->options;

	for (size_t i = 0; i < options->n_dumps; i++) {
		if (batch->has_dump[i] || !cdm_is_folder(options->dumps[i]))
			continue;
		cdm_tell(options->dumps[i], "no dump was found in this folder");
		add_answer(batch, CDM_EXIT_NOTHING);
	}
	if (!batch->targets.is_whole)
		add_answer(batch, CDM_EXIT_NOTHING);
}

/* Whoever ignores that its children end cannot wait for them; that is inherited. */
static void await_children(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGCHLD, &action, NULL);
}

enum cdm_status cdm_run_many(const struct cdm_options *options, struct cdm_output *output,
			     enum cdm_exit *answer, struct cdm_error *err)
{
	struct batch batch = { .options = options, .output = output };

	await_children();
	enum cdm_status st = open_batch(&batch, err);

	if (!st)
		st = work(&batch, err);
	if (!st) {
		judge_folders(&batch);
		*answer = batch.answer;
	}
	close_batch(&batch);
	return st;
}
