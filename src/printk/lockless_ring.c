// SPDX-License-Identifier: GPL-2.0-or-later
/* lockless_ring.c - where are the printk_ringbuffer's arrays, and which part of them is in use? */

#include "printk/lockless_ring.h"
#include "base/checked.h"
#include "kernel/fields.h"
#include "kernel/kallsyms.h"
#include "printk/record.h"

#include <inttypes.h>

#define FAILED_LPOS 1
#define EMPTY_LPOS 3 /* NO_LPOS until 6.7, EMPTY_LINE_LPOS since 6.8 */

/* Where a key is missing the layout of 5.19 on is assumed: it is the commonest, and a wrong guess
 * fails the proof. facility and the level's byte are never exported; they follow text_len. */
// clang-format off
static const struct cdm_field fields[N_RING_FIELDS] = {
	[RING_SIZE]        = { "SIZE(printk_ringbuffer)",                  { 88, 44 }, 0, RING_SIZE, 0 },
	[RING_DESCS]       = { "OFFSET(printk_ringbuffer.desc_ring)",      {  0,  0 }, CDM_FIELD_STRUCT, RING_SIZE, DESCS_SIZE },
	[RING_TEXT]        = { "OFFSET(printk_ringbuffer.text_data_ring)", { 48, 24 }, CDM_FIELD_STRUCT, RING_SIZE, TEXT_SIZE },
	[RING_FAIL]        = { "OFFSET(printk_ringbuffer.fail)",           { 80, 40 }, 0, RING_SIZE, 0 },
	[DESCS_SIZE]       = { "SIZE(prb_desc_ring)",                      { 48, 24 }, 0, DESCS_SIZE, 0 },
	[DESCS_COUNT_BITS] = { "OFFSET(prb_desc_ring.count_bits)",         {  0,  0 }, 4, DESCS_SIZE, 0 },
	[DESCS_ARRAY]      = { "OFFSET(prb_desc_ring.descs)",              {  8,  4 }, 0, DESCS_SIZE, 0 },
	[DESCS_INFOS]      = { "OFFSET(prb_desc_ring.infos)",              { 16,  8 }, 0, DESCS_SIZE, 0 },
	[DESCS_HEAD_ID]    = { "OFFSET(prb_desc_ring.head_id)",            { 24, 12 }, 0, DESCS_SIZE, 0 },
	[DESCS_TAIL_ID]    = { "OFFSET(prb_desc_ring.tail_id)",            { 32, 16 }, 0, DESCS_SIZE, 0 },
	[TEXT_SIZE]        = { "SIZE(prb_data_ring)",                      { 32, 16 }, 0, TEXT_SIZE, 0 },
	[TEXT_SIZE_BITS]   = { "OFFSET(prb_data_ring.size_bits)",          {  0,  0 }, 4, TEXT_SIZE, 0 },
	[TEXT_DATA]        = { "OFFSET(prb_data_ring.data)",               {  8,  4 }, 0, TEXT_SIZE, 0 },
	[TEXT_HEAD_LPOS]   = { "OFFSET(prb_data_ring.head_lpos)",          { 16,  8 }, 0, TEXT_SIZE, 0 },
	[TEXT_TAIL_LPOS]   = { "OFFSET(prb_data_ring.tail_lpos)",          { 24, 12 }, 0, TEXT_SIZE, 0 },
	[DESC_SIZE]        = { "SIZE(prb_desc)",                           { 24, 12 }, 0, DESC_SIZE, 0 },
	[DESC_STATE]       = { "OFFSET(prb_desc.state_var)",               {  0,  0 }, 0, DESC_SIZE, 0 },
	[DESC_BLOCK]       = { "OFFSET(prb_desc.text_blk_lpos)",           {  8,  4 }, CDM_FIELD_STRUCT, DESC_SIZE, BLOCK_SIZE },
	[BLOCK_SIZE]       = { "SIZE(prb_data_blk_lpos)",                  { 16,  8 }, 0, BLOCK_SIZE, 0 },
	[BLOCK_BEGIN]      = { "OFFSET(prb_data_blk_lpos.begin)",          {  0,  0 }, 0, BLOCK_SIZE, 0 },
	[BLOCK_NEXT]       = { "OFFSET(prb_data_blk_lpos.next)",           {  8,  4 }, 0, BLOCK_SIZE, 0 },
	[INFO_SIZE]        = { "SIZE(printk_info)",                        { 88, 88 }, 0, INFO_SIZE, 0 },
	[INFO_SEQ]         = { "OFFSET(printk_info.seq)",                  {  0,  0 }, 8, INFO_SIZE, 0 },
	[INFO_TS]          = { "OFFSET(printk_info.ts_nsec)",              {  8,  8 }, 8, INFO_SIZE, 0 },
	[INFO_TEXT_LEN]    = { "OFFSET(printk_info.text_len)",             { 16, 16 }, 4, INFO_SIZE, 0 },
	[INFO_CALLER]      = { "OFFSET(printk_info.caller_id)",            { 20, 20 }, 4, INFO_SIZE, 0 },
	[INFO_DEVICE]      = { "OFFSET(printk_info.dev_info)",             { 24, 24 }, CDM_FIELD_STRUCT, INFO_SIZE, DEVICE_SIZE },
	[DEVICE_SIZE]      = { "SIZE(dev_printk_info)",                    { 64, 64 }, 0, DEVICE_SIZE, 0 },
	[DEVICE_SUBSYSTEM] = { "OFFSET(dev_printk_info.subsystem)",        {  0,  0 }, 1, DEVICE_SIZE, 0 },
	[DEVICE_NAME]      = { "OFFSET(dev_printk_info.device)",           { 16, 16 }, 1, DEVICE_SIZE, 0 },
};
// clang-format on

/* All three have words in them, or 64 bits, and so are aligned. */
static enum cdm_status check_sizes(const struct cdm_lockless_ring *ring, uint8_t word,
				   struct cdm_error *err)
{
	const struct {
		const char *what;
		uint32_t size, limit;
	} structs[] = {
		{ "printk_ringbuffer", ring->fields[RING_SIZE], CDM_MAX_RING_SIZE },
		{ "prb_desc", ring->fields[DESC_SIZE], CDM_MAX_DESC_SIZE },
		{ "printk_info", ring->fields[INFO_SIZE], CDM_MAX_INFO_SIZE },
	};

	for (size_t i = 0; i < sizeof(structs) / sizeof(*structs); i++)
		if (structs[i].size > structs[i].limit || structs[i].size % word)
			return cdm_fail(err, CDM_CORRUPT,
					"VMCOREINFO: %s has %" PRIu32 " bytes, multiples of %u up "
					"to %" PRIu32 " can be",
					structs[i].what, structs[i].size, word, structs[i].limit);
	return CDM_OK;
}

static bool is_length(const struct cdm_vmcoreinfo *info, const char *key, uint32_t len)
{
	uint64_t told;

	return !cdm_vmcoreinfo_decimal(info, key, &told) || told == len;
}

/* The two names fill their struct: subsystem up to device, device up to the end. */
static void measure_names(const struct cdm_vmcoreinfo *info, struct cdm_lockless_ring *ring)
{
	uint32_t subsystem = ring->fields[DEVICE_SUBSYSTEM], device = ring->fields[DEVICE_NAME];

	ring->subsystem_len = device > subsystem ? device - subsystem : 0;
	ring->device_len = ring->fields[DEVICE_SIZE] - device;
	if (ring->subsystem_len &&
	    is_length(info, "LENGTH(printk_info_subsystem)", ring->subsystem_len) &&
	    is_length(info, "LENGTH(printk_info_device)", ring->device_len))
		return;
	ring->subsystem_len = ring->device_len = 0;
	ring->doubt =
		"VMCOREINFO: the names of subsystem and device do not fill their struct: they "
		"are left out";
}

/* No key names the members of the execution context; they fill the room between two that have one. */
static bool has_room_for_context(const uint32_t *at)
{
	return at[INFO_DEVICE] == at[INFO_CALLER] + 4 + 4 + CDM_COMM_LEN;
}

/* Members that are not needed are left out where they are only thought to be. */
static void leave_out(struct cdm_lockless_ring *ring, uint64_t assumed)
{
	bool has_caller = !(assumed >> INFO_CALLER & 1);

	ring->has_context = has_caller && has_room_for_context(ring->fields);
	ring->caller_flags = (has_caller ? CDM_RECORD_CALLER : 0u) |
			     (ring->has_context ? CDM_RECORD_CONTEXT : 0u);
	if (assumed)
		ring->doubt = "VMCOREINFO lacks keys of a struct whose size is not the usual one: "
			      "where its members are was guessed";
	if (assumed >> INFO_DEVICE & 1)
		ring->subsystem_len = ring->device_len = 0;
}

static enum cdm_status resolve_fields(const struct cdm_kernel *kernel,
				      struct cdm_lockless_ring *ring, struct cdm_error *err)
{
	uint64_t assumed;
	enum cdm_status st;

	if ((st = cdm_fields_resolve(kernel, fields, N_RING_FIELDS, ring->fields, &assumed, err)) ||
	    (st = check_sizes(ring, kernel->layout.word, err)))
		return st;
	ring->doubt = NULL;
	measure_names(kernel->info, ring);
	leave_out(ring, assumed);
	return CDM_OK;
}

/* The pointer and the ring that the kernel booted with lie side by side: they are fetched at once,
 * since the pointer mostly leads there. */
static void fetch_both(struct cdm_kernel *kernel, const struct cdm_lockless_ring *ring,
		       uint64_t pointer_vaddr)
{
	uint64_t booted_vaddr;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "printk_rb_static", &booted_vaddr))
		return;
	uint64_t start = cdm_min(pointer_vaddr, booted_vaddr);
	uint64_t end = cdm_max(cdm_end_of(pointer_vaddr, kernel->layout.word),
			       cdm_end_of(booted_vaddr, ring->fields[RING_SIZE]));

	if (end - start <= CDM_MAX_RING_SIZE)
		cdm_kernel_will_need(kernel, start, end - start);
}

static enum cdm_status find_vaddr(struct cdm_kernel *kernel, bool fallback,
				  const struct cdm_lockless_ring *ring, uint64_t *vaddr,
				  struct cdm_error *err)
{
	uint64_t pointer_vaddr;

	if (fallback)
		return cdm_kernel_symbol(kernel, "printk_rb_static", vaddr, err);
	enum cdm_status st = cdm_kernel_symbol(kernel, "prb", &pointer_vaddr, err);

	if (st)
		return st;
	fetch_both(kernel, ring, pointer_vaddr);
	if (cdm_kernel_read_word(kernel, pointer_vaddr, vaddr, err))
		return cdm_context(err, "the log's address (prb)");
	if (*vaddr == 0 || *vaddr % kernel->layout.word)
		return cdm_fail(err, CDM_CORRUPT,
				"the log's address (prb) is 0x%" PRIx64 ", no pointer", *vaddr);
	return CDM_OK;
}

static void parse_ring(const struct cdm_kernel *kernel, const uint8_t *raw,
		       struct cdm_lockless_ring *ring, uint32_t *count_bits, uint32_t *text_bits)
{
	const uint32_t *at = ring->fields;
	const uint8_t *descs = raw + at[RING_DESCS], *text = raw + at[RING_TEXT];
	struct cdm_layout layout = kernel->layout;

	*count_bits = cdm_load_u32(descs + at[DESCS_COUNT_BITS], layout);
	*text_bits = cdm_load_u32(text + at[TEXT_SIZE_BITS], layout);
	ring->descs_vaddr = cdm_load_word(descs + at[DESCS_ARRAY], layout);
	ring->infos_vaddr = cdm_load_word(descs + at[DESCS_INFOS], layout);
	ring->head_id = cdm_load_word(descs + at[DESCS_HEAD_ID], layout) & ring->id_mask;
	ring->tail_id = cdm_load_word(descs + at[DESCS_TAIL_ID], layout) & ring->id_mask;
	ring->text_vaddr = cdm_load_word(text + at[TEXT_DATA], layout);
	ring->head_lpos = cdm_load_word(text + at[TEXT_HEAD_LPOS], layout);
	ring->tail_lpos = cdm_load_word(text + at[TEXT_TAIL_LPOS], layout);
	ring->n_dropped = cdm_load_word(raw + at[RING_FAIL], layout);
}

static enum cdm_status check_ring(const struct cdm_kernel *kernel,
				  const struct cdm_lockless_ring *ring, uint32_t count_bits,
				  uint32_t text_bits, struct cdm_error *err)
{
	const struct {
		const char *what;
		uint64_t vaddr;
	} arrays[] = {
		{ "descriptors", ring->descs_vaddr },
		{ "infos", ring->infos_vaddr },
		{ "text", ring->text_vaddr },
	};

	if (count_bits < CDM_MIN_COUNT_BITS || count_bits > CDM_MAX_COUNT_BITS)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring has 2^%" PRIu32 " descriptors, 2^%d to 2^%d can be",
				count_bits, CDM_MIN_COUNT_BITS, CDM_MAX_COUNT_BITS);
	if (text_bits < CDM_MIN_TEXT_BITS || text_bits > CDM_MAX_TEXT_BITS)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring has 2^%" PRIu32 " bytes of text, 2^%d to 2^%d can be",
				text_bits, CDM_MIN_TEXT_BITS, CDM_MAX_TEXT_BITS);
	for (size_t i = 0; i < sizeof(arrays) / sizeof(*arrays); i++)
		if (arrays[i].vaddr == 0 || (i < 2 && arrays[i].vaddr % kernel->layout.word))
			return cdm_fail(err, CDM_CORRUPT,
					"the address of the ring's %s is 0x%" PRIx64 ", no pointer",
					arrays[i].what, arrays[i].vaddr);
	return CDM_OK;
}

/* Behind caller_id, and in infos of 108 bytes (with padding, 112) behind comm (7.0 on). */
uint32_t cdm_lockless_device_at(uint32_t info_size)
{
	if (info_size == 108 || info_size == 112)
		return 44;
	return info_size == 88 ? 24 : 0;
}

void cdm_lockless_assume_fields(struct cdm_lockless_ring *ring, uint8_t word, uint32_t info_size)
{
	uint32_t device_at = cdm_lockless_device_at(info_size);

	for (unsigned i = 0; i < N_RING_FIELDS; i++)
		ring->fields[i] = fields[i].if_absent[word == 4];
	ring->fields[INFO_SIZE] = info_size;
	if (device_at) {
		ring->fields[INFO_DEVICE] = device_at;
		ring->subsystem_len = ring->fields[DEVICE_NAME];
		ring->device_len = ring->fields[DEVICE_SIZE] - ring->fields[DEVICE_NAME];
	}
	ring->has_context = device_at == 44;
	ring->caller_flags = CDM_RECORD_CALLER | (ring->has_context ? CDM_RECORD_CONTEXT : 0u);
	ring->lpos_mask = word == 4 ? UINT32_MAX : UINT64_MAX;
	ring->id_mask = ring->lpos_mask >> 2;
}

/* Ids begin at 2^32 less the descriptors until 6.x on 64 bits, else at the top less them. */
static uint64_t first_id_at_top(const struct cdm_lockless_ring *ring)
{
	return -ring->count & ring->id_mask;
}

static uint64_t first_id_at_32_bits(const struct cdm_lockless_ring *ring)
{
	return (((uint64_t)1 << 32) - ring->count) & ring->id_mask;
}

void cdm_lockless_know_by_rule(struct cdm_lockless_ring *ring)
{
	uint64_t top = first_id_at_top(ring), low = first_id_at_32_bits(ring);
	uint64_t next = ring->tail_id + 1; /* a ring that was never full begins before record 0 */
	bool is_low = ((next - low) & ring->id_mask) < ((next - top) & ring->id_mask);

	ring->known_id = is_low ? low : top;
	ring->known_seq = 0;
}

enum cdm_status cdm_lockless_ring_find(struct cdm_kernel *kernel, bool fallback,
				       struct cdm_lockless_ring *ring, struct cdm_error *err)
{
	uint8_t raw[CDM_MAX_RING_SIZE];
	uint32_t count_bits, text_bits;
	uint64_t vaddr;
	enum cdm_status st;

	if ((st = resolve_fields(kernel, ring, err)) ||
	    (st = find_vaddr(kernel, fallback, ring, &vaddr, err)))
		return st;
	if (cdm_kernel_read_exact(kernel, vaddr, raw, ring->fields[RING_SIZE], err))
		return cdm_context(err, "the log's ring at 0x%" PRIx64, vaddr);
	ring->lpos_mask = kernel->layout.word == 4 ? UINT32_MAX : UINT64_MAX;
	ring->id_mask = ring->lpos_mask >> 2;
	parse_ring(kernel, raw, ring, &count_bits, &text_bits);
	st = check_ring(kernel, ring, count_bits, text_bits, err);
	if (st)
		return st;
	ring->count = (uint64_t)1 << count_bits;
	ring->text_size = (uint64_t)1 << text_bits;
	cdm_lockless_know_by_rule(ring);
	return CDM_OK;
}

#define ROOM_FOR_TEXT 2048 /* bytes: printk writes texts of 1 KiB at most */

bool cdm_lockless_evicts(const struct cdm_lockless_ring *ring)
{
	uint64_t n_ids = ((ring->head_id - ring->tail_id) & ring->id_mask) + 1;
	uint64_t text_len = (ring->head_lpos - ring->tail_lpos) & ring->lpos_mask;

	return n_ids >= ring->count ||
	       text_len > ring->text_size - cdm_min(ring->text_size / 2, ROOM_FOR_TEXT);
}

bool cdm_lockless_can_be(const struct cdm_lockless_ring *ring, uint64_t id, uint64_t seq)
{
	uint64_t first = (id - seq) & ring->id_mask;

	return seq <= ring->id_mask &&
	       (first == first_id_at_top(ring) || first == first_id_at_32_bits(ring));
}

/* A block that would run over the end of the ring stands at its start instead. Until 6.18 one that
 * would end exactly there did so too; since 6.19 it stays, and `next` is then a multiple of the
 * size. No older writer leaves such a `next`, so one rule serves both. */
enum cdm_block_kind cdm_lockless_block(const struct cdm_lockless_ring *ring, uint8_t word,
				       uint64_t begin, uint64_t next, struct cdm_block *block)
{
	uint64_t size = ring->text_size, lap_mask = ring->lpos_mask & ~(size - 1);
	uint64_t last = (next - 1) & ring->lpos_mask, len;

	if (begin == FAILED_LPOS && next == FAILED_LPOS)
		return CDM_BLOCK_FAILED;
	if (begin == EMPTY_LPOS && next == EMPTY_LPOS)
		return CDM_BLOCK_EMPTY;
	if (begin % word || next % word)
		return CDM_BLOCK_CORRUPT;
	if ((begin & lap_mask) == (last & lap_mask)) {
		block->at = begin & (size - 1);
		len = (next - begin) & ring->lpos_mask;
	} else if (((begin + size) & lap_mask) == (last & lap_mask)) {
		block->at = 0;
		len = next & (size - 1);
	} else {
		return CDM_BLOCK_CORRUPT;
	}
	if (len < word || len > size - block->at)
		return CDM_BLOCK_CORRUPT;
	block->room = len - word;
	return CDM_BLOCK_DATA;
}
