/* SPDX-License-Identifier: GPL-2.0-or-later */
/* textlog.h - the kernel log as a sequence of records, from a text that somebody kept of it.
 *
 * Lines: what dmesg printed, with or without priorities and in most of its time formats;
 * vmcore-dmesg.txt; a serial console's capture, with carriage returns and colours; syslog files and
 * what journalctl printed, of which other programs' lines are left out. A line without anything in
 * front belongs to the record before it, as its second line; where there is none, or on a console,
 * it is a record of its own.
 *
 * Records of /dev/kmsg: `pri,seq,usec,flags[,caller=...];text`, then ` KEY=value` lines; separated by
 * newlines alone or, as dmesg --kmsg-file wants them, by NULs.
 *
 * Entries: what journalctl -o json and -o export, dmesg --json and --json-lines wrote (entries.h); of a
 * journal the kernel's alone.
 *
 * Times count from boot where the text says so; what a logger put in front says nothing about that,
 * and its lines have no time. */

#ifndef CDM_TEXTLOG_TEXTLOG_H
#define CDM_TEXTLOG_TEXTLOG_H

#include "base/damage.h"
#include "printk/record.h"
#include "source/source.h"

enum cdm_textlog_form {
	CDM_TEXTLOG_LINES, /* or any other, if the first line is of that form */
	CDM_TEXTLOG_KMSG,
};

struct cdm_textlog;

/* Takes over the source, also when it fails. */
CDM_CHECKED enum cdm_status cdm_textlog_open(struct cdm_source *source, enum cdm_textlog_form form,
					     struct cdm_textlog **out, struct cdm_error *err);

/* A folder of pstore's (pstore.h), as lines. CDM_NOT_MINE: it is none. */
CDM_CHECKED enum cdm_status cdm_textlog_open_folder(const char *folder, struct cdm_textlog **out,
						    struct cdm_error *err);

/* In the text's order; CDM_END after the last. What rec points at is valid until the next call or
 * close. Fails only when memory runs out. */
CDM_CHECKED enum cdm_status cdm_textlog_next(struct cdm_textlog *log, struct cdm_record *rec,
					     struct cdm_error *err);

/* The next record is the first again; damage and what is lost count anew. */
void cdm_textlog_rewind(struct cdm_textlog *log);

/* So far. Lost: records that a console said it dropped, or whose numbers are not there. */
const struct cdm_damage *cdm_textlog_damage(const struct cdm_textlog *log);
uint64_t cdm_textlog_lost(const struct cdm_textlog *log);

/* When the machine was booted, by the last entry of a journal that tells: microseconds since 1970, UTC;
 * and by how much its entries differ, because the clock was set. False: none told it. */
bool cdm_textlog_boot(const struct cdm_textlog *log, int64_t *boot_us, uint64_t *spread_us);

struct cdm_source *cdm_textlog_source(const struct cdm_textlog *log); /* borrowed */
void cdm_textlog_close(struct cdm_textlog *log);                      /* NULL is fine */

#endif
