/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.h - "bytes at an offset", whatever they come from.
 *
 * Sources stack: a flattened stream reads from a file, or from a spooled pipe. Nobody asks who is
 * below. Everything above sees random access. We use pread, not mmap: an input that shrinks must
 * be an error, not SIGBUS. A source does not know what its bytes mean. */

#ifndef CDM_SOURCE_SOURCE_H
#define CDM_SOURCE_SOURCE_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CDM_SIZE_UNKNOWN UINT64_MAX /* a stream not yet read to its end */

struct cdm_source;

struct cdm_source_ops {
	const char *name; /* "file", "pipe", "flattened": shown by -v and in errors */

	/* Read up to len bytes at off into buf; *got (always set) counts the leading good ones.
	 * CDM_OK with *got < len: the source ends there, as it should.
	 * CDM_TRUNCATED: the byte at off + *got was promised, and the input ended before it.
	 * Anything else: the byte at off + *got could not be had; later ones perhaps.
	 * Interrupted and short system reads are retried here. */
	enum cdm_status (*read)(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				size_t *got, struct cdm_error *err);

	/* Streams only, else NULL: read the rest of the input and forget it. CDM_CORRUPT if the
	 * rest overrides bytes that were handed out before. */
	enum cdm_status (*drain)(struct cdm_source *src, struct cdm_error *err);

	/* Streams only, else NULL: keep nothing of what is read for the first time from now on.
	 * New bytes can then be read once, in rising order; CDM_ERR_LIMIT afterwards. */
	void (*forget)(struct cdm_source *src);

	/* Where at or behind off the next bytes stand that may be other than zeros; off itself where
	 * that is not known, and where the source has ended. NULL: it never is. Of a stream it may
	 * read on over zeros, up to CDM_ZEROS_AT_ONCE. */
	uint64_t (*next_data)(struct cdm_source *src, uint64_t off);

	void (*close)(struct cdm_source *src); /* frees src and what it owns, never `below` */
};

/* Asked before the input is read: false, and it is not, nor from then on. NULL: nobody is asked. */
struct cdm_source_leave {
	bool (*goes_on)(void *context);
	void *context;
};

/* What the bottom of a stack asked of the operating system. */
struct cdm_io {
	uint64_t reads;      /* calls, of the input alone */
	uint64_t bytes_read; /* of the input alone */
	uint64_t spooled;    /* bytes written to the temporary file */
};

struct cdm_source {
	const struct cdm_source_ops *ops;
	struct cdm_source *below; /* owned; NULL for the bottom of the stack */
	char *name;               /* owned; the path that a bottom was opened by; NULL: none */
	uint64_t size;            /* bytes: a hint, reading decides; or CDM_SIZE_UNKNOWN */
	bool is_stream;           /* each byte costs reading all that stand before it */
	uint64_t work;           /* that reads of it were: bytes, and CDM_READ_WORK for each call */
	const char *compression; /* of the source below; NULL: this one does not unpack it */
	struct cdm_io io;        /* bottom only */
	struct cdm_source_leave leave; /* bottom only */
	void *priv;                    /* the source's own */
};

/* Opens a path, or "-" for standard input, whose descriptor stays open when the source is closed.
 * A regular file, a block device and /proc/vmcore are read in place; anything that cannot seek is
 * spooled. Refuses a folder. *out is the caller's: cdm_source_close(). After a failure it is what it
 * was. */
CDM_CHECKED enum cdm_status cdm_source_open(const char *name, struct cdm_source **out,
					    struct cdm_error *err);

/* The same for a regular file alone, or a link to one. What else has that name may never answer, as a
 * FIFO: it is refused, CDM_ERR_UNSUPPORTED, and not waited for. */
CDM_CHECKED enum cdm_status cdm_source_open_file(const char *name, struct cdm_source **out,
						 struct cdm_error *err);

/* Opens the file beside the one that src reads: of the same name, with `ending` in place of what
 * follows its last dot. CDM_NOT_MINE, without a text: there is no such file, or src is not a file as
 * it stands under its name (a pipe and what is compressed have none beside). */
CDM_CHECKED enum cdm_status cdm_source_beside(const struct cdm_source *src, const char *ending,
					      struct cdm_source **out, struct cdm_error *err);

/* Bottom sources. They take over fd (where `owned`, closed with the source), also when they fail. */
CDM_CHECKED enum cdm_status cdm_file_source(int fd, bool owned, struct cdm_source **out,
					    struct cdm_error *err);
CDM_CHECKED enum cdm_status cdm_pipe_source(int fd, bool owned, struct cdm_source **out,
					    struct cdm_error *err);

/* Peels every wrapper whose magic is found off *src, at most CDM_MAX_WRAPPERS; *src is replaced by
 * the top of the stack. `deep` also looks for a wrapper behind leading junk, which costs a read of
 * CDM_MAX_JUNK bytes: for files that no one else knows. On failure *src is still the caller's.
 * *peeled (may be NULL) counts the wrappers taken off. */
CDM_CHECKED enum cdm_status cdm_source_peel(struct cdm_source **src, bool deep, unsigned *peeled,
					    struct cdm_error *err);

/* ops->read, for callers. */
CDM_CHECKED enum cdm_status cdm_source_read(struct cdm_source *src, uint64_t off, void *buf,
					    size_t len, size_t *got, struct cdm_error *err);

/* All len bytes, or CDM_TRUNCATED saying how many there were. */
CDM_CHECKED enum cdm_status cdm_source_read_exact(struct cdm_source *src, uint64_t off, void *buf,
						  size_t len, struct cdm_error *err);

/* ops->next_data, for callers. Never fails: a hole that is not seen is read as zeros. */
uint64_t cdm_source_next_data(struct cdm_source *src, uint64_t off);

/* From now on the bottom asks for leave. */
void cdm_source_ask(struct cdm_source *src, const struct cdm_source_leave *leave);

/* For sources: has it leave to go on? Else CDM_ERR_STOPPED. */
CDM_CHECKED enum cdm_status cdm_source_may_read(struct cdm_source *src, struct cdm_error *err);
enum cdm_status cdm_source_stopped(struct cdm_error *err); /* that failure */

/* What reading was so far, of the whole stack: bytes that were handed up, and a share for each call. */
uint64_t cdm_source_work(const struct cdm_source *src);

/* Reads what is left of a stream, through the whole stack: CDM_OK for what is no stream. */
CDM_CHECKED enum cdm_status cdm_source_drain(struct cdm_source *src, struct cdm_error *err);

const struct cdm_io *cdm_source_io(const struct cdm_source *src);    /* of the bottom; borrowed */
bool cdm_source_has(const struct cdm_source *src, const char *name); /* in the stack? */
void cdm_source_close(struct cdm_source *src);                       /* all of it; NULL is fine */

#endif
