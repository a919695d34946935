/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_pages.h - the pages of a kdump-compressed file: bitmaps, descriptors, data. */

#ifndef CDM_FORMATS_KDUMP_PAGES_H
#define CDM_FORMATS_KDUMP_PAGES_H

#include "codec/codec.h"
#include "formats/kdump_header.h"

struct cdm_kdump_pages;

/* Borrows source and codecs; copies the header. Page frame 0 is physical address 0. Reads nothing
 * yet. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_new(struct cdm_source *source,
						struct cdm_codec_contexts *codecs,
						const struct cdm_kdump_header *header,
						struct cdm_kdump_pages **out,
						struct cdm_error *err);
void cdm_kdump_pages_free(struct cdm_kdump_pages *pages); /* NULL is fine */

/* makedumpfile counts page frames of 32-bit ARM from the start of memory, which the header's
 * phys_base tells; QEMU from 0 (T14). Looks for the first frame there is, and makes it so; returns
 * the physical address of page frame 0. */
uint64_t cdm_kdump_pages_find_start(struct cdm_kdump_pages *pages);

/* As cdm_dump_read(). Neighbouring pages cost one read of descriptors and one of data; a page that
 * is needed in two parts is read and decompressed once. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_read(struct cdm_kdump_pages *pages, uint64_t paddr,
						 uint8_t *buf, size_t len, size_t *got,
						 struct cdm_error *err);

/* As cdm_dump_next_range(): pages that have a descriptor. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_next_range(struct cdm_kdump_pages *pages, uint64_t from,
						       struct cdm_range *out,
						       struct cdm_error *err);

/* As cdm_dump_pass_searched(): page descriptors may all lead to the same data. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_pass_searched(struct cdm_kdump_pages *pages,
							  struct cdm_searched *searched,
							  struct cdm_range *range,
							  struct cdm_error *err);

#endif
