// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_seeds.c - which of the numbered arrays in memory are long enough to be remembered? */

#include "printk/carve_seeds.h"
#include "base/checked.h"

static bool extends(struct cdm_seed *seed, const struct cdm_seed *run)
{
	uint64_t ahead = (run->paddr - seed->paddr) / seed->stride;

	if (seed->stride != run->stride || seed->layout.big_endian != run->layout.big_endian ||
	    seed->layout.word != run->layout.word || run->paddr < seed->paddr ||
	    (run->paddr - seed->paddr) % seed->stride || run->number != seed->number + ahead)
		return false;
	seed->n = cdm_max(seed->n, ahead + run->n);
	return true;
}

void cdm_seeds_add(struct cdm_seeds *seeds, const struct cdm_seed *run)
{
	struct cdm_seed *shortest = &seeds->seeds[0];

	for (unsigned i = 0; i < seeds->n; i++) {
		if (extends(&seeds->seeds[i], run))
			return;
		if (seeds->seeds[i].n < shortest->n)
			shortest = &seeds->seeds[i];
	}
	if (seeds->n < CDM_MAX_SEEDS)
		seeds->seeds[seeds->n++] = *run;
	else if (run->n > shortest->n)
		*shortest = *run;
}
