/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_names.h - the files of --output-dir. */

#ifndef CDM_CLI_LOG_NAMES_H
#define CDM_CLI_LOG_NAMES_H

#include "cli/search.h"

/* A path in `folder` for each target, made from its name and ending in `suffix` (".txt"); no two
 * are the same, and none is a target's. *names is the caller's: cdm_log_names_free(). */
enum cdm_status cdm_log_names_make(const struct cdm_targets *targets, const char *folder,
				   const char *suffix, char ***names, struct cdm_error *err);

void cdm_log_names_free(char **names, size_t n); /* NULL is fine */

#endif
