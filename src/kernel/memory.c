// SPDX-License-Identifier: GPL-2.0-or-later
/* memory.c - what stands in all memory that a dump holds? */

#include "kernel/memory.h"
#include "base/checked.h"
#include "dump/pieces.h"

#include <stdlib.h>

struct walk {
	const struct cdm_visitor *visitor;
	uint8_t *bytes; /* the end of the piece before, and a piece */
	uint64_t paddr; /* of bytes[0] */
	size_t len;
};

/* Shows what is held. The last bytes stay, if others may follow. */
static enum cdm_status show(struct walk *walk, bool more, struct cdm_error *err)
{
	size_t kept = more ? (size_t)cdm_min(walk->len, CDM_SEARCH_OVERLAP) : 0;
	size_t n_places = walk->len - kept;
	struct cdm_piece piece = { walk->paddr, walk->bytes, walk->len, n_places };
	enum cdm_status st =
		n_places ? walk->visitor->visit(walk->visitor->priv, &piece, err) : CDM_OK;

	memmove(walk->bytes, walk->bytes + n_places, kept);
	walk->paddr += n_places;
	walk->len = kept;
	return st;
}

static enum cdm_status walk_pieces(struct walk *walk, struct cdm_pieces *pieces,
				   struct cdm_error *err)
{
	enum cdm_status st;
	struct cdm_bytes piece;
	uint64_t paddr;

	while (!(st = cdm_pieces_next(pieces, &piece, &paddr, err))) {
		if (paddr != walk->paddr + walk->len) {
			if ((st = show(walk, false, err)))
				return st;
			walk->paddr = paddr;
		}
		memcpy(walk->bytes + walk->len, piece.at, piece.len);
		walk->len += piece.len;
		if ((st = show(walk, true, err)))
			return st;
	}
	return st == CDM_END ? show(walk, false, err) : st;
}

enum cdm_status cdm_memory_walk(struct cdm_dump *dump, const struct cdm_visitor *visitor,
				struct cdm_error *err)
{
	struct walk walk = { .visitor = visitor };
	struct cdm_pieces pieces;
	enum cdm_status st = cdm_pieces_begin(&pieces, dump, err);

	if (st)
		return st;
	walk.bytes = malloc(CDM_SEARCH_OVERLAP + CDM_SEARCH_PIECE);
	st = walk.bytes ? walk_pieces(&walk, &pieces, err)
			: cdm_fail_memory(err, "a piece of memory");

	free(walk.bytes);
	cdm_pieces_end(&pieces);
	return st == CDM_END ? CDM_OK : st;
}
