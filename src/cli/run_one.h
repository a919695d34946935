/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_one.h - one dump, from its name to its exit status. */

#ifndef CDM_CLI_RUN_ONE_H
#define CDM_CLI_RUN_ONE_H

#include "cli/deadline.h"
#include "cli/options.h"
#include "cli/output.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* The exit status, of one dump or of all. */
enum cdm_exit {
	CDM_EXIT_WHOLE = 0,   /* the whole log was printed */
	CDM_EXIT_NOTHING = 1, /* nothing could be read, or writing failed */
	CDM_EXIT_USAGE = 2,
	CDM_EXIT_PART = 3,     /* something of the log is missing or damaged */
	CDM_EXIT_UNKNOWN = 4,  /* --match: a whole log without a known crash */
	CDM_EXIT_NO_DUMP = 64, /* a guess that was wrong: only inside, of a worker process */
};

/* A file to be read. */
struct cdm_target {
	const char *name; /* as the user wrote it; in a folder, with the way there */
	size_t operand;   /* number of the DUMP that it is, or that it lies in */
	bool is_guess;    /* lies in a folder and is not called as dumps are: maybe it is none */
	bool is_taken;    /* read as a part of an earlier one's split set */
};

/* What the dumps of one command share. */
struct cdm_run {
	const struct cdm_options *options;
	struct cdm_output *output;
	struct cdm_target *targets;
	size_t n_targets;
	bool has_headings;            /* over each log, also where there is only one target */
	bool is_single;               /* no headings: each log has a file of its own */
	bool has_output;              /* of an earlier dump */
	struct cdm_deadline deadline; /* of a run in this process */
	struct cdm_document document; /* that is being written */
};

/* Under whatever names; "-" is what standard input reads. */
bool cdm_is_same_file(const char *name, const struct stat *other);
bool cdm_is_folder(const char *name); /* "-" is none */

/* All whole: whole. None gave anything: nothing. One unknown, and all read: unknown. Else a part. */
enum cdm_exit cdm_exit_of_both(enum cdm_exit one, enum cdm_exit other);

/* Does what the options ask for with one dump: targets[index] and those behind it that are parts of
 * the same split set, which are marked as taken. A dump that cannot be read is told and goes into
 * *answer. Fails only where the output does (CDM_END: nobody reads it). */
enum cdm_status cdm_run_one(struct cdm_run *run, size_t index, enum cdm_exit *answer,
			    struct cdm_error *err);

/* What the options ask for of a dump that nothing could be found out about. */
enum cdm_status cdm_run_lost(struct cdm_run *run, size_t index, struct cdm_error *err);

#endif
