// SPDX-License-Identifier: GPL-2.0-or-later
/* flat.c - how does a dump become a flattened stream?
 *
 * A header of 4096 bytes, then segments { offset, length, bytes } in the order of writing, both
 * numbers big-endian, then the end marker: an offset and a length of -1. */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define HEADER_SIZE 4096u
#define SEGMENT_HEADER_SIZE 16u

struct flattener {
	struct dw_dump *dump;
	struct dw_extent *segments;
	size_t n_segments;
	struct dw_image stream;
};

static void cut_extents(struct flattener *flat, uint64_t segment_size)
{
	const struct dw_image *image = &flat->dump->image;
	uint64_t n = 0;

	for (size_t i = 0; i < image->n_extents; i++)
		n += image->extents[i].len / segment_size + 1;
	flat->segments = dw_alloc(flat->dump->arena, n * sizeof(*flat->segments));
	for (size_t i = 0; i < image->n_extents; i++) {
		const struct dw_extent *extent = &image->extents[i];

		for (uint64_t done = 0; done < extent->len; done += segment_size)
			flat->segments[flat->n_segments++] =
				(struct dw_extent){ extent->off + done,
						    dw_min(segment_size, extent->len - done),
						    extent->bytes ? extent->bytes + done : NULL };
	}
}

/* Neighbours in offset become one segment, as far as the size allows. */
static void join_segments(struct flattener *flat, uint64_t segment_size)
{
	size_t n = 0;

	for (size_t i = 1; i < flat->n_segments; i++) {
		struct dw_extent *last = &flat->segments[n];
		const struct dw_extent *next = &flat->segments[i];
		uint8_t *joined;

		if (last->off + last->len != next->off || last->len + next->len > segment_size) {
			flat->segments[++n] = *next;
			continue;
		}
		joined = dw_alloc(flat->dump->arena, last->len + next->len);
		memcpy(joined, last->bytes, last->len);
		memcpy(joined + last->len, next->bytes, next->len);
		*last = (struct dw_extent){ last->off, last->len + next->len, joined };
	}
	flat->n_segments = n + 1;
}

static void swap(struct dw_extent *a, struct dw_extent *b)
{
	struct dw_extent first = *a;

	*a = *b;
	*b = first;
}

static void reverse(struct flattener *flat)
{
	for (size_t i = 0; i < flat->n_segments / 2; i++)
		swap(&flat->segments[i], &flat->segments[flat->n_segments - 1 - i]);
}

static void shuffle(struct flattener *flat, uint64_t seed)
{
	for (size_t i = flat->n_segments; i > 1; i--) {
		/* A linear congruential generator; its high bits are the good ones. */
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		swap(&flat->segments[i - 1], &flat->segments[(seed >> 33) % i]);
	}
}

/* The first of the file's half, the first of the other half, the second, ... */
static void interleave(struct flattener *flat)
{
	size_t half = (flat->n_segments + 1) / 2;
	struct dw_extent *mixed = dw_alloc(flat->dump->arena, flat->n_segments * sizeof(*mixed));
	size_t n = 0;

	for (size_t i = 0; i < half; i++) {
		mixed[n++] = flat->segments[i];
		if (half + i < flat->n_segments)
			mixed[n++] = flat->segments[half + i];
	}
	flat->segments = mixed;
}

static void order_segments(struct flattener *flat)
{
	static const char *const orders[] = { "written", "reversed", "random", "interleaved",
					      NULL };
	const struct dw_settings *settings = flat->dump->settings;

	switch (dw_get_choice(settings, "dump", "order", orders)) {
	case 1:
		reverse(flat);
		break;
	case 2:
		shuffle(flat, dw_get_number(settings, "dump", "seed", 1));
		break;
	case 3:
		interleave(flat);
		break;
	default:
		break;
	}
}

static void put_segment(struct flattener *flat, const struct dw_extent *segment)
{
	uint8_t header[SEGMENT_HEADER_SIZE];
	uint64_t at = flat->stream.end;

	dw_store_big(header, 8, segment->off);
	dw_store_big(header + 8, 8, segment->len);
	dw_image_add(&flat->stream, at, header, sizeof(header));
	dw_image_borrow(&flat->stream, at + sizeof(header), segment->bytes, segment->len);
}

/* Every segment once with wrong bytes first: what comes later counts. */
static void put_wrong_segments(struct flattener *flat)
{
	for (size_t i = 0; i < flat->n_segments; i++) {
		struct dw_extent wrong = flat->segments[i];

		wrong.bytes = dw_alloc(flat->dump->arena, wrong.len);
		memset(wrong.bytes, 0xa5, wrong.len);
		put_segment(flat, &wrong);
	}
}

static void put_header(struct flattener *flat)
{
	const char *junk = dw_get(flat->dump->settings, "dump", "junk", "");
	struct dw_buffer text = dw_unescape(flat->dump->arena, junk);
	uint8_t *header = dw_alloc(flat->dump->arena, HEADER_SIZE);

	memcpy(header, "makedumpfile", 12);
	dw_store_big(header + 16, 8, 1);
	dw_store_big(header + 24, 8, 1);
	dw_image_add(&flat->stream, 0, text.at, text.len);
	dw_image_borrow(&flat->stream, text.len, header, HEADER_SIZE);
}

static void put_end(struct flattener *flat)
{
	const struct dw_settings *settings = flat->dump->settings;
	uint8_t marker[SEGMENT_HEADER_SIZE];
	struct dw_buffer text =
		dw_unescape(flat->dump->arena, dw_get(settings, "dump", "trailing", ""));

	memset(marker, 0xff, sizeof(marker));
	if (dw_get_yes(settings, "dump", "end_marker", true))
		dw_image_add(&flat->stream, flat->stream.end, marker, sizeof(marker));
	dw_image_add(&flat->stream, flat->stream.end, text.at, text.len);
}

struct dw_image dw_flatten(struct dw_dump *dump)
{
	struct flattener flat = { .dump = dump, .stream.arena = dump->arena };
	uint64_t segment_size = dw_get_number(dump->settings, "dump", "segment", 38912);

	cut_extents(&flat, segment_size);
	join_segments(&flat, segment_size);
	order_segments(&flat);
	put_header(&flat);
	if (dw_get_yes(dump->settings, "dump", "override", false))
		put_wrong_segments(&flat);
	for (size_t i = 0; i < flat.n_segments; i++)
		put_segment(&flat, &flat.segments[i]);
	put_end(&flat);
	return flat.stream;
}

/* Headers and bytes alternate in the stream: a segment's offset is in the extent before it. */
uint64_t dw_flat_place(const struct dw_image *stream, uint64_t off)
{
	for (size_t i = stream->n_extents; i-- > 1;) {
		const struct dw_extent *header = &stream->extents[i - 1];
		const struct dw_extent *segment = &stream->extents[i];
		uint64_t start = 0;

		if (header->len != SEGMENT_HEADER_SIZE || header->off + header->len != segment->off)
			continue;
		for (unsigned k = 0; k < 8; k++)
			start = start << 8 | header->bytes[k];
		if (off >= start && off - start < segment->len)
			return segment->off + (off - start);
	}
	dw_die("offset 0x%llx is not in the stream", (unsigned long long)off);
}
