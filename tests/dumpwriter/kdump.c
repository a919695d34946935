// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump.c - how is the machine written as a kdump-compressed file?
 *
 * Header, sub header with the notes, two bitmaps, page descriptors, page data: formats/kdump.md. */

#include "tests/dumpwriter/kdump.h"

#include <stdlib.h>
#include <string.h>

#define STATUS_INCOMPLETE 8u

/* Descriptors of zero pages that are really written; more than that is left a hole. */
#define MAX_ZERO_BLOCKS ((uint64_t)1 << 22)
#define MAX_WRITTEN_ZEROS ((uint64_t)1 << 20) /* bytes behind the notes; the rest is a hole */

static uint64_t sub_phys_base(const struct dw_kdump *kdump)
{
	const struct dw_settings *settings = kdump->dump->settings;
	const char *word = dw_get(settings, "dump", "sub_phys_base", "right");
	uint64_t phys_base = kdump->dump->kernel.phys_base;

	if (!strcmp(word, "right"))
		return phys_base;
	/* QEMU reads the kernel's decimal number as if it were hexadecimal. */
	if (!strcmp(word, "qemu"))
		return strtoull(dw_format(kdump->dump->arena, "%lld", (long long)phys_base), NULL,
				16);
	return dw_number(settings, "sub_phys_base", word);
}

static void store_sub(const struct dw_kdump *kdump, uint8_t *header, const char *name,
		      uint64_t value)
{
	dw_store_field(&kdump->dump->layout, header, "sub", name, value);
}

/* Fields of 32 bits hold what fits; those of version 6 have all of it. */
static void store_range(const struct dw_kdump *kdump, uint8_t *header)
{
	uint64_t most = kdump->dump->layout.word == 8 ? UINT64_MAX : UINT32_MAX;

	if (!kdump->part.is_part)
		return;
	store_sub(kdump, header, "split", 1);
	store_sub(kdump, header, "start_pfn", dw_min(kdump->part.start, most));
	store_sub(kdump, header, "end_pfn", dw_min(kdump->part.end, most));
	store_sub(kdump, header, "start_pfn_64", kdump->part.start);
	store_sub(kdump, header, "end_pfn_64", kdump->part.end);
}

static void write_sub_header(struct dw_kdump *kdump, uint64_t erased_at, uint64_t erased_len)
{
	uint8_t header[104] = { 0 };
	size_t size = dw_sub_header_size(&kdump->dump->layout, kdump->version);
	uint64_t notes_at = kdump->block_size + size;

	store_sub(kdump, header, "phys_base", sub_phys_base(kdump));
	store_sub(kdump, header, "dump_level",
		  dw_get_number(kdump->dump->settings, "dump", "dump_level", 31));
	store_range(kdump, header);
	if (kdump->notes.text_len) {
		store_sub(kdump, header, "offset_vmcoreinfo", notes_at + kdump->notes.text_at);
		store_sub(kdump, header, "size_vmcoreinfo", kdump->notes.text_len);
	}
	store_sub(kdump, header, "offset_note", kdump->notes.bytes.len ? notes_at : 0);
	store_sub(kdump, header, "size_note", kdump->notes.bytes.len);
	store_sub(kdump, header, "offset_eraseinfo", erased_at);
	store_sub(kdump, header, "size_eraseinfo", erased_len);
	store_sub(kdump, header, "max_mapnr_64", kdump->end_block);
	/* Later fields than the version has are not there: what follows begins at once. */
	dw_image_add(&kdump->dump->image, kdump->block_size, header, size);
}

static void write_notes(struct dw_kdump *kdump)
{
	struct dw_dump *dump = kdump->dump;
	uint64_t at = kdump->block_size + dw_sub_header_size(&kdump->dump->layout, kdump->version);
	uint64_t rest; /* of the blocks: zeros that are written, but for those of a huge area */

	if (kdump->version < 4) {
		/* Version 3 has the text of VMCOREINFO alone. */
		kdump->notes.bytes.at += kdump->notes.text_at;
		kdump->notes.bytes.len = kdump->version == 3 ? kdump->notes.text_len : 0;
		kdump->notes.text_at = 0;
	}
	rest = dw_min((1 + kdump->sub_blocks) * kdump->block_size - at - kdump->notes.bytes.len,
		      MAX_WRITTEN_ZEROS);
	dw_image_add(&dump->image, at, kdump->notes.bytes.at, kdump->notes.bytes.len);
	dw_image_borrow(&dump->image, at + kdump->notes.bytes.len, dw_alloc(dump->arena, rest),
			rest);
	dw_move_notes(dump, at);
	dw_add_part(dump, "vmcoreinfo", 0, at + kdump->notes.text_at);
}

static void store_names(const struct dw_kdump *kdump, uint8_t *header)
{
	static const char *const words[] = { "kernel", "qemu", "none", NULL };
	unsigned who = dw_get_choice(kdump->dump->settings, "dump", "utsname", words);
	const struct dw_kernel *kernel = &kdump->dump->kernel;
	const char *names[] = { "Linux",         kernel->nodename, kernel->release,
				kernel->version, kernel->machine,  "(none)" };

	if (who == 1)
		names[4] = dw_get(kdump->dump->settings, "dump", "qemu_name", kernel->machine);
	for (size_t i = 0; i < 6; i++) {
		/* QEMU fills in the machine alone. */
		if (who == 0 || (who == 1 && i == 4))
			memcpy(header + 12 + 65 * i, names[i], dw_min(strlen(names[i]), 64));
	}
}

static void store_numbers(const struct dw_kdump *kdump, uint8_t *header, uint64_t status)
{
	const struct dw_settings *settings = kdump->dump->settings;
	const struct {
		const char *name;
		uint64_t value;
	} numbers[] = {
		{ "header_version", kdump->version },
		{ "seconds", dw_get_number(settings, "dump", "timestamp", 1700000000) },
		{ "status", dw_get_number(settings, "dump", "status", status) },
		{ "block_size", kdump->block_size },
		{ "sub_hdr_size", kdump->sub_blocks },
		{ "bitmap_blocks", kdump->bitmap_blocks },
		{ "max_mapnr", dw_min(kdump->end_block, UINT32_MAX) },
		{ "nr_cpus", 1 },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		dw_store_field(&kdump->dump->layout, header, "kdump", numbers[i].name,
			       numbers[i].value);
}

static void write_header(struct dw_kdump *kdump)
{
	uint8_t *header = dw_alloc(kdump->dump->arena, kdump->block_size);
	uint64_t status = dw_codecs[kdump->codec].flag;

	if (dw_get_yes(kdump->dump->settings, "dump", "incomplete", false) ||
	    kdump->part.is_incomplete)
		status |= STATUS_INCOMPLETE;
	memcpy(header, "KDUMP   ", 8);
	store_names(kdump, header);
	store_numbers(kdump, header, status);
	dw_image_borrow(&kdump->dump->image, 0, header, kdump->block_size);
	dw_add_part(kdump->dump, "kdump", 0, 0);
	dw_add_part(kdump->dump, "sub", 0, kdump->block_size);
}

static void read_settings(struct dw_kdump *kdump)
{
	static const char *const fills[] = { "content", "all", NULL };
	static const char *const zeros[] = { "shared", "unwritten", NULL };
	const struct dw_settings *settings = kdump->dump->settings;

	kdump->block_size = dw_get_number(settings, "dump", "block_size",
					  (uint64_t)1 << kdump->dump->kernel.page_shift);
	kdump->dump->block_size = kdump->block_size;
	/* makedumpfile on 32-bit ARM counts from the start of RAM. */
	kdump->origin = dw_get_number(settings, "dump", "pfn_origin", 0) / kdump->block_size;
	kdump->dump->origin = kdump->origin;
	kdump->version = (unsigned)dw_get_number(settings, "dump", "header_version", 6);
	kdump->codec = dw_find_codec(dw_get(settings, "dump", "compress", "none"));
	kdump->options.zlib_window = (unsigned)dw_get_number(settings, "dump", "zlib_window", 0);
	kdump->options.zlib_level = (unsigned)dw_get_number(settings, "dump", "zlib_level", 0);
	kdump->options.without_zstd_size = !dw_get_yes(settings, "dump", "zstd_size", true);
	kdump->is_full = dw_get_choice(settings, "dump", "fill", fills) == 1;
	kdump->is_unshared = dw_get_choice(settings, "dump", "zeros", zeros) == 1;
	if (kdump->version > 6 || kdump->codec < 0 || kdump->block_size % DW_PAGE)
		dw_die("%s: header_version, compress or block_size is unknown",
		       settings->script->path);
}

static void lay_out(struct dw_kdump *kdump)
{
	uint64_t sub_len =
		dw_sub_header_size(&kdump->dump->layout, kdump->version) + kdump->notes.bytes.len;
	uint64_t n_descriptors = dw_kdump_descriptors(kdump);

	kdump->sub_blocks =
		dw_get_number(kdump->dump->settings, "dump", "sub_blocks",
			      dw_round_up(sub_len, kdump->block_size) / kdump->block_size);
	kdump->bitmap_blocks = dw_get_number(kdump->dump->settings, "dump", "bitmap_blocks",
					     2 * kdump->bitmap_len / kdump->block_size);
	kdump->descriptors_at = (1 + kdump->sub_blocks + kdump->bitmap_blocks) * kdump->block_size;
	kdump->zero_at = kdump->descriptors_at + n_descriptors * DW_DESCRIPTOR_SIZE;
	kdump->data_at = kdump->zero_at + kdump->block_size;
	if (!kdump->is_unshared && n_descriptors > MAX_ZERO_BLOCKS)
		dw_die("%s: %llu descriptors: write `zeros = unwritten`",
		       kdump->dump->settings->script->path, (unsigned long long)n_descriptors);
}

static void write_bitmaps(struct dw_kdump *kdump)
{
	uint64_t at = (1 + kdump->sub_blocks) * kdump->block_size;

	dw_image_borrow(&kdump->dump->image, at, kdump->bitmap1, kdump->bitmap_len);
	dw_image_borrow(&kdump->dump->image, at + kdump->bitmap_blocks / 2 * kdump->block_size,
			kdump->bitmap2, kdump->bitmap_len);
}

/* The text goes to the end; only then is its place known, and the sub header written again. */
static void write_eraseinfo(struct dw_kdump *kdump)
{
	const char *text = dw_get(kdump->dump->settings, "dump", "eraseinfo", NULL);

	if (!text)
		return;
	dw_image_add(&kdump->dump->image, kdump->data_at, text, strlen(text));
	write_sub_header(kdump, kdump->data_at, strlen(text));
}

void dw_write_kdump(struct dw_dump *dump, const struct dw_kdump_part *part)
{
	struct dw_kdump kdump = { .dump = dump,
				  .part = *part,
				  .batch_descriptors.arena = dump->arena,
				  .batch_data.arena = dump->arena };
	uint8_t *zeros;

	read_settings(&kdump);
	dw_kdump_choose_blocks(&kdump);
	kdump.notes = dw_make_notes(dump, "core vmcoreinfo");
	lay_out(&kdump);
	write_header(&kdump);
	write_notes(&kdump);
	write_sub_header(&kdump, 0, 0);
	write_bitmaps(&kdump);
	dw_add_part(dump, "descriptors", 0, kdump.descriptors_at);
	zeros = dw_alloc(dump->arena, kdump.block_size);
	dw_image_borrow(&dump->image, kdump.zero_at, zeros, kdump.block_size);
	dw_kdump_write_pages(&kdump);
	write_eraseinfo(&kdump);
}
