/* SPDX-License-Identifier: GPL-2.0-or-later */
/* info.h - what is known about a dump, for a person and for programs. */

#ifndef CDM_CLI_INFO_H
#define CDM_CLI_INFO_H

#include "api/crashdmesg.h"

#include <stdbool.h>
#include <stddef.h>

struct cdm_facts {
	const char *file;     /* as the user named it */
	struct cdm_info info; /* zeros, and a dump level of -1, where nothing is known */
	struct cdm_clock clock;
	int64_t boot_time; /* seconds since 1970; 0 is unknown */
	bool has_log;      /* it was found: the log's members count */
	bool complete;     /* read to its end, nothing missing */
	unsigned status;   /* exit status for this dump */

	struct cdm_reader *reader;
	bool tells_crash; /* it has watched for crashes, up to the last record */
	bool names_file;  /* where a line is all that is said about a dump */
	char *known;      /* --match: what the list calls the crash; owned; NULL: nothing */
};

/* For cdm_output_format(); facts is a struct cdm_facts. */
size_t cdm_info_as_json(void *facts, char *buf, size_t room);  /* an object, one line */
size_t cdm_info_as_text(void *facts, char *buf, size_t room);  /* "key: value" lines */
size_t cdm_info_as_title(void *facts, char *buf, size_t room); /* "FILE: format" */

/* Around the records of --json-lines: what is known before them, and what only behind them. */
size_t cdm_info_as_header(void *facts, char *buf, size_t room);
size_t cdm_info_as_trailer(void *facts, char *buf, size_t room);

/* summary.c: a line with columns, and the line above them all (facts: unused). */
size_t cdm_info_as_summary(void *facts, char *buf, size_t room);
size_t cdm_info_as_summary_heading(void *unused, char *buf, size_t room);

/* How the dump was understood, to standard error, a line each. */
void cdm_info_tell(const struct cdm_facts *facts);

#endif
