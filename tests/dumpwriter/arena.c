// SPDX-License-Identifier: GPL-2.0-or-later
/* arena.c - where does the writer's memory come from, and how are its numbers stored? */

#include "tests/dumpwriter/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dw_block {
	struct dw_block *next;
	max_align_t bytes[];
};

void dw_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

void *dw_alloc(struct dw_arena *arena, size_t len)
{
	struct dw_block *block = calloc(1, sizeof(*block) + len);

	if (!block)
		dw_die("out of memory: %zu bytes", len);
	block->next = arena->blocks;
	arena->blocks = block;
	return block->bytes;
}

void dw_free_all(struct dw_arena *arena)
{
	while (arena->blocks) {
		struct dw_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
}

char *dw_copy_text(struct dw_arena *arena, const char *text, size_t len)
{
	char *copy = dw_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *dw_format_list(struct dw_arena *arena, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		dw_die("cannot format \"%s\"", fmt);
	text = dw_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

char *dw_format(struct dw_arena *arena, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = dw_format_list(arena, fmt, args);
	va_end(args);
	return text;
}

static void make_room(struct dw_buffer *buffer, size_t len)
{
	size_t room = buffer->room ? buffer->room : 256;
	uint8_t *bigger;

	if (buffer->len + len <= buffer->room)
		return;
	while (room < buffer->len + len)
		room *= 2;
	bigger = dw_alloc(buffer->arena, room);
	if (buffer->len)
		memcpy(bigger, buffer->at, buffer->len);
	buffer->at = bigger;
	buffer->room = room;
}

void dw_put(struct dw_buffer *buffer, const void *bytes, size_t len)
{
	make_room(buffer, len);
	if (len)
		memcpy(buffer->at + buffer->len, bytes, len);
	buffer->len += len;
}

void dw_put_zeros(struct dw_buffer *buffer, size_t len)
{
	make_room(buffer, len);
	if (len)
		memset(buffer->at + buffer->len, 0, len);
	buffer->len += len;
}

void dw_put_text(struct dw_buffer *buffer, const char *text)
{
	dw_put(buffer, text, strlen(text));
}

void dw_put_format(struct dw_buffer *buffer, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	dw_put_text(buffer, dw_format_list(buffer->arena, fmt, args));
	va_end(args);
}

void dw_store_little(void *at, unsigned width, uint64_t value)
{
	uint8_t *bytes = at;

	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

void dw_store_big(void *at, unsigned width, uint64_t value)
{
	uint8_t *bytes = at;

	for (unsigned i = 0; i < width; i++)
		bytes[width - 1 - i] = (uint8_t)(value >> (8 * i));
}

uint64_t dw_load_little(const void *at, unsigned width)
{
	const uint8_t *bytes = at;
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)bytes[i] << (8 * i);
	return value;
}

void dw_put_little(struct dw_buffer *buffer, unsigned width, uint64_t value)
{
	uint8_t bytes[8];

	dw_store_little(bytes, width, value);
	dw_put(buffer, bytes, width);
}

void dw_put_number(struct dw_buffer *buffer, bool is_big, unsigned width, uint64_t value)
{
	uint8_t bytes[8];

	dw_store(bytes, is_big, width, value);
	dw_put(buffer, bytes, width);
}

void dw_store(void *at, bool is_big, unsigned width, uint64_t value)
{
	if (is_big)
		dw_store_big(at, width, value);
	else
		dw_store_little(at, width, value);
}

uint64_t dw_load(const void *at, bool is_big, unsigned width)
{
	const uint8_t *bytes = at;
	uint64_t value = 0;

	if (!is_big)
		return dw_load_little(at, width);
	for (unsigned i = 0; i < width; i++)
		value = value << 8 | bytes[i];
	return value;
}
