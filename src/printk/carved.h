/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carved.h - what the readers of the rings need to know of one that was found by its shape. Addresses
 * are physical; the kernel is one whose translation is none. */

#ifndef CDM_PRINTK_CARVED_H
#define CDM_PRINTK_CARVED_H

#include "printk/lockless_ring.h"
#include "printk/log.h"

/* The record ring of 3.5 to 5.9. */
struct cdm_carved_records {
	uint64_t paddr, size; /* of the ring, as far as it is known; size: no power of two */
	uint64_t first_idx;   /* of the oldest record */
	uint64_t next_idx;    /* behind the newest */
	uint32_t header_size; /* 16, 20, 24 */
};

/* The text ring up to 3.4. */
struct cdm_carved_text {
	uint64_t paddr, size; /* of the ring */
	uint64_t pos, end;    /* counts of bytes: [pos, end) modulo size is its text */
};

/* Texts of a printk_ringbuffer without descriptors or infos: blocks one behind the other, whose ids
 * rise. */
struct cdm_carved_span {
	uint64_t paddr, end; /* of the first block, and behind the last */
	uint64_t first_id, last_id;
};

struct cdm_carved_blocks {
	bool has_remains; /* texts are followed by what printk moved them over */
	unsigned n;
	struct cdm_carved_span spans[CDM_MAX_SPANS]; /* in the order of ids */
};

/* As open() of the generation: reads what was found. */
CDM_CHECKED enum cdm_status cdm_lockless_open_carved(struct cdm_kernel *kernel,
						     const struct cdm_lockless_ring *ring,
						     struct cdm_damage *damage, void **priv,
						     struct cdm_error *err);
CDM_CHECKED enum cdm_status cdm_records_open_carved(struct cdm_kernel *kernel,
						    const struct cdm_carved_records *ring,
						    struct cdm_damage *damage, void **priv,
						    struct cdm_error *err);
CDM_CHECKED enum cdm_status cdm_text_open_carved(struct cdm_kernel *kernel,
						 const struct cdm_carved_text *ring,
						 struct cdm_damage *damage, void **priv,
						 struct cdm_error *err);

#endif
