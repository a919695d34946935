/* SPDX-License-Identifier: GPL-2.0-or-later */
/* early.h - what do the first records of a log say of its kernel, to tell it from others in the same
 * memory? */

#ifndef CDM_PRINTK_EARLY_H
#define CDM_PRINTK_EARLY_H

#include "kernel/kernel.h"
#include "printk/record.h"

/* A kernel that takes a dump is told where the dead one left the headers of its memory, on its
 * command line or by its device tree, and says so. */
bool cdm_record_tells_of_capture(const struct cdm_record *rec);

/* Adds what one of the first records says to *evidence, which is zeros at first. */
void cdm_heed_early_record(const struct cdm_record *rec, struct cdm_evidence *evidence);

#endif
