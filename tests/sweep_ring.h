/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_ring.h - which record of a sound log does each byte of its ring belong to?
 *
 * A small reader of its own: of the readers it uses memory and translation alone. */

#ifndef TESTS_SWEEP_RING_H
#define TESTS_SWEEP_RING_H

#include "kernel/kernel.h"
#include "tests/sweep_run.h"

/* What a byte is. */
enum sweep_part {
	SWEEP_PART_NONE, /* of no record: padding, what older records left, unused slots */
	SWEEP_PART_STATE,
	SWEEP_PART_BLOCK,
	SWEEP_PART_SEQ,
	SWEEP_PART_TIME,
	SWEEP_PART_LEN, /* of all parts of a record of before 5.10 */
	SWEEP_PART_TEXT_LEN,
	SWEEP_PART_DICT_LEN,
	SWEEP_PART_FACILITY,
	SWEEP_PART_LEVEL, /* and flags */
	SWEEP_PART_CALLER,
	SWEEP_PART_DEVICE,
	SWEEP_PART_ID, /* of a block of text */
	SWEEP_PART_TEXT,
	SWEEP_PARTS
};

/* Memory that stands together: (a piece of) an array of the ring, or what leads to it. */
struct sweep_area {
	const char *name;
	bool is_head;   /* the ring's address and numbers: without them it cannot be found */
	bool has_texts; /* and nothing that is aligned */
	uint64_t paddr, len;
	uint8_t *bytes;    /* what stands there; owned */
	uint8_t *parts;    /* enum sweep_part of each byte; owned */
	uint32_t *records; /* whose it is: so many records of the sound log are before; owned */
};

#define SWEEP_NO_RECORD UINT32_MAX

struct sweep_ring {
	struct sweep_area *areas;
	size_t n, room;
};

/* False, with a message: it is not the ring that this log stands in. Exits where memory is gone. */
bool sweep_ring_find(struct cdm_kernel *kernel, const struct sweep_log *sound,
		     struct sweep_ring *ring);
void sweep_ring_free(struct sweep_ring *ring);

const char *sweep_part_name(enum sweep_part part);

#endif
