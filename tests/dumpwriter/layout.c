// SPDX-License-Identifier: GPL-2.0-or-later
/* layout.c - where is the field of a header, in this class and byte order? */

#include "tests/dumpwriter/layout.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct field_row {
	const char *kind;
	const char *name;
	struct dw_field narrow; /* of 32-bit files */
	struct dw_field wide;
};

static const struct field_row fixed_fields[] = {
	{ "elf", "e_class", { 4, 1 }, { 4, 1 } },
	{ "elf", "e_data", { 5, 1 }, { 5, 1 } },
	{ "elf", "e_type", { 16, 2 }, { 16, 2 } },
	{ "elf", "e_machine", { 18, 2 }, { 18, 2 } },
	{ "elf", "e_version", { 20, 4 }, { 20, 4 } },
	{ "elf", "e_phoff", { 28, 4 }, { 32, 8 } },
	{ "elf", "e_shoff", { 32, 4 }, { 40, 8 } },
	{ "elf", "e_flags", { 36, 4 }, { 48, 4 } },
	{ "elf", "e_ehsize", { 40, 2 }, { 52, 2 } },
	{ "elf", "e_phentsize", { 42, 2 }, { 54, 2 } },
	{ "elf", "e_phnum", { 44, 2 }, { 56, 2 } },
	{ "elf", "e_shentsize", { 46, 2 }, { 58, 2 } },
	{ "elf", "e_shnum", { 48, 2 }, { 60, 2 } },
	{ "elf", "e_shstrndx", { 50, 2 }, { 62, 2 } },
	{ "shdr", "sh_name", { 0, 4 }, { 0, 4 } },
	{ "shdr", "sh_type", { 4, 4 }, { 4, 4 } },
	{ "shdr", "sh_offset", { 16, 4 }, { 24, 8 } },
	{ "shdr", "sh_size", { 20, 4 }, { 32, 8 } },
	{ "shdr", "sh_entsize", { 36, 4 }, { 56, 8 } },
	{ "shdr", "sh_info", { 28, 4 }, { 44, 4 } },
	{ "phdr", "p_type", { 0, 4 }, { 0, 4 } },
	{ "phdr", "p_flags", { 24, 4 }, { 4, 4 } },
	{ "phdr", "p_offset", { 4, 4 }, { 8, 8 } },
	{ "phdr", "p_vaddr", { 8, 4 }, { 16, 8 } },
	{ "phdr", "p_paddr", { 12, 4 }, { 24, 8 } },
	{ "phdr", "p_filesz", { 16, 4 }, { 32, 8 } },
	{ "phdr", "p_memsz", { 20, 4 }, { 40, 8 } },
	{ "note", "namesz", { 0, 4 }, { 0, 4 } },
	{ "note", "descsz", { 4, 4 }, { 4, 4 } },
	{ "note", "type", { 8, 4 }, { 8, 4 } },
	{ "note", "name", { 12, 1 }, { 12, 1 } },
	{ "extent", "magic", { 0, 4 }, { 0, 4 } },
	{ "extent", "version", { 4, 4 }, { 4, 4 } },
	{ "extent", "s_addr", { 8, 8 }, { 8, 8 } },
	{ "extent", "e_addr", { 16, 8 }, { 16, 8 } },
	{ "chunk", "type", { 0, 1 }, { 0, 1 } },
	{ "chunk", "length", { 1, 3 }, { 1, 3 } },
	{ "chunk", "checksum", { 4, 4 }, { 4, 4 } },
	{ "chunk", "data", { 8, 1 }, { 8, 1 } },
	{ "s390", "magic", { 0, 8 }, { 0, 8 } },
	{ "s390", "version", { 8, 4 }, { 8, 4 } },
	{ "s390", "hdr_size", { 0xc, 4 }, { 0xc, 4 } },
	{ "s390", "page_size", { 0x14, 4 }, { 0x14, 4 } },
	{ "s390", "mem_size", { 0x18, 8 }, { 0x18, 8 } },
	{ "s390", "mem_end", { 0x28, 8 }, { 0x28, 8 } },
	{ "s390", "num_pages", { 0x30, 4 }, { 0x30, 4 } },
	{ "s390", "tod", { 0x38, 8 }, { 0x38, 8 } },
	{ "s390", "arch", { 0x48, 4 }, { 0x48, 4 } },
	{ "s390", "volnr", { 0x4c, 4 }, { 0x4c, 4 } },
	{ "s390", "mvdump", { 0x5c, 1 }, { 0x5c, 1 } },
	{ "s390", "zlib_entry_size", { 0x62, 4 }, { 0x62, 4 } },
	{ "segment", "start", { 0, 8 }, { 0, 8 } },
	{ "segment", "len", { 8, 8 }, { 8, 8 } },
	{ "segment", "stop_marker", { 0x10, 8 }, { 0x10, 8 } },
	{ "segment", "size_on_disk", { 0x18, 4 }, { 0x18, 4 } },
	{ "segment", "entry_count", { 0x30, 4 }, { 0x30, 4 } },
	{ "segment", "entry_offset", { 0x34, 4 }, { 0x34, 4 } },
	{ "entry", "offset", { 0, 4 }, { 0, 4 } },
	{ "vmware", "id", { 0, 4 }, { 0, 4 } },
	{ "vmware", "numgroups", { 8, 4 }, { 8, 4 } },
	{ "group", "name", { 0, 1 }, { 0, 1 } },
	{ "group", "position", { 64, 8 }, { 64, 8 } },
	{ "group", "size", { 72, 8 }, { 72, 8 } },
	{ "regions", "count", { 14, 4 }, { 14, 4 } },
	{ "region", "page", { 19, 4 }, { 19, 4 } },
	{ "region", "ppn", { 38, 4 }, { 38, 4 } },
	{ "region", "size", { 58, 4 }, { 58, 4 } },
	{ "region", "index", { 15, 4 }, { 15, 4 } },
	{ "memory", "size", { 0, 8 }, { 0, 8 } },
	{ "memory", "padding", { 16, 2 }, { 16, 2 } },
	{ "frame", "guest", { 0, 8 }, { 0, 8 } },
	{ "frame", "machine", { 8, 8 }, { 8, 8 } },
	{ "page", "data_at", { 0, 8 }, { 0, 8 } },
	{ "page", "size", { 8, 4 }, { 8, 4 } },
	{ "page", "flags", { 12, 4 }, { 12, 4 } },
	{ "page", "page_flags", { 16, 8 }, { 16, 8 } },
};

/* In front of the time; utsname is six times 65 bytes. */
static const struct {
	const char *name;
	struct dw_field field;
} kdump_fields[] = {
	{ "signature", { 0, 8 } }, { "header_version", { 8, 4 } }, { "utsname", { 12, 1 } },
	{ "release", { 142, 1 } }, { "machine", { 272, 1 } },
};

/* Behind the time, 4 bytes each. */
static const char *const kdump_numbers[] = {
	"status",           "block_size",    "sub_hdr_size",   "bitmap_blocks", "max_mapnr",
	"total_ram_blocks", "device_blocks", "written_blocks", "current_cpu",   "nr_cpus",
};

/* In the order of the sub header. */
static const struct {
	const char *name;
	unsigned since; /* version */
	char type;      /* l: a long, i: 4 bytes, q: 8 */
} sub_fields[] = {
	{ "phys_base", 0, 'l' },       { "dump_level", 1, 'i' },
	{ "split", 2, 'i' },           { "start_pfn", 2, 'l' },
	{ "end_pfn", 2, 'l' },         { "offset_vmcoreinfo", 3, 'q' },
	{ "size_vmcoreinfo", 3, 'l' }, { "offset_note", 4, 'q' },
	{ "size_note", 4, 'l' },       { "offset_eraseinfo", 5, 'q' },
	{ "size_eraseinfo", 5, 'l' },  { "start_pfn_64", 6, 'q' },
	{ "end_pfn_64", 6, 'q' },      { "max_mapnr_64", 6, 'q' },
};

/* timeval: as the word is; time64: 64-bit numbers where the kernel's headers of 32 bits have them
 * at once; time64_aligned: at the next multiple of 8. */
static void read_timeval(struct dw_layout *layout, const struct dw_settings *settings)
{
	static const char *const words[] = { "word", "time64", "time64_aligned", NULL };
	unsigned form = dw_get_choice(settings, "dump", "timeval", words);
	bool is_aligned = form == 2 || (form == 0 && layout->word == 8);

	layout->timeval_at = is_aligned ? 408 : 404;
	layout->timeval_width = form ? 8 : layout->word;
}

struct dw_layout dw_read_layout(const struct dw_settings *settings, bool is_big, unsigned word)
{
	static const char *const orders[] = { "kernel", "little", "big", NULL };
	static const char *const packings[] = { "packed", "padded", NULL };
	unsigned order = dw_get_choice(settings, "dump", "headers", orders);
	struct dw_layout layout = {
		.is_big = order ? order == 2 : is_big,
		.word = (unsigned)dw_get_number(settings, "dump", "word", word),
		.is_padded = dw_get_choice(settings, "dump", "sub_header", packings) == 1,
	};

	if (layout.word != 4 && layout.word != 8)
		dw_die("%s: word = 4 or 8", settings->script->path);
	read_timeval(&layout, settings);
	return layout;
}

static unsigned sub_field_width(const struct dw_layout *layout, char type)
{
	return type == 'i' ? 4 : type == 'q' ? 8 : layout->word;
}

/* Where the sub header's field n begins. */
static unsigned sub_field_off(const struct dw_layout *layout, size_t n)
{
	unsigned off = 0;

	for (size_t i = 0; i <= n; i++) {
		unsigned width = sub_field_width(layout, sub_fields[i].type);

		if (width == 8 && (layout->word == 8 || layout->is_padded))
			off = (unsigned)dw_round_up(off, 8);
		if (i < n)
			off += width;
	}
	return off;
}

unsigned dw_sub_header_size(const struct dw_layout *layout, unsigned version)
{
	bool is_wide = layout->word == 8 || (layout->is_padded && version >= 3);
	size_t last = 0;

	while (last + 1 < LENGTH(sub_fields) && sub_fields[last + 1].since <= version)
		last++;
	return (unsigned)dw_round_up(sub_field_off(layout, last) +
					     sub_field_width(layout, sub_fields[last].type),
				     is_wide ? 8 : 4);
}

static bool find_sub_field(const struct dw_layout *layout, const char *name, struct dw_field *field)
{
	for (size_t i = 0; i < LENGTH(sub_fields); i++) {
		if (!strcmp(sub_fields[i].name, name)) {
			field->off = sub_field_off(layout, i);
			field->width = sub_field_width(layout, sub_fields[i].type);
			return true;
		}
	}
	return false;
}

static bool find_kdump_field(const struct dw_layout *layout, const char *name,
			     struct dw_field *field)
{
	unsigned width = layout->timeval_width;

	for (size_t i = 0; i < LENGTH(kdump_fields); i++) {
		if (!strcmp(kdump_fields[i].name, name)) {
			*field = kdump_fields[i].field;
			return true;
		}
	}
	for (unsigned i = 0; i < LENGTH(kdump_numbers); i++) {
		if (!strcmp(kdump_numbers[i], name)) {
			*field = (struct dw_field){ layout->timeval_at + 2 * width + 4 * i, 4 };
			return true;
		}
	}
	*field = (struct dw_field){ layout->timeval_at, width };
	if (!strcmp(name, "microseconds"))
		field->off += width;
	else if (strcmp(name, "seconds"))
		return false;
	return true;
}

bool dw_find_field(const struct dw_layout *layout, const char *kind, const char *name,
		   struct dw_field *field)
{
	if (!strcmp(kind, "kdump"))
		return find_kdump_field(layout, name, field);
	if (!strcmp(kind, "sub"))
		return find_sub_field(layout, name, field);
	for (size_t i = 0; i < LENGTH(fixed_fields); i++) {
		const struct field_row *row = &fixed_fields[i];

		if (!strcmp(row->kind, kind) && !strcmp(row->name, name)) {
			*field = layout->word == 8 ? row->wide : row->narrow;
			return true;
		}
	}
	return false;
}

unsigned dw_structure_size(const struct dw_layout *layout, const char *kind)
{
	bool is_wide = layout->word == 8;

	if (!strcmp(kind, "elf"))
		return is_wide ? 64 : 52;
	if (!strcmp(kind, "phdr"))
		return is_wide ? 56 : 32;
	return is_wide ? 64 : 40; /* shdr */
}

void dw_store_field(const struct dw_layout *layout, uint8_t *structure, const char *kind,
		    const char *name, uint64_t value)
{
	struct dw_field field;

	if (!dw_find_field(layout, kind, name, &field))
		dw_die("no field %s.%s", kind, name);
	dw_store(structure + field.off, layout->is_big, field.width, value);
}
