// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_records.c - which records stand in the log of Linux 3.5 to 5.9?
 *
 * A ring of bytes holds records of a fixed header, the text, a dictionary and padding, one behind
 * the other; one of length 0 says that the next stands at the ring's start (kernel/printk/printk.c,
 * struct log in 3.5 to 3.10, struct printk_log in 3.11 to 5.9). */

#include "base/checked.h"
#include "kernel/fields.h"
#include "printk/carved.h"
#include "printk/log.h"
#include "printk/window.h"

#include <inttypes.h>
#include <stdlib.h>

#define FLAG_NEWLINE 2u
#define FLAG_PREFIX 4u
#define FLAG_CONT 8u

/* Records in a row that prove a place: what is no record does not lead to three others. */
#define CHAIN 3

/* Records that are looked at to tell the level's layout. */
#define SAMPLE 64

enum { HEADER_SIZE, TS, LEN, TEXT_LEN, DICT_LEN, N_FIELDS };

/* The facility and a byte of flags and level follow dict_len; they are not exported. */
#define RECORD_FIELDS(name)                                                                        \
	{                                                                                          \
		[HEADER_SIZE] = { "SIZE(" name ")", { 16, 16 }, 0, HEADER_SIZE, 0 },               \
		[TS] = { "OFFSET(" name ".ts_nsec)", { 0, 0 }, 8, HEADER_SIZE, 0 },                \
		[LEN] = { "OFFSET(" name ".len)", { 8, 8 }, 2, HEADER_SIZE, 0 },                   \
		[TEXT_LEN] = { "OFFSET(" name ".text_len)", { 10, 10 }, 2, HEADER_SIZE, 0 },       \
		[DICT_LEN] = { "OFFSET(" name ".dict_len)", { 12, 12 }, 4, HEADER_SIZE, 0 },       \
	}

static const struct cdm_field printk_log_fields[N_FIELDS] = RECORD_FIELDS("printk_log");
static const struct cdm_field log_fields[N_FIELDS] = RECORD_FIELDS("log");

struct records {
	struct cdm_kernel *kernel;
	struct cdm_damage *damage;
	struct cdm_window window;
	uint32_t fields[N_FIELDS];
	uint32_t caller_at;   /* 0: these kernels do not store it */
	bool level_is_wide;   /* 3.5.0: facility and level in one number of 16 bits */
	uint64_t vaddr, size; /* of the ring */
	uint64_t next_idx;    /* where the kernel would write */
	uint64_t idx;
	bool has_wrapped;
	unsigned previous_flags;
	uint64_t seq;
	uint64_t last_ts; /* of the newest record so far */
	bool wants_unfinished;
};

struct header {
	uint64_t ts_ns;
	uint32_t len, text_len, dict_len;
	uint8_t facility, level, flags;
	uint32_t caller;
};

/* Records end at next_idx; before the wrap at the ring's end. */
static uint64_t end_of_lap(const struct records *log, uint64_t idx)
{
	return idx < log->next_idx ? log->next_idx : log->size;
}

static void parse_level(const struct records *log, const uint8_t *raw, struct header *header)
{
	struct cdm_layout layout = log->kernel->layout;
	uint8_t bits = raw[1];

	if (log->level_is_wide) {
		uint16_t both = cdm_load_u16(raw, layout);

		header->facility = (uint8_t)(both >> 3);
		header->level = both & 7;
		header->flags = FLAG_NEWLINE | FLAG_PREFIX;
		return;
	}
	/* flags:5, level:3: the compiler fills bit fields from the byte order's first end. */
	header->facility = raw[0];
	header->flags = layout.big_endian ? bits >> 3 : bits & 31;
	header->level = layout.big_endian ? bits & 7 : bits >> 5;
}

static enum cdm_status read_header(struct records *log, uint64_t idx, struct header *header,
				   struct cdm_error *err)
{
	struct cdm_layout layout = log->kernel->layout;
	const uint32_t *at = log->fields;
	const uint8_t *raw = cdm_window_get(&log->window, log->vaddr + idx, at[HEADER_SIZE],
					    log->vaddr + end_of_lap(log, idx), err);

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

static enum cdm_status check_header(const struct records *log, uint64_t idx,
				    const struct header *header, struct cdm_error *err)
{
	uint64_t room = end_of_lap(log, idx) - idx;
	uint64_t needed = (uint64_t)log->fields[HEADER_SIZE] + header->text_len + header->dict_len;

	if (header->len % 4 || header->len < needed || header->len > room)
		return cdm_fail(err, CDM_CORRUPT,
				"its length is %" PRIu32 ", not a multiple of 4 from %" PRIu64
				" to %" PRIu64,
				header->len, needed, room);
	return CDM_OK;
}

/* The sound record at idx. CDM_END: there is no more before the end of this lap (a marker, or no
 * room for one). */
static enum cdm_status look_at(struct records *log, uint64_t idx, struct header *header,
			       struct cdm_error *err)
{
	if (idx == log->next_idx || end_of_lap(log, idx) - idx < log->fields[HEADER_SIZE])
		return CDM_END;
	enum cdm_status st = read_header(log, idx, header, err);

	if (st)
		return st;
	if (header->len == 0 && idx > log->next_idx)
		return CDM_END;
	return check_header(log, idx, header, err);
}

/* Do enough records in a row begin at idx, or as many as there are up to the end of the lap? */
static bool is_chain(struct records *log, uint64_t idx)
{
	struct cdm_error unused;
	struct header header;
	unsigned n = 0;

	while (n < CHAIN) {
		enum cdm_status st = look_at(log, idx, &header, &unused);

		if (st)
			return st == CDM_END && n > 0;
		idx += header.len;
		n++;
	}
	return true;
}

/* idx, or what comes behind the page that could not be read, if idx lies there. */
static uint64_t behind_unreadable(const struct records *log, uint64_t idx)
{
	uint64_t vaddr = log->vaddr + idx;

	if (vaddr < log->window.bad_start || vaddr >= log->window.bad_end)
		return idx;
	return (log->window.bad_end - log->vaddr + 3) & ~(uint64_t)3;
}

/* Behind a damaged place: the next one that a chain begins at, in this lap. The ring's start is the
 * begin of a record when it has wrapped. */
static void resynchronise(struct records *log)
{
	uint64_t end = end_of_lap(log, log->idx);

	log->previous_flags = 0;
	do
		log->idx = behind_unreadable(log, log->idx + 4);
	while (log->idx < end && !is_chain(log, log->idx));
	if (log->idx >= end)
		log->idx = end;
}

/* From the end of the first lap to the ring's start. False: the log ends here. */
static bool wrap(struct records *log)
{
	if (log->idx == log->next_idx || log->has_wrapped || log->idx < log->next_idx)
		return false;
	log->idx = 0;
	log->has_wrapped = true;
	return log->next_idx > 0;
}

/* The value of a key in a dictionary, whose entries are separated by NULs. */
static struct cdm_bytes dictionary_value(struct cdm_bytes dictionary, const char *key)
{
	size_t key_len = strlen(key), pos = 0;

	while (pos < dictionary.len) {
		const uint8_t *entry = dictionary.at + pos;
		size_t len = strnlen((const char *)entry, dictionary.len - pos);

		if (len > key_len && memcmp(entry, key, key_len) == 0)
			return (struct cdm_bytes){ entry + key_len, len - key_len };
		pos += len + 1;
	}
	return (struct cdm_bytes){ dictionary.at, 0 };
}

/* As /dev/kmsg of these kernels marks them: 'c' for the first piece of a line, '+' for the others. */
static uint32_t piece_flags(const struct records *log, unsigned flags)
{
	bool follows = log->previous_flags & FLAG_CONT;
	uint32_t found = 0;

	if ((flags & FLAG_CONT) && !follows)
		found |= CDM_RECORD_CONTINUES;
	else if ((flags & FLAG_CONT) || (follows && !(flags & FLAG_PREFIX)))
		found |= CDM_RECORD_FOLLOWS;
	if ((flags & FLAG_CONT) && !(flags & FLAG_NEWLINE))
		found |= CDM_RECORD_OPEN;
	return found;
}

static enum cdm_status read_record(struct records *log, const struct header *header,
				   struct cdm_record *rec, struct cdm_error *err)
{
	uint32_t start = log->fields[HEADER_SIZE];
	const uint8_t *raw = cdm_window_get(&log->window, log->vaddr + log->idx,
					    start + header->text_len + header->dict_len,
					    log->vaddr + end_of_lap(log, log->idx), err);

	if (!raw)
		return err->status;
	struct cdm_bytes dictionary = { raw + start + header->text_len, header->dict_len };

	*rec = (struct cdm_record){
		.seq = log->seq,
		.ts_ns = header->ts_ns,
		.flags = CDM_RECORD_TIMED | CDM_RECORD_PRIORITY | piece_flags(log, header->flags) |
			 (log->caller_at ? CDM_RECORD_CALLER : 0u),
		.caller = header->caller,
		.level = header->level,
		.facility = header->facility,
		.text = { raw + start, header->text_len },
		.subsystem = dictionary_value(dictionary, "SUBSYSTEM="),
		.device = dictionary_value(dictionary, "DEVICE="),
	};
	return CDM_OK;
}

static void tell(struct records *log, struct cdm_error *err)
{
	cdm_context(err, "record %" PRIu64 " at 0x%" PRIx64 " of the ring", log->seq, log->idx);
	cdm_damage_add(log->damage, err);
}

/* log_store() counts a record in at the very end: one behind the newest that is no older is what a
 * CPU had written, or was writing. What was overwritten there is older. */
static enum cdm_status read_unfinished(struct records *log, struct cdm_record *rec,
				       struct cdm_error *err)
{
	struct header header;
	uint64_t next_idx = log->next_idx;

	log->wants_unfinished = false;
	log->next_idx = log->size; /* so that what is behind it may be read */
	bool is_there = !look_at(log, log->idx, &header, err) && header.text_len &&
			header.ts_ns >= log->last_ts && !read_record(log, &header, rec, err);

	log->next_idx = next_idx;
	if (!is_there)
		return CDM_END;
	rec->flags |= CDM_RECORD_UNFINISHED;
	return CDM_OK;
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct records *log = priv;

	for (;;) {
		struct header header;
		enum cdm_status st = look_at(log, log->idx, &header, err);

		if (st == CDM_END) {
			if (wrap(log))
				continue;
			return log->wants_unfinished ? read_unfinished(log, rec, err) : CDM_END;
		}
		if (!st && !(st = read_record(log, &header, rec, err))) {
			log->idx += header.len;
			log->previous_flags = header.flags;
			log->last_ts = header.ts_ns;
			log->seq++;
			return CDM_OK;
		}
		tell(log, err);
		resynchronise(log);
	}
}

static enum cdm_status read_u32(struct cdm_kernel *kernel, const char *symbol, uint32_t *value,
				struct cdm_error *err)
{
	uint64_t vaddr;
	uint8_t raw[4];

	if (!cdm_vmcoreinfo_symbol(kernel->info, symbol, &vaddr))
		return cdm_fail(err, CDM_ERR_NO_INFO, "VMCOREINFO has no SYMBOL(%s)", symbol);
	if (cdm_kernel_read_exact(kernel, vaddr, raw, sizeof(raw), err))
		return cdm_context(err, "%s", symbol);
	*value = cdm_load_u32(raw, kernel->layout);
	return CDM_OK;
}

static enum cdm_status find_ring(struct records *log, struct cdm_error *err)
{
	uint64_t pointer;
	uint32_t size, first, next_idx;
	enum cdm_status st;

	if (!cdm_vmcoreinfo_symbol(log->kernel->info, "log_buf", &pointer))
		return cdm_fail(err, CDM_ERR_NO_INFO, "VMCOREINFO has no SYMBOL(log_buf)");
	if (cdm_kernel_read_word(log->kernel, pointer, &log->vaddr, err))
		return cdm_context(err, "the log's address (log_buf)");
	if ((st = read_u32(log->kernel, "log_buf_len", &size, err)) ||
	    (st = read_u32(log->kernel, "log_first_idx", &first, err)) ||
	    (st = read_u32(log->kernel, "log_next_idx", &next_idx, err)))
		return st;
	if (!cdm_is_power_of_two(size) || size < CDM_MIN_LOG_BYTES || log->vaddr == 0)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring has %" PRIu32 " bytes at 0x%" PRIx64
				", no power of two from %u",
				size, log->vaddr, CDM_MIN_LOG_BYTES);
	if (first >= size || next_idx > size || first % 4 || next_idx % 4)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring's records are from 0x%" PRIx32 " to 0x%" PRIx32
				" of 0x%" PRIx32 " bytes",
				first, next_idx, size);
	log->size = size;
	log->idx = first;
	log->next_idx = next_idx;
	return CDM_OK;
}

/* Records are aligned to 4 bytes. */
static enum cdm_status check_header_size(uint32_t size, struct cdm_error *err)
{
	if (size > CDM_MAX_DESC_SIZE || size % 4)
		return cdm_fail(err, CDM_CORRUPT,
				"VMCOREINFO: a record's header has %" PRIu32
				" bytes, not a multiple of 4 up to %u",
				size, CDM_MAX_DESC_SIZE);
	return CDM_OK;
}

/* A header of more than 16 bytes has a caller, behind the others. */
static enum cdm_status find_caller(struct records *log, struct cdm_error *err)
{
	const uint32_t *at = log->fields;
	uint64_t caller_at;
	struct cdm_error missing;

	if (cdm_vmcoreinfo_decimal(log->kernel->info, "OFFSET(printk_log.caller_id)", &caller_at)) {
		if (caller_at < at[DICT_LEN] + 4 || caller_at + 4 > at[HEADER_SIZE])
			return cdm_fail(err, CDM_CORRUPT,
					"VMCOREINFO: the caller stands at %" PRIu64
					" of a record's header, not within %" PRIu32
					" and %" PRIu32,
					caller_at, at[DICT_LEN] + 4, at[HEADER_SIZE]);
		log->caller_at = (uint32_t)caller_at;
	} else if (at[HEADER_SIZE] > 16) {
		cdm_fail(&missing, CDM_ERR_NO_INFO,
			 "VMCOREINFO does not say where in a record's header of %" PRIu32
			 " bytes the caller is: callers are missing",
			 at[HEADER_SIZE]);
		cdm_damage_add(log->damage, &missing);
	}
	return CDM_OK;
}

static enum cdm_status resolve(struct records *log, struct cdm_error *err)
{
	uint64_t assumed;
	const struct cdm_vmcoreinfo *info = log->kernel->info;
	struct cdm_bytes unused;
	bool is_old = !cdm_vmcoreinfo_text(info, "SIZE(printk_log)", &unused) &&
		      cdm_vmcoreinfo_text(info, "SIZE(log)", &unused);
	enum cdm_status st;

	if ((st = cdm_fields_resolve(log->kernel, is_old ? log_fields : printk_log_fields, N_FIELDS,
				     log->fields, &assumed, err)) ||
	    (st = check_header_size(log->fields[HEADER_SIZE], err)))
		return st;
	return find_caller(log, err);
}

/* In 3.5.0 the byte that later holds flags and level is the high half of a small number: 0. */
static void tell_layout(struct records *log)
{
	struct cdm_error unused;
	struct header header;
	uint64_t idx = log->idx;

	for (unsigned n = 0; n < SAMPLE && !look_at(log, idx, &header, &unused); n++) {
		if (header.flags || header.level)
			return;
		idx += header.len;
	}
	log->level_is_wide = idx != log->idx;
}

/* A log that is empty, or whose first records lead to others, or where others do. */
static enum cdm_status prove(struct records *log, struct cdm_error *err)
{
	struct header header;
	uint64_t first = log->idx;
	enum cdm_status st = look_at(log, log->idx, &header, err);

	if (is_chain(log, log->idx) || (st == CDM_END && log->idx == log->next_idx))
		return CDM_OK;
	if (st == CDM_END && wrap(log)) {
		st = is_chain(log, 0) ? CDM_OK : CDM_CORRUPT;
		log->idx = first;
		log->has_wrapped = false;
		return st ? cdm_fail(err, st, "no record stands at the ring's start") : CDM_OK;
	}
	if (!st)
		st = cdm_fail(err, CDM_CORRUPT, "the ring's first record leads to no other");
	resynchronise(log);
	bool found = log->idx < end_of_lap(log, first);

	log->idx = first;
	return found ? CDM_OK : st;
}

static void close_ring(void *priv)
{
	struct records *log = priv;

	cdm_window_close(&log->window);
	free(log);
}

static enum cdm_status open_ring(struct cdm_kernel *kernel, bool fallback,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct records *log = calloc(1, sizeof(*log));
	enum cdm_status st;

	(void)fallback;
	if (!log)
		return cdm_fail_memory(err, "log");
	log->kernel = kernel;
	log->damage = damage;
	if ((st = resolve(log, err)) || (st = find_ring(log, err)) ||
	    (st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err)) ||
	    (st = prove(log, err))) {
		close_ring(log);
		return st;
	}
	tell_layout(log);
	*priv = log;
	return CDM_OK;
}

enum cdm_status cdm_records_open_carved(struct cdm_kernel *kernel,
					const struct cdm_carved_records *ring,
					struct cdm_damage *damage, void **priv,
					struct cdm_error *err)
{
	struct records *log = calloc(1, sizeof(*log));
	enum cdm_status st;

	if (!log)
		return cdm_fail_memory(err, "log");
	log->kernel = kernel;
	log->damage = damage;
	for (unsigned i = 0; i < N_FIELDS; i++)
		log->fields[i] = printk_log_fields[i].if_absent[0];
	log->fields[HEADER_SIZE] = ring->header_size;
	log->caller_at =
		ring->header_size > log->fields[DICT_LEN] + 4 ? log->fields[DICT_LEN] + 4 : 0;
	log->vaddr = ring->paddr;
	log->size = ring->size;
	log->idx = ring->first_idx;
	log->next_idx = ring->next_idx;
	if ((st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err)) ||
	    (st = prove(log, err))) {
		close_ring(log);
		return st;
	}
	tell_layout(log);
	*priv = log;
	return CDM_OK;
}

/* Goes to the record at clear_idx. False: the ring has none there. */
static bool go_to(struct records *log, uint64_t clear_idx)
{
	while (log->idx != clear_idx) {
		struct cdm_error unused;
		struct header header;
		enum cdm_status st = look_at(log, log->idx, &header, &unused);

		if (st == CDM_END && !wrap(log))
			return false;
		if (st == CDM_END)
			continue;
		if (st) {
			resynchronise(log);
			continue;
		}
		log->idx += header.len;
		log->previous_flags = header.flags;
		log->seq++;
	}
	return true;
}

/* Passes over what came before the log was cleared. Where no record begins any more, what was cleared
 * is overwritten, and all of the log is newer. 0 is where clear_idx was at boot. */
static void skip_cleared(struct records *log, uint32_t clear_idx)
{
	uint64_t idx = log->idx, seq = log->seq;
	bool has_wrapped = log->has_wrapped;

	if (clear_idx != 0 && go_to(log, clear_idx))
		return;
	log->idx = idx;
	log->seq = seq;
	log->has_wrapped = has_wrapped;
	log->previous_flags = 0;
}

static void want(void *priv, unsigned wants)
{
	struct records *log = priv;
	struct cdm_error err;
	uint32_t clear_idx;

	if ((wants & CDM_LOG_WANT_SINCE_CLEAR) &&
	    read_u32(log->kernel, "clear_idx", &clear_idx, &err)) {
		cdm_context(&err, "all of the log is shown");
		cdm_damage_add(log->damage, &err);
	} else if (wants & CDM_LOG_WANT_SINCE_CLEAR) {
		skip_cleared(log, clear_idx);
	}
	log->wants_unfinished = wants & CDM_LOG_WANT_UNFINISHED;
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct records *log = priv;

	out->ring_bytes = log->size;
	out->lost = 0; /* the ring counts nothing that VMCOREINFO leads to */
}

const struct cdm_log_generation cdm_ring_records = {
	.name = "records",
	.symbols = { "log_first_idx" },
	.open = open_ring,
	.want = want,
	.next = next,
	.facts = facts,
	.close = close_ring,
};
