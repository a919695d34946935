/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager.h - a program that shows standard output page by page. */

#ifndef CDM_CLI_PAGER_H
#define CDM_CLI_PAGER_H

#include <sys/types.h>

/* Starts $PAGER, else less, and makes it read standard output. 0: there is none, and nothing has
 * changed. */
pid_t cdm_pager_start(void);

/* Ends standard output, and waits until the user has seen enough. */
void cdm_pager_wait(pid_t pager);

#endif
