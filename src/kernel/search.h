/* SPDX-License-Identifier: GPL-2.0-or-later */
/* search.h - which of the kernels that memory describes is the one that died?
 *
 * Where no description of the container is proved, memory is searched for others (scan.h), and each
 * is put to the same proof. More than one may pass it: memory can also hold the kernel that takes the
 * dump, and those that ran before a warm reboot. (A guest of a virtual machine host does not: its addresses
 * lead elsewhere.) Of two the dead kernel is
 *
 *  1. the one whose log does not say that it was started to take a dump;
 *  2. the one that the container confirms: its registers or its virtual addresses are that kernel's;
 *  3. the one that crashed last, by its CRASHTIME; one that did crash before one that did not;
 *  4. the one whose description stands in a note; else the first.
 *
 * The search ends at once with a kernel that nothing could surpass: it is confirmed, takes no dump, and
 * its description is the note, which has a CRASHTIME if any has. Else all of memory is searched. */

#ifndef CDM_KERNEL_SEARCH_H
#define CDM_KERNEL_SEARCH_H

#include "kernel/attempt.h"

/* As cdm_kernel_open(), in memory alone. *closest is what the container's own descriptions came to:
 * where they lack but pages, only a kernel that the container confirms is taken instead. */
CDM_CHECKED enum cdm_status cdm_search(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				       struct cdm_closest *closest, struct cdm_error *err);

#endif
