// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump_header.c - which word size and byte order do a kdump file's headers have, and what do they
 * say? */

#include "formats/kdump_header.h"
#include "base/checked.h"

#include <inttypes.h>

#define SIGNATURE "KDUMP   "
#define SIGNATURE_LEN 8
#define MAX_VERSION 20 /* 6 is the newest known; later ones have only added fields */
#define SUB_HEADER_ROOM 104
#define MACHINE_AT 272       /* utsname.machine */
#define MAIN_HEADER_SIZE 464 /* 452 on 32 bit; what follows is zero */

/* The main header differs by the width of the writer's struct timeval and its alignment. */
struct main_shape {
	struct cdm_layout layout;
	size_t timestamp_at, status_at;
	uint8_t seconds_size;
};

static const struct main_shape main_shapes[] = {
	{ { .big_endian = false, .word = 8 }, 408, 424, 8 },
	{ { .big_endian = false, .word = 4 }, 404, 412, 4 },
	{ { .big_endian = true, .word = 8 }, 408, 424, 8 },
	{ { .big_endian = true, .word = 4 }, 404, 412, 4 },
	/* 32-bit machines whose time has 64 bits and is aligned to 4, as on i386. Where it is aligned
	 * to 8 the header is that of a 64-bit one. */
	{ { .big_endian = false, .word = 4 }, 404, 420, 8 },
	{ { .big_endian = true, .word = 4 }, 404, 420, 8 },
};

struct main_header {
	uint32_t version, status, block_size, sub_header_blocks, bitmap_blocks, max_mapnr;
	uint64_t seconds;
};

bool cdm_kdump_probe(struct cdm_bytes head)
{
	return cdm_starts_with(head, SIGNATURE, SIGNATURE_LEN);
}

static bool parse_main(struct cdm_bytes head, const struct main_shape *shape,
		       struct main_header *main)
{
	struct cdm_cursor c = cdm_cursor(head, shape->layout);

	cdm_skip(&c, SIGNATURE_LEN);
	main->version = cdm_take_u32(&c);
	cdm_skip(&c, shape->timestamp_at - c.pos);
	main->seconds = shape->seconds_size == 8 ? cdm_take_u64(&c) : cdm_take_u32(&c);
	cdm_skip(&c, shape->status_at - c.pos);
	main->status = cdm_take_u32(&c);
	main->block_size = cdm_take_u32(&c);
	main->sub_header_blocks = cdm_take_u32(&c);
	main->bitmap_blocks = cdm_take_u32(&c);
	main->max_mapnr = cdm_take_u32(&c);
	return !c.overrun;
}

/* In the wrong layout the microseconds or max_mapnr stand where the block size is expected, and
 * can be a power of two; then sub_hdr_size is 0 (formats.md T11). */
static enum cdm_status check_main(const struct main_header *main, struct cdm_error *err)
{
	if (main->version > MAX_VERSION)
		return cdm_fail(err, CDM_CORRUPT, "header_version is %" PRIu32 ", not 0 to 6",
				main->version);
	if (!cdm_is_power_of_two(main->block_size) || main->block_size < CDM_MIN_BLOCK ||
	    main->block_size > CDM_MAX_BLOCK)
		return cdm_fail(err, CDM_CORRUPT,
				"block_size is %" PRIu32 ", not a power of two from %u to %u",
				main->block_size, CDM_MIN_BLOCK, CDM_MAX_BLOCK);
	if (main->sub_header_blocks < 1 || main->sub_header_blocks > CDM_MAX_SUB_HEADER_BLOCKS)
		return cdm_fail(err, CDM_CORRUPT, "sub_hdr_size is %" PRIu32 ", not 1 to %u",
				main->sub_header_blocks, CDM_MAX_SUB_HEADER_BLOCKS);
	if (main->bitmap_blocks < 1 || main->bitmap_blocks > INT32_MAX)
		return cdm_fail(err, CDM_CORRUPT, "bitmap_blocks is %" PRIu32 ", not 1 to 2^31",
				main->bitmap_blocks);
	return CDM_OK;
}

static enum cdm_status find_main(struct cdm_bytes head, const struct main_shape **shape,
				 struct main_header *main, struct cdm_error *err)
{
	size_t n = sizeof(main_shapes) / sizeof(*main_shapes);

	for (size_t i = 0; i < n; i++) {
		if (!parse_main(head, &main_shapes[i], main))
			return cdm_fail(err, CDM_TRUNCATED, "header: the file ends after %zu bytes",
					head.len);
		if (!check_main(main, err)) {
			*shape = &main_shapes[i];
			return CDM_OK;
		}
	}
	/* Nearly every machine is little-endian and 64 bit: tell what is wrong in that reading. */
	parse_main(head, &main_shapes[0], main);
	check_main(main, err);
	return cdm_context(err, "header");
}

/* Sub headers of 32-bit writers: i386 packs 64-bit fields to 4 bytes, and so does QEMU for every
 * 32-bit guest; other machines' C compilers align them to 8. */
struct sub_shape {
	uint8_t word;
	bool aligned;
};

struct sub_header {
	uint64_t phys_base, start_pfn, end_pfn, start_pfn_64, end_pfn_64, max_mapnr_64;
	uint64_t vmcoreinfo_at, vmcoreinfo_size, notes_at, notes_size;
	uint32_t dump_level, split;
	size_t size; /* of the fields that the version has */
};

static uint64_t take_aligned_u64(struct cdm_cursor *c, bool aligned)
{
	if (aligned)
		cdm_skip(c, -c->pos & 7);
	return cdm_take_u64(c);
}

/* Fields newer than the version are whatever follows: they are not read (T16). */
static bool parse_sub(struct cdm_bytes raw, struct cdm_layout layout, bool aligned,
		      uint32_t version, struct sub_header *sub)
{
	struct cdm_cursor c = cdm_cursor(raw, layout);

	memset(sub, 0, sizeof(*sub));
	sub->phys_base = cdm_take_word(&c);
	if (version >= 1)
		sub->dump_level = cdm_take_u32(&c);
	if (version >= 2) {
		sub->split = cdm_take_u32(&c);
		sub->start_pfn = cdm_take_word(&c);
		sub->end_pfn = cdm_take_word(&c);
	}
	if (version >= 3) {
		sub->vmcoreinfo_at = take_aligned_u64(&c, aligned);
		sub->vmcoreinfo_size = cdm_take_word(&c);
	}
	if (version >= 4) {
		sub->notes_at = take_aligned_u64(&c, aligned);
		sub->notes_size = cdm_take_word(&c);
	}
	if (version >= 5) {
		take_aligned_u64(&c, aligned); /* offset_eraseinfo */
		cdm_take_word(&c);
	}
	if (version >= 6) {
		sub->start_pfn_64 = take_aligned_u64(&c, aligned);
		sub->end_pfn_64 = take_aligned_u64(&c, aligned);
		sub->max_mapnr_64 = take_aligned_u64(&c, aligned);
	}
	if (aligned)
		cdm_skip(&c, -c.pos & 7);
	sub->size = c.pos;
	return !c.overrun;
}

/* The notes; before there were any, in version 3, VMCOREINFO alone. */
static uint64_t what_follows(const struct cdm_kdump_header *header, const struct sub_header *sub)
{
	return header->version >= 4 ? sub->notes_at : sub->vmcoreinfo_at;
}

/* makedumpfile and QEMU put the notes directly behind the sub header: that tells which of the
 * shapes it has (formats.md 1.2.4). Where it fits none, the packed or 64-bit one is taken. */
static bool find_sub(struct cdm_bytes raw, const struct cdm_kdump_header *header,
		     struct sub_header *sub)
{
	const struct sub_shape shapes[] = { { 8, true }, { 4, false }, { 4, true } };
	struct cdm_layout layout = header->layout;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		layout.word = shapes[i].word;
		if (parse_sub(raw, layout, shapes[i].aligned, header->version, sub) &&
		    what_follows(header, sub) == header->sub_header_at + sub->size)
			return true;
	}
	return parse_sub(raw, header->layout, header->layout.word == 8, header->version, sub);
}

static enum cdm_status read_sub(struct cdm_source *source, struct cdm_bytes head,
				const struct cdm_kdump_header *header, struct sub_header *sub,
				struct cdm_error *err)
{
	uint8_t buf[SUB_HEADER_ROOM];
	struct cdm_bytes raw;

	if (!cdm_slice(head, header->sub_header_at, sizeof(buf), &raw)) {
		size_t got = 0;
		enum cdm_status st =
			cdm_source_read(source, header->sub_header_at, buf, sizeof(buf), &got, err);

		if (st && st != CDM_TRUNCATED)
			return cdm_context(err, "sub header");
		raw = (struct cdm_bytes){ buf, got };
	}
	if (!find_sub(raw, header, sub))
		return cdm_fail(err, CDM_TRUNCATED,
				"sub header: it should be at offset 0x%" PRIx64
				", and the file ends after %zu bytes of it",
				header->sub_header_at, raw.len);
	return CDM_OK;
}

/* Places are multiples of the block size, in 64 bits: several tools multiplied ints (T34). With what
 * check_main() allows none comes near 2^63. */
static void place_parts(const struct main_header *main, struct cdm_kdump_header *header)
{
	uint64_t block = main->block_size;

	header->sub_header_at = block;
	header->bitmap1_at = (1 + (uint64_t)main->sub_header_blocks) * block;
	header->descriptors_at = header->bitmap1_at + main->bitmap_blocks * block;
	header->bitmap2_at = header->bitmap1_at + main->bitmap_blocks / 2 * block;
}

/* How many page frames there are, and whether the bitmap area holds one bitmap or two: an old
 * writer's single one is both. */
static enum cdm_status count_frames(const struct main_header *main, const struct sub_header *sub,
				    struct cdm_kdump_header *header, struct cdm_error *err)
{
	uint64_t bits = (uint64_t)main->bitmap_blocks * main->block_size * 8;
	uint64_t end = header->version >= 6 ? sub->max_mapnr_64 : main->max_mapnr;
	bool is_lost = end == 0 || end > bits; /* with the sub header: the main one has it, too */

	/* Before version 6 the number of a larger machine's frames was cut to 32 bits (T17): what
	 * the bitmap has room for is what counts. */
	if (is_lost)
		end = main->max_mapnr;
	if ((header->version < 6 || is_lost) && end != 0 && end <= bits / 2)
		end = bits / 2;
	if (end == 0 || end > bits)
		return cdm_fail(err, CDM_CORRUPT,
				"max_mapnr is %" PRIu64 ", and %" PRIu32
				" bitmap blocks have room for 1 to %" PRIu64,
				end, main->bitmap_blocks, bits / 2);
	if (end > bits / 2)
		header->bitmap2_at = header->bitmap1_at;
	header->end_pfn = end;
	return CDM_OK;
}

/* Files of a set have the same main header, but that each says for itself whether it could be
 * written whole (T44). FNV-1a. */
static uint64_t identify_set(struct cdm_bytes head, size_t status_at)
{
	uint64_t id = 0xcbf29ce484222325u;

	for (size_t i = 0; i < head.len && i < MAIN_HEADER_SIZE; i++) {
		uint8_t byte = i >= status_at && i < status_at + 4 ? 0 : head.at[i];

		id = (id ^ byte) * 0x100000001b3u;
	}
	return id;
}

/* makedumpfile copies the kernel's name; "arm64" is nobody's. */
static bool is_from_arm(struct cdm_bytes head)
{
	struct cdm_bytes machine;

	return cdm_slice(head, MACHINE_AT, 3, &machine) && cdm_starts_with(machine, "arm", 3);
}

enum cdm_status cdm_kdump_read_header(struct cdm_source *source, struct cdm_bytes head,
				      struct cdm_kdump_header *header, struct cdm_error *err)
{
	const struct main_shape *shape = &main_shapes[0];
	struct main_header main;
	struct sub_header sub;

	memset(header, 0, sizeof(*header));
	enum cdm_status st = find_main(head, &shape, &main, err);

	if (st)
		return st;
	header->layout = shape->layout;
	place_parts(&main, header);
	header->version = main.version;
	header->status = main.status;
	header->block_size = main.block_size;
	header->crash_time = main.seconds <= INT32_MAX * (uint64_t)1000 ? (int64_t)main.seconds : 0;
	if ((st = read_sub(source, head, header, &sub, err)) ||
	    (st = count_frames(&main, &sub, header, err)))
		return st;
	header->phys_base = sub.phys_base;
	header->is_from_arm = is_from_arm(head);
	header->dump_level =
		header->version >= 1 && sub.dump_level <= INT32_MAX ? (int)sub.dump_level : -1;
	header->is_split = sub.split != 0;
	header->split_start = header->version >= 6 ? sub.start_pfn_64 : sub.start_pfn;
	header->split_end = header->version >= 6 ? sub.end_pfn_64 : sub.end_pfn;
	header->set_id = header->is_split ? identify_set(head, shape->status_at) : 0;
	header->vmcoreinfo_at = sub.vmcoreinfo_at;
	header->vmcoreinfo_size = sub.vmcoreinfo_size;
	header->notes_at = sub.notes_at;
	header->notes_size = sub.notes_size;
	return CDM_OK;
}
