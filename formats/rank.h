/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rank.h - how many bits are set in a bitmap before bit n?
 *
 * The bitmap of a kdump file has a bit a page frame; the rank of a frame is its place in the table
 * of page descriptors. Bits are counted as a stream, in pieces, no further than what is asked for;
 * only checkpoints are kept, so memory does not grow with the dump (16 TiB: 512 MiB of bitmap). */

#ifndef CDM_FORMATS_RANK_H
#define CDM_FORMATS_RANK_H

#include "source/source.h"

struct cdm_rank;

/* Over the bitmap at `at` of n_bits bits, whose bit n is bit n & 7 of byte n >> 3. Ranks count from
 * bit `first` on. Reads nothing yet. source is borrowed. */
CDM_CHECKED enum cdm_status cdm_rank_new(struct cdm_source *source, uint64_t at, uint64_t n_bits,
					 uint64_t first, struct cdm_rank **out,
					 struct cdm_error *err);
void cdm_rank_free(struct cdm_rank *rank); /* NULL is fine */

/* Is bit n (first <= n < n_bits) set, and how many are set in [first, n)? CDM_TRUNCATED if the
 * file ends before. */
CDM_CHECKED enum cdm_status cdm_rank_find(struct cdm_rank *rank, uint64_t n, bool *is_set,
					  uint64_t *before, struct cdm_error *err);

/* The first run of set bits at or after bit n (first <= n): [*begin, *end). A long run may be handed
 * out in pieces. CDM_END: no bit is set there; CDM_TRUNCATED if the file ends before. */
CDM_CHECKED enum cdm_status cdm_rank_run(struct cdm_rank *rank, uint64_t n, uint64_t *begin,
					 uint64_t *end, struct cdm_error *err);

/* Bits set in len bytes. */
uint64_t cdm_count_bits(const uint8_t *bytes, size_t len);

#endif
