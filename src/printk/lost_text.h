/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lost_text.h - is a run of NULs within a text a sector that was lost? */

#ifndef CDM_PRINTK_LOST_TEXT_H
#define CDM_PRINTK_LOST_TEXT_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"

/* Does this hold CDM_LOST_NULS NULs in a row? Cheap for a text without NULs. */
bool cdm_holds_lost_text(struct cdm_bytes text);

/* NULs at the start, and at the end, of these bytes. */
size_t cdm_count_nuls(struct cdm_bytes bytes);
size_t cdm_count_last_nuls(struct cdm_bytes bytes);

/* What is said about such a text: a clause, whose place the caller adds. */
extern const char cdm_lost_text[];

/* The same as an error. Returns CDM_CORRUPT. */
enum cdm_status cdm_fail_lost_text(struct cdm_error *err);

/* May it hold so many NULs? Where they are in a row, one of those that are looked at is among them. */
static inline bool cdm_may_hold_lost_text(struct cdm_bytes text)
{
	for (size_t i = CDM_LOST_NULS - 1; i < text.len; i += CDM_LOST_NULS)
		if (!text.at[i])
			return true;
	return false;
}

#endif
