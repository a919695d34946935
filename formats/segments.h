/* SPDX-License-Identifier: GPL-2.0-or-later */
/* segments.h - the program headers of an ELF core, however many: which bytes of the file hold a
 * physical address?
 *
 * Up to CDM_SEGMENT_BLOCK headers stay decoded. Of more only the hull of each block stays, and a
 * look-up reads the blocks that can hold the answer again. */

#ifndef CDM_FORMATS_SEGMENTS_H
#define CDM_FORMATS_SEGMENTS_H

#include "base/limits.h"
#include "dump/dump.h"

struct cdm_segment {
	uint32_t type; /* PT_LOAD 1, PT_NOTE 4 */
	uint64_t offset, vaddr, paddr, file_size, memory_size;
};

/* Where the table of program headers stands and how its entries are laid out. */
struct cdm_segment_table {
	struct cdm_source *source;
	struct cdm_bytes head; /* the file's first bytes, to save a read; during open() only */
	struct cdm_layout layout;
	bool is_64;    /* ELFCLASS64 */
	bool by_vaddr; /* segments have no physical addresses: p_vaddr takes their place */
	uint64_t at;
	uint32_t entry_size; /* bytes; >= what the class needs */
	uint64_t count;
};

struct cdm_segments;

/* All ones: there is no physical address (vmalloc space in /proc/kcore and its like). */
static inline bool cdm_segment_has_paddr(const struct cdm_segment *segment, bool is_64)
{
	return segment->paddr != (is_64 ? UINT64_MAX : UINT32_MAX);
}

/* Called for each header, in the order of the file. */
typedef enum cdm_status cdm_on_segment(void *context, const struct cdm_segment *segment,
				       struct cdm_error *err);

/* Reads all headers once. A table that the file does not hold whole is read as far as it goes,
 * and *cut tells so. */
CDM_CHECKED enum cdm_status cdm_segments_new(const struct cdm_segment_table *table,
					     cdm_on_segment *on_segment, void *context, bool *cut,
					     struct cdm_segments **out, struct cdm_error *err);
void cdm_segments_free(struct cdm_segments *segments); /* NULL is fine */

/* What stands at a physical address, and for how many bytes on. */
struct cdm_place {
	enum cdm_status answer; /* CDM_OK: in the file; CDM_EXCLUDED; CDM_ABSENT */
	uint64_t offset;        /* in the file, if CDM_OK */
	uint64_t len;           /* bytes from there on with the same answer */
};

/* The nth (from 0, in the order of the file) segment whose file-backed part covers paddr; where
 * there is none, EXCLUDED or ABSENT. */
CDM_CHECKED enum cdm_status cdm_segments_find(struct cdm_segments *segments, uint64_t paddr,
					      unsigned nth, struct cdm_place *place,
					      struct cdm_error *err);

/* The lowest range at or above `from` that a segment has bytes of in the file. CDM_END: none. */
CDM_CHECKED enum cdm_status cdm_segments_next(struct cdm_segments *segments, uint64_t from,
					      struct cdm_range *out, struct cdm_error *err);

#endif
