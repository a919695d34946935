/* SPDX-License-Identifier: GPL-2.0-or-later */
/* case.h - what the parts of the case runner share. docs/TESTING.md has the grammar. */

#ifndef TESTS_CASE_H
#define TESTS_CASE_H

#include "tests/dumpwriter/script.h"

enum case_input { INPUT_NONE, INPUT_REDIRECTED, INPUT_PIPED };

/* One [run] section with the sections of output that follow it. */
struct case_run {
	const struct dw_section *section;
	const char *command; /* its line, as written */
	char **words;        /* of the command, without how its input comes */
	size_t n_words;
	enum case_input input;
	char **environment; /* NAME=VALUE, more of them than the usual ones; NULL behind the last */
	int exit;           /* status that is expected */
	bool any_stdout;    /* whatever comes is right */
	bool any_stderr;
	const struct dw_section *out; /* NULL: nothing may be written */
	const struct dw_section *messages;
	const struct dw_section *file; /* [out]: content of $out */
};

/* Where a case is tried. */
struct case_place {
	struct dw_arena *arena;
	const char *command;  /* what stands for crashdmesg */
	const char *dir;      /* scratch; $dir in a case */
	const char *dump;     /* $dump */
	const char *file;     /* $out */
	const char *shelf;    /* $shelf: a folder with what [shelf] asks for */
	unsigned max_seconds; /* a run that takes longer hangs; 0: a minute, for valgrind */
};

/* What the program did. */
struct case_result {
	int exit; /* 128 + number for a signal */
	struct dw_buffer out;
	struct dw_buffer messages;
	struct dw_buffer file; /* at is NULL: it is not there. Of a folder: all its files */
};

/* case_codecs.c: which codecs does a command not have, by its own word (-V)? The program may have been
 * built elsewhere, or without. Then a run that blames one that it lacks, with exit status 1 or 3, does
 * what it should: that codec's name, else NULL. */
#define CASE_CODECS 7

struct case_codecs {
	bool is_lacked[CASE_CODECS];
};

struct case_codecs case_ask_for_codecs(const char *command);
const char *case_blames_codec(const struct case_codecs *lacked, const struct case_result *result);

/* case_run.c */
struct case_run *case_read_runs(struct dw_arena *arena, const struct dw_script *script,
				size_t *n_runs);
struct case_result case_do_run(const struct case_place *place, const struct case_run *run);

/* case_shelf.c: makes the folder anew, and removes whatever is at a path. */
void case_make_shelf(const struct case_place *place, const struct dw_script *script);
void case_remove(const char *path);

/* case_files.c: the content of a file; of a folder, that of all its files in order, each under a
 * line "--- NAME"; nothing (at is NULL) where neither is. */
struct dw_buffer case_read(struct dw_arena *arena, const char *path);

/* case_expect.c: does a text match a section? NULL if so, else what is different, for a person. */
const char *case_compare(const struct case_place *place, const struct dw_section *expected,
			 const struct dw_buffer *actual);
char *case_replace(struct dw_arena *arena, const char *text, const char *from, const char *to);

/* case_workers.c: so many processes, this one is the first, take what there is to do, numbers 0 to n - 1, one
 * after the other. What they tell stands in shared memory. False: one of them has died. */
bool case_share_out(unsigned n_workers, size_t n,
		    void (*take)(void *context, unsigned worker, size_t i), void *context);
void *case_shared_memory(size_t len); /* zeros; is not given back */

/* case_bless.c: writes the file again with what the program did. results[i] belongs to runs[i]. */
void case_bless(const struct case_place *place, const struct dw_script *script,
		const struct case_run *runs, const struct case_result *results, size_t n_runs);

#endif
