/* SPDX-License-Identifier: GPL-2.0-or-later */
/* priority.h - levels and facilities, by name and by number. */

#ifndef CDM_BASE_PRIORITY_H
#define CDM_BASE_PRIORITY_H

#include "base/bytes.h"

#include <stdbool.h>

#define CDM_LEVELS 8
#define CDM_FACILITIES 24

/* "warn", "kern"; NULL for levels from 8 and facilities from 24, which have none. */
const char *cdm_level_name(unsigned level);
const char *cdm_facility_name(unsigned facility);

/* The number that has this name, in letters of either case. False, and *number untouched: none. */
bool cdm_level_of_name(struct cdm_bytes name, unsigned *number);
bool cdm_facility_of_name(struct cdm_bytes name, unsigned *number);

#endif
