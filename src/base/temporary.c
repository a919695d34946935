// SPDX-License-Identifier: GPL-2.0-or-later
/* temporary.c - where does a file lie that has no name? */

#include "base/temporary.h"

#include "base/print.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *cdm_temporary_folder(void)
{
	const char *folder = secure_getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

int cdm_unlinked_file(char *pattern)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	int fd = mkostemp(pattern, O_CLOEXEC); /* mode 0600 */
	int saved = errno;

	/* Where a file that is open cannot be taken away, it is closed first: nothing is left. */
	if (fd >= 0 && unlink(pattern)) {
		saved = errno;
		close(fd);
		unlink(pattern);
		fd = -1;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return fd;
}

/* For file systems without O_TMPFILE (NFS, overlayfs before Linux 6.3). */
static int open_and_unlink(const char *folder)
{
	char path[PATH_MAX];

	if (cdm_print(path, sizeof(path), "%s/crashdmesg.XXXXXX", folder) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return cdm_unlinked_file(path);
}

int cdm_temporary_file(void)
{
	const char *folder = cdm_temporary_folder();
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, S_IRUSR | S_IWUSR);

	return fd >= 0 ? fd : open_and_unlink(folder);
}
