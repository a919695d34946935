/* SPDX-License-Identifier: GPL-2.0-or-later */
/* temporary.h - a file without a name, for what does not fit into memory. */

#ifndef CDM_BASE_TEMPORARY_H
#define CDM_BASE_TEMPORARY_H

/* Where it lies: TMPDIR, else /tmp. Borrowed from the environment. */
const char *cdm_temporary_folder(void);

/* Makes a file whose name mkostemp() makes of the pattern, and takes the name away before a signal can
 * end the process. -1: errno says why. */
int cdm_unlinked_file(char *pattern);

/* The caller's descriptor; the file is gone when its last one is closed. -1: errno says why. */
int cdm_temporary_file(void);

#endif
