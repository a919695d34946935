// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump_pages.c - which pages are in a kdump-compressed file, and where? */

#include "tests/dumpwriter/kdump.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 16u /* descriptors that are written before their data */

static void add_page(struct dw_kdump *kdump, const struct dw_page *page)
{
	uint64_t number = page->pfn * DW_PAGE / kdump->block_size - kdump->origin;
	struct dw_kdump_block *block = kdump->n_blocks ? &kdump->blocks[kdump->n_blocks - 1] : NULL;

	if (!block || block->number != number) {
		block = &kdump->blocks[kdump->n_blocks++];
		*block = (struct dw_kdump_block){ .number = number, .codec = -1 };
	}
	if (page->state != DW_KEPT)
		block->state = page->state;
	if (page->codec >= 0)
		block->codec = page->codec;
	block->has_bytes |= page->bytes != NULL;
}

static void collect_blocks(struct dw_kdump *kdump)
{
	const struct dw_memory *memory = &kdump->dump->memory;
	const struct dw_page **pages = dw_memory_sorted(memory);

	kdump->blocks =
		dw_alloc(kdump->dump->arena, (memory->n_pages + 1) * sizeof(*kdump->blocks));
	for (size_t i = 0; i < memory->n_pages; i++)
		add_page(kdump, pages[i]);
	kdump->end_block =
		dw_round_up(dw_memory_end(memory), kdump->block_size) / kdump->block_size -
		kdump->origin;
}

static bool has_bit(const uint8_t *bitmap, uint64_t n)
{
	return bitmap[n >> 3] >> (n & 7) & 1;
}

static void set_bit(uint8_t *bitmap, uint64_t n, bool on)
{
	uint8_t mask = (uint8_t)(1u << (n & 7));

	bitmap[n >> 3] = (uint8_t)(on ? bitmap[n >> 3] | mask : bitmap[n >> 3] & ~mask);
}

static void set_bits(uint8_t *bitmap, uint64_t start, uint64_t end)
{
	while (start < end && start & 7)
		set_bit(bitmap, start++, true);
	if (start < end) {
		memset(bitmap + start / 8, 0xff, (end - start) / 8);
		start += (end - start) / 8 * 8;
	}
	while (start < end)
		set_bit(bitmap, start++, true);
}

static void set_ram(const struct dw_kdump *kdump, uint8_t *bitmap)
{
	const struct dw_memory *memory = &kdump->dump->memory;

	for (size_t i = 0; i < memory->n_ram; i++)
		set_bits(bitmap, memory->ram[i].start / kdump->block_size - kdump->origin,
			 dw_round_up(memory->ram[i].end, kdump->block_size) / kdump->block_size -
				 kdump->origin);
}

/* bitmap1 = ram: all that is RAM, as makedumpfile writes it; same: as bitmap 2. */
static void make_bitmaps(struct dw_kdump *kdump)
{
	static const char *const words[] = { "ram", "same", NULL };
	bool is_same = dw_get_choice(kdump->dump->settings, "dump", "bitmap1", words) == 1;

	kdump->bitmap_len = dw_round_up((kdump->end_block + 7) / 8, kdump->block_size);
	kdump->bitmap1 = dw_alloc(kdump->dump->arena, kdump->bitmap_len);
	kdump->bitmap2 = dw_alloc(kdump->dump->arena, kdump->bitmap_len);
	if (!is_same)
		set_ram(kdump, kdump->bitmap1);
	if (kdump->is_full)
		set_ram(kdump, kdump->bitmap2);
	for (size_t i = 0; i < kdump->n_blocks; i++) {
		const struct dw_kdump_block *block = &kdump->blocks[i];

		set_bit(kdump->bitmap2, block->number, block->state == DW_KEPT);
		if (block->state == DW_REMOVED)
			set_bit(kdump->bitmap1, block->number, false);
	}
	if (is_same)
		kdump->bitmap1 = kdump->bitmap2;
}

static uint64_t count_bits(const uint8_t *bitmap, uint64_t start, uint64_t end)
{
	uint64_t n = 0;

	for (; start < end && start & 63; start++)
		n += has_bit(bitmap, start);
	for (; start + 64 <= end; start += 64)
		n += (uint64_t)__builtin_popcountll(dw_load_little(bitmap + start / 8, 8));
	for (; start < end; start++)
		n += has_bit(bitmap, start);
	return n;
}

static uint64_t first_block(const struct dw_kdump *kdump)
{
	return kdump->part.is_part ? dw_min(kdump->part.start, kdump->end_block) : 0;
}

static uint64_t last_block(const struct dw_kdump *kdump)
{
	return kdump->part.is_part ? dw_min(kdump->part.end, kdump->end_block) : kdump->end_block;
}

void dw_kdump_choose_blocks(struct dw_kdump *kdump)
{
	collect_blocks(kdump);
	make_bitmaps(kdump);
}

uint64_t dw_kdump_descriptors(const struct dw_kdump *kdump)
{
	return count_bits(kdump->bitmap2, first_block(kdump), last_block(kdump));
}

static void flush_batch(struct dw_kdump *kdump)
{
	struct dw_image *image = &kdump->dump->image;

	dw_image_add(image, kdump->descriptors_at + kdump->batch_index * DW_DESCRIPTOR_SIZE,
		     kdump->batch_descriptors.at, kdump->batch_descriptors.len);
	dw_image_add(image, kdump->batch_data_at, kdump->batch_data.at, kdump->batch_data.len);
	kdump->batch_descriptors.len = 0;
	kdump->batch_data.len = 0;
}

static void put_descriptor(struct dw_kdump *kdump, uint64_t index, uint64_t data_at, size_t size,
			   uint32_t flags)
{
	bool is_big = kdump->dump->layout.is_big;
	uint64_t in_batch = kdump->batch_descriptors.len / DW_DESCRIPTOR_SIZE;

	if (in_batch == BATCH || kdump->batch_index + in_batch != index)
		flush_batch(kdump);
	if (!kdump->batch_descriptors.len)
		kdump->batch_index = index;
	if (!kdump->batch_data.len)
		kdump->batch_data_at = kdump->data_at;
	dw_put_number(&kdump->batch_descriptors, is_big, 8, data_at);
	dw_put_number(&kdump->batch_descriptors, is_big, 4, size);
	dw_put_number(&kdump->batch_descriptors, is_big, 4, flags);
	dw_put_zeros(&kdump->batch_descriptors, 8);
}

/* A page that does not shrink is stored as it is. */
static void write_page(struct dw_kdump *kdump, const struct dw_kdump_block *block, uint64_t index)
{
	const struct dw_codec *codec = &dw_codecs[block->codec >= 0 ? block->codec : kdump->codec];
	size_t len = kdump->block_size;
	size_t room = codec->bound ? codec->bound(len) : 0;
	uint8_t *page = malloc(len + room);
	size_t size = len;
	bool is_smaller = false;

	if (!page)
		dw_die("out of memory");
	dw_memory_read(&kdump->dump->memory, (block->number + kdump->origin) * len, page, len);
	if (codec->compress) {
		size = codec->compress(&kdump->options, page, len, page + len, room);
		is_smaller = size < len;
		size = is_smaller ? size : len;
	}
	put_descriptor(kdump, index, kdump->data_at, size, is_smaller ? codec->flag : 0);
	dw_add_part(kdump->dump, "data", block->number, kdump->data_at);
	dw_put(&kdump->batch_data, is_smaller ? page + len : page, size);
	kdump->data_at += size;
	free(page);
}

/* Was it never written to, or with zeros alone? */
static bool holds_zeros(const struct dw_kdump *kdump, const struct dw_kdump_block *block)
{
	uint8_t piece[256];
	uint64_t start = (block->number + kdump->origin) * kdump->block_size;

	for (uint64_t at = 0; block->has_bytes && at < kdump->block_size; at += sizeof(piece)) {
		dw_memory_read(&kdump->dump->memory, start + at, piece, sizeof(piece));
		for (size_t i = 0; i < sizeof(piece); i++)
			if (piece[i])
				return false;
	}
	return true;
}

static void write_block(struct dw_kdump *kdump, const struct dw_kdump_block *block, uint64_t index)
{
	dw_add_part(kdump->dump, "page", block->number,
		    kdump->descriptors_at + index * DW_DESCRIPTOR_SIZE);
	if (!holds_zeros(kdump, block)) {
		write_page(kdump, block, index);
		return;
	}
	put_descriptor(kdump, index, kdump->zero_at, kdump->block_size, 0);
	dw_add_part(kdump->dump, "data", block->number, kdump->zero_at);
}

/* Zero pages of RAM from start to end, of which nobody knows more. */
static uint64_t write_zeros(struct dw_kdump *kdump, uint64_t start, uint64_t end, uint64_t index)
{
	uint64_t n = 0;

	/* Their descriptors stay zeros; only how many there are counts. */
	if (kdump->is_unshared)
		return count_bits(kdump->bitmap2, start, end);
	for (; start < end; start++) {
		if (has_bit(kdump->bitmap2, start))
			put_descriptor(kdump, index + n++, kdump->zero_at, kdump->block_size, 0);
	}
	return n;
}

static void add_bitmap_parts(const struct dw_kdump *kdump, uint64_t block)
{
	uint64_t bitmap1 = (1 + kdump->sub_blocks) * kdump->block_size;

	dw_add_part(kdump->dump, "bitmap1", block, bitmap1 + block / 8);
	dw_add_part(kdump->dump, "bitmap2", block,
		    bitmap1 + kdump->bitmap_blocks / 2 * kdump->block_size + block / 8);
}

void dw_kdump_write_pages(struct dw_kdump *kdump)
{
	uint64_t index = 0;
	uint64_t done = first_block(kdump);
	uint64_t end = last_block(kdump);

	for (size_t i = 0; i < kdump->n_blocks; i++) {
		const struct dw_kdump_block *block = &kdump->blocks[i];

		add_bitmap_parts(kdump, block->number);
		if (block->number < done || block->number >= end)
			continue;
		index += write_zeros(kdump, done, block->number, index);
		done = block->number + 1;
		if (block->state == DW_KEPT)
			write_block(kdump, block, index++);
	}
	write_zeros(kdump, done, end, index);
	flush_batch(kdump);
}
