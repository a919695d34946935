/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_one.h - one dump, from its name to its exit status. */

#ifndef CDM_CLI_RUN_ONE_H
#define CDM_CLI_RUN_ONE_H

#include "cli/options.h"
#include "cli/output.h"

#include <stdbool.h>
#include <stdint.h>

/* The exit status, of one dump or of all. */
enum cdm_exit {
	CDM_EXIT_WHOLE = 0,   /* the whole log was printed */
	CDM_EXIT_NOTHING = 1, /* nothing could be read, or writing failed */
	CDM_EXIT_USAGE = 2,
	CDM_EXIT_PART = 3, /* something of the log is missing or damaged */
};

/* What the dumps of one command share. */
struct cdm_run {
	const struct cdm_options *options;
	struct cdm_output *output;
	bool *is_taken;  /* by options->dumps: read as a part of an earlier one */
	bool has_output; /* of an earlier dump */
	uint64_t shown;  /* records in the document that is being written */
};

/* Does what the options ask for with one dump: options->dumps[index] and those behind it that are
 * parts of the same split set. A dump that cannot be read is told and goes into
 * *answer. Fails only where the output does (CDM_END: nobody reads it). */
enum cdm_status cdm_run_one(struct cdm_run *run, size_t index, enum cdm_exit *answer,
			    struct cdm_error *err);

#endif
