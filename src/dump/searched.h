/* SPDX-License-Identifier: GPL-2.0-or-later */
/* searched.h - which stretches of a file were searched already: headers may lead to one many times.
 *
 * Memory is bounded: beyond CDM_MAX_SEARCHED stretches those that lie nearest become one, and what is
 * between them counts as searched. Whoever needs to know is told. */

#ifndef CDM_DUMP_SEARCHED_H
#define CDM_DUMP_SEARCHED_H

#include "base/limits.h"
#include "source/source.h"

/* Offsets [begin, end) of a source. */
struct cdm_stretch {
	const struct cdm_source *source;
	uint64_t begin, end;
};

/* Zero-initialised is empty. */
struct cdm_searched {
	struct cdm_stretch *at; /* owned; sorted by source and place, apart from each other */
	unsigned n;
	bool is_coarse; /* something that lies between two stretches may never have been searched */
};

/* From `at` on: up to where it was searched, or (true) was not. */
bool cdm_searched_lacks(const struct cdm_searched *searched, const struct cdm_source *source,
			uint64_t at, uint64_t *up_to);

CDM_CHECKED enum cdm_status cdm_searched_add(struct cdm_searched *searched,
					     const struct cdm_stretch *stretch,
					     struct cdm_error *err);
void cdm_searched_end(struct cdm_searched *searched);

#endif
