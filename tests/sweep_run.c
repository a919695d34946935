// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_run.c - what does a dump with a fault in it give, and may it give that? */

#include "tests/sweep_run.h"

#include "lib/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WHOLE 0 /* exit statuses of the command */
#define NOTHING 1
#define PART 3

/* ---- running ---- */

/* Older rings store no numbers: how many records are missing is not known. What was carved is as
 * its ring, which the caller has noted. */
static void note_ring(struct cdm_reader *reader, struct sweep_log *log)
{
	struct cdm_info info = { .size = sizeof(info) };
	bool has_info = !cdm_reader_info(reader, &info);

	log->is_carved = has_info && !strcmp(info.ring, "carved");
	if (!log->is_carved)
		log->is_numbered = has_info && !strcmp(info.ring, "ringbuffer");
	log->has_lines = has_info && !strcmp(info.ring, "text");
}

static void append(struct sweep_log *log, const struct cdm_log_record *found)
{
	struct cdm_log_record whole = *found;
	const struct cdm_log_record *record = &whole;
	const struct cdm_style style = {
		.size = sizeof(style),
		.form = CDM_FORM_KMSG,
		.caller_width = 8,
	};
	struct cdm_document document = { .shown = log->n_records };

	if (!log->is_numbered)
		whole.seq = 0;
	if (!log->text)
		log->text = sweep_make_room(NULL, CDM_OUTPUT_PIECE, &log->room, 1);
	size_t len = cdm_format_record(&style, record, &document, log->text + log->len,
				       log->room - log->len);

	if (len > log->room - log->len) {
		log->text = sweep_make_room(log->text, log->room + len, &log->room, 1);
		cdm_format_record(&style, record, &document, log->text + log->len,
				  log->room - log->len);
	}
	log->records = sweep_make_room(log->records, log->n_records, &log->records_room,
				       sizeof(*log->records));
	log->records[log->n_records++] = (struct sweep_record){ found->seq, log->len, len };
	log->len += len;
}

/* "record 12: ..." or "records 12 to 90: ..." */
static void note_told(struct sweep_log *log, const char *told)
{
	if (log->has_told)
		return;
	if (sscanf(told, "records %" SCNu64 " to %" SCNu64, &log->first_told, &log->last_told) ==
	    2) {
		log->has_told = true;
	} else if (sscanf(told, "record %" SCNu64, &log->first_told) == 1) {
		log->last_told = log->first_told;
		log->has_told = true;
	}
}

static void keep_messages(struct sweep_log *log, const struct cdm_reader *reader, bool is_broken)
{
	const char *told;

	cdm_reader_damage(reader, 0, &told);
	if (told || is_broken)
		snprintf(log->message, sizeof(log->message), "%s",
			 told ? told : cdm_reader_message(reader));
	else if (log->status == NOTHING)
		snprintf(log->message, sizeof(log->message), "no record could be read");
	for (size_t i = 0; told; cdm_reader_damage(reader, ++i, &told)) {
		log->has_texts_alone |= strstr(told, "the texts alone") != NULL;
		note_told(log, told);
	}
}

void sweep_read(struct cdm_bytes dump, const struct sweep_fault *fault, bool is_stream,
		struct sweep_reads *reads, struct sweep_log *log)
{
	struct cdm_reader *reader = cdm_reader_new();
	struct cdm_log_record record;
	const char *unused;

	log->len = log->n_records = 0;
	log->message[0] = '\0';
	log->has_told = log->has_texts_alone = false;
	enum cdm_result result =
		cdm_reader_open_source(reader, sweep_source_new(dump, fault, is_stream, reads));
	bool has_log = result == CDM_GOOD;

	log->is_carved = false;
	if (has_log)
		note_ring(reader, log);
	while (has_log && (result = cdm_reader_next(reader, &record)) == CDM_GOOD)
		append(log, &record);
	bool is_broken = !has_log || result != CDM_NO_MORE;

	if (!is_broken && cdm_reader_damage(reader, 0, &unused) == 0)
		log->status = WHOLE;
	else
		log->status = log->n_records ? PART : NOTHING;
	keep_messages(log, reader, is_broken);
	cdm_reader_free(reader);
}

void sweep_log_free(struct sweep_log *log)
{
	free(log->text);
	free(log->records);
	*log = (struct sweep_log){ 0 };
}

/* ---- comparing ---- */

/* Of a record, or where only texts were found, its text. */
static struct cdm_bytes part(const struct sweep_log *log, size_t i, bool text_alone)
{
	struct cdm_bytes record = { (const uint8_t *)log->text + log->records[i].at,
				    log->records[i].len };
	const uint8_t *text = text_alone ? memchr(record.at, ';', record.len) : NULL;
	const uint8_t *end =
		text ? memchr(text, '\n', record.len - (size_t)(text - record.at)) : NULL;

	return end ? (struct cdm_bytes){ text, (size_t)(end - text) } : record;
}

#define MAX_BEHIND (7 * 4) /* bytes of a word, as "\xff" each */
#define MAX_SHORT 2        /* the last two twice: either of the text, or left over by printk */

/* Texts whose length is not known may have what stood in their last word before, or be thought to. */
static bool same_record(const struct sweep_log *log, size_t i, const struct sweep_log *sound,
			size_t j)
{
	bool text_alone = log->has_texts_alone;
	struct cdm_bytes one = part(log, i, text_alone), other = part(sound, j, text_alone);
	size_t more = text_alone ? MAX_BEHIND : 0, less = text_alone ? MAX_SHORT : 0;

	return one.len + less >= other.len && one.len <= other.len + more &&
	       !memcmp(one.at, other.at, one.len < other.len ? one.len : other.len);
}

/* Goes through both: the records of log must be some of the sound ones, in their order. In a ring of
 * characters that was carved, what is left of it may begin within one line. */
static size_t first_different(const struct sweep_log *sound, const struct sweep_log *log)
{
	bool may_be_cut = log->is_carved && sound->has_lines;
	size_t i = 0, next = 0;

	for (; i < log->n_records; i++) {
		size_t j = next;

		while (j < sound->n_records && !same_record(log, i, sound, j))
			j++;
		if (j < sound->n_records)
			next = j + 1;
		else if (may_be_cut)
			may_be_cut = false;
		else
			break;
	}
	return i;
}

/* The first sound record that log lacks. False: it has them all. */
static bool first_missing(const struct sweep_log *sound, const struct sweep_log *log, uint64_t *seq)
{
	size_t i = 0;

	while (i < log->n_records && i < sound->n_records && same_record(log, i, sound, i))
		i++;
	if (i == sound->n_records)
		return false;
	*seq = sound->records[i].seq;
	return true;
}

static const char *wrong_part(const struct sweep_log *sound, const struct sweep_log *log)
{
	uint64_t missing;

	if (!log->message[0])
		return "status 3 without a message";
	if (!first_missing(sound, log, &missing))
		return NULL;
	if (log->has_told && missing >= log->first_told && missing <= log->last_told)
		return NULL;
	/* Where the ring itself cannot be found, its place stands for all records. */
	if (!log->has_told && (strstr(log->message, "0x") || strstr(log->message, "VMCOREINFO") ||
			       strstr(log->message, "the ring")))
		return NULL;
	return "the message does not name the first place that is missing";
}

enum sweep_outcome sweep_compare(const struct sweep_log *sound, const struct sweep_log *log,
				 size_t *different, const char **wrong)
{
	*wrong = NULL;
	*different = first_different(sound, log);
	if (log->status == NOTHING) {
		if (!log->message[0])
			*wrong = "status 1 without a message";
		return SWEEP_NOTHING;
	}
	if (log->status == WHOLE)
		return log->len == sound->len && !memcmp(log->text, sound->text, log->len)
			       ? SWEEP_SAME
			       : SWEEP_OTHER;
	if (*different < log->n_records)
		return SWEEP_PART_OTHER;
	*wrong = wrong_part(sound, log);
	return SWEEP_PART;
}
