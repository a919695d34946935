/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes.h - the only way this project reads numbers out of untrusted bytes.
 *
 * A header is read through a cursor, which cannot leave its range. A structure whose whole size
 * was checked once (a log record's metadata) is read with cdm_load_*(): the caller has proved
 * that the bytes are there. */

#ifndef CDM_BASE_BYTES_H
#define CDM_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed range. Not NUL-terminated. Valid as long as whoever lent it says. */
struct cdm_bytes {
	const uint8_t *at;
	size_t len;
};

struct cdm_layout {
	bool big_endian;
	uint8_t word; /* size of a C long there: 4 or 8 */
};

/* Reads forward through a range. Reading past the end returns 0 and sets
 * `overrun`, which stays set: parse the whole header, then check once. Until
 * that check no value may be used as a size, an offset or a loop bound. */
struct cdm_cursor {
	struct cdm_bytes in;
	size_t pos; /* <= in.len, always */
	struct cdm_layout layout;
	bool overrun;
};

struct cdm_cursor cdm_cursor(struct cdm_bytes in, struct cdm_layout layout);
uint16_t cdm_take_u16(struct cdm_cursor *c);
uint32_t cdm_take_u32(struct cdm_cursor *c);
uint64_t cdm_take_u64(struct cdm_cursor *c);
uint64_t cdm_take_word(struct cdm_cursor *c); /* a C long of the layout */
struct cdm_bytes cdm_take(struct cdm_cursor *c, size_t len);
void cdm_skip(struct cdm_cursor *c, size_t len);

/* The part [off, off+len) of whole. False, and *part untouched, if it does not fit. */
bool cdm_slice(struct cdm_bytes whole, uint64_t off, uint64_t len, struct cdm_bytes *part);

/* Does whole begin with these bytes? */
bool cdm_starts_with(struct cdm_bytes whole, const char *magic, size_t len);

/* The first place of `what`, which has len bytes (at least 1), or NULL. As memmem(), which takes 1.2 kB of a
 * static program. */
const uint8_t *cdm_find_bytes(struct cdm_bytes whole, const char *what, size_t len);

static inline uint16_t cdm_load_u16(const uint8_t *at, struct cdm_layout layout)
{
	unsigned high = at[layout.big_endian ? 0 : 1];
	unsigned low = at[layout.big_endian ? 1 : 0];

	return (uint16_t)(high << 8 | low);
}

static inline uint32_t cdm_load_u32(const uint8_t *at, struct cdm_layout layout)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return layout.big_endian ? v : __builtin_bswap32(v);
#else
	return layout.big_endian ? __builtin_bswap32(v) : v;
#endif
}

static inline uint64_t cdm_load_u64(const uint8_t *at, struct cdm_layout layout)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return layout.big_endian ? v : __builtin_bswap64(v);
#else
	return layout.big_endian ? __builtin_bswap64(v) : v;
#endif
}

static inline uint64_t cdm_load_word(const uint8_t *at, struct cdm_layout layout)
{
	return layout.word == 4 ? cdm_load_u32(at, layout) : cdm_load_u64(at, layout);
}

#endif
