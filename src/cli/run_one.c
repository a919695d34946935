// SPDX-License-Identifier: GPL-2.0-or-later
/* run_one.c - what does one dump give, and what is wrong with it? */

#include "cli/run_one.h"

#include "base/limits.h"
#include "base/outbuf.h"
#include "cli/crash.h"
#include "cli/guise.h"
#include "cli/info.h"
#include "cli/progress.h"
#include "cli/selection.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One dump on its way through the program. */
struct job {
	struct cdm_run *run;
	struct cdm_reader *reader;
	const char *file; /* the dump, as messages call it */
	size_t n_files;   /* of the split set that it is; 1 for others */
	struct cdm_style style;
	struct cdm_selection *selection; /* NULL: every record is shown */
	bool has_log;                    /* the dump is open and its log was found */
	bool is_begun;                   /* its document */
	bool is_told;                    /* why it gives nothing */
	bool is_broken;                  /* reading stopped before the end of the log */
	bool is_unsure;                  /* memory ran out: records that may match are left out */
	uint64_t records;
	struct cdm_search_progress search; /* of all memory, if there was one ... */
	bool is_searching;                 /* ... and this shows it */
	struct cdm_progress progress;
	struct cdm_crash_records crash; /* --panic: those that are shown */
};

static struct cdm_facts facts_of(const struct job *job, enum cdm_exit answer)
{
	struct cdm_facts facts = {
		.file = job->file,
		.info = { .size = sizeof(facts.info), .dump_level = -1 },
		.has_log = job->has_log,
		.complete = answer == CDM_EXIT_WHOLE,
		.status = answer,
		.reader = job->reader,
		.tells_crash = job->has_log && cdm_crash_is_asked(job->run->options),
		.names_file = job->run->has_headings || job->run->n_targets > job->n_files,
	};

	cdm_reader_info(job->reader, &facts.info);
	return facts;
}

/* ---- its document ---- */

static size_t format_heading(void *priv, char *buf, size_t room)
{
	const struct job *job = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };

	cdm_put_string(&out, job->run->has_output ? "\n==> " : "==> ");
	cdm_put_visible(&out, (struct cdm_bytes){ (const uint8_t *)job->file, strlen(job->file) });
	cdm_put_string(&out, " <==\n");
	return out.needed;
}

static size_t format_begin(void *priv, char *buf, size_t room)
{
	const struct job *job = priv;

	return cdm_format_begin(&job->style, buf, room);
}

static size_t format_end(void *priv, char *buf, size_t room)
{
	const struct job *job = priv;

	return cdm_format_end(&job->style, &job->run->document, buf, room);
}

struct record_job {
	const struct job *job;
	const struct cdm_log_record *record;
};

static size_t format_record(void *priv, char *buf, size_t room)
{
	const struct record_job *record_job = priv;
	const struct job *job = record_job->job;

	return cdm_format_record(&job->style, record_job->record, &job->run->document, buf, room);
}

/* Only now is it certain that there is something to print: a dump that gives nothing leaves no
 * trace. /dev/kmsg records of several dumps are one stream. */
static enum cdm_status begin_document(struct job *job, struct cdm_error *err)
{
	struct cdm_run *run = job->run;
	bool has_heading = (run->has_headings || run->n_targets > job->n_files) &&
			   !run->is_single && job->style.form == CDM_FORM_DMESG;
	enum cdm_status st = CDM_OK;

	job->is_begun = true;
	if (job->style.form == CDM_FORM_JSON_LINES) {
		struct cdm_facts facts = facts_of(job, CDM_EXIT_NOTHING);

		run->has_output = true;
		return cdm_output_format(run->output, cdm_info_as_header, &facts, err);
	}
	if (job->style.form != CDM_FORM_KMSG)
		run->document = (struct cdm_document){ 0 };
	if (has_heading)
		st = cdm_output_format(run->output, format_heading, job, err);
	run->has_output = true;
	return st ? st : cdm_output_format(run->output, format_begin, job, err);
}

static enum cdm_status print_record(struct job *job, const struct cdm_log_record *record,
				    struct cdm_error *err)
{
	struct cdm_output *output = job->run->output;
	size_t room;
	enum cdm_status st;

	if (!job->is_begun && (st = begin_document(job, err)))
		return st;
	char *buf = cdm_output_room(output, &room);
	size_t len =
		room ? cdm_format_record(&job->style, record, &job->run->document, buf, room) : 0;

	if (room && len <= room) {
		cdm_output_took(output, len);
		return CDM_OK;
	}
	struct record_job record_job = { job, record };

	return cdm_output_format(output, format_record, &record_job, err);
}

/* Lines of KEY=value; what a missing page left between them, or a terminal must not see, is none. */
static size_t format_description(void *priv, char *buf, size_t room)
{
	const struct job *job = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };
	size_t len;
	const char *text = cdm_reader_description(job->reader, &len);

	for (size_t begin = 0, end; begin < len; begin = end + 1) {
		for (end = begin; end < len && text[end] != '\n' && text[end];)
			end++;
		if (end == begin)
			continue;
		cdm_put_visible(&out,
				(struct cdm_bytes){ (const uint8_t *)text + begin, end - begin });
		cdm_put_char(&out, '\n');
	}
	return out.needed;
}

/* ---- its log ---- */

/* Of a record that is left out the time counts: a later one may be told as the difference to it. */
static bool is_left_out(struct job *job, const struct cdm_log_record *record)
{
	bool is_selected = !job->selection || cdm_selection_has(job->selection, record);

	if (is_selected &&
	    (!job->run->options->only_crash || cdm_crash_has_record(&job->crash, record->seq)))
		return false;
	cdm_format_skip(record, &job->run->document);
	return true;
}

/* Goes through the log, and prints it if that is asked for. */
static enum cdm_status walk_log(struct job *job, struct cdm_error *err)
{
	bool prints = job->run->options->action == CDM_ACTION_LOG;
	bool selects = job->selection || job->run->options->only_crash;
	struct cdm_log_record record;
	enum cdm_result result;
	enum cdm_status st = CDM_OK;

	/* Records are counted as /dev/kmsg has them. */
	if (!prints)
		cdm_reader_keep_pieces(job->reader);
	while (!st && (result = cdm_reader_next(job->reader, &record)) == CDM_GOOD) {
		job->records++;
		if (prints && !(selects && is_left_out(job, &record)))
			st = print_record(job, &record, err);
	}
	if (!st)
		job->is_broken = result != CDM_NO_MORE;
	job->is_unsure = job->selection && cdm_selection_is_out_of_memory(job->selection);
	return st;
}

/* Kernels from 5.10 on keep callers always and show them only if so configured, which a dump does
 * not tell; the older rings keep them only where they are shown. */
static bool shows_callers(const struct job *job)
{
	struct cdm_info info = { .size = sizeof(info) };

	if (!job->run->options->automatic_caller)
		return true;
	return cdm_reader_info(job->reader, &info) == CDM_GOOD && strcmp(info.ring, "ringbuffer") &&
	       strcmp(info.ring, "carved");
}

/* What a pipe holds behind the log may say that what was printed is not right. */
static void drain(struct job *job)
{
	const char *told;
	uint64_t damage = cdm_reader_damage(job->reader, 0, &told);

	if (cdm_reader_drain(job->reader) != CDM_GOOD &&
	    cdm_reader_damage(job->reader, 0, &told) == damage)
		job->is_broken = true;
}

static enum cdm_exit judge(const struct job *job)
{
	const char *told;

	if (!job->has_log)
		return CDM_EXIT_NOTHING;
	if (!job->is_broken && !job->is_unsure && !cdm_reader_damage(job->reader, 0, &told))
		return CDM_EXIT_WHOLE;
	return job->records ? CDM_EXIT_PART : CDM_EXIT_NOTHING;
}

/* ---- what is said about it ---- */

static void tell_damage(const struct job *job)
{
	const char *told;
	uint64_t damage = cdm_reader_damage(job->reader, 0, &told);
	size_t index = 0;

	while (told && index < CDM_MAX_TOLD) {
		cdm_tell(job->file, "%s", told);
		cdm_reader_damage(job->reader, ++index, &told);
	}
	if (damage > index)
		cdm_tell(job->file, "%" PRIu64 " places in all are missing or damaged", damage);
}

/* Why something is missing, if its writer knew. */
static void tell_incomplete(const struct job *job)
{
	struct cdm_info info = { .size = sizeof(info) };

	if (cdm_reader_info(job->reader, &info) == CDM_GOOD && info.incomplete)
		cdm_tell(job->file, "its writer marked it as incomplete: it could not write all");
}

/* ... and how far it had come. */
static void tell_time(const struct job *job)
{
	unsigned seconds = job->run->deadline.seconds;

	if (job->has_log)
		cdm_tell(job->file,
			 "given up after %u s (--timeout): %" PRIu64
			 " records of its log were read",
			 seconds, job->records);
	else if (job->search.searched && !job->search.all)
		cdm_tell(job->file,
			 "given up after %u s (--timeout): %" PRIu64
			 " bytes of memory were searched for its log",
			 seconds, job->search.searched);
	else if (job->search.all)
		cdm_tell(job->file,
			 "given up after %u s (--timeout): %" PRIu64 " of %" PRIu64
			 " bytes of memory were searched for its log",
			 seconds, job->search.searched, job->search.all);
	else
		cdm_tell(job->file, "given up after %u s (--timeout), before its log was found",
			 seconds);
}

/* Why reading ended before the log did. */
static void tell_failure(const struct job *job)
{
	if (cdm_deadline_has_passed(&job->run->deadline))
		tell_time(job);
	else
		cdm_tell(job->file, "%s", cdm_reader_message(job->reader));
}

static void tell_problems(const struct job *job, enum cdm_exit answer)
{
	bool quiet = job->run->options->quiet;

	if (answer == CDM_EXIT_WHOLE)
		return;
	if (job->has_log && !quiet)
		tell_damage(job);
	if (job->is_unsure)
		cdm_tell(job->file, "out of memory (--grep): records that may match are left out");
	if (!job->has_log || (job->is_broken && (!quiet || answer == CDM_EXIT_NOTHING)))
		tell_failure(job);
	else if (answer == CDM_EXIT_NOTHING)
		cdm_tell(job->file, "no record of the log could be read");
	if (!quiet)
		tell_incomplete(job);
}

/* ---- what the options ask for ---- */

/* Lines tell of a dump also where nothing of it could be read. */
static enum cdm_status end_lines(struct job *job, enum cdm_exit answer, struct cdm_error *err)
{
	struct cdm_facts facts = facts_of(job, answer);
	enum cdm_status st;

	if (!job->is_begun && (st = begin_document(job, err)))
		return st;
	return cdm_output_format(job->run->output, cdm_info_as_trailer, &facts, err);
}

/* An empty ring is a whole log, and has a document. */
static enum cdm_status end_document(struct job *job, enum cdm_exit answer, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (job->style.form == CDM_FORM_JSON_LINES)
		return end_lines(job, answer, err);

	if (!job->is_begun && answer == CDM_EXIT_WHOLE)
		st = begin_document(job, err);
	if (!st && job->is_begun)
		st = cdm_output_format(job->run->output, format_end, job, err);
	return st;
}

/* Both programs print the oldest ring as it is stored, with "<6>" in front. */
static void put_on_guise(struct job *job)
{
	struct cdm_info info = { .size = sizeof(info) };

	if (cdm_reader_info(job->reader, &info) != CDM_GOOD)
		return;
	job->style.raw = !strcmp(info.ring, "text");
	cdm_guise_tell(job->run->options, &info);
}

/* Which records are the crash's is known when all are read; then the log begins again. */
static enum cdm_status find_crash(struct job *job, struct cdm_error *err)
{
	struct cdm_log_record record;
	enum cdm_result result;

	if (!job->run->options->only_crash)
		return CDM_OK;
	while ((result = cdm_reader_next(job->reader, &record)) == CDM_GOOD)
		;
	if (cdm_crash_is_lost(job->reader))
		return cdm_fail(err, CDM_ERR_MEMORY, "%s", cdm_reader_message(job->reader));
	if (!cdm_crash_find_records(job->reader, &job->crash) && result == CDM_NO_MORE &&
	    !job->run->options->quiet)
		cdm_tell(job->file, "%s", cdm_crash_why_none(job->reader));
	if (cdm_reader_rewind(job->reader) != CDM_GOOD)
		return cdm_fail(err, CDM_CORRUPT, "%s", cdm_reader_message(job->reader));
	return CDM_OK;
}

static enum cdm_status print_log(struct job *job, enum cdm_exit *answer, struct cdm_error *err)
{
	const struct cdm_options *options = job->run->options;

	job->style = options->style;
	if (job->has_log && !shows_callers(job))
		job->style.caller_width = 0;
	if (job->has_log && options->guise != CDM_GUISE_NONE)
		put_on_guise(job);
	/* /dev/kmsg has the pieces of a line one by one, and records are counted so. */
	if (job->has_log && job->style.form == CDM_FORM_KMSG)
		cdm_reader_keep_pieces(job->reader);
	if (job->has_log &&
	    (find_crash(job, err) || cdm_selection_new(options, job->reader, job->file, &job->style,
						       &job->selection, err))) {
		if (cdm_deadline_has_passed(&job->run->deadline))
			tell_time(job);
		else
			cdm_tell(job->file, "%s", err->text);
		*answer = CDM_EXIT_NOTHING;
		job->is_told = true;
		return CDM_OK;
	}
	enum cdm_status st = job->has_log ? walk_log(job, err) : CDM_OK;
	if (st)
		return st;
	if (options->drain && job->has_log)
		drain(job);
	*answer = judge(job);
	st = end_document(job, *answer, err);
	/* What is said about a log comes behind it. */
	if (!st && (*answer != CDM_EXIT_WHOLE || options->verbose))
		st = cdm_output_flush(job->run->output, err);
	return st;
}

static enum cdm_status print_facts(struct cdm_run *run, struct cdm_facts *facts,
				   struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (run->options->action == CDM_ACTION_SUMMARY)
		return cdm_output_format(run->output, cdm_info_as_summary, facts, err);
	if (run->options->action == CDM_ACTION_INFO_JSON)
		return cdm_output_format(run->output, cdm_info_as_json, facts, err);
	if (run->options->action == CDM_ACTION_REASON)
		return cdm_output_format(run->output, cdm_crash_as_reason, facts, err);
	if (run->options->action == CDM_ACTION_FINGERPRINT)
		return cdm_output_format(run->output, cdm_crash_as_fingerprint, facts, err);
	if (run->options->action == CDM_ACTION_MATCH)
		return cdm_output_format(run->output, cdm_crash_as_match, facts, err);
	if (run->has_output)
		st = cdm_output_put(run->output, "\n", 1, err);
	run->has_output = true;
	return st ? st : cdm_output_format(run->output, cdm_info_as_text, facts, err);
}

static bool tells_clock(const struct job *job)
{
	enum cdm_action action = job->run->options->action;

	return action == CDM_ACTION_INFO || action == CDM_ACTION_INFO_JSON;
}

/* What is read for the clock does not count: it is not of the log. */
static void add_clock(struct job *job, struct cdm_facts *facts, enum cdm_exit *answer)
{
	facts->clock.size = sizeof(facts->clock);
	if (cdm_reader_clock(job->reader, &facts->clock) != CDM_GOOD) {
		job->is_broken = true;
		*answer = judge(job);
		facts->complete = false;
		facts->status = *answer;
	} else if (facts->clock.has_boot) {
		facts->boot_time = facts->clock.boot_us / 1000000;
	}
}

/* Is the crash a known one? Of a log that was not read whole it can only be said that it is. */
static enum cdm_status look_up(const struct job *job, struct cdm_facts *facts,
			       enum cdm_exit *answer, struct cdm_error *err)
{
	enum cdm_status st = cdm_crash_look_up(facts, job->run->options->known_list, err);

	if (st)
		return st;
	if (!facts->known && *answer == CDM_EXIT_WHOLE)
		*answer = CDM_EXIT_UNKNOWN;
	return CDM_OK;
}

/* A line about a dump that could not be read would say that it has no crash report. */
static bool answers_with_nothing(const struct job *job, enum cdm_exit answer)
{
	enum cdm_action action = job->run->options->action;

	return answer == CDM_EXIT_NOTHING &&
	       (action == CDM_ACTION_REASON || action == CDM_ACTION_FINGERPRINT);
}

static enum cdm_status print_info(struct job *job, enum cdm_exit *answer, struct cdm_error *err)
{
	enum cdm_status st = job->has_log ? walk_log(job, err) : CDM_OK;

	if (st)
		return st;
	if (job->run->options->drain && job->has_log)
		drain(job);
	if (job->has_log && cdm_crash_is_asked(job->run->options) && cdm_crash_is_lost(job->reader))
		job->has_log = false;
	*answer = judge(job);
	struct cdm_facts facts = facts_of(job, *answer);

	/* The log was read to its end, or this would read it again. */
	if (job->has_log && !job->is_broken && tells_clock(job))
		add_clock(job, &facts, answer);
	if (job->run->options->action == CDM_ACTION_MATCH)
		st = look_up(job, &facts, answer, err);
	else if (answers_with_nothing(job, *answer))
		return CDM_OK;
	if (!st)
		st = print_facts(job->run, &facts, err);
	free(facts.known);
	return st;
}

static enum cdm_status print_description(struct job *job, enum cdm_exit *answer,
					 struct cdm_error *err)
{
	job->style.form = CDM_FORM_DMESG;
	*answer = job->has_log ? CDM_EXIT_WHOLE : CDM_EXIT_NOTHING;
	enum cdm_status st = job->has_log ? begin_document(job, err) : CDM_OK;

	if (st || !job->has_log)
		return st;
	return cdm_output_format(job->run->output, format_description, job, err);
}

static enum cdm_status print_peek(struct job *job, enum cdm_exit *answer, struct cdm_error *err)
{
	*answer = CDM_EXIT_WHOLE;
	struct cdm_facts facts = facts_of(job, *answer);
	return cdm_output_format(job->run->output, cdm_info_as_title, &facts, err);
}

bool cdm_is_same_file(const char *name, const struct stat *other)
{
	struct stat there;

	if (strcmp(name, "-") ? stat(name, &there) : fstat(STDIN_FILENO, &there))
		return false;
	if (S_ISBLK(there.st_mode) && S_ISBLK(other->st_mode))
		return there.st_rdev == other->st_rdev;
	return there.st_dev == other->st_dev && there.st_ino == other->st_ino;
}

bool cdm_is_folder(const char *name)
{
	struct stat there;

	return strcmp(name, "-") && stat(name, &there) == 0 && S_ISDIR(there.st_mode);
}

/* A pipe cannot be looked at without being used up. */
static bool can_be_a_part(const char *dump)
{
	struct stat there;

	return strcmp(dump, "-") && stat(dump, &there) == 0 && S_ISREG(there.st_mode);
}

/* The dumps behind this one that are parts of its set. */
static void join_parts(struct job *job, size_t index)
{
	struct cdm_run *run = job->run;
	struct cdm_info info = { .size = sizeof(info) };

	if (cdm_reader_info(job->reader, &info) != CDM_GOOD || !info.split)
		return;
	for (size_t i = index + 1; i < run->n_targets; i++) {
		struct cdm_target *target = &run->targets[i];

		if (target->is_taken || !can_be_a_part(target->name))
			continue;
		enum cdm_result result = cdm_reader_join(job->reader, target->name);

		if (result == CDM_FAILED)
			cdm_tell(target->name, "it is not known whether this is a part of %s: %s",
				 job->file, cdm_reader_message(job->reader));
		if (result != CDM_GOOD)
			continue;
		target->is_taken = true;
		job->n_files++;
	}
}

/* Memory is searched: that may take long. */
static void show_search(struct job *job)
{
	if (!job->is_searching)
		job->progress = cdm_progress_begin(job->run->options->quiet);
	job->is_searching = true;
	cdm_progress_show_search(&job->progress, job->search.searched, job->search.all);
}

/* False: no longer. */
static bool wait_for_it(void *context, const struct cdm_search_progress *search)
{
	struct job *job = context;

	if (search->searched || search->all) {
		job->search = *search;
		show_search(job);
	}
	return !cdm_deadline_has_passed(&job->run->deadline);
}

static bool find_log(struct job *job, size_t index)
{
	const char *description = job->run->options->description_name;

	join_parts(job, index);
	if (description && cdm_reader_describe(job->reader, description) != CDM_GOOD)
		return false;
	cdm_reader_want(job->reader, job->run->options->wants);
	enum cdm_result result = cdm_reader_start(job->reader);

	if (job->is_searching)
		cdm_progress_clear(&job->progress);
	return result == CDM_GOOD;
}

static enum cdm_status do_action(struct job *job, size_t index, enum cdm_exit *answer,
				 struct cdm_error *err)
{
	const struct cdm_target *target = &job->run->targets[index];
	enum cdm_action action = job->run->options->action;

	cdm_reader_accept_text(job->reader, job->run->options->text);
	cdm_reader_on_progress(job->reader, wait_for_it, job);

	/* Whatever lies in a folder is not memory because one file is. */
	if (job->run->options->has_base && !target->is_guess)
		cdm_reader_set_base(job->reader, job->run->options->base);
	enum cdm_result result = cdm_reader_peek(job->reader, target->name);

	if (result == CDM_NO_DUMP && target->is_guess) {
		*answer = CDM_EXIT_NO_DUMP;
		return CDM_OK;
	}
	if (action == CDM_ACTION_PEEK) {
		if (result == CDM_GOOD)
			return print_peek(job, answer, err);
		*answer = CDM_EXIT_NOTHING;
		return CDM_OK;
	}
	job->has_log = (result == CDM_GOOD || result == CDM_NO_DUMP) && find_log(job, index);
	if (job->has_log && cdm_crash_is_asked(job->run->options))
		job->has_log = cdm_reader_watch(job->reader) == CDM_GOOD;
	if (action == CDM_ACTION_VMCOREINFO)
		return print_description(job, answer, err);
	return action == CDM_ACTION_LOG ? print_log(job, answer, err)
					: print_info(job, answer, err);
}

static void tell(struct job *job, enum cdm_exit answer)
{
	bool is_verbose = job->run->options->verbose;

	if (answer == CDM_EXIT_NO_DUMP) {
		if (is_verbose)
			cdm_tell(job->file, "passed over: %s", cdm_reader_message(job->reader));
		return;
	}
	if (!job->is_told)
		tell_problems(job, answer);
	if (is_verbose) {
		struct cdm_facts facts = facts_of(job, answer);

		cdm_info_tell(&facts);
	}
}

static const char *display_name(const struct cdm_run *run, size_t index)
{
	const char *name = run->targets[index].name;

	return strcmp(name, "-") ? name : "<stdin>";
}

enum cdm_exit cdm_exit_of_both(enum cdm_exit one, enum cdm_exit other)
{
	if (one == other)
		return one;
	if ((one == CDM_EXIT_UNKNOWN && other == CDM_EXIT_WHOLE) ||
	    (one == CDM_EXIT_WHOLE && other == CDM_EXIT_UNKNOWN))
		return CDM_EXIT_UNKNOWN;
	return CDM_EXIT_PART;
}

enum cdm_status cdm_run_one(struct cdm_run *run, size_t index, enum cdm_exit *answer,
			    struct cdm_error *err)
{
	struct job job = {
		.run = run,
		.reader = cdm_reader_new(),
		.file = display_name(run, index),
		.n_files = 1,
	};

	if (!job.reader) {
		cdm_tell(job.file, "out of memory");
		*answer = CDM_EXIT_NOTHING;
		return CDM_OK;
	}
	enum cdm_status st = do_action(&job, index, answer, err);
	if (!st)
		tell(&job, *answer);
	cdm_selection_free(job.selection);
	cdm_reader_free(job.reader);
	return st;
}

enum cdm_status cdm_run_lost(struct cdm_run *run, size_t index, struct cdm_error *err)
{
	struct cdm_facts facts = {
		.file = display_name(run, index),
		.info = { .size = sizeof(facts.info), .dump_level = -1 },
		.status = CDM_EXIT_NOTHING,
	};
	enum cdm_action action = run->options->action;

	if (action != CDM_ACTION_INFO && action != CDM_ACTION_INFO_JSON &&
	    action != CDM_ACTION_SUMMARY)
		return CDM_OK;
	return print_facts(run, &facts, err);
}
