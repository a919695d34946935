/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_source.h - a dump that lies in memory, cut short or with some bytes changed, and what is read
 * of it. */

#ifndef TESTS_SWEEP_SOURCE_H
#define TESTS_SWEEP_SOURCE_H

#include "source/source.h"

/* Bytes that stand in place of the dump's own, or after its end. */
struct sweep_patch {
	uint64_t at, len;
	const uint8_t *bytes; /* borrowed; NULL: zeros */
};

/* What is done to the dump. */
struct sweep_fault {
	uint64_t end;                      /* where it ends; UINT64_MAX: where it should */
	uint64_t flip_at;                  /* the byte that is changed ... */
	uint8_t flip;                      /* ... by exclusive or with this; 0: none */
	const struct sweep_patch *patches; /* borrowed; a later one overrides */
	size_t n_patches;
};

#define SWEEP_SOUND ((struct sweep_fault){ .end = UINT64_MAX })

/* [start, end) of the dump. */
struct sweep_range {
	uint64_t start, end;
};

/* Every read, in the order in which they came. */
struct sweep_reads {
	struct sweep_range *list; /* owned */
	size_t n, room;
};

/* Borrows the dump's bytes; reads may be NULL. Never fails: out of memory ends the program. */
struct cdm_source *sweep_source_new(struct cdm_bytes dump, const struct sweep_fault *fault,
				    bool is_stream, struct sweep_reads *reads);

/* Zeroed; never NULL: out of memory ends the program. */
void *sweep_alloc(size_t len);

/* Makes room in an array of n elements, of which one more is to be stored. */
void *sweep_make_room(void *list, size_t n, size_t *room, size_t element_size);

#endif
