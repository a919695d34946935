// SPDX-License-Identifier: GPL-2.0-or-later
/* bytes.c - cursors over borrowed bytes. */

#include "base/bytes.h"

struct cdm_cursor cdm_cursor(struct cdm_bytes in, struct cdm_layout layout)
{
	return (struct cdm_cursor){ .in = in, .layout = layout };
}

struct cdm_bytes cdm_take(struct cdm_cursor *c, size_t len)
{
	static const uint8_t nothing[8];

	if (c->overrun || len > c->in.len - c->pos) {
		c->overrun = true;
		return (struct cdm_bytes){ nothing, 0 };
	}
	struct cdm_bytes taken = { c->in.at + c->pos, len };
	c->pos += len;
	return taken;
}

void cdm_skip(struct cdm_cursor *c, size_t len)
{
	cdm_take(c, len);
}

/* cdm_take() hands out eight zero bytes on overrun, so that a load from there is 0. */
uint16_t cdm_take_u16(struct cdm_cursor *c)
{
	return cdm_load_u16(cdm_take(c, 2).at, c->layout);
}

uint32_t cdm_take_u32(struct cdm_cursor *c)
{
	return cdm_load_u32(cdm_take(c, 4).at, c->layout);
}

uint64_t cdm_take_u64(struct cdm_cursor *c)
{
	return cdm_load_u64(cdm_take(c, 8).at, c->layout);
}

uint64_t cdm_take_word(struct cdm_cursor *c)
{
	return c->layout.word == 4 ? cdm_take_u32(c) : cdm_take_u64(c);
}

bool cdm_slice(struct cdm_bytes whole, uint64_t off, uint64_t len, struct cdm_bytes *part)
{
	if (off > whole.len || len > whole.len - off)
		return false;
	*part = (struct cdm_bytes){ whole.at + off, (size_t)len };
	return true;
}

bool cdm_starts_with(struct cdm_bytes whole, const char *magic, size_t len)
{
	return whole.len >= len && memcmp(whole.at, magic, len) == 0;
}

const uint8_t *cdm_find_bytes(struct cdm_bytes whole, const char *what, size_t len)
{
	const uint8_t *end = whole.at + whole.len, *at = whole.at;

	while ((size_t)(end - at) >= len &&
	       (at = memchr(at, (uint8_t)what[0], (size_t)(end - at) - len + 1))) {
		if (memcmp(at, what, len) == 0)
			return at;
		at++;
	}
	return NULL;
}
