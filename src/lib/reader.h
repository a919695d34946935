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

struct cdm_reader {
	struct cdm_error err; /* of the last call that failed */
	bool is_open;         /* once a reader */
	bool flattened;
	struct cdm_dump *dump; /* owns the source */
	struct cdm_kernel *kernel;
	struct cdm_log *log;
	struct cdm_bytes given;    /* a description that overrides the dump's; owned */
	enum cdm_text accepts;     /* what may be read that is no dump */
	struct cdm_textlog *text;  /* instead of dump, kernel and log */
	struct cdm_damage drained; /* what draining found */
	uint64_t n_records, first_seq;
	uint64_t last_ns; /* the newest time of a record so far */
	bool is_at_end;   /* of the log */

	/* Texts of cdm_reader_info(). */
	char compression[64], release[128], translation[160];
};

/* As cdm_reader_open(), for a new reader and a source that a caller inside made: tests read dumps
 * that lie in memory. Takes over the source, also when it fails. */
enum cdm_result cdm_reader_open_source(struct cdm_reader *reader, struct cdm_source *source);

#endif
