/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flat_used.h - what was handed out of a flattened stream that still goes on.
 *
 * A later segment may override it: then what was made of it is wrong. */

#ifndef CDM_SOURCE_FLAT_USED_H
#define CDM_SOURCE_FLAT_USED_H

#include "source/flat_index.h"

/* CDM_FLAT_USED ranges at most; beyond that the nearest are joined. */
struct cdm_flat_used {
	struct cdm_flat_range *ranges; /* owned; sorted, apart from each other */
	unsigned n_ranges;
};

CDM_CHECKED enum cdm_status cdm_flat_used_open(struct cdm_flat_used *used, struct cdm_error *err);
void cdm_flat_used_close(struct cdm_flat_used *used);
void cdm_flat_used_add(struct cdm_flat_used *used, struct cdm_flat_range range);
bool cdm_flat_used_touches(const struct cdm_flat_used *used, struct cdm_flat_range range);

#endif
