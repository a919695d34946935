/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.h - one step of any decoder through a stream that is not in memory as a whole. */

#ifndef CDM_BASE_DECODE_H
#define CDM_BASE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one call of a decoder works on, and what it did. */
struct cdm_decode_step {
	const uint8_t *in;
	size_t in_len; /* may be 0: what the decoder still holds */
	uint8_t *out;
	size_t out_len;  /* never 0 */
	size_t consumed; /* this and the next two are set by the step, also by one that fails */
	size_t produced;
	bool is_end; /* the stream ends behind what was consumed */
};

#endif
