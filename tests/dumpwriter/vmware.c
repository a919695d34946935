// SPDX-License-Identifier: GPL-2.0-or-later
/* vmware.c - how is the machine written as VMware's state file, with the memory in it or beside?
 *
 *     vmem = inside        $dump has all
 *     vmem = none          $dump has the state alone
 *     vmem = vmss, vmsn    $dump.vmem and the state beside it */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define HEADER 12u
#define GROUP 80u

static void put_tag(struct dw_buffer *out, const char *name, int index, uint64_t value)
{
	dw_put_little(out, 2, strlen(name) << 8 | (uint64_t)(index >= 0) << 6 | 4);
	dw_put_text(out, name);
	if (index >= 0)
		dw_put_little(out, 4, (uint64_t)index);
	dw_put_little(out, 4, value);
}

/* Pages in the order of the file; regions = swapped puts the second stretch of memory first. */
static size_t list_regions(struct dw_dump *dump, struct dw_range *regions)
{
	static const char *const orders[] = { "rising", "swapped", NULL };
	size_t n = 0;
	struct dw_range run;

	for (uint64_t from = 0; dw_next_run(&dump->memory, from, &run); from = run.end) {
		struct dw_range pages = { dw_round_up(run.start, DW_PAGE),
					  run.end / DW_PAGE * DW_PAGE };

		if (pages.start < pages.end && n < DW_MAX_RANGES)
			regions[n++] = pages;
	}
	if (dw_get_choice(dump->settings, "dump", "regions", orders) == 1 && n > 1) {
		struct dw_range first = regions[0];

		regions[0] = regions[1];
		regions[1] = first;
	}
	return n;
}

static uint64_t put_pages(struct dw_dump *dump, uint64_t off, const struct dw_range *regions,
			  size_t n)
{
	uint64_t at = off;

	for (size_t i = 0; i < n; i++) {
		dw_put_memory(dump, at, regions[i].start, regions[i].end - regions[i].start);
		at += regions[i].end - regions[i].start;
	}
	return at - off;
}

static struct dw_buffer memory_tags(struct dw_dump *dump, uint64_t off,
				    const struct dw_range *regions, size_t n)
{
	struct dw_buffer tags = { .arena = dump->arena };
	uint64_t page = 0;

	put_tag(&tags, "align_mask", -1, 0xffff);
	if (!dw_get_yes(dump->settings, "dump", "has_regions", true))
		return tags;
	dw_add_part(dump, "regions", 0, off + tags.len);
	put_tag(&tags, "regionsCount", -1, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t pages = (regions[i].end - regions[i].start) / DW_PAGE;

		dw_add_part(dump, "region", i, off + tags.len);
		put_tag(&tags, "regionPageNum", (int)i, page);
		put_tag(&tags, "regionPPN", (int)i, regions[i].start / DW_PAGE);
		put_tag(&tags, "regionSize", (int)i, pages);
		page += pages;
	}
	return tags;
}

static void put_group(struct dw_buffer *out, const char *name, uint64_t at, uint64_t size)
{
	dw_put_text(out, name);
	dw_put_zeros(out, 64 - strlen(name));
	dw_put_little(out, 8, at);
	dw_put_little(out, 8, size);
}

/* A group of processors, whose tags are of other kinds, then that of the memory. */
static void write_state(struct dw_dump *dump, const struct dw_range *regions, size_t n,
			bool with_pages)
{
	struct dw_buffer head = { .arena = dump->arena }, cpu = { .arena = dump->arena };
	uint64_t cpu_at = HEADER + 2 * GROUP, memory_at, padding = 0, pages = 0;
	struct dw_buffer tags;

	dw_put_little(&cpu, 2, 4 << 8 | 2 << 6 | 8);
	dw_put_text(&cpu, "CR64");
	dw_put_zeros(&cpu, 4 + 4 + 8);
	dw_put_zeros(&cpu, 2);
	memory_at = cpu_at + cpu.len;
	tags = memory_tags(dump, memory_at, regions, n);
	if (with_pages) {
		bool is_packed = dw_get_yes(dump->settings, "dump", "memory_compressed", false);

		dw_put_little(&tags, 2, 6 << 8 | (is_packed ? 62 : 63));
		dw_put_text(&tags, "Memory");
		for (size_t i = 0; i < n; i++)
			pages += regions[i].end - regions[i].start;
		dw_add_part(dump, "memory", 0, memory_at + tags.len);
		padding = dw_round_up(memory_at + tags.len + 18, DW_PAGE) -
			  (memory_at + tags.len + 18);
		dw_put_little(&tags, 8, pages);
		dw_put_little(&tags, 8, pages);
		dw_put_little(&tags, 2, padding);
	}
	dw_put_little(&head, 4, dw_get_number(dump->settings, "dump", "id", 0xbed2bed2));
	dw_put_little(&head, 4, 8);
	dw_put_little(&head, 4, 2);
	dw_add_part(dump, "vmware", 0, 0);
	dw_add_part(dump, "group", 0, HEADER);
	dw_add_part(dump, "group", 1, HEADER + GROUP);
	put_group(&head, "cpu", cpu_at, cpu.len);
	put_group(&head, "memory", memory_at, tags.len + padding + pages + 2);
	dw_image_add(&dump->image, 0, head.at, head.len);
	dw_image_add(&dump->image, cpu_at, cpu.at, cpu.len);
	dw_image_add(&dump->image, memory_at, tags.at, tags.len);
	if (with_pages)
		put_pages(dump, memory_at + tags.len + padding, regions, n);
	dw_image_add(&dump->image, memory_at + tags.len + padding + pages, "\0", 2);
}

void dw_write_vmware(struct dw_dump *dump)
{
	struct dw_range regions[DW_MAX_RANGES];
	size_t n = list_regions(dump, regions);

	dump->block_size = DW_PAGE;
	dump->layout.is_big = false;
	write_state(dump, regions, n,
		    strcmp(dw_get(dump->settings, "dump", "vmem", ""), "none") != 0);
}

void dw_write_vmem(struct dw_dump *machine, const char *state_ending, const char *path)
{
	struct dw_range regions[DW_MAX_RANGES];
	struct dw_dump memory = *machine, state = *machine;
	size_t n = list_regions(machine, regions);

	memory.block_size = state.block_size = DW_PAGE;
	memory.part = 1;
	state.layout.is_big = false;
	write_state(&state, regions, n, false);
	dw_finish(&state, "none", dw_format(machine->arena, "%s.%s", path, state_ending));
	put_pages(&memory, 0, regions, n);
	dw_finish(&memory, "none", dw_format(machine->arena, "%s.vmem", path));
}
