// SPDX-License-Identifier: GPL-2.0-or-later
/* case_workers.c - many cases at once: whoever has done one takes the next. */

#include "tests/case.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

void *case_shared_memory(size_t len)
{
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		dw_die("no shared memory");
	return memory;
}

static void work(unsigned worker, size_t n, _Atomic size_t *next,
		 void (*take)(void *context, unsigned worker, size_t i), void *context)
{
	for (size_t i = atomic_fetch_add(next, 1); i < n; i = atomic_fetch_add(next, 1))
		take(context, worker, i);
}

bool case_share_out(unsigned n_workers, size_t n,
		    void (*take)(void *context, unsigned worker, size_t i), void *context)
{
	_Atomic size_t *next = case_shared_memory(sizeof(*next));
	bool all_ended_well = true;
	int status;

	fflush(stdout);
	for (unsigned worker = 1; worker < n_workers; worker++) {
		pid_t child = fork();

		if (child < 0)
			dw_die("fork");
		if (child == 0) {
			work(worker, n, next, take, context);
			fflush(stdout);
			exit(0); /* not _exit: leaks are looked for there */
		}
	}
	work(0, n, next, take, context);
	for (unsigned worker = 1; worker < n_workers; worker++)
		all_ended_well &= wait(&status) > 0 && status == 0;
	munmap(next, sizeof(*next));
	return all_ended_well;
}
