/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack.h - a source that unpacks all of the source below it, as far as it is read.
 *
 * Compressed files are members one behind the other (frames of zstd and lz4, streams of xz and
 * bzip2); what they unpack to is one file. To add a format: write src/source/unpack_<name>.c with
 * one const struct cdm_unpacker and add a line to the table in wrappers.c. */

#ifndef CDM_SOURCE_UNPACK_H
#define CDM_SOURCE_UNPACK_H

#include "base/decode.h"
#include "source/wrapper.h"

#define CDM_MAX_MEMBER_MAGIC 6 /* bytes; no format's is longer */

/* A frame without content, of zstd or lz4: 0x184d2a50 to 0x184d2a5f, little-endian, and 32 bits that
 * say how many bytes follow (both formats' descriptions). */
#define CDM_SKIPPABLE_HEADER 8

static inline bool cdm_is_skippable_frame(struct cdm_bytes head)
{
	return head.len >= 4 && (head.at[0] & 0xf0) == 0x50 &&
	       memcmp(head.at + 1, "\x2a\x4d\x18", 3) == 0;
}

struct cdm_unpacker {
	/* Comes first. Its magic is that of every member, at most CDM_MAX_MEMBER_MAGIC bytes; its
	 * open is cdm_unpack_open. */
	struct cdm_wrapper wrapper;
	char package[40]; /* what to install when the library is not there */

	/* Opens the library and makes a decoder. CDM_ERR_UNSUPPORTED: the library is not there. */
	enum cdm_status (*open)(void **decoder, struct cdm_error *err);

	/* A member begins. NULL: the decoder goes on by itself. */
	enum cdm_status (*begin)(void *decoder, struct cdm_error *err);

	/* Decodes what is there, as far as there is room; what was produced before a failure is
	 * good. A member is the step's stream. CDM_CORRUPT: the data are
	 * damaged. CDM_ERR_LIMIT: they need more memory than base/limits.h allows. */
	enum cdm_status (*decode)(void *decoder, struct cdm_decode_step *step,
				  struct cdm_error *err);

	void (*close)(void *decoder);
};

/* As cdm_wrapper.open, of a wrapper that is in a struct cdm_unpacker. What is cut or damaged gives
 * its bytes up to there: reads behind them are CDM_TRUNCATED or CDM_CORRUPT. Bytes behind the last
 * member that begin no other are ignored. */
CDM_CHECKED enum cdm_status cdm_unpack_open(const struct cdm_wrapper *wrapper,
					    struct cdm_source *below, uint64_t start,
					    struct cdm_source **out, struct cdm_error *err);

extern const struct cdm_unpacker cdm_unpack_gzip;
extern const struct cdm_unpacker cdm_unpack_zstd;
extern const struct cdm_unpacker cdm_unpack_xz;
extern const struct cdm_unpacker cdm_unpack_bzip2;
extern const struct cdm_unpacker cdm_unpack_lz4;

#endif
