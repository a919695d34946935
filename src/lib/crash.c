// SPDX-License-Identifier: GPL-2.0-or-later
/* crash.c - crash reports, for the public API. */

#include "base/checked.h"
#include "base/outbuf.h"
#include "lib/reader.h"
#include "report/report.h"
#include "report/symbol.h"

#include <stdlib.h>

/* The two sets of flags are one. */
_Static_assert((int)CDM_CRASH_ADDRESS == (int)CDM_HAS_ADDRESS, "flags of a report differ");
_Static_assert((int)CDM_CRASH_PID == (int)CDM_HAS_PID, "flags of a report differ");
_Static_assert((int)CDM_CRASH_UID == (int)CDM_HAS_UID, "flags of a report differ");
_Static_assert((int)CDM_CRASH_CPU == (int)CDM_HAS_CPU, "flags of a report differ");
_Static_assert((int)CDM_CRASH_OOPS == (int)CDM_HAS_OOPS, "flags of a report differ");
_Static_assert((int)CDM_CRASH_LINE == (int)CDM_HAS_LINE, "flags of a report differ");

#define PUBLIC_HAS                                                                                 \
	((unsigned)(CDM_HAS_ADDRESS | CDM_HAS_PID | CDM_HAS_UID | CDM_HAS_CPU | CDM_HAS_OOPS |     \
		    CDM_HAS_LINE))

static const struct cdm_watcher watcher = {
	.make = cdm_collector_new,
	.feed = cdm_collector_feed,
	.end = cdm_collector_end,
	.free = cdm_collector_free,
};

enum cdm_result cdm_reader_watch(struct cdm_reader *reader)
{
	if (reader->watch || reader->n_records) {
		cdm_fail(&reader->err, CDM_ERR_UNSUPPORTED,
			 "crashes are watched for once, from the first record on");
		return CDM_MISUSE;
	}
	reader->watch = calloc(1, sizeof(*reader->watch));
	if (reader->watch) {
		reader->watch->by = &watcher;
		reader->watch->collector = watcher.make();
	}
	if (!reader->watch || !reader->watch->collector) {
		cdm_fail_memory(&reader->err, "crash reports");
		return CDM_FAILED;
	}
	reader->is_watched = true;
	return CDM_GOOD;
}

static struct cdm_bytes bytes_of(const char *text)
{
	return (struct cdm_bytes){ (const uint8_t *)text, strlen(text) };
}

/* "f+0x1/0x2 [module]" */
static size_t put_place(const struct cdm_report *report, const struct cdm_frame *frame, char *buf,
			size_t room)
{
	struct cdm_outbuf out = { .at = buf, .room = room };

	if (!frame->symbol)
		return 0;
	if (!frame->reliable)
		cdm_put_string(&out, "? ");
	cdm_put_string(&out, cdm_report_word(report, frame->symbol));
	if (frame->size || frame->offset) {
		cdm_put_string(&out, "+0x");
		cdm_put_hex(&out, frame->offset, 1);
	}
	if (frame->size) {
		cdm_put_string(&out, "/0x");
		cdm_put_hex(&out, frame->size, 1);
	}
	if (frame->module) {
		cdm_put_string(&out, " [");
		cdm_put_string(&out, cdm_report_word(report, frame->module));
		cdm_put_char(&out, ']');
	}
	return out.needed;
}

static void fill_places(struct cdm_watch *watch, const struct cdm_report *report)
{
	struct cdm_bytes plain =
		cdm_symbol_plain(bytes_of(cdm_report_word(report, report->guilty.symbol)));
	size_t len =
		put_place(report, &report->ip, watch->instruction, sizeof(watch->instruction) - 1);

	watch->instruction[cdm_min(len, sizeof(watch->instruction) - 1)] = '\0';
	len = (size_t)cdm_min(plain.len, sizeof(watch->symbol) - 1);
	if (len)
		memcpy(watch->symbol, plain.at, len);
	watch->symbol[len] = '\0';
	struct cdm_outbuf out = { .at = watch->fingerprint, .room = sizeof(watch->fingerprint) };

	cdm_put_string(&out, "cd1-");
	cdm_put_hex(&out, report->fingerprint, 16);
	cdm_put_char(&out, '\0');
}

static const char no_text[] = "";

static const struct cdm_crash no_crash = {
	.kind = "none",
	.severity = "note",
	.reason = no_text,
	.panic = no_text,
	.symbol = no_text,
	.module = no_text,
	.file = no_text,
	.comm = no_text,
	.taint = no_text,
	.hardware = no_text,
	.modules = no_text,
	.fingerprint = no_text,
	.instruction = no_text,
};

static void fill_texts(const struct cdm_report *report, struct cdm_crash *crash)
{
	crash->kind = cdm_kind_name(report->kind);
	crash->severity = cdm_severity_name(report->severity);
	crash->reason = cdm_report_word(report, report->reason);
	crash->panic = cdm_report_word(report, report->panic);
	crash->module = cdm_report_word(report, report->guilty.module);
	crash->file = cdm_report_word(report, report->file);
	crash->comm = cdm_report_word(report, report->comm);
	crash->taint = cdm_report_word(report, report->taint);
	crash->hardware = cdm_report_word(report, report->hardware);
	crash->modules = cdm_report_word(report, report->modules);
}

static void fill_numbers(const struct cdm_report *report, struct cdm_crash *crash)
{
	crash->has = report->has & PUBLIC_HAS;
	if (report->guilty.offset || report->guilty.size)
		crash->has |= CDM_CRASH_OFFSET;
	crash->address = report->address;
	crash->offset = report->guilty.offset;
	crash->line = report->line;
	crash->pid = report->pid;
	crash->uid = report->uid;
	crash->cpu = report->cpu;
	crash->oops = report->oops;
	crash->n_frames = report->n_frames;
	crash->truncated_start = report->truncated_start;
	crash->first_seq = report->first_seq;
	crash->last_seq = report->last_seq;
}

/* The first call is the end of the log: only then reports are judged. */
static const struct cdm_report *find_report(struct cdm_reader *reader, size_t index)
{
	struct cdm_watch *watch = reader->watch;

	if (!watch->has_ended)
		cdm_watch_end(reader);
	reader->is_watched = false;
	return index == CDM_CRASH_CAUSE ? cdm_collector_cause(watch->collector)
					: cdm_collector_report(watch->collector, index);
}

enum cdm_result cdm_reader_crash(struct cdm_reader *reader, size_t index, struct cdm_crash *crash)
{
	struct cdm_watch *watch = reader->watch;
	struct cdm_crash filled = no_crash;
	size_t size = (size_t)cdm_min(crash->size, sizeof(filled));

	if (!watch) {
		cdm_fail(&reader->err, CDM_ERR_UNSUPPORTED, "crashes are not watched for");
		return CDM_MISUSE;
	}
	/* It is made anew where the log begins again. */
	if (!watch->collector || cdm_collector_is_out_of_memory(watch->collector)) {
		cdm_fail_memory(&reader->err, "crash reports");
		return CDM_FAILED;
	}
	const struct cdm_report *report = find_report(reader, index);

	if (!report && index != CDM_CRASH_CAUSE)
		return CDM_NO_MORE;
	if (!watch->saw_all || reader->drained.places)
		filled.kind = "unknown"; /* what is missing may have said it */
	if (report) {
		fill_texts(report, &filled);
		fill_numbers(report, &filled);
		fill_places(watch, report);
		filled.symbol = watch->symbol;
		filled.instruction = watch->instruction;
		filled.fingerprint = watch->fingerprint;
		filled.is_cause = report == cdm_collector_cause(watch->collector);
	}
	filled.size = crash->size;
	memcpy(crash, &filled, size);
	return CDM_GOOD;
}

size_t cdm_reader_crash_frame(struct cdm_reader *reader, size_t index, unsigned n, char *buf,
			      size_t room)
{
	const struct cdm_report *report =
		reader->watch && reader->watch->collector ? find_report(reader, index) : NULL;
	char place[CDM_MAX_PLACE];

	if (!report || n >= report->n_frames)
		return 0;
	size_t len = put_place(report, &report->frames[n], place, sizeof(place));
	size_t fits = (size_t)cdm_min(cdm_min(len, sizeof(place)), room ? room - 1 : 0);

	if (room) {
		memcpy(buf, place, fits);
		buf[fits] = '\0';
	}
	return len;
}
