// SPDX-License-Identifier: GPL-2.0-or-later
/* open.c - from a name to an open log. */

#include "lib/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct cdm_reader *cdm_reader_new(void)
{
	return calloc(1, sizeof(struct cdm_reader));
}

void cdm_reader_free(struct cdm_reader *reader)
{
	if (!reader)
		return;
	cdm_textlog_close(reader->text);
	cdm_log_close(reader->log);
	cdm_kernel_close(reader->kernel);
	cdm_dump_close(reader->dump);
	cdm_damage_clear(&reader->drained);
	if (reader->watch)
		reader->watch->by->free(reader->watch->collector);
	free(reader->watch);
	free((void *)reader->given.at);
	free(reader);
}

const char *cdm_reader_message(const struct cdm_reader *reader)
{
	return reader->err.text;
}

/* ---- how long it may take ---- */

/* For sources: once it said no, it says no for ever. */
static bool may_read(void *context)
{
	struct cdm_reader *reader = context;

	if (!reader->is_stopped && reader->on_progress)
		reader->is_stopped =
			!reader->on_progress(reader->progress_context, &reader->search);
	return !reader->is_stopped;
}

static bool note_search(void *context, uint64_t done, uint64_t all)
{
	struct cdm_reader *reader = context;

	reader->search.searched = done;
	reader->search.all = all;
	return may_read(reader);
}

void cdm_reader_on_progress(struct cdm_reader *reader,
			    bool (*on_progress)(void *context,
						const struct cdm_search_progress *progress),
			    void *context)
{
	reader->on_progress = on_progress;
	reader->progress_context = context;
	reader->search.size = sizeof(reader->search);
}

enum cdm_status cdm_reader_open_file(struct cdm_reader *reader, const char *name,
				     struct cdm_source **out)
{
	enum cdm_status st = cdm_source_open(name, out, &reader->err);

	if (!st)
		cdm_source_ask(*out, &(struct cdm_source_leave){ may_read, reader });
	return st;
}

/* Whatever else it was that failed: nobody waited for it. */
static void say_if_stopped(struct cdm_reader *reader)
{
	if (reader->is_stopped)
		cdm_source_stopped(&reader->err);
}

/* ---- opening ---- */

/* A stream that follows other text is looked for only where no format knows the file. */
static enum cdm_status open_dump(struct cdm_source **source, struct cdm_dump **dump,
				 struct cdm_error *err)
{
	unsigned peeled = 0;
	struct cdm_error unknown;
	enum cdm_status st = cdm_source_peel(source, false, NULL, err);

	if (st)
		return st;
	st = cdm_dump_open(*source, dump, err);
	if (st != CDM_NOT_MINE)
		return st;
	unknown = *err;
	st = cdm_source_peel(source, true, &peeled, err);
	if (st)
		return st;
	if (peeled == 0) {
		*err = unknown;
		return CDM_NOT_MINE;
	}
	return cdm_dump_open(*source, dump, err);
}

/* What no format knows may be a text, if that was asked for. Takes over the source. */
static enum cdm_status open_text(struct cdm_reader *reader, struct cdm_source *source)
{
	return cdm_textlog_open(
		source, reader->accepts == CDM_TEXT_KMSG ? CDM_TEXTLOG_KMSG : CDM_TEXTLOG_LINES,
		&reader->text, &reader->err);
}

/* What no format knows by its first bytes may be memory all the same; the log will tell. */
static enum cdm_status open_headerless(struct cdm_reader *reader, struct cdm_source *source)
{
	enum cdm_status st;

	reader->unknown = reader->err;
	st = cdm_dump_open_headerless(source, &reader->base, &reader->dump, &reader->err);
	if (st == CDM_NOT_MINE)
		reader->err = reader->unknown;
	return st;
}

/* Takes over the source, also when it fails. */
static enum cdm_status open_container(struct cdm_reader *reader, struct cdm_source *source,
				      struct cdm_dump **dump)
{
	struct cdm_error *err = &reader->err;
	enum cdm_status st = open_dump(&source, dump, err);

	if (st == CDM_NOT_MINE && reader->accepts != CDM_TEXT_NONE)
		return open_text(reader, source);
	if (st == CDM_NOT_MINE && dump == &reader->dump)
		st = open_headerless(reader, source);
	if (st) {
		cdm_source_close(source);
		return st;
	}
	reader->flattened |= cdm_source_has(source, "flattened");
	return CDM_OK;
}

static enum cdm_result misuse(struct cdm_reader *reader, const char *what)
{
	cdm_fail(&reader->err, CDM_ERR_UNSUPPORTED, "%s", what);
	return CDM_MISUSE;
}

void cdm_reader_accept_text(struct cdm_reader *reader, enum cdm_text text)
{
	reader->accepts = text;
}

/* What is no file may be a folder of pstore's; else what was said of it holds. */
static enum cdm_result open_folder(struct cdm_reader *reader, const char *name)
{
	struct cdm_error err;

	if (reader->err.status != CDM_ERR_UNSUPPORTED)
		return CDM_FAILED;
	enum cdm_status st = cdm_textlog_open_folder(name, &reader->text, &err);

	if (!st)
		return CDM_GOOD;
	reader->is_unknown = st == CDM_NOT_MINE;
	if (!reader->is_unknown && err.sys_errno != ENOTDIR)
		reader->err = err;
	return reader->is_unknown ? CDM_NO_DUMP : CDM_FAILED;
}

enum cdm_result cdm_reader_peek(struct cdm_reader *reader, const char *name)
{
	struct cdm_source *source;

	if (reader->is_open)
		return misuse(reader, "a reader opens one dump");
	reader->is_open = true;
	if (cdm_reader_open_file(reader, name, &source))
		return open_folder(reader, name);
	enum cdm_status st = open_container(reader, source, &reader->dump);
	bool is_guess = reader->dump && reader->dump->is_guess;

	say_if_stopped(reader);
	reader->is_unknown = st == CDM_NOT_MINE || st == CDM_ERR_UNSUPPORTED || is_guess;
	if (reader->is_unknown)
		return CDM_NO_DUMP;
	return st ? CDM_FAILED : CDM_GOOD;
}

/* ---- what may not be replaced ---- */

/* What is neither a file nor a block device holds nothing. */
static enum cdm_status open_place(const char *name, struct cdm_source **source,
				  struct cdm_error *err)
{
	struct stat there;

	if (stat(name, &there) == 0 && S_ISBLK(there.st_mode))
		return cdm_source_open(name, source, err);
	return cdm_source_open_file(name, source, err);
}

/* A log that was printed has no control characters but white space, escapes, and the NULs that
 * --kmsg-records=0 puts between records. Memory has others soon, and NULs one behind the other. */
static bool is_text(struct cdm_source *source)
{
	uint8_t head[CDM_HEAD_BYTES];
	struct cdm_error unused;
	size_t got;

	if (cdm_source_read(source, 0, head, sizeof(head), &got, &unused))
		return false;
	for (size_t i = 0; i < got; i++) {
		bool is_white = head[i] >= '\a' && head[i] <= '\r';

		if (head[i] < 0x20 && !is_white && head[i] != 0x1b &&
		    (head[i] || (i + 1 < got && !head[i + 1])))
			return false;
	}
	return true;
}

/* Smaller files hold no kernel (limits.h). */
static bool may_be_memory(struct cdm_source *source)
{
	struct cdm_error unused;
	uint8_t byte;
	size_t got;

	return (cdm_source_read(source, CDM_MIN_RAW - 1, &byte, 1, &got, &unused) || got) &&
	       !is_text(source);
}

static bool is_empty(struct cdm_source *source)
{
	struct cdm_error unused;
	uint8_t byte;
	size_t got;

	return !cdm_source_read(source, 0, &byte, 1, &got, &unused) && got == 0;
}

static bool holds_dump(struct cdm_reader *reader, const char *name)
{
	struct cdm_source *source;
	enum cdm_status st = open_place(name, &source, &reader->err);

	if (st)
		return st != CDM_ERR_UNSUPPORTED && reader->err.sys_errno != ENOENT;
	st = cdm_source_peel(&source, false, NULL, &reader->err);
	bool is_known = st || cdm_source_has(source, "flattened"); /* whatever that holds */

	if (is_known || is_empty(source)) {
		cdm_source_close(source);
		return is_known;
	}
	bool is_memory = may_be_memory(source);

	st = open_container(reader, source, &reader->dump);
	return st == CDM_NOT_MINE || (!st && reader->dump->is_guess) ? is_memory : true;
}

bool cdm_may_be_dump(const char *name)
{
	struct cdm_reader *reader = cdm_reader_new();
	bool may_be = !reader || holds_dump(reader, name);

	cdm_reader_free(reader);
	return may_be;
}

enum cdm_result cdm_reader_set_base(struct cdm_reader *reader, uint64_t paddr)
{
	if (reader->is_open)
		return misuse(reader, "where memory begins is said before it is opened");
	reader->base = (struct cdm_base){ .is_known = true, .paddr = paddr };
	return CDM_GOOD;
}

enum cdm_result cdm_reader_join(struct cdm_reader *reader, const char *name)
{
	struct cdm_source *source;
	struct cdm_dump *part;
	bool was_flattened = reader->flattened;

	if (reader->text)
		return CDM_NO_MORE;
	if (!reader->dump || reader->log)
		return misuse(reader, "parts are joined between peek and start");
	enum cdm_status st = cdm_reader_open_file(reader, name, &source);

	if (!st)
		st = open_container(reader, source, &part);
	if (st)
		return st == CDM_NOT_MINE || st == CDM_ERR_UNSUPPORTED ? CDM_NO_MORE : CDM_FAILED;
	if (cdm_dump_join(reader->dump, part))
		return CDM_GOOD;
	cdm_dump_close(part);
	reader->flattened = was_flattened;
	return CDM_NO_MORE;
}

/* The two sets of wishes are one. */
_Static_assert((int)CDM_WANT_CARVED == (int)CDM_LOG_WANT_CARVED, "wishes differ");
_Static_assert((int)CDM_WANT_UNFINISHED == (int)CDM_LOG_WANT_UNFINISHED, "wishes differ");
_Static_assert((int)CDM_WANT_SAFE_BUFFERS == (int)CDM_LOG_WANT_SAFE_BUFFERS, "wishes differ");
_Static_assert((int)CDM_WANT_SINCE_CLEAR == (int)CDM_LOG_WANT_SINCE_CLEAR, "wishes differ");

enum cdm_result cdm_reader_want(struct cdm_reader *reader, unsigned wants)
{
	if (reader->log)
		return misuse(reader, "wishes come before the log is looked for");
	reader->wants = wants;
	return CDM_GOOD;
}

/* What was taken for memory is none, or none that can be read. */
static enum cdm_result give_up(struct cdm_reader *reader)
{
	if (reader->err.status == CDM_ERR_NO_INFO)
		cdm_fail(&reader->err, reader->unknown.status,
			 "%s; if it is memory, --carve looks for records in it",
			 reader->unknown.text);
	else
		cdm_context(&reader->err, "%s; as a raw image of memory", reader->unknown.text);
	cdm_dump_close(reader->dump);
	reader->dump = NULL;
	return CDM_NO_DUMP;
}

enum cdm_result cdm_reader_start(struct cdm_reader *reader)
{
	if (reader->is_unknown && !reader->dump)
		return CDM_NO_DUMP;
	if (reader->text)
		return CDM_GOOD;
	if (!reader->dump || reader->log)
		return misuse(reader, "a log is looked for once, in an open dump");
	if (reader->on_progress)
		reader->dump->progress = (struct cdm_dump_progress){ note_search, reader };
	if (reader->given.at &&
	    cdm_dump_describe_anew(reader->dump, reader->given, "file", &reader->err))
		return CDM_FAILED;
	enum cdm_status st = cdm_log_open(reader->dump, reader->wants, &reader->kernel,
					  &reader->log, &reader->err);

	reader->search.searched = reader->search.all = 0;
	if (!st)
		return CDM_GOOD;
	reader->kernel = NULL;
	reader->log = NULL;
	say_if_stopped(reader);
	if (reader->is_stopped)
		return CDM_FAILED;
	return reader->dump->is_guess ? give_up(reader) : CDM_FAILED;
}

enum cdm_result cdm_reader_open(struct cdm_reader *reader, const char *name)
{
	enum cdm_result result = cdm_reader_peek(reader, name);

	return result == CDM_GOOD || result == CDM_NO_DUMP ? cdm_reader_start(reader) : result;
}

enum cdm_result cdm_reader_open_source(struct cdm_reader *reader, struct cdm_source *source)
{
	reader->is_open = true;
	return open_container(reader, source, &reader->dump) ? CDM_FAILED
							     : cdm_reader_start(reader);
}

static enum cdm_result drain(struct cdm_reader *reader, struct cdm_source *source)
{
	if (!cdm_source_drain(source, &reader->err))
		return CDM_GOOD;
	cdm_damage_add(&reader->drained, &reader->err);
	return CDM_FAILED;
}

enum cdm_result cdm_reader_drain(struct cdm_reader *reader)
{
	enum cdm_result result = CDM_GOOD;

	if (reader->text)
		return drain(reader, cdm_textlog_source(reader->text));
	if (!reader->dump)
		return misuse(reader, "there is no open dump");
	for (struct cdm_dump *part = reader->dump; part; part = part->next_part)
		if (drain(reader, part->source) != CDM_GOOD)
			result = CDM_FAILED;
	return result;
}
