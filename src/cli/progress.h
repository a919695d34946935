/* SPDX-License-Identifier: GPL-2.0-or-later */
/* progress.h - a line on a terminal that says how far a long run has come. */

#ifndef CDM_CLI_PROGRESS_H
#define CDM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cdm_progress {
	bool is_wanted; /* standard error is a terminal */
	bool is_shown;
	unsigned percent; /* that is shown, of a search */
	uint64_t began_ms;
};

struct cdm_progress cdm_progress_begin(bool quiet);

/* Shows it, where it is wanted, from the first second on. */
void cdm_progress_show(struct cdm_progress *progress, size_t n_done, size_t n_all);

/* The same, of one dump whose memory is searched: bytes. */
void cdm_progress_show_search(struct cdm_progress *progress, uint64_t done, uint64_t all);

/* Before anything else is written to a terminal, and at the end. */
void cdm_progress_clear(struct cdm_progress *progress);

#endif
