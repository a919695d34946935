/* SPDX-License-Identifier: GPL-2.0-or-later */
/* home.h - does a kernel run on this memory, or in a virtual machine that only takes up some of it? */

#ifndef CDM_KERNEL_HOME_H
#define CDM_KERNEL_HOME_H

#include "base/damage.h"
#include "kernel/kernel.h"

/* Where a variable of every kernel's image stands by the kernel's translation. False: it has none. */
bool cdm_kernel_mark(struct cdm_kernel *kernel, uint64_t *vaddr, uint64_t *paddr);

/* Does the kernel's own word for its place, or where it has none, do its page tables lead elsewhere than to
 * itself? The memory of a guest may lie in one piece (in huge pages), so that its image and its log can be
 * read where its name is found; keys and tables have the guest's own addresses. False where they do not,
 * or cannot be read, or are not known for this architecture. */
bool cdm_kernel_is_elsewhere(struct cdm_kernel *kernel);

/* Says that the kernel that was taken may not be the one that died. */
void cdm_tell_of_doubt(struct cdm_damage *damage);

#endif
