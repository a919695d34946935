/* SPDX-License-Identifier: GPL-2.0-or-later */
/* word_memory.h - a dump whose memory is a list of words: what page tables need. */

#ifndef CDM_TESTS_WORD_MEMORY_H
#define CDM_TESTS_WORD_MEMORY_H

#include "dump/dump.h"

#define MAX_WORDS 16

struct word {
	uint64_t paddr, value; /* little-endian */
};

/* Zeros but for these words; nothing is to be had in [missing, missing + missing_len). The range that
 * it says it holds begins at `start`. */
struct memory {
	struct word words[MAX_WORDS];
	unsigned n;
	uint64_t start;
	uint64_t missing, missing_len;
	enum cdm_status why;
	unsigned reads;
};

/* The memory must outlive the dump. */
struct cdm_dump dump_of(struct memory *memory);

void put_word(struct memory *memory, uint64_t paddr, uint64_t value);

#endif
