/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lines.h - a text, line by line, with room for one line more than is looked at. */

#ifndef CDM_TEXTLOG_LINES_H
#define CDM_TEXTLOG_LINES_H

#include "source/source.h"

struct cdm_line {
	uint8_t *at;  /* without the newline, and without NULs in front of it; may be written to */
	size_t len;   /* <= CDM_MAX_TEXT: a longer line comes in pieces */
	bool goes_on; /* in the next piece */
	bool has_nul;
};

/* Zero-initialised but for its source, it is ready. */
struct cdm_lines {
	struct cdm_source *source; /* borrowed */
	uint64_t at;               /* where the next byte is read */
	uint64_t n_passed;         /* NULs that were not looked at */
	uint8_t *buf;              /* owned; CDM_LINES_ROOM, from the first line on */
	size_t start, end;         /* what is in it and was not passed */
	size_t line_len; /* of the line that was looked at, with what surrounds it; 0: none */
	bool is_at_end;  /* of the source */
	struct cdm_error failure; /* why the source ended, if not by itself */
};

/* The next line, which stays valid, and the next one, until it is passed. CDM_END behind the last;
 * lines.failure.status says whether the source could not be read on. Fails when memory runs out. */
CDM_CHECKED enum cdm_status cdm_lines_look(struct cdm_lines *lines, struct cdm_line *line,
					   struct cdm_error *err);
void cdm_lines_pass(struct cdm_lines *lines);

/* The next byte, whatever lines there are; -1 behind the last. A line has been looked at before, and is
 * not passed. peek() leaves it the next one. */
int cdm_lines_byte(struct cdm_lines *lines);
int cdm_lines_peek(struct cdm_lines *lines);

void cdm_lines_rewind(struct cdm_lines *lines); /* the first line is the next one */
void cdm_lines_end(struct cdm_lines *lines);

#endif
