/* SPDX-License-Identifier: GPL-2.0-or-later */
/* style.h - how a record is shown: the choices that a user makes, and the writers that follow them.
 *
 * Every writer puts one record (a document's frame, for JSON) into an outbuf and keeps no state
 * but what the caller hands it. To add an output form: write src/text/<name>.c and add a line to
 * the table in src/lib/format.c. */

#ifndef CDM_TEXT_STYLE_H
#define CDM_TEXT_STYLE_H

#include "base/outbuf.h"
#include "base/priority.h"
#include "printk/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cdm_text_style {
	bool raw;              /* -r: <N> in front, as syslog(2) gives it */
	bool decode;           /* -x: facility and level by name */
	bool no_escape;        /* bytes that are not printable go out as they are */
	unsigned caller_width; /* of "T1" or "C0" between brackets; 0: callers are not shown */
	bool nul_between;      /* kmsg: a NUL between records, as dmesg -K wants them */
};

/* An output form: what stands before the first record, a record, and what stands behind the last.
 * `index` and `count` are records shown so far in this document. */
struct cdm_text_form {
	void (*begin)(struct cdm_outbuf *out); /* NULL: nothing */
	/* Returns whether the record was shown: JSON leaves out empty ones. */
	bool (*record)(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, uint64_t index);
	void (*end)(struct cdm_outbuf *out, uint64_t count); /* NULL: nothing */
};

extern const struct cdm_text_form cdm_form_dmesg; /* default, -r, -x */
extern const struct cdm_text_form cdm_form_json;  /* -J */
extern const struct cdm_text_form cdm_form_kmsg;  /* --kmsg-records */

/* What syslog(2) and /dev/kmsg call a record. */
static inline unsigned cdm_priority(const struct cdm_record *rec)
{
	return rec->facility * 8u + rec->level;
}

/* A text that ends in a newline ends its line with it. */
static inline struct cdm_bytes cdm_shown_text(const struct cdm_record *rec)
{
	struct cdm_bytes text = rec->text;

	if (text.len && text.at[text.len - 1] == '\n')
		text.len--;
	return text;
}

/* escape.c: text as dmesg shows it: what is not printable in the locale (LC_CTYPE) becomes \xNN,
 * white space passes; a newline that is not the last byte is followed by `indent` blanks. */
void cdm_put_escaped(struct cdm_outbuf *out, struct cdm_bytes text, size_t indent, bool no_escape);

/* clock.c: seconds and microseconds, "%5ld.%06ld", or "[%5ld.%06ld] ". */
void cdm_put_timestamp(struct cdm_outbuf *out, uint64_t ts_ns, bool brackets);

#define CDM_MAX_CALLER_TEXT 11 /* "T4294967295" */

/* clock.c: "T12", a thread, or "C3", a processor. Returns the length; not NUL-terminated. */
size_t cdm_caller_text(char text[CDM_MAX_CALLER_TEXT], uint32_t caller);

#endif
