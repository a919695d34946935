/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pieces.h - all memory that a dump holds, piece by piece in rising order: for whoever has to search it.
 *
 * What a sparse file has not stored is zeros, and is passed over. So is what the file gave at another
 * address before, and pages that cannot be read; the first reason is kept. It is bounded by what the
 * file holds, not by what its headers promise. Memory does not grow with the dump, and a piece is read at once, so that
 * searching costs little more than reading. */

#ifndef CDM_DUMP_PIECES_H
#define CDM_DUMP_PIECES_H

#include "dump/dump.h"
#include "dump/searched.h"

struct cdm_pieces {
	struct cdm_dump *dump;  /* borrowed */
	struct cdm_range rest;  /* that the file has ... */
	struct cdm_range range; /* ... the part that is being read; what is left of it */
	bool may_be_hole;       /* where it begins now, the file may have stored nothing */
	uint64_t step;          /* bytes passed over where the file has ended */
	unsigned n_damaged;     /* steps in a row over damage */
	uint8_t *buf;           /* CDM_SEARCH_PIECE */
	struct cdm_searched searched;
	uint64_t work, n_found;  /* what reading was; bytes that came of it */
	uint64_t done;           /* bytes of memory looked at or passed over ... */
	uint64_t all, next_told; /* ... of all, and when that is told next; if somebody listens */
	bool has_unread;         /* something could not be read: */
	struct cdm_error unread; /* the first reason */
};

CDM_CHECKED enum cdm_status cdm_pieces_begin(struct cdm_pieces *pieces, struct cdm_dump *dump,
					     struct cdm_error *err);

/* The next bytes, from physical address *paddr on: at most CDM_SEARCH_PIECE, and none behind the
 * next multiple of it, so that what is aligned lies in one piece. Valid until the next call. CDM_END: that was all. Fails
 * where the dump's own index cannot be read, or the system refuses. */
CDM_CHECKED enum cdm_status cdm_pieces_next(struct cdm_pieces *pieces, struct cdm_bytes *piece,
					    uint64_t *paddr, struct cdm_error *err);

void cdm_pieces_end(struct cdm_pieces *pieces);

#endif
