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
#include "printk/log_buf.h"
#include "printk/lost_text.h"
#include "printk/records.h"

#include <inttypes.h>
#include <stdlib.h>

/* Records that are looked at to tell the level's layout. */
#define SAMPLE 64

/* The facility and a byte of flags and level follow dict_len; they are not exported. */
#define RECORD_FIELDS(name)                                                                        \
	{                                                                                          \
		[HEADER_SIZE] = { "SIZE(" name ")", { 16, 16 }, 0, HEADER_SIZE, 0 },               \
		[TS] = { "OFFSET(" name ".ts_nsec)", { 0, 0 }, 8, HEADER_SIZE, 0 },                \
		[LEN] = { "OFFSET(" name ".len)", { 8, 8 }, 2, HEADER_SIZE, 0 },                   \
		[TEXT_LEN] = { "OFFSET(" name ".text_len)", { 10, 10 }, 2, HEADER_SIZE, 0 },       \
		[DICT_LEN] = { "OFFSET(" name ".dict_len)", { 12, 12 }, 4, HEADER_SIZE, 0 },       \
	}

static const struct cdm_field printk_log_fields[N_RECORDS_FIELDS] = RECORD_FIELDS("printk_log");
static const struct cdm_field log_fields[N_RECORDS_FIELDS] = RECORD_FIELDS("log");

/* ---- what a record says ---- */

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

/* What the flags of all records say. To 4.8 a record was a line or a piece of one, and all but later
 * pieces had a prefix. Since 4.9 a record has the flags of the first piece in it and of the last
 * (cont_add(), kernel/printk/printk.c): neither of a piece nor of a line's end, or both where no line is
 * open. 5.4 has no flag for a prefix. */
static bool flags_are_of_pieces(struct cdm_records *log)
{
	struct cdm_records_cursor start = log->at;
	struct cdm_records_header header;
	struct cdm_error unused;
	unsigned seen = 0, previous = CDM_PIECE_CONT;
	bool is_so = true;

	cdm_records_begin(log);
	while (is_so) {
		enum cdm_status st = cdm_records_look(log, &header, &unused);

		if (st && !(st == CDM_END && cdm_records_go_around(log)))
			break;
		if (st)
			continue;
		bool is_piece = header.flags & CDM_PIECE_CONT;
		bool is_end = header.flags & CDM_PIECE_NEWLINE;
		bool is_open = (previous & CDM_PIECE_CONT) && !(previous & CDM_PIECE_NEWLINE);

		is_so = is_piece ? !is_end || is_open : is_end;
		seen |= previous = header.flags;
		cdm_records_pass(log, &header);
	}
	log->at = start;
	return is_so && (seen & CDM_PIECE_PREFIX);
}

/* Are pieces put together? Since "printk: reinstate KERN_CONT for printing continuation lines" (4.9) the
 * kernel does it before it stores them, and no reader does any more; and clear_idx is exported. Decided by
 * these, since releases do not tell. */
static bool joins(struct cdm_records *log)
{
	uint64_t unused;
	bool is_newer = cdm_vmcoreinfo_symbol(log->kernel->info, "clear_idx", &unused);

	if (log->join == CDM_JOIN_UNKNOWN)
		log->join =
			!is_newer && flags_are_of_pieces(log) ? CDM_JOIN_PIECES : CDM_JOIN_NOTHING;
	return log->join == CDM_JOIN_PIECES;
}

/* As /dev/kmsg of these kernels marks them: 'c' for the first piece of a line, '+' for the others; since
 * 4.9 'c' for each. */
static uint32_t piece_flags(struct cdm_records *log, unsigned flags)
{
	bool is_piece = flags & CDM_PIECE_CONT, follows = log->at.previous_flags & CDM_PIECE_CONT;
	uint32_t found = 0;

	if (!is_piece && !follows)
		return 0;
	if (!joins(log))
		return is_piece ? CDM_RECORD_CONTINUES : 0;
	if (is_piece && !follows)
		found |= CDM_RECORD_CONTINUES;
	else if (is_piece || !(flags & CDM_PIECE_PREFIX))
		found |= CDM_RECORD_FOLLOWS;
	if (is_piece && !(flags & CDM_PIECE_NEWLINE))
		found |= CDM_RECORD_OPEN;
	return found;
}

static enum cdm_status read_record(struct cdm_records *log, const struct cdm_records_header *header,
				   struct cdm_record *rec, struct cdm_error *err)
{
	uint32_t flags = CDM_RECORD_TIMED | CDM_RECORD_PRIORITY | piece_flags(log, header->flags) |
			 (log->caller_at ? CDM_RECORD_CALLER : 0u);
	struct cdm_bytes body;
	enum cdm_status st = cdm_records_body(log, header, &body, err);

	if (st)
		return st;
	struct cdm_bytes dictionary = { body.at + header->text_len, header->dict_len };

	*rec = (struct cdm_record){
		.seq = log->at.seq,
		.ts_ns = header->ts_ns,
		.flags = flags,
		.caller = header->caller,
		.level = header->level,
		.facility = header->facility,
		.text = { body.at, header->text_len },
		.subsystem = dictionary_value(dictionary, "SUBSYSTEM="),
		.device = dictionary_value(dictionary, "DEVICE="),
		.dictionary = dictionary,
	};
	return CDM_OK;
}

static void tell(struct cdm_records *log, struct cdm_error *err)
{
	cdm_context(err, "record %" PRIu64 " at 0x%" PRIx64 " of the ring", log->at.seq,
		    log->at.idx);
	cdm_damage_add(log->damage, err);
}

/* ---- the walk ---- */

/* log_store() counts a record in at the very end: one after the newest that is no older is what a
 * CPU had written, or was writing. What was overwritten there is older. */
static enum cdm_status read_unfinished(struct cdm_records *log, struct cdm_record *rec,
				       struct cdm_error *err)
{
	struct cdm_records_header header;
	struct cdm_records_cursor end = log->at;

	log->wants_unfinished = false;
	log->at.lap_end = log->size; /* so that what is after it may be read */
	bool is_there = !cdm_records_look(log, &header, err) && header.text_len &&
			header.ts_ns >= end.last_ts && !read_record(log, &header, rec, err);

	log->at = end;
	if (!is_there)
		return CDM_END;
	rec->flags |= CDM_RECORD_UNFINISHED;
	return CDM_OK;
}

/* What stands here is no record, or its length is wrong. */
static enum cdm_status mend(struct cdm_records *log, enum cdm_status st,
			    struct cdm_records_header *header, struct cdm_error *err)
{
	tell(log, err);
	if (st == CDM_CORRUPT && cdm_records_mend_length(log, header))
		return CDM_OK;
	cdm_records_resynchronise(log);
	return st;
}

/* The record at the cursor, which is sound; the cursor goes on. */
static enum cdm_status take(struct cdm_records *log, const struct cdm_records_header *header,
			    struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_error lost;

	if (cdm_records_lost_bytes(log, header)) {
		cdm_fail_lost_text(&lost);
		tell(log, &lost);
	}
	enum cdm_status st = read_record(log, header, rec, err);

	if (st) {
		tell(log, err);
		cdm_records_resynchronise(log);
		return st;
	}
	cdm_records_pass(log, header);
	return CDM_OK;
}

/* The kernel counts its records, too: as many as came out? Pieces of lines have numbers of their own. It
 * counts right after it has moved log_next_idx (log_store() in kernel/printk/printk.c, linux 3.5 to 5.9):
 * a CPU can die in between. */
static void check_next_seq(struct cdm_records *log)
{
	uint64_t next_seq;
	struct cdm_error err;
	bool is_counted = log->is_counted;

	log->is_counted = false; /* reported once */
	if (!is_counted || cdm_log_variable(log->kernel, "log_next_seq", 8, &next_seq, &err) ||
	    next_seq == log->at.seq || next_seq + 1 == log->at.seq)
		return;
	cdm_fail(&err, CDM_CORRUPT,
		 "the ring's records end before number %" PRIu64
		 ", and the kernel's next one is number %" PRIu64 " (log_next_seq)",
		 log->at.seq, next_seq);
	cdm_damage_add(log->damage, &err);
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_records *log = priv;

	for (;;) {
		struct cdm_records_header header;
		enum cdm_status st = cdm_records_look(log, &header, err);

		if (st == CDM_END) {
			if (cdm_records_go_around(log) || cdm_records_runs_on(log))
				continue;
			check_next_seq(log);
			return log->wants_unfinished ? read_unfinished(log, rec, err) : CDM_END;
		}
		/* A record that goes over the end? Then the end is wrong. */
		if (st == CDM_CORRUPT && !log->at.goes_around && cdm_records_runs_on(log))
			continue;
		if (st)
			st = mend(log, st, &header, err);
		if (!st && !take(log, &header, rec, err))
			return CDM_OK;
	}
}

/* ---- the ring ---- */

static enum cdm_status find_ring(struct cdm_records *log, struct cdm_error *err)
{
	uint64_t first, next_idx;
	enum cdm_status st = cdm_log_buf_find(log->kernel, &log->vaddr, &log->size, err);

	if (!st)
		st = cdm_log_variable(log->kernel, "log_first_idx", 4, &first, err);
	if (!st)
		st = cdm_log_variable(log->kernel, "log_next_idx", 4, &next_idx, err);
	if (st)
		return st;
	if (first >= log->size || next_idx > log->size || first % 4 || next_idx % 4)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring's records are from 0x%" PRIx64 " to 0x%" PRIx64
				" of 0x%" PRIx64 " bytes",
				first, next_idx, log->size);
	log->first_idx = first;
	log->next_idx = next_idx;
	cdm_records_begin(log);
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
static enum cdm_status find_caller(struct cdm_records *log, struct cdm_error *err)
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

static enum cdm_status resolve(struct cdm_records *log, struct cdm_error *err)
{
	uint64_t assumed;
	const struct cdm_vmcoreinfo *info = log->kernel->info;
	struct cdm_bytes unused;
	bool is_old = !cdm_vmcoreinfo_text(info, "SIZE(printk_log)", &unused) &&
		      cdm_vmcoreinfo_text(info, "SIZE(log)", &unused);

	enum cdm_status st =
		cdm_fields_resolve(log->kernel, is_old ? log_fields : printk_log_fields,
				   N_RECORDS_FIELDS, log->fields, &assumed, err);

	if (!st)
		st = check_header_size(log->fields[HEADER_SIZE], err);
	return st ? st : find_caller(log, err);
}

/* In 3.5.0 one number of 16 bits is level and facility: its high half is 0. Later these two bytes are
 * the facility and, on a big-endian machine in the high bits, flags, of which nearly each record has
 * one. */
static void tell_layout(struct cdm_records *log)
{
	struct cdm_records_cursor start = log->at;
	struct cdm_error unused;
	struct cdm_records_header header;
	unsigned n = 0, n_flagged = 0;
	enum cdm_status st;

	while (n < SAMPLE && (st = cdm_records_look(log, &header, &unused)) != CDM_END) {
		if (!st && header.high)
			break;
		if (st) {
			cdm_records_resynchronise(log);
			continue;
		}
		n++;
		n_flagged += (header.flags & (CDM_PIECE_NEWLINE | CDM_PIECE_CONT)) != 0;
		cdm_records_pass(log, &header);
	}
	log->level_is_wide = n && !header.high && 2 * n_flagged < n;
	log->at = start;
}

/* Does a chain begin somewhere in this lap? */
static bool holds_records(struct cdm_records *log)
{
	cdm_records_resynchronise(log);
	return log->at.idx < log->at.lap_end;
}

/* A log that is empty, or whose first records lead to others, or where others do. */
static enum cdm_status prove(struct cdm_records *log, struct cdm_error *err)
{
	struct cdm_records_header header;
	struct cdm_records_cursor start = log->at;
	enum cdm_status st = cdm_records_look(log, &header, err);
	bool is_right = cdm_records_is_chain(log);

	if (!is_right && st == CDM_END && !cdm_records_go_around(log))
		return CDM_OK;
	if (st == CDM_END && !is_right) {
		is_right = cdm_records_is_chain(log);
		st = is_right ? CDM_OK
			      : cdm_fail(err, CDM_CORRUPT, "no record stands at the ring's start");
	}
	if (!st && !is_right)
		st = cdm_fail(err, CDM_CORRUPT, "the ring's first record leads to no other");
	is_right =
		is_right || holds_records(log) ||
		(cdm_records_go_around(log) && (cdm_records_is_chain(log) || holds_records(log)));
	log->at = start;
	return is_right ? CDM_OK : st;
}

/* Only the first record of all is number 0; it stands at the ring's start, and nothing else was written
 * then. */
static bool is_possible(struct cdm_records *log, uint64_t first_seq)
{
	bool is_zero = first_seq == 0;

	if (log->first_idx == 0 && !cdm_records_was_written(log, log->next_idx))
		return is_zero;
	return (!is_zero || log->first_idx == 0) && first_seq <= UINT64_MAX - log->size;
}

/* The number of the oldest record. VMCOREINFO of these kernels does not lead to it: then they count from 0.
 * So they do where the number cannot be right. */
static void find_first_seq(struct cdm_records *log)
{
	uint64_t first_seq;
	struct cdm_error unused;

	if (cdm_log_variable(log->kernel, "log_first_seq", 8, &first_seq, &unused) ||
	    !is_possible(log, first_seq))
		return;
	log->first_seq = first_seq;
	log->is_counted = true;
	cdm_records_begin(log);
}

static void close_ring(void *priv)
{
	struct cdm_records *log = priv;

	cdm_window_close(&log->window);
	free(log);
}

static enum cdm_status open_ring(struct cdm_kernel *kernel, bool fallback,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct cdm_records *log = calloc(1, sizeof(*log));

	(void)fallback;
	if (!log)
		return cdm_fail_memory(err, "log");
	log->kernel = kernel;
	log->damage = damage;
	enum cdm_status st = resolve(log, err);

	if (!st)
		st = find_ring(log, err);
	if (!st)
		st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err);
	if (!st)
		st = prove(log, err);
	if (st) {
		close_ring(log);
		return st;
	}
	cdm_records_check_first(log);
	find_first_seq(log);
	tell_layout(log);
	*priv = log;
	return CDM_OK;
}

enum cdm_status cdm_records_open_carved(struct cdm_kernel *kernel,
					const struct cdm_carved_records *ring,
					struct cdm_damage *damage, void **priv,
					struct cdm_error *err)
{
	struct cdm_records *log = calloc(1, sizeof(*log));

	if (!log)
		return cdm_fail_memory(err, "log");
	log->kernel = kernel;
	log->damage = damage;
	for (unsigned i = 0; i < N_RECORDS_FIELDS; i++)
		log->fields[i] = printk_log_fields[i].if_absent[0];
	log->fields[HEADER_SIZE] = ring->header_size;
	log->caller_at =
		ring->header_size > log->fields[DICT_LEN] + 4 ? log->fields[DICT_LEN] + 4 : 0;
	log->vaddr = ring->paddr;
	log->size = ring->size;
	log->first_idx = ring->first_idx;
	log->next_idx = ring->next_idx;
	log->is_carved = true;
	cdm_records_begin(log);
	enum cdm_status st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err);

	if (!st)
		st = prove(log, err);
	if (st) {
		close_ring(log);
		return st;
	}
	tell_layout(log);
	*priv = log;
	return CDM_OK;
}

/* What was lost with the record before this one may go on in it. */
static void tell_of_damage_before(struct cdm_records *log)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT, "the record before it is damaged");
	tell(log, &err);
}

/* Goes to the record at clear_idx, or to the end if it is where the next record would be. False: the
 * ring has none there. */
static bool go_to(struct cdm_records *log, uint64_t clear_idx)
{
	bool is_damaged = false; /* the record before */

	while (log->at.idx != clear_idx) {
		struct cdm_error unused;
		struct cdm_records_header header;
		enum cdm_status st = cdm_records_look(log, &header, &unused);

		if (st == CDM_END && !cdm_records_go_around(log) && !cdm_records_runs_on(log))
			return false;
		if (st == CDM_END)
			continue;
		if (st == CDM_CORRUPT && !log->at.goes_around && cdm_records_runs_on(log))
			continue;
		is_damaged = st || cdm_records_lost_bytes(log, &header);
		if (st)
			log->is_counted = false; /* what is missing there was cleared */
		if (st)
			cdm_records_resynchronise(log);
		else
			cdm_records_pass(log, &header);
	}
	if (is_damaged)
		tell_of_damage_before(log);
	return true;
}

/* Passes over what came before the log was cleared. Where no record begins any more, what was cleared
 * is overwritten, and all of the log is newer: in a ring that has wrapped. 0 is where clear_idx was at
 * boot. */
static void skip_cleared(struct cdm_records *log, uint64_t clear_idx)
{
	struct cdm_records_cursor start = log->at;
	struct cdm_error err;

	if (clear_idx != 0 && go_to(log, clear_idx))
		return;
	if (clear_idx != 0 && log->first_idx < log->next_idx) {
		cdm_fail(&err, CDM_CORRUPT,
			 "no record begins at 0x%" PRIx64
			 " of the ring, where it was cleared (clear_idx): all of the log is shown",
			 clear_idx);
		cdm_damage_add(log->damage, &err);
	}
	if (log->runs_on)
		cdm_records_begin(log);
	else
		log->at = start;
}

static void want(void *priv, unsigned wants)
{
	struct cdm_records *log = priv;
	struct cdm_error err;
	uint64_t clear_idx;

	log->wants_unfinished = wants & CDM_LOG_WANT_UNFINISHED;
	if (!(wants & CDM_LOG_WANT_SINCE_CLEAR))
		return;
	if (cdm_log_variable(log->kernel, "clear_idx", 4, &clear_idx, &err)) {
		cdm_context(&err, "all of the log is shown");
		cdm_damage_add(log->damage, &err);
		return;
	}
	skip_cleared(log, clear_idx);
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct cdm_records *log = priv;

	out->ring_bytes = log->size;
	out->lost = log->first_seq; /* overwritten */
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
