/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrapper.h - what a source that wraps another one implements.
 *
 * To add one: write src/source/<name>.c with one const struct cdm_wrapper and add a line to the
 * table in wrappers.c. Compressed files: see source/unpack.h. */

#ifndef CDM_SOURCE_WRAPPER_H
#define CDM_SOURCE_WRAPPER_H

#include "source/source.h"

struct cdm_wrapper {
	char name[12];  /* that of its source's ops */
	char magic[17]; /* at offset 0 */
	size_t magic_len;
	bool has_skippable_frames; /* of zstd and lz4: also members, with no content */
	bool may_follow_junk;      /* writers' shells print into the stream before it */

	/* Puts a source on top of `below`, whose wrapped data begin at `start`. Takes over `below`
	 * when it succeeds, and only then. */
	enum cdm_status (*open)(const struct cdm_wrapper *wrapper, struct cdm_source *below,
				uint64_t start, struct cdm_source **out, struct cdm_error *err);
};

extern const struct cdm_wrapper cdm_flat_wrapper;

#endif
