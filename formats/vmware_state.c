// SPDX-License-Identifier: GPL-2.0-or-later
/* vmware_state.c - which memory does a VMware state file tell of? Drawn in vmware.md. */

#include "formats/vmware_state.h"
#include "base/checked.h"

#include <inttypes.h>

#define HEADER 12
#define GROUP_SIZE 80
#define GROUP_NAME 64
#define BLOCK_HEADER 18
#define PAGE 4096
#define MAX_NAME 255
#define MAX_INDEXES 3
#define COMPRESSED_BLOCK 62
#define PLAIN_BLOCK 63

/* Whatever the guest's are, the file's numbers are little-endian. */
static const struct cdm_layout little = { .big_endian = false, .word = 8 };

/* A named value of a group. */
struct tag {
	char name[MAX_NAME + 1];
	uint32_t index; /* the first of its indexes; 0 */
	unsigned size;  /* of the value; of a block see below */
	uint64_t value; /* of up to 8 bytes */
	bool is_block;
	uint64_t block_at, block_size;
};

/* While the tags of a group are walked: what has been seen of the regions, in pages. */
struct walk {
	struct cdm_source *source;
	uint64_t pos, end;
	uint64_t count; /* regionsCount */
	struct {
		uint64_t page, ppn, pages;
	} regions[CDM_MAX_RUNS];
	struct cdm_vmware_state *state;
};

bool cdm_vmware_is_state(struct cdm_bytes head)
{
	static const char ids[][5] = { "\xd2\xbe\xd2\xbe", "\xd3\xbe\xd3\xbe", "\xd1\xba\xd1\xba",
				       "\xd2\xba\xd2\xba" };

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (cdm_starts_with(head, ids[i], 4))
			return true;
	return false;
}

static enum cdm_status take(struct walk *walk, void *buf, size_t len, struct cdm_error *err)
{
	if (len > walk->end - walk->pos)
		return cdm_fail(err, CDM_CORRUPT,
				"state of group memory: a tag at offset 0x%" PRIx64
				" goes on behind its end, 0x%" PRIx64,
				walk->pos, walk->end);
	if (cdm_source_read_exact(walk->source, walk->pos, buf, len, err))
		return cdm_context(err, "state of group memory");
	walk->pos += len;
	return CDM_OK;
}

static enum cdm_status take_block(struct walk *walk, unsigned size, struct tag *tag,
				  struct cdm_error *err)
{
	uint8_t raw[BLOCK_HEADER];
	enum cdm_status st = take(walk, raw, sizeof(raw), err);

	if (st)
		return st;
	uint64_t stored = cdm_load_u64(raw, little);
	uint16_t padding = cdm_load_u16(raw + 16, little);

	tag->is_block = true;
	tag->block_size = cdm_load_u64(raw + 8, little);
	tag->block_at = walk->pos + padding;
	if (padding > walk->end - walk->pos || stored > walk->end - walk->pos - padding)
		return cdm_fail(err, CDM_CORRUPT,
				"block %s at offset 0x%" PRIx64 ": 0x%" PRIx64
				" bytes are more than its group has",
				tag->name, walk->pos, stored);
	if (size == COMPRESSED_BLOCK && !strcmp(tag->name, "Memory"))
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"the memory in this state file is compressed, which is not read: "
				"keep it in a file of its own (.vmem)");
	walk->pos = tag->block_at + stored;
	return CDM_OK;
}

static enum cdm_status take_value(struct walk *walk, unsigned size, struct tag *tag,
				  struct cdm_error *err)
{
	uint8_t raw[COMPRESSED_BLOCK];

	if (size >= COMPRESSED_BLOCK)
		return take_block(walk, size, tag, err);
	enum cdm_status st = take(walk, raw, size, err);

	if (st)
		return st;
	tag->size = size;
	for (unsigned i = 0; i < size && i < 8; i++)
		tag->value |= (uint64_t)raw[i] << 8 * i;
	return CDM_OK;
}

/* 16 bits: how long the name is, how many indexes follow, how long the value is; 0 ends the group. */
static enum cdm_status next_tag(struct walk *walk, struct tag *tag, struct cdm_error *err)
{
	uint8_t raw[4 * MAX_INDEXES];

	if (walk->end - walk->pos < 2)
		return CDM_END;
	enum cdm_status st = take(walk, raw, 2, err);

	if (st)
		return st;
	unsigned head = cdm_load_u16(raw, little);
	unsigned name_len = head >> 8, n_indexes = head >> 6 & 3, size = head & 0x3f;

	if (head == 0)
		return CDM_END;
	*tag = (struct tag){ .size = size };
	if ((st = take(walk, tag->name, name_len, err)) ||
	    (st = take(walk, raw, 4 * n_indexes, err)))
		return st;
	if (n_indexes)
		tag->index = cdm_load_u32(raw, little);
	return take_value(walk, size, tag, err);
}

static enum cdm_status note_region(struct walk *walk, const struct tag *tag, struct cdm_error *err)
{
	if (tag->index >= CDM_MAX_RUNS)
		return cdm_fail(err, CDM_ERR_LIMIT, "region %" PRIu32 " of the memory; %u are read",
				tag->index, CDM_MAX_RUNS);
	if (!strcmp(tag->name, "regionPageNum"))
		walk->regions[tag->index].page = tag->value;
	else if (!strcmp(tag->name, "regionPPN"))
		walk->regions[tag->index].ppn = tag->value;
	else
		walk->regions[tag->index].pages = tag->value;
	return CDM_OK;
}

static enum cdm_status note_tag(struct walk *walk, const struct tag *tag, struct cdm_error *err)
{
	struct cdm_vmware_state *state = walk->state;

	if (!strcmp(tag->name, "regionsCount")) {
		walk->count = tag->value;
	} else if (!strcmp(tag->name, "regionPageNum") || !strcmp(tag->name, "regionPPN") ||
		   !strcmp(tag->name, "regionSize")) {
		return note_region(walk, tag, err);
	} else if (!strcmp(tag->name, "Memory") && tag->is_block) {
		state->has_memory = true;
		state->memory_at = tag->block_at;
		state->memory_size = tag->block_size;
	}
	return CDM_OK;
}

/* The regions as runs. None: memory is in one piece from 0 on. */
static enum cdm_status take_regions(struct walk *walk, struct cdm_error *err)
{
	struct cdm_runs *runs = &walk->state->regions;

	if (walk->count > CDM_MAX_RUNS)
		return cdm_fail(err, CDM_ERR_LIMIT, "%" PRIu64 " regions of memory; %u are read",
				walk->count, CDM_MAX_RUNS);
	for (unsigned i = 0; i < walk->count; i++) {
		uint64_t page = walk->regions[i].page, ppn = walk->regions[i].ppn;
		uint64_t pages = walk->regions[i].pages, at, begin, end;

		if (cdm_mul(page, PAGE, &at) || cdm_mul(ppn, PAGE, &begin) ||
		    cdm_add_mul(begin, pages, PAGE, &end) || at > INT64_MAX)
			return cdm_fail(err, CDM_CORRUPT,
					"region %u of the memory: %" PRIu64
					" pages at page %" PRIu64 " are more than there can be",
					i, pages, ppn);
		if (pages)
			runs->list[runs->n++] = (struct cdm_run){ begin, end, at };
	}
	if (walk->count == 0)
		runs->list[runs->n++] = (struct cdm_run){ 0, INT64_MAX, 0 };
	return CDM_OK;
}

static enum cdm_status read_group(struct walk *walk, struct cdm_error *err)
{
	struct tag tag;
	enum cdm_status st = CDM_OK;

	for (unsigned n = 0; !st && n < CDM_MAX_VMWARE_TAGS; n++) {
		st = next_tag(walk, &tag, err);
		if (!st)
			st = note_tag(walk, &tag, err);
	}
	/* Of a group that is cut or damaged, what came before is good. */
	if (st && st != CDM_END && !cdm_is_missing(st))
		return st;
	return take_regions(walk, err);
}

static enum cdm_status find_group(struct walk *walk, uint32_t n_groups, struct cdm_error *err)
{
	for (uint32_t i = 0; i < n_groups; i++) {
		uint8_t raw[GROUP_SIZE];

		if (cdm_source_read_exact(walk->source, HEADER + (uint64_t)i * GROUP_SIZE, raw,
					  sizeof(raw), err))
			return cdm_context(err, "group %" PRIu32 " of the state file", i);
		if (memcmp(raw, "memory", sizeof("memory")) != 0)
			continue;
		walk->pos = cdm_load_u64(raw + GROUP_NAME, little);
		if (cdm_add(walk->pos, cdm_load_u64(raw + GROUP_NAME + 8, little), &walk->end) ||
		    walk->end > INT64_MAX)
			return cdm_fail(err, CDM_CORRUPT,
					"group memory of the state file is at 0x%" PRIx64
					", behind any file",
					walk->pos);
		return CDM_OK;
	}
	return cdm_fail(err, CDM_ERR_UNSUPPORTED, "this VMware state file has no group memory");
}

enum cdm_status cdm_vmware_state_read(struct cdm_source *source, struct cdm_vmware_state *state,
				      struct cdm_error *err)
{
	struct walk walk = { .source = source, .state = state };
	uint8_t raw[HEADER];

	*state = (struct cdm_vmware_state){ 0 };
	if (cdm_source_read_exact(source, 0, raw, sizeof(raw), err))
		return cdm_context(err, "header of the state file");
	uint32_t n_groups = cdm_load_u32(raw + 8, little);

	if (n_groups > CDM_MAX_VMWARE_GROUPS)
		return cdm_fail(err, CDM_CORRUPT,
				"header of the state file: %" PRIu32 " groups, at most %u are read",
				n_groups, CDM_MAX_VMWARE_GROUPS);
	enum cdm_status st = find_group(&walk, n_groups, err);

	if (st)
		return st;
	return read_group(&walk, err);
}
