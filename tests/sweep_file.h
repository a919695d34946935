/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_file.h - the parts of a sound dump's file, and where in it a page of memory stands. Written
 * from the pages in formats/, not from the readers; ELF of either class and byte order, kdump of 64-bit
 * little-endian machines. */

#ifndef TESTS_SWEEP_FILE_H
#define TESTS_SWEEP_FILE_H

#include "tests/sweep_map.h"

struct sweep_file;

/* Called for [start, end) of the dump; what is marked later counts. */
typedef void sweep_mark(void *context, uint64_t start, uint64_t end, enum sweep_kind kind);

/* Marks the parts of the container. Borrows the dump. */
struct sweep_file *sweep_file_new(struct cdm_bytes dump, sweep_mark *on_mark, void *context);

/* Marks where len bytes of memory from paddr on stand, as far as they stand there as they are: a
 * page that is compressed is of one kind. */
void sweep_file_mark_memory(struct sweep_file *file, uint64_t paddr, uint64_t len,
			    enum sweep_kind kind);

/* Marks what a wrapper holds and overrides later; frees. */
void sweep_file_finish(struct sweep_file *file);

#endif
