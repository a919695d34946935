/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log.h - the kernel log as a sequence of records, whichever ring they come from.
 *
 * Which generation of ring a kernel has is decided by the symbols in VMCOREINFO, newest first,
 * never by the release number. What cannot be read whole is passed over and told as damage; it
 * never ends the log. What the kernel itself overwrote, dropped or had not finished is no damage:
 * it is counted as lost. */

#ifndef CDM_PRINTK_LOG_H
#define CDM_PRINTK_LOG_H

#include "base/damage.h"
#include "kernel/kernel.h"
#include "printk/record.h"

/* What the caller wants besides the log as dmesg shows it. */
enum cdm_log_want {
	CDM_LOG_WANT_CARVED = 1 << 0, /* that memory shows by its shape, whatever describes it */
	CDM_LOG_WANT_UNFINISHED = 1 << 1,   /* records, too, that a CPU was writing when it died */
	CDM_LOG_WANT_SINCE_CLEAR = 1 << 2,  /* only what was logged after `dmesg -c` */
	CDM_LOG_WANT_SAFE_BUFFERS = 1 << 3, /* then, what did not reach the log (safe_buffers.h) */
};

struct cdm_log_facts {
	uint64_t ring_bytes; /* room for text */
	uint64_t lost;       /* records that the kernel overwrote, dropped or had not finished */
};

struct cdm_log_generation {
	const char *name;    /* "ringbuffer": stands in JSON output */
	char symbols[2][20]; /* VMCOREINFO has one of them where this is the kernel's ring */
	bool has_first_ring; /* besides the present one: that which the kernel booted with */

	/* Finds the ring and proves it: fails unless records (or an empty ring) stand where the
	 * kernel's own numbers say. `fallback`, where has_first_ring: take that, the pointer to the
	 * present one is of no use. Keeps kernel and damage. */
	enum cdm_status (*open)(struct cdm_kernel *kernel, bool fallback, struct cdm_damage *damage,
				void **priv, struct cdm_error *err);

	/* Before the first record: enum cdm_log_want. Tells as damage what cannot be done. Not called
	 * where nothing is wanted. */
	void (*want)(void *priv, unsigned wants);

	/* As cdm_log_next(). */
	enum cdm_status (*next)(void *priv, struct cdm_record *rec, struct cdm_error *err);

	void (*facts)(const void *priv, struct cdm_log_facts *facts);
	void (*close)(void *priv);
};

extern const struct cdm_log_generation *const cdm_log_table[]; /* newest first, ends with NULL */

extern const struct cdm_log_generation cdm_ring_lockless;
extern const struct cdm_log_generation cdm_ring_records;
extern const struct cdm_log_generation cdm_ring_text;

struct cdm_log;

/* Opens the container's kernel and its log: tries descriptions and translations until the log's
 * own structures prove one. Where none describes a kernel, the log is carved (carve.h), which is told as
 * damage; the kernel then has no info. Both are the caller's; close the log first. The dump must outlive
 * them. */
CDM_CHECKED enum cdm_status cdm_log_open(struct cdm_dump *dump, unsigned wants,
					 struct cdm_kernel **kernel, struct cdm_log **out,
					 struct cdm_error *err);

/* Oldest record first, lines in pieces joined (join.h); CDM_END after the last. What rec points at is valid until the next call or
 * close. Always ends: at most as many records as the ring has room for. Fails only when memory
 * runs out. */
CDM_CHECKED enum cdm_status cdm_log_next(struct cdm_log *log, struct cdm_record *rec,
					 struct cdm_error *err);

/* The next record is the oldest again; damage and what is lost count anew. */
CDM_CHECKED enum cdm_status cdm_log_rewind(struct cdm_log *log, struct cdm_error *err);

/* Hands out the pieces of a line one by one, as /dev/kmsg does. Before the first record. */
void cdm_log_keep_pieces(struct cdm_log *log);

const char *cdm_log_name(const struct cdm_log *log); /* of the generation, or "carved" */
const struct cdm_damage *cdm_log_damage(const struct cdm_log *log); /* so far; borrowed */
struct cdm_log_facts cdm_log_facts(const struct cdm_log *log);
void cdm_log_close(struct cdm_log *log); /* NULL is fine */

#endif
