// SPDX-License-Identifier: GPL-2.0-or-later
/* log_records.c - which bytes do the records of 3.5 to 5.9 leave in log_buf?
 *
 * A header, the text, the dictionary, padding. The oldest records make room for a new one, which
 * never goes around the end: it moves to the start. */

#include "tests/dumpwriter/log_buf.h"

#include <string.h>

#define LEN_OFF 8u

void dw_log_records_open(struct dw_log_buf *log, size_t n_records, uint32_t first_idx)
{
	log->offs = dw_alloc(log->memory->arena, (n_records + 1) * sizeof(*log->offs));
	log->first_idx = first_idx;
	log->next_idx = first_idx;
	log->clear_idx = first_idx;
}

/* The length of the record at off; 0: the rest of the ring is not used. */
static uint32_t length_at(const struct dw_log_buf *log, uint32_t off)
{
	if (log->len - off < log->header_size)
		return 0;
	return (uint32_t)dw_memory_read_number(log->memory, log->paddr + off + LEN_OFF, 2);
}

static void evict_oldest(struct dw_log_buf *log)
{
	uint32_t len = length_at(log, log->first_idx);

	/* Nothing is left here: the oldest record is the one at the start. */
	log->first_idx = len ? log->first_idx + len : length_at(log, 0);
	log->first_seq++;
}

/* Bytes behind the newest record that no other one takes. */
static uint32_t free_bytes(const struct dw_log_buf *log)
{
	if (log->next_idx < log->first_idx)
		return log->first_idx - log->next_idx;
	return (uint32_t)dw_max(log->len - log->next_idx, log->first_idx);
}

static void make_room(struct dw_log_buf *log, uint32_t size)
{
	uint32_t reserve = log->wrap == DW_WRAP_MARKER ? log->header_size : 0;

	while (log->first_seq < log->next_seq && free_bytes(log) < size + log->header_size)
		evict_oldest(log);
	if (log->first_seq == log->next_seq)
		log->first_idx = log->next_idx;
	if (log->len - log->next_idx >= size + reserve)
		return;
	if (log->len - log->next_idx >= log->header_size) {
		const uint8_t marker[64] = { 0 };

		dw_memory_write(log->memory, log->paddr + log->next_idx, marker, log->header_size);
	}
	log->next_idx = 0;
	if (log->first_seq == log->next_seq)
		log->first_idx = 0;
}

static struct dw_buffer dictionary(const struct dw_log_buf *log, const struct dw_record *record)
{
	struct dw_buffer dict = { .arena = log->memory->arena };

	if (*record->subsystem)
		dw_put_format(&dict, "SUBSYSTEM=%s", record->subsystem);
	if (*record->subsystem && *record->device)
		dw_put_zeros(&dict, 1);
	if (*record->device)
		dw_put_format(&dict, "DEVICE=%s", record->device);
	if (dict.len && *record->dict)
		dw_put_zeros(&dict, 1);
	dw_put_format(&dict, "%s", record->dict);
	return dict;
}

static void write_header(const struct dw_log_buf *log, const struct dw_record *record,
			 uint32_t size, size_t dict_len)
{
	bool is_big = log->memory->is_big;
	uint8_t header[64] = { 0 };

	dw_store(header, is_big, 8, record->ts_ns);
	dw_store(header + LEN_OFF, is_big, 2, size);
	dw_store(header + 10, is_big, 2, record->text_len);
	dw_store(header + 12, is_big, 2, dict_len);
	if (log->is_level_wide) {
		dw_store(header + 14, is_big, 2, (unsigned)(record->facility << 3) | record->level);
	} else {
		header[14] = record->facility;
		header[15] = dw_level_and_flags(is_big, record->level, record->flags);
	}
	if (log->header_size >= 20)
		dw_store(header + 16, is_big, 4, record->caller);
	dw_memory_write(log->memory, log->paddr + log->next_idx, header, log->header_size);
}

void dw_log_records_add(struct dw_log_buf *log, const struct dw_record *record)
{
	struct dw_buffer body = { .arena = log->memory->arena };
	struct dw_buffer dict = dictionary(log, record);
	uint32_t size;

	dw_put(&body, record->text, record->text_len);
	dw_put(&body, dict.at, dict.len);
	size = (uint32_t)dw_round_up(log->header_size + body.len, log->align);
	if (size > UINT16_MAX || size + log->header_size >= log->len)
		dw_die("a record of %u bytes does not fit in log_buf", size);
	dw_put_zeros(&body, size - log->header_size - body.len);
	make_room(log, size);
	write_header(log, record, size, dict.len);
	dw_memory_write(log->memory, log->paddr + log->next_idx + log->header_size, body.at,
			body.len);
	/* The index is counted on at the very end. */
	if (record->state == DW_RESERVED)
		return;
	log->offs[log->next_seq++] = log->next_idx;
	log->next_idx += size;
}

uint64_t dw_log_record_paddr(const struct dw_log_buf *log, uint64_t seq)
{
	if (seq >= log->next_seq)
		dw_die("record(%llu): there is none", (unsigned long long)seq);
	return log->paddr + log->offs[seq];
}
