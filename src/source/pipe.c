// SPDX-License-Identifier: GPL-2.0-or-later
/* pipe.c - what are the bytes at an offset of something that can only be read forward?
 *
 * Reading never waits for more than was asked for, so a log is printed while its writer still
 * writes. */

#include "source/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct pipe {
	int fd;
	bool owned;
	struct cdm_spool spool;
};

/* Standard input may be non-blocking when its other owner made it so. A signal may mean that nobody waits
 * any longer: then *st is CDM_ERR_STOPPED. */
static ssize_t read_waiting(struct cdm_source *src, void *buf, size_t len, enum cdm_status *st,
			    struct cdm_error *err)
{
	const struct pipe *pipe = src->priv;
	struct pollfd input = { .fd = pipe->fd, .events = POLLIN };
	ssize_t n;

	while ((n = read(pipe->fd, buf, len)) < 0) {
		bool is_interrupted = errno == EINTR;

		if (errno == EAGAIN)
			is_interrupted = poll(&input, 1, -1) < 0;
		else if (!is_interrupted)
			break;
		*st = is_interrupted ? cdm_source_may_read(src, err) : CDM_OK;
		if (*st)
			break;
	}
	return n;
}

/* Takes in what the input has ready. */
static enum cdm_status pull(struct cdm_source *src, uint8_t *buf, size_t room, size_t *got,
			    struct cdm_error *err)
{
	const struct pipe *pipe = src->priv;
	enum cdm_status st = CDM_OK;
	ssize_t n = read_waiting(src, buf, room, &st, err);

	src->io.reads++;
	if (st)
		return st;
	if (n < 0)
		return cdm_fail_errno(err, "cannot read at 0x%" PRIx64,
				      cdm_spool_end(&pipe->spool));
	*got = (size_t)n;
	src->io.bytes_read += (uint64_t)n;
	return CDM_OK;
}

static enum cdm_status pipe_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				 size_t *got, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	return cdm_spool_read(&pipe->spool, off, buf, len, got, err);
}

static uint64_t pipe_next_data(struct cdm_source *src, uint64_t off)
{
	struct pipe *pipe = src->priv;

	return cdm_spool_next_data(&pipe->spool, off);
}

static void pipe_forget(struct cdm_source *src)
{
	struct pipe *pipe = src->priv;

	pipe->spool.forgets = true;
}

static enum cdm_status pipe_drain(struct cdm_source *src, struct cdm_error *err)
{
	struct pipe *pipe = src->priv;

	return cdm_spool_drain(&pipe->spool, err);
}

static void free_pipe(struct pipe *pipe)
{
	if (pipe->owned)
		close(pipe->fd);
	cdm_spool_close(&pipe->spool);
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
	.next_data = pipe_next_data,
	.close = pipe_close,
};

enum cdm_status cdm_pipe_source(int fd, bool owned, struct cdm_source **out, struct cdm_error *err)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct pipe *pipe = calloc(1, sizeof(*pipe));

	if (!src || !pipe) {
		free(src);
		free(pipe);
		if (owned)
			close(fd);
		return cdm_fail_memory(err, "pipe");
	}
	*pipe = (struct pipe){ .fd = fd, .owned = owned };
	*src = (struct cdm_source){
		.ops = &pipe_ops, .size = CDM_SIZE_UNKNOWN, .is_stream = true, .priv = pipe
	};
	enum cdm_status st = cdm_spool_open(&pipe->spool, pull, src, &src->io, err);

	if (st) {
		pipe_close(src);
		return st;
	}
	*out = src;
	return CDM_OK;
}
