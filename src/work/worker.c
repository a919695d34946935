// SPDX-License-Identifier: GPL-2.0-or-later
/* worker.c - how does one item of work get a process of its own, and within which limits? */

#include "work/worker.h"

#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef HAS_ADDRESS_SANITIZER
#define HAS_ADDRESS_SANITIZER 0
#endif

/* ---- in the worker ---- */

/* The limit may be lower already; then that one stays. */
static void limit_memory(uint64_t bytes)
{
	struct rlimit limit;

	if (HAS_ADDRESS_SANITIZER || getrlimit(RLIMIT_DATA, &limit))
		return;
	if (limit.rlim_cur > bytes)
		limit.rlim_cur = (rlim_t)bytes;
	setrlimit(RLIMIT_DATA, &limit);
}

/* A signal ends the worker wherever it is: waiting for a FIFO, or in a loop. */
static void limit_time(unsigned seconds)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&none);
	sigaction(SIGALRM, &action, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(seconds);
}

static _Noreturn void live(const struct cdm_worker *worker, const struct cdm_work_limits *limits,
			   cdm_work_function *run, void *priv, size_t item, int notes)
{
	if (dup2(worker->out, STDOUT_FILENO) < 0 || dup2(worker->messages, STDERR_FILENO) < 0)
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read what it writes */
	limit_time(limits->seconds);
	limit_memory(limits->memory);
	_exit(run(priv, item, notes));
}

/* ---- in its starter ---- */

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What the worker writes waits there for its turn. */
static enum cdm_status open_spool(int *fd, struct cdm_error *err)
{
	*fd = cdm_temporary_file();
	return *fd >= 0 ? CDM_OK
			: cdm_fail_errno(err, "a temporary file in %s", cdm_temporary_folder());
}

static enum cdm_status open_streams(struct cdm_worker *worker, int *notes, struct cdm_error *err)
{
	int ends[2];
	enum cdm_status st;

	if ((st = open_spool(&worker->out, err)) || (st = open_spool(&worker->messages, err)))
		return st;
	if (pipe(ends))
		return cdm_fail_errno(err, "a pipe for a worker process");
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	worker->notes = ends[0];
	*notes = ends[1];
	return CDM_OK;
}

enum cdm_status cdm_worker_start(struct cdm_worker *worker, const struct cdm_work_limits *limits,
				 cdm_work_function *run, void *priv, size_t item,
				 struct cdm_error *err)
{
	int notes = -1;

	*worker = (struct cdm_worker){ .notes = -1, .out = -1, .messages = -1 };
	enum cdm_status st = open_streams(worker, &notes, err);

	if (!st) {
		pid_t pid = fork();

		if (pid == 0)
			live(worker, limits, run, priv, item, notes);
		if (pid < 0)
			st = cdm_fail_errno(err, "a worker process cannot be started");
		else
			worker->pid = pid;
	}
	close_one(&notes);
	if (st)
		cdm_worker_close(worker);
	return st;
}

void cdm_worker_wait(struct cdm_worker *worker)
{
	int how = 0;

	pid_t waited;

	do
		waited = waitpid(worker->pid, &how, 0);
	while (waited < 0 && errno == EINTR);
	if (waited < 0) /* nobody knows how it ended: not well */
		how = SIGKILL;
	worker->pid = 0;
	worker->code = WIFEXITED(how) ? WEXITSTATUS(how) : WTERMSIG(how);
	if (WIFEXITED(how))
		worker->end = CDM_WORK_EXITED;
	else
		worker->end = worker->code == SIGALRM ? CDM_WORK_TIMED_OUT : CDM_WORK_KILLED;
	close_one(&worker->notes);
}

void cdm_worker_close(struct cdm_worker *worker)
{
	if (worker->pid > 0) {
		kill(worker->pid, SIGKILL);
		cdm_worker_wait(worker);
	}
	close_one(&worker->notes);
	close_one(&worker->out);
	close_one(&worker->messages);
}
