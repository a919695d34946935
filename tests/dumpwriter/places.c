// SPDX-License-Identifier: GPL-2.0-or-later
/* places.c - where is the field that a line of [damage] names? */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A field in memory: bytes and words of the machine behind the start of its structure. */
struct memory_field {
	const char *kind;
	const char *name;
	unsigned off;
	unsigned off_words;
	unsigned width; /* 0: a word */
};

static const struct memory_field memory_fields[] = {
	{ "desc", "state_var", 0, 0, 0 },
	{ "desc", "begin", 0, 1, 0 },
	{ "desc", "next", 0, 2, 0 },
	{ "info", "seq", 0, 0, 8 },
	{ "info", "ts_nsec", 8, 0, 8 },
	{ "info", "text_len", 16, 0, 2 },
	{ "info", "facility", 18, 0, 1 },
	{ "info", "flags", 19, 0, 1 },
	{ "info", "caller_id", 20, 0, 4 },
	{ "block", "id", 0, 0, 0 },
	{ "block", "text", 0, 1, 1 },
	{ "ring", "count_bits", 0, 0, 4 },
	{ "ring", "descs", 0, 1, 0 },
	{ "ring", "infos", 0, 2, 0 },
	{ "ring", "head_id", 0, 3, 0 },
	{ "ring", "tail_id", 0, 4, 0 },
	{ "record", "ts_nsec", 0, 0, 8 },
	{ "record", "len", 8, 0, 2 },
	{ "record", "text_len", 10, 0, 2 },
	{ "record", "dict_len", 12, 0, 2 },
	{ "record", "facility", 14, 0, 1 },
	{ "record", "level", 15, 0, 1 },
	{ "record", "caller_id", 16, 0, 4 },
	{ "log", "log_buf", DW_VAR_LOG_BUF, 0, 0 },
	{ "log", "log_buf_len", DW_VAR_LOG_BUF_LEN, 0, 4 },
	{ "log", "log_first_idx", DW_VAR_FIRST_IDX, 0, 4 },
	{ "log", "log_next_idx", DW_VAR_NEXT_IDX, 0, 4 },
	{ "log", "clear_idx", DW_VAR_CLEAR_IDX, 0, 4 },
	{ "log", "log_first_seq", DW_VAR_FIRST_SEQ, 0, 8 },
	{ "log", "log_next_seq", DW_VAR_NEXT_SEQ, 0, 8 },
	{ "log", "log_end", DW_VAR_LOG_END, 0, 4 },
	{ "log", "logged_chars", DW_VAR_LOGGED_CHARS, 0, 4 },
};

/* Fields behind the descriptor ring, whose size differs between kernels. */
static const struct memory_field text_ring_fields[] = {
	{ "ring", "size_bits", 0, 0, 4 }, { "ring", "data", 0, 1, 0 },
	{ "ring", "head_lpos", 0, 2, 0 }, { "ring", "tail_lpos", 0, 3, 0 },
	{ "ring", "fail", 0, 4, 0 },
};

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

static const struct memory_field *find_field(const struct memory_field *table, size_t n,
					     const struct parsed_name *name)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(table[i].kind, name->kind) && !strcmp(table[i].name, name->field))
			return &table[i];
	}
	return NULL;
}

static struct dw_place memory_place(const struct dw_dump *dump, uint64_t paddr, unsigned width)
{
	return (struct dw_place){ .at = paddr,
				  .width = width ? width : dump->memory.word,
				  .is_big = dump->memory.is_big };
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
		{ "log", "text", dw_log_range(kernel).start },
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
			*place = memory_place(dump, regions[i].paddr, 0);
			return true;
		}
	}
	return false;
}

/* Where the structure begins that is called desc(SEQ), record(SEQ) and the like. */
static bool find_numbered(const struct dw_dump *dump, const struct parsed_name *name,
			  uint64_t *paddr)
{
	const struct dw_kernel *kernel = &dump->kernel;
	uint64_t seq = 0;

	if (!name->argument || !dw_parse_number(name->argument, &seq))
		return false;
	if (!strcmp(name->kind, "desc"))
		*paddr = dw_ring_desc_paddr(&kernel->ring, seq);
	else if (!strcmp(name->kind, "info"))
		*paddr = dw_ring_info_paddr(&kernel->ring, seq);
	else if (!strcmp(name->kind, "block"))
		*paddr = dw_ring_block_paddr(&kernel->ring, seq);
	else if (!strcmp(name->kind, "record"))
		*paddr = dw_log_record_paddr(&kernel->log, seq);
	else
		return false;
	return true;
}

static bool find_in_log(const struct dw_dump *dump, const struct parsed_name *name,
			struct dw_place *place)
{
	const struct dw_kernel *kernel = &dump->kernel;
	const struct dw_ring *ring = &kernel->ring;
	const struct memory_field *field = find_field(memory_fields, LENGTH(memory_fields), name);
	uint64_t start = ring->header_paddr + ring->desc_ring_at;

	if (!field) {
		field = find_field(text_ring_fields, LENGTH(text_ring_fields), name);
		start += dw_ring_desc_ring_size(ring);
	}
	if (field && !strcmp(name->kind, "log"))
		start = dw_image_paddr(kernel, kernel->log_variables_vaddr);
	else if (!field || (strcmp(name->kind, "ring") && !find_numbered(dump, name, &start)))
		return false;
	*place = memory_place(dump, start + field->off + field->off_words * dump->memory.word,
			      field->width);
	return true;
}

/* The text of a record is behind its header, whose length differs between kernels. */
static bool find_record_text(const struct dw_dump *dump, const struct parsed_name *name,
			     struct dw_place *place)
{
	uint64_t paddr;

	if (strcmp(name->kind, "record") || strcmp(name->field, "text") ||
	    !find_numbered(dump, name, &paddr))
		return false;
	*place = memory_place(dump, paddr + dump->kernel.log.header_size, 1);
	return true;
}

/* page(ADDRESS) and the like are numbered by blocks, phdr(N) and the like from 0. */
static bool is_counted(const char *kind)
{
	static const char *const kinds[] = { "phdr",  "shdr",    "note",  "extent",
					     "chunk", "segment", "group", "region" };

	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

static uint64_t part_index(const struct dw_dump *dump, const struct parsed_name *name)
{
	uint64_t index = 0;

	if (!name->argument)
		return 0;
	if (!is_counted(name->kind))
		return dw_find_place(dump, name->argument).at / dump->block_size - dump->origin;
	if (!dw_parse_number(name->argument, &index))
		unknown(dump, name->argument);
	return index;
}

/* Fields of structures, and what stands for itself: data(MEMORY), bitmap1(MEMORY), ... */
static bool find_file_field(const struct dw_dump *dump, const struct parsed_name *name,
			    struct dw_field *field)
{
	static const char *const bytes[] = { "data", "bitmap1", "bitmap2", "descriptors",
					     "vmcoreinfo" };

	for (size_t i = 0; i < LENGTH(bytes); i++) {
		if (!strcmp(bytes[i], name->kind)) {
			*field = (struct dw_field){ 0, 1 };
			return true;
		}
	}
	return dw_find_field(&dump->layout, name->kind, name->field, field);
}

static bool find_in_file(const struct dw_dump *dump, const struct parsed_name *name,
			 struct dw_place *place)
{
	struct dw_field field;
	uint64_t index;

	if (!find_file_field(dump, name, &field))
		return false;
	index = part_index(dump, name);
	for (size_t i = 0; i < dump->n_parts; i++) {
		const struct dw_part *part = &dump->parts[i];

		if (!strcmp(part->kind, name->kind) && part->index == index) {
			*place = (struct dw_place){ true, part->off + field.off, field.width,
						    dump->layout.is_big };
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
	if (!find_region(dump, &parsed, &place) && !find_in_log(dump, &parsed, &place) &&
	    !find_record_text(dump, &parsed, &place) && !find_in_file(dump, &parsed, &place))
		unknown(dump, name);
	place.at += parsed.more;
	return place;
}
