/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confirm.h - does what the container says of the machine speak for this kernel? */

#ifndef CDM_KERNEL_CONFIRM_H
#define CDM_KERNEL_CONFIRM_H

#include "kernel/kernel.h"

/* A processor's page tables, or a segment's virtual address, lead to the same place as this kernel's
 * translation; or a processor was in its code. False: they do not, or there are none. */
bool cdm_confirms(struct cdm_kernel *kernel);

#endif
