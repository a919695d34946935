/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_run.h - one run over a dump with a fault in it: what came out, and was that right? */

#ifndef TESTS_SWEEP_RUN_H
#define TESTS_SWEEP_RUN_H

#include "tests/sweep_source.h"

/* A record as /dev/kmsg would give it, caller included: [at, at + len) of the log's text. */
struct sweep_record {
	uint64_t seq;
	size_t at, len;
};

#define SWEEP_MESSAGE 512

/* What one run gave. */
struct sweep_log {
	int status; /* that the command would exit with: 0, 3, 1 */
	char *text; /* owned */
	size_t len, room;
	struct sweep_record *records; /* owned */
	size_t n_records, records_room;
	char message[SWEEP_MESSAGE];    /* the first that the command would print; "" if none */
	uint64_t first_told, last_told; /* the records that the first message about records names */
	bool has_told;
	bool has_texts_alone; /* carved without what belongs to them */
	bool is_carved;
	bool has_lines;   /* of a ring of characters */
	bool is_numbered; /* the ring stores numbers: what is lost does not change those behind it */
};

/* Reads the whole log. Clears *log first and uses its buffers again; whether the ring of a log that
 * was carved is numbered, is_numbered says before. */
void sweep_read(struct cdm_bytes dump, const struct sweep_fault *fault, bool is_stream,
		struct sweep_reads *reads, struct sweep_log *log);
void sweep_log_free(struct sweep_log *log);

enum sweep_outcome {
	SWEEP_SAME,       /* status 0 with the sound dump's output */
	SWEEP_OTHER,      /* status 0 with other output */
	SWEEP_PART,       /* status 3 with some of the sound dump's records */
	SWEEP_PART_OTHER, /* status 3 with other ones */
	SWEEP_NOTHING,    /* status 1 */
	SWEEP_OUTCOMES
};

/* How does a log compare with that of the sound dump? *wrong gets a sentence if a rule is broken
 * that holds for every fault, else NULL. *different: the first record of `log` that the sound log
 * lacks or that stands there differently; n_records if there is none. */
enum sweep_outcome sweep_compare(const struct sweep_log *sound, const struct sweep_log *log,
				 size_t *different, const char **wrong);

#endif
