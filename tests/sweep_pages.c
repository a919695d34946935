// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_pages.c - what does the file of a dump look like that has lost a page? */

#include "tests/sweep_pages.h"

#include "base/checked.h"

#include <stdlib.h>

#define ELF_PAGE 4096
#define PT_LOAD 1
#define PAGE_DESCRIPTOR 24
#define PAGE_COMPRESSED 0x27u
#define NOISE 0xa5
#define MAX_PIECES 2 /* of 512 bytes: they lie on one page, or on two */

/* Offsets in the headers of an ELF core, and how wide a place is. */
struct elf_class {
	uint8_t word, phoff, phnum;
	uint8_t program_header, offset, vaddr, paddr, filesz, memsz;
};

static const struct elf_class elf_classes[] = {
	{ 4, 28, 44, 32, 4, 8, 12, 16, 20 },
	{ 8, 32, 56, 56, 8, 16, 24, 32, 40 },
};

struct sweep_pages {
	struct cdm_bytes dump;
	bool is_big;                   /* byte order of the headers */
	const struct elf_class *class; /* NULL: kdump */
	uint64_t headers_at, n_headers;
	uint64_t block_size, bitmaps_at, bitmap_len; /* of one of the two */
	uint64_t descriptors_at, n_descriptors;
	struct sweep_page
		*list; /* owned; by rising address (kdump), in the order of the file (ELF) */
	size_t n, room;
};

/* ---- numbers ---- */

static uint64_t get(const struct sweep_pages *pages, const uint8_t *at, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value = value << 8 | at[pages->is_big ? i : width - 1 - i];
	return value;
}

static void put(const struct sweep_pages *pages, uint8_t *at, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		at[pages->is_big ? width - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

static uint64_t number(const struct sweep_pages *pages, uint64_t off, unsigned width)
{
	return off + width <= pages->dump.len ? get(pages, pages->dump.at + off, width) : 0;
}

/* ---- which pages there are ---- */

static void add(struct sweep_pages *pages, struct sweep_page page)
{
	pages->list = sweep_make_room(pages->list, pages->n, &pages->room, sizeof(*pages->list));
	pages->list[pages->n++] = page;
}

static void add_segment(struct sweep_pages *pages, uint64_t index)
{
	const struct elf_class *class = pages->class;
	uint64_t header = pages->headers_at + index * class->program_header;
	uint64_t off = number(pages, header + class->offset, class->word);
	uint64_t paddr = number(pages, header + class->paddr, class->word);
	uint64_t len = number(pages, header + class->filesz, class->word);

	if (number(pages, header, 4) != PT_LOAD)
		return;
	for (uint64_t done = 0, part; done < len; done += part) {
		part = cdm_min(len - done, ELF_PAGE - (paddr + done) % ELF_PAGE);
		add(pages, (struct sweep_page){ paddr + done, part, off + done, part, index, true,
						false });
	}
}

static void open_elf(struct sweep_pages *pages)
{
	pages->class = &elf_classes[pages->dump.at[4] == 2];
	pages->is_big = pages->dump.at[5] == 2;
	pages->headers_at = number(pages, pages->class->phoff, pages->class->word);
	pages->n_headers = number(pages, pages->class->phnum, 2);
	for (uint64_t i = 0; i < pages->n_headers; i++)
		add_segment(pages, i);
}

static bool has_bit(const struct sweep_pages *pages, uint64_t pfn)
{
	uint64_t at = pages->bitmaps_at + pages->bitmap_len + pfn / 8;

	return number(pages, at, 1) >> pfn % 8 & 1;
}

static void add_descriptor(struct sweep_pages *pages, uint64_t pfn)
{
	uint64_t index = pages->n_descriptors++;
	uint64_t at = pages->descriptors_at + index * PAGE_DESCRIPTOR;

	add(pages, (struct sweep_page){
			   .paddr = pfn * pages->block_size,
			   .len = pages->block_size,
			   .at = number(pages, at, 8),
			   .size = number(pages, at + 8, 4),
			   .index = index,
			   .is_raw = !(number(pages, at + 12, 4) & PAGE_COMPRESSED),
		   });
}

static int by_stored(const void *a, const void *b)
{
	const struct sweep_page *left = *(struct sweep_page *const *)a;
	const struct sweep_page *right = *(struct sweep_page *const *)b;

	return (left->at > right->at) - (left->at < right->at);
}

static void note_shared(struct sweep_pages *pages)
{
	struct sweep_page **sorted = sweep_alloc(pages->n * sizeof(struct sweep_page *));

	for (size_t i = 0; i < pages->n; i++)
		sorted[i] = &pages->list[i];
	qsort(sorted, pages->n, sizeof(*sorted), by_stored);
	for (size_t i = 1; i < pages->n; i++)
		if (sorted[i]->at == sorted[i - 1]->at)
			sorted[i]->is_shared = sorted[i - 1]->is_shared = true;
	free(sorted);
}

static void open_kdump(struct sweep_pages *pages)
{
	uint64_t block = number(pages, 428, 4);

	pages->block_size = block;
	pages->bitmaps_at = (1 + number(pages, 432, 4)) * block;
	pages->bitmap_len = number(pages, 436, 4) * block / 2;
	pages->descriptors_at = pages->bitmaps_at + 2 * pages->bitmap_len;
	for (uint64_t pfn = 0; pfn < pages->bitmap_len * 8; pfn++)
		if (has_bit(pages, pfn))
			add_descriptor(pages, pfn);
	note_shared(pages);
}

struct sweep_pages *sweep_pages_new(struct cdm_bytes dump)
{
	bool is_elf = cdm_starts_with(dump, "\177ELF", 4);

	if (dump.len < 4096 || (!is_elf && !cdm_starts_with(dump, "KDUMP   ", 8)))
		return NULL;
	struct sweep_pages *pages = sweep_alloc(sizeof(*pages));

	*pages = (struct sweep_pages){ .dump = dump };
	if (is_elf)
		open_elf(pages);
	else
		open_kdump(pages);
	return pages;
}

void sweep_pages_free(struct sweep_pages *pages)
{
	if (pages)
		free(pages->list);
	free(pages);
}

static bool was_read(const struct sweep_page *page, const struct sweep_reads *reads)
{
	for (size_t i = 0; i < reads->n; i++)
		if (reads->list[i].start < page->at + page->size && reads->list[i].end > page->at)
			return true;
	return false;
}

void sweep_pages_keep_read(struct sweep_pages *pages, const struct sweep_reads *reads)
{
	size_t n = 0;

	for (size_t i = 0; i < pages->n; i++)
		if (was_read(&pages->list[i], reads))
			pages->list[n++] = pages->list[i];
	pages->n = n;
}

bool sweep_pages_are_of_elf(const struct sweep_pages *pages)
{
	return pages->class != NULL;
}

size_t sweep_pages_count(const struct sweep_pages *pages)
{
	return pages->n;
}

const struct sweep_page *sweep_pages_get(const struct sweep_pages *pages, size_t i)
{
	return &pages->list[i];
}

/* ---- a change ---- */

static void add_patch(struct sweep_change *change, uint64_t at, uint64_t len, const uint8_t *bytes)
{
	change->patches[change->fault.n_patches++] = (struct sweep_patch){ at, len, bytes };
}

static void begin(struct sweep_change *change, size_t room)
{
	*change = (struct sweep_change){ .fault = SWEEP_SOUND, .bytes = sweep_alloc(room) };
	change->fault.patches = change->patches;
}

void sweep_change_free(struct sweep_change *change)
{
	free(change->bytes);
	change->bytes = NULL;
}

/* ---- ELF ---- */

/* The part [from, to) of a segment, of which the file has so many bytes; its header is written at
 * `out`. */
static void put_segment(const struct sweep_pages *pages, const uint8_t *header, uint64_t from,
			uint64_t to, uint64_t stored, uint8_t *out)
{
	const struct elf_class *class = pages->class;
	const uint8_t places[] = { class->offset, class->vaddr, class->paddr };

	memcpy(out, header, class->program_header);
	for (size_t i = 0; i < sizeof(places); i++)
		put(pages, out + places[i], class->word,
		    get(pages, header + places[i], class->word) + from);
	put(pages, out + class->filesz, class->word, stored);
	put(pages, out + class->memsz, class->word, to - from);
}

/* A segment without what it has of the page: in /proc/vmcore another one may have that, too. Returns
 * how many headers are at `out` then. */
static uint64_t put_without(const struct sweep_pages *pages, const uint8_t *header,
			    const struct sweep_page *page, bool is_memory, uint8_t *out)
{
	const struct elf_class *class = pages->class;
	uint64_t size = class->program_header, n = 0;
	uint64_t paddr = get(pages, header + class->paddr, class->word);
	uint64_t memory = get(pages, header + class->memsz, class->word);
	uint64_t stored = get(pages, header + class->filesz, class->word);
	uint64_t from = cdm_max(page->paddr, paddr) - paddr;
	uint64_t to = cdm_min(page->paddr + page->len, paddr + memory) - paddr;

	if (from > 0)
		put_segment(pages, header, 0, from, cdm_min(from, stored), out + n++ * size);
	if (is_memory)
		put_segment(pages, header, from, to, 0, out + n++ * size);
	if (to < memory)
		put_segment(pages, header, to, memory, stored > to ? stored - to : 0,
			    out + n++ * size);
	return n;
}

static bool has_part_of(const struct sweep_pages *pages, const uint8_t *header,
			const struct sweep_page *page)
{
	const struct elf_class *class = pages->class;
	uint64_t paddr = get(pages, header + class->paddr, class->word);
	uint64_t memory = get(pages, header + class->memsz, class->word);

	return get(pages, header, 4) == PT_LOAD && paddr < page->paddr + page->len &&
	       paddr + memory > page->paddr;
}

/* A new table after the dump's end. */
static void cut_segments(const struct sweep_pages *pages, const struct sweep_page *page,
			 bool is_memory, struct sweep_change *change)
{
	const struct elf_class *class = pages->class;
	uint64_t size = class->program_header, n = 0, end = (pages->dump.len + 7) / 8 * 8;

	begin(change, 3 * pages->n_headers * size + 8 + 2);
	uint8_t *table = change->bytes, *phoff = table + 3 * pages->n_headers * size;

	for (uint64_t i = 0; i < pages->n_headers; i++) {
		const uint8_t *header = pages->dump.at + pages->headers_at + i * size;

		if (has_part_of(pages, header, page))
			n += put_without(pages, header, page, is_memory, table + n * size);
		else
			memcpy(table + n++ * size, header, size);
	}
	put(pages, phoff, class->word, end);
	put(pages, phoff + 8, 2, n);
	add_patch(change, end, n * size, table);
	add_patch(change, class->phoff, class->word, phoff);
	add_patch(change, class->phnum, 2, phoff + 8);
}

/* Wherever the page is stored. */
static void overwrite(const struct sweep_pages *pages, const struct sweep_page *page, uint8_t with,
		      struct sweep_change *change)
{
	begin(change, ELF_PAGE);
	memset(change->bytes, with, ELF_PAGE);
	for (size_t i = 0; i < pages->n && change->fault.n_patches < SWEEP_MAX_PATCHES; i++) {
		const struct sweep_page *other = &pages->list[i];
		uint64_t from = cdm_max(page->paddr, other->paddr);
		uint64_t to = cdm_min(page->paddr + page->len, other->paddr + other->len);

		if (from < to)
			add_patch(change, other->at + (from - other->paddr), to - from,
				  change->bytes);
	}
}

static void lose_elf_page(const struct sweep_pages *pages, const struct sweep_page *page,
			  enum sweep_loss how, struct sweep_change *change)
{
	if (how == SWEEP_LEFT_OUT || how == SWEEP_ABSENT)
		cut_segments(pages, page, how == SWEEP_LEFT_OUT, change);
	else
		overwrite(pages, page, how == SWEEP_CORRUPT ? NOISE : 0, change);
}

/* ---- kdump ---- */

static void clear_bit(const struct sweep_pages *pages, const struct sweep_page *page,
		      unsigned bitmap, struct sweep_change *change)
{
	uint64_t pfn = page->paddr / pages->block_size;
	uint64_t at = pages->bitmaps_at + bitmap * pages->bitmap_len + pfn / 8;

	change->bytes[bitmap] = pages->dump.at[at] & (uint8_t) ~(1u << pfn % 8);
	add_patch(change, at, 1, change->bytes + bitmap);
}

/* Later descriptors move up. */
static void remove_descriptor(const struct sweep_pages *pages, const struct sweep_page *page,
			      bool is_memory, struct sweep_change *change)
{
	uint64_t at = pages->descriptors_at + page->index * PAGE_DESCRIPTOR;
	uint64_t later = (pages->n_descriptors - page->index - 1) * PAGE_DESCRIPTOR;

	begin(change, 2);
	clear_bit(pages, page, 1, change);
	if (!is_memory)
		clear_bit(pages, page, 0, change);
	add_patch(change, at, later, pages->dump.at + at + PAGE_DESCRIPTOR);
	add_patch(change, at + later, PAGE_DESCRIPTOR, NULL);
}

static void lose_kdump_page(const struct sweep_pages *pages, const struct sweep_page *page,
			    enum sweep_loss how, struct sweep_change *change)
{
	uint64_t at = pages->descriptors_at + page->index * PAGE_DESCRIPTOR;

	if (how == SWEEP_LEFT_OUT || how == SWEEP_ABSENT) {
		remove_descriptor(pages, page, how == SWEEP_LEFT_OUT, change);
		return;
	}
	begin(change, cdm_max(page->size, 4));
	memset(change->bytes, NOISE, page->size);
	if (how == SWEEP_UNWRITTEN)
		add_patch(change, at, PAGE_DESCRIPTOR, NULL);
	else if (page->is_raw || page->is_shared) /* no size that a page can have */
		add_patch(change, at + 8, 4, change->bytes);
	else
		add_patch(change, page->at, page->size, change->bytes);
}

void sweep_pages_lose(const struct sweep_pages *pages, const struct sweep_page *page,
		      enum sweep_loss how, struct sweep_change *change)
{
	if (pages->class)
		lose_elf_page(pages, page, how, change);
	else
		lose_kdump_page(pages, page, how, change);
}

/* ---- zeros ---- */

/* The page is stored at the end of the file, raw, with zeros in it. */
static void store_anew(const struct sweep_pages *pages, const struct sweep_page *page,
		       struct cdm_dump *sound, uint64_t from, uint64_t to,
		       struct sweep_change *change)
{
	uint64_t room = page->len + PAGE_DESCRIPTOR, end = pages->dump.len;
	uint8_t *bytes = change->bytes;

	for (size_t i = 0; i < change->fault.n_patches; i++) {
		const struct sweep_patch *patch = &change->patches[i];

		if (patch->at == end) { /* the second page of two */
			bytes += room;
			end += page->len;
		}
	}
	if (!cdm_dump_reads(sound, page->paddr, bytes, page->len))
		return;
	memset(bytes + (from - page->paddr), 0, to - from);
	uint8_t *descriptor = bytes + page->len;

	put(pages, descriptor, 8, end);
	put(pages, descriptor + 8, 4, page->len);
	add_patch(change, end, page->len, bytes);
	add_patch(change, pages->descriptors_at + page->index * PAGE_DESCRIPTOR, PAGE_DESCRIPTOR,
		  descriptor);
}

void sweep_pages_zero(const struct sweep_pages *pages, struct cdm_dump *sound, uint64_t paddr,
		      uint64_t len, struct sweep_change *change)
{
	begin(change, MAX_PIECES * (pages->block_size + PAGE_DESCRIPTOR));
	for (size_t i = 0; i < pages->n; i++) {
		const struct sweep_page *page = &pages->list[i];
		uint64_t from = cdm_max(paddr, page->paddr);
		uint64_t to = cdm_min(paddr + len, page->paddr + page->len);

		if (from >= to)
			continue;
		if (page->is_raw && !page->is_shared)
			add_patch(change, page->at + (from - page->paddr), to - from, NULL);
		else
			store_anew(pages, page, sound, from, to, change);
	}
}
