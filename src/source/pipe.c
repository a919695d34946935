// SPDX-License-Identifier: GPL-2.0-or-later
/* pipe.c - what are the bytes at an offset of something that can only be read forward?
 *
 * What came in last is kept in memory, all before it in a temporary file without a name:
 *
 *     0              piece_at          piece_at + piece_len
 *     |   spool file    |   piece in memory   |   not yet read
 *
 * A piece goes to the file when it is full and room is needed. Reading never waits for more than
 * was asked for, so a log is printed while its writer still writes. */

#include "base/checked.h"
#include "base/limits.h"
#include "base/print.h"
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pipe {
	int fd;
	bool owned;
	bool ended;   /* the input has no more */
	bool forgets; /* full pieces are thrown away */
	int spool_fd; /* -1 until a piece is full */
	uint64_t spool_len;
	uint8_t *piece; /* CDM_PIPE_PIECE bytes */
	uint64_t piece_at;
	size_t piece_len;
};

/* ---- the temporary file ---- */

static const char *spool_folder(void)
{
	const char *folder = secure_getenv("TMPDIR");

	return folder && *folder ? folder : "/tmp";
}

static enum cdm_status fail_spool(struct cdm_error *err)
{
	int saved = errno;

	cdm_fail(err, CDM_ERR_SYSTEM,
		 "cannot keep the input in a temporary file in %s: %s; set TMPDIR to a folder with "
		 "room",
		 spool_folder(), strerror(saved));
	err->sys_errno = saved;
	return CDM_ERR_SYSTEM;
}

/* For file systems without O_TMPFILE (NFS, overlayfs before Linux 6.3). */
static int open_and_unlink(const char *folder)
{
	char path[4096];

	if (cdm_print(path, sizeof(path), "%s/crashdmesg.XXXXXX", folder) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static enum cdm_status open_spool(struct pipe *pipe, struct cdm_error *err)
{
	if (pipe->spool_fd >= 0)
		return CDM_OK;
	pipe->spool_fd =
		open(spool_folder(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, S_IRUSR | S_IWUSR);
	if (pipe->spool_fd < 0)
		pipe->spool_fd = open_and_unlink(spool_folder());
	return pipe->spool_fd < 0 ? fail_spool(err) : CDM_OK;
}

static enum cdm_status spool_piece(struct cdm_source *src, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;
	size_t done = 0;
	enum cdm_status st = open_spool(pipe, err);

	while (!st && done < pipe->piece_len) {
		ssize_t n = pwrite(pipe->spool_fd, pipe->piece + done, pipe->piece_len - done,
				   (off_t)(pipe->piece_at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_spool(err);
		done += (size_t)n;
	}
	if (st)
		return st;
	src->io.spooled += done;
	pipe->spool_len = pipe->piece_at + done;
	return CDM_OK;
}

static enum cdm_status read_spool(const struct pipe *pipe, uint64_t off, void *buf, size_t len,
				  size_t *got, struct cdm_error *err)
{
	len = (size_t)cdm_min(len, pipe->piece_at - off);
	while (len > 0) {
		if (off >= pipe->spool_len)
			return cdm_fail(err, CDM_ERR_LIMIT,
					"the input at 0x%" PRIx64 " was read past and not kept",
					off);

		size_t room = (size_t)cdm_min(len, pipe->spool_len - off);
		ssize_t n = pread(pipe->spool_fd, buf, room, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cdm_fail_errno(err, "cannot read the temporary file at 0x%" PRIx64,
					      off);
		if (n == 0)
			return cdm_fail(err, CDM_ERR_SYSTEM,
					"the temporary file was cut at 0x%" PRIx64, off);
		buf = (uint8_t *)buf + n;
		off += (uint64_t)n;
		len -= (size_t)n;
		*got += (size_t)n;
	}
	return CDM_OK;
}

/* ---- the input ---- */

/* Standard input may be non-blocking when its other owner made it so. */
static ssize_t read_waiting(int fd, void *buf, size_t len)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	ssize_t n;

	while ((n = read(fd, buf, len)) < 0) {
		if (errno == EAGAIN)
			poll(&input, 1, -1);
		else if (errno != EINTR)
			break;
	}
	return n;
}

static enum cdm_status make_room(struct cdm_source *src, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	if (pipe->piece_len < CDM_PIPE_PIECE)
		return CDM_OK;
	if (!pipe->forgets && spool_piece(src, err))
		return err->status;
	pipe->piece_at += pipe->piece_len;
	pipe->piece_len = 0;
	return CDM_OK;
}

/* Takes in what the input has ready, at least a byte. */
static enum cdm_status pull(struct cdm_source *src, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	if (make_room(src, err))
		return err->status;

	uint64_t at = pipe->piece_at + pipe->piece_len;
	ssize_t n = read_waiting(pipe->fd, pipe->piece + pipe->piece_len,
				 CDM_PIPE_PIECE - pipe->piece_len);
	src->io.reads++;
	if (n < 0)
		return cdm_fail_errno(err, "cannot read at 0x%" PRIx64, at);
	if (n == 0) {
		pipe->ended = true;
		src->size = at;
	}
	pipe->piece_len += (size_t)n;
	src->io.bytes_read += (uint64_t)n;
	return CDM_OK;
}

/* ---- the source ---- */

static void copy_piece(const struct pipe *pipe, uint64_t off, void *buf, size_t len, size_t *got)
{
	size_t skip = (size_t)(off - pipe->piece_at);
	size_t n = (size_t)cdm_min(len, pipe->piece_len - skip);

	memcpy(buf, pipe->piece + skip, n);
	*got += n;
}

static enum cdm_status pipe_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	*got = 0;
	if (len > UINT64_MAX - off)
		len = (size_t)(UINT64_MAX - off);
	while (*got < len) {
		uint64_t at = off + *got;
		uint8_t *to = (uint8_t *)buf + *got;
		enum cdm_status st = CDM_OK;

		if (at < pipe->piece_at)
			st = read_spool(pipe, at, to, len - *got, got, err);
		else if (at < pipe->piece_at + pipe->piece_len)
			copy_piece(pipe, at, to, len - *got, got);
		else if (pipe->ended)
			return CDM_OK;
		else
			st = pull(src, err);
		if (st)
			return st;
	}
	return CDM_OK;
}

static void pipe_forget(struct cdm_source *src)
{
	struct pipe *pipe = src->priv;

	pipe->forgets = true;
}

static enum cdm_status pipe_drain(struct cdm_source *src, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	pipe_forget(src);
	while (!pipe->ended)
		if (pull(src, err))
			return err->status;
	return CDM_OK;
}

static void free_pipe(struct pipe *pipe)
{
	if (pipe->owned)
		close(pipe->fd);
	if (pipe->spool_fd >= 0)
		close(pipe->spool_fd);
	free(pipe->piece);
	free(pipe);
}

static void pipe_close(struct cdm_source *src)
{
	free_pipe(src->priv);
	free(src);
}

static const struct cdm_source_ops pipe_ops = {
	.name = "pipe",
	.read = pipe_read,
	.drain = pipe_drain,
	.forget = pipe_forget,
	.close = pipe_close,
};

enum cdm_status cdm_pipe_source(int fd, bool owned, struct cdm_source **out, struct cdm_error *err)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct pipe *pipe = calloc(1, sizeof(*pipe));
	uint8_t *piece = malloc(CDM_PIPE_PIECE);

	if (!src || !pipe || !piece) {
		free(src);
		free(pipe);
		free(piece);
		if (owned)
			close(fd);
		return cdm_fail_memory(err, "piece of the input");
	}
	*pipe = (struct pipe){ .fd = fd, .owned = owned, .spool_fd = -1, .piece = piece };
	*src = (struct cdm_source){
		.ops = &pipe_ops, .size = CDM_SIZE_UNKNOWN, .is_stream = true, .priv = pipe
	};
	*out = src;
	return CDM_OK;
}
