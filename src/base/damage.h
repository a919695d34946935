/* SPDX-License-Identifier: GPL-2.0-or-later */
/* damage.h - places where something that the kernel had is missing or damaged: how many, and the
 * first few as sentences. */

#ifndef CDM_BASE_DAMAGE_H
#define CDM_BASE_DAMAGE_H

#include "base/error.h"
#include "base/limits.h"

#include <stdint.h>

/* Zero-initialised is empty. */
struct cdm_damage {
	uint64_t places;
	unsigned n_told;
	char *told[CDM_MAX_TOLD]; /* the first ones, a sentence each; owned */
};

/* Counts a place; keeps a copy of the sentence if it is one of the first, and there is memory. What was
 * not read since the caller stopped the reading (CDM_ERR_STOPPED) is no damage. */
void cdm_damage_add(struct cdm_damage *damage, const struct cdm_error *err);
void cdm_damage_clear(struct cdm_damage *damage);

/* Forgets all but the first `places`. */
void cdm_damage_cut(struct cdm_damage *damage, uint64_t places);

#endif
