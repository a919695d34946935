/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fingerprint.h - one number for one bug, on whatever machine, boot or build it shows.
 *
 * The 64-bit FNV-1a hash of lines, each with its newline:
 *
 *     cd1                             this rule; a later one will have another number
 *     null-deref                      the kind
 *     protected                       if the memory was there, and could not be written or executed
 *     nowhere                         if none can be there, and the kind does not say so
 *     no function                     if a jump led to no function, and the kind does not say so
 *     crash_null                      the plain names (symbol.h) of up to CDM_FINGERPRINT_FRAMES
 *     set                             frames that are reliable and no helpers
 *     syscall                         what led to them, if that comes sooner; no frames then
 *
 * A kind that says all (sysrq-c, no-root, no-init) has no frames, and where the stack was overwritten
 * (stack-protector) only the function that did it is sure. Where no frame is left, and for a panic of no
 * special kind, the reason follows: without numbers, addresses and the task's name. Shown as
 * "cd1-0123456789abcdef". */

#ifndef CDM_REPORT_FINGERPRINT_H
#define CDM_REPORT_FINGERPRINT_H

#include "report/report.h"

/* More of them tell more bugs apart; builds that inline differently agree on fewer. */
#define CDM_FINGERPRINT_FRAMES 3

uint64_t cdm_fingerprint(const struct cdm_report *report);

#endif
