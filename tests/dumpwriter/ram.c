// SPDX-License-Identifier: GPL-2.0-or-later
/* ram.c - how is the machine's memory written without any header?
 *
 *     base = ADDRESS       the file begins there
 *     hole_at = ADDRESS    memory at 4 GiB and above follows what is below this address */

#include "tests/dumpwriter/dump.h"

#define ABOVE_HOLE 0x100000000ull

uint64_t dw_put_ram(struct dw_dump *dump, uint64_t off, uint64_t base, uint64_t hole_at)
{
	static const uint8_t zeros[DW_PAGE];
	struct dw_range run;
	uint64_t end = off;

	for (uint64_t from = base; dw_next_run(&dump->memory, from, &run); from = run.end) {
		uint64_t at = off + run.start - base;

		if (hole_at && run.start >= ABOVE_HOLE)
			at = off + hole_at + (run.start - ABOVE_HOLE);
		dw_put_memory(dump, at, run.start, run.end - run.start);
		end = dw_max(end, at + (run.end - run.start));
	}
	dw_image_add(&dump->image, end, zeros, dw_round_up(end, DW_PAGE) - end);
	return dw_round_up(end, DW_PAGE) - off;
}

void dw_write_ram(struct dw_dump *dump)
{
	dump->block_size = DW_PAGE;
	dw_put_ram(dump, 0, dw_get_number(dump->settings, "dump", "base", 0),
		   dw_get_number(dump->settings, "dump", "hole_at", 0));
}
