// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels not look for? */

#include "kernel/timekeeper.h"

/* /proc/vmcore has the second of the crash. */
enum cdm_status cdm_timekeeper_read(struct cdm_kernel *kernel, struct cdm_timekeeper *out,
				    struct cdm_error *err)
{
	(void)kernel;
	(void)out;
	(void)err;
	return CDM_NOT_MINE;
}
