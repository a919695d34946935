/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pool.h - many items of work in worker processes, some at once, their results in order.
 *
 * An item is a number: 0 to n_items - 1. A worker that crashes, hangs or wants too much memory
 * costs its own item; the others go on. Whoever uses a pool has one thread. */

#ifndef CDM_WORK_POOL_H
#define CDM_WORK_POOL_H

#include "work/worker.h"

#include <stdbool.h>

/* What became of an item. */
struct cdm_work_result {
	enum cdm_work_end end;
	int code;          /* exit status, or number of the signal */
	int out;           /* what it wrote to standard output, from the beginning. Borrowed */
	int messages;      /* the same, standard error */
	const void *notes; /* what it wrote to its pipe; aligned for any type. Borrowed */
	size_t notes_len;
};

struct cdm_work {
	size_t n_items;
	size_t max_jobs; /* workers at once, 1 to CDM_MAX_JOBS */
	struct cdm_work_limits limits;
	void *priv; /* the first argument of the functions below */

	/* Before a worker starts. *wanted = false: it does not, and the item has no result. */
	enum cdm_status (*prepare)(void *priv, size_t item, bool *wanted, struct cdm_error *err);
	cdm_work_function *run; /* in the worker */
	/* The items' results, in the items' order. */
	enum cdm_status (*take)(void *priv, size_t item, const struct cdm_work_result *result,
				struct cdm_error *err);
	/* While workers work, every CDM_WORK_TICK_MS or so. */
	void (*tick)(void *priv, size_t n_done);
};

/* Does all items, or fails as soon as prepare, take or the system does; workers that still run are
 * ended then. */
CDM_CHECKED enum cdm_status cdm_work_run(const struct cdm_work *work, struct cdm_error *err);

#endif
