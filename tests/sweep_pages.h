/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_pages.h - the pages of memory that a sound dump holds, and the dump without one of them, or
 * with zeros in it. Written from the pages in formats/, as sweep_file.h; ELF of either class and byte
 * order, kdump of 64-bit little-endian machines, neither of them wrapped. */

#ifndef TESTS_SWEEP_PAGES_H
#define TESTS_SWEEP_PAGES_H

#include "dump/dump.h"
#include "tests/sweep_source.h"

struct sweep_page {
	uint64_t paddr, len; /* bytes of memory */
	uint64_t at, size;   /* what is stored of it, in the file */
	uint64_t index;      /* of its page descriptor (kdump), of its segment (ELF) */
	bool is_raw;         /* stored as it is */
	bool is_shared;      /* another page has the same stored bytes */
};

/* How a page is lost. In an ELF core, where nothing says that bytes were never written or are wrong,
 * these are zeros and noise. */
enum sweep_loss { SWEEP_LEFT_OUT, SWEEP_UNWRITTEN, SWEEP_CORRUPT, SWEEP_ABSENT, SWEEP_LOSSES };

struct sweep_pages;

/* NULL: a container that is not known here. Borrows the dump. */
struct sweep_pages *sweep_pages_new(struct cdm_bytes dump);
void sweep_pages_free(struct sweep_pages *pages); /* NULL is fine */

/* Keeps the pages of which a byte was read. */
void sweep_pages_keep_read(struct sweep_pages *pages, const struct sweep_reads *reads);

/* Of an ELF core: nothing tells that a page is corrupt. */
bool sweep_pages_are_of_elf(const struct sweep_pages *pages);

size_t sweep_pages_count(const struct sweep_pages *pages);
const struct sweep_page *sweep_pages_get(const struct sweep_pages *pages, size_t i);

#define SWEEP_MAX_PATCHES 6

/* A fault and the bytes that its patches have borrowed. */
struct sweep_change {
	struct sweep_fault fault;
	struct sweep_patch patches[SWEEP_MAX_PATCHES];
	uint8_t *bytes; /* owned */
};

/* The dump without this page. Not to be copied; sweep_change_free(). */
void sweep_pages_lose(const struct sweep_pages *pages, const struct sweep_page *page,
		      enum sweep_loss how, struct sweep_change *change);

/* Puts zeros in len (at most 512) bytes of memory; a compressed page is stored anew, raw. `sound` reads
 * the dump as it is. Pages that are not in the dump hold zeros already. */
void sweep_pages_zero(const struct sweep_pages *pages, struct cdm_dump *sound, uint64_t paddr,
		      uint64_t len, struct sweep_change *change);

void sweep_change_free(struct sweep_change *change);

#endif
