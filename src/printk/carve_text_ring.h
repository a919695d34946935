/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carve_text_ring.h - the log of Linux up to 3.4 within a text in memory. */

#ifndef CDM_PRINTK_CARVE_TEXT_RING_H
#define CDM_PRINTK_CARVE_TEXT_RING_H

#include "printk/carve.h"

/* Is the text from begin to end a log? Then *find is that: the ring as far as its bounds are seen, and
 * how like a log it is. */
bool cdm_text_judge(struct cdm_window *window, uint64_t begin, uint64_t end,
		    struct cdm_carved *find);

/* Is the text a ring that is full and has wrapped, and little else? */
bool cdm_text_is_ring(struct cdm_window *window, uint64_t begin, uint64_t end);

#endif
