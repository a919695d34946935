/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_pages.h - the pages of a kdump-compressed file: bitmaps, descriptors, data. */

#ifndef CDM_FORMATS_KDUMP_PAGES_H
#define CDM_FORMATS_KDUMP_PAGES_H

#include "codec/codec.h"
#include "formats/kdump_header.h"

struct cdm_kdump_pages;

/* Borrows source and codecs; copies the header. Reads nothing yet. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_new(struct cdm_source *source,
						struct cdm_codec_contexts *codecs,
						const struct cdm_kdump_header *header,
						struct cdm_kdump_pages **out,
						struct cdm_error *err);
void cdm_kdump_pages_free(struct cdm_kdump_pages *pages); /* NULL is fine */

/* As cdm_dump_read(). Neighbouring pages cost one read of descriptors and one of data; a page that
 * is needed in two parts is read and decompressed once. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_read(struct cdm_kdump_pages *pages, uint64_t paddr,
						 uint8_t *buf, size_t len, size_t *got,
						 struct cdm_error *err);

/* As cdm_dump_next_range(): pages that have a descriptor. */
CDM_CHECKED enum cdm_status cdm_kdump_pages_next_range(struct cdm_kdump_pages *pages, uint64_t from,
						       struct cdm_range *out,
						       struct cdm_error *err);

#endif
