// SPDX-License-Identifier: GPL-2.0-or-later
/* places.c - where is the field that a line of [damage] names? */

#include "tests/dumpwriter/dump.h"

#include <string.h>

struct field {
	const char *kind;
	const char *name; /* "" where the kind stands alone */
	unsigned off;
	unsigned width;
};

/* Those in memory first: a ring, its descriptors, infos and text blocks. */
static const struct field fields[] = {
	{ "desc", "state_var", 0, 8 },
	{ "desc", "begin", 8, 8 },
	{ "desc", "next", 16, 8 },
	{ "info", "seq", 0, 8 },
	{ "info", "ts_nsec", 8, 8 },
	{ "info", "text_len", 16, 2 },
	{ "info", "facility", 18, 1 },
	{ "info", "flags", 19, 1 },
	{ "info", "caller_id", 20, 4 },
	{ "block", "id", 0, 8 },
	{ "block", "text", 8, 1 },
	{ "ring", "count_bits", 0, 4 },
	{ "ring", "descs", 8, 8 },
	{ "ring", "infos", 16, 8 },
	{ "ring", "head_id", 24, 8 },
	{ "ring", "tail_id", 32, 8 },
	{ "elf", "e_class", 4, 1 },
	{ "elf", "e_data", 5, 1 },
	{ "elf", "e_type", 16, 2 },
	{ "elf", "e_machine", 18, 2 },
	{ "elf", "e_version", 20, 4 },
	{ "elf", "e_phoff", 32, 8 },
	{ "elf", "e_shoff", 40, 8 },
	{ "elf", "e_flags", 48, 4 },
	{ "elf", "e_ehsize", 52, 2 },
	{ "elf", "e_phentsize", 54, 2 },
	{ "elf", "e_phnum", 56, 2 },
	{ "elf", "e_shentsize", 58, 2 },
	{ "elf", "e_shnum", 60, 2 },
	{ "shdr", "sh_info", 44, 4 },
	{ "phdr", "p_type", 0, 4 },
	{ "phdr", "p_offset", 8, 8 },
	{ "phdr", "p_vaddr", 16, 8 },
	{ "phdr", "p_paddr", 24, 8 },
	{ "phdr", "p_filesz", 32, 8 },
	{ "phdr", "p_memsz", 40, 8 },
	{ "note", "namesz", 0, 4 },
	{ "note", "descsz", 4, 4 },
	{ "note", "type", 8, 4 },
	{ "note", "name", 12, 1 },
	{ "kdump", "signature", 0, 8 },
	{ "kdump", "header_version", 8, 4 },
	{ "kdump", "release", 142, 1 },
	{ "kdump", "machine", 272, 1 },
	{ "kdump", "seconds", 408, 8 },
	{ "kdump", "microseconds", 416, 8 },
	{ "kdump", "status", 424, 4 },
	{ "kdump", "block_size", 428, 4 },
	{ "kdump", "sub_hdr_size", 432, 4 },
	{ "kdump", "bitmap_blocks", 436, 4 },
	{ "kdump", "max_mapnr", 440, 4 },
	{ "sub", "phys_base", 0, 8 },
	{ "sub", "dump_level", 8, 4 },
	{ "sub", "split", 12, 4 },
	{ "sub", "start_pfn", 16, 8 },
	{ "sub", "end_pfn", 24, 8 },
	{ "sub", "offset_vmcoreinfo", 32, 8 },
	{ "sub", "size_vmcoreinfo", 40, 8 },
	{ "sub", "offset_note", 48, 8 },
	{ "sub", "size_note", 56, 8 },
	{ "sub", "offset_eraseinfo", 64, 8 },
	{ "sub", "size_eraseinfo", 72, 8 },
	{ "sub", "start_pfn_64", 80, 8 },
	{ "sub", "end_pfn_64", 88, 8 },
	{ "sub", "max_mapnr_64", 96, 8 },
	{ "page", "data_at", 0, 8 },
	{ "page", "size", 8, 4 },
	{ "page", "flags", 12, 4 },
	{ "page", "page_flags", 16, 8 },
	{ "data", "", 0, 1 },
	{ "bitmap1", "", 0, 1 },
	{ "bitmap2", "", 0, 1 },
	{ "vmcoreinfo", "text", 0, 1 },
	{ "descriptors", "", 0, 1 },
};

/* Fields behind the descriptor ring, whose size differs between kernels. */
static const struct field text_ring_fields[] = {
	{ "ring", "size_bits", 0, 4 },  { "ring", "data", 8, 8 },  { "ring", "head_lpos", 16, 8 },
	{ "ring", "tail_lpos", 24, 8 }, { "ring", "fail", 32, 8 },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* "page(log.text+8).size+4" in its pieces. */
struct parsed_name {
	char *kind;
	char *argument; /* NULL if there is none */
	char *field;    /* "" if there is none */
	uint64_t more;  /* bytes behind it */
};

void dw_add_part(struct dw_dump *dump, const char *kind, uint64_t index, uint64_t off)
{
	if (dump->n_parts == dump->room) {
		size_t room = dump->room ? 2 * dump->room : 64;
		struct dw_part *more = dw_alloc(dump->arena, room * sizeof(*more));

		if (dump->n_parts)
			memcpy(more, dump->parts, dump->n_parts * sizeof(*more));
		dump->parts = more;
		dump->room = room;
	}
	dump->parts[dump->n_parts++] = (struct dw_part){ kind, index, off };
}

static _Noreturn void unknown(const struct dw_dump *dump, const char *name)
{
	dw_die("%s: [damage] no such place: %s", dump->settings->script->path, name);
}

static struct parsed_name parse_name(const struct dw_dump *dump, const char *name)
{
	struct parsed_name parsed = { .field = "" };
	size_t len = strcspn(name, ".(+");
	const char *rest = name + len;

	parsed.kind = dw_copy_text(dump->arena, name, len);
	if (*rest == '(') {
		const char *end = strchr(rest, ')');

		while (end && memchr(rest + 1, '(', (size_t)(end - rest - 1)) && end[1] == ')')
			end++;
		if (!end)
			unknown(dump, name);
		parsed.argument = dw_copy_text(dump->arena, rest + 1, (size_t)(end - rest - 1));
		rest = end + 1;
	}
	if (*rest == '.') {
		len = strcspn(rest + 1, "+");
		parsed.field = dw_copy_text(dump->arena, rest + 1, len);
		rest += 1 + len;
	}
	if (*rest && (*rest != '+' || !dw_parse_number(rest + 1, &parsed.more)))
		unknown(dump, name);
	return parsed;
}

static const struct field *find_field(const struct field *table, size_t n,
				      const struct parsed_name *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(table[i].kind, name->kind) && !strcmp(table[i].name, name->field))
			return &table[i];
	}
	return NULL;
}

/* Memory that has a name as a whole. */
static bool find_region(const struct dw_dump *dump, const struct parsed_name *name,
			struct dw_place *place)
{
	const struct dw_kernel *kernel = &dump->kernel;
	const struct {
		const char *kind, *field;
		uint64_t paddr;
	} regions[] = {
		{ "log", "text", kernel->ring.text_paddr },
		{ "log", "descs", kernel->ring.descs_paddr },
		{ "log", "infos", kernel->ring.infos_paddr },
		{ "log", "ring", kernel->ring.header_paddr },
		{ "static", "ring", kernel->static_ring.header_paddr },
		{ "static", "text", kernel->static_ring.text_paddr },
		{ "prb", "", dw_image_paddr(kernel, kernel->prb_vaddr) },
		{ "uts", "", dw_image_paddr(kernel, kernel->uts_vaddr) },
		{ "phys_base", "", dw_image_paddr(kernel, kernel->phys_base_vaddr) },
		{ "image", "", kernel->image_paddr },
		{ "top_table", "", kernel->table.top_paddr },
		{ "direct_entry", "", kernel->direct_leaf_paddr },
	};

	for (size_t i = 0; i < LENGTH(regions); i++) {
		if (!strcmp(regions[i].kind, name->kind) &&
		    !strcmp(regions[i].field, name->field)) {
			*place = (struct dw_place){ false, regions[i].paddr, 8 };
			return true;
		}
	}
	return false;
}

static bool find_in_ring(const struct dw_dump *dump, const struct parsed_name *name,
			 struct dw_place *place)
{
	const struct dw_ring *ring = &dump->kernel.ring;
	const struct field *field = find_field(fields, LENGTH(fields), name);
	uint64_t desc_ring = ring->header_paddr + ring->desc_ring_at;
	uint64_t seq = 0;

	if (field && !strcmp(name->kind, "ring")) {
		*place = (struct dw_place){ false, desc_ring + field->off, field->width };
		return true;
	}
	field = field ? field : find_field(text_ring_fields, LENGTH(text_ring_fields), name);
	if (field && !strcmp(name->kind, "ring")) {
		*place = (struct dw_place){ false, desc_ring + ring->desc_ring_size + field->off,
					    field->width };
		return true;
	}
	if (!field || !name->argument || !dw_parse_number(name->argument, &seq))
		return false;
	if (!strcmp(name->kind, "desc"))
		place->at = dw_ring_desc_paddr(ring, seq);
	else if (!strcmp(name->kind, "info"))
		place->at = dw_ring_info_paddr(ring, seq);
	else if (!strcmp(name->kind, "block"))
		place->at = dw_ring_block_paddr(ring, seq);
	else
		return false;
	*place = (struct dw_place){ false, place->at + field->off, field->width };
	return true;
}

/* page(ADDRESS) and the like are numbered by blocks, phdr(N) and note(N) from 0. */
static uint64_t part_index(const struct dw_dump *dump, const struct parsed_name *name)
{
	uint64_t index = 0;

	if (!name->argument)
		return 0;
	if (strcmp(name->kind, "phdr") && strcmp(name->kind, "note"))
		return dw_find_place(dump, name->argument).at / dump->block_size;
	if (!dw_parse_number(name->argument, &index))
		unknown(dump, name->argument);
	return index;
}

static bool find_in_file(const struct dw_dump *dump, const struct parsed_name *name,
			 struct dw_place *place)
{
	const struct field *field = find_field(fields, LENGTH(fields), name);
	uint64_t index = part_index(dump, name);

	for (size_t i = 0; field && i < dump->n_parts; i++) {
		const struct dw_part *part = &dump->parts[i];

		if (!strcmp(part->kind, name->kind) && part->index == index) {
			*place = (struct dw_place){ true, part->off + field->off, field->width };
			return true;
		}
	}
	return false;
}

struct dw_place dw_find_place(const struct dw_dump *dump, const char *name)
{
	struct dw_place place = { .width = 1 };
	struct parsed_name parsed;

	if (dw_parse_number(name, &place.at))
		return place;
	parsed = parse_name(dump, name);
	if (!find_region(dump, &parsed, &place) && !find_in_ring(dump, &parsed, &place) &&
	    !find_in_file(dump, &parsed, &place))
		unknown(dump, name);
	place.at += parsed.more;
	return place;
}
