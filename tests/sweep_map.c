// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_map.c - which part of a dump does each byte that is read belong to? */

#include "tests/sweep_map.h"

#include "base/checked.h"
#include "lib/reader.h"
#include "printk/lockless_record.h"
#include "tests/sweep_file.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	bool is_free;
} kinds[SWEEP_KINDS] = {
	[SWEEP_PADDING] = { "container: parts not in use", false },
	[SWEEP_FLAT] = { "flattened: headers of segments", false },
	[SWEEP_ELF_HEADER] = { "ELF header", false },
	[SWEEP_PROGRAM_HEADERS] = { "ELF program headers", false },
	[SWEEP_KDUMP_HEADER] = { "kdump header", false },
	[SWEEP_SUB_HEADER] = { "kdump sub header", false },
	[SWEEP_NOTES] = { "notes but VMCOREINFO", false },
	[SWEEP_VMCOREINFO] = { "VMCOREINFO", false },
	[SWEEP_BITMAP] = { "kdump bitmaps", false },
	[SWEEP_PAGE_DESCRIPTORS] = { "kdump page descriptors", false },
	[SWEEP_ZLIB] = { "compressed pages, zlib", false },
	[SWEEP_UNSUMMED] = { "compressed pages, no checksum", true },
	[SWEEP_MEMORY] = { "memory outside the log", false },
	[SWEEP_RING] = { "ring: its address and numbers", false },
	[SWEEP_UNUSED] = { "ring: slots without a record", false },
	[SWEEP_STATE] = { "descriptor: state and id", false },
	[SWEEP_OLDEST] = { "descriptor: state of the oldest, ring full", true },
	[SWEEP_BLOCK] = { "descriptor: place of the text", false },
	[SWEEP_SEQ] = { "info: sequence number", false },
	[SWEEP_TIME] = { "info: time", true },
	[SWEEP_TEXT_LEN] = { "info: length of the text", true },
	[SWEEP_FACILITY] = { "info: facility", true },
	[SWEEP_LEVEL] = { "info: level and flags", true },
	[SWEEP_CALLER] = { "info: caller", true },
	[SWEEP_DEVICE] = { "info: device", true },
	[SWEEP_INFO_REST] = { "info: other members", false },
	[SWEEP_TEXT] = { "text: of records", true },
	[SWEEP_TEXT_REST] = { "text: ids and padding", false },
	[SWEEP_OLDER] = { "ring of before 5.10", true },
	[SWEEP_PACKED] = { "compressed file", true },
};

const char *sweep_kind_name(enum sweep_kind kind)
{
	return kinds[kind].name;
}

bool sweep_kind_is_free(enum sweep_kind kind)
{
	return kinds[kind].is_free;
}

/* ---- the bytes that are read ---- */

static int by_start(const void *a, const void *b)
{
	uint64_t left = ((const struct sweep_range *)a)->start;
	uint64_t right = ((const struct sweep_range *)b)->start;

	return (left > right) - (left < right);
}

static void join_ranges(const struct sweep_reads *reads, struct sweep_map *map)
{
	map->ranges = sweep_alloc(reads->n * sizeof(*map->ranges));
	memcpy(map->ranges, reads->list, reads->n * sizeof(*map->ranges));
	qsort(map->ranges, reads->n, sizeof(*map->ranges), by_start);
	map->n_ranges = 0;
	for (size_t i = 0; i < reads->n; i++) {
		struct sweep_range *last = map->n_ranges ? &map->ranges[map->n_ranges - 1] : NULL;

		if (last && map->ranges[i].start <= last->end)
			last->end = cdm_max(last->end, map->ranges[i].end);
		else
			map->ranges[map->n_ranges++] = map->ranges[i];
	}
	map->n_bytes = 0;
	for (size_t i = 0; i < map->n_ranges; i++)
		map->n_bytes += map->ranges[i].end - map->ranges[i].start;
}

uint64_t sweep_map_offset(const struct sweep_map *map, uint64_t n)
{
	size_t i = 0;

	while (n >= map->ranges[i].end - map->ranges[i].start) {
		n -= map->ranges[i].end - map->ranges[i].start;
		i++;
	}
	return map->ranges[i].start + n;
}

/* What sweep_file_mark() calls for each piece of the dump. */
static void mark_bytes(void *context, uint64_t start, uint64_t end, enum sweep_kind kind)
{
	struct sweep_map *map = context;
	uint64_t before = 0;

	for (size_t i = 0; i < map->n_ranges; i++) {
		const struct sweep_range *range = &map->ranges[i];
		uint64_t from = cdm_max(start, range->start), to = cdm_min(end, range->end);

		if (from < to)
			memset(map->kinds + before + (from - range->start), (int)kind, to - from);
		before += range->end - range->start;
	}
}

/* ---- the log ---- */

struct log_map {
	struct sweep_file *file;
	struct cdm_kernel *kernel;
	struct cdm_lockless_ring ring;
};

static void mark(struct log_map *log, uint64_t vaddr, uint64_t len, enum sweep_kind kind)
{
	struct cdm_extent extent;
	struct cdm_error unused;

	while (len && !cdm_translate(&log->kernel->translation, vaddr, &extent, &unused)) {
		uint64_t part = cdm_min(len, extent.len);

		sweep_file_mark_memory(log->file, extent.paddr, part, kind);
		vaddr += part;
		len -= part;
	}
}

static uint64_t read_word(struct log_map *log, uint64_t vaddr)
{
	struct cdm_error unused;
	uint64_t value;

	return cdm_kernel_read_word(log->kernel, vaddr, &value, &unused) ? 0 : value;
}

static uint16_t read_half(struct log_map *log, uint64_t vaddr)
{
	struct cdm_error unused;
	uint8_t raw[2];

	return cdm_kernel_read_exact(log->kernel, vaddr, raw, sizeof(raw), &unused)
		       ? 0
		       : cdm_load_u16(raw, log->kernel->layout);
}

static void mark_info(struct log_map *log, uint64_t vaddr)
{
	const uint32_t *at = log->ring.fields;

	mark(log, vaddr, at[INFO_SIZE], SWEEP_INFO_REST);
	mark(log, vaddr + at[INFO_SEQ], 8, SWEEP_SEQ);
	mark(log, vaddr + at[INFO_TS], 8, SWEEP_TIME);
	mark(log, vaddr + at[INFO_TEXT_LEN], 2, SWEEP_TEXT_LEN);
	mark(log, vaddr + at[INFO_TEXT_LEN] + 2, 1, SWEEP_FACILITY);
	mark(log, vaddr + at[INFO_TEXT_LEN] + 3, 1, SWEEP_LEVEL);
	mark(log, vaddr + at[INFO_CALLER], 4, SWEEP_CALLER);
	mark(log, vaddr + at[INFO_DEVICE], at[DEVICE_SIZE], SWEEP_DEVICE);
}

/* A block of which the id does not stand where it begins was moved to the start of the ring. */
static void mark_text(struct log_map *log, uint64_t id, uint64_t begin, uint64_t info_vaddr)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t at = begin & (ring->text_size - 1);
	uint64_t len = read_half(log, info_vaddr + ring->fields[INFO_TEXT_LEN]);

	if (begin & 1)
		return;
	if (read_word(log, ring->text_vaddr + at) != id)
		at = 0;
	mark(log, ring->text_vaddr + at + log->kernel->layout.word, len, SWEEP_TEXT);
}

static void mark_record(struct log_map *log, uint64_t id)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	const uint32_t *at = ring->fields;
	uint64_t slot = id & (ring->count - 1);
	uint64_t desc = ring->descs_vaddr + slot * at[DESC_SIZE];
	uint64_t info = ring->infos_vaddr + slot * at[INFO_SIZE];

	if ((read_word(log, desc + at[DESC_STATE]) & ring->id_mask) != id)
		return;
	mark(log, desc + at[DESC_STATE], log->kernel->layout.word, SWEEP_STATE);
	mark(log, desc + at[DESC_BLOCK], at[BLOCK_SIZE], SWEEP_BLOCK);
	mark_info(log, info);
	mark_text(log, id, read_word(log, desc + at[DESC_BLOCK] + at[BLOCK_BEGIN]), info);
}

/* The state is the uppermost two bits; those before may be marked already. */
static void mark_oldest(struct log_map *log)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	unsigned word = log->kernel->layout.word,
		 last = log->kernel->layout.big_endian ? 0 : word - 1;
	uint64_t state = 0, desc = 0;

	for (uint64_t i = 0; i < ring->count && state != CDM_STATE_FINALIZED; i++) {
		uint64_t slot = (ring->tail_id + i) & (ring->count - 1);

		desc = ring->descs_vaddr + slot * ring->fields[DESC_SIZE];
		state = read_word(log, desc + ring->fields[DESC_STATE]) >> (word * 8 - 2);
	}
	mark(log, desc + ring->fields[DESC_STATE] + last, 1, SWEEP_OLDEST);
}

static void mark_log(struct log_map *log)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint64_t pointer = 0;

	if (cdm_vmcoreinfo_symbol(log->kernel->info, "prb", &pointer)) {
		mark(log, pointer, log->kernel->layout.word, SWEEP_RING);
		mark(log, read_word(log, pointer), ring->fields[RING_SIZE], SWEEP_RING);
	}
	mark(log, ring->descs_vaddr, ring->count * ring->fields[DESC_SIZE], SWEEP_UNUSED);
	mark(log, ring->infos_vaddr, ring->count * ring->fields[INFO_SIZE], SWEEP_UNUSED);
	mark(log, ring->text_vaddr, ring->text_size, SWEEP_TEXT_REST);
	uint64_t n = ((ring->head_id - ring->tail_id) & ring->id_mask) + 1;

	for (uint64_t i = 0; i < cdm_min(n, ring->count); i++)
		mark_record(log, (ring->tail_id + i) & ring->id_mask);
	if (cdm_lockless_evicts(ring))
		mark_oldest(log);
}

static void mark_variable(struct log_map *log, const char *symbol, uint64_t len,
			  enum sweep_kind kind)
{
	uint64_t vaddr;

	if (cdm_vmcoreinfo_symbol(log->kernel->info, symbol, &vaddr))
		mark(log, vaddr, len, kind);
}

/* Where the first record begins is said once, and any text is right: also that at another address. */
static void mark_older_log(struct log_map *log)
{
	static const char *const places[] = { "log_first_idx", "log_next_idx", "clear_idx",
					      "log_end", "logged_chars" };
	uint64_t ring, len_vaddr, unused_vaddr;
	uint8_t raw[4];
	struct cdm_error unused;

	if (!cdm_vmcoreinfo_symbol(log->kernel->info, "log_buf", &ring) ||
	    !cdm_vmcoreinfo_symbol(log->kernel->info, "log_buf_len", &len_vaddr) ||
	    cdm_kernel_read_exact(log->kernel, len_vaddr, raw, sizeof(raw), &unused))
		return;
	mark(log, read_word(log, ring), cdm_load_u32(raw, log->kernel->layout), SWEEP_OLDER);
	bool is_text = cdm_vmcoreinfo_symbol(log->kernel->info, "log_end", &unused_vaddr);

	mark_variable(log, "log_buf", log->kernel->layout.word, is_text ? SWEEP_OLDER : SWEEP_RING);
	mark_variable(log, "log_buf_len", sizeof(raw), SWEEP_RING);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		mark_variable(log, places[i], 4, SWEEP_OLDER);
}

static void map_log(struct cdm_bytes dump, struct sweep_file *file)
{
	struct cdm_reader *reader = cdm_reader_new();
	struct log_map log = { .file = file };
	struct cdm_error err;

	if (cdm_reader_open_source(reader, sweep_source_new(dump, &SWEEP_SOUND, false, NULL)) ==
	    CDM_GOOD) {
		log.kernel = reader->kernel;
		if (!cdm_lockless_ring_find(log.kernel, false, &log.ring, &err))
			mark_log(&log);
		else
			mark_older_log(&log);
	}
	cdm_reader_free(reader);
}

void sweep_map_new(struct cdm_bytes dump, const struct sweep_reads *reads, struct sweep_map *map)
{
	join_ranges(reads, map);
	map->kinds = sweep_alloc(map->n_bytes);
	memset(map->kinds, SWEEP_PADDING, map->n_bytes);
	struct sweep_file *file = sweep_file_new(dump, mark_bytes, map);

	map_log(dump, file);
	sweep_file_finish(file);
}

void sweep_map_free(struct sweep_map *map)
{
	free(map->ranges);
	free(map->kinds);
}
