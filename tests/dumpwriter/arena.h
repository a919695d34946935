/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arena.h - memory that is freed all at once, bytes that grow, and how a bad description ends.
 *
 * The writer is a tool of the tests: a description that cannot be understood is a mistake in a
 * case file, so dw_die() says where and ends the program. Nothing here is for untrusted input. */

#ifndef DW_ARENA_H
#define DW_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

struct dw_block;

struct dw_arena {
	struct dw_block *blocks;
};

/* Bytes that grow; they live in the arena. */
struct dw_buffer {
	struct dw_arena *arena;
	uint8_t *at;
	size_t len;
	size_t room;
};

/* Prints one line to standard error and exits with status 2. */
_Noreturn void dw_die(const char *fmt, ...) DW_PRINTF(1, 2);

void *dw_alloc(struct dw_arena *arena, size_t len); /* zeroed; never NULL */
char *dw_format(struct dw_arena *arena, const char *fmt, ...) DW_PRINTF(2, 3);
char *dw_format_list(struct dw_arena *arena, const char *fmt, va_list args) DW_PRINTF(2, 0);
char *dw_copy_text(struct dw_arena *arena, const char *text, size_t len);
void dw_free_all(struct dw_arena *arena);

void dw_put(struct dw_buffer *buffer, const void *bytes, size_t len);
void dw_put_zeros(struct dw_buffer *buffer, size_t len);
void dw_put_text(struct dw_buffer *buffer, const char *text);
void dw_put_format(struct dw_buffer *buffer, const char *fmt, ...) DW_PRINTF(2, 3);

/* Numbers of 1, 2, 4 or 8 bytes. */
void dw_put_little(struct dw_buffer *buffer, unsigned width, uint64_t value);
void dw_store_little(void *at, unsigned width, uint64_t value);
void dw_store_big(void *at, unsigned width, uint64_t value);
uint64_t dw_load_little(const void *at, unsigned width);

/* The same in either byte order. */
void dw_put_number(struct dw_buffer *buffer, bool is_big, unsigned width, uint64_t value);
void dw_store(void *at, bool is_big, unsigned width, uint64_t value);
uint64_t dw_load(const void *at, bool is_big, unsigned width);

static inline uint64_t dw_round_up(uint64_t n, uint64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static inline uint64_t dw_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t dw_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

#endif
