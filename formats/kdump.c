// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump.c - kdump-compressed files, as makedumpfile and QEMU write them. Drawn in kdump.md. */

#include "base/checked.h"
#include "dump/format.h"
#include "dump/notes.h"
#include "formats/kdump_header.h"
#include "formats/kdump_pages.h"

#include <stdlib.h>

#define STATUS_INCOMPLETE 0x8u /* DUMP_DH_COMPRESSED_INCOMPLETE */
#define STATUS_CODECS 0x27u

/* The text stands in the notes; the sub header points at it, so that notes of thousands of CPUs
 * need not be read. Where the pointer is of no use, the notes are. */
static enum cdm_status read_vmcoreinfo(struct cdm_dump *dump, const struct cdm_kdump_header *header,
				       struct cdm_error *err)
{
	size_t len = (size_t)header->vmcoreinfo_size, got = 0;
	struct cdm_error unused;

	if (header->vmcoreinfo_at == 0 || header->vmcoreinfo_size == 0 ||
	    header->vmcoreinfo_size > CDM_MAX_VMCOREINFO) {
		dump->layout = header->layout;
		return header->notes_size
			       ? cdm_notes_scan(dump, header->notes_at, header->notes_size, err)
			       : CDM_OK;
	}
	if (header->notes_size)
		cdm_dump_has_notes(dump, header->notes_at, header->notes_size);
	uint8_t *text = malloc(len);

	if (!text)
		return cdm_fail_memory(err, "VMCOREINFO");
	/* A part is of use: what is missing shows when it is asked for. */
	enum cdm_status st =
		cdm_source_read(dump->source, header->vmcoreinfo_at, text, len, &got, &unused);

	(void)st;
	st = got ? cdm_dump_describe(dump, (struct cdm_bytes){ text, got }, "note", err) : CDM_OK;
	free(text);
	return st;
}

static enum cdm_status open_kdump(struct cdm_dump *dump, struct cdm_error *err)
{
	struct cdm_kdump_header header;
	struct cdm_kdump_pages *pages;
	enum cdm_status st;

	if ((st = cdm_kdump_read_header(dump->source, dump->head, &header, err)) ||
	    (st = read_vmcoreinfo(dump, &header, err)) ||
	    (st = cdm_kdump_pages_new(dump->source, &dump->codecs, &header, &pages, err)))
		return st;
	dump->layout = header.layout;
	dump->has_phys_base = true;
	dump->phys_base = header.phys_base;
	dump->crash_time = header.crash_time;
	dump->dump_level = header.dump_level;
	dump->incomplete = header.status & STATUS_INCOMPLETE;
	dump->writer_page_flags = header.status & STATUS_CODECS;
	dump->is_split = header.is_split;
	dump->set_id = header.set_id;
	uint64_t start = cdm_kdump_pages_find_start(pages);

	if (cdm_add_mul(start, header.split_start, header.block_size, &dump->part_start) ||
	    cdm_add_mul(start, header.split_end, header.block_size, &dump->part_end))
		dump->part_start = dump->part_end = 0; /* frames behind 2^64: it has none */
	dump->priv = pages;
	return CDM_OK;
}

static enum cdm_status read_kdump(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				  size_t *got, struct cdm_error *err)
{
	return cdm_kdump_pages_read(dump->priv, paddr, buf, len, got, err);
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	return cdm_kdump_pages_next_range(dump->priv, from, out, err);
}

static enum cdm_status pass_searched(struct cdm_dump *dump, struct cdm_searched *searched,
				     struct cdm_range *range, struct cdm_error *err)
{
	return cdm_kdump_pages_pass_searched(dump->priv, searched, range, err);
}

static void close_kdump(struct cdm_dump *dump)
{
	cdm_kdump_pages_free(dump->priv);
}

const struct cdm_format cdm_format_kdump = {
	.name = "kdump",
	.title = "kdump-compressed",
	.probe = cdm_kdump_probe,
	.open = open_kdump,
	.read = read_kdump,
	.next_range = next_range,
	.pass_searched = pass_searched,
	.close = close_kdump,
};
