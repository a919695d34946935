// SPDX-License-Identifier: GPL-2.0-or-later
/* xen.c - how is the machine written as a Xen guest's core?
 *
 *     machine_frames = yes    a guest that knows of the hypervisor: its page tables hold the machine's
 *                             frames
 *     frames = rising falling mixed    the order of the list */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define NOTE_SIZE 48u
#define MAX_SECTIONS 8u

struct section {
	const char *name;
	uint64_t at, size, entry_size;
};

struct xen {
	struct dw_dump *dump;
	bool has_machine;
	uint64_t *frames;
	size_t n;
};

/* Somewhere else in the machine, one by one. */
static uint64_t machine_frame(uint64_t pfn)
{
	return (pfn ^ 0x2a5) + 0x180000;
}

static void collect_frames(struct xen *xen)
{
	struct dw_range run;

	xen->frames = dw_alloc(xen->dump->arena,
			       dw_memory_end(&xen->dump->memory) / DW_PAGE * sizeof(*xen->frames));
	for (uint64_t from = 0; dw_next_run(&xen->dump->memory, from, &run); from = run.end)
		for (uint64_t pfn = dw_round_up(run.start, DW_PAGE) / DW_PAGE;
		     (pfn + 1) * DW_PAGE <= run.end; pfn++)
			xen->frames[xen->n++] = pfn;
}

static void swap(uint64_t *one, uint64_t *other)
{
	uint64_t kept = *one;

	*one = *other;
	*other = kept;
}

static void order_frames(struct xen *xen)
{
	static const char *const orders[] = { "rising", "falling", "mixed", NULL };
	unsigned order = dw_get_choice(xen->dump->settings, "dump", "frames", orders);

	for (size_t i = 0; order == 1 && i < xen->n / 2; i++)
		swap(&xen->frames[i], &xen->frames[xen->n - 1 - i]);
	for (size_t i = 0; order == 2 && i < xen->n; i++)
		swap(&xen->frames[i], &xen->frames[i * 7919 % xen->n]);
}

/* Entries of a table and of those below it get the machine's frames. */
static void convert_table(struct xen *xen, uint64_t table, unsigned level)
{
	const uint64_t address = 0x000ffffffffff000ull;

	for (unsigned i = 0; i < 512; i++) {
		uint64_t at = table + 8 * i;
		uint64_t entry = dw_memory_read_number(&xen->dump->memory, at, 8);

		if (!(entry & 1))
			continue;
		if (level > 0 && !(entry & 0x80))
			convert_table(xen, entry & address, level - 1);
		dw_memory_write_number(
			&xen->dump->memory, at, 8,
			(entry & ~address) | machine_frame((entry & address) / DW_PAGE) * DW_PAGE);
	}
}

static void put_note(struct dw_buffer *out, const struct xen *xen)
{
	bool is_big = xen->dump->layout.is_big;

	dw_put_number(out, is_big, 4, 4);
	dw_put_number(out, is_big, 4, 32);
	dw_put_number(out, is_big, 4, 0x2000001);
	dw_put(out, "Xen", 4);
	dw_put_number(out, is_big, 8, xen->has_machine ? 0xf00febed : 0xf00febee);
	dw_put_number(out, is_big, 8, 1);
	dw_put_number(out, is_big, 8, xen->n);
	dw_put_number(out, is_big, 8, DW_PAGE);
}

static struct dw_buffer list_of_frames(const struct xen *xen)
{
	struct dw_buffer list = { .arena = xen->dump->arena };
	bool is_big = xen->dump->layout.is_big;

	for (size_t i = 0; i < xen->n; i++) {
		dw_put_number(&list, is_big, 8, xen->frames[i]);
		if (xen->has_machine)
			dw_put_number(&list, is_big, 8, machine_frame(xen->frames[i]));
	}
	return list;
}

static void write_elf_header(const struct xen *xen, size_t n_sections)
{
	const struct dw_layout *layout = &xen->dump->layout;
	uint8_t header[64] = { 0x7f, 'E', 'L', 'F', 0, 0, 1 };
	const struct {
		const char *name;
		uint64_t value;
	} fields[] = {
		{ "e_class", layout->word == 8 ? 2 : 1 },
		{ "e_data", layout->is_big ? 2 : 1 },
		{ "e_type", 4 },
		{ "e_machine", xen->dump->kernel.arch->elf_machine },
		{ "e_version", 1 },
		{ "e_shoff", dw_structure_size(layout, "elf") },
		{ "e_ehsize", dw_structure_size(layout, "elf") },
		{ "e_shentsize", dw_structure_size(layout, "shdr") },
		{ "e_shnum", n_sections },
		{ "e_shstrndx", 1 },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		dw_store_field(layout, header, "elf", fields[i].name, fields[i].value);
	dw_image_add(&xen->dump->image, 0, header, dw_structure_size(layout, "elf"));
	dw_add_part(xen->dump, "elf", 0, 0);
}

static void write_section_headers(const struct xen *xen, const struct section *sections, size_t n,
				  const struct dw_buffer *names)
{
	const struct dw_layout *layout = &xen->dump->layout;
	unsigned size = dw_structure_size(layout, "shdr");
	uint64_t off = dw_structure_size(layout, "elf");

	for (size_t i = 0; i < n; i++, off += size) {
		uint8_t header[64] = { 0 };
		size_t name_at = 0;

		while (i && strcmp((const char *)names->at + name_at, sections[i].name) != 0)
			name_at += strlen((const char *)names->at + name_at) + 1;
		dw_store_field(layout, header, "shdr", "sh_name", name_at);
		dw_store_field(layout, header, "shdr", "sh_type", i > 0);
		dw_store_field(layout, header, "shdr", "sh_offset", sections[i].at);
		dw_store_field(layout, header, "shdr", "sh_size", sections[i].size);
		dw_store_field(layout, header, "shdr", "sh_entsize", sections[i].entry_size);
		dw_image_add(&xen->dump->image, off, header, size);
		dw_add_part(xen->dump, "shdr", i, off);
	}
}

static struct dw_buffer names_of(const struct xen *xen, const struct section *sections, size_t n)
{
	struct dw_buffer names = { .arena = xen->dump->arena };

	dw_put_zeros(&names, 1);
	for (size_t i = 1; i < n; i++) {
		dw_put_text(&names, sections[i].name);
		dw_put_zeros(&names, 1);
	}
	return names;
}

void dw_write_xen(struct dw_dump *dump)
{
	struct xen xen = { .dump = dump };
	const struct dw_layout *layout = &dump->layout;
	struct section sections[] = { { 0 },
				      { .name = ".shstrtab" },
				      { .name = ".note.Xen" },
				      { .name = ".xen_prstatus" },
				      { .name = ".xen_pages", .entry_size = DW_PAGE },
				      { .entry_size = 8 } };
	size_t n = sizeof(sections) / sizeof(sections[0]);
	struct dw_buffer note = { .arena = dump->arena }, list, names;
	uint64_t at = dw_structure_size(layout, "elf") + n * dw_structure_size(layout, "shdr");

	dump->block_size = DW_PAGE;
	xen.has_machine = dw_get_yes(dump->settings, "dump", "machine_frames", false);
	sections[n - 1].name = xen.has_machine ? ".xen_p2m" : ".xen_pfn";
	collect_frames(&xen);
	order_frames(&xen);
	if (xen.has_machine)
		convert_table(&xen, dump->kernel.table.top_paddr,
			      dump->kernel.table.paging.levels - 1);
	put_note(&note, &xen);
	list = list_of_frames(&xen);
	names = names_of(&xen, sections, n);
	const uint64_t sizes[] = { 0, names.len, note.len, 0, xen.n * DW_PAGE, list.len };

	for (size_t i = 1; i < n; i++) {
		sections[i].at = dw_round_up(at, i == 4 ? DW_PAGE : 8);
		sections[i].size = sizes[i];
		at = sections[i].at + sizes[i];
	}
	write_elf_header(&xen, n);
	write_section_headers(&xen, sections, n, &names);
	dw_image_add(&dump->image, sections[1].at, names.at, names.len);
	dw_image_add(&dump->image, sections[2].at, note.at, note.len);
	dw_add_part(dump, "note", 0, sections[2].at);
	for (size_t i = 0; i < xen.n; i++) {
		dw_put_memory(dump, sections[4].at + i * DW_PAGE, xen.frames[i] * DW_PAGE, DW_PAGE);
		dw_add_part(dump, "frame", xen.frames[i],
			    sections[5].at + i * (xen.has_machine ? 16 : 8));
	}
	dw_image_add(&dump->image, sections[5].at, list.at, list.len);
}
