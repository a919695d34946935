// SPDX-License-Identifier: GPL-2.0-or-later
/* crash.c - why the kernel died: for a person, in a line, for programs. */

#include "cli/crash.h"

#include "base/checked.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VALUE_COLUMN 13 /* as info.c */

bool cdm_options_crash(struct cdm_options *options, enum cdm_option option, const char *value,
		       struct cdm_error *err)
{
	(void)err;
	switch (option) {
	case CDM_OPTION_REASON:
		options->action = CDM_ACTION_REASON;
		break;
	case CDM_OPTION_FINGERPRINT:
		options->action = CDM_ACTION_FINGERPRINT;
		break;
	case CDM_OPTION_MATCH:
		options->action = CDM_ACTION_MATCH;
		options->known_list = value;
		break;
	default:
		options->only_crash = true; /* --panic */
	}
	return true;
}

bool cdm_crash_is_asked(const struct cdm_options *options)
{
	switch (options->action) {
	case CDM_ACTION_LOG:
		return options->only_crash;
	case CDM_ACTION_VMCOREINFO:
		return false;
	default:
		return true;
	}
}

/* ---- pieces ---- */

static void put_visible(struct cdm_outbuf *out, const char *text)
{
	cdm_put_visible(out, (struct cdm_bytes){ (const uint8_t *)text, strlen(text) });
}

static void put_json_string(struct cdm_outbuf *out, const char *text)
{
	cdm_put_json_string(out, (struct cdm_bytes){ (const uint8_t *)text, strlen(text) });
}

static void put_count(struct cdm_outbuf *out, uint64_t n)
{
	cdm_put_decimal(out, n, 1, ' ');
}

static void put_hex(struct cdm_outbuf *out, uint64_t n)
{
	cdm_put_string(out, "0x");
	cdm_put_hex(out, n, 1);
}

/* Without a reader, a log, or a crash it is "none". */
static struct cdm_crash crash_of(const struct cdm_facts *facts, size_t index)
{
	struct cdm_crash crash = { .size = sizeof(crash) };

	if (!facts->tells_crash || cdm_reader_crash(facts->reader, index, &crash) != CDM_GOOD)
		crash = (struct cdm_crash){ .kind = "none",
					    .reason = "",
					    .panic = "",
					    .symbol = "",
					    .comm = "",
					    .taint = "",
					    .fingerprint = "" };
	return crash;
}

static bool is_unknown(const struct cdm_crash *crash)
{
	return !strcmp(crash->kind, "unknown");
}

static bool is_none(const struct cdm_crash *crash)
{
	return !strcmp(crash->kind, "none") || is_unknown(crash);
}

static void put_name(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	if (!facts->names_file)
		return;
	put_visible(out, facts->file);
	cdm_put_string(out, ": ");
}

/* "crash_null+0xc [crasher]" */
static void put_place(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	put_visible(out, crash->symbol);
	if (crash->has & CDM_CRASH_OFFSET) {
		cdm_put_char(out, '+');
		put_hex(out, crash->offset);
	}
	if (crash->module[0]) {
		cdm_put_string(out, " [");
		put_visible(out, crash->module);
		cdm_put_char(out, ']');
	}
}

/* "sh, pid 94, uid 0, CPU 0", as far as it is known. */
static void put_task(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	static const struct {
		unsigned has;
		char name[5];
		size_t off;
	} numbers[] = {
		{ CDM_CRASH_PID, "pid", offsetof(struct cdm_crash, pid) },
		{ CDM_CRASH_UID, "uid", offsetof(struct cdm_crash, uid) },
		{ CDM_CRASH_CPU, "CPU", offsetof(struct cdm_crash, cpu) },
	};
	const char *comma = crash->comm[0] ? ", " : "";

	put_visible(out, crash->comm);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint32_t number;

		if (!(crash->has & numbers[i].has))
			continue;
		memcpy(&number, (const char *)crash + numbers[i].off, sizeof(number));
		cdm_put_string(out, comma);
		cdm_put_string(out, numbers[i].name);
		cdm_put_char(out, ' ');
		put_count(out, number);
		comma = ", ";
	}
}

/* ---- a line ---- */

static void put_kind_and_reason(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	if (!strcmp(crash->severity, "hw"))
		cdm_put_string(out, "hardware fault, ");
	cdm_put_string(out, crash->kind);
	cdm_put_string(out, ": ");
	put_visible(out, crash->reason[0] ? crash->reason : "the line that says more is lost");
}

/* The crash that came last, if it is another one than the cause. */
static bool find_later(struct cdm_reader *reader, const struct cdm_crash *cause,
		       struct cdm_crash *last)
{
	struct cdm_crash next = { .size = sizeof(next) };

	last->first_seq = cause->first_seq;
	for (size_t i = 0; cdm_reader_crash(reader, i, &next) == CDM_GOOD; i++)
		if (next.first_seq > cause->first_seq &&
		    (!strcmp(next.severity, "fatal") || !strcmp(next.severity, "oops")))
			*last = next;
	return last->first_seq != cause->first_seq;
}

bool cdm_crash_is_lost(struct cdm_reader *reader)
{
	struct cdm_crash cause = { .size = sizeof(cause) };

	return cdm_reader_crash(reader, CDM_CRASH_CAUSE, &cause) == CDM_FAILED;
}

bool cdm_crash_find_records(struct cdm_reader *reader, struct cdm_crash_records *records)
{
	struct cdm_crash cause = { .size = sizeof(cause) }, last = { .size = sizeof(last) };

	if (cdm_reader_crash(reader, CDM_CRASH_CAUSE, &cause) != CDM_GOOD || is_none(&cause))
		return false;
	records->n = 1;
	records->first_seq[0] = cause.first_seq;
	records->last_seq[0] = cause.last_seq;
	if (find_later(reader, &cause, &last)) {
		records->n = 2;
		records->first_seq[1] = last.first_seq;
		records->last_seq[1] = last.last_seq;
	}
	return true;
}

static const char *why_none(const struct cdm_crash *cause)
{
	return is_unknown(cause) ? "no crash report found, and parts of the log are missing"
				 : "no crash report found in the log";
}

const char *cdm_crash_why_none(struct cdm_reader *reader)
{
	struct cdm_crash cause = { .size = sizeof(cause), .kind = "unknown" };

	return cdm_reader_crash(reader, CDM_CRASH_CAUSE, &cause) == CDM_GOOD
		       ? why_none(&cause)
		       : cdm_reader_message(reader);
}

size_t cdm_crash_as_reason(void *priv, char *buf, size_t room)
{
	const struct cdm_facts *facts = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };
	struct cdm_crash cause = crash_of(facts, CDM_CRASH_CAUSE), last;

	put_name(&out, facts);
	if (is_none(&cause)) {
		cdm_put_string(&out, cause.kind);
		cdm_put_string(&out, ": ");
		cdm_put_string(&out, why_none(&cause));
		cdm_put_char(&out, '\n');
		return out.needed;
	}
	put_kind_and_reason(&out, &cause);
	if (cause.symbol[0]) {
		cdm_put_string(&out, "; in ");
		put_place(&out, &cause);
	}
	if (cause.comm[0] || cause.has & (CDM_CRASH_PID | CDM_CRASH_CPU)) {
		cdm_put_string(&out, "; ");
		put_task(&out, &cause);
	}
	if (cause.panic[0] && strcmp(cause.panic, cause.reason) != 0) {
		cdm_put_string(&out, "; panic: ");
		put_visible(&out, cause.panic);
	}
	if (find_later(facts->reader, &cause, &last)) {
		cdm_put_string(&out, "; later ");
		put_kind_and_reason(&out, &last);
	}
	cdm_put_char(&out, '\n');
	return out.needed;
}

size_t cdm_crash_as_fingerprint(void *priv, char *buf, size_t room)
{
	const struct cdm_facts *facts = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };
	struct cdm_crash cause = crash_of(facts, CDM_CRASH_CAUSE);

	put_name(&out, facts);
	cdm_put_string(&out, is_none(&cause) ? cause.kind : cause.fingerprint);
	cdm_put_char(&out, '\n');
	return out.needed;
}

size_t cdm_crash_as_match(void *priv, char *buf, size_t room)
{
	const struct cdm_facts *facts = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };
	struct cdm_crash cause = crash_of(facts, CDM_CRASH_CAUSE);

	put_name(&out, facts);
	if (facts->known) {
		cdm_put_string(&out, "known: ");
		put_visible(&out, facts->known);
	} else if (is_none(&cause)) {
		cdm_put_string(&out, is_unknown(&cause) ? "unknown" : "no crash");
	} else {
		cdm_put_string(&out, facts->complete ? "not known: " : "unknown: ");
		cdm_put_string(&out, cause.fingerprint);
		cdm_put_char(&out, ' ');
		put_kind_and_reason(&out, &cause);
	}
	cdm_put_char(&out, '\n');
	return out.needed;
}

/* ---- JSON ---- */

/* Members are written as they come, with what separates them in front. */
static void put_key(struct cdm_outbuf *out, const char *key)
{
	cdm_put_string(out, ",\"");
	cdm_put_string(out, key);
	cdm_put_string(out, "\":");
}

static void put_member(struct cdm_outbuf *out, const char *key, const char *text)
{
	if (!text[0])
		return;
	put_key(out, key);
	put_json_string(out, text);
}

static void put_number_member(struct cdm_outbuf *out, const char *key,
			      const struct cdm_crash *crash, unsigned has, uint32_t number)
{
	if (!(crash->has & has))
		return;
	put_key(out, key);
	put_count(out, number);
}

static void put_address(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	if (!(crash->has & CDM_CRASH_ADDRESS))
		return;
	put_key(out, "address");
	cdm_put_char(out, '"');
	put_hex(out, crash->address);
	cdm_put_char(out, '"');
}

/* A letter each. */
static void put_taint(struct cdm_outbuf *out, const char *letters)
{
	if (!letters[0])
		return;
	put_key(out, "taint");
	for (size_t i = 0; letters[i]; i++) {
		cdm_put_string(out, i ? ",\"" : "[\"");
		cdm_put_char(out, letters[i]);
		cdm_put_char(out, '"');
	}
	cdm_put_char(out, ']');
}

static void put_modules(struct cdm_outbuf *out, const char *names)
{
	const char *before = "[";

	if (!names[0])
		return;
	put_key(out, "modules");
	for (names += strspn(names, " "); *names; names += strspn(names, " ")) {
		size_t len = strcspn(names, " ");

		cdm_put_string(out, before);
		cdm_put_json_string(out, (struct cdm_bytes){ (const uint8_t *)names, len });
		names += len;
		before = ",";
	}
	cdm_put_char(out, ']');
}

static void put_frames(struct cdm_outbuf *out, const struct cdm_facts *facts, size_t index,
		       unsigned n)
{
	char frame[CDM_MAX_PLACE];

	if (!n)
		return;
	put_key(out, "frames");
	for (unsigned i = 0; i < n; i++) {
		cdm_reader_crash_frame(facts->reader, index, i, frame, sizeof(frame));
		cdm_put_char(out, i ? ',' : '[');
		put_json_string(out, frame);
	}
	cdm_put_char(out, ']');
}

static void put_report(struct cdm_outbuf *out, const struct cdm_facts *facts, size_t index)
{
	struct cdm_crash crash = crash_of(facts, index);

	cdm_put_string(out, "{\"kind\":");
	put_json_string(out, crash.kind);
	if (!is_none(&crash)) {
		put_member(out, "severity", crash.severity);
		put_member(out, "reason", crash.reason);
		put_member(out, "panic", crash.panic);
		put_address(out, &crash);
		put_member(out, "symbol", crash.symbol);
		put_number_member(out, "offset", &crash, CDM_CRASH_OFFSET, crash.offset);
		put_member(out, "module", crash.module);
		put_member(out, "file", crash.file);
		put_number_member(out, "line", &crash, CDM_CRASH_LINE, crash.line);
		put_member(out, "comm", crash.comm);
		put_number_member(out, "pid", &crash, CDM_CRASH_PID, crash.pid);
		put_number_member(out, "uid", &crash, CDM_CRASH_UID, crash.uid);
		put_number_member(out, "cpu", &crash, CDM_CRASH_CPU, crash.cpu);
		put_taint(out, crash.taint);
		put_number_member(out, "oops", &crash, CDM_CRASH_OOPS, crash.oops);
		put_member(out, "hardware", crash.hardware);
		put_frames(out, facts, index, crash.n_frames);
		put_modules(out, crash.modules);
		put_key(out, "truncated_start");
		cdm_put_string(out, crash.truncated_start ? "true" : "false");
		put_member(out, "fingerprint", crash.fingerprint);
		put_member(out, "instruction", crash.instruction);
		put_key(out, "first_seq");
		put_count(out, crash.first_seq);
		put_key(out, "last_seq");
		put_count(out, crash.last_seq);
	}
	cdm_put_char(out, '}');
}

void cdm_crash_put_json(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	struct cdm_crash crash;

	if (!facts->tells_crash)
		return;
	put_key(out, "report");
	put_report(out, facts, CDM_CRASH_CAUSE);
	put_key(out, "reports");
	cdm_put_char(out, '[');
	for (size_t i = 0; crash = crash_of(facts, i), !is_none(&crash); i++) {
		if (i)
			cdm_put_char(out, ',');
		put_report(out, facts, i);
	}
	cdm_put_char(out, ']');
}

/* ---- text ---- */

static void begin_line(struct cdm_outbuf *out, const char *key)
{
	cdm_put_string(out, key);
	cdm_put_char(out, ':');
	cdm_put_repeated(out, ' ', VALUE_COLUMN - 1 - strlen(key));
}

static void put_line(struct cdm_outbuf *out, const char *key, const char *value)
{
	if (!value[0])
		return;
	begin_line(out, key);
	put_visible(out, value);
	cdm_put_char(out, '\n');
}

static void put_place_line(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	if (!crash->symbol[0])
		return;
	begin_line(out, "symbol");
	put_place(out, crash);
	cdm_put_char(out, '\n');
}

static void put_source_line(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	if (!crash->file[0])
		return;
	begin_line(out, "source");
	put_visible(out, crash->file);
	cdm_put_char(out, ':');
	put_count(out, crash->line);
	cdm_put_char(out, '\n');
}

static void put_task_line(struct cdm_outbuf *out, const struct cdm_crash *crash)
{
	if (!crash->comm[0] && !(crash->has & (CDM_CRASH_PID | CDM_CRASH_CPU)))
		return;
	begin_line(out, "task");
	put_task(out, crash);
	cdm_put_char(out, '\n');
}

static void put_trace_lines(struct cdm_outbuf *out, const struct cdm_facts *facts,
			    const struct cdm_crash *crash)
{
	char frame[CDM_MAX_PLACE];

	for (unsigned i = 0; i < crash->n_frames; i++) {
		cdm_reader_crash_frame(facts->reader, CDM_CRASH_CAUSE, i, frame, sizeof(frame));
		if (i)
			cdm_put_repeated(out, ' ', VALUE_COLUMN);
		else
			begin_line(out, "trace");
		put_visible(out, frame);
		cdm_put_char(out, '\n');
	}
}

/* All that the log tells of, where there is more than one. */
static void put_reports_line(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	struct cdm_crash crash = crash_of(facts, 1);

	if (is_none(&crash))
		return;
	begin_line(out, "reports");
	for (size_t i = 0; crash = crash_of(facts, i), !is_none(&crash); i++) {
		if (i)
			cdm_put_char(out, ' ');
		cdm_put_string(out, crash.kind);
	}
	cdm_put_char(out, '\n');
}

void cdm_crash_put_text(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	struct cdm_crash crash = crash_of(facts, CDM_CRASH_CAUSE);

	if (!facts->tells_crash)
		return;
	begin_line(out, "report");
	cdm_put_string(out, crash.kind);
	if (!is_none(&crash)) {
		cdm_put_string(out, " (");
		cdm_put_string(out, crash.severity);
		cdm_put_string(out, crash.truncated_start ? "; its beginning is lost)" : ")");
	}
	cdm_put_char(out, '\n');
	if (!is_none(&crash)) {
		put_line(out, "reason", crash.reason);
		put_line(out, "panic", crash.panic);
		put_place_line(out, &crash);
		put_line(out, "instruction", crash.instruction);
		put_source_line(out, &crash);
		put_task_line(out, &crash);
		put_line(out, "taint", crash.taint);
		put_line(out, "hardware", crash.hardware);
		put_line(out, "fingerprint", crash.fingerprint);
		put_trace_lines(out, facts, &crash);
		put_line(out, "modules", crash.modules);
	}
	put_reports_line(out, facts);
}

/* ---- columns ---- */

static void put_column(struct cdm_outbuf *out, const char *text)
{
	cdm_put_char(out, '\t');
	put_visible(out, text[0] ? text : "-");
}

void cdm_crash_put_columns(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	struct cdm_crash crash = crash_of(facts, CDM_CRASH_CAUSE);

	put_column(out, facts->tells_crash ? crash.kind : "");
	put_column(out, crash.reason);
	put_column(out, crash.symbol);
	put_column(out, crash.comm);
	put_column(out, crash.taint);
}

/* ---- known ones ---- */

#define MAX_KNOWN_LINE 4096

/* The rest of a file in lines; what is longer than MAX_KNOWN_LINE is cut. */
struct known_list {
	int fd;
	char piece[MAX_KNOWN_LINE];
	size_t len, at; /* bytes in the piece, and taken of it */
	bool has_failed;
};

static bool take_byte(struct known_list *list, char *byte)
{
	if (list->at == list->len) {
		ssize_t n;

		do
			n = read(list->fd, list->piece, sizeof(list->piece));
		while (n < 0 && errno == EINTR);
		list->has_failed = n < 0;
		list->at = 0;
		list->len = n > 0 ? (size_t)n : 0;
	}
	if (list->at == list->len)
		return false;
	*byte = list->piece[list->at++];
	return true;
}

/* The next line, without what ends it. */
static bool take_line(struct known_list *list, char line[MAX_KNOWN_LINE])
{
	size_t len = 0;
	bool is_there = false;
	char byte;

	while (take_byte(list, &byte)) {
		is_there = true;
		if (byte == '\n')
			break;
		if (len < MAX_KNOWN_LINE - 1)
			line[len++] = byte;
	}
	if (len && line[len - 1] == '\r')
		len--;
	line[len] = '\0';
	return is_there;
}

/* A star stands for any text, a question mark for a byte. Goes back to the last star only. */
static bool fits(const char *pattern, const char *text)
{
	const char *star = NULL, *behind = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			behind = text;
		} else if (*pattern == '?' || (*pattern && *pattern == *text)) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star + 1;
			text = ++behind;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* The name of the crash, if this line is about it: what is behind a fingerprint, or the pattern. */
static const char *name_in_line(const char *line, const struct cdm_crash *crash)
{
	size_t len = strcspn(line, " \t");

	if (!line[0] || line[0] == '#')
		return NULL;
	if (strncmp(line, "cd1-", 4) != 0)
		return fits(line, crash->reason) ? line : NULL;
	if (strlen(crash->fingerprint) != len || strncmp(line, crash->fingerprint, len) != 0)
		return NULL;
	const char *name = line + len + strspn(line + len, " \t");

	return name[0] ? name : line;
}

static enum cdm_status look_through(struct cdm_facts *facts, const struct cdm_crash *crash,
				    struct known_list *list, struct cdm_error *err)
{
	char line[MAX_KNOWN_LINE];

	/* A line that could not be read to its end is none. */
	while (take_line(list, line) && !list->has_failed) {
		const char *name = name_in_line(line + strspn(line, " \t"), crash);

		if (!name)
			continue;
		facts->known = strdup(name);
		return facts->known ? CDM_OK : cdm_fail_memory(err, "name of a crash");
	}
	return list->has_failed ? cdm_fail_errno(err, "this list cannot be read") : CDM_OK;
}

enum cdm_status cdm_crash_look_up(struct cdm_facts *facts, const char *name, struct cdm_error *err)
{
	struct cdm_crash cause = crash_of(facts, CDM_CRASH_CAUSE);
	struct known_list list = { .fd = open(name, O_RDONLY | O_CLOEXEC) };
	enum cdm_status st = CDM_OK;

	if (list.fd < 0)
		st = cdm_fail_errno(err, "this list cannot be read");
	else if (!is_none(&cause))
		st = look_through(facts, &cause, &list, err);
	if (list.fd >= 0)
		close(list.fd);
	return st ? cdm_context(err, "--match=%s", name) : CDM_OK;
}
