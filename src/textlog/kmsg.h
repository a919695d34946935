/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kmsg.h - one record of /dev/kmsg as text. */

#ifndef CDM_TEXTLOG_KMSG_H
#define CDM_TEXTLOG_KMSG_H

#include "printk/record.h"

/* "6,339,5140900,-,caller=T1;text": fills rec, its text as it stands on the line. False: the line is
 * none of these. */
bool cdm_kmsg_parse(struct cdm_bytes line, struct cdm_record *rec);

/* Puts the bytes for which the kernel wrote \xNN back. Returns how many there are at `to`, which has
 * room for text.len. */
size_t cdm_kmsg_unescape(struct cdm_bytes text, uint8_t *to);

#endif
