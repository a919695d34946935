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

/* How dmesg(1) says when a record came. */
enum cdm_text_time {
	CDM_TEXT_TIME_RAW,         /* [    1.234567] since boot */
	CDM_TEXT_TIME_CTIME,       /* [Fri Feb 13 23:31:31 2009] */
	CDM_TEXT_TIME_RELTIME,     /* [Feb13 23:31], and [  +1.234567] within a minute */
	CDM_TEXT_TIME_DELTA,       /* [<    1.234567>] since the record before */
	CDM_TEXT_TIME_ISO,         /* 2009-02-13T23:31:31,123456+00:00 */
	CDM_TEXT_TIME_NONE,        /* nothing */
	CDM_TEXT_TIME_RAW_DELTA,   /* [    1.234567 <    1.234567>] */
	CDM_TEXT_TIME_CTIME_DELTA, /* [Fri Feb 13 23:31:31 2009 <    1.234567>] */
};

/* Parts of a line that have a colour of their own. */
enum cdm_text_color {
	CDM_TEXT_COLOR_SUBSYS, /* what stands before the first ": " of the text, and that */
	CDM_TEXT_COLOR_TIME,
	CDM_TEXT_COLOR_TIMEBREAK, /* a time that begins a new minute */
	CDM_TEXT_COLOR_ALERT,     /* texts of these levels */
	CDM_TEXT_COLOR_CRIT,
	CDM_TEXT_COLOR_ERR,
	CDM_TEXT_COLOR_WARN,
	CDM_TEXT_COLOR_SEGFAULT, /* "segfault at" in one of another level */
	CDM_TEXT_COLORS
};

#define CDM_MAX_TIMES 6 /* formats one behind the other */

/* The first members as in struct cdm_style: src/lib/format.c copies them at once. */
struct cdm_text_style {
	bool raw;              /* -r: <N> in front, as syslog(2) gives it */
	bool decode;           /* -x: facility and level by name */
	bool no_escape;        /* bytes that are not printable go out as they are */
	unsigned caller_width; /* of "T1" or "C0" between brackets; 0: callers are not shown */
	bool nul_between;      /* kmsg: a NUL between records, as dmesg -K wants them */
	bool force_prefix;     /* -p: what stands in front, in front of each line of a record */
	bool no_indent;        /* later lines of a record begin at the margin */
	bool utc;              /* wall times are not local */
	const struct cdm_text_dress *dress; /* NULL: neither a prefix on each line nor any of it */
};

/* What most records go without. */
struct cdm_text_dress {
	bool utc;
	int64_t boot_us;      /* wall time at boot: microseconds since 1970, UTC */
	unsigned n_times;     /* 0: raw alone */
	const uint8_t *times; /* enum cdm_text_time */
	const char *const
		*colors; /* CDM_TEXT_COLORS escape sequences, NULL where there is none; NULL:
				    * no colours */
};

/* What a document remembers of the records before: zeros at first. */
struct cdm_text_state {
	uint64_t shown;   /* records */
	uint64_t last_us; /* when the record before came, also one that was not shown; 0: none */
	int minute, hour, day_of_year; /* wall time of the last one that was shown with it */
};

/* When a record came, as the formats need it. */
struct cdm_moment {
	uint64_t us;      /* since boot */
	int64_t delta_us; /* since the record before */
	bool is_new_minute;
	bool is_later_line; /* of the record, which has its prefix again */
};

/* An output form: what stands before the first record, a record, and what stands behind the last.
 * `count` is the number of records shown in this document. */
struct cdm_text_form {
	void (*begin)(struct cdm_outbuf *out); /* NULL: nothing */
	/* Returns whether the record was shown: JSON leaves out empty ones. Changes all of state but
	 * `shown`. */
	bool (*record)(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state);
	void (*end)(struct cdm_outbuf *out, uint64_t count); /* NULL: nothing */
};

extern const struct cdm_text_form cdm_form_dmesg; /* default, -r, -x */
extern const struct cdm_text_form cdm_form_json;  /* -J */
extern const struct cdm_text_form cdm_form_kmsg;  /* --kmsg-records */
extern const struct cdm_text_form cdm_form_json_lines;

/* What syslog(2) and /dev/kmsg call a record. */
static inline unsigned cdm_priority(const struct cdm_record *rec)
{
	return rec->facility * 8u + rec->level;
}

/* escape.c: text as dmesg shows it: what is not printable in the locale (LC_CTYPE) becomes \xNN,
 * white space passes; a newline that is not the last byte is followed by `indent` blanks. */
void cdm_put_escaped(struct cdm_outbuf *out, struct cdm_bytes text, size_t indent, bool no_escape);

/* dmesg.c: what stands in front of a record that has it: priority and caller. */
void cdm_put_priority(struct cdm_outbuf *out, const struct cdm_text_style *style,
		      const struct cdm_record *rec);
void cdm_put_caller_column(struct cdm_outbuf *out, const struct cdm_text_style *style,
			   const struct cdm_record *rec);

/* dressed.c: as dmesg shows it; style->dress is not NULL. */
void cdm_put_dressed(struct cdm_outbuf *out, const struct cdm_text_style *style,
		     const struct cdm_record *rec, struct cdm_text_state *state);

/* stamp.c: seconds and microseconds, "%5ld.%06ld", or "[%5ld.%06ld] ". */
void cdm_put_timestamp(struct cdm_outbuf *out, uint64_t ts_ns, bool brackets);

#define CDM_MAX_CALLER_TEXT 11 /* "T4294967295" */

/* stamp.c: "T12", a thread, or "C3", a processor. Returns the length; not NUL-terminated. */
size_t cdm_caller_text(char text[CDM_MAX_CALLER_TEXT], uint32_t caller);

/* times.c: the times of a record that has one, in the order of the style. Returns how many columns
 * the last of them takes, by which later lines are indented: colours take none. */
size_t cdm_put_times(struct cdm_outbuf *out, const struct cdm_text_dress *dress,
		     const struct cdm_moment *moment);

/* times.c: takes a record with a time into account. */
struct cdm_moment cdm_moment_of(const struct cdm_text_dress *dress, const struct cdm_record *rec,
				struct cdm_text_state *state);

/* The escape sequence that begins a part; NULL: it has no colour. */
static inline const char *cdm_color_of(const struct cdm_text_dress *dress, enum cdm_text_color part)
{
	return dress->colors ? dress->colors[part] : NULL;
}

/* Begins and ends a colour; NULL: none. */
static inline void cdm_put_color(struct cdm_outbuf *out, const char *color)
{
	if (color)
		cdm_put_string(out, color);
}

static inline void cdm_end_color(struct cdm_outbuf *out, const char *color)
{
	if (color)
		cdm_put_string(out, "\033[0m");
}

#endif
