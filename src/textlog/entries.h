/* SPDX-License-Identifier: GPL-2.0-or-later */
/* entries.h - records that were kept as entries of named values, in either of two notations:
 *
 * JSON, as journalctl -o json and dmesg --json write it, and --json-lines: objects, one behind the
 * other, or within others.
 *
 *     {"MESSAGE":"text","PRIORITY":"6","_TRANSPORT":"kernel"}
 *
 * The journal's export format (systemd.io/JOURNAL_EXPORT_FORMATS): a line a value, or, for values of
 * any bytes, the name alone, how many bytes follow in 64 bits, little-endian, and these. An empty line
 * ends an entry.
 *
 *     PRIORITY=6
 *     MESSAGE
 *     \4\0\0\0\0\0\0\0text */

#ifndef CDM_TEXTLOG_ENTRIES_H
#define CDM_TEXTLOG_ENTRIES_H

#include "base/damage.h"
#include "textlog/entry.h"
#include "textlog/lines.h"

#define CDM_MAX_JSON_DEPTH                                                                         \
	32 /* objects and arrays in one another: ours have two, the journal's two */

/* Zeros but for what is borrowed, at the start of a text. */
struct cdm_entries {
	struct cdm_lines *lines;   /* borrowed; one line was looked at */
	struct cdm_damage *damage; /* borrowed */
	uint64_t *lost;            /* borrowed: records that the text says are */
	struct cdm_entry entry;    /* entry.text is borrowed */
	uint64_t n;                /* records so far */
	bool has_header;           /* of --json-lines: its trailer is to come */

	/* JSON. */
	unsigned depth, entry_depth;
	uint32_t objects; /* a bit a level: objects among them */
	bool wants_name;
	bool is_taken; /* the entry is the record that was handed out */

	/* The difference between wall time and time since boot, of the last entry that has both. */
	bool has_boot;
	int64_t boot_us;
	int64_t min_boot_us, max_boot_us; /* of all entries */
};

/* Does a text that begins so hold entries? */
bool cdm_entries_are_json(struct cdm_bytes line);
bool cdm_entries_are_export(struct cdm_bytes line);

/* The next record of the kernel's; those of other programs are passed over. CDM_END behind the last.
 * What is no such notation is damage, and reading goes on in the next line. */
enum cdm_status cdm_entries_next_json(struct cdm_entries *entries, struct cdm_record *rec);
enum cdm_status cdm_entries_next_export(struct cdm_entries *entries, struct cdm_record *rec);

/* For the notations: an entry is complete. True: it is a record, which *rec gets. */
bool cdm_entries_take(struct cdm_entries *entries, struct cdm_record *rec);

/* For the notations: damage behind the records so far. */
void cdm_entries_tell(struct cdm_entries *entries, enum cdm_status status, const char *what);

#endif
