/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compress.h - the codecs of kdump pages, as far as they were found when this was built. */

#ifndef DW_COMPRESS_H
#define DW_COMPRESS_H

#include "tests/dumpwriter/arena.h"

#include <stdbool.h>

/* How a page may be compressed; 0 and false are the ordinary ways. */
struct dw_compress_options {
	unsigned zlib_window;   /* bits, 9 to 15; 0: 15 */
	unsigned zlib_level;    /* 1 to 9; 0: the fastest */
	bool without_zstd_size; /* the frame does not say how long its content is */
};

struct dw_codec {
	const char *name;
	uint32_t flag; /* of a page descriptor, and of the header's status */

	/* Room for a page of len bytes that does not shrink. NULL: not built in. */
	size_t (*bound)(size_t len);

	/* Compresses; returns how many bytes that took. */
	size_t (*compress)(const struct dw_compress_options *options, const uint8_t *page,
			   size_t len, uint8_t *out, size_t room);
};

/* "none" is the first, with no function; ends with a name of NULL. */
extern const struct dw_codec dw_codecs[];

/* The place of a codec in the table, or -1. */
int dw_find_codec(const char *name);
bool dw_has_codec(int codec);

#endif
