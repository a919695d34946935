// SPDX-License-Identifier: GPL-2.0-or-later
/* spool.c - where does the output of a worker wait for its turn? */

#include "work/spool.h"

#include "base/print.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *spool_folder(void)
{
	const char *folder = secure_getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

/* For file systems without O_TMPFILE (NFS, overlayfs before Linux 6.3). */
static int open_and_unlink(const char *folder)
{
	char path[PATH_MAX];

	if (cdm_print(path, sizeof(path), "%s/crashdmesg.XXXXXX", folder) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

enum cdm_status cdm_work_spool_open(int *fd, struct cdm_error *err)
{
	const char *folder = spool_folder();

	*fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, S_IRUSR | S_IWUSR);
	if (*fd < 0)
		*fd = open_and_unlink(folder);
	return *fd >= 0 ? CDM_OK : cdm_fail_errno(err, "a temporary file in %s", folder);
}
