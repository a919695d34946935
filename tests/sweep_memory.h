/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_memory.h - what does a dump give of which a page of memory is lost, or a sector of the log holds
 * zeros?
 *
 * No record may be missing without a word, unless no check can find it; and a page or a sector may cost
 * the records that stood on it, and no others. */

#ifndef TESTS_SWEEP_MEMORY_H
#define TESTS_SWEEP_MEMORY_H

#include "tests/sweep_ring.h"

enum sweep_damage {
	SWEEP_DAMAGE_LOST, /* as enum sweep_loss: so many ways to lose a page */
	SWEEP_DAMAGE_512 = 4,
	SWEEP_DAMAGE_64,
	SWEEP_DAMAGE_8,
	SWEEP_DAMAGE_4,
	SWEEP_DAMAGES
};

enum sweep_place {
	SWEEP_PLACE_HEAD, /* what leads to the ring */
	SWEEP_PLACE_DESCS,
	SWEEP_PLACE_INFOS,
	SWEEP_PLACE_TEXTS,
	SWEEP_PLACE_RECORDS,    /* the ring of 3.5 to 5.9 */
	SWEEP_PLACE_CHARACTERS, /* that of before */
	SWEEP_PLACE_OTHER,      /* page tables and whatever else was read */
	SWEEP_PLACES
};

/* What the runs with one damage at one place came to. */
struct sweep_count {
	uint64_t runs;
	uint64_t same;    /* status 0, the whole log */
	uint64_t untold;  /* status 0, another log, and no check can find it */
	uint64_t silent;  /* the same where something can */
	uint64_t some;    /* status 3 */
	uint64_t unnamed; /* ... and the first record that is missing is not named */
	uint64_t carved;  /* ... and found by its shape */
	uint64_t none;    /* status 1 */
	uint64_t lost;    /* records that were touched, and are missing or changed */
	uint64_t beyond;  /* records that were not, and are */
	uint64_t wrong;   /* runs */
};

struct sweep_memory_tally {
	struct sweep_count counts[SWEEP_DAMAGES][SWEEP_PLACES];
	uint64_t untold[SWEEP_PARTS]; /* by what was changed */
	uint64_t n_wrong;
};

struct sweep_memory_options {
	bool all; /* each page in each way, zeros at each place */
	size_t n_pages, n_zeros, share;
	uint64_t step; /* bytes from where zeros begin to where others do; 0: 64, 8, 8 and 4 */
	uint64_t seed;
	unsigned n_told;
	const char *keep; /* where the first dump that goes wrong is written; NULL: nowhere */
};

/* Adds to *total. False: a rule was broken. */
bool sweep_memory(const struct sweep_memory_options *options, const char *name,
		  struct cdm_bytes dump, struct sweep_memory_tally *total);

void sweep_memory_print(const struct sweep_memory_tally *tally);

#endif
