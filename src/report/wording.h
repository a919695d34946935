/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wording.h - does a line of the log have this wording, and what stands in its gaps?
 *
 * A wording is the beginning of a line, with gaps:
 *
 *     %a  address, with 0x or without; (null) is 0     %f  file, up to a colon
 *     %c  task's name                                  %l  line of the file
 *     %p  pid      %i  uid      %u  processor          %s  symbol+0x1/0x2 [module], or an address
 *     %o  number of the oops                           %t  "Not tainted" or "Tainted: G W", and on
 *     %n  the machine's name: the rest of the line     %y  symbol alone
 *     %g  letters of the taint
 *
 * Passed over: %d a decimal number, %h a hexadecimal one, %w a word, %* anything, the least that will
 * do, %_ blanks or none. $ is the end of the line. */

#ifndef CDM_REPORT_WORDING_H
#define CDM_REPORT_WORDING_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in the kernel's code, as printed. */
struct cdm_place {
	struct cdm_bytes symbol; /* empty: a bare address, or none */
	struct cdm_bytes module;
	uint32_t offset, size;
};

/* What stood in the gaps: ranges of the line, empty where there was no such gap. */
struct cdm_found {
	unsigned has; /* enum cdm_report_has */
	uint64_t address;
	uint32_t pid, uid, cpu, oops, line;
	struct cdm_bytes comm, file, taint, hardware;
	struct cdm_place place;
	bool has_place; /* also if it is a bare address */
};

/* *found is filled only if the line has the wording. */
bool cdm_wording_matches(const char *wording, struct cdm_bytes line, struct cdm_found *found);

/* Takes "symbol+0x1/0x2 [module]" (2.6.2x: ":module:symbol+0x1/0x2"), or a bare "0x1234", off the
 * beginning of *line. False, and nothing taken, if none is there. */
bool cdm_place_take(struct cdm_bytes *line, struct cdm_place *place);

/* Takes " [module]" off it, if it is there. */
void cdm_module_take(struct cdm_bytes *line, struct cdm_bytes *module);

/* Takes a hexadecimal number, with or without 0x, of at most 16 digits. */
bool cdm_hex_take(struct cdm_bytes *line, uint64_t *value);

struct cdm_bytes cdm_bytes_behind(struct cdm_bytes text, size_t len); /* without the first len */
struct cdm_bytes cdm_without_blanks(struct cdm_bytes text);           /* in front */

#endif
