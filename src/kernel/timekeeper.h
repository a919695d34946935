/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timekeeper.h - the clock of the kernel that died, from the kernel's own timekeeper.
 *
 * No key tells how struct timekeeper is laid out, and it has changed (include/linux/
 * timekeeper_internal.h, linux 3.6 to 7.2). But its members say the same things twice, to the
 * nanosecond, and that proves them wherever they stand:
 *
 *     offs_real     = - wall_to_monotonic                (tk_set_wall_to_mono())
 *     tkr_mono.base = xtime_sec + wall_to_monotonic      (tk_update_ktime_data())
 *
 * of which offs_real and base are nanoseconds in 64 bits, wall_to_monotonic is a struct timespec64 and
 * xtime_sec has 64 bits (kernel/time/timekeeping.c, "timekeeping: Provide internal ktime_t based data",
 * 3.17). */

#ifndef CDM_KERNEL_TIMEKEEPER_H
#define CDM_KERNEL_TIMEKEEPER_H

#include "kernel/kernel.h"

struct cdm_timekeeper {
	int64_t boot_ns; /* what CLOCK_REALTIME was when CLOCK_MONOTONIC was 0: since 1970, UTC */
	int64_t kept_ns; /* CLOCK_MONOTONIC at the start of the last second that was kept */
};

/* Looks for a timekeeper in these bytes of kernel memory. False: there is none, or two that differ. */
bool cdm_timekeeper_parse(struct cdm_bytes bytes, struct cdm_layout layout,
			  struct cdm_timekeeper *out);

/* The kernel's. Costs a walk through its table of symbols. Expected failures: CDM_ERR_NO_INFO (it has no
 * such table or symbol), CDM_CORRUPT (nothing proves one), those of a read; CDM_NOT_MINE in a small
 * build, which looks for none. */
CDM_CHECKED enum cdm_status cdm_timekeeper_read(struct cdm_kernel *kernel,
						struct cdm_timekeeper *out, struct cdm_error *err);

#endif
