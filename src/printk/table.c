// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which generations of the log are read? */

#include "printk/log.h"

const struct cdm_log_generation *const cdm_log_table[] = {
	&cdm_ring_lockless,
	&cdm_ring_records,
	&cdm_ring_text,
	NULL,
};
