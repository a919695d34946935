/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_watch.h - many runs in another process, so that a crash or a hang of one is told and the
 * rest goes on. */

#ifndef TESTS_SWEEP_WATCH_H
#define TESTS_SWEEP_WATCH_H

#include <stddef.h>

/* Zeroed memory that child processes share; munmap() it. */
void *sweep_share(size_t len);

/* Runs 0 to n - 1, in order. on_death: in run i (n: at the process's end) it died, or one run took
 * too long; `how` says which. */
void sweep_watch(size_t n, void (*run)(void *context, size_t i),
		 void (*on_death)(void *context, size_t i, const char *how), void *context);

#endif
