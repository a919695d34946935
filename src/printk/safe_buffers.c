// SPDX-License-Identifier: GPL-2.0-or-later
/* safe_buffers.c - what did CPUs print that did not reach the log? */

#include "printk/safe_buffers.h"
#include "base/checked.h"
#include "kernel/memory.h"

#define SOH 1 /* KERN_SOH, in front of a level */

/* Bytes before the text: two numbers of 4 bytes (one to 4.9, and as much padding on 64 bit), and
 * struct irq_work, which has 3 longs, since 5.8 one more on some. */
static const uint8_t header_sizes[2][3] = { { 32, 40, 0 }, { 16, 20, 24 } };

struct finder {
	struct cdm_safe_buffers *buffers;
	struct cdm_layout layout;
};

static bool is_level(uint8_t c)
{
	return (c >= '0' && c <= '7') || c == 'c' || c == 'd';
}

static bool is_text(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] < 0x20 && at[i] != SOH && !(at[i] >= '\t' && at[i] <= '\r') &&
		    at[i] != 0x1b)
			return false;
	return true;
}

/* All of the text, and the NUL behind it. */
static bool holds(const struct finder *finder, uint64_t paddr, uint32_t len)
{
	struct cdm_safe_buffers *buffers = finder->buffers;
	struct cdm_error unused;
	size_t got;

	return !cdm_dump_read(buffers->dump, paddr, buffers->text, len + 1, &got, &unused) &&
	       buffers->text[len] == 0 && is_text(buffers->text, len);
}

static void add(struct cdm_safe_buffers *buffers, uint64_t paddr, uint32_t len)
{
	/* The end of a piece is seen twice. */
	for (unsigned i = 0; i < buffers->n; i++)
		if (buffers->found[i].paddr == paddr)
			return;
	if (buffers->n == CDM_MAX_SAFE_BUFFERS)
		return;
	buffers->found[buffers->n].paddr = paddr;
	buffers->found[buffers->n++].len = len;
}

/* A text begins at pos: does one of the headers in front of it count its length? */
static void try_text(const struct finder *finder, const struct cdm_piece *piece, size_t pos)
{
	const uint8_t *sizes = header_sizes[finder->layout.word == 4];

	for (unsigned i = 0; i < 3 && sizes[i]; i++) {
		if (pos < sizes[i])
			continue;
		uint32_t len = cdm_load_u32(piece->bytes + pos - sizes[i], finder->layout);

		if (len <= 2 || len >= CDM_SAFE_BUFFER - sizes[i] ||
		    !holds(finder, piece->paddr + pos, len))
			continue;
		add(finder->buffers, piece->paddr + pos, len);
		return;
	}
}

/* Buffers are aligned to a long, and so are their texts. */
static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	struct finder *finder = priv;
	unsigned align = finder->layout.word;

	(void)err;
	for (size_t pos = 0; pos < piece->len; pos++) {
		const uint8_t *soh = memchr(piece->bytes + pos, SOH, piece->len - pos);

		if (!soh)
			break;
		pos = (size_t)(soh - piece->bytes);
		if ((piece->paddr + pos) % align == 0 && pos + 1 < piece->len && is_level(soh[1]))
			try_text(finder, piece, pos);
	}
	return CDM_OK;
}

enum cdm_status cdm_safe_buffers_find(struct cdm_safe_buffers *buffers, struct cdm_kernel *kernel,
				      struct cdm_error *err)
{
	struct finder finder = { buffers, kernel->layout };

	if (finder.layout.word == 0) /* carved, and its shape did not tell */
		finder.layout.word = 8;
	struct cdm_visitor visitor = { look, &finder };

	buffers->dump = kernel->dump;
	buffers->n = buffers->current = 0;
	buffers->pos = buffers->text_len = 0;
	return cdm_memory_walk(kernel->dump, &visitor, err);
}

static bool read_buffer(struct cdm_safe_buffers *buffers)
{
	struct cdm_error unused;
	size_t got;
	uint32_t len = buffers->found[buffers->current].len;

	if (cdm_dump_read(buffers->dump, buffers->found[buffers->current].paddr, buffers->text, len,
			  &got, &unused))
		return false;
	buffers->text_len = len;
	buffers->pos = 0;
	return true;
}

/* The line at pos: up to a newline, or to the next level. */
static struct cdm_bytes take_line(struct cdm_safe_buffers *buffers)
{
	const uint8_t *at = buffers->text + buffers->pos;
	uint32_t left = buffers->text_len - buffers->pos, len = 0;

	while (len < left && at[len] != '\n' && at[len] != SOH)
		len++;
	buffers->pos += len + (len < left && at[len] == '\n');
	return (struct cdm_bytes){ at, len };
}

enum cdm_status cdm_safe_buffers_next(struct cdm_safe_buffers *buffers, struct cdm_record *rec)
{
	while (buffers->current < buffers->n) {
		if (!buffers->text_len && !read_buffer(buffers)) {
			buffers->current++;
			continue;
		}
		if (buffers->pos == buffers->text_len) {
			buffers->text_len = 0;
			buffers->current++;
			continue;
		}
		*rec = (struct cdm_record){ .level = 4, .flags = CDM_RECORD_UNLOGGED };
		if (buffers->text[buffers->pos] == SOH && buffers->pos + 1 < buffers->text_len) {
			uint8_t level = buffers->text[buffers->pos + 1];

			buffers->pos += 2;
			if (level >= '0' && level <= '7') {
				rec->level = (uint8_t)(level - '0');
				rec->flags |= CDM_RECORD_PRIORITY;
			}
		} else if (buffers->text[buffers->pos] == SOH) {
			buffers->pos++;
		}
		rec->text = take_line(buffers);
		rec->subsystem = rec->device = (struct cdm_bytes){ rec->text.at, 0 };
		if (rec->text.len)
			return CDM_OK;
	}
	return CDM_END;
}
