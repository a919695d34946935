// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_watch.c - which of many runs crash, or do not end? */

#include "tests/sweep_watch.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A run takes milliseconds; with sanitizers, valgrind and a busy machine hundreds of them. */
#define HANG_MS 20000
#define LOOK_MS 2

static void *or_die(void *memory)
{
	if (memory == MAP_FAILED) {
		perror("sweep: shared memory");
		exit(2);
	}
	return memory;
}

void *sweep_share(size_t len)
{
	return or_die(mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

struct progress {
	_Atomic size_t at; /* the run that is at work */
};

static void sleep_ms(long ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000 };

	nanosleep(&time, NULL);
}

/* Waits for the child's end, at most so long for one run. False: it hung, and was killed. */
static bool await_end(pid_t child, struct progress *progress, int *status)
{
	size_t seen = progress->at;
	long waited = 0;

	while (waitpid(child, status, WNOHANG) == 0) {
		sleep_ms(LOOK_MS);
		waited = seen == progress->at ? waited + LOOK_MS : 0;
		seen = progress->at;
		if (waited > HANG_MS) {
			kill(child, SIGKILL);
			waitpid(child, status, 0);
			return false;
		}
	}
	return true;
}

static pid_t start(size_t first, size_t n, void (*run)(void *context, size_t i), void *context,
		   struct progress *progress)
{
	fflush(stdout);
	pid_t child = fork();

	if (child < 0) {
		perror("sweep: fork");
		exit(2);
	}
	if (child > 0)
		return child;
	for (progress->at = first; progress->at < n; progress->at++)
		run(context, progress->at);
	fflush(stdout);
	exit(0); /* not _exit: leaks are looked for there */
}

void sweep_watch(size_t n, void (*run)(void *context, size_t i),
		 void (*on_death)(void *context, size_t i, const char *how), void *context)
{
	struct progress *progress = sweep_share(sizeof(*progress));
	char how[64];
	int status;

	for (size_t first = 0; first < n; first = progress->at + 1) {
		pid_t child = start(first, n, run, context, progress);

		if (!await_end(child, progress, &status))
			snprintf(how, sizeof(how), "the run does not end");
		else if (WIFSIGNALED(status))
			snprintf(how, sizeof(how), "the run died of signal %d", WTERMSIG(status));
		else if (WEXITSTATUS(status))
			snprintf(how, sizeof(how), "the run ended with status %d",
				 WEXITSTATUS(status));
		else
			continue;
		on_death(context, progress->at, how);
	}
	munmap(progress, sizeof(*progress));
}
