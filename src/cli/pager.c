// SPDX-License-Identifier: GPL-2.0-or-later
/* pager.c - who shows a long text to the user? */

#include "cli/pager.h"

#include "base/limits.h"
#include "base/print.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Is the program that the command begins with anywhere in PATH? */
static bool can_run(const char *command)
{
	size_t len = strcspn(command, " \t");
	const char *folder = getenv("PATH");
	char path[PATH_MAX];

	if (memchr(command, '/', len)) {
		cdm_print(path, sizeof(path), "%.*s", (int)len, command);
		return access(path, X_OK) == 0;
	}
	while (folder && *folder) {
		size_t folder_len = strcspn(folder, ":");

		cdm_print(path, sizeof(path), "%.*s/%.*s", (int)folder_len, folder, (int)len,
			  command);
		if (folder_len && access(path, X_OK) == 0)
			return true;
		folder += folder_len + (folder[folder_len] == ':');
	}
	return false;
}

/* NULL: none is wanted, or it is not there. */
static const char *choose(void)
{
	const char *pager = getenv("PAGER");

	if (!pager)
		pager = "less";
	return pager[0] && strcmp(pager, "cat") != 0 && can_run(pager) ? pager : NULL;
}

/* In the child. FRSX: leave where one screen is enough, show colours, chop lines. */
static void become(const char *pager, int in)
{
	struct sigaction action = { .sa_handler = SIG_DFL };

	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
	setenv("LESS", "FRSX", 0);
	setenv("LV", "-c", 0);
	dup2(in, STDIN_FILENO);
	execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(127);
}

pid_t cdm_pager_start(void)
{
	const char *pager = choose();
	int ends[2];

	if (!pager || pipe2(ends, O_CLOEXEC))
		return 0;
	pid_t pid = fork();
	if (pid == 0)
		become(pager, ends[0]);
	if (pid > 0)
		dup2(ends[1], STDOUT_FILENO);
	close(ends[0]);
	close(ends[1]);
	return pid > 0 ? pid : 0;
}

void cdm_pager_wait(pid_t pager)
{
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
}
