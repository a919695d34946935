// SPDX-License-Identifier: GPL-2.0-or-later
/* elf.c - ELF cores: /proc/vmcore, QEMU's dump-guest-memory, makedumpfile -E. Drawn in elf.md. */

#include "config.h"

#include "base/checked.h"
#include "dump/format.h"
#include "dump/notes.h"
#include "formats/segments.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define EI_CLASS 4
#define EI_DATA 5
#define IDENT_SIZE 16
#define ET_CORE 4
#define PN_XNUM 0xffff
#define PT_LOAD 1
#define PT_NOTE 4
#define FLAG_INCOMPLETE 1 /* makedumpfile's DUMP_ELF_INCOMPLETE in e_flags */
#define AHEAD 4096        /* bytes fetched by will_need() */

/* Segments that cover one address and are tried in turn when bytes are not to be had. */
#define MAX_OVERLAPS 8

struct elf {
	struct cdm_segments *segments;
	uint64_t ahead_paddr; /* `ahead` holds ahead_len bytes from there */
	size_t ahead_len;
	uint8_t ahead[AHEAD];
};

struct elf_header {
	uint16_t type, machine;
	uint64_t phoff, shoff;
	uint32_t flags;
	uint16_t phentsize, phnum, shentsize;
};

static bool probe(struct cdm_bytes head)
{
	return cdm_starts_with(head, "\177ELF", 4);
}

static enum cdm_status parse_header(struct cdm_dump *dump, struct elf_header *header,
				    struct cdm_error *err)
{
	struct cdm_bytes head = dump->head;

	if (head.len < IDENT_SIZE)
		return cdm_fail(err, CDM_TRUNCATED, "ELF header: the file ends after %zu bytes",
				head.len);
	uint8_t class = head.at[EI_CLASS], data = head.at[EI_DATA];

	if (class < 1 || class > 2 || data < 1 || data > 2)
		return cdm_fail(err, CDM_CORRUPT,
				"ELF header: class %u and data encoding %u, each is 1 or 2", class,
				data);
	dump->layout = (struct cdm_layout){ .big_endian = data == 2, .word = class == 2 ? 8 : 4 };
	struct cdm_cursor c = cdm_cursor(head, dump->layout);

	cdm_skip(&c, IDENT_SIZE);
	header->type = cdm_take_u16(&c);
	header->machine = cdm_take_u16(&c);
	cdm_skip(&c, 4);
	cdm_take_word(&c); /* e_entry */
	header->phoff = cdm_take_word(&c);
	header->shoff = cdm_take_word(&c);
	header->flags = cdm_take_u32(&c);
	cdm_skip(&c, 2); /* e_ehsize: QEMU writes 8 there */
	header->phentsize = cdm_take_u16(&c);
	header->phnum = cdm_take_u16(&c);
	header->shentsize = cdm_take_u16(&c);
	if (c.overrun)
		return cdm_fail(err, CDM_TRUNCATED, "ELF header: the file ends after %zu bytes",
				head.len);
	return CDM_OK;
}

static enum cdm_status check_header(const struct elf_header *header, struct cdm_error *err)
{
	if (header->type != ET_CORE)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"an ELF file of type %u, and a dump is of type 4 (a core); "
				"if this is vmlinux: none is needed",
				header->type);
	if (header->phoff == 0 || header->phnum == 0)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"an ELF core without program headers (e_phoff %" PRIu64
				", e_phnum %u): " CDM_BUILD " finds no memory in it",
				header->phoff, header->phnum);
	return CDM_OK;
}

/* With PN_XNUM the true number stands in sh_info of section header 0. */
static enum cdm_status segment_count(struct cdm_dump *dump, const struct elf_header *header,
				     uint64_t *count, struct cdm_error *err)
{
	uint8_t raw[4];
	uint64_t at;

	*count = header->phnum;
	if (header->phnum != PN_XNUM)
		return CDM_OK;
	if (cdm_add(header->shoff, dump->layout.word == 8 ? 44 : 28, &at))
		return cdm_fail(err, CDM_CORRUPT,
				"e_shoff 0x%" PRIx64 " lies behind any section header",
				header->shoff);
	if (cdm_source_read_exact(dump->source, at, raw, sizeof(raw), err))
		return cdm_context(err, "section header 0 (it holds the number of segments)");
	*count = cdm_load_u32(raw, dump->layout);
	return CDM_OK;
}

/* What the segments say while they are gone through. */
struct survey {
	struct cdm_dump *dump;
	bool is_64;
	uint64_t n_loads; /* with memory */
	uint64_t n_placed,
		n_at_zero; /* of these: their physical address is known, and is 0 or not */
};

static enum cdm_status on_segment(void *context, const struct cdm_segment *segment,
				  struct cdm_error *err)
{
	struct survey *survey = context;
	struct cdm_dump *dump = survey->dump;

	if (segment->type == PT_NOTE)
		return cdm_notes_scan(dump, segment->offset, segment->file_size, err);
	if (segment->type != PT_LOAD || !segment->memory_size)
		return CDM_OK;
	bool has_paddr = cdm_segment_has_paddr(segment, survey->is_64);

	survey->n_loads++;
	survey->n_placed += has_paddr && segment->paddr != 0;
	survey->n_at_zero += segment->paddr == 0;
	/* QEMU copies p_paddr to p_vaddr: that claims nothing. */
	if (has_paddr && segment->vaddr != segment->paddr)
		cdm_dump_claim(dump, &(struct cdm_claim){ .vaddr = segment->vaddr,
							  .paddr = segment->paddr,
							  .len = segment->memory_size });
	return CDM_OK;
}

static enum cdm_status pass_over(void *context, const struct cdm_segment *segment,
				 struct cdm_error *err)
{
	(void)context;
	(void)segment;
	(void)err;
	return CDM_OK;
}

/* /proc/kcore and copies of it: all ones, or, before 4.12, 0 in every segment (T49). One alone may
 * really begin at 0. */
static bool has_no_paddrs(const struct survey *survey)
{
	return survey->n_placed == 0 && survey->n_at_zero != 1 && survey->n_loads > 0;
}

static enum cdm_status open_segments(struct cdm_dump *dump, const struct elf_header *header,
				     struct cdm_segments **out, struct cdm_error *err)
{
	bool cut;
	struct cdm_segment_table table = {
		.source = dump->source,
		.head = dump->head,
		.layout = dump->layout,
		.is_64 = dump->layout.word == 8,
		.at = header->phoff,
		.entry_size = header->phentsize,
	};
	enum cdm_status st;

	struct survey survey = { .dump = dump, .is_64 = table.is_64 };

	if ((st = segment_count(dump, header, &table.count, err)) ||
	    (st = cdm_segments_new(&table, on_segment, &survey, &cut, out, err)))
		return st;
	if (!has_no_paddrs(&survey))
		return CDM_OK;
	cdm_segments_free(*out);
	dump->is_virtual = true;
	dump->n_claims = 0;
	table.by_vaddr = true;
	return cdm_segments_new(&table, pass_over, NULL, &cut, out, err);
}

static enum cdm_status open_elf(struct cdm_dump *dump, struct cdm_error *err)
{
	struct elf_header header = { 0 };
	struct elf *elf;
	enum cdm_status st;

	if ((st = parse_header(dump, &header, err)) || (st = check_header(&header, err)))
		return st;
	dump->elf_machine = header.machine;
	dump->incomplete = header.flags & FLAG_INCOMPLETE;
	elf = malloc(sizeof(*elf));
	if (!elf)
		return cdm_fail_memory(err, "ELF core");
	elf->ahead_paddr = 0;
	elf->ahead_len = 0;
	st = open_segments(dump, &header, &elf->segments, err);
	if (st) {
		free(elf);
		return st;
	}
	dump->priv = elf;
	return CDM_OK;
}

/* /proc/vmcore answers EIO or EFAULT for memory that cannot be read: poisoned, unplugged. */
static bool is_unreadable_memory(const struct cdm_error *err)
{
	return err->status == CDM_ERR_SYSTEM && (err->sys_errno == EIO || err->sys_errno == EFAULT);
}

/* As much as one segment gives, from paddr on: at least a byte, or why there is none. */
static enum cdm_status read_piece(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				  size_t *got, struct cdm_error *err)
{
	struct elf *elf = dump->priv;
	enum cdm_status st = CDM_ABSENT;

	for (unsigned nth = 0; nth < MAX_OVERLAPS; nth++) {
		struct cdm_error unused;
		struct cdm_place place;

		enum cdm_status found =
			cdm_segments_find(elf->segments, paddr, nth, &place, nth ? &unused : err);

		if (found)
			return nth ? st : found;
		if (place.answer != CDM_OK)
			return nth ? st
				   : cdm_fail(err, place.answer,
					      place.answer == CDM_EXCLUDED
						      ? "physical address 0x%" PRIx64
							" was left out of the dump"
						      : "physical address 0x%" PRIx64
							" is in no segment",
					      paddr);
		size_t want = (size_t)cdm_min(len, place.len);

		st = cdm_source_read(dump->source, place.offset, buf, want, got, err);
		if (*got)
			return CDM_OK;
		if (st && is_unreadable_memory(err))
			st = cdm_fail(err, CDM_ABSENT,
				      "physical address 0x%" PRIx64 " cannot be read", paddr);
		else if (st == CDM_TRUNCATED) /* what is around the dump says where */
			st = cdm_context(err,
					 "physical address 0x%" PRIx64
					 " should be at offset 0x%" PRIx64,
					 paddr, place.offset);
		else if (!st)
			st = cdm_fail(err, CDM_TRUNCATED,
				      "physical address 0x%" PRIx64
				      " should be at offset 0x%" PRIx64
				      ", where the file has ended",
				      paddr, place.offset);
		else
			return st;
	}
	return st;
}

static enum cdm_status read_pieces(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	enum cdm_status st;

	*got = 0;
	while (*got < len) {
		size_t part = 0;

		st = read_piece(dump, paddr + *got, buf + *got, len - *got, &part, err);
		if (st)
			return st;
		*got += part;
	}
	return CDM_OK;
}

static enum cdm_status read_elf(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	struct elf *elf = dump->priv;
	struct cdm_bytes ahead = { elf->ahead, elf->ahead_len }, part;

	if (paddr >= elf->ahead_paddr && cdm_slice(ahead, paddr - elf->ahead_paddr, len, &part)) {
		memcpy(buf, part.at, len);
		*got = len;
		return CDM_OK;
	}
	return read_pieces(dump, paddr, buf, len, got, err);
}

static void fetch_ahead(struct cdm_dump *dump, uint64_t paddr, uint64_t len)
{
	struct elf *elf = dump->priv;
	struct cdm_error unused;

	elf->ahead_len = 0;
	elf->ahead_paddr = paddr;
	if (len <= AHEAD && paddr <= UINT64_MAX - len &&
	    read_pieces(dump, paddr, elf->ahead, (size_t)len, &elf->ahead_len, &unused))
		return; /* what came is good; the rest is asked for again, and its failure told */
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	struct elf *elf = dump->priv;
	enum cdm_status st = cdm_segments_next(elf->segments, from, out, err);

	if (!st) {
		out->source = dump->source;
		out->may_recur = true;
	}
	return st;
}

static void close_elf(struct cdm_dump *dump)
{
	struct elf *elf = dump->priv;

	cdm_segments_free(elf->segments);
	free(elf);
}

const struct cdm_format cdm_format_elf = {
	.name = "elf",
	.title = "ELF core",
	.probe = probe,
	.open = open_elf,
	.read = read_elf,
	.next_range = next_range,
	.will_need = fetch_ahead,
	.close = close_elf,
};
