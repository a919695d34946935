/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spool.h - a file without a name that keeps what a worker writes. */

#ifndef CDM_WORK_SPOOL_H
#define CDM_WORK_SPOOL_H

#include "base/error.h"

/* In TMPDIR, else in /tmp; gone when its last descriptor is closed. *fd is the caller's to close. */
CDM_CHECKED enum cdm_status cdm_work_spool_open(int *fd, struct cdm_error *err);

#endif
