/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chain.h - pieces of memory one behind the other in a file, each of which tells where the next one
 * begins: which of them holds a physical address?
 *
 * The chain is walked as far as somebody asks. CDM_CHAIN_MARKS places in it stay in memory, with the
 * addresses that follow each; between two of them it is walked again. Addresses usually rise, and a
 * search then goes on where the last one was; they need not. */

#ifndef CDM_FORMATS_CHAIN_H
#define CDM_FORMATS_CHAIN_H

#include "base/limits.h"
#include "dump/dump.h"

/* Where the walk is. paddr and end are the format's own: what is left of a block that has several
 * pieces. */
struct cdm_chain_place {
	uint64_t at; /* in the file */
	uint64_t paddr, end;
};

/* Physical [begin, end), which stands in the file at data_at, stored as the format knows. */
struct cdm_piece {
	uint64_t begin, end;
	uint64_t data_at;
	uint32_t stored_size; /* bytes; the format's own */
	uint32_t kind;        /* the format's own */
};

/* Reads the piece at *place and moves *place behind it, forward in the file. An empty piece (begin
 * == end) is passed over. CDM_END: the chain is whole. Anything else ends it too: what comes behind
 * is not known, for that reason. */
typedef enum cdm_status cdm_chain_step(struct cdm_dump *dump, struct cdm_chain_place *place,
				       struct cdm_piece *piece, struct cdm_error *err);

struct cdm_chain;

/* The dump is borrowed, and handed to step. `noun` is what messages call a piece: "record". */
CDM_CHECKED enum cdm_status cdm_chain_new(struct cdm_dump *dump, cdm_chain_step *step,
					  const struct cdm_chain_place *start, const char *noun,
					  struct cdm_chain **out, struct cdm_error *err);
void cdm_chain_free(struct cdm_chain *chain); /* NULL is fine */

/* The first piece, in the order of the file, that holds paddr. CDM_ABSENT: none does, or why the
 * chain could not be walked to its end. */
CDM_CHECKED enum cdm_status cdm_chain_find(struct cdm_chain *chain, uint64_t paddr,
					   struct cdm_piece *piece, struct cdm_error *err);

/* The piece with the lowest byte at or above `from`; CDM_END: none. Of a stream, which is not read
 * to its end for this, the first such piece as long as addresses rise. */
CDM_CHECKED enum cdm_status cdm_chain_next(struct cdm_chain *chain, uint64_t from,
					   struct cdm_piece *piece, struct cdm_error *err);

/* For step: CDM_OK where `source` has a byte at `at`, CDM_END where it ends exactly there, or what
 * is wrong: it ended before. */
CDM_CHECKED enum cdm_status cdm_chain_has_more(struct cdm_source *source, uint64_t at,
					       struct cdm_error *err);

#endif
