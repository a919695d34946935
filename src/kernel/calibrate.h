/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calibrate.h - where in memory does the kernel of a description stand, if nothing says so?
 *
 * Every description names init_uts_ns and its virtual address. The structure holds "Linux" and the
 * release, in fields of 65 bytes: memory is searched for that, at the same place within a page.
 * Copies of the name in other places are candidates as well; page tables and the log tell. */

#ifndef CDM_KERNEL_CALIBRATE_H
#define CDM_KERNEL_CALIBRATE_H

#include "base/limits.h"
#include "dump/dump.h"

struct cdm_calibration {
	struct cdm_bytes text; /* in: the description; borrowed */

	uint64_t uts_vaddr; /* SYMBOL(init_uts_ns) */
	uint64_t name_off;  /* of the names in it */
	struct cdm_bytes release;

	uint64_t uts_paddrs[CDM_MAX_UTS_PLACES]; /* out: where init_uts_ns may be */
	unsigned n_uts_paddrs;
};

/* Goes over all memory once, for all n descriptions. Fails where memory runs out or the dump's index
 * cannot be read. */
CDM_CHECKED enum cdm_status cdm_calibrate(struct cdm_dump *dump, struct cdm_calibration *kernels,
					  unsigned n, struct cdm_error *err);

/* Does Linux's name stand anywhere in memory, as every kernel has it (init_uts_ns, linux_banner)? Also
 * true where memory cannot be searched. */
bool cdm_has_kernel_name(struct cdm_dump *dump);

#endif
