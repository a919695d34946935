/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_source.h - sources that need no file: bytes in memory, and bytes that are computed when they
 * are asked for. Both count reads and bytes in their io. */

#ifndef CDM_TESTS_MEMORY_SOURCE_H
#define CDM_TESTS_MEMORY_SOURCE_H

#include "source/source.h"

/* Copies the bytes. */
struct cdm_source *memory_source(const void *bytes, size_t len, bool is_stream);

/* Fills buf with the len bytes at off, all of them below the source's size. */
typedef void compute_bytes(uint64_t off, uint8_t *buf, size_t len);

struct cdm_source *computed_source(compute_bytes *compute, uint64_t size);

/* From now on the source ends at `size`, where it promised more: CDM_TRUNCATED. */
void cut_source(struct cdm_source *src, uint64_t size);

/* Behind the last byte that was handed out. */
uint64_t end_read(const struct cdm_source *src);

#endif
