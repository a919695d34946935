/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output.h - everything that the command writes: results to standard output or a file, sentences to
 * standard error.
 *
 * Results are gathered in one buffer and written when it is full; on a terminal as they come. */

#ifndef CDM_CLI_OUTPUT_H
#define CDM_CLI_OUTPUT_H

#include "base/error.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>

struct cdm_output {
	int fd;
	const char *name; /* the file that was asked for; NULL: standard output. Borrowed */
	char *target;     /* where a file that is whole goes; NULL: written in place */
	bool has_no_name; /* it can be given one; else it cannot, and is copied */
	bool is_terminal;
	char *buf; /* CDM_OUTPUT_PIECE, from the first use on */
	size_t len;
};

/* The functions that write return CDM_END when nobody reads standard output any more: to be obeyed,
 * and no failure. */

/* NULL: standard output. A regular file, or one that is not there yet, is written beside it, without a
 * name: a process that is ended leaves nothing behind. Where the file system can give it none later, it
 * is copied in the end. Anything else is written in place. Also after a failure: cdm_output_close(). */
enum cdm_status cdm_output_open(struct cdm_output *output, const char *name, struct cdm_error *err);

/* The same for a name that nobody chose: always beside it, and a symbolic link is no way elsewhere. */
enum cdm_status cdm_output_open_here(struct cdm_output *output, const char *name,
				     struct cdm_error *err);

enum cdm_status cdm_output_put(struct cdm_output *output, const char *text, size_t len,
			       struct cdm_error *err);

/* Where a text may be put without a call, and room for how much: none before the first call, and on
 * a terminal, where each text goes out at once. */
static inline char *cdm_output_room(const struct cdm_output *output, size_t *room)
{
	*room = output->buf && !output->is_terminal ? CDM_OUTPUT_PIECE - output->len : 0;
	return *room ? output->buf + output->len : NULL;
}

/* len bytes were put there. */
static inline void cdm_output_took(struct cdm_output *output, size_t len)
{
	output->len += len;
}

/* Puts the text that format() makes: it fills buf with up to room bytes and returns how many the
 * whole text takes; where that is more, it is called again with more room. */
enum cdm_status cdm_output_format(struct cdm_output *output,
				  size_t (*format)(void *priv, char *buf, size_t room), void *priv,
				  struct cdm_error *err);

/* Writes what is gathered. */
enum cdm_status cdm_output_flush(struct cdm_output *output, struct cdm_error *err);

/* Writes what is gathered, and a file that will replace another one safely to disk: for a process
 * that does not close it. */
enum cdm_status cdm_output_sync(struct cdm_output *output, struct cdm_error *err);

/* keep: writes the rest and puts the file in its place, safely on disk. Otherwise, and on failure,
 * leaves no file and the one that was there untouched. Frees. */
enum cdm_status cdm_output_close(struct cdm_output *output, bool keep, struct cdm_error *err);

/* A short text to standard output, at once. */
enum cdm_status cdm_output_print(const char *text, struct cdm_error *err);

/* "crashdmesg: DUMP: sentence" to standard error; without a dump where it is NULL. What a terminal
 * could take for a command is escaped. */
void cdm_tell(const char *dump, const char *fmt, ...) CDM_PRINTF(2, 3);

/* Text for standard error as it is: sentences of others, which are escaped already. */
void cdm_tell_raw(const char *text, size_t len);

/* Where to look for options. */
void cdm_tell_hint(void);

#endif
