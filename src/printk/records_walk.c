// SPDX-License-Identifier: GPL-2.0-or-later
/* records_walk.c - which record stands at this place of the ring, and where is the next? */

#include "printk/records.h"

#include "base/checked.h"
#include "printk/lost_text.h"

#include <inttypes.h>

/* Records in a row that prove a place: what is no record does not lead to three others. */
#define CHAIN 3

/* Records are aligned to 4 or 8 bytes: so much padding follows text and dictionary at most. */
#define MAX_PADDING 7

/* The room for a record that did not fit, where its length is not known: texts have up to 992 bytes, and
 * dictionaries and other headers fewer than 1000. */
#define MAX_ROOM 2048

/* A mark is one header of zeros. So many zeros are lost sectors, if something follows them. */
#define LOST_ZEROS 64

/* Bytes that are looked at for a sign that anything was ever written there. */
#define SIGN 64

/* ---- headers ---- */

static void parse_level(const struct cdm_records *log, const uint8_t *raw,
			struct cdm_records_header *header)
{
	struct cdm_layout layout = log->kernel->layout;
	uint8_t bits = raw[1];

	header->high = raw[layout.big_endian ? 0 : 1];
	if (log->level_is_wide) {
		uint16_t both = cdm_load_u16(raw, layout);

		header->facility = (uint8_t)(both >> 3);
		header->level = both & 7;
		header->flags = CDM_PIECE_NEWLINE | CDM_PIECE_PREFIX;
		return;
	}
	/* flags:5, level:3: the compiler fills bit fields from the byte order's first end. */
	header->facility = raw[0];
	header->flags = layout.big_endian ? bits >> 3 : bits & 31;
	header->level = layout.big_endian ? bits & 7 : bits >> 5;
}

static enum cdm_status read_header(struct cdm_records *log, uint64_t idx, uint64_t end,
				   struct cdm_records_header *header, struct cdm_error *err)
{
	struct cdm_layout layout = log->kernel->layout;
	const uint32_t *at = log->fields;
	const uint8_t *raw = cdm_window_get(&log->window, log->vaddr + idx, at[HEADER_SIZE],
					    log->vaddr + end, err);

	if (!raw)
		return err->status;
	header->ts_ns = cdm_load_u64(raw + at[TS], layout);
	header->len = cdm_load_u16(raw + at[LEN], layout);
	header->text_len = cdm_load_u16(raw + at[TEXT_LEN], layout);
	header->dict_len = cdm_load_u16(raw + at[DICT_LEN], layout);
	header->caller = log->caller_at ? cdm_load_u32(raw + log->caller_at, layout) : 0;
	parse_level(log, raw + at[DICT_LEN] + 2, header);
	return CDM_OK;
}

static uint64_t length_of_parts(const struct cdm_records *log,
				const struct cdm_records_header *header)
{
	return (uint64_t)log->fields[HEADER_SIZE] + header->text_len + header->dict_len;
}

static enum cdm_status check_header(const struct cdm_records *log, uint64_t room,
				    const struct cdm_records_header *header, struct cdm_error *err)
{
	uint64_t least = length_of_parts(log, header), most = cdm_min(least + MAX_PADDING, room);

	if (header->len % 4 || header->len < least || header->len > most)
		return cdm_fail(err, CDM_CORRUPT,
				"its length is %" PRIu32 ", not a multiple of 4 from %" PRIu64
				" to %" PRIu64,
				header->len, least, most);
	return CDM_OK;
}

/* ---- the mark at a lap's end ---- */

bool cdm_records_was_written(struct cdm_records *log, uint64_t idx)
{
	uint8_t raw[SIGN];
	struct cdm_error unused;
	size_t len = (size_t)cdm_min(sizeof(raw), log->size - idx);

	return !cdm_kernel_read_exact(log->kernel, log->vaddr + idx, raw, len, &unused) &&
	       cdm_count_nuls((struct cdm_bytes){ raw, len }) < len;
}

/* 3.5.0 has no flags: parse_level() makes them up. */
static bool is_zero(const struct cdm_records *log, const struct cdm_records_header *header)
{
	unsigned flags = log->level_is_wide ? 0 : header->flags;

	return !(header->ts_ns | header->len | header->text_len | header->dict_len |
		 header->facility | header->level | header->high | flags);
}

/* Are these zeros more than a mark, with something after them? Before the ring was full nothing
 * was. */
static bool is_lost_sector(struct cdm_records *log, uint64_t idx)
{
	struct cdm_error unused;
	size_t len = (size_t)cdm_min(log->size - idx, MAX_ROOM);
	const uint8_t *raw = cdm_window_get(&log->window, log->vaddr + idx, len,
					    log->vaddr + log->size, &unused);
	size_t zeros = raw ? cdm_count_nuls((struct cdm_bytes){ raw, len }) : 0;

	return zeros >= LOST_ZEROS && zeros < len;
}

/* Is there no sign, from a smaller ring's end on, that anything was ever written? One page may be lost:
 * the ends of larger ones are looked at, too. */
static bool is_unused_from(struct cdm_records *log, uint64_t end)
{
	for (; end < log->size; end *= 2)
		if (cdm_records_was_written(log, end))
			return false;
	return !cdm_records_was_written(log, log->size - SIGN);
}

/* Bytes from idx to the ring's end. The ring that the kernel booted with may have wrapped before
 * log_buf_len= made it larger (setup_log_buf()): then its end was a smaller power of two, and nothing
 * was written after it. */
static uint64_t room_at(struct cdm_records *log, uint64_t idx)
{
	uint64_t end = CDM_MIN_LOG_BYTES;

	while (end <= idx && end < log->size)
		end *= 2;
	return end < log->size && is_unused_from(log, end) ? end - idx : log->size - idx;
}

/* A mark stands where the record that is now the ring's first, and one more header, did not fit
 * (log_store(): log_next_idx + size + sizeof(struct printk_log) > log_buf_len, to 3.16 >=). */
static bool is_mark(struct cdm_records *log, uint64_t idx)
{
	uint64_t end = log->next_idx ? log->next_idx : idx;
	struct cdm_records_header first;
	struct cdm_error unused;

	if (!log->at.goes_around || is_lost_sector(log, idx))
		return false;
	uint64_t room = room_at(log, idx);

	if (read_header(log, 0, end, &first, &unused) || check_header(log, end, &first, &unused))
		return room <= MAX_ROOM;
	return room <= first.len + log->fields[HEADER_SIZE];
}

/* ---- the walk ---- */

void cdm_records_begin(struct cdm_records *log)
{
	bool goes_around = log->first_idx > log->next_idx || log->is_full;

	log->at = (struct cdm_records_cursor){
		.idx = log->first_idx,
		.lap_end = goes_around ? log->size : log->next_idx,
		.goes_around = goes_around,
		.seq = log->first_seq,
	};
}

enum cdm_status cdm_records_look(struct cdm_records *log, struct cdm_records_header *header,
				 struct cdm_error *err)
{
	uint64_t idx = log->at.idx, room = log->at.lap_end - idx;

	*header = (struct cdm_records_header){ .len = 0 };
	if (room == 0 || (room < log->fields[HEADER_SIZE] && log->at.goes_around))
		return CDM_END;
	if (room < log->fields[HEADER_SIZE])
		return cdm_fail(err, CDM_CORRUPT,
				"%" PRIu64 " bytes are left before the ring's newest end", room);
	enum cdm_status st = read_header(log, idx, log->at.lap_end, header, err);

	if (st)
		return st;
	if (header->len == 0 && is_zero(log, header) && is_mark(log, idx))
		return CDM_END;
	return check_header(log, room, header, err);
}

void cdm_records_pass(struct cdm_records *log, const struct cdm_records_header *header)
{
	log->at.idx += header->len;
	log->at.previous_flags = header->flags;
	log->at.last_ts = header->ts_ns;
	log->at.seq++;
}

bool cdm_records_go_around(struct cdm_records *log)
{
	if (!log->at.goes_around)
		return false;
	log->at.idx = 0;
	log->at.lap_end = log->next_idx;
	log->at.goes_around = false;
	return true;
}

bool cdm_records_is_chain(struct cdm_records *log)
{
	struct cdm_records_cursor start = log->at;
	struct cdm_records_header header;
	struct cdm_error unused;
	enum cdm_status st = CDM_OK;
	unsigned n = 0;

	log->at.last_ts = 0;
	while (n < CHAIN && !(st = cdm_records_look(log, &header, &unused)) &&
	       header.ts_ns + CDM_RECORDS_DISORDER_NS >= log->at.last_ts) {
		cdm_records_pass(log, &header);
		n++;
	}
	log->at = start;
	return n == CHAIN || (n && st == CDM_END);
}

/* idx, or what comes after the page that could not be read, if idx lies there. */
static uint64_t after_unreadable(const struct cdm_records *log, uint64_t idx)
{
	uint64_t vaddr = log->vaddr + idx;

	if (vaddr < log->window.bad_start || vaddr >= log->window.bad_end)
		return idx;
	return (log->window.bad_end - log->vaddr + 3) & ~(uint64_t)3;
}

void cdm_records_resynchronise(struct cdm_records *log)
{
	uint64_t end = log->at.lap_end;

	log->at.previous_flags = 0;
	do
		log->at.idx = cdm_min(end, after_unreadable(log, log->at.idx + 4));
	while (log->at.idx < end && !cdm_records_is_chain(log));
}

bool cdm_records_mend_length(struct cdm_records *log, struct cdm_records_header *header)
{
	struct cdm_records_cursor start = log->at;
	uint64_t parts = length_of_parts(log, header);

	if (header->len <= parts + MAX_PADDING || !header->text_len)
		return false;
	for (unsigned align = 4; align <= 8; align += 4) {
		uint64_t len = (parts + align - 1) & ~(uint64_t)(align - 1);

		if (len > start.lap_end - start.idx)
			break;
		log->at.idx = start.idx + len;
		bool leads_on = log->at.idx == start.lap_end || cdm_records_is_chain(log);

		log->at = start;
		header->len = (uint32_t)len;
		if (leads_on)
			return true;
	}
	return false;
}

/* ---- what stands in a record ---- */

enum cdm_status cdm_records_body(struct cdm_records *log, const struct cdm_records_header *header,
				 struct cdm_bytes *body, struct cdm_error *err)
{
	uint32_t start = log->fields[HEADER_SIZE];
	const uint8_t *raw = cdm_window_get(&log->window, log->vaddr + log->at.idx,
					    start + header->text_len + header->dict_len,
					    log->vaddr + log->at.lap_end, err);

	if (!raw)
		return err->status;
	*body = (struct cdm_bytes){ raw + start, header->text_len + header->dict_len };
	return CDM_OK;
}

/* Zeros in memory from idx on, as many as are of interest. */
static size_t count_zeros(struct cdm_records *log, uint64_t idx)
{
	uint8_t raw[CDM_LOST_NULS];
	struct cdm_error unused;
	size_t len = (size_t)cdm_min(sizeof(raw), log->size - idx);

	if (cdm_kernel_read_exact(log->kernel, log->vaddr + idx, raw, len, &unused))
		return 0;
	return cdm_count_nuls((struct cdm_bytes){ raw, len });
}

/* The oldest record begins with its time. Is this the end of zeros that begin before it, in what was
 * overwritten? */
static bool lost_its_time(struct cdm_records *log)
{
	uint64_t idx = log->at.idx;
	uint8_t raw[MAX_ROOM];
	struct cdm_error unused;

	if (idx != log->first_idx || idx <= log->next_idx || log->is_carved ||
	    count_zeros(log, idx) < 4)
		return false;
	size_t len = (size_t)cdm_min(sizeof(raw), idx - log->next_idx);

	if (cdm_kernel_read_exact(log->kernel, log->vaddr + idx - len, raw, len, &unused))
		return false;
	size_t zeros = cdm_count_last_nuls((struct cdm_bytes){ raw, len });

	return zeros > MAX_PADDING && zeros < len;
}

/* Neither text nor dictionary ends with a NUL: what follows then belongs to the same run. */
bool cdm_records_lost_bytes(struct cdm_records *log, const struct cdm_records_header *header)
{
	struct cdm_bytes body;
	struct cdm_error unused;

	if (lost_its_time(log))
		return true;
	if (cdm_records_body(log, header, &body, &unused) || !body.len)
		return false;
	if (cdm_holds_lost_text(body))
		return true;
	size_t last = cdm_count_last_nuls(body);
	uint64_t end = log->at.idx + log->fields[HEADER_SIZE] + body.len;

	return last && last + count_zeros(log, end) >= CDM_LOST_NULS;
}
