/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carve_seeds.h - arrays in memory whose elements are numbered one after the other: what descriptors
 * and infos of a printk_ringbuffer look like. */

#ifndef CDM_PRINTK_CARVE_SEEDS_H
#define CDM_PRINTK_CARVE_SEEDS_H

#include "base/bytes.h"
#include "base/limits.h"

/* Elements with rising numbers, from the first that was seen on. */
struct cdm_seed {
	struct cdm_layout layout;
	uint32_t stride;        /* bytes an element */
	uint64_t paddr, number; /* of the first */
	uint64_t n;             /* up to the last that was seen; others may lack in between */
};

struct cdm_seeds {
	struct cdm_seed seeds[CDM_MAX_SEEDS];
	unsigned n;
};

/* Keeps a run of elements: as part of an array that is known, as a new one, or in place of the
 * shortest. */
void cdm_seeds_add(struct cdm_seeds *seeds, const struct cdm_seed *run);

#endif
