// SPDX-License-Identifier: GPL-2.0-or-later
/* open.c - can what a name stands for be read in place, or must it be spooled? */

#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A seek alone proves nothing: it succeeds on some devices that then read as a stream. */
static bool reads_in_place(int fd, const struct stat *status)
{
	return (S_ISREG(status->st_mode) || S_ISBLK(status->st_mode)) &&
	       lseek(fd, 0, SEEK_CUR) != (off_t)-1;
}

/* What these devices give has no end: /dev/zero, full, random, urandom (the kernel's devices.txt). */
static bool is_endless(const struct stat *status)
{
	static const unsigned minors[] = { 5, 7, 8, 9 };
	bool is_memory_device = S_ISCHR(status->st_mode) && major(status->st_rdev) == 1;

	for (size_t i = 0; is_memory_device && i < sizeof(minors) / sizeof(*minors); i++)
		if (minor(status->st_rdev) == minors[i])
			return true;
	return false;
}

static enum cdm_status check_kind(int fd, const struct stat *status, struct cdm_error *err)
{
	if (S_ISDIR(status->st_mode))
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this is a folder, not a dump: name a file in it");
	if (S_ISCHR(status->st_mode) && isatty(fd))
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this is a terminal, not a dump: redirect a file or a pipe to it");
	if (is_endless(status))
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this is a device that gives zeros or noise without end, not a "
				"dump");
	return CDM_OK;
}

static enum cdm_status open_descriptor(int fd, bool owned, struct cdm_source **out,
				       struct cdm_error *err)
{
	struct stat status;
	enum cdm_status st;

	if (fstat(fd, &status))
		st = cdm_fail_errno(err, "cannot examine it");
	else
		st = check_kind(fd, &status, err);
	if (st) {
		if (owned)
			close(fd);
		return st;
	}
	if (reads_in_place(fd, &status))
		return cdm_file_source(fd, owned, out, err);
	return cdm_pipe_source(fd, owned, out, err);
}

/* Of a file that is read in place: others may lie beside it. */
static enum cdm_status keep_name(struct cdm_source *source, const char *name, struct cdm_error *err)
{
	if (strcmp(source->ops->name, "file") != 0)
		return CDM_OK;
	size_t size = strlen(name) + 1;

	source->name = malloc(size);
	if (!source->name)
		return cdm_fail_memory(err, "input file");
	memcpy(source->name, name, size);
	return CDM_OK;
}

/* Takes over fd. *out is set when all went well. */
static enum cdm_status open_named(int fd, const char *name, struct cdm_source **out,
				  struct cdm_error *err)
{
	struct cdm_source *source;
	enum cdm_status st = open_descriptor(fd, true, &source, err);

	if (st)
		return st;
	st = keep_name(source, name, err);
	if (st)
		cdm_source_close(source);
	else
		*out = source;
	return st;
}

enum cdm_status cdm_source_open(const char *name, struct cdm_source **out, struct cdm_error *err)
{
	if (!strcmp(name, "-"))
		return open_descriptor(STDIN_FILENO, false, out, err);

	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? cdm_fail_errno(err, "cannot open it") : open_named(fd, name, out, err);
}

static enum cdm_status refuse_other(struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_UNSUPPORTED, "this is no regular file");
}

/* Looked at twice: opening a device may do something, and a FIFO may take a file's place meanwhile. */
enum cdm_status cdm_source_open_file(const char *name, struct cdm_source **out,
				     struct cdm_error *err)
{
	struct stat there;

	if (stat(name, &there))
		return cdm_fail_errno(err, "cannot open it");
	if (!S_ISREG(there.st_mode))
		return refuse_other(err);
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return cdm_fail_errno(err, "cannot open it");
	if (fstat(fd, &there) == 0 && S_ISREG(there.st_mode))
		return open_named(fd, name, out, err);
	close(fd);
	return refuse_other(err);
}

/* name with another ending than the one at dot; NULL: out of memory. */
static char *with_ending(const char *name, const char *dot, const char *ending)
{
	size_t stem = (size_t)(dot - name), room = stem + strlen(ending) + 1;
	char *path = malloc(room);

	if (path) {
		memcpy(path, name, stem);
		memcpy(path + stem, ending, room - stem);
	}
	return path;
}

enum cdm_status cdm_source_beside(const struct cdm_source *src, const char *ending,
				  struct cdm_source **out, struct cdm_error *err)
{
	struct stat there;
	const char *dot = src->name ? strrchr(src->name, '.') : NULL;

	if (!dot || strchr(dot, '/'))
		return CDM_NOT_MINE;
	char *path = with_ending(src->name, dot, ending);

	if (!path)
		return cdm_fail_memory(err, "name of a file");
	enum cdm_status st = CDM_NOT_MINE;

	if (stat(path, &there)) {
		if (errno != ENOENT && errno != ENOTDIR)
			st = cdm_fail_errno(err, "%s", path);
	} else if (S_ISREG(there.st_mode)) {
		st = cdm_source_open_file(path, out, err);
		if (st)
			cdm_context(err, "%s", path);
		else
			cdm_source_ask(*out, &src->leave);
	}
	free(path);
	return st;
}
