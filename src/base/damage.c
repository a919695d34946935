// SPDX-License-Identifier: GPL-2.0-or-later
/* damage.c - what is remembered of a place that is missing or damaged? */

#include "base/damage.h"

#include <stdlib.h>
#include <string.h>

void cdm_damage_add(struct cdm_damage *damage, const struct cdm_error *err)
{
	if (err->status == CDM_ERR_STOPPED)
		return;
	damage->places++;
	if (damage->n_told == CDM_MAX_TOLD)
		return;
	damage->told[damage->n_told] = strdup(err->text);
	if (damage->told[damage->n_told])
		damage->n_told++;
}

void cdm_damage_cut(struct cdm_damage *damage, uint64_t places)
{
	while (damage->n_told > places)
		free(damage->told[--damage->n_told]);
	if (damage->places > places)
		damage->places = places;
}

void cdm_damage_clear(struct cdm_damage *damage)
{
	cdm_damage_cut(damage, 0);
}
