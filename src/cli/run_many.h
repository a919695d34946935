/* SPDX-License-Identifier: GPL-2.0-or-later */
/* run_many.h - many dumps, each in a worker process of its own. */

#ifndef CDM_CLI_RUN_MANY_H
#define CDM_CLI_RUN_MANY_H

#include "cli/options.h"
#include "cli/output.h"
#include "cli/run_one.h"

/* Does what the options ask for with each dump, and with those that folders hold. Fails only where
 * the output does (CDM_END: nobody reads it), or where no worker can be started. In a
 * build for capture kernels (capture.c) it fails. */
enum cdm_status cdm_run_many(const struct cdm_options *options, struct cdm_output *output,
			     enum cdm_exit *answer, struct cdm_error *err);

#endif
