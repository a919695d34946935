/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prefix.h - what stands in front of a kernel message on a line of text.
 *
 *     Oct 12 23:25:16 host kernel: <6>[    1.234567] [    T1] message
 *
 * From the outside: what a logger put there (syslog, journal, a serial console's time stamp); what
 * dmesg or the console put there: priority as a number or by name, time, caller. Each may be absent. */

#ifndef CDM_TEXTLOG_PREFIX_H
#define CDM_TEXTLOG_PREFIX_H

#include "printk/record.h"

struct cdm_prefix {
	uint32_t flags; /* of the record: CDM_RECORD_TIMED, _PRIORITY, _CALLER */
	uint64_t ts_ns;
	uint32_t caller;
	uint8_t level;
	uint8_t facility;
	bool begins_record; /* there is something in front that only a record's first line has */
	bool is_foreign;    /* a line of another program than the kernel, in a syslog */
	size_t width; /* columns that dmesg put there, which a record's later lines leave blank */
	struct cdm_bytes text; /* the rest of the line */
};

void cdm_prefix_parse(struct cdm_bytes line, struct cdm_prefix *prefix);

/* Numbers and marks at the start of text, which loses them. False, and text is as it was: it does
 * not begin so. */
bool cdm_take_mark(struct cdm_bytes *text, const char *mark);
bool cdm_take_decimal(struct cdm_bytes *text, uint64_t *number);

/* "1.234567", as nanoseconds. */
bool cdm_take_seconds(struct cdm_bytes *text, uint64_t *ns);

/* -1: it is none. */
int cdm_hex_digit(uint8_t byte);

/* "T12", "C3". */
bool cdm_take_caller(struct cdm_bytes *text, uint32_t *caller);

/* Takes the sequences out of a line by which terminals are told colours and positions. Returns how
 * long it is then. */
size_t cdm_strip_escapes(uint8_t *at, size_t len);

#endif
