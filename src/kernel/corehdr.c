// SPDX-License-Identifier: GPL-2.0-or-later
/* corehdr.c - which notes and which memory does an ELF header in memory lead to? */

#include "kernel/corehdr.h"

#include "base/checked.h"

#define NOTE_HEADER 12

bool cdm_is_vmcoreinfo_note(struct cdm_bytes at, uint32_t *desc_size)
{
	static const char name[] = "VMCOREINFO";

	if (at.len < CDM_NOTE_TEXT || memcmp(at.at + NOTE_HEADER, name, sizeof(name)) != 0)
		return false;
	for (int big = 0; big < 2; big++) {
		struct cdm_layout layout = { .big_endian = big, .word = 4 };

		if (cdm_load_u32(at.at, layout) != sizeof(name))
			continue;
		*desc_size = cdm_load_u32(at.at + 4, layout);
		return *desc_size > 0 && *desc_size <= CDM_MAX_VMCOREINFO;
	}
	return false;
}

#define ET_CORE 4
#define PT_LOAD 1
#define PT_NOTE 4

/* Places in the headers of 32 and of 64 bits. */
#define TYPE_AT 16
#define MAX_EHDR 64
#define MAX_PHDR 56

struct fields {
	uint8_t ehdr_size, phdr_size, phoff_at, phentsize_at, phnum_at;
	uint8_t offset_at, paddr_at, memsz_at;
};

static const struct fields fields_32 = { 52, 32, 28, 42, 44, 4, 12, 20 };
static const struct fields fields_64 = { 64, 56, 32, 54, 56, 8, 24, 40 };

struct header {
	struct cdm_dump *dump;
	const struct fields *fields;
	struct cdm_layout layout;
	uint64_t paddr; /* of the first program header */
	unsigned n;     /* of them, at most 65534 */
};

struct segment {
	uint32_t type;
	uint64_t offset, paddr, len;
};

/* Program headers stand behind the file header: nobody makes it otherwise. */
static bool read_header(struct cdm_bytes page, uint64_t paddr, struct header *header)
{
	static const char magic[] = "\177ELF";

	if (!cdm_starts_with(page, magic, sizeof(magic) - 1) || page.len < MAX_EHDR)
		return false;
	header->layout.word = page.at[4] == 1 ? 4 : 8;
	header->layout.big_endian = page.at[5] == 2;
	header->fields = header->layout.word == 4 ? &fields_32 : &fields_64;
	header->paddr = paddr + header->fields->ehdr_size;
	header->n = cdm_load_u16(page.at + header->fields->phnum_at, header->layout);
	return cdm_load_u16(page.at + TYPE_AT, header->layout) == ET_CORE &&
	       cdm_load_word(page.at + header->fields->phoff_at, header->layout) ==
		       header->fields->ehdr_size &&
	       cdm_load_u16(page.at + header->fields->phentsize_at, header->layout) ==
		       header->fields->phdr_size &&
	       header->n > 0 && header->n < UINT16_MAX;
}

static bool read_segment(const struct header *header, unsigned index, struct segment *segment)
{
	const struct fields *fields = header->fields;
	uint8_t raw[MAX_PHDR];

	if (!cdm_dump_reads(header->dump, header->paddr + (uint64_t)index * fields->phdr_size, raw,
			    fields->phdr_size))
		return false;
	*segment = (struct segment){
		.type = cdm_load_u32(raw, header->layout),
		.offset = cdm_load_word(raw + fields->offset_at, header->layout),
		.paddr = cdm_load_word(raw + fields->paddr_at, header->layout),
		.len = cdm_load_word(raw + fields->memsz_at, header->layout),
	};
	return true;
}

bool cdm_is_corehdr(struct cdm_bytes page)
{
	struct header unused;

	return read_header(page, 0, &unused);
}

bool cdm_corehdr_note(struct cdm_dump *dump, struct cdm_bytes page, uint64_t paddr,
		      uint64_t *note_paddr, uint32_t *desc_size)
{
	struct header header = { .dump = dump };
	struct segment segment;
	uint8_t raw[CDM_NOTE_TEXT];

	if (!read_header(page, paddr, &header))
		return false;
	for (unsigned i = 0; i < header.n && read_segment(&header, i, &segment); i++) {
		if (segment.type != PT_NOTE || segment.offset != segment.paddr ||
		    segment.paddr == 0 || !cdm_dump_reads(dump, segment.paddr, raw, sizeof(raw)))
			continue;
		*note_paddr = segment.paddr;
		if (cdm_is_vmcoreinfo_note((struct cdm_bytes){ raw, sizeof(raw) }, desc_size))
			return true;
	}
	return false;
}

static bool covers(const struct segment *segment, uint64_t paddr)
{
	return segment->type == PT_LOAD && paddr - segment->paddr < segment->len;
}

bool cdm_corehdr_leaves_out(struct cdm_dump *dump, uint64_t corehdr, uint64_t paddr)
{
	struct header header = { .dump = dump };
	struct segment segment;
	uint8_t raw[MAX_EHDR];
	bool has_memory = false;

	if (!cdm_dump_reads(dump, corehdr, raw, sizeof(raw)) ||
	    !read_header((struct cdm_bytes){ raw, sizeof(raw) }, corehdr, &header))
		return false;
	for (unsigned i = 0; i < header.n; i++) {
		if (!read_segment(&header, i, &segment) || covers(&segment, paddr) ||
		    covers(&segment, corehdr))
			return false;
		has_memory |= segment.type == PT_LOAD;
	}
	return has_memory;
}
