/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image.h - the bytes of a file in the order in which its writer wrote them; the rest are holes. */

#ifndef DW_IMAGE_H
#define DW_IMAGE_H

#include "tests/dumpwriter/arena.h"

struct dw_extent {
	uint64_t off;
	uint64_t len;
	uint8_t *bytes; /* NULL: all are zeros, and left as a hole */
};

struct dw_image {
	struct dw_arena *arena;
	struct dw_extent *extents; /* a later one overrides */
	size_t n_extents;
	size_t room;
	uint64_t end; /* behind the last byte of any extent */
};

/* Adds a copy of the bytes; dw_image_borrow() adds the bytes themselves. NULL: zeros. */
void dw_image_add(struct dw_image *image, uint64_t off, const void *bytes, uint64_t len);
void dw_image_borrow(struct dw_image *image, uint64_t off, uint8_t *bytes, uint64_t len);

/* Reads and changes what stands at off at last. */
uint64_t dw_image_number(const struct dw_image *image, uint64_t off, unsigned width);
void dw_image_patch(struct dw_image *image, uint64_t off, const void *bytes, size_t len);

/* Writes a new file, sparse where there are zeros. */
void dw_image_write(const struct dw_image *image, const char *path);

#endif
