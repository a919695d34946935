// SPDX-License-Identifier: GPL-2.0-or-later
/* zstd.c - a page that is one zstd frame, with or without its content size. */

#include "config.h"

#include "base/library.h"
#include "codec/codec.h"

#include <zstd.h>

CDM_OPENS_LIBRARY("zstd", "pages compressed with zstd", ZSTD_SONAME)

struct zstd {
	void *library;
	ZSTD_DCtx *(*create)(void);
	size_t (*decompress)(ZSTD_DCtx *decoder, void *out, size_t room, const void *in,
			     size_t len);
	size_t (*release)(ZSTD_DCtx *decoder);
	unsigned (*is_error)(size_t code);
	const char *(*error_name)(size_t code);
	ZSTD_DCtx *decoder;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct zstd, create, ZSTD_createDCtx),
	CDM_FUNCTION(struct zstd, decompress, ZSTD_decompressDCtx),
	CDM_FUNCTION(struct zstd, release, ZSTD_freeDCtx),
	CDM_FUNCTION(struct zstd, is_error, ZSTD_isError),
	CDM_FUNCTION(struct zstd, error_name, ZSTD_getErrorName),
};

static enum cdm_status open_zstd(void **context, struct cdm_error *err)
{
	void *opened;

	enum cdm_status st =
		cdm_decoder_new(ZSTD_SONAME, functions, sizeof(functions) / sizeof(*functions),
				sizeof(struct zstd), &opened, err);

	if (st)
		return st;
	struct zstd *zstd = opened;

	zstd->decoder = zstd->create();
	if (!zstd->decoder) {
		cdm_decoder_free(zstd);
		return cdm_fail_memory(err, "zstd");
	}
	*context = zstd;
	return CDM_OK;
}

static enum cdm_status decompress(void *context, struct cdm_bytes compressed, uint8_t *page,
				  size_t page_size, struct cdm_error *err)
{
	struct zstd *zstd = context;
	size_t produced =
		zstd->decompress(zstd->decoder, page, page_size, compressed.at, compressed.len);

	if (zstd->is_error(produced))
		return cdm_fail(err, CDM_CORRUPT, "the data are damaged: %s",
				zstd->error_name(produced));
	if (produced != page_size)
		return cdm_fail(err, CDM_CORRUPT, "the frame gives %zu bytes, not %zu", produced,
				page_size);
	return CDM_OK;
}

static void close_zstd(void *context)
{
	struct zstd *zstd = context;

	zstd->release(zstd->decoder);
	cdm_decoder_free(zstd);
}

const struct cdm_codec cdm_codec_zstd = {
	.name = "zstd",
	.package = "libzstd1 (Debian) or libzstd",
	.page_flag = 0x20,
	.open = open_zstd,
	.decompress = decompress,
	.close = close_zstd,
};
