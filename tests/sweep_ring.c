// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_ring.c - where in memory does each record of a sound log stand? */

#include "tests/sweep_ring.h"

#include "base/checked.h"

#include <stdio.h>
#include <stdlib.h>

#define PIECE 4096u

static const char *const part_names[SWEEP_PARTS] = {
	[SWEEP_PART_NONE] = "of no record",
	[SWEEP_PART_STATE] = "state and id",
	[SWEEP_PART_BLOCK] = "place of the text",
	[SWEEP_PART_SEQ] = "sequence number",
	[SWEEP_PART_TIME] = "time",
	[SWEEP_PART_LEN] = "length of the record",
	[SWEEP_PART_TEXT_LEN] = "length of the text",
	[SWEEP_PART_DICT_LEN] = "length of the dictionary",
	[SWEEP_PART_FACILITY] = "facility",
	[SWEEP_PART_LEVEL] = "level and flags",
	[SWEEP_PART_CALLER] = "caller",
	[SWEEP_PART_DEVICE] = "device",
	[SWEEP_PART_ID] = "id of the text",
	[SWEEP_PART_TEXT] = "text",
};

const char *sweep_part_name(enum sweep_part part)
{
	return part_names[part];
}

/* ---- memory ---- */

/* An array while it is looked through, by virtual address. */
struct array {
	uint64_t vaddr, len;
	uint8_t *bytes, *parts;
	uint32_t *records;
};

/* Zeros where the dump has nothing: there was no need to store it. */
static void load(struct cdm_kernel *kernel, uint64_t vaddr, uint8_t *buf, uint64_t len)
{
	struct cdm_error unused;

	for (uint64_t done = 0, part; done < len; done += part) {
		part = cdm_min(len - done, PIECE - (vaddr + done) % PIECE);
		if (cdm_kernel_read_exact(kernel, vaddr + done, buf + done, part, &unused))
			memset(buf + done, 0, part);
	}
}

static uint64_t word_at(struct cdm_kernel *kernel, uint64_t vaddr)
{
	struct cdm_error unused;
	uint64_t value;

	return cdm_kernel_read_word(kernel, vaddr, &value, &unused) ? 0 : value;
}

static uint32_t u32_at(struct cdm_kernel *kernel, uint64_t vaddr)
{
	uint8_t raw[4];

	load(kernel, vaddr, raw, sizeof(raw));
	return cdm_load_u32(raw, kernel->layout);
}

static struct array open_array(struct cdm_kernel *kernel, uint64_t vaddr, uint64_t len)
{
	struct array array = { vaddr, len, sweep_alloc(len), sweep_alloc(len),
			       sweep_alloc(len * sizeof(uint32_t)) };

	load(kernel, vaddr, array.bytes, len);
	memset(array.records, 0xff, len * sizeof(uint32_t));
	return array;
}

static void add_area(struct sweep_ring *ring, struct sweep_area area, const struct array *array,
		     uint64_t from)
{
	area.bytes = sweep_alloc(area.len);
	area.parts = sweep_alloc(area.len);
	area.records = sweep_alloc(area.len * sizeof(uint32_t));
	memcpy(area.bytes, array->bytes + from, area.len);
	memcpy(area.parts, array->parts + from, area.len);
	memcpy(area.records, array->records + from, area.len * sizeof(uint32_t));
	ring->areas = sweep_make_room(ring->areas, ring->n, &ring->room, sizeof(*ring->areas));
	ring->areas[ring->n++] = area;
}

/* The array, where it stands in physical memory. */
static void close_array(struct cdm_kernel *kernel, struct sweep_ring *ring, struct sweep_area area,
			struct array *array)
{
	struct cdm_extent extent;
	struct cdm_error unused;

	for (uint64_t done = 0; done < array->len; done += area.len) {
		if (cdm_translate(&kernel->translation, array->vaddr + done, &extent, &unused))
			break;
		area.paddr = extent.paddr;
		area.len = cdm_min(array->len - done, extent.len);
		add_area(ring, area, array, done);
	}
	free(array->bytes);
	free(array->parts);
	free(array->records);
}

static void add_head(struct cdm_kernel *kernel, struct sweep_ring *ring, uint64_t vaddr,
		     uint64_t len)
{
	struct array array = open_array(kernel, vaddr, len);

	close_array(kernel, ring, (struct sweep_area){ .name = "ring", .is_head = true }, &array);
}

static void mark(struct array *array, uint64_t at, uint64_t len, enum sweep_part part,
		 uint32_t record)
{
	for (uint64_t i = at; i < at + len && i < array->len; i++) {
		array->parts[i] = (uint8_t)part;
		array->records[i] = record;
	}
}

static uint64_t key(const struct cdm_kernel *kernel, const char *name)
{
	uint64_t value = 0;

	cdm_vmcoreinfo_decimal(kernel->info, name, &value);
	return value;
}

/* ---- 5.10 and later ---- */

struct lockless {
	struct cdm_kernel *kernel;
	const struct sweep_log *sound;
	struct array descs, infos, texts;
	uint64_t desc_size, info_size, count;
	unsigned word;
	uint32_t n_found;
};

static uint64_t word_in(const struct lockless *ring, const struct array *array, uint64_t at)
{
	return cdm_load_word(array->bytes + at, ring->kernel->layout);
}

/* The record of the sound log with this number. */
static uint32_t by_number(const struct sweep_log *sound, uint64_t seq)
{
	for (size_t i = 0; i < sound->n_records; i++)
		if (sound->records[i].seq == seq)
			return (uint32_t)i;
	return SWEEP_NO_RECORD;
}

/* A block that would go on after the ring's end stands at its start. */
static void mark_block(struct lockless *ring, uint64_t begin, uint64_t next, uint64_t text_len,
		       uint32_t record)
{
	uint64_t size = ring->texts.len, at = begin % size;

	if (begin & 1)
		return;
	if (begin / size != next / size && next % size)
		at = 0;
	mark(&ring->texts, at, ring->word, SWEEP_PART_ID, record);
	mark(&ring->texts, at + ring->word, text_len, SWEEP_PART_TEXT, record);
}

static void mark_info(struct lockless *ring, uint64_t at, uint32_t record)
{
	const struct cdm_kernel *kernel = ring->kernel;
	uint64_t len_at = at + key(kernel, "OFFSET(printk_info.text_len)");

	mark(&ring->infos, at, ring->info_size, SWEEP_PART_CALLER, record);
	mark(&ring->infos, at + key(kernel, "OFFSET(printk_info.seq)"), 8, SWEEP_PART_SEQ, record);
	mark(&ring->infos, at + key(kernel, "OFFSET(printk_info.ts_nsec)"), 8, SWEEP_PART_TIME,
	     record);
	mark(&ring->infos, len_at, 2, SWEEP_PART_TEXT_LEN, record);
	mark(&ring->infos, len_at + 2, 1, SWEEP_PART_FACILITY, record);
	mark(&ring->infos, len_at + 3, 1, SWEEP_PART_LEVEL, record);
	mark(&ring->infos, at + key(kernel, "OFFSET(printk_info.dev_info)"),
	     key(kernel, "SIZE(dev_printk_info)"), SWEEP_PART_DEVICE, record);
}

static void mark_slot(struct lockless *ring, uint64_t slot)
{
	const struct cdm_kernel *kernel = ring->kernel;
	uint64_t desc = slot * ring->desc_size, info = slot * ring->info_size;
	uint64_t state_at = desc + key(kernel, "OFFSET(prb_desc.state_var)");
	uint64_t block_at = desc + key(kernel, "OFFSET(prb_desc.text_blk_lpos)");
	uint64_t state = word_in(ring, &ring->descs, state_at);
	uint64_t id = state & (UINT64_MAX >> (64 - 8 * ring->word + 2));
	uint64_t seq = cdm_load_u64(
		ring->infos.bytes + info + key(kernel, "OFFSET(printk_info.seq)"), kernel->layout);
	uint16_t len =
		cdm_load_u16(ring->infos.bytes + info + key(kernel, "OFFSET(printk_info.text_len)"),
			     kernel->layout);
	uint32_t record = by_number(ring->sound, seq);

	state >>= 8 * ring->word - 2;
	if (record == SWEEP_NO_RECORD || id % ring->count != slot || state == 0 || state == 3)
		return;
	mark(&ring->descs, state_at, ring->word, SWEEP_PART_STATE, record);
	mark(&ring->descs, block_at, 2 * ring->word, SWEEP_PART_BLOCK, record);
	mark_info(ring, info, record);
	mark_block(ring, word_in(ring, &ring->descs, block_at),
		   word_in(ring, &ring->descs, block_at + ring->word), len, record);
	ring->n_found++;
}

static bool find_lockless(struct cdm_kernel *kernel, uint64_t pointer,
			  const struct sweep_log *sound, struct sweep_ring *found)
{
	uint64_t at = word_at(kernel, pointer);
	uint64_t descs_at = at + key(kernel, "OFFSET(printk_ringbuffer.desc_ring)");
	uint64_t texts_at = at + key(kernel, "OFFSET(printk_ringbuffer.text_data_ring)");
	struct lockless ring = {
		.kernel = kernel,
		.sound = sound,
		.desc_size = key(kernel, "SIZE(prb_desc)"),
		.info_size = key(kernel, "SIZE(printk_info)"),
		.word = kernel->layout.word,
	};

	ring.count = UINT64_C(1) << u32_at(
			     kernel, descs_at + key(kernel, "OFFSET(prb_desc_ring.count_bits)"));
	ring.descs = open_array(
		kernel, word_at(kernel, descs_at + key(kernel, "OFFSET(prb_desc_ring.descs)")),
		ring.count * ring.desc_size);
	ring.infos = open_array(
		kernel, word_at(kernel, descs_at + key(kernel, "OFFSET(prb_desc_ring.infos)")),
		ring.count * ring.info_size);
	ring.texts = open_array(
		kernel, word_at(kernel, texts_at + key(kernel, "OFFSET(prb_data_ring.data)")),
		UINT64_C(1) << u32_at(kernel,
				      texts_at + key(kernel, "OFFSET(prb_data_ring.size_bits)")));
	for (uint64_t slot = 0; slot < ring.count; slot++)
		mark_slot(&ring, slot);
	add_head(kernel, found, pointer, ring.word);
	add_head(kernel, found, at, key(kernel, "SIZE(printk_ringbuffer)"));
	close_array(kernel, found, (struct sweep_area){ .name = "descriptors" }, &ring.descs);
	close_array(kernel, found, (struct sweep_area){ .name = "infos" }, &ring.infos);
	close_array(kernel, found, (struct sweep_area){ .name = "texts", .has_texts = true },
		    &ring.texts);
	return ring.n_found == sound->n_records;
}

/* ---- 3.5 to 5.9 ---- */

/* Where a member of the header is; the struct has had two names, and none. */
static uint64_t member(const struct cdm_kernel *kernel, const char *name, uint64_t usual)
{
	static const char *const structs[] = { "printk_log", "log" };
	uint64_t value = usual;
	char whole[64];

	for (size_t i = 0; i < 2; i++) {
		snprintf(whole, sizeof(whole), "OFFSET(%s.%s)", structs[i], name);
		if (cdm_vmcoreinfo_decimal(kernel->info, whole, &value))
			break;
	}
	return value;
}

static uint64_t header_size(const struct cdm_kernel *kernel)
{
	uint64_t size = key(kernel, "SIZE(printk_log)");

	size = size ? size : key(kernel, "SIZE(log)");
	return size ? size : 16;
}

static void mark_header(const struct cdm_kernel *kernel, struct array *array, uint64_t at,
			uint64_t size, uint32_t record)
{
	uint64_t dict_at = at + member(kernel, "dict_len", 12);

	mark(array, at, size, SWEEP_PART_CALLER, record);
	mark(array, at + member(kernel, "ts_nsec", 0), 8, SWEEP_PART_TIME, record);
	mark(array, at + member(kernel, "len", 8), 2, SWEEP_PART_LEN, record);
	mark(array, at + member(kernel, "text_len", 10), 2, SWEEP_PART_TEXT_LEN, record);
	mark(array, dict_at, 2, SWEEP_PART_DICT_LEN, record);
	mark(array, dict_at + 2, 1, SWEEP_PART_FACILITY, record);
	mark(array, dict_at + 3, 1, SWEEP_PART_LEVEL, record);
}

/* From the oldest record to where the next one would be written; one of length 0, or no room for one,
 * leads to the ring's start. */
static uint32_t mark_records(const struct cdm_kernel *kernel, struct array *array, uint64_t first,
			     uint64_t end)
{
	uint64_t size = header_size(kernel);
	uint64_t at = first;
	uint32_t record = 0;

	do {
		const uint8_t *header = array->bytes + at;
		uint64_t len =
			at + size > array->len
				? 0
				: cdm_load_u16(header + member(kernel, "len", 8), kernel->layout);
		uint64_t text_len, dict_len;

		if (len == 0) {
			if (at == 0)
				break;
			at = 0;
			continue;
		}
		text_len = cdm_load_u16(header + member(kernel, "text_len", 10), kernel->layout);
		dict_len = cdm_load_u16(header + member(kernel, "dict_len", 12), kernel->layout);
		mark_header(kernel, array, at, size, record);
		mark(array, at + size, text_len, SWEEP_PART_TEXT, record);
		mark(array, at + size + text_len, dict_len, SWEEP_PART_DEVICE, record);
		at += len;
		record++;
	} while (at != end && at < array->len);
	return record;
}

/* ---- to 3.4 ---- */

/* Of a full ring, what is left of the line that the newest one has partly overwritten is no record. */
static uint64_t first_line(const struct array *array, uint64_t log_end)
{
	uint64_t first = log_end > array->len ? log_end - array->len : 0;

	if (log_end < array->len || array->bytes[first % array->len] == '<')
		return first;
	while (first < log_end && array->bytes[first % array->len] != '\n')
		first++;
	return first + 1;
}

static uint32_t mark_lines(struct array *array, uint64_t log_end)
{
	uint32_t record = 0;

	for (uint64_t i = first_line(array, log_end); i < log_end; i++) {
		mark(array, i % array->len, 1, SWEEP_PART_TEXT, record);
		record += array->bytes[i % array->len] == '\n';
	}
	return record;
}

/* ---- both ---- */

static void add_variable(struct cdm_kernel *kernel, struct sweep_ring *ring, const char *name,
			 uint64_t len)
{
	uint64_t vaddr;

	if (cdm_vmcoreinfo_symbol(kernel->info, name, &vaddr))
		add_head(kernel, ring, vaddr, len);
}

static bool find_older(struct cdm_kernel *kernel, const struct sweep_log *sound,
		       struct sweep_ring *ring)
{
	uint64_t buf = 0, len = 0, first = 0, next = 0, end = 0;
	uint32_t n;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "log_buf", &buf) ||
	    !cdm_vmcoreinfo_symbol(kernel->info, "log_buf_len", &len))
		return false;
	bool is_text = cdm_vmcoreinfo_symbol(kernel->info, "log_end", &end);
	struct array array = open_array(kernel, word_at(kernel, buf), u32_at(kernel, len));

	if (is_text) {
		n = mark_lines(&array, u32_at(kernel, end));
	} else {
		cdm_vmcoreinfo_symbol(kernel->info, "log_first_idx", &first);
		cdm_vmcoreinfo_symbol(kernel->info, "log_next_idx", &next);
		n = mark_records(kernel, &array, u32_at(kernel, first), u32_at(kernel, next));
	}
	add_variable(kernel, ring, "log_buf", kernel->layout.word);
	add_variable(kernel, ring, "log_buf_len", 4);
	add_variable(kernel, ring, "log_first_idx", 4);
	add_variable(kernel, ring, "log_next_idx", 4);
	add_variable(kernel, ring, "log_end", 4);
	add_variable(kernel, ring, "logged_chars", 4);
	close_array(kernel, ring,
		    (struct sweep_area){ .name = is_text ? "characters" : "records",
					 .has_texts = is_text },
		    &array);
	return n == sound->n_records;
}

bool sweep_ring_find(struct cdm_kernel *kernel, const struct sweep_log *sound,
		     struct sweep_ring *ring)
{
	uint64_t pointer;

	*ring = (struct sweep_ring){ 0 };
	if (cdm_vmcoreinfo_symbol(kernel->info, "prb", &pointer))
		return find_lockless(kernel, pointer, sound, ring);
	return find_older(kernel, sound, ring);
}

void sweep_ring_free(struct sweep_ring *ring)
{
	for (size_t i = 0; i < ring->n; i++) {
		free(ring->areas[i].bytes);
		free(ring->areas[i].parts);
		free(ring->areas[i].records);
	}
	free(ring->areas);
	*ring = (struct sweep_ring){ 0 };
}
