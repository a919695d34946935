/* SPDX-License-Identifier: GPL-2.0-or-later */
/* deadline.h - how long may a dump be read in this process? (--timeout) */

#ifndef CDM_CLI_DEADLINE_H
#define CDM_CLI_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialised: as long as it takes. */
struct cdm_deadline {
	unsigned seconds;
	uint64_t at_ms; /* of the monotonic clock */
};

/* From now on, so many seconds. Then SIGALRM interrupts calls that wait, until the end: again and again,
 * since one that comes just before such a call is of no use. */
void cdm_deadline_begin(struct cdm_deadline *deadline, unsigned seconds);
void cdm_deadline_end(struct cdm_deadline *deadline);

bool cdm_deadline_has_passed(const struct cdm_deadline *deadline);

#endif
