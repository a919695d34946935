// SPDX-License-Identifier: GPL-2.0-or-later
/* file.c - what are the bytes at an offset of something that pread works on? */

#include "config.h"

#include "base/checked.h"
#include "source/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
	int fd;
	bool owned;
};

/* Only a hint: a block device and some files of /proc say 0 here and still have bytes. */
static uint64_t size_of(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		return CDM_SIZE_UNKNOWN;

	off_t size = S_ISBLK(status.st_mode) ? lseek(fd, 0, SEEK_END) : status.st_size;
	return size > 0 ? (uint64_t)size : CDM_SIZE_UNKNOWN;
}

static enum cdm_status file_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	const struct file *file = src->priv;

	*got = 0;
	if (src->leave.goes_on && !src->leave.goes_on(src->leave.context))
		return cdm_source_stopped(err);
	if (off >= INT64_MAX)
		return CDM_OK;
	len = (size_t)cdm_min(len, INT64_MAX - off);
	while (*got < len) {
		uint64_t at = off + *got;
		ssize_t n = pread(file->fd, (uint8_t *)buf + *got, len - *got, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		src->io.reads++;
		if (n < 0)
			return cdm_fail_errno(err, "cannot read at 0x%" PRIx64, at);
		if (n == 0)
			return CDM_OK;
		*got += (size_t)n;
		src->io.bytes_read += (uint64_t)n;
	}
	return CDM_OK;
}

#ifndef CDM_CAPTURE
/* A hole that lasts to the end is answered with ENXIO, as is an offset behind it. File systems that
 * know no holes, and devices, refuse otherwise. */
static uint64_t file_next_data(struct cdm_source *src, uint64_t off)
{
	const struct file *file = src->priv;
	off_t data = off < INT64_MAX ? lseek(file->fd, (off_t)off, SEEK_DATA) : 0;

	if (data < 0 && errno == ENXIO)
		data = lseek(file->fd, 0, SEEK_END);
	return data > 0 ? cdm_max((uint64_t)data, off) : off;
}
#endif

static void file_close(struct cdm_source *src)
{
	struct file *file = src->priv;

	if (file->owned)
		close(file->fd);
	free(file);
	free(src->name);
	free(src);
}

static const struct cdm_source_ops file_ops = {
	.name = "file",
	.read = file_read,
#ifndef CDM_CAPTURE
	.next_data = file_next_data,
#endif
	.close = file_close,
};

enum cdm_status cdm_file_source(int fd, bool owned, struct cdm_source **out, struct cdm_error *err)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct file *file = calloc(1, sizeof(*file));

	if (!src || !file) {
		free(src);
		free(file);
		if (owned)
			close(fd);
		return cdm_fail_memory(err, "input file");
	}
	*file = (struct file){ .fd = fd, .owned = owned };
	*src = (struct cdm_source){ .ops = &file_ops, .size = size_of(fd), .priv = file };
	*out = src;
	return CDM_OK;
}
