// SPDX-License-Identifier: GPL-2.0-or-later
/* memory.c - what stands at a physical address of the machine that is described? */

#include "tests/dumpwriter/memory.h"

#include <stdlib.h>
#include <string.h>

#define N_BUCKETS 65536u

void dw_memory_open(struct dw_memory *memory, struct dw_arena *arena)
{
	*memory = (struct dw_memory){ .arena = arena, .word = 8 };
	memory->buckets = dw_alloc(arena, N_BUCKETS * sizeof(*memory->buckets));
}

void dw_memory_add_ram(struct dw_memory *memory, uint64_t start, uint64_t end)
{
	if (memory->n_ram == DW_MAX_RANGES || start >= end || start < dw_memory_end(memory))
		dw_die("ram range 0x%llx-0x%llx: not behind the one before it",
		       (unsigned long long)start, (unsigned long long)end);
	memory->ram[memory->n_ram++] = (struct dw_range){ start, end };
}

uint64_t dw_memory_end(const struct dw_memory *memory)
{
	return memory->n_ram ? memory->ram[memory->n_ram - 1].end : 0;
}

const struct dw_page *dw_memory_find(const struct dw_memory *memory, uint64_t pfn)
{
	const struct dw_page *page = memory->buckets[pfn % N_BUCKETS];

	while (page && page->pfn != pfn)
		page = page->next;
	return page;
}

struct dw_page *dw_memory_page(struct dw_memory *memory, uint64_t pfn)
{
	struct dw_page **bucket = &memory->buckets[pfn % N_BUCKETS];
	struct dw_page *page = *bucket;

	while (page && page->pfn != pfn)
		page = page->next;
	if (page)
		return page;
	page = dw_alloc(memory->arena, sizeof(*page));
	*page = (struct dw_page){ .pfn = pfn, .codec = -1, .next = *bucket };
	*bucket = page;
	memory->n_pages++;
	return page;
}

void dw_memory_write(struct dw_memory *memory, uint64_t paddr, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	while (len) {
		size_t at = paddr % DW_PAGE;
		size_t part = (size_t)dw_min(len, DW_PAGE - at);
		struct dw_page *page = dw_memory_page(memory, paddr / DW_PAGE);

		if (!page->bytes)
			page->bytes = dw_alloc(memory->arena, DW_PAGE);
		memcpy(page->bytes + at, from, part);
		from += part;
		paddr += part;
		len -= part;
	}
}

void dw_memory_read(const struct dw_memory *memory, uint64_t paddr, void *bytes, size_t len)
{
	uint8_t *to = bytes;

	while (len) {
		size_t at = paddr % DW_PAGE;
		size_t part = (size_t)dw_min(len, DW_PAGE - at);
		const struct dw_page *page = dw_memory_find(memory, paddr / DW_PAGE);

		if (page && page->bytes)
			memcpy(to, page->bytes + at, part);
		else
			memset(to, 0, part);
		to += part;
		paddr += part;
		len -= part;
	}
}

void dw_memory_write_number(struct dw_memory *memory, uint64_t paddr, unsigned width,
			    uint64_t value)
{
	uint8_t bytes[8];

	dw_store(bytes, memory->is_big, width, value);
	dw_memory_write(memory, paddr, bytes, width);
}

uint64_t dw_memory_read_number(const struct dw_memory *memory, uint64_t paddr, unsigned width)
{
	uint8_t bytes[8];

	dw_memory_read(memory, paddr, bytes, width);
	return dw_load(bytes, memory->is_big, width);
}

void dw_memory_write_word(struct dw_memory *memory, uint64_t paddr, uint64_t value)
{
	dw_memory_write_number(memory, paddr, memory->word, value);
}

uint64_t dw_memory_read_word(const struct dw_memory *memory, uint64_t paddr)
{
	return dw_memory_read_number(memory, paddr, memory->word);
}

static int by_pfn(const void *left, const void *right)
{
	const struct dw_page *const *a = left;
	const struct dw_page *const *b = right;

	return ((*a)->pfn > (*b)->pfn) - ((*a)->pfn < (*b)->pfn);
}

const struct dw_page **dw_memory_sorted(const struct dw_memory *memory)
{
	const struct dw_page **pages =
		dw_alloc(memory->arena, (memory->n_pages + 1) * sizeof(*pages));
	size_t n_pages = 0;

	for (size_t i = 0; i < N_BUCKETS; i++) {
		for (const struct dw_page *page = memory->buckets[i]; page; page = page->next)
			pages[n_pages++] = page;
	}
	if (n_pages)
		qsort(pages, n_pages, sizeof(*pages), by_pfn);
	return pages;
}
