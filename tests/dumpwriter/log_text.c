// SPDX-License-Identifier: GPL-2.0-or-later
/* log_text.c - which bytes does printk leave in log_buf up to 3.4?
 *
 * A stream of text in a ring: `<6>[    1.234567] ` in front of each line, a counter of the bytes
 * that were ever written. */

#include "tests/dumpwriter/log_buf.h"

#include <string.h>

void dw_log_text_open(struct dw_log_buf *log, uint64_t first_end)
{
	log->end = first_end;
}

static void emit(struct dw_log_buf *log, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < len; i++)
		dw_memory_write(log->memory, log->paddr + (log->end++ & (log->len - 1)), &from[i],
				1);
	log->n_chars = (uint32_t)dw_min(log->n_chars + len, log->len);
}

static void start_line(struct dw_log_buf *log, const struct dw_record *record)
{
	struct dw_buffer prefix = { .arena = log->memory->arena };
	uint64_t us = record->ts_ns / 1000;

	dw_put_format(&prefix, "<%u>", (unsigned)(record->facility << 3) | record->level);
	if (record->has_time)
		dw_put_format(&prefix, "[%5llu.%06llu] ", (unsigned long long)(us / 1000000),
			      (unsigned long long)(us % 1000000));
	emit(log, prefix.at, prefix.len);
	log->is_in_line = true;
}

/* Every line has a prefix of its own, also those of one text; what continues a line has none. */
void dw_log_text_add(struct dw_log_buf *log, const struct dw_record *record)
{
	size_t done = 0;
	const unsigned newline = 2;

	do {
		const uint8_t *rest = done ? record->text + done : record->text; /* may be NULL */
		size_t left = record->text_len - done;
		const uint8_t *end = left ? memchr(rest, '\n', left) : NULL;
		size_t len = end ? (size_t)(end - rest) : left;

		if (!log->is_in_line)
			start_line(log, record);
		emit(log, rest, len);
		if (end || record->flags & newline) {
			emit(log, "\n", 1);
			log->is_in_line = false;
		}
		done += end ? len + 1 : len;
	} while (done < record->text_len);
}
