// SPDX-License-Identifier: GPL-2.0-or-later
/* spool.c - where are the bytes that were produced before?
 *
 *     0              piece_at          piece_at + piece_len
 *     |  temporary file  |  piece in memory   |   not yet produced
 *
 * A piece goes to the file when it is full and room is needed. Blocks of zeros are left out of the
 * file: most of an unpacked dump of a large machine is zeros. */

#include "source/spool.h"

#include "base/checked.h"
#include "base/limits.h"
#include "base/temporary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the temporary file ---- */

static enum cdm_status fail_spool(struct cdm_error *err)
{
	int saved = errno;

	cdm_fail(err, CDM_ERR_SYSTEM,
		 "cannot keep the input in a temporary file in %s: %s; set TMPDIR to a folder with "
		 "room",
		 cdm_temporary_folder(), strerror(saved));
	err->sys_errno = saved;
	return CDM_ERR_SYSTEM;
}

static enum cdm_status open_file(struct cdm_spool *spool, struct cdm_error *err)
{
	if (spool->fd < 0)
		spool->fd = cdm_temporary_file();
	return spool->fd < 0 ? fail_spool(err) : CDM_OK;
}

/* [start, end) of the piece. */
static enum cdm_status write_run(struct cdm_spool *spool, size_t start, size_t end,
				 struct cdm_error *err)
{
	enum cdm_status st = open_file(spool, err);

	if (st)
		return st;
	while (start < end) {
		ssize_t n = pwrite(spool->fd, spool->piece + start, end - start,
				   (off_t)(spool->piece_at + start));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_spool(err);
		start += (size_t)n;
		spool->io->spooled += (uint64_t)n;
	}
	spool->file_len = cdm_max(spool->file_len, spool->piece_at + end);
	return CDM_OK;
}

static bool is_zeros(const uint8_t *bytes, size_t len)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0;
}

static bool is_zero_block(const struct cdm_spool *spool, size_t start)
{
	return is_zeros(spool->piece + start,
			(size_t)cdm_min(CDM_SPOOL_BLOCK, spool->piece_len - start));
}

/* A stream of zeros takes no room, and would be read for ever. */
static enum cdm_status count_zeros(struct cdm_spool *spool, bool has_zeros_alone,
				   struct cdm_error *err)
{
	uint64_t allowed = CDM_MAX_STREAM_ZEROS + spool->n_others * CDM_STREAM_ZEROS_A_BYTE;

	if (!has_zeros_alone) {
		spool->n_others += spool->piece_len;
		spool->n_zeros = 0;
		return CDM_OK;
	}
	if (spool->n_zeros > allowed)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"the input has nothing but zeros from 0x%" PRIx64 " to 0x%" PRIx64
				": it is not read on",
				spool->piece_at - spool->n_zeros, cdm_spool_end(spool));
	spool->n_zeros += spool->piece_len;
	return CDM_OK;
}

static enum cdm_status keep_piece(struct cdm_spool *spool, struct cdm_error *err)
{
	size_t start = 0;

	if (is_zeros(spool->piece, spool->piece_len))
		start = spool->piece_len;
	enum cdm_status st = count_zeros(spool, start == spool->piece_len, err);

	if (st)
		return st;
	while (start < spool->piece_len) {
		size_t end = start;

		while (end < spool->piece_len && !is_zero_block(spool, end))
			end += CDM_SPOOL_BLOCK;
		end = (size_t)cdm_min(end, spool->piece_len);
		if (end > start && (st = write_run(spool, start, end, err)))
			return st;
		start = end + CDM_SPOOL_BLOCK;
	}
	spool->kept_len = cdm_spool_end(spool);
	return CDM_OK;
}

static enum cdm_status read_file(const struct cdm_spool *spool, uint64_t off, uint8_t *buf,
				 size_t len, size_t *got, struct cdm_error *err)
{
	ssize_t n;

	do {
		n = pread(spool->fd, buf, (size_t)cdm_min(len, spool->file_len - off), (off_t)off);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return cdm_fail_errno(err, "cannot read the temporary file at 0x%" PRIx64, off);
	if (n == 0)
		return cdm_fail(err, CDM_ERR_SYSTEM, "the temporary file was cut at 0x%" PRIx64,
				off);
	*got += (size_t)n;
	return CDM_OK;
}

/* At least a byte of what is before the piece. */
static enum cdm_status read_kept(const struct cdm_spool *spool, uint64_t off, uint8_t *buf,
				 size_t len, size_t *got, struct cdm_error *err)
{
	if (off >= spool->kept_len)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"the input at 0x%" PRIx64 " was read past and not kept", off);
	len = (size_t)cdm_min(len, spool->kept_len - off);
	if (off < spool->file_len)
		return read_file(spool, off, buf, len, got, err);
	memset(buf, 0, len);
	*got += len;
	return CDM_OK;
}

/* ---- the piece in memory ---- */

static void copy_piece(const struct cdm_spool *spool, uint64_t off, uint8_t *buf, size_t len,
		       size_t *got)
{
	size_t skip = (size_t)(off - spool->piece_at);
	size_t n = (size_t)cdm_min(len, spool->piece_len - skip);

	memcpy(buf, spool->piece + skip, n);
	*got += n;
}

static enum cdm_status make_room(struct cdm_spool *spool, struct cdm_error *err)
{
	enum cdm_status st;

	if (spool->piece_len < CDM_SPOOL_PIECE)
		return CDM_OK;
	if (!spool->forgets && (st = keep_piece(spool, err)))
		return st;
	spool->piece_at += spool->piece_len;
	spool->piece_len = 0;
	return CDM_OK;
}

static enum cdm_status produce(struct cdm_spool *spool, struct cdm_error *err)
{
	size_t got = 0;
	enum cdm_status st = cdm_source_may_read(spool->owner, err);

	if (st || (st = make_room(spool, err)) ||
	    (st = spool->pull(spool->owner, spool->piece + spool->piece_len,
			      CDM_SPOOL_PIECE - spool->piece_len, &got, err)))
		return st;
	spool->piece_len += got;
	if (got == 0) {
		spool->ended = true;
		spool->owner->size = cdm_spool_end(spool);
	}
	return CDM_OK;
}

/* ---- for sources ---- */

enum cdm_status cdm_spool_open(struct cdm_spool *spool, cdm_spool_pull *pull,
			       struct cdm_source *owner, struct cdm_io *io, struct cdm_error *err)
{
	*spool = (struct cdm_spool){ .pull = pull, .owner = owner, .io = io, .fd = -1 };
	spool->piece = malloc(CDM_SPOOL_PIECE);
	return spool->piece ? CDM_OK : cdm_fail_memory(err, "piece of the input");
}

enum cdm_status cdm_spool_read(struct cdm_spool *spool, uint64_t off, void *buf, size_t len,
			       size_t *got, struct cdm_error *err)
{
	*got = 0;
	if (len > UINT64_MAX - off)
		len = (size_t)(UINT64_MAX - off);
	while (*got < len) {
		uint64_t at = off + *got;
		uint8_t *to = (uint8_t *)buf + *got;
		enum cdm_status st = CDM_OK;

		if (at < spool->piece_at)
			st = read_kept(spool, at, to,
				       (size_t)cdm_min(len - *got, spool->piece_at - at), got, err);
		else if (at < cdm_spool_end(spool))
			copy_piece(spool, at, to, len - *got, got);
		else if (spool->ended)
			return CDM_OK;
		else
			st = produce(spool, err);
		if (st)
			return st;
	}
	return CDM_OK;
}

/* ---- zeros ---- */

/* Behind its end, and in its holes, the temporary file stands for zeros. */
static uint64_t next_kept_data(const struct cdm_spool *spool, uint64_t off)
{
	off_t data = -1;

	if (off < spool->file_len) {
		data = lseek(spool->fd, (off_t)off, SEEK_DATA);
		if (data < 0 && errno != ENXIO)
			return off; /* this file system knows no holes */
	}
	return data < 0 ? spool->kept_len : cdm_min((uint64_t)data, spool->kept_len);
}

/* Where in the piece in memory something begins, of blocks; its end: nothing does. */
static uint64_t next_piece_data(const struct cdm_spool *spool, uint64_t off)
{
	size_t at = (size_t)(off - spool->piece_at);

	while (at < spool->piece_len &&
	       is_zeros(spool->piece + at, (size_t)cdm_min(CDM_SPOOL_BLOCK, spool->piece_len - at)))
		at += CDM_SPOOL_BLOCK;
	return spool->piece_at + cdm_min(at, spool->piece_len);
}

uint64_t cdm_spool_next_data(struct cdm_spool *spool, uint64_t off)
{
	uint64_t limit = cdm_end_of(off, CDM_ZEROS_AT_ONCE), at = off;
	struct cdm_error unused; /* who reads there meets it again */

	while (at < limit && at <= cdm_spool_end(spool)) {
		if (at < spool->piece_at) {
			at = cdm_max(at, next_kept_data(spool, at));
			if (at < spool->piece_at) /* data, or read past and not kept */
				return at;
		}
		at = next_piece_data(spool, at);
		if (at < cdm_spool_end(spool) || spool->ended || produce(spool, &unused))
			return at;
	}
	return at;
}

enum cdm_status cdm_spool_drain(struct cdm_spool *spool, struct cdm_error *err)
{
	enum cdm_status st;

	spool->forgets = true;
	while (!spool->ended)
		if ((st = produce(spool, err)))
			return st;
	return CDM_OK;
}

void cdm_spool_close(struct cdm_spool *spool)
{
	if (spool->piece && spool->fd >= 0)
		close(spool->fd);
	free(spool->piece);
}
