/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory.h - physical memory of the machine: ranges of RAM, and the pages that hold something. */

#ifndef DW_MEMORY_H
#define DW_MEMORY_H

#include "tests/dumpwriter/arena.h"

#include <stdbool.h>

#define DW_PAGE 4096u /* the least of any kernel; a kernel's page or a dump's block may be larger */

enum dw_page_state {
	DW_KEPT,
	DW_EXCLUDED, /* RAM that the dump filter leaves out */
	DW_REMOVED,  /* no RAM at all */
};

struct dw_page {
	uint64_t pfn;
	enum dw_page_state state;
	int codec;      /* index in dw_codecs, -1: the dump's */
	uint8_t *bytes; /* NULL: zeros, nothing was written */
	struct dw_page *next;
};

struct dw_range {
	uint64_t start;
	uint64_t end; /* behind the last byte */
};

#define DW_MAX_RANGES 64

struct dw_memory {
	struct dw_arena *arena;
	bool is_big;                        /* byte order of the machine's numbers */
	unsigned word;                      /* bytes of its pointers and longs */
	struct dw_range ram[DW_MAX_RANGES]; /* in rising order */
	size_t n_ram;
	struct dw_page **buckets;
	size_t n_pages;
};

void dw_memory_open(struct dw_memory *memory, struct dw_arena *arena);
void dw_memory_add_ram(struct dw_memory *memory, uint64_t start, uint64_t end);
uint64_t dw_memory_end(const struct dw_memory *memory); /* of the highest range */

void dw_memory_write(struct dw_memory *memory, uint64_t paddr, const void *bytes, size_t len);
void dw_memory_read(const struct dw_memory *memory, uint64_t paddr, void *bytes, size_t len);
void dw_memory_write_number(struct dw_memory *memory, uint64_t paddr, unsigned width,
			    uint64_t value);
uint64_t dw_memory_read_number(const struct dw_memory *memory, uint64_t paddr, unsigned width);

/* A word of the machine; what does not fit is cut off. */
void dw_memory_write_word(struct dw_memory *memory, uint64_t paddr, uint64_t value);
uint64_t dw_memory_read_word(const struct dw_memory *memory, uint64_t paddr);

/* The page with that number, made if it is not there. */
struct dw_page *dw_memory_page(struct dw_memory *memory, uint64_t pfn);
const struct dw_page *dw_memory_find(const struct dw_memory *memory, uint64_t pfn);

/* All pages in rising order; n_pages of them. */
const struct dw_page **dw_memory_sorted(const struct dw_memory *memory);

#endif
