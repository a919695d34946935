// SPDX-License-Identifier: GPL-2.0-or-later
/* meter.c - what does a run ask of the system: calls, bytes, private memory?
 *
 *     meter REPORT INPUT COMMAND [ARGUMENT...]
 *
 * REPORT gets lines "name number": private_kb, the peak of memory that is the process's alone, as
 * sampled before each call that gives memory back or ends the process; writes and bytes_written to
 * standard output; reads and bytes_read of INPUT (what is mapped of it counts as one read). */

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct meter {
	pid_t pid;
	const char *input; /* canonical */
	uint64_t private_kb;
	uint64_t writes, bytes_written;
	uint64_t reads, bytes_read;
};

/* The call that has begun: its results come with the next stop. */
struct call {
	uint64_t number;
	uint64_t args[6];
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* Private_Dirty would also count the pages of a program that was built a moment ago, until the system
 * has written them to the disk. */
static void sample_memory(struct meter *meter)
{
	char path[64], line[256];
	uint64_t kb;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)meter->pid);
	FILE *file = fopen(path, "re");

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Anonymous: %" SCNu64, &kb) == 1 && kb > meter->private_kb)
			meter->private_kb = kb;
	fclose(file);
}

static bool is_input(const struct meter *meter, uint64_t fd)
{
	char link[64], path[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/%d/fd/%" PRIu64, (int)meter->pid, fd);
	ssize_t len = readlink(link, path, sizeof(path) - 1);

	if (len < 0)
		return false;
	path[len] = '\0';
	return !strcmp(path, meter->input);
}

static void enter_call(struct meter *meter, const struct call *call)
{
	switch (call->number) {
	case SYS_munmap:
	case SYS_mremap:
	case SYS_madvise:
	case SYS_brk:
	case SYS_exit_group:
		sample_memory(meter);
		break;
	default:
		break;
	}
}

static void leave_call(struct meter *meter, const struct call *call, uint64_t result)
{
	switch (call->number) {
	case SYS_write:
	case SYS_writev:
		if (call->args[0] == STDOUT_FILENO) {
			meter->writes++;
			meter->bytes_written += result;
		}
		break;
	case SYS_read:
	case SYS_readv:
	case SYS_pread64:
	case SYS_preadv:
		if (is_input(meter, call->args[0])) {
			meter->reads++;
			meter->bytes_read += result;
		}
		break;
	case SYS_mmap:
		if (is_input(meter, call->args[4])) {
			meter->reads++;
			meter->bytes_read += call->args[1];
		}
		break;
	default:
		break;
	}
}

static void look_at_stop(struct meter *meter, struct call *call)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, meter->pid, sizeof(info), &info) <= 0)
		die("PTRACE_GET_SYSCALL_INFO");
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		call->number = info.entry.nr;
		for (size_t i = 0; i < 6; i++)
			call->args[i] = info.entry.args[i];
		enter_call(meter, call);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && !info.exit.is_error) {
		leave_call(meter, call, (uint64_t)info.exit.rval);
	}
}

/* The exit status of the command, as a shell gives it. */
static int follow(struct meter *meter)
{
	struct call call = { 0 };
	int status, signal = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, meter->pid, NULL, (void *)(intptr_t)signal) ||
		    waitpid(meter->pid, &status, 0) < 0)
			die("the run is lost");
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
		/* With PTRACE_O_TRACESYSGOOD, a stop at a call is told from a signal by bit 7. */
		signal = WSTOPSIG(status);
		if (signal == (SIGTRAP | 0x80))
			look_at_stop(meter, &call);
		if (signal == (SIGTRAP | 0x80) || signal == SIGTRAP)
			signal = 0;
	}
}

static pid_t start(char **words)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		die("fork");
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP))
			die("ptrace");
		execvp(words[0], words);
		perror(words[0]);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   (void *)(intptr_t)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)))
		die("ptrace");
	return pid;
}

static void report(const struct meter *meter, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		die(path);
	fprintf(file, "private_kb %" PRIu64 "\n", meter->private_kb);
	fprintf(file, "writes %" PRIu64 "\n", meter->writes);
	fprintf(file, "bytes_written %" PRIu64 "\n", meter->bytes_written);
	fprintf(file, "reads %" PRIu64 "\n", meter->reads);
	fprintf(file, "bytes_read %" PRIu64 "\n", meter->bytes_read);
	if (fclose(file))
		die(path);
}

int main(int argc, char **argv)
{
	struct meter meter = { 0 };
	char input[PATH_MAX];

	if (argc < 4) {
		fprintf(stderr, "usage: meter REPORT INPUT COMMAND [ARGUMENT...]\n");
		return 2;
	}
	meter.input = realpath(argv[2], input);
	if (!meter.input)
		die(argv[2]);
	meter.pid = start(argv + 3);
	int status = follow(&meter);

	report(&meter, argv[1]);
	return status;
}
