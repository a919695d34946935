/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carve_lines.h - lines of a log of Linux up to 3.4 in memory: `<6>[    1.234567] text`, the time where
 * printk.time was on. */

#ifndef CDM_PRINTK_CARVE_LINES_H
#define CDM_PRINTK_CARVE_LINES_H

#include "printk/window.h"

struct cdm_line {
	uint64_t paddr, end;          /* end: after its newline, or where it was told to end */
	bool is_cut;                  /* memory that cannot be read ends it */
	bool has_priority, is_kernel; /* is_kernel: facility 0 */
	bool has_angle;               /* begins with '<' */
	bool has_nul;
	bool has_time;
	uint64_t time_us;
	bool is_banner;     /* "Linux version ", which a kernel prints once */
	bool has_directive; /* %s and the like: a constant, not what printk made of it */
};

/* Is it text as rings have it? What programs print may be UTF-8. */
bool cdm_is_line_text(uint8_t c);

/* The length of "<30>" at the start of these bytes; 0: there is none. */
size_t cdm_priority_at(const uint8_t *at, size_t len);

/* Do these bytes hold "%-5.3lu" or the like? "100% of" is none. */
bool cdm_has_directive(const uint8_t *at, size_t len);

/* At least one byte at paddr, and how many; NULL: it cannot be read. */
const uint8_t *cdm_line_bytes(struct cdm_window *window, uint64_t paddr, size_t *len);

/* The first address from paddr on where there is no text. */
uint64_t cdm_end_of_lines(struct cdm_window *window, uint64_t paddr);

/* Where the text before paddr begins, at most `most` bytes before. */
uint64_t cdm_begin_of_lines(struct cdm_window *window, uint64_t paddr, uint64_t most);

/* The line at paddr, up to `end`. */
void cdm_read_line(struct cdm_window *window, uint64_t paddr, uint64_t end, struct cdm_line *line);

#endif
