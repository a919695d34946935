// SPDX-License-Identifier: GPL-2.0-or-later
/* wrap.c - what is a dump wrapped in, and where is a byte of it then?
 *
 *     wrapper = flat+gzip            flattened, and that compressed
 *     members = PLACE ...            where another member of the compressed file begins
 *     skippable = N                  a frame of N bytes without content before each member */

#include "tests/dumpwriter/dump.h"
#include "tests/dumpwriter/pack.h"

#include <string.h>

#define MAX_PACKED (64u << 20) /* bytes that are compressed: it is done in memory */

/* The next word of "flat+gzip", or NULL. */
static char *take_name(struct dw_arena *arena, const char **names)
{
	size_t len = strcspn(*names, "+");
	char *name;

	if (!len)
		return NULL;
	name = dw_copy_text(arena, *names, len);
	*names += len + ((*names)[len] == '+');
	return name;
}

const char *dw_missing_packer(struct dw_arena *arena, const char *names)
{
	char *name;

	while ((name = take_name(arena, &names))) {
		const struct dw_packer *packer = dw_find_packer(name);

		if (packer && !packer->pack)
			return packer->name;
	}
	return NULL;
}

static uint8_t *bytes_of(const struct dw_image *image)
{
	uint8_t *bytes;

	if (image->end > MAX_PACKED)
		dw_die("%llu bytes are too many to be compressed", (unsigned long long)image->end);
	bytes = dw_alloc(image->arena, image->end + 1);
	for (size_t i = 0; i < image->n_extents; i++) {
		const struct dw_extent *extent = &image->extents[i];

		if (extent->bytes)
			memcpy(bytes + extent->off, extent->bytes, extent->len);
		else
			memset(bytes + extent->off, 0, extent->len);
	}
	return bytes;
}

/* Members begin at rising places. */
static void find_members(struct dw_dump *dump, const struct dw_wrapping *wrapping,
			 struct dw_wrapper_step *step)
{
	size_t n_words;
	char **words =
		dw_words(dump->arena, dw_get(dump->settings, "dump", "members", ""), &n_words);

	step->members = dw_alloc(dump->arena, (n_words + 1) * sizeof(*step->members));
	step->n_members = 1;
	for (size_t i = 0; i < n_words; i++) {
		struct dw_member *member = &step->members[step->n_members++];

		if (!dw_parse_number(words[i], &member->start))
			member->start =
				dw_wrapped_place(wrapping, dw_find_place(dump, words[i]).at);
		if (member->start < member[-1].start)
			dw_die("members: %s is before the one before it", words[i]);
	}
}

/* RFC 8878, 3.1.2. pzstd puts one with 4 bytes before each frame. */
static void put_skippable_frame(struct dw_buffer *out, uint64_t len)
{
	dw_put_number(out, false, 4, 0x184d2a50);
	dw_put_number(out, false, 4, len);
	for (uint64_t i = 0; i < len; i++)
		dw_put_number(out, false, 1, 0xa5);
}

static struct dw_image pack(struct dw_dump *dump, const struct dw_image *image,
			    struct dw_wrapper_step *step)
{
	struct dw_image packed = { .arena = dump->arena };
	struct dw_buffer out = { .arena = dump->arena };
	uint8_t *bytes = bytes_of(image);
	const char *skippable = dw_get(dump->settings, "dump", "skippable", "none");
	uint64_t skippable_len;

	for (size_t i = 0; i < step->n_members; i++) {
		uint64_t start = step->members[i].start;
		uint64_t end = i + 1 < step->n_members ? step->members[i + 1].start : image->end;

		if (end > image->end)
			dw_die("members: 0x%llx is behind the end", (unsigned long long)end);
		if (dw_parse_number(skippable, &skippable_len))
			put_skippable_frame(&out, skippable_len);
		step->members[i].packed_at = out.len;
		dw_pack(step->packer, bytes + start, end - start, &out);
	}
	dw_image_borrow(&packed, 0, out.at, out.len);
	return packed;
}

struct dw_wrapping dw_wrap(struct dw_dump *dump, const char *names, struct dw_image *file)
{
	struct dw_wrapping wrapping = { .n_steps = 0 };
	char *name;

	*file = dump->image;
	while (strcmp(names, "none") && (name = take_name(dump->arena, &names))) {
		struct dw_wrapper_step *step = &wrapping.steps[wrapping.n_steps];

		step->packer = dw_find_packer(name);
		if (wrapping.n_steps == DW_MAX_WRAPPERS || (!step->packer && strcmp(name, "flat")))
			dw_die("wrapper: %s: no such choice, or one too many", name);
		if (step->packer) {
			find_members(dump, &wrapping, step);
			*file = pack(dump, file, step);
		} else {
			dump->image = *file;
			*file = dw_flatten(dump);
		}
		step->image = *file;
		wrapping.n_steps++;
	}
	return wrapping;
}

static uint64_t packed_place(const struct dw_wrapper_step *step, uint64_t off)
{
	for (size_t i = 0; i < step->n_members; i++)
		if (step->members[i].start == off)
			return step->members[i].packed_at;
	dw_die("no member begins at 0x%llx: see `members`", (unsigned long long)off);
}

uint64_t dw_wrapped_place(const struct dw_wrapping *wrapping, uint64_t off)
{
	for (size_t i = 0; i < wrapping->n_steps; i++) {
		const struct dw_wrapper_step *step = &wrapping->steps[i];

		off = step->packer ? packed_place(step, off) : dw_flat_place(&step->image, off);
	}
	return off;
}

const struct dw_packer *dw_outer_packer(const struct dw_wrapping *wrapping)
{
	return wrapping->n_steps ? wrapping->steps[wrapping->n_steps - 1].packer : NULL;
}
