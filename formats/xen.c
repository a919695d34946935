// SPDX-License-Identifier: GPL-2.0-or-later
/* xen.c - guests' cores that xl dump-core writes: ELF without segments, memory in sections. Drawn in
 * xen.md. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/xen_index.h"

#include <inttypes.h>
#include <stdlib.h>

#define IDENT_SIZE 16
#define ET_CORE 4
#define MAX_NAME 16 /* of the sections that are looked for, with NUL */
#define NOTE_HEADER 12
#define NOTE_DUMPCORE_HEADER 0x2000001u
#define NOTE_SIZE (NOTE_HEADER + 4 + 32) /* name "Xen", four numbers */
#define PAGE 4096

struct section {
	uint64_t at, size;
};

/* Where things are in the file. */
struct parts {
	uint64_t headers_at;
	uint16_t header_size, n_headers, names_index;
	struct section names, note, frames, machine_frames, pages;
};

struct xen {
	struct cdm_xen_index *index;
	uint64_t pages_at;
	uint64_t n_pages;
	uint32_t page_size;
};

/* e_type 4, and no program headers: e_phnum stands at 56 of 64 bytes, or at 44 of 52. */
static bool probe(struct cdm_bytes head)
{
	if (!cdm_starts_with(head, "\177ELF", 4) || head.len < 64)
		return false;
	struct cdm_layout layout = { .big_endian = head.at[5] == 2,
				     .word = head.at[4] == 2 ? 8 : 4 };

	return cdm_load_u16(head.at + 16, layout) == ET_CORE &&
	       cdm_load_u16(head.at + (layout.word == 8 ? 56 : 44), layout) == 0 &&
	       cdm_load_u16(head.at + (layout.word == 8 ? 60 : 48), layout) != 0;
}

/* ---- sections ---- */

static void parse_header(struct cdm_dump *dump, struct parts *parts)
{
	struct cdm_bytes head = dump->head;

	dump->layout = (struct cdm_layout){ .big_endian = head.at[5] == 2,
					    .word = head.at[4] == 2 ? 8 : 4 };
	struct cdm_cursor c = cdm_cursor(head, dump->layout);

	cdm_skip(&c, IDENT_SIZE + 2);
	dump->elf_machine = cdm_take_u16(&c);
	cdm_skip(&c, 4);
	cdm_take_word(&c); /* e_entry */
	cdm_take_word(&c); /* e_phoff */
	parts->headers_at = cdm_take_word(&c);
	cdm_skip(&c, 4 + 2 + 2 + 2);
	parts->header_size = cdm_take_u16(&c);
	parts->n_headers = cdm_take_u16(&c);
	parts->names_index = cdm_take_u16(&c);
}

/* sh_name, sh_offset and sh_size of a section header. */
static enum cdm_status read_section(const struct cdm_dump *dump, const struct parts *parts,
				    unsigned number, uint32_t *name, struct section *section,
				    struct cdm_error *err)
{
	uint8_t raw[64];
	struct cdm_layout layout = dump->layout;
	uint64_t at = parts->headers_at;

	if (cdm_add_mul(at, number, parts->header_size, &at))
		return cdm_fail(err, CDM_CORRUPT, "section header %u lies behind 2^64 bytes",
				number);
	if (cdm_source_read_exact(dump->source, at, raw, layout.word == 8 ? 64 : 40, err))
		return cdm_context(err, "section header %u", number);
	*name = cdm_load_u32(raw, layout);
	section->at = cdm_load_word(raw + 8 + 2 * layout.word, layout);
	section->size = cdm_load_word(raw + 8 + 3 * layout.word, layout);
	if (section->at > INT64_MAX || section->size > INT64_MAX)
		return cdm_fail(err, CDM_CORRUPT,
				"section %u: 0x%" PRIx64 " bytes at offset 0x%" PRIx64
				" are in no file",
				number, section->size, section->at);
	return CDM_OK;
}

static void note_section(struct parts *parts, const char *name, const struct section *section)
{
	const struct {
		char name[MAX_NAME];
		struct section *section;
	} wanted[] = {
		{ ".note.Xen", &parts->note },
		{ ".xen_pfn", &parts->frames },
		{ ".xen_p2m", &parts->machine_frames },
		{ ".xen_pages", &parts->pages },
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (strcmp(name, wanted[i].name) == 0)
			*wanted[i].section = *section;
}

static enum cdm_status find_sections(struct cdm_dump *dump, struct parts *parts,
				     struct cdm_error *err)
{
	uint32_t unused;

	if (read_section(dump, parts, parts->names_index, &unused, &parts->names, err))
		return cdm_context(err, "names of the sections");
	for (unsigned i = 1; i < parts->n_headers; i++) {
		struct section section;
		char name[MAX_NAME + 1] = "";
		uint32_t name_at;
		size_t got;

		enum cdm_status st = read_section(dump, parts, i, &name_at, &section, err);

		if (st)
			return st;
		/* A name may be the last thing in the file. */
		st = cdm_source_read(dump->source, parts->names.at + name_at, name, MAX_NAME, &got,
				     err);
		if (st && !cdm_is_missing(st))
			return st;
		note_section(parts, name, &section);
	}
	return CDM_OK;
}

/* The note of the kind that comes first: magic, processors, pages, size of a page. */
static enum cdm_status read_page_size(struct cdm_dump *dump, const struct section *note,
				      uint32_t *page_size, struct cdm_error *err)
{
	uint8_t raw[NOTE_SIZE];
	struct cdm_layout layout = dump->layout;

	*page_size = PAGE;
	if (note->size < sizeof(raw))
		return CDM_OK;
	if (cdm_source_read_exact(dump->source, note->at, raw, sizeof(raw), err))
		return cdm_context(err, "section .note.Xen");
	uint64_t size = cdm_load_u64(raw + NOTE_SIZE - 8, layout);

	if (cdm_load_u32(raw + 8, layout) != NOTE_DUMPCORE_HEADER)
		return CDM_OK;
	if (!cdm_is_power_of_two(size) || size < PAGE || size > CDM_MAX_BLOCK)
		return cdm_fail(err, CDM_CORRUPT,
				"section .note.Xen: pages of %" PRIu64
				" bytes, not a power of two from %d to %u",
				size, PAGE, CDM_MAX_BLOCK);
	*page_size = (uint32_t)size;
	return CDM_OK;
}

static enum cdm_status check_sections(const struct parts *parts, struct cdm_error *err)
{
	if (parts->pages.size && (parts->frames.size || parts->machine_frames.size))
		return CDM_OK;
	return cdm_fail(err, CDM_ERR_UNSUPPORTED,
			"an ELF core without program headers, and without the sections .xen_pages "
			"and .xen_pfn or .xen_p2m of Xen's dump-core: its memory cannot be found");
}

/* ---- the file ---- */

static enum cdm_status open_index(struct cdm_dump *dump, const struct parts *parts, struct xen *xen,
				  struct cdm_error *err)
{
	bool has_machine = parts->machine_frames.size != 0;
	const struct section *section = has_machine ? &parts->machine_frames : &parts->frames;
	struct cdm_xen_list list = {
		.dump = dump,
		.layout = { .big_endian = dump->layout.big_endian, .word = 8 },
		.at = section->at,
		.n = section->size / (has_machine ? 16 : 8),
		.has_machine = has_machine,
	};

	list.n = cdm_min(list.n, parts->pages.size / xen->page_size);
	xen->pages_at = parts->pages.at;
	return cdm_xen_index_new(&list, &xen->index, err);
}

static enum cdm_status open_xen(struct cdm_dump *dump, struct cdm_error *err)
{
	struct parts parts = { 0 };
	struct xen *xen;
	uint32_t page_size;
	enum cdm_status st;

	parse_header(dump, &parts);
	if ((st = find_sections(dump, &parts, err)) || (st = check_sections(&parts, err)) ||
	    (st = read_page_size(dump, &parts.note, &page_size, err)))
		return st;
	xen = calloc(1, sizeof(*xen));
	if (!xen)
		return cdm_fail_memory(err, "Xen core");
	xen->page_size = page_size;
	st = open_index(dump, &parts, xen, err);
	if (st) {
		free(xen);
		return st;
	}
	/* A guest that knows of the hypervisor: its page tables hold the machine's frames (T66). */
	dump->has_machine_frames = parts.machine_frames.size != 0;
	dump->priv = xen;
	return CDM_OK;
}

static void close_xen(struct cdm_dump *dump)
{
	struct xen *xen = dump->priv;

	cdm_xen_index_free(xen->index);
	free(xen);
}

/* ---- memory ---- */

/* What follows one another in the file as in memory. */
static enum cdm_status read_run(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	const struct xen *xen = dump->priv;
	uint64_t pfn = paddr / xen->page_size, off = paddr % xen->page_size, place;
	struct cdm_xen_entry entry;
	enum cdm_status st =
		cdm_xen_index_find(xen->index, CDM_XEN_GUEST, pfn, &entry, &place, err);

	if (st == CDM_NOT_MINE && dump->lost) {
		*err = *dump->lost;
		return cdm_context(err, "physical address 0x%" PRIx64, paddr);
	}
	if (st == CDM_NOT_MINE)
		return cdm_fail(err, CDM_ABSENT,
				"physical address 0x%" PRIx64 ": page frame 0x%" PRIx64
				" is not in the list",
				paddr, pfn);
	if (st)
		return st;
	uint64_t n = cdm_xen_index_run(xen->index, place, (off + len - 1) / xen->page_size + 1);

	len = (size_t)cdm_min(len, n * xen->page_size - off);
	return cdm_dump_read_stored(dump->source, paddr,
				    xen->pages_at + place * xen->page_size + off, buf, len, got,
				    err);
}

static enum cdm_status read_xen(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	*got = 0;
	while (*got < len) {
		size_t part = 0;
		enum cdm_status st =
			read_run(dump, paddr + *got, buf + *got, len - *got, &part, err);

		*got += part;
		if (st)
			return st;
	}
	return CDM_OK;
}

/* As many pages as follow one another, up to CDM_XEN_RANGE. */
static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	const struct xen *xen = dump->priv;
	uint64_t pfn = from / xen->page_size, place, n = 0;
	struct cdm_xen_entry unused;
	enum cdm_status st = cdm_xen_index_next(xen->index, pfn, &pfn, err);

	if (st)
		return st;
	while (n < CDM_XEN_RANGE && !st) {
		n++;
		st = cdm_xen_index_find(xen->index, CDM_XEN_GUEST, pfn + n, &unused, &place, err);
	}
	if (st && st != CDM_NOT_MINE && !cdm_is_missing(st))
		return st;
	if (pfn > UINT64_MAX / xen->page_size - CDM_XEN_RANGE)
		return CDM_END; /* no machine has such memory */
	*out = (struct cdm_range){ .begin = cdm_max(from, pfn * xen->page_size),
				   .end = (pfn + n) * xen->page_size };
	return CDM_OK;
}

static enum cdm_status from_machine(struct cdm_dump *dump, uint64_t machine, uint64_t *paddr,
				    struct cdm_error *err)
{
	const struct xen *xen = dump->priv;
	struct cdm_xen_entry entry;
	uint64_t place;
	enum cdm_status st = cdm_xen_index_find(xen->index, CDM_XEN_MACHINE,
						machine / xen->page_size, &entry, &place, err);

	if (st == CDM_NOT_MINE)
		return cdm_fail(err, CDM_ABSENT,
				"machine address 0x%" PRIx64 " is not the guest's memory", machine);
	if (st)
		return st;
	if (cdm_mul(entry.number[CDM_XEN_GUEST], xen->page_size, paddr))
		return cdm_fail(err, CDM_CORRUPT,
				"machine address 0x%" PRIx64 ": page frame 0x%" PRIx64
				" is more than there can be",
				machine, entry.number[CDM_XEN_GUEST]);
	*paddr += machine % xen->page_size;
	return CDM_OK;
}

const struct cdm_format cdm_format_xen = {
	.name = "xen",
	.title = "Xen guest core",
	.probe = probe,
	.open = open_xen,
	.read = read_xen,
	.next_range = next_range,
	.from_machine = from_machine,
	.close = close_xen,
};
