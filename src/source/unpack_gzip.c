// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_gzip.c - what is in a gzip file (RFC 1952)? */

#include "config.h"

#include "base/inflate.h"
#include "base/library.h"
#include "source/unpack.h"

CDM_OPENS_LIBRARY("gzip", "dumps compressed with gzip", ZLIB_SONAME)

static enum cdm_status open_gzip(void **decoder, struct cdm_error *err)
{
	struct cdm_inflate *inflate;
	enum cdm_status st = cdm_inflate_open(CDM_INFLATE_GZIP, &inflate, err);

	if (st)
		return st;
	*decoder = inflate;
	return CDM_OK;
}

static enum cdm_status begin(void *decoder, struct cdm_error *err)
{
	(void)err;
	cdm_inflate_reset(decoder);
	return CDM_OK;
}

static enum cdm_status decode(void *decoder, struct cdm_decode_step *step, struct cdm_error *err)
{
	return cdm_inflate_step(decoder, step, err);
}

static void close_gzip(void *decoder)
{
	cdm_inflate_close(decoder);
}

const struct cdm_unpacker cdm_unpack_gzip = {
	.wrapper = { .name = "gzip",
		     .magic = "\x1f\x8b\x08",
		     .magic_len = 3,
		     .open = cdm_unpack_open }, /* 8: deflate, the only method there is */
	.package = "zlib1g (Debian) or zlib",
	.open = open_gzip,
	.begin = begin,
	.decode = decode,
	.close = close_gzip,
};
