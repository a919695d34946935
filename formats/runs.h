/* SPDX-License-Identifier: GPL-2.0-or-later */
/* runs.h - a handful of stretches of memory that stand in a file as they are: VMware's regions, a raw
 * image with the hole below 4 GiB taken out. */

#ifndef CDM_FORMATS_RUNS_H
#define CDM_FORMATS_RUNS_H

#include "base/limits.h"
#include "dump/dump.h"

/* Physical [begin, end) at offset `at` of the file; end > begin. */
struct cdm_run {
	uint64_t begin, end;
	uint64_t at;
};

/* In any order; where runs overlap the first one counts. */
struct cdm_runs {
	bool is_open_ended; /* nothing says that there was more memory where the file ends */
	unsigned n;
	struct cdm_run list[CDM_MAX_RUNS];
};

/* As cdm_dump_read(). What is in no run is CDM_ABSENT. */
CDM_CHECKED enum cdm_status cdm_runs_read(const struct cdm_runs *runs, struct cdm_source *source,
					  uint64_t paddr, uint8_t *buf, size_t len, size_t *got,
					  struct cdm_error *err);

/* As cdm_dump_next_range(). */
CDM_CHECKED enum cdm_status cdm_runs_next(const struct cdm_runs *runs, struct cdm_source *source,
					  uint64_t from, struct cdm_range *out,
					  struct cdm_error *err);

#endif
