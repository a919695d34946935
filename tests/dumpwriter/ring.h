/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ring.h - the kernel's writer of the lockless ring (5.10 on), simulated into physical memory.
 *
 * Descriptors are reused, text blocks evicted and the tail pushed in the order in which the kernel
 * does it, so that a ring that wrapped holds the stale bytes that a real one has. */

#ifndef DW_RING_H
#define DW_RING_H

#include "tests/dumpwriter/memory.h"
#include "tests/dumpwriter/records.h"

#define DW_SHORT_INFO 88u /* a longer printk_info has the execution context of 7.0 */

struct dw_ring {
	struct dw_memory *memory;
	unsigned word;           /* of the machine, 4 or 8 bytes */
	unsigned count_bits;     /* 2^n descriptors */
	unsigned size_bits;      /* 2^n bytes of text */
	unsigned info_size;      /* 88; 112, or 108 on i386, with the execution context */
	bool has_last_finalized; /* the descriptor ring's header grew by a word in 5.19 */
	unsigned desc_ring_at;   /* in the header; 0 in every kernel so far */
	bool exact_fit_stays;    /* from 6.19 on a block may end exactly at the end of the ring */

	uint64_t header_paddr; /* struct printk_ringbuffer */
	uint64_t descs_paddr, infos_paddr, text_paddr;
	uint64_t descs_vaddr, infos_vaddr, text_vaddr; /* what the header says */

	uint64_t head_id, tail_id;
	uint64_t head_lpos, tail_lpos;
	uint64_t fail; /* reservations that failed */

	uint64_t first_seq; /* that of the first record that is added */
	uint64_t first_id;
	uint64_t next_seq;
};

/* Bytes of a descriptor, of the headers, and of the three arrays. */
unsigned dw_ring_desc_size(const struct dw_ring *ring);
unsigned dw_ring_desc_ring_size(const struct dw_ring *ring);
unsigned dw_ring_header_size(const struct dw_ring *ring);
uint64_t dw_ring_descs_size(const struct dw_ring *ring);
uint64_t dw_ring_infos_size(const struct dw_ring *ring);
uint64_t dw_ring_text_size(const struct dw_ring *ring);

/* Where in an info subsystem and device stand. */
unsigned dw_ring_device_off(const struct dw_ring *ring);

/* An empty ring, as if first_seq records had come and gone. The geometry is set by the caller.
 * id and lpos are taken when given, else the kernel's own rule: UINT64_MAX asks for that. */
void dw_ring_open(struct dw_ring *ring, uint64_t first_seq, uint64_t first_id, uint64_t first_lpos);

/* Adds a record, or counts a failure where the kernel would. */
void dw_ring_add(struct dw_ring *ring, const struct dw_record *record);

/* Writes the header; nothing may be added afterwards. */
void dw_ring_close(struct dw_ring *ring);

/* Where the slots of a record are, whether or not it is still there. */
uint64_t dw_ring_desc_paddr(const struct dw_ring *ring, uint64_t seq);
uint64_t dw_ring_info_paddr(const struct dw_ring *ring, uint64_t seq);

/* Its text block, by what its descriptor says. */
uint64_t dw_ring_block_paddr(const struct dw_ring *ring, uint64_t seq);

#endif
