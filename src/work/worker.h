/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker.h - one process that does one item of work, within limits.
 *
 * A worker writes to standard output and standard error as any program; both are spools, which its
 * starter reads when it has ended. What it does to its memory stays its own. */

#ifndef CDM_WORK_WORKER_H
#define CDM_WORK_WORKER_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cdm_work_limits {
	unsigned seconds; /* of its life */
	uint64_t memory;  /* bytes of data (RLIMIT_DATA); no limit under AddressSanitizer, which
			   * reserves terabytes */
};

/* What a worker does; returns its exit status. `notes` is a pipe to its starter, for at most
 * CDM_MAX_WORKER_NOTES bytes. */
typedef int cdm_work_function(void *priv, size_t item, int notes);

enum cdm_work_end {
	CDM_WORK_EXITED,
	CDM_WORK_TIMED_OUT,
	CDM_WORK_KILLED, /* by a signal of another kind */
};

struct cdm_worker {
	pid_t pid; /* 0: none, or ended and waited for */
	int notes; /* the end of its pipe that is read; it closes when the worker ends */
	int out;   /* spools; -1: none */
	int messages;
	enum cdm_work_end end;
	int code; /* exit status, or number of the signal */
};

/* Starts a process. On failure nothing is left of it. */
CDM_CHECKED enum cdm_status cdm_worker_start(struct cdm_worker *worker,
					     const struct cdm_work_limits *limits,
					     cdm_work_function *run, void *priv, size_t item,
					     struct cdm_error *err);

/* Waits until it has ended, and fills `end` and `code`. */
void cdm_worker_wait(struct cdm_worker *worker);

/* Ends it, if it runs, and closes what is open. */
void cdm_worker_close(struct cdm_worker *worker);

#endif
