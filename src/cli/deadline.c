// SPDX-License-Identifier: GPL-2.0-or-later
/* deadline.c - how long may a dump be read in this process? (--timeout) */

#include "cli/deadline.h"

#include <signal.h>
#include <sys/time.h>
#include <time.h>

#define AGAIN_US 100000

static uint64_t now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* That it comes is enough. */
static void do_nothing(int signal)
{
	(void)signal;
}

void cdm_deadline_begin(struct cdm_deadline *deadline, unsigned seconds)
{
	struct sigaction action = { .sa_handler = do_nothing };
	struct itimerval timer = { .it_value = { .tv_sec = (time_t)seconds },
				   .it_interval = { .tv_usec = AGAIN_US } };
	sigset_t alarm;

	*deadline = (struct cdm_deadline){ seconds, now_ms() + (uint64_t)seconds * 1000 };
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	sigaction(SIGALRM, &action, NULL);
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

void cdm_deadline_end(struct cdm_deadline *deadline)
{
	struct itimerval none = { .it_value = { 0 } };

	if (deadline->at_ms)
		setitimer(ITIMER_REAL, &none, NULL);
	deadline->at_ms = 0;
}

bool cdm_deadline_has_passed(const struct cdm_deadline *deadline)
{
	return deadline->at_ms && now_ms() >= deadline->at_ms;
}
