/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbol.h - which function is to blame, and what is it called on every build?
 *
 * Compilers put pieces of a function under names of their own ("set.cold", "free.part.0"), system
 * calls have wrappers; and between the function that failed and the report stand others that only
 * noticed: the fault's entry, panic(), the list's checks, a lock, memcpy(). Those are helpers. */

#ifndef CDM_REPORT_SYMBOL_H
#define CDM_REPORT_SYMBOL_H

#include "base/bytes.h"
#include "report/report.h"

#include <stdbool.h>

/* Without what a compiler has added ("set.cold" is "set"), and without a system call's wrapper
 * ("__se_sys_mremap" is "mremap"). A dot in front (big-endian ppc64) stays. Part of `symbol`. */
struct cdm_bytes cdm_symbol_plain(struct cdm_bytes symbol);

/* Is this a helper (a plain symbol), which is never to blame? */
bool cdm_symbol_is_helper(struct cdm_bytes plain);

/* What the kernel was doing, where this function (a plain symbol) only leads to it: "timer", "work",
 * "syscall". NULL: it does something itself. */
const char *cdm_symbol_dispatch(struct cdm_bytes plain);

/* What a headless trace with this function in it is about; CDM_KIND_NONE: nothing. */
enum cdm_kind cdm_symbol_tells(struct cdm_bytes plain);

/* Is the address one of its symbol? What is behind a function's end is not of it, but data, or of one
 * without a name. */
bool cdm_frame_is_within(const struct cdm_frame *frame);

/* Frames that count, innermost first, from *index on (0 at first): the instruction that failed, then
 * those of the trace that are reliable (or are guesses, if these are asked for) and no helpers. NULL
 * behind the last. */
const struct cdm_frame *cdm_report_next_frame(const struct cdm_report *report, bool guesses,
					      unsigned *index);

#endif
