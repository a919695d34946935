/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hole.h - what a sparse file has not stored: zeros that need not be read to be known. */

#ifndef CDM_DUMP_HOLE_H
#define CDM_DUMP_HOLE_H

#include "config.h"

#include "dump/dump.h"

#ifndef CDM_CAPTURE

/* Might a hole go on behind these bytes, of which there is at least one? The last page is zeros. */
bool cdm_hole_looks_like(struct cdm_bytes bytes);

/* Where the page begins that ends the hole at range->begin, in the range or behind it; range->begin itself
 * where there is no hole or none is known. */
uint64_t cdm_hole_end(const struct cdm_range *range);

#else /* /proc/vmcore has none */

static inline bool cdm_hole_looks_like(struct cdm_bytes bytes)
{
	(void)bytes;
	return false;
}

static inline uint64_t cdm_hole_end(const struct cdm_range *range)
{
	return range->begin;
}

#endif

#endif
