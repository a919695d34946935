// SPDX-License-Identifier: GPL-2.0-or-later
/* lime_header.c - which memory stands behind a header of LiME's or AVML's? */

#include "formats/lime_header.h"

#include <inttypes.h>

const struct cdm_layout cdm_lime_layout = { .big_endian = false, .word = 8 };

enum cdm_status cdm_lime_parse(const struct cdm_lime_kind *kind, const uint8_t *header, uint64_t at,
			       struct cdm_range *range, struct cdm_error *err)
{
	uint32_t magic = cdm_load_u32(header, cdm_lime_layout);
	uint32_t version = cdm_load_u32(header + 4, cdm_lime_layout);
	uint64_t first = cdm_load_u64(header + 8, cdm_lime_layout);
	uint64_t last = cdm_load_u64(header + 16, cdm_lime_layout);

	if (magic != kind->magic || version != kind->version)
		return cdm_fail(err, CDM_CORRUPT,
				"%s at offset 0x%" PRIx64 ": magic 0x%" PRIx32
				" and version %" PRIu32 ", not 0x%" PRIx32 " and %" PRIu32,
				kind->noun, at, magic, version, kind->magic, kind->version);
	if (last < first || last == UINT64_MAX)
		return cdm_fail(err, CDM_CORRUPT,
				"%s at offset 0x%" PRIx64 ": it ends at 0x%" PRIx64
				", and begins at 0x%" PRIx64,
				kind->noun, at, last, first);
	*range = (struct cdm_range){ .begin = first, .end = last + 1 };
	return CDM_OK;
}
