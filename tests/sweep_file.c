// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_file.c - where do the parts of a sound dump stand in its file? */

#include "tests/sweep_file.h"

#include "base/checked.h"

#include <stdio.h>
#include <stdlib.h>

#define FLAT_HEADER 4096
#define PT_LOAD 1
#define PT_NOTE 4
#define PAGE_DESCRIPTOR 24
#define PAGE_ZLIB 1u
#define PAGE_COMPRESSED 0x27u

/* Bytes [off, off + len) of the dump proper stand at `at` of the file that wraps it. */
struct piece {
	uint64_t off, len, at;
};

/* Memory that stands in the dump as it is. */
struct stretch {
	uint64_t paddr, len, off;
};

/* Offsets in the headers, and how wide a place is. */
static const struct elf_class {
	uint8_t word, header, phoff, phnum;
	uint8_t program_header, offset, paddr, filesz;
} elf_classes[] = {
	{ 4, 52, 28, 44, 32, 4, 12, 16 },
	{ 8, 64, 32, 56, 56, 8, 24, 32 },
};

struct sweep_file {
	struct cdm_bytes bytes;
	bool is_big; /* byte order of the headers */
	sweep_mark *on_mark;
	void *context;
	struct piece *pieces; /* in the order of the file: later ones count */
	size_t n_pieces, pieces_room;
	struct stretch *memory;
	size_t n_memory, memory_room;
};

/* ---- the dump proper ---- */

static void add_piece(struct sweep_file *file, uint64_t off, uint64_t len, uint64_t at)
{
	file->pieces = sweep_make_room(file->pieces, file->n_pieces, &file->pieces_room,
				       sizeof(*file->pieces));
	file->pieces[file->n_pieces++] = (struct piece){ off, len, at };
}

static void load(const struct sweep_file *file, uint64_t off, uint8_t *buf, uint64_t len)
{
	memset(buf, 0, len);
	for (size_t i = 0; i < file->n_pieces; i++) {
		const struct piece *piece = &file->pieces[i];
		uint64_t from = cdm_max(off, piece->off);
		uint64_t to = cdm_min(off + len, piece->off + piece->len);

		if (from < to)
			memcpy(buf + (from - off), file->bytes.at + piece->at + (from - piece->off),
			       to - from);
	}
}

static uint64_t number(const struct sweep_file *file, uint64_t off, unsigned width)
{
	uint8_t buf[8];
	uint64_t value = 0;

	load(file, off, buf, width);
	for (unsigned i = 0; i < width; i++)
		value = value << 8 | buf[file->is_big ? i : width - 1 - i];
	return value;
}

static void mark(const struct sweep_file *file, uint64_t off, uint64_t len, enum sweep_kind kind)
{
	for (size_t i = 0; i < file->n_pieces; i++) {
		const struct piece *piece = &file->pieces[i];
		uint64_t from = cdm_max(off, piece->off);
		uint64_t to = cdm_min(off + len, piece->off + piece->len);

		if (from < to)
			file->on_mark(file->context, piece->at + (from - piece->off),
				      piece->at + (to - piece->off), kind);
	}
}

static void add_memory(struct sweep_file *file, uint64_t paddr, uint64_t len, uint64_t off)
{
	file->memory = sweep_make_room(file->memory, file->n_memory, &file->memory_room,
				       sizeof(*file->memory));
	file->memory[file->n_memory++] = (struct stretch){ paddr, len, off };
	mark(file, off, len, SWEEP_MEMORY);
}

void sweep_file_mark_memory(struct sweep_file *file, uint64_t paddr, uint64_t len,
			    enum sweep_kind kind)
{
	for (size_t i = 0; i < file->n_memory; i++) {
		const struct stretch *stretch = &file->memory[i];
		uint64_t from = cdm_max(paddr, stretch->paddr);
		uint64_t to = cdm_min(paddr + len, stretch->paddr + stretch->len);

		if (from < to)
			mark(file, stretch->off + (from - stretch->paddr), to - from, kind);
	}
}

/* ---- formats/flattened.md ---- */

static uint64_t big_number(const uint8_t *at)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | at[i];
	return value;
}

static void unwrap(struct sweep_file *file)
{
	struct cdm_bytes bytes = file->bytes;

	if (!cdm_starts_with(bytes, "makedumpfile", 12)) {
		add_piece(file, 0, bytes.len, 0);
		return;
	}
	file->on_mark(file->context, 0, bytes.len, SWEEP_FLAT);
	for (uint64_t at = FLAT_HEADER; bytes.len - at >= 16;) {
		uint64_t off = big_number(bytes.at + at), len = big_number(bytes.at + at + 8);

		at += 16;
		if (len > bytes.len - at)
			break;
		add_piece(file, off, len, at);
		mark(file, off, len, SWEEP_PADDING);
		at += len;
	}
}

/* ---- notes ---- */

/* Variables of the older rings lie side by side: another address gives another number, which may be
 * right as well. */
static void mark_places(struct sweep_file *file, uint64_t off, const uint8_t *notes, uint64_t len)
{
	static const char *const symbols[] = { "SYMBOL(log_first_idx)=", "SYMBOL(log_next_idx)=",
					       "SYMBOL(log_end)=", "SYMBOL(logged_chars)=" };

	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		const uint8_t *line = memmem(notes, len, symbols[i], strlen(symbols[i]));
		const uint8_t *end = line ? memchr(line, '\n', len - (size_t)(line - notes)) : NULL;

		if (end)
			mark(file, off + (uint64_t)(line - notes), (uint64_t)(end - line),
			     SWEEP_OLDER);
	}
}

/* The text of VMCOREINFO runs from its first line to the end of the notes, or to a zero. */
static void mark_notes(struct sweep_file *file, uint64_t off, uint64_t len)
{
	uint8_t *notes = sweep_alloc(len);

	mark(file, off, len, SWEEP_NOTES);
	load(file, off, notes, len);
	const uint8_t *text = memmem(notes, len, "OSRELEASE=", 10);

	if (text) {
		size_t start = (size_t)(text - notes);

		mark(file, off + start, strnlen((const char *)text, len - start), SWEEP_VMCOREINFO);
		mark_places(file, off, notes, len);
	}
	free(notes);
}

/* ---- formats/elf.md ---- */

static void mark_elf(struct sweep_file *file, const struct elf_class *class)
{
	uint64_t phoff = number(file, class->phoff, class->word);
	uint64_t n = number(file, class->phnum, 2);

	mark(file, 0, class->header, SWEEP_ELF_HEADER);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = phoff + i * class->program_header;
		uint64_t off = number(file, at + class->offset, class->word);
		uint64_t len = number(file, at + class->filesz, class->word);

		if (number(file, at, 4) == PT_LOAD)
			add_memory(file, number(file, at + class->paddr, class->word), len, off);
		else if (number(file, at, 4) == PT_NOTE)
			mark_notes(file, off, len);
	}
	mark(file, phoff, n * class->program_header, SWEEP_PROGRAM_HEADERS);
}

/* ---- formats/kdump.md ---- */

struct kdump {
	uint64_t block_size, bitmap_at, bitmap_len, descriptors_at;
};

static void mark_page(struct sweep_file *file, const struct kdump *kdump, uint64_t pfn, uint64_t at)
{
	uint64_t off = number(file, at, 8), len = number(file, at + 8, 4);
	uint64_t flags = number(file, at + 12, 4) & PAGE_COMPRESSED;

	mark(file, at, PAGE_DESCRIPTOR, SWEEP_PAGE_DESCRIPTORS);
	if (flags == 0)
		add_memory(file, pfn * kdump->block_size, len, off);
	else
		mark(file, off, len, flags == PAGE_ZLIB ? SWEEP_ZLIB : SWEEP_UNSUMMED);
}

static void mark_pages(struct sweep_file *file, const struct kdump *kdump)
{
	uint64_t half = kdump->bitmap_len / 2, at = kdump->descriptors_at;
	uint8_t *dumped = sweep_alloc(half);

	load(file, kdump->bitmap_at + half, dumped, half);
	for (uint64_t pfn = 0; pfn < half * 8; pfn++) {
		if (!(dumped[pfn / 8] >> pfn % 8 & 1))
			continue;
		mark_page(file, kdump, pfn, at);
		at += PAGE_DESCRIPTOR;
	}
	free(dumped);
}

static void mark_kdump(struct sweep_file *file)
{
	struct kdump kdump = { .block_size = number(file, 428, 4) };
	uint64_t block = kdump.block_size, sub_header = block;

	kdump.bitmap_at = (1 + number(file, 432, 4)) * block;
	kdump.bitmap_len = number(file, 436, 4) * block;
	kdump.descriptors_at = kdump.bitmap_at + kdump.bitmap_len;
	mark(file, 0, 464, SWEEP_KDUMP_HEADER);
	mark(file, sub_header, 104, SWEEP_SUB_HEADER);
	mark_notes(file, number(file, sub_header + 48, 8), number(file, sub_header + 56, 8));
	mark(file, kdump.bitmap_at, kdump.bitmap_len, SWEEP_BITMAP);
	mark_pages(file, &kdump);
}

/* ---- all of it ---- */

struct sweep_file *sweep_file_new(struct cdm_bytes dump, sweep_mark *on_mark, void *context)
{
	struct sweep_file *file = sweep_alloc(sizeof(*file));
	uint8_t magic[8];

	*file = (struct sweep_file){ .bytes = dump, .on_mark = on_mark, .context = context };
	unwrap(file);
	load(file, 0, magic, sizeof(magic));
	if (!memcmp(magic, "\177ELF", 4)) {
		file->is_big = magic[5] == 2;
		mark_elf(file, &elf_classes[magic[4] == 2]);
	} else if (!memcmp(magic, "KDUMP   ", 8))
		mark_kdump(file);
	else
		on_mark(context, 0, dump.len, SWEEP_PACKED);
	return file;
}

/* What a later segment overrides is read at most to be thrown away. */
static void mark_overridden(struct sweep_file *file)
{
	for (size_t i = 0; i < file->n_pieces; i++) {
		const struct piece *piece = &file->pieces[i];

		for (size_t j = i + 1; j < file->n_pieces; j++) {
			uint64_t from = cdm_max(piece->off, file->pieces[j].off);
			uint64_t to = cdm_min(piece->off + piece->len,
					      file->pieces[j].off + file->pieces[j].len);

			if (from < to)
				file->on_mark(file->context, piece->at + (from - piece->off),
					      piece->at + (to - piece->off), SWEEP_PADDING);
		}
	}
}

void sweep_file_finish(struct sweep_file *file)
{
	mark_overridden(file);
	free(file->pieces);
	free(file->memory);
	free(file);
}
