/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lockless_ring.h - the kernel's printk_ringbuffer (5.10 on): where its three arrays are, and how its
 * numbers wrap.
 *
 * Descriptors (state and place of the text), infos (time, level, length) and a ring of text blocks.
 * Slot n of the first two belongs together. A descriptor's id counts records modulo 2^(word - 2);
 * its slot is the id modulo their number. Positions in the text (lpos) count bytes modulo 2^word;
 * the place is lpos modulo the ring's size (kernel/printk/printk_ringbuffer.c, linux 5.10 to 7.2). */

#ifndef CDM_PRINTK_LOCKLESS_RING_H
#define CDM_PRINTK_LOCKLESS_RING_H

#include "kernel/kernel.h"

/* Offsets and sizes within the structs, of the table in lockless_ring.c. */
enum cdm_ring_field {
	RING_SIZE,
	RING_DESCS,
	RING_TEXT,
	RING_FAIL,
	DESCS_SIZE,
	DESCS_COUNT_BITS,
	DESCS_ARRAY,
	DESCS_INFOS,
	DESCS_HEAD_ID,
	DESCS_TAIL_ID,
	TEXT_SIZE,
	TEXT_SIZE_BITS,
	TEXT_DATA,
	TEXT_HEAD_LPOS,
	TEXT_TAIL_LPOS,
	DESC_SIZE,
	DESC_STATE,
	DESC_BLOCK,
	BLOCK_SIZE,
	BLOCK_BEGIN,
	BLOCK_NEXT,
	INFO_SIZE,
	INFO_SEQ,
	INFO_TS,
	INFO_TEXT_LEN,
	INFO_CALLER,
	INFO_DEVICE,
	DEVICE_SIZE,
	DEVICE_SUBSYSTEM,
	DEVICE_NAME,
	N_RING_FIELDS
};

struct cdm_lockless_ring {
	uint32_t fields[N_RING_FIELDS];
	uint32_t subsystem_len, device_len; /* bytes of the two names' arrays */
	uint64_t id_mask;                   /* 2^(word - 2) - 1 */
	uint64_t known_id,
		known_seq;     /* a record that the proof found: ids and numbers go together */
	uint32_t caller_flags; /* CDM_RECORD_CALLER: the place of caller_id is known; and _CONTEXT,
				* as has_context */
	bool has_context;      /* behind it stand the other caller and the task's name, since 7.0 */
	const char *doubt;     /* what VMCOREINFO leaves open, as a sentence; NULL: nothing */
	uint64_t lpos_mask;    /* 2^word - 1 */
	uint64_t count;        /* descriptors: a power of two */
	uint64_t text_size;    /* bytes: a power of two */
	uint64_t descs_vaddr, infos_vaddr, text_vaddr;
	uint64_t head_id, tail_id; /* newest and oldest; masked */
	uint64_t head_lpos, tail_lpos;
	uint64_t n_dropped; /* `fail`: records that found no room at all */
};

/* Follows SYMBOL(prb), or, as a fallback, takes SYMBOL(printk_rb_static), and reads the ring's
 * numbers. Fails if they cannot be those of a ring. */
CDM_CHECKED enum cdm_status cdm_lockless_ring_find(struct cdm_kernel *kernel, bool fallback,
						   struct cdm_lockless_ring *ring,
						   struct cdm_error *err);

/* Where the names of the device are in an info of so many bytes; 0: no kernel has such infos, and it is
 * not known. */
uint32_t cdm_lockless_device_at(uint32_t info_size);

/* Without VMCOREINFO: the usual layout, with infos of so many bytes. Sets the masks, too. *ring is all
 * zeros before. */
void cdm_lockless_assume_fields(struct cdm_lockless_ring *ring, uint8_t word, uint32_t info_size);

/* Is the ring so full that the oldest records are given up for new ones (desc_reserve() and data_alloc() in
 * kernel/printk/printk_ringbuffer.c)? They are marked first; their texts are given up right behind. */
bool cdm_lockless_evicts(const struct cdm_lockless_ring *ring);

/* Can record `seq` have this id? Ids count on from that of record 0, which is -count modulo
 * 2^(word - 2); kernels before 7.0 computed it with 32 bits, so that a 64-bit one begins at
 * 2^32 - count and goes on past 2^32 (DESC0_ID() takes the negative of an unsigned int; seen in
 * 5.10 to 6.12, and no longer in 7.2). */
bool cdm_lockless_can_be(const struct cdm_lockless_ring *ring, uint64_t id, uint64_t seq);

/* Sets known_id and known_seq by that rule: of the two, the first id that the tail is nearer to. */
void cdm_lockless_know_by_rule(struct cdm_lockless_ring *ring);

/* The number of the record with this id, from the one that is known. */
static inline uint64_t cdm_lockless_seq(const struct cdm_lockless_ring *ring, uint64_t id)
{
	uint64_t ahead = (id - ring->known_id) & ring->id_mask;

	/* More than half way round is behind. */
	return ahead <= ring->id_mask / 2 ? ring->known_seq + ahead
					  : ring->known_seq - (ring->id_mask + 1 - ahead);
}

enum cdm_block_kind {
	CDM_BLOCK_DATA,    /* an id, then the text */
	CDM_BLOCK_EMPTY,   /* an empty line: it has no block */
	CDM_BLOCK_FAILED,  /* the text found no room */
	CDM_BLOCK_CORRUPT, /* no writer leaves such positions */
};

struct cdm_block {
	uint64_t at;   /* offset of the id word in the text ring */
	uint64_t room; /* bytes for text behind it */
};

/* What a descriptor's two positions mean. *block is filled for CDM_BLOCK_DATA: it lies within the
 * ring. */
enum cdm_block_kind cdm_lockless_block(const struct cdm_lockless_ring *ring, uint8_t word,
				       uint64_t begin, uint64_t next, struct cdm_block *block);

#endif
