/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crash.h - why the kernel died: for a person, in a line, for programs. capture.c has the same where
 * reports are left out. */

#ifndef CDM_CLI_CRASH_H
#define CDM_CLI_CRASH_H

#include "base/outbuf.h"
#include "cli/info.h"
#include "cli/options.h"

/* --panic, --reason, --fingerprint, --match. value is borrowed. */
bool cdm_options_crash(struct cdm_options *options, enum cdm_option option, const char *value,
		       struct cdm_error *err);

/* Does what is asked for say why the kernel died? Then the reader watches for it. */
bool cdm_crash_is_asked(const struct cdm_options *options);

/* Where the crash stands in the log, and the one that ended it, if that came later. */
struct cdm_crash_records {
	uint64_t first_seq[2], last_seq[2];
	unsigned n;
};

static inline bool cdm_crash_has_record(const struct cdm_crash_records *records, uint64_t seq)
{
	for (unsigned i = 0; i < records->n; i++)
		if (seq >= records->first_seq[i] && seq <= records->last_seq[i])
			return true;
	return false;
}

/* Behind the last record. False: there is no crash. */
bool cdm_crash_find_records(struct cdm_reader *reader, struct cdm_crash_records *records);

/* Then: why not, as a sentence. */
const char *cdm_crash_why_none(struct cdm_reader *reader);

/* Behind the last record of a log that is watched: memory ran out, and whether there is a crash is not
 * known. The reader's message says so. */
bool cdm_crash_is_lost(struct cdm_reader *reader);

/* For cdm_output_format(); facts is a struct cdm_facts whose reader is behind the last record. With
 * several dumps each line begins with the dump's name. */
size_t cdm_crash_as_reason(void *facts, char *buf, size_t room);
size_t cdm_crash_as_fingerprint(void *facts, char *buf, size_t room);
size_t cdm_crash_as_match(void *facts, char *buf, size_t room);

/* Parts of what info.c and summary.c print: `"report":{...},"reports":[...]`; lines; columns, each
 * behind a tab. */
void cdm_crash_put_json(struct cdm_outbuf *out, const struct cdm_facts *facts);
void cdm_crash_put_text(struct cdm_outbuf *out, const struct cdm_facts *facts);
void cdm_crash_put_columns(struct cdm_outbuf *out, const struct cdm_facts *facts);

/* Looks the crash up in a list of known ones: a line each, of a fingerprint, or of a pattern with * and
 * ? that the reason fits; blanks and a name for it may follow a fingerprint; '#' begins a comment. Finds
 * facts->known, owned. Fails if the list cannot be read. */
CDM_CHECKED enum cdm_status cdm_crash_look_up(struct cdm_facts *facts, const char *list,
					      struct cdm_error *err);

#endif
