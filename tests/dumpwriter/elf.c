// SPDX-License-Identifier: GPL-2.0-or-later
/* elf.c - how is the machine written as an ELF core? */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define PT_LOAD_TYPE 1u
#define PT_NOTE_TYPE 4u
#define PN_XNUM_COUNT 0xffffu
#define MAX_SEGMENTS 4096u

/* makedumpfile -E leaves shorter runs of excluded pages in the file. */
#define SHORTEST_CUT 256u

struct segment {
	uint64_t paddr, vaddr, filesz, memsz;
	uint64_t off; /* of its bytes in the file */
};

struct elf {
	struct dw_dump *dump;
	struct segment segments[MAX_SEGMENTS];
	size_t n_segments;
	struct dw_notes notes;
	uint64_t phoff, shoff, notes_at;
	size_t n_headers;
	bool is_extended; /* the count is in a section header */
};

/* Which virtual addresses the program headers claim. */
enum vaddr_style {
	VADDR_PROC, /* those of the kernel: /proc/vmcore */
	VADDR_QEMU, /* the physical ones */
	VADDR_ZERO,
};

static enum vaddr_style vaddr_style(const struct dw_dump *dump)
{
	static const char *const styles[] = { "proc", "qemu", "zero", NULL };

	return (enum vaddr_style)dw_get_choice(dump->settings, "dump", "vaddr", styles);
}

static uint64_t claimed_vaddr(const struct dw_dump *dump, uint64_t paddr)
{
	switch (vaddr_style(dump)) {
	case VADDR_PROC:
		return dw_as_address(&dump->kernel, dump->kernel.direct_base + paddr);
	case VADDR_QEMU:
		return paddr;
	case VADDR_ZERO:
		break;
	}
	return 0;
}

static struct segment *add_segment(struct elf *elf, uint64_t paddr)
{
	if (elf->n_segments == MAX_SEGMENTS)
		dw_die("%s: more than %u segments", elf->dump->settings->script->path,
		       MAX_SEGMENTS);
	elf->segments[elf->n_segments] =
		(struct segment){ .paddr = paddr, .vaddr = claimed_vaddr(elf->dump, paddr) };
	return &elf->segments[elf->n_segments++];
}

static enum dw_page_state state_at(const struct dw_dump *dump, uint64_t paddr)
{
	const struct dw_page *page = dw_memory_find(&dump->memory, paddr / DW_PAGE);

	return page ? page->state : DW_KEPT;
}

/* Is nothing kept in the SHORTEST_CUT pages from paddr on? */
static bool cut_begins_at(const struct dw_dump *dump, uint64_t paddr, uint64_t end)
{
	for (unsigned i = 0; i < SHORTEST_CUT && paddr < end; i++, paddr += DW_PAGE) {
		if (dw_memory_find(&dump->memory, paddr / DW_PAGE))
			return false;
	}
	return true;
}

static bool is_left_out(const struct dw_dump *dump, uint64_t paddr, uint64_t end, bool with_cuts)
{
	return state_at(dump, paddr) == DW_EXCLUDED ||
	       (with_cuts && cut_begins_at(dump, paddr, end));
}

/* The segments of one range: cut where pages are left out, so that the file part comes first and
 * the memory part covers what is left out; ended where there is no RAM. */
static void add_range(struct elf *elf, uint64_t start, uint64_t end, bool with_cuts)
{
	struct segment *segment = NULL;
	bool in_cut = false;

	for (uint64_t paddr = start; paddr < end;) {
		uint64_t part = dw_min(end, paddr / DW_PAGE * DW_PAGE + DW_PAGE) - paddr;
		const struct dw_page *page = dw_memory_find(&elf->dump->memory, paddr / DW_PAGE);

		if (state_at(elf->dump, paddr) == DW_REMOVED) {
			segment = NULL;
			paddr += part;
			continue;
		}
		/* A cut goes on until a page that holds something. */
		in_cut = (in_cut && !page) || is_left_out(elf->dump, paddr, end, with_cuts);
		if (!segment || (!in_cut && segment->filesz < segment->memsz))
			segment = add_segment(elf, paddr);
		segment->memsz += part;
		segment->filesz += in_cut ? 0 : part;
		paddr += part;
	}
}

static void add_ranges(struct elf *elf)
{
	static const char *const cut_words[] = { "none", "makedumpfile", NULL };
	const struct dw_dump *dump = elf->dump;
	bool with_cuts = dw_get_choice(dump->settings, "dump", "cuts", cut_words) == 1;

	if (vaddr_style(dump) == VADDR_PROC && dump->kernel.image_shift) {
		size_t first = elf->n_segments;

		/* The kernel's text comes first, under its own addresses. */
		add_range(elf, dump->kernel.image_paddr,
			  dump->kernel.image_paddr + dump->kernel.image_size, with_cuts);
		for (size_t i = first; i < elf->n_segments; i++)
			elf->segments[i].vaddr = elf->segments[i].paddr - dump->kernel.image_paddr +
						 dump->kernel.image_vaddr;
	}
	for (size_t i = 0; i < dump->memory.n_ram; i++)
		add_range(elf, dump->memory.ram[i].start, dump->memory.ram[i].end, with_cuts);
}

/* load = PADDR FILESZ MEMSZ [VADDR]: segments as they are given, instead of the ranges. */
static bool add_given(struct elf *elf)
{
	const struct dw_settings *settings = elf->dump->settings;
	size_t next = 0;
	const char *load;
	bool is_given = false;

	while ((load = dw_get_next(settings, "dump", "load", &next))) {
		size_t n_words;
		char **words = dw_words(elf->dump->arena, load, &n_words);
		struct segment *segment;

		if (n_words < 3)
			dw_die("%s: load = PADDR FILESZ MEMSZ [VADDR]", settings->script->path);
		segment = add_segment(elf, dw_find_place(elf->dump, words[0]).at);
		segment->filesz = dw_number(settings, "load", words[1]);
		segment->memsz = dw_number(settings, "load", words[2]);
		if (n_words > 3)
			segment->vaddr = dw_number(settings, "load", words[3]);
		is_given = true;
	}
	return is_given;
}

static void order_segments(struct elf *elf)
{
	static const char *const orders[] = { "rising", "falling", NULL };

	if (dw_get_choice(elf->dump->settings, "dump", "segments", orders) == 0)
		return;
	for (size_t i = 0; i < elf->n_segments / 2; i++) {
		struct segment first = elf->segments[i];

		elf->segments[i] = elf->segments[elf->n_segments - 1 - i];
		elf->segments[elf->n_segments - 1 - i] = first;
	}
}

/* Headers, section header, notes, then each segment's bytes at the same place of a page as in
 * memory. */
static void lay_out(struct elf *elf)
{
	const struct dw_settings *settings = elf->dump->settings;
	const struct dw_layout *layout = &elf->dump->layout;
	uint64_t at;

	elf->n_headers = elf->n_segments + elf->notes.n_starts;
	elf->is_extended = dw_get_yes(settings, "dump", "pn_xnum", false);
	elf->phoff = dw_get_number(settings, "dump", "phoff", dw_structure_size(layout, "elf"));
	at = elf->phoff + elf->n_headers * dw_structure_size(layout, "phdr");
	if (elf->is_extended) {
		elf->shoff = at;
		at += dw_structure_size(layout, "shdr");
	}
	elf->notes_at = dw_round_up(at, 4);
	at = elf->notes_at + elf->notes.bytes.len;
	for (size_t i = 0; i < elf->n_segments; i++) {
		struct segment *segment = &elf->segments[i];

		if (!segment->filesz)
			continue;
		segment->off = dw_round_up(at, DW_PAGE) + segment->paddr % DW_PAGE;
		at = segment->off + segment->filesz;
	}
}

static void write_header(struct elf *elf)
{
	const struct dw_settings *settings = elf->dump->settings;
	const struct dw_layout *layout = &elf->dump->layout;
	unsigned size = dw_structure_size(layout, "elf");
	unsigned section_size = dw_structure_size(layout, "shdr");
	const struct {
		const char *name;
		uint64_t value;
	} fields[] = {
		{ "e_class", layout->word == 8 ? 2 : 1 },
		{ "e_data", layout->is_big ? 2 : 1 },
		{ "e_type", 4 }, /* ET_CORE */
		{ "e_machine",
		  dw_get_number(settings, "dump", "machine", elf->dump->kernel.arch->elf_machine) },
		{ "e_version", 1 },
		{ "e_phoff", elf->phoff },
		{ "e_shoff", elf->shoff },
		/* Bit 0 is makedumpfile's sign of a dump that ran out of space. */
		{ "e_flags", dw_get_yes(settings, "dump", "incomplete", false) },
		{ "e_ehsize", dw_get_number(settings, "dump", "ehsize", size) },
		{ "e_phentsize", dw_structure_size(layout, "phdr") },
		{ "e_phnum", elf->is_extended ? PN_XNUM_COUNT : elf->n_headers },
		{ "e_shentsize", elf->is_extended ? section_size : 0 },
		{ "e_shnum", elf->is_extended },
	};
	uint8_t header[64] = { 0x7f, 'E', 'L', 'F', 0, 0, 1 };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		dw_store_field(layout, header, "elf", fields[i].name, fields[i].value);
	dw_image_add(&elf->dump->image, 0, header, size);
	dw_add_part(elf->dump, "elf", 0, 0);
}

static void write_section_header(struct elf *elf)
{
	const struct dw_layout *layout = &elf->dump->layout;
	uint8_t header[64] = { 0 };

	if (!elf->is_extended)
		return;
	dw_store_field(layout, header, "shdr", "sh_info", elf->n_headers);
	dw_image_add(&elf->dump->image, elf->shoff, header, dw_structure_size(layout, "shdr"));
	dw_add_part(elf->dump, "shdr", 0, elf->shoff);
}

/* What the program header says: /proc/kcore has all ones, or, before 4.12, 0 everywhere. */
static uint64_t told_paddr(const struct dw_dump *dump, uint64_t paddr)
{
	static const char *const words[] = { "right", "ones", "zero", NULL };

	switch (dw_get_choice(dump->settings, "dump", "paddr", words)) {
	case 0:
		return paddr;
	case 1:
		return UINT64_MAX;
	default:
		return 0;
	}
}

static void write_program_header(struct elf *elf, size_t index, unsigned type,
				 const struct segment *segment)
{
	const struct dw_layout *layout = &elf->dump->layout;
	unsigned size = dw_structure_size(layout, "phdr");
	uint64_t off = elf->phoff + index * size;
	uint8_t header[64] = { 0 };
	uint64_t paddr = type == PT_LOAD_TYPE ? told_paddr(elf->dump, segment->paddr) : 0;

	dw_store_field(layout, header, "phdr", "p_type", type);
	dw_store_field(layout, header, "phdr", "p_flags", type == PT_LOAD_TYPE ? 7 : 0);
	dw_store_field(layout, header, "phdr", "p_offset", segment->off);
	dw_store_field(layout, header, "phdr", "p_vaddr", segment->vaddr);
	dw_store_field(layout, header, "phdr", "p_paddr", paddr);
	dw_store_field(layout, header, "phdr", "p_filesz", segment->filesz);
	dw_store_field(layout, header, "phdr", "p_memsz", segment->memsz);
	dw_image_add(&elf->dump->image, off, header, size);
	dw_add_part(elf->dump, "phdr", index, off);
}

/* The notes are padded to a page: a writer leaves no gap before the first segment. */
static void write_notes(struct elf *elf)
{
	struct dw_notes *notes = &elf->notes;
	uint64_t end_at = elf->notes_at + notes->bytes.len;

	for (size_t i = 0; i < notes->n_starts; i++) {
		uint64_t end = i + 1 < notes->n_starts ? notes->starts[i + 1] : notes->bytes.len;
		struct segment segment = { .off = elf->notes_at + notes->starts[i],
					   .filesz = end - notes->starts[i],
					   .memsz = end - notes->starts[i] };

		write_program_header(elf, i, PT_NOTE_TYPE, &segment);
	}
	dw_put_zeros(&notes->bytes, dw_round_up(end_at, DW_PAGE) - end_at);
	dw_image_add(&elf->dump->image, elf->notes_at, notes->bytes.at, notes->bytes.len);
	dw_move_notes(elf->dump, elf->notes_at);
	if (notes->text_at)
		dw_add_part(elf->dump, "vmcoreinfo", 0, elf->notes_at + notes->text_at);
}

void dw_write_elf(struct dw_dump *dump)
{
	struct elf *elf = dw_alloc(dump->arena, sizeof(*elf));

	elf->dump = dump;
	dump->block_size = DW_PAGE;
	elf->notes = dw_make_notes(dump, "core vmcoreinfo");
	if (!add_given(elf))
		add_ranges(elf);
	order_segments(elf);
	lay_out(elf);
	write_header(elf);
	write_notes(elf);
	for (size_t i = 0; i < elf->n_segments; i++)
		write_program_header(elf, elf->notes.n_starts + i, PT_LOAD_TYPE, &elf->segments[i]);
	write_section_header(elf);
	for (size_t i = 0; i < elf->n_segments; i++)
		dw_put_memory(dump, elf->segments[i].off, elf->segments[i].paddr,
			      elf->segments[i].filesz);
}
