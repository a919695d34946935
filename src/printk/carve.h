/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carve.h - logs found in physical memory by their shape alone, where nothing describes the kernel.
 *
 * Memory is walked once for what rings are made of, and a second time for texts whose ids are known
 * by then. What is found is the same numbers that VMCOREINFO leads to otherwise, with physical
 * addresses: the readers of the three generations take it from there, over a kernel whose
 * translation is none. Each array is taken to be contiguous in physical memory, as kernels
 * allocate them. */

#ifndef CDM_PRINTK_CARVE_H
#define CDM_PRINTK_CARVE_H

#include "kernel/memory.h"
#include "printk/carved.h"
#include "printk/log.h"
#include "printk/window.h"

/* A log, as far as it is known by its shape. */
struct cdm_carved {
	const struct cdm_shape *shape;
	struct cdm_layout layout; /* of its numbers; word: 0 where its shape does not tell */
	uint64_t n_records;       /* that hold together: the more, the likelier it is the log */
	unsigned likeness;      /* among those of one rank: the more, the likelier it is the log */
	bool has_beginning;     /* "Linux version", which is one of its first lines */
	bool is_capture_kernel; /* its own text says so */
	union {
		struct cdm_lockless_ring lockless;
		struct cdm_carved_records records;
		struct cdm_carved_text text;
		struct cdm_carved_blocks blocks;
	} ring;
};

struct cdm_carve {
	struct cdm_kernel *kernel; /* of physical memory; its layout is the find's that is open */
	struct cdm_carved finds[CDM_MAX_CARVED];
	unsigned n_finds;
};

/* How much a shape proves. */
enum cdm_shape_rank {
	CDM_SHAPE_LINES,   /* of text, as files in the page cache hold them too */
	CDM_SHAPE_TEXTS,   /* of records, with their ids */
	CDM_SHAPE_RECORDS, /* texts and what belongs to them */
};

/* What the ring of one generation looks like. */
struct cdm_shape {
	const struct cdm_log_generation *generation; /* reads it */
	enum cdm_shape_rank rank;

	CDM_CHECKED enum cdm_status (*begin)(struct cdm_carve *carve, void **priv,
					     struct cdm_error *err);

	/* The first walk through memory. Fails only when memory runs out. */
	CDM_CHECKED enum cdm_status (*look)(void *priv, const struct cdm_piece *piece,
					    struct cdm_error *err);

	/* Between the walks: adds what was found. True: it wants the second one. */
	bool (*conclude)(void *priv);

	/* The second walk; NULL: not needed. True: nothing more is wanted. */
	bool (*look_again)(void *priv, const struct cdm_piece *piece);

	void (*end)(void *priv); /* before what was found is read */

	/* As open() of the generation. */
	CDM_CHECKED enum cdm_status (*open)(struct cdm_kernel *kernel,
					    const struct cdm_carved *find,
					    struct cdm_damage *damage, void **priv,
					    struct cdm_error *err);
};

extern const struct cdm_shape cdm_shape_lockless;
extern const struct cdm_shape cdm_shape_blocks;
extern const struct cdm_shape cdm_shape_records;
extern const struct cdm_shape cdm_shape_text;

/* What a shape keeps that reads through one window: the first member of its own struct. */
struct cdm_carve_finder {
	struct cdm_carve *carve;
	struct cdm_window window;
};

/* begin() and end() of such a shape; its own struct has `size` bytes, and begins as zeros. */
CDM_CHECKED enum cdm_status cdm_carve_begin(struct cdm_carve *carve, size_t size, void **priv,
					    struct cdm_error *err);
void cdm_carve_end(void *priv);

/* Is one the likelier log of the kernel that died? */
bool cdm_carve_is_likelier(const struct cdm_carved *one, const struct cdm_carved *other);

/* Keeps a find, or of too many the likeliest. */
void cdm_carve_add(struct cdm_carve *carve, const struct cdm_carved *find);

/* Finds the log; others are told as damage. The kernel is the caller's, as that of cdm_log_open().
 * CDM_ERR_NO_INFO: there is none; CDM_ERR_UNSUPPORTED: this build does not search. */
CDM_CHECKED enum cdm_status cdm_carve_find(struct cdm_dump *dump, struct cdm_damage *damage,
					   struct cdm_kernel **kernel, struct cdm_carved *found,
					   struct cdm_error *err);

/* Opens what was found: the records begin. */
CDM_CHECKED enum cdm_status cdm_carve_open(struct cdm_kernel *kernel,
					   const struct cdm_carved *found,
					   struct cdm_damage *damage, void **priv,
					   struct cdm_error *err);

#endif
