/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.h - the files to be read: those that were named, and those that folders hold. */

#ifndef CDM_CLI_SEARCH_H
#define CDM_CLI_SEARCH_H

#include "base/error.h"
#include "cli/run_one.h"

#include <stdbool.h>
#include <stddef.h>

struct cdm_targets {
	struct cdm_target *at; /* owned, names too */
	size_t n, room;
	bool is_whole; /* nothing was passed over that could have been a dump */
};

/* What the operands stand for, in their order; the files of a folder, and of the folders in it, in
 * the order of their names. Folders and files that cannot be examined, and links with a dump's name that
 * lead nowhere, are told and passed over. Also after a failure: cdm_targets_free(). */
enum cdm_status cdm_targets_find(struct cdm_targets *targets, const char *const *operands, size_t n,
				 struct cdm_error *err);

void cdm_targets_free(struct cdm_targets *targets);

#endif
