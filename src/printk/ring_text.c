// SPDX-License-Identifier: GPL-2.0-or-later
/* ring_text.c - which lines stand in the log of Linux up to 3.4?
 *
 * A ring of characters: byte n of all that was ever printed stands at n modulo the ring's size, and
 * log_end counts them. A line begins with <priority> and, with CONFIG_PRINTK_TIME, [seconds]. */

#include "base/checked.h"
#include "printk/carved.h"
#include "printk/log.h"
#include "printk/log_buf.h"
#include "printk/lost_text.h"
#include "printk/window.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of what the proof looks at, this share must be text: 9 in 10. */
#define PROOF_BYTES 4096
#define MAX_ODD_SHARE 10

/* Times of lines in a row go back by less, where processors' clocks differ. */
#define CLOCKS_DISORDER_NS UINT64_C(100000000)

#define MAX_PRIORITY_DIGITS 3
#define MAX_SECOND_DIGITS 12
#define FRACTION_DIGITS 6

/* "<191>[123456789012.123456]" */
#define MAX_BEGIN (MAX_PRIORITY_DIGITS + MAX_SECOND_DIGITS + FRACTION_DIGITS + 5)

struct text_ring {
	struct cdm_kernel *kernel;
	struct cdm_damage *damage;
	struct cdm_window window;
	uint64_t vaddr, size;
	uint64_t pos, end; /* counts of bytes printed: the next one to read, behind the last */
	uint64_t seq, n_lost;
	size_t n_nuls;   /* in a row before pos */
	bool has_no_end; /* log_end is 0, in a ring that is not empty */
	uint8_t *line;   /* CDM_MAX_TEXT: the line being put together */
};

static uint64_t vaddr_of(const struct text_ring *log, uint64_t pos)
{
	return log->vaddr + pos % log->size;
}

/* Bytes from pos on that stand together: up to the ring's end, the log's, or `most`. */
static size_t stretch(const struct text_ring *log, uint64_t pos, size_t most)
{
	uint64_t to_end = log->size - pos % log->size;

	return (size_t)cdm_min(cdm_min(to_end, log->end - pos), most);
}

/* At least a byte at pos, and how many; NULL if it cannot be read. */
static const uint8_t *get(struct text_ring *log, uint64_t pos, size_t *len, struct cdm_error *err)
{
	size_t whole = stretch(log, pos, CDM_TEXT_WINDOW);
	uint64_t vaddr = vaddr_of(log, pos);
	const uint8_t *raw = cdm_window_get(&log->window, vaddr, 1, vaddr + whole, err);

	if (!raw)
		return NULL;
	*len = (size_t)cdm_min(whole, log->window.len - (size_t)(raw - log->window.bytes));
	return raw;
}

/* Passes over what cannot be read: all of the page, or the byte. */
static void pass_over(struct text_ring *log, struct cdm_error *err)
{
	uint64_t vaddr = vaddr_of(log, log->pos);
	uint64_t bad = log->window.bad_end > vaddr ? log->window.bad_end - vaddr : 1;

	cdm_context(err, "byte %" PRIu64 " of the log", log->pos);
	cdm_damage_add(log->damage, err);
	log->pos += stretch(log, log->pos, (size_t)cdm_min(bad, log->size));
	log->n_nuls = 0;
}

/* A decimal number of at most max_digits at the start of text; its length, 0 if there is none. */
static size_t number_at(struct cdm_bytes text, size_t max_digits, uint64_t *value)
{
	size_t len = 0;

	*value = 0;
	while (len < text.len && len < max_digits && text.at[len] >= '0' && text.at[len] <= '9')
		*value = *value * 10 + (uint64_t)(text.at[len++] - '0');
	return len;
}

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

/* <30>: facility and level in one decimal number (T91). */
static void take_priority(struct cdm_record *rec)
{
	uint64_t priority;

	if (rec->text.len < 3 || rec->text.at[0] != '<')
		return;
	size_t len = number_at(behind(rec->text, 1), MAX_PRIORITY_DIGITS, &priority);

	if (len == 0 || len + 2 > rec->text.len || rec->text.at[1 + len] != '>' || priority > 0xff)
		return;
	rec->level = priority & 7;
	rec->facility = (uint8_t)(priority >> 3);
	rec->flags |= CDM_RECORD_PRIORITY;
	rec->text = behind(rec->text, len + 2);
}

/* "[    1.234567] ", as printk_time prints it. */
static void take_time(struct cdm_record *rec)
{
	struct cdm_bytes text = rec->text;
	uint64_t seconds, microseconds;
	size_t pos = 1;

	if (text.len < 2 || text.at[0] != '[')
		return;
	while (pos < text.len && text.at[pos] == ' ')
		pos++;
	size_t digits = number_at(behind(text, pos), MAX_SECOND_DIGITS, &seconds);

	pos += digits;
	if (digits == 0 || pos >= text.len || text.at[pos] != '.')
		return;
	pos++;
	digits = number_at(behind(text, pos), FRACTION_DIGITS, &microseconds);
	pos += digits;
	if (digits != FRACTION_DIGITS || pos >= text.len || text.at[pos] != ']')
		return;
	pos++;
	if (pos < text.len && text.at[pos] == ' ')
		pos++;
	rec->ts_ns = (seconds * 1000000 + microseconds) * 1000;
	rec->flags |= CDM_RECORD_TIMED;
	rec->text = behind(text, pos);
}

/* What the line at pos begins with: CDM_RECORD_PRIORITY, CDM_RECORD_TIMED; 0 in the middle of one. */
static uint32_t line_begin(struct text_ring *log)
{
	uint8_t raw[MAX_BEGIN];
	struct cdm_record rec = { .text = { raw, 0 } };
	struct cdm_error unused;
	uint64_t pos = log->pos;
	size_t len;

	for (; rec.text.len < sizeof(raw) && pos != log->end; pos += len) {
		const uint8_t *part = get(log, pos, &len, &unused);

		if (!part)
			break;
		len = (size_t)cdm_min(len, sizeof(raw) - rec.text.len);
		memcpy(raw + rec.text.len, part, len);
		rec.text.len += len;
	}
	take_priority(&rec);
	take_time(&rec);
	return rec.flags;
}

/* Zeros were never printed: a run of them was lost with a sector, and so was what the log ends with. */
static void check_nuls(struct text_ring *log, struct cdm_bytes line, bool has_end)
{
	struct cdm_error err;

	if (cdm_holds_lost_text(line))
		cdm_fail_lost_text(&err);
	else if (!has_end && cdm_count_last_nuls(line))
		cdm_fail(&err, CDM_CORRUPT, "it ends with NULs: a part of it is lost");
	else
		return;
	cdm_context(&err, "the line before byte %" PRIu64 " of the log", log->pos);
	cdm_damage_add(log->damage, &err);
}

/* How many of these bytes of a line belong to it? After a lost sector another may begin. */
static size_t up_to_lost(struct text_ring *log, struct cdm_bytes bytes)
{
	if (!log->n_nuls && !memchr(bytes.at, 0, bytes.len))
		return bytes.len;
	for (size_t i = 0; i < bytes.len; i++) {
		if (bytes.at[i] && i && log->n_nuls >= CDM_LOST_NULS)
			return i;
		log->n_nuls = bytes.at[i] ? 0 : log->n_nuls + 1;
	}
	return bytes.len;
}

/* Bytes up to a newline, which is passed over, or as many as a record has, into log->line; or up to a
 * line's begin after a lost sector, with which its newline went. CDM_END: there are no more. A line that
 * cannot be read whole is dropped, and told. */
static enum cdm_status read_line(struct text_ring *log, struct cdm_bytes *line)
{
	size_t used = 0;
	bool is_broken = false, has_end = false;

	if (log->pos == log->end)
		return CDM_END;
	while (log->pos != log->end && !has_end && used < CDM_MAX_TEXT) {
		struct cdm_error err;
		size_t len;
		const uint8_t *raw = get(log, log->pos, &len, &err);

		if (!raw) {
			is_broken = true;
			pass_over(log, &err);
			if (line_begin(log) & CDM_RECORD_PRIORITY)
				break;
			continue;
		}
		len = (size_t)cdm_min(len, CDM_MAX_TEXT - used);
		const uint8_t *newline = memchr(raw, '\n', len);
		size_t whole = newline ? (size_t)(newline - raw) : len;
		size_t part = up_to_lost(log, (struct cdm_bytes){ raw, whole });

		memcpy(log->line + used, raw, part);
		used += part;
		has_end = newline && part == whole;
		log->pos += part + has_end;
		if (has_end)
			log->n_nuls = 0;
		if (log->n_nuls >= CDM_LOST_NULS && line_begin(log))
			break;
	}
	*line = (struct cdm_bytes){ log->line, used };
	if (is_broken)
		return CDM_CORRUPT;
	check_nuls(log, *line, log->pos != log->end || has_end);
	return CDM_OK;
}

static enum cdm_status next(void *priv, struct cdm_record *rec, struct cdm_error *err)
{
	struct text_ring *log = priv;
	struct cdm_bytes line;
	enum cdm_status st;

	(void)err;
	do
		st = read_line(log, &line);
	while (st == CDM_CORRUPT);
	if (st)
		return st;
	*rec = (struct cdm_record){
		.seq = log->seq++,
		.text = line,
		.subsystem = { line.at, 0 },
		.device = { line.at, 0 },
	};
	take_priority(rec);
	take_time(rec);
	return CDM_OK;
}

/* log_end is 32 bits wide since 2.6.25 and was a long before: on a big-endian machine its first half
 * is then 0 (T83). */
static enum cdm_status read_log_end(struct text_ring *log, uint64_t *log_end, struct cdm_error *err)
{
	enum cdm_status st = cdm_log_variable(log->kernel, "log_end", 4, log_end, err);

	if (st)
		return st;
	if (*log_end == 0 && log->kernel->layout.word == 8 && log->kernel->layout.big_endian)
		return cdm_log_variable(log->kernel, "log_end", 8, log_end, err);
	return CDM_OK;
}

/* The counter starts again after 4 GiB: then what is behind it is text, too (T82). */
static bool is_full(struct text_ring *log, uint64_t log_end, uint64_t logged_chars)
{
	struct cdm_error unused;
	uint8_t last;

	if (log_end >= log->size || logged_chars == log->size)
		return true;
	return !cdm_kernel_read_exact(log->kernel, log->vaddr + log->size - 1, &last, 1, &unused) &&
	       last != 0;
}

/* Nothing was ever printed: then nothing was ever written there. */
static enum cdm_status check_empty(const struct text_ring *log, struct cdm_error *err)
{
	uint8_t first;

	if (cdm_kernel_read_exact(log->kernel, log->vaddr, &first, 1, err))
		return cdm_context(err, "the log's text");
	if (first)
		return cdm_fail(err, CDM_CORRUPT,
				"the log's length (log_end) is 0, and its ring at 0x%" PRIx64
				" is not empty",
				log->vaddr);
	return CDM_OK;
}

static enum cdm_status find_ring(struct text_ring *log, struct cdm_error *err)
{
	uint64_t log_end, logged_chars = 0;
	struct cdm_error unused;
	enum cdm_status st = cdm_log_buf_find(log->kernel, &log->vaddr, &log->size, err);

	if (!st)
		st = read_log_end(log, &log_end, err);
	if (st)
		return st;
	/* dmesg -c sets it to 0: it says nothing about what is there (T84). */
	if (cdm_log_variable(log->kernel, "logged_chars", 4, &logged_chars, &unused))
		logged_chars = 0;
	log->has_no_end = log_end == 0;
	log->end = log_end + log->size; /* so that the begin is not negative */
	log->pos = is_full(log, log_end, logged_chars) ? log->end - log->size : log->size;
	return log->pos == log->end ? check_empty(log, err) : CDM_OK;
}

/* Are the bytes of [pos, end) text, with the priority that lines begin with? A lost sector says
 * nothing. Returns what the read of them returns. */
static enum cdm_status judge(struct text_ring *log, uint64_t pos, uint64_t end, bool *is_text,
			     struct cdm_error *err)
{
	unsigned odd = 0, seen = 0, priorities = 0, nuls = 0;

	while (pos < end) {
		size_t len;
		const uint8_t *raw = get(log, pos, &len, err);

		if (!raw)
			return cdm_context(err, "the log's text");
		len = (size_t)cdm_min(len, end - pos);
		for (size_t i = 0; i < len; i++) {
			nuls = raw[i] ? 0 : nuls + 1;
			odd += raw[i] < 0x20 && raw[i] != '\n' && raw[i] != '\t';
			odd -= nuls == CDM_LOST_NULS ? CDM_LOST_NULS : nuls > CDM_LOST_NULS;
			priorities += raw[i] == '<';
		}
		seen += (unsigned)len;
		pos += len;
	}
	*is_text = odd <= seen / MAX_ODD_SHARE && priorities;
	if (!*is_text)
		cdm_fail(err, CDM_CORRUPT,
			 "the log's last %u bytes are no text: %u are not printable, %u begin a "
			 "priority",
			 seen, odd, priorities);
	return CDM_OK;
}

/* Before the ring is full zeros follow the newest text, save the one character that is printed right
 * now (emit_log_char(), kernel/printk.c). More is text that log_end leaves out. */
static void look_after_end(struct text_ring *log)
{
	uint64_t end = log->end, room = 2 * log->size - end;
	struct cdm_error err;
	size_t len, n = 0;

	if (room == 0 || log->end - log->pos == log->size)
		return;
	log->end = 2 * log->size;
	for (uint64_t pos = end; n < CDM_LOST_NULS && pos < log->end; pos += len) {
		const uint8_t *raw = get(log, pos, &len, &err);

		if (!raw)
			break;
		for (size_t i = 0; i < len && n < CDM_LOST_NULS; i++) {
			n = raw[i] ? 0 : n + 1;
			if (raw[i])
				end = pos + i + 1;
		}
	}
	room = end - (2 * log->size - room);
	log->end = room > 1 ? end : end - room;
	if (room <= 1)
		return;
	cdm_fail(&err, CDM_CORRUPT,
		 "the log ends with byte %" PRIu64 " (log_end), and %" PRIu64
		 " bytes of text follow",
		 end - room - log->size, room);
	cdm_damage_add(log->damage, &err);
}

/* The newest bytes that can be read say it. */
static enum cdm_status prove(struct text_ring *log, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;
	bool is_text = false;

	for (uint64_t end = log->end; end > log->pos;) {
		uint64_t begin = end - cdm_min(end - log->pos, PROOF_BYTES);

		st = judge(log, begin, end, &is_text, err);
		if (!st)
			return is_text ? CDM_OK : CDM_CORRUPT;
		if (!cdm_is_missing(st))
			return st;
		end = begin;
	}
	return st;
}

/* ---- where a full ring ends ---- */

/* The newest line of a full ring ends where what is left of the oldest follows, without a priority, and
 * the times go back. Times alone may go back when a machine wakes. */
struct seam {
	uint64_t last_ns; /* of the line before */
	bool has_time;
	uint64_t rest; /* after that line: the begin of the last one without a priority, or 0 */
	unsigned n_rests, n_back, n_both; /* lines without a priority, times that go back, both */
	uint64_t last_rest, back, both;   /* the last of each */
};

static void look_at_line(struct seam *seam, uint64_t begin, struct cdm_bytes line)
{
	struct cdm_record rec = { .text = line };

	take_priority(&rec);
	if (!(rec.flags & CDM_RECORD_PRIORITY)) {
		seam->rest = seam->last_rest = begin;
		seam->n_rests++;
		return;
	}
	take_time(&rec);
	if (!(rec.flags & CDM_RECORD_TIMED))
		return;
	if (seam->has_time && rec.ts_ns + CLOCKS_DISORDER_NS < seam->last_ns) {
		seam->back = seam->rest ? seam->rest : begin;
		seam->n_back++;
		seam->both = seam->rest ? seam->rest : seam->both;
		seam->n_both += seam->rest != 0;
	}
	seam->has_time = true;
	seam->last_ns = rec.ts_ns;
	seam->rest = 0;
}

/* Looks at the lines from pos on, without a word about damage; up to one with a time if is_first. */
static void look_at_lines(struct text_ring *log, uint64_t pos, bool is_first, struct seam *seam)
{
	uint64_t start = log->pos, begin = pos, places = log->damage->places;
	struct cdm_bytes line;
	enum cdm_status st;

	log->pos = pos;
	while (!(is_first && seam->has_time) && (st = read_line(log, &line)) != CDM_END) {
		if (!st)
			look_at_line(seam, begin, line);
		begin = log->pos;
	}
	log->pos = start;
	log->n_nuls = 0;
	cdm_damage_cut(log->damage, places);
}

/* The oldest line is older than the newest, but for the clocks of processors. */
static bool ends_are_in_order(struct text_ring *log)
{
	struct seam newest = { .n_back = 0 }, oldest = { .n_back = 0 };

	look_at_lines(log, log->end - cdm_min(log->size, PROOF_BYTES), false, &newest);
	look_at_lines(log, log->pos, true, &oldest);
	return !newest.has_time || !oldest.has_time || oldest.last_ns < newest.last_ns;
}

/* Does the line that the newest byte is of go on after it? */
static bool is_cut_at_end(struct text_ring *log)
{
	struct cdm_error unused;
	size_t len;
	const uint8_t *raw = get(log, log->end - 1, &len, &unused);

	return raw && *raw != '\n' && *raw;
}

/* The begin of the oldest line, or of what is left of it. False: it is not known. */
static bool find_seam(struct text_ring *log, bool is_cut, uint64_t *found)
{
	struct seam seam = { .n_back = 0 };
	struct cdm_error unused;
	size_t len;
	const uint8_t *first = get(log, log->pos, &len, &unused);
	bool has_rest = first && *first != '<'; /* at pos: it belongs to the line at the end */

	look_at_lines(log, log->pos, false, &seam);
	*found = seam.n_both ? seam.both : seam.n_back ? seam.back : seam.last_rest;
	return seam.n_both == 1 || (is_cut && seam.n_both == 0 && seam.n_back == 1) ||
	       (!seam.has_time && seam.n_rests == 1u + has_rest);
}

/* A full ring whose log_end is wrong has all its lines, and begins in the midst of them. */
static void check_end(struct text_ring *log)
{
	struct cdm_error err;
	uint64_t found, at = log->end % log->size;

	if (log->end - log->pos != log->size)
		return;
	/* A log that ends with byte 2^32 by chance ends there with a line. */
	bool is_cut = is_cut_at_end(log), is_wrong = is_cut && log->has_no_end;

	if (!is_wrong && ends_are_in_order(log))
		return;
	bool is_known = find_seam(log, is_cut, &found);

	if (is_known) {
		log->pos = found;
		log->end = found + log->size;
	} else if (!is_wrong) {
		return;
	}
	cdm_fail(&err, CDM_CORRUPT, "the log ends at 0x%" PRIx64 " of its ring (log_end), %s", at,
		 is_known ? "and older lines follow elsewhere: it begins with these"
			  : "in the midst of a line: what is newest is not known");
	cdm_damage_add(log->damage, &err);
}

/* The first line of all has a priority; it is not where the ring begins, then. */
static void tell_of_begin(struct text_ring *log)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT,
		 "the ring at 0x%" PRIx64 " does not begin with a line's priority", log->vaddr);
	cdm_damage_add(log->damage, &err);
}

/* What is left of the line that the newest one has partly overwritten: it has no priority. */
static void drop_cut_line(struct text_ring *log)
{
	struct cdm_bytes unused;
	struct cdm_error none;
	size_t len;
	uint64_t places = log->damage->places;
	bool is_full = log->end - log->pos == log->size;
	const uint8_t *first = log->end > log->pos ? get(log, log->pos, &len, &none) : NULL;

	if (!first || *first == '<')
		return;
	if (read_line(log, &unused) != CDM_END && is_full)
		log->n_lost++;
	if (is_full)
		return;
	cdm_damage_cut(log->damage, places);
	tell_of_begin(log);
}

static void close_ring(void *priv)
{
	struct text_ring *log = priv;

	cdm_window_close(&log->window);
	free(log->line);
	free(log);
}

static struct text_ring *new_log(struct cdm_kernel *kernel, struct cdm_damage *damage)
{
	struct text_ring *log = calloc(1, sizeof(*log));
	uint8_t *line = malloc(CDM_MAX_TEXT);

	if (!log || !line) {
		free(log);
		free(line);
		return NULL;
	}
	log->kernel = kernel;
	log->damage = damage;
	log->line = line;
	return log;
}

static enum cdm_status open_ring(struct cdm_kernel *kernel, bool fallback,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct text_ring *log = new_log(kernel, damage);
	enum cdm_status st;

	(void)fallback;
	if (!log)
		return cdm_fail_memory(err, "log");
	if ((st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err)) ||
	    (st = find_ring(log, err)) || (st = prove(log, err))) {
		close_ring(log);
		return st;
	}
	look_after_end(log);
	check_end(log);
	drop_cut_line(log);
	*priv = log;
	return CDM_OK;
}

enum cdm_status cdm_text_open_carved(struct cdm_kernel *kernel, const struct cdm_carved_text *ring,
				     struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	struct text_ring *log = new_log(kernel, damage);

	if (!log)
		return cdm_fail_memory(err, "log");
	log->vaddr = ring->paddr;
	log->size = ring->size;
	log->pos = ring->pos;
	log->end = ring->pos + ring->size;
	enum cdm_status st = cdm_window_open(&log->window, kernel, CDM_TEXT_WINDOW, err);

	if (st) {
		close_ring(log);
		return st;
	}
	drop_cut_line(log);
	*priv = log;
	return CDM_OK;
}

static void tell_of_clear(struct text_ring *log, uint64_t logged_chars)
{
	struct cdm_error err;

	cdm_fail(&err, CDM_CORRUPT,
		 "%" PRIu64
		 " bytes were logged since the log was cleared (logged_chars), more than it "
		 "has: all of it is shown",
		 logged_chars);
	cdm_damage_add(log->damage, &err);
}

/* Zeros may begin in what was cleared, and end in this line. */
static void check_begin(struct text_ring *log)
{
	struct cdm_error err;
	size_t len;
	const uint8_t *raw = log->pos == log->end ? NULL : get(log, log->pos, &len, &err);

	if (!raw || *raw)
		return;
	cdm_fail(&err, CDM_CORRUPT,
		 "the log since it was cleared begins with NULs: a part of it is lost");
	cdm_damage_add(log->damage, &err);
}

/* logged_chars counts what came since the log was cleared, as far as the ring has it. */
static void want(void *priv, unsigned wants)
{
	struct text_ring *log = priv;
	struct cdm_error err;
	uint64_t logged_chars;

	if (!(wants & CDM_LOG_WANT_SINCE_CLEAR))
		return;
	if (cdm_log_variable(log->kernel, "logged_chars", 4, &logged_chars, &err)) {
		cdm_context(&err, "all of the log is shown");
		cdm_damage_add(log->damage, &err);
	} else if (logged_chars > log->size) {
		tell_of_clear(log, logged_chars);
	} else if (logged_chars < log->end - log->pos) {
		log->pos = log->end - logged_chars;
		log->n_lost = 0;
		check_begin(log);
	}
}

static void facts(const void *priv, struct cdm_log_facts *out)
{
	const struct text_ring *log = priv;

	out->ring_bytes = log->size;
	out->lost = log->n_lost;
}

const struct cdm_log_generation cdm_ring_text = {
	.name = "text",
	.symbols = { "log_end" },
	.open = open_ring,
	.want = want,
	.next = next,
	.facts = facts,
	.close = close_ring,
};
