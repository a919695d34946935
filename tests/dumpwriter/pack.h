/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pack.h - how whole files are compressed, as far as the libraries were found when this was built. */

#ifndef DW_PACK_H
#define DW_PACK_H

#include "tests/dumpwriter/arena.h"

struct dw_packer {
	const char *name;
	size_t magic_len; /* what a member is recognised by; wrong behind it, it is damaged */

	/* Makes one member; returns how many bytes that took. NULL: not built in. */
	size_t (*pack)(const uint8_t *bytes, size_t len, uint8_t *out, size_t room);
};

/* NULL: no such format. */
const struct dw_packer *dw_find_packer(const char *name);

/* Adds a member that holds the bytes. */
void dw_pack(const struct dw_packer *packer, const uint8_t *bytes, size_t len,
	     struct dw_buffer *out);

#endif
