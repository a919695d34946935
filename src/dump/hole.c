// SPDX-License-Identifier: GPL-2.0-or-later
/* hole.c - how far from here on has a sparse file stored nothing? */

#include "dump/hole.h"
#include "base/checked.h"

#include <string.h>

#define PAGE 4096 /* the smallest of any machine: pages are looked at whole */

bool cdm_hole_looks_like(struct cdm_bytes bytes)
{
	size_t len = (size_t)cdm_min(bytes.len, PAGE);
	const uint8_t *last = bytes.at + (bytes.len - len);

	return last[0] == 0 && !memcmp(last, last + 1, len - 1);
}

uint64_t cdm_hole_end(const struct cdm_range *range)
{
	uint64_t data = range->source ? cdm_source_next_data(range->source, range->at) : range->at;
	uint64_t end = cdm_end_of(range->begin, data - range->at);

	return cdm_max(range->begin, end - end % PAGE);
}
