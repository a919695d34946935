/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump.h - a kdump-compressed file that is being written: what its two halves share. */

#ifndef DW_KDUMP_H
#define DW_KDUMP_H

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"

#define DW_DESCRIPTOR_SIZE 24u

/* A block of the file: one or more pages of the kernel. */
struct dw_kdump_block {
	uint64_t number; /* as the file counts */
	enum dw_page_state state;
	int codec;
	bool has_bytes;
};

struct dw_kdump {
	struct dw_dump *dump;
	struct dw_kdump_part part;
	uint64_t origin; /* number of the block that the file counts as 0 */
	uint64_t block_size;
	unsigned version;
	int codec;
	struct dw_compress_options options;
	bool is_full;     /* all RAM is in the dump, not only what holds something */
	bool is_unshared; /* descriptors of zero pages stay zeros */
	struct dw_kdump_block *blocks;
	size_t n_blocks;
	uint64_t end_block;
	struct dw_notes notes;
	uint64_t sub_blocks;
	uint64_t bitmap_blocks; /* of both */
	uint8_t *bitmap1, *bitmap2;
	uint64_t bitmap_len; /* of each */
	uint64_t descriptors_at;
	uint64_t zero_at; /* data of the shared zero page */
	uint64_t data_at; /* of the next page */
	uint64_t batch_index;
	struct dw_buffer batch_descriptors;
	struct dw_buffer batch_data;
	uint64_t batch_data_at;
};

/* kdump_pages.c: which blocks are in the file, and the bitmaps that say so; how many descriptors
 * these ask for; then, when all places are known, the descriptors and the pages. */
void dw_kdump_choose_blocks(struct dw_kdump *kdump);
uint64_t dw_kdump_descriptors(const struct dw_kdump *kdump);
void dw_kdump_write_pages(struct dw_kdump *kdump);

#endif
