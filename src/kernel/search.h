/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.h - which of the kernels that memory describes is the one that died?
 *
 * Where no description of the container is proved, memory is searched for others (scan.h), and each
 * is put to the same proof. More than one may pass it; rank.h tells which of them died.
 *
 * The search ends at once with a kernel that nothing could surpass: it is confirmed, takes no dump, and
 * its description is the note, which has a CRASHTIME if any has. Else all of memory is searched. A
 * kernel that seems to be a guest's is taken if there is no other. */

#ifndef CDM_KERNEL_SEARCH_H
#define CDM_KERNEL_SEARCH_H

#include "kernel/attempt.h"

/* As cdm_kernel_open(), in memory alone. *closest is what the container's own descriptions came to:
 * where they lack but pages, only a kernel that the container confirms is taken instead. */
CDM_CHECKED enum cdm_status cdm_search(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				       struct cdm_closest *closest, struct cdm_error *err);

#endif
