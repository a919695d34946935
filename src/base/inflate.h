/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inflate.h - zlib's inflate, opened when the first byte needs it: whole pages, and streams step by step.
 *
 * In builds with zlib alone. */

#ifndef CDM_BASE_INFLATE_H
#define CDM_BASE_INFLATE_H

#include "base/bytes.h"
#include "base/decode.h"
#include "base/error.h"

/* Owns the library and zlib's state; the caller's: cdm_inflate_close(). */
struct cdm_inflate;

enum cdm_inflate_of { CDM_INFLATE_ZLIB /* RFC 1950 */, CDM_INFLATE_GZIP /* RFC 1952 */ };

/* CDM_ERR_UNSUPPORTED: the library is not there. */
CDM_CHECKED enum cdm_status cdm_inflate_open(enum cdm_inflate_of of, struct cdm_inflate **out,
					     struct cdm_error *err);

/* Another stream begins. */
void cdm_inflate_reset(struct cdm_inflate *inflate);

/* CDM_CORRUPT: the data are damaged; what was produced before is good. */
CDM_CHECKED enum cdm_status cdm_inflate_step(struct cdm_inflate *inflate,
					     struct cdm_decode_step *step, struct cdm_error *err);

/* A whole stream of its own. CDM_CORRUPT if it is damaged, gives fewer or more than len bytes, or if
 * bytes are left over behind it. */
CDM_CHECKED enum cdm_status cdm_inflate_whole(struct cdm_inflate *inflate,
					      struct cdm_bytes compressed, uint8_t *buf, size_t len,
					      struct cdm_error *err);

void cdm_inflate_close(struct cdm_inflate *inflate);

#endif
