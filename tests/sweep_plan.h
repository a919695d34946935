/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_plan.h - which faults are tried on a dump? */

#ifndef TESTS_SWEEP_PLAN_H
#define TESTS_SWEEP_PLAN_H

#include "tests/sweep_map.h"

#include <stdbool.h>

#define SWEEP_CUT SWEEP_KINDS /* the row of what was cut */

struct sweep_try {
	struct sweep_fault fault;
	unsigned row; /* enum sweep_kind of the byte that is changed, or SWEEP_CUT */
};

struct sweep_plan {
	struct sweep_try *tries; /* owned */
	size_t n, room;
};

/* A generator of numbers that are the same everywhere: splitmix64. */
uint64_t sweep_random(uint64_t *state);

/* A cut wherever a read begins or ends, and at random places. */
void sweep_plan_cuts(struct sweep_plan *plan, const struct sweep_reads *reads, uint64_t dump_len,
		     uint64_t *random);

/* A cut before each byte that is read. */
void sweep_plan_all_cuts(struct sweep_plan *plan, const struct sweep_map *map);

/* Each byte that is read, changed in all bits and in one. */
void sweep_plan_all_flips(struct sweep_plan *plan, const struct sweep_map *map, uint64_t *random);

/* n of these: half of them anywhere, half of them as many of each kind of byte. */
void sweep_plan_some_flips(struct sweep_plan *plan, const struct sweep_map *map, size_t n,
			   uint64_t *random);

/* Keeps one of each share tries, of all rows. */
void sweep_plan_thin(struct sweep_plan *plan, size_t share);

#endif
