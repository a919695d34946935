// SPDX-License-Identifier: GPL-2.0-or-later
/* zlib.c - a page that is a zlib stream (RFC 1950), whatever its header says about window and level. */

#include "config.h"

#include "base/inflate.h"
#include "base/library.h"
#include "codec/codec.h"

CDM_OPENS_LIBRARY("zlib", "pages compressed with zlib", ZLIB_SONAME)

static enum cdm_status open_zlib(void **context, struct cdm_error *err)
{
	struct cdm_inflate *inflate;
	enum cdm_status st = cdm_inflate_open(CDM_INFLATE_ZLIB, &inflate, err);

	if (st)
		return st;
	*context = inflate;
	return CDM_OK;
}

static enum cdm_status decompress(void *context, struct cdm_bytes compressed, uint8_t *page,
				  size_t page_size, struct cdm_error *err)
{
	return cdm_inflate_whole(context, compressed, page, page_size, err);
}

static enum cdm_status take_step(void *context, bool begins, struct cdm_decode_step *step,
				 struct cdm_error *err)
{
	if (begins)
		cdm_inflate_reset(context);
	return cdm_inflate_step(context, step, err);
}

static void close_zlib(void *context)
{
	cdm_inflate_close(context);
}

const struct cdm_codec cdm_codec_zlib = {
	.name = "zlib",
	.package = "zlib1g (Debian) or zlib",
	.page_flag = 0x1,
	.open = open_zlib,
	.decompress = decompress,
	.step = take_step,
	.close = close_zlib,
};
