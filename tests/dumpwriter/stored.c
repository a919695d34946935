// SPDX-License-Identifier: GPL-2.0-or-later
/* stored.c - which stretches of memory are there, and how do they stand in a file as they are? */

#include "tests/dumpwriter/dump.h"

static bool is_kept(const struct dw_memory *memory, uint64_t paddr)
{
	const struct dw_page *page = dw_memory_find(memory, paddr / DW_PAGE);

	return !page || page->state == DW_KEPT;
}

static bool next_in_range(const struct dw_memory *memory, const struct dw_range *range,
			  uint64_t from, struct dw_range *run)
{
	uint64_t paddr = dw_max(from, range->start);

	while (paddr < range->end && !is_kept(memory, paddr))
		paddr = paddr / DW_PAGE * DW_PAGE + DW_PAGE;
	run->start = paddr;
	while (paddr < range->end && is_kept(memory, paddr))
		paddr = paddr / DW_PAGE * DW_PAGE + DW_PAGE;
	run->end = dw_min(paddr, range->end);
	return run->start < run->end;
}

bool dw_next_run(const struct dw_memory *memory, uint64_t from, struct dw_range *run)
{
	for (size_t i = 0; i < memory->n_ram; i++)
		if (next_in_range(memory, &memory->ram[i], from, run))
			return true;
	return false;
}

void dw_put_memory(struct dw_dump *dump, uint64_t off, uint64_t paddr, uint64_t len)
{
	uint8_t bytes[DW_PAGE];

	for (uint64_t done = 0; done < len;) {
		uint64_t at = paddr + done;
		uint64_t part = dw_min(len - done, DW_PAGE - at % DW_PAGE);
		const struct dw_page *page = dw_memory_find(&dump->memory, at / DW_PAGE);

		dw_add_part(dump, "data", at / DW_PAGE, off + done);
		if ((page && page->bytes) || done + part == len) {
			dw_memory_read(&dump->memory, at, bytes, part);
			dw_image_add(&dump->image, off + done, bytes, part);
		}
		done += part;
	}
}

bool dw_is_zero(const struct dw_memory *memory, uint64_t paddr, uint64_t len)
{
	uint8_t bytes[DW_PAGE];

	while (len) {
		uint64_t part = dw_min(len, DW_PAGE - paddr % DW_PAGE);
		const struct dw_page *page = dw_memory_find(memory, paddr / DW_PAGE);

		if (page && page->bytes) {
			dw_memory_read(memory, paddr, bytes, part);
			for (uint64_t i = 0; i < part; i++)
				if (bytes[i])
					return false;
		}
		paddr += part;
		len -= part;
	}
	return true;
}
