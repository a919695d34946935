// SPDX-License-Identifier: GPL-2.0-or-later
/* image.c - which bytes does the file hold? */

#include "tests/dumpwriter/image.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536u

void dw_image_borrow(struct dw_image *image, uint64_t off, uint8_t *bytes, uint64_t len)
{
	if (!len)
		return;
	if (image->n_extents == image->room) {
		size_t room = image->room ? 2 * image->room : 64;
		struct dw_extent *more = dw_alloc(image->arena, room * sizeof(*more));

		if (image->n_extents)
			memcpy(more, image->extents, image->n_extents * sizeof(*more));
		image->extents = more;
		image->room = room;
	}
	image->extents[image->n_extents++] = (struct dw_extent){ off, len, bytes };
	image->end = dw_max(image->end, off + len);
}

void dw_image_add(struct dw_image *image, uint64_t off, const void *bytes, uint64_t len)
{
	uint8_t *copy = bytes ? dw_alloc(image->arena, len) : NULL;

	if (copy)
		memcpy(copy, bytes, len);
	dw_image_borrow(image, off, copy, len);
}

static struct dw_extent *extent_at(const struct dw_image *image, uint64_t off)
{
	for (size_t i = image->n_extents; i-- > 0;) {
		struct dw_extent *extent = &image->extents[i];

		if (off >= extent->off && off - extent->off < extent->len)
			return extent;
	}
	return NULL;
}

uint64_t dw_image_number(const struct dw_image *image, uint64_t off, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++) {
		const struct dw_extent *extent = extent_at(image, off + i);

		if (extent && extent->bytes)
			value |= (uint64_t)extent->bytes[off + i - extent->off] << (8 * i);
	}
	return value;
}

void dw_image_patch(struct dw_image *image, uint64_t off, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < len; i++) {
		struct dw_extent *extent = extent_at(image, off + i);

		if (extent && extent->bytes)
			extent->bytes[off + i - extent->off] = from[i];
		else
			dw_image_add(image, off + i, from + i, 1);
	}
}

static int is_zero(const uint8_t *bytes, size_t len)
{
	return !len || (!bytes[0] && !memcmp(bytes, bytes + 1, len - 1));
}

static void write_piece(int fd, const char *path, uint64_t off, const uint8_t *bytes, size_t len)
{
	while (len) {
		ssize_t n = pwrite(fd, bytes, len, (off_t)off);

		if (n < 0)
			dw_die("%s: %s", path, strerror(errno));
		bytes += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
}

/* is_first: nothing can be there yet, so that zeros need not be written. */
static void write_extent(int fd, const char *path, const struct dw_extent *extent, int is_first)
{
	for (uint64_t done = 0; extent->bytes && done < extent->len; done += PIECE) {
		size_t len = (size_t)dw_min(PIECE, extent->len - done);

		if (!is_first || !is_zero(extent->bytes + done, len))
			write_piece(fd, path, extent->off + done, extent->bytes + done, len);
	}
}

void dw_image_write(const struct dw_image *image, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint64_t end = 0;

	if (fd < 0 || ftruncate(fd, (off_t)image->end))
		dw_die("%s: %s", path, strerror(errno));
	for (size_t i = 0; i < image->n_extents; i++) {
		write_extent(fd, path, &image->extents[i], image->extents[i].off >= end);
		end = dw_max(end, image->extents[i].off + image->extents[i].len);
	}
	if (close(fd))
		dw_die("%s: %s", path, strerror(errno));
}
