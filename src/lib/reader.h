/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reader.h - what stands behind the public handle. */

#ifndef CDM_LIB_READER_H
#define CDM_LIB_READER_H

#include "api/crashdmesg.h"
#include "base/error.h"
#include "dump/dump.h"
#include "kernel/kernel.h"
#include "printk/log.h"
#include "textlog/textlog.h"

/* What looks at each record, where someone asks for crash reports (crash.c). By pointers, so that a
 * small build does without. */
struct cdm_watcher {
	struct cdm_collector *(*make)(void); /* NULL: out of memory */
	void (*feed)(struct cdm_collector *collector, const struct cdm_record *rec);
	void (*end)(struct cdm_collector *collector);
	void (*free)(struct cdm_collector *collector);
};

struct cdm_watch {
	const struct cdm_watcher *by;
	struct cdm_collector *collector; /* owned */
	bool has_ended;
	bool saw_all; /* of the log, and none of it was missing or damaged */
	char instruction[CDM_MAX_PLACE], symbol[CDM_MAX_PLACE], fingerprint[24];
};

struct cdm_reader {
	struct cdm_error err; /* of the last call that failed */
	bool is_open;         /* once a reader */
	bool flattened;
	unsigned wants;           /* enum cdm_log_want */
	struct cdm_base base;     /* of a file without a header */
	struct cdm_dump *dump;    /* owns the source */
	bool is_unknown;          /* peek did not know what it is: */
	struct cdm_error unknown; /* ... as it said so */
	struct cdm_kernel *kernel;
	struct cdm_log *log;
	bool (*on_progress)(void *context, const struct cdm_search_progress *progress);
	void *progress_context;
	struct cdm_search_progress search; /* that goes on */
	bool is_stopped;                   /* on_progress said so */
	struct cdm_bytes given;            /* a description that overrides the dump's; owned */
	enum cdm_text accepts;             /* what may be read that is no dump */
	struct cdm_textlog *text;          /* instead of dump, kernel and log */
	struct cdm_damage drained;         /* what draining found */
	uint64_t n_records, first_seq;
	uint64_t last_ns;        /* the newest time of a record so far */
	bool is_at_end;          /* of the log */
	struct cdm_watch *watch; /* NULL: nobody asks for crash reports; owned */
	bool is_watched;         /* each record is fed to it */

	/* Texts of cdm_reader_info(). */
	char compression[64], release[128], translation[160];
};

/* The public record is laid out as the one inside, so that a pointer to one is a pointer to the other,
 * and nothing is copied for each record. */
#define CDM_SAME_PLACE(inside, public_name)                                                        \
	_Static_assert(offsetof(struct cdm_record, inside) ==                                      \
			       offsetof(struct cdm_log_record, public_name),                       \
		       "records differ")
CDM_SAME_PLACE(seq, seq);
CDM_SAME_PLACE(ts_ns, ts_ns);
CDM_SAME_PLACE(flags, flags);
CDM_SAME_PLACE(caller, caller);
CDM_SAME_PLACE(level, level);
CDM_SAME_PLACE(facility, facility);
CDM_SAME_PLACE(text.at, text);
CDM_SAME_PLACE(text.len, text_len);
CDM_SAME_PLACE(subsystem.at, subsystem);
CDM_SAME_PLACE(subsystem.len, subsystem_len);
CDM_SAME_PLACE(device.at, device);
CDM_SAME_PLACE(device.len, device_len);
CDM_SAME_PLACE(other_caller, other_caller);
CDM_SAME_PLACE(comm, comm);
CDM_SAME_PLACE(dictionary.at, dictionary);
CDM_SAME_PLACE(dictionary.len, dictionary_len);
#undef CDM_SAME_PLACE
_Static_assert(sizeof(struct cdm_record) == sizeof(struct cdm_log_record), "records differ");
_Static_assert((int)CDM_LOG_TIMED == (int)CDM_RECORD_TIMED, "flags of a record differ");
_Static_assert((int)CDM_LOG_CALLER == (int)CDM_RECORD_CALLER, "flags of a record differ");
_Static_assert((int)CDM_LOG_CONTINUES == (int)CDM_RECORD_CONTINUES, "flags of a record differ");
_Static_assert((int)CDM_LOG_FOLLOWS == (int)CDM_RECORD_FOLLOWS, "flags of a record differ");
_Static_assert((int)CDM_LOG_UNLOGGED == (int)CDM_RECORD_UNLOGGED, "flags of a record differ");
_Static_assert((int)CDM_LOG_UNFINISHED == (int)CDM_RECORD_UNFINISHED, "flags of a record differ");
_Static_assert((int)CDM_LOG_OPEN == (int)CDM_RECORD_OPEN, "flags of a record differ");
_Static_assert((int)CDM_LOG_CONTEXT == (int)CDM_RECORD_CONTEXT, "flags of a record differ");
_Static_assert((int)CDM_LOG_PRIORITY == (int)CDM_RECORD_PRIORITY, "flags of a record differ");

static inline struct cdm_record *cdm_record_inside(struct cdm_log_record *record)
{
	return (struct cdm_record *)(void *)record;
}

static inline const struct cdm_record *cdm_const_record_inside(const struct cdm_log_record *record)
{
	return (const struct cdm_record *)(const void *)record;
}

/* All records were handed out: the reports are judged now. */
void cdm_watch_end(struct cdm_reader *reader);

/* As cdm_source_open(); reading asks reader->on_progress for leave. */
enum cdm_status cdm_reader_open_file(struct cdm_reader *reader, const char *name,
				     struct cdm_source **out);

/* As cdm_reader_open(), for a new reader and a source that a caller inside made: tests read dumps
 * that lie in memory. Takes over the source, also when it fails. */
enum cdm_result cdm_reader_open_source(struct cdm_reader *reader, struct cdm_source *source);

#endif
