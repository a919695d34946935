/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lime_header.h - the header before each piece of memory in LiME's and AVML's images. Drawn in
 * lime.md. */

#ifndef CDM_FORMATS_LIME_HEADER_H
#define CDM_FORMATS_LIME_HEADER_H

#include "dump/dump.h"

#define CDM_LIME_HEADER 32 /* bytes */

/* What tells one image from the other, and what messages call a piece: "record". */
struct cdm_lime_kind {
	uint32_t magic, version;
	char noun[8]; /* in place: a pointer would have to be relocated at every start */
};

/* Whatever the machine's are, the header's numbers are little-endian. */
extern const struct cdm_layout cdm_lime_layout;

/* The memory that a header of CDM_LIME_HEADER bytes is for, which stands at `at` in the file. The end
 * that is stored is the last byte's address (T53). CDM_CORRUPT: it is no such header. */
CDM_CHECKED enum cdm_status cdm_lime_parse(const struct cdm_lime_kind *kind, const uint8_t *header,
					   uint64_t at, struct cdm_range *range,
					   struct cdm_error *err);

#endif
