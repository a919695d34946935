/* SPDX-License-Identifier: GPL-2.0-or-later */
/* attempt.h - one description of a kernel, put to the proof with every translation that could be. */

#ifndef CDM_KERNEL_ATTEMPT_H
#define CDM_KERNEL_ATTEMPT_H

#include "kernel/kernel.h"

struct cdm_candidate {
	struct cdm_bytes text;      /* borrowed: kernel->info refers to it */
	const char *origin;         /* "note" */
	const uint64_t *uts_paddrs; /* as in struct cdm_machine */
	unsigned n_uts_paddrs;
};

/* Fills kernel (whose dump is set) with the first pair that is proved. On failure kernel->info is
 * NULL, and *err tells of the translation that came closest. */
CDM_CHECKED enum cdm_status cdm_attempt(struct cdm_kernel *kernel, const struct cdm_proof *proof,
					const struct cdm_candidate *candidate,
					struct cdm_error *err);

/* Takes back what an attempt that went well has left in kernel. */
void cdm_attempt_undo(struct cdm_kernel *kernel);

/* Of many failures the one that tells most. */
struct cdm_closest {
	bool is_set;
	struct cdm_error err;
};

void cdm_closest_keep(struct cdm_closest *closest, const struct cdm_error *failure);

/* All that could be read did fit: only pages are lacking. */
bool cdm_closest_is_near(const struct cdm_closest *closest);

/* Nothing else that could be tried would fare better. */
static inline bool cdm_ends_all(enum cdm_status st)
{
	return st == CDM_ERR_MEMORY || st == CDM_ERR_STOPPED;
}

#endif
