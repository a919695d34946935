// SPDX-License-Identifier: GPL-2.0-or-later
/* log.c - records, and what is missing of them, for the public API. */

#include "lib/reader.h"

void cdm_reader_keep_pieces(struct cdm_reader *reader)
{
	if (reader->log)
		cdm_log_keep_pieces(reader->log);
}

static enum cdm_status next_record(struct cdm_reader *reader, struct cdm_record *rec)
{
	if (reader->text)
		return cdm_textlog_next(reader->text, rec, &reader->err);
	/* What was not read is not missing: nothing else is looked at. */
	if (reader->is_stopped)
		return CDM_ERR_STOPPED;
	return cdm_log_next(reader->log, rec, &reader->err);
}

/* There is no next record. Of a text all came that was read before reading stopped. */
static enum cdm_result end_log(struct cdm_reader *reader, enum cdm_status st)
{
	if (reader->is_stopped)
		st = cdm_source_stopped(&reader->err);
	reader->is_at_end = st == CDM_END;
	return st == CDM_END ? CDM_NO_MORE : CDM_FAILED;
}

enum cdm_result cdm_reader_next(struct cdm_reader *reader, struct cdm_log_record *record)
{
	struct cdm_record *rec = cdm_record_inside(record);

	if (!reader->log && !reader->text) {
		cdm_fail(&reader->err, CDM_ERR_UNSUPPORTED, "there is no open log");
		return CDM_MISUSE;
	}
	enum cdm_status st = next_record(reader, rec);

	if (st)
		return end_log(reader, st);
	if (rec->flags & CDM_RECORD_TIMED)
		reader->last_ns = rec->ts_ns;
	if (reader->n_records++ == 0)
		reader->first_seq = rec->seq;
	if (reader->is_watched)
		reader->watch->by->feed(reader->watch->collector, rec);
	return CDM_GOOD;
}

void cdm_watch_end(struct cdm_reader *reader)
{
	struct cdm_watch *watch = reader->watch;
	const char *unused;

	watch->by->end(watch->collector);
	watch->has_ended = true;
	watch->saw_all = reader->is_at_end && !cdm_reader_damage(reader, 0, &unused);
}

/* Reports are told once. What was read of them is all, or is read again. */
static void rewind_watch(struct cdm_reader *reader)
{
	struct cdm_watch *watch = reader->watch;

	if (!reader->is_watched)
		return;
	if (reader->is_at_end) {
		cdm_watch_end(reader);
	} else {
		watch->by->free(watch->collector);
		watch->collector = watch->by->make();
	}
	reader->is_watched = watch->collector && !watch->has_ended;
}

enum cdm_result cdm_reader_rewind(struct cdm_reader *reader)
{
	if (!reader->log && !reader->text) {
		cdm_fail(&reader->err, CDM_ERR_UNSUPPORTED, "there is no open log");
		return CDM_MISUSE;
	}
	if (reader->text)
		cdm_textlog_rewind(reader->text);
	else if (cdm_log_rewind(reader->log, &reader->err))
		return CDM_FAILED;
	rewind_watch(reader);
	reader->n_records = 0;
	reader->is_at_end = false;
	return CDM_GOOD;
}

static const struct cdm_damage *damage_of_log(const struct cdm_reader *reader)
{
	static const struct cdm_damage none;

	if (reader->text)
		return cdm_textlog_damage(reader->text);
	return reader->log ? cdm_log_damage(reader->log) : &none;
}

uint64_t cdm_reader_damage(const struct cdm_reader *reader, size_t index, const char **text)
{
	const struct cdm_damage *log = damage_of_log(reader);
	const struct cdm_damage *drained = &reader->drained;

	if (index < log->n_told)
		*text = log->told[index];
	else if (index - log->n_told < drained->n_told)
		*text = drained->told[index - log->n_told];
	else
		*text = NULL;
	return log->places + drained->places;
}
