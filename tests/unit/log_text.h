/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_text.h - records from the lines of a log in a test: "<14>[   12.345678] [  T12] text", of which
 * all but the text may be missing. A line without a time takes the one before it. */

#ifndef CDM_TESTS_LOG_TEXT_H
#define CDM_TESTS_LOG_TEXT_H

#include "printk/record.h"

#include <stdbool.h>

/* Takes a line off *text. False: there is none. rec->seq counts from 0. */
bool log_text_next(struct cdm_bytes *text, struct cdm_record *rec);

/* The whole file, with a NUL behind it; ends the program if it cannot be read.
 * The caller frees it. */
char *read_whole_file(const char *name, size_t *len);

#endif
