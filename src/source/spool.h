/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spool.h - random access to bytes that can only be produced forward.
 *
 * What was produced last is kept in memory, all before it in a temporary file without a name, in
 * TMPDIR. Nothing is produced before somebody asks for it, and no more than a piece further. */

#ifndef CDM_SOURCE_SPOOL_H
#define CDM_SOURCE_SPOOL_H

#include "source/source.h"

/* Puts the bytes that come next into buf: at least one, at most room. CDM_OK with *got 0: there are
 * no more. After a failure it may be called again, and says whether there is more to be had. */
typedef enum cdm_status cdm_spool_pull(struct cdm_source *owner, uint8_t *buf, size_t room,
				       size_t *got, struct cdm_error *err);

struct cdm_spool {
	cdm_spool_pull *pull;
	struct cdm_source *owner; /* handed to pull */
	struct cdm_io *io;        /* counts what is written; of the bottom of owner's stack */
	bool ended;               /* pull has no more */
	bool forgets;             /* full pieces are thrown away */
	int fd;                   /* -1 until a piece has to be written */
	uint64_t n_zeros;         /* bytes of pieces that have nothing else, produced last ... */
	uint64_t n_others;        /* ... and of all other pieces */
	uint64_t kept_len;        /* bytes kept in the file, zeros behind its end included */
	uint64_t file_len;
	uint8_t *piece; /* CDM_SPOOL_PIECE bytes */
	uint64_t piece_at;
	size_t piece_len;
};

/* The spool is the caller's: cdm_spool_close(), also when this fails. */
CDM_CHECKED enum cdm_status cdm_spool_open(struct cdm_spool *spool, cdm_spool_pull *pull,
					   struct cdm_source *owner, struct cdm_io *io,
					   struct cdm_error *err);

/* As cdm_source_ops.read; what pull fails with is passed on. */
CDM_CHECKED enum cdm_status cdm_spool_read(struct cdm_spool *spool, uint64_t off, void *buf,
					   size_t len, size_t *got, struct cdm_error *err);

/* As cdm_source_ops.next_data: what is kept knows its zeros, and those that come next are produced. */
uint64_t cdm_spool_next_data(struct cdm_spool *spool, uint64_t off);

/* Produces the rest and forgets it. */
CDM_CHECKED enum cdm_status cdm_spool_drain(struct cdm_spool *spool, struct cdm_error *err);

void cdm_spool_close(struct cdm_spool *spool); /* zero-initialised is fine */

/* Bytes produced so far. */
static inline uint64_t cdm_spool_end(const struct cdm_spool *spool)
{
	return spool->piece_at + spool->piece_len;
}

#endif
