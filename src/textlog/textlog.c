// SPDX-License-Identifier: GPL-2.0-or-later
/* textlog.c - which lines of a text are one record? */

#include "textlog/textlog.h"

#include "base/limits.h"
#include "textlog/entries.h"
#include "textlog/kmsg.h"
#include "textlog/lines.h"
#include "textlog/prefix.h"
#include "textlog/pstore.h"

#include <inttypes.h>
#include <stdlib.h>

/* Names in /dev/kmsg's dictionary: the kernel keeps 16 and 48 bytes of them. */
#define MAX_NAME 64

struct name {
	uint8_t at[MAX_NAME];
	size_t len;
};

struct cdm_textlog {
	struct cdm_source *source; /* owned */
	struct cdm_lines lines;
	bool is_kmsg; /* whoever opened it says so */

	/* Of the form that the text has, once it was looked at. */
	enum cdm_status (*next)(struct cdm_textlog *log, struct cdm_record *rec,
				struct cdm_error *err);
	struct cdm_damage damage;
	uint64_t lost;
	uint64_t n;    /* records so far */
	uint8_t *text; /* owned; the record's: CDM_MAX_TEXT */
	size_t text_len;

	/* Lines: the one behind the record, if it was looked at and does not belong to it. */
	struct cdm_prefix behind;
	bool has_next;
	bool next_has_return; /* it ended as on a console */

	/* Records of /dev/kmsg. */
	bool has_nuls; /* they separate them */
	uint64_t next_seq;
	struct name subsystem, device;
	bool has_odd_line;
	struct cdm_error odd_line;

	struct cdm_entries entries; /* JSON, and journals' exports */
};

enum cdm_status cdm_textlog_open(struct cdm_source *source, enum cdm_textlog_form form,
				 struct cdm_textlog **out, struct cdm_error *err)
{
	struct cdm_textlog *log = calloc(1, sizeof(*log));
	uint8_t *text = malloc(CDM_MAX_TEXT);

	if (!log || !text) {
		free(log);
		free(text);
		cdm_source_close(source);
		return cdm_fail_memory(err, "text log");
	}
	log->source = source;
	log->lines.source = source;
	log->is_kmsg = form == CDM_TEXTLOG_KMSG;
	log->text = text;
	*out = log;
	return CDM_OK;
}

enum cdm_status cdm_textlog_open_folder(const char *folder, struct cdm_textlog **out,
					struct cdm_error *err)
{
	struct cdm_source *source;
	enum cdm_status st = cdm_pstore_open(folder, &source, err);

	return st ? st : cdm_textlog_open(source, CDM_TEXTLOG_LINES, out, err);
}

/* ---- the text of a record ---- */

static void append(struct cdm_textlog *log, struct cdm_bytes bytes)
{
	size_t left = CDM_MAX_TEXT - log->text_len;
	size_t len = bytes.len < left ? bytes.len : left;

	memcpy(log->text + log->text_len, bytes.at, len);
	log->text_len += len;
}

static struct cdm_bytes record_text(const struct cdm_textlog *log)
{
	return (struct cdm_bytes){ log->text, log->text_len };
}

/* ---- lines ---- */

static bool ends_with_return(const struct cdm_line *line)
{
	return line->len && line->at[line->len - 1] == '\r';
}

/* "** 5 printk messages dropped **": a console's word, which stands in no log. */
static void count_dropped(struct cdm_textlog *log, struct cdm_bytes text)
{
	uint64_t n;

	if (cdm_take_mark(&text, "** ") && cdm_take_decimal(&text, &n) &&
	    cdm_take_mark(&text, " printk messages dropped") && n <= UINT64_MAX - log->lost)
		log->lost += n;
}

/* Fills log->behind with the next line of the kernel's. */
static enum cdm_status look_at_line(struct cdm_textlog *log, struct cdm_error *err)
{
	struct cdm_line line;

	while (!log->has_next) {
		enum cdm_status st = cdm_lines_look(&log->lines, &line, err);

		if (st)
			return st;
		log->next_has_return = ends_with_return(&line);
		while (ends_with_return(&line))
			line.len--;
		line.len = cdm_strip_escapes(line.at, line.len);
		cdm_prefix_parse((struct cdm_bytes){ line.at, line.len }, &log->behind);
		log->has_next = !log->behind.is_foreign;
		if (!log->has_next)
			cdm_lines_pass(&log->lines);
	}
	return CDM_OK;
}

static void pass_line(struct cdm_textlog *log)
{
	log->has_next = false;
	cdm_lines_pass(&log->lines);
}

/* dmesg indents the later lines of a record by what stands in front of the first. */
static struct cdm_bytes without_indent(struct cdm_bytes text, size_t width)
{
	size_t blanks = 0;

	while (blanks < width && blanks < text.len && text.at[blanks] == ' ')
		blanks++;
	if (blanks < width)
		return text;
	return (struct cdm_bytes){ text.at + width, text.len - width };
}

/* Is there room for the next line in the record? If not, it begins another. */
static bool has_room(const struct cdm_textlog *log)
{
	return log->behind.text.len < CDM_MAX_TEXT - log->text_len;
}

/* Does the next line belong to the record that `first` began? In a text with priorities every line
 * without one does; in others an empty line is an empty record. */
static bool continues(const struct cdm_textlog *log, const struct cdm_prefix *first,
		      bool is_console)
{
	if (!first->begins_record || is_console || log->behind.begins_record)
		return false;
	return log->behind.text.len || first->flags & CDM_RECORD_PRIORITY;
}

static enum cdm_status next_of_lines(struct cdm_textlog *log, struct cdm_record *rec,
				     struct cdm_error *err)
{
	enum cdm_status st = look_at_line(log, err);

	if (st)
		return st;
	struct cdm_prefix first = log->behind;
	bool is_console = log->next_has_return;

	log->text_len = 0;
	append(log, first.text);
	count_dropped(log, first.text);
	pass_line(log);
	while (!(st = look_at_line(log, err)) && continues(log, &first, is_console) &&
	       has_room(log)) {
		append(log, (struct cdm_bytes){ (const uint8_t *)"\n", 1 });
		append(log, without_indent(log->behind.text, first.width));
		pass_line(log);
	}
	if (st && st != CDM_END)
		return st;
	*rec = (struct cdm_record){
		.seq = log->n++,
		.ts_ns = first.ts_ns,
		.flags = first.flags,
		.caller = first.caller,
		.level = first.level,
		.facility = first.facility,
		.text = record_text(log),
		.subsystem = { (const uint8_t *)"", 0 },
		.device = { (const uint8_t *)"", 0 },
	};
	return CDM_OK;
}

/* ---- records of /dev/kmsg ---- */

static void keep_name(struct name *name, struct cdm_bytes value)
{
	if (value.len <= MAX_NAME)
		name->len = cdm_kmsg_unescape(value, name->at);
}

/* " SUBSYSTEM=pci" */
static void keep_pair(struct cdm_textlog *log, struct cdm_bytes line)
{
	if (cdm_take_mark(&line, " SUBSYSTEM="))
		keep_name(&log->subsystem, line);
	else if (cdm_take_mark(&line, " DEVICE="))
		keep_name(&log->device, line);
}

/* A line between records that is none and no dictionary: whether that is odd shows when the next
 * record has come. */
static void keep_odd_line(struct cdm_textlog *log, struct cdm_bytes line)
{
	int len = line.len < 40 ? (int)line.len : 40;

	if (log->has_odd_line)
		return;
	log->has_odd_line = true;
	cdm_fail(&log->odd_line, CDM_CORRUPT,
		 "after %" PRIu64
		 " records: a line begins with '%.*s', not as records of /dev/kmsg do",
		 log->n, len, (const char *)line.at);
}

/* Where NULs separate records, dmesg shows the first line of each alone. */
static void tell_odd_line(struct cdm_textlog *log)
{
	if (log->has_odd_line && !log->has_nuls)
		cdm_damage_add(&log->damage, &log->odd_line);
	log->has_odd_line = false;
}

/* Looks for the line that begins the next record; those that it passes belong to the one before. */
static enum cdm_status find_kmsg(struct cdm_textlog *log, struct cdm_record *rec,
				 struct cdm_error *err)
{
	struct cdm_line line;
	enum cdm_status st;
	uint64_t passed = 0;

	for (; !(st = cdm_lines_look(&log->lines, &line, err)); cdm_lines_pass(&log->lines)) {
		struct cdm_bytes text = { line.at, line.len };

		passed += line.len;
		if (log->source->is_stream && passed > CDM_MAX_KMSG_GAP) {
			st = cdm_fail(err, CDM_ERR_LIMIT,
				      "after %" PRIu64
				      " records: %u MiB without a record of /dev/kmsg",
				      log->n, CDM_MAX_KMSG_GAP / CDM_MIB);
			break;
		}

		log->has_nuls |= line.has_nul && log->n > 0;
		if ((line.has_nul || !log->has_nuls) && cdm_kmsg_parse(text, rec))
			break;
		if (text.len && text.at[0] == ' ')
			keep_pair(log, text);
		else if (text.len)
			keep_odd_line(log, text);
	}
	tell_odd_line(log);
	return st;
}

static void count_gap(struct cdm_textlog *log, const struct cdm_record *rec)
{
	if (log->n && rec->seq > log->next_seq)
		log->lost += rec->seq - log->next_seq;
	log->next_seq = rec->seq + 1;
}

/* An empty line right behind a record's: dmesg has it as the end of the text, and shows it. */
static enum cdm_status take_empty_line(struct cdm_textlog *log, struct cdm_error *err)
{
	struct cdm_line line;
	enum cdm_status st = cdm_lines_look(&log->lines, &line, err);

	if (!st && !line.len && !line.has_nul) {
		append(log, (struct cdm_bytes){ (const uint8_t *)"\n", 1 });
		cdm_lines_pass(&log->lines);
	}
	return st == CDM_END ? CDM_OK : st;
}

/* Passes over the line of a record. What follows of a long one is no record. */
static enum cdm_status pass_kmsg(struct cdm_textlog *log, struct cdm_error *err)
{
	struct cdm_line line;
	struct cdm_error cut;
	enum cdm_status st = cdm_lines_look(&log->lines, &line, err);

	if (st)
		return st;
	if (line.goes_on) {
		cdm_fail(&cut, CDM_ERR_LIMIT,
			 "after %" PRIu64
			 " records: a line has more than %u bytes: the rest is left out",
			 log->n, CDM_MAX_TEXT);
		cdm_damage_add(&log->damage, &cut);
	}
	cdm_lines_pass(&log->lines);
	return take_empty_line(log, err);
}

/* A record's dictionary stands behind it, so that the line of the next record has to be found before
 * this one is handed out. */
static enum cdm_status next_of_kmsg(struct cdm_textlog *log, struct cdm_record *rec,
				    struct cdm_error *err)
{
	struct cdm_record found, behind;
	enum cdm_status st = find_kmsg(log, &found, err);

	if (st)
		return st;
	log->text_len = cdm_kmsg_unescape(found.text, log->text);
	st = pass_kmsg(log, err);
	if (st)
		return st;
	count_gap(log, &found);
	log->subsystem.len = log->device.len = 0;
	log->n++;
	st = find_kmsg(log, &behind, err);
	if (st && st != CDM_END)
		return st;
	*rec = found;
	rec->text = record_text(log);
	rec->subsystem = (struct cdm_bytes){ log->subsystem.at, log->subsystem.len };
	rec->device = (struct cdm_bytes){ log->device.at, log->device.len };
	return CDM_OK;
}

/* ---- entries ---- */

static void begin_entries(struct cdm_textlog *log)
{
	log->entries = (struct cdm_entries){
		.lines = &log->lines,
		.damage = &log->damage,
		.lost = &log->lost,
		.entry = { .text = log->text },
	};
	cdm_entry_begin(&log->entries.entry);
}

static enum cdm_status next_of_json(struct cdm_textlog *log, struct cdm_record *rec,
				    struct cdm_error *err)
{
	(void)err;
	return cdm_entries_next_json(&log->entries, rec);
}

static enum cdm_status next_of_export(struct cdm_textlog *log, struct cdm_record *rec,
				      struct cdm_error *err)
{
	(void)err;
	return cdm_entries_next_export(&log->entries, rec);
}

/* ---- all ---- */

/* The first line tells. Whoever said "lines" may not know better. */
static enum cdm_status find_form(struct cdm_textlog *log, struct cdm_error *err)
{
	struct cdm_line line;
	struct cdm_record rec;
	enum cdm_status st;

	cdm_pstore_tell(log->source, &log->damage);
	st = cdm_lines_look(&log->lines, &line, err);
	if (st)
		return st;
	struct cdm_bytes text = { line.at, line.len };

	log->next = next_of_lines;
	if (log->is_kmsg || cdm_kmsg_parse(text, &rec))
		log->next = next_of_kmsg;
	else if (cdm_entries_are_json(text))
		log->next = next_of_json;
	else if (cdm_entries_are_export(text))
		log->next = next_of_export;
	begin_entries(log);
	return CDM_OK;
}

/* A text that could not be read to its end. */
static void tell_failure(struct cdm_textlog *log)
{
	cdm_pstore_tell_news(log->source, &log->damage);
	if (!log->lines.failure.status)
		return;
	cdm_damage_add(&log->damage, &log->lines.failure);
	log->lines.failure.status = CDM_OK;
}

enum cdm_status cdm_textlog_next(struct cdm_textlog *log, struct cdm_record *rec,
				 struct cdm_error *err)
{
	enum cdm_status st = log->next ? CDM_OK : find_form(log, err);

	if (!st)
		st = log->next(log, rec, err);
	if (st == CDM_END)
		tell_failure(log);
	return st;
}

void cdm_textlog_rewind(struct cdm_textlog *log)
{
	cdm_lines_rewind(&log->lines);
	cdm_damage_clear(&log->damage);
	log->lost = log->n = 0;
	log->has_next = log->has_nuls = log->has_odd_line = false;
	log->next = NULL;
}

const struct cdm_damage *cdm_textlog_damage(const struct cdm_textlog *log)
{
	return &log->damage;
}

uint64_t cdm_textlog_lost(const struct cdm_textlog *log)
{
	return log->lost;
}

bool cdm_textlog_boot(const struct cdm_textlog *log, int64_t *boot_us, uint64_t *spread_us)
{
	const struct cdm_entries *entries = &log->entries;

	if (!entries->has_boot)
		return false;
	*boot_us = entries->boot_us;
	*spread_us = (uint64_t)(entries->max_boot_us - entries->min_boot_us);
	return true;
}

struct cdm_source *cdm_textlog_source(const struct cdm_textlog *log)
{
	return log->source;
}

void cdm_textlog_close(struct cdm_textlog *log)
{
	if (!log)
		return;
	cdm_lines_end(&log->lines);
	cdm_source_close(log->source);
	cdm_damage_clear(&log->damage);
	free(log->text);
	free(log);
}
