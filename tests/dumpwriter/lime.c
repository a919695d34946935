// SPDX-License-Identifier: GPL-2.0-or-later
/* lime.c - how is the machine written as a LiME image, and as AVML's first version does? */

#include "tests/dumpwriter/dump.h"

#define MAGIC 0x4c694d45u
#define HEADER 32u

static uint64_t write_extent(struct dw_dump *dump, uint64_t number, uint64_t off,
			     const struct dw_range *range)
{
	uint8_t header[HEADER] = { 0 };

	dw_store_field(&dump->layout, header, "extent", "magic", MAGIC);
	dw_store_field(&dump->layout, header, "extent", "version", 1);
	dw_store_field(&dump->layout, header, "extent", "s_addr", range->start);
	dw_store_field(&dump->layout, header, "extent", "e_addr", range->end - 1);
	dw_image_add(&dump->image, off, header, HEADER);
	dw_add_part(dump, "extent", number, off);
	dw_put_memory(dump, off + HEADER, range->start, range->end - range->start);
	return off + HEADER + (range->end - range->start);
}

/* extents = falling: what the format allows, and no writer makes. */
void dw_write_lime(struct dw_dump *dump)
{
	static const char *const orders[] = { "rising", "falling", NULL };
	uint64_t most = dw_get_number(dump->settings, "dump", "extent_size", UINT64_MAX);
	bool keeps_zeros = dw_get_yes(dump->settings, "dump", "zero_extents", true);
	bool is_falling = dw_get_choice(dump->settings, "dump", "extents", orders) == 1;
	uint64_t off = 0, number = 0;
	struct dw_range *runs = dw_alloc(dump->arena, DW_MAX_EXTENTS * sizeof(*runs));
	struct dw_range run;
	size_t n = 0;

	dump->block_size = DW_PAGE;
	dump->layout.is_big = false;
	for (uint64_t from = 0; dw_next_run(&dump->memory, from, &run); from = run.end) {
		run.end = run.start + dw_min(run.end - run.start, most);
		if (!keeps_zeros && dw_is_zero(&dump->memory, run.start, run.end - run.start))
			continue;
		if (n == DW_MAX_EXTENTS)
			dw_die("%s: more than %u extents", dump->settings->script->path,
			       DW_MAX_EXTENTS);
		runs[n++] = run;
	}
	for (size_t i = 0; i < n; i++)
		off = write_extent(dump, number++, off, &runs[is_falling ? n - 1 - i : i]);
}
