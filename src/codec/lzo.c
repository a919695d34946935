// SPDX-License-Identifier: GPL-2.0-or-later
/* lzo.c - a page that is a bare LZO1X stream: no container, no checksum. */

#include "config.h"

#include "base/library.h"
#include "codec/codec.h"

#include <lzo/lzo1x.h>

CDM_OPENS_LIBRARY("lzo", "pages compressed with lzo", LZO_SONAME)

struct lzo {
	void *library;
	int (*decompress)(const lzo_bytep in, lzo_uint in_len, lzo_bytep out, lzo_uintp out_len,
			  lzo_voidp unused);
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct lzo, decompress, lzo1x_decompress_safe),
};

static enum cdm_status open_lzo(void **context, struct cdm_error *err)
{
	return cdm_decoder_new(LZO_SONAME, functions, sizeof(functions) / sizeof(*functions),
			       sizeof(struct lzo), context, err);
}

/* LZO_E_OK means that the end marker was found and all input was consumed; it does not mean that
 * the output is a whole page. */
static enum cdm_status decompress(void *context, struct cdm_bytes compressed, uint8_t *page,
				  size_t page_size, struct cdm_error *err)
{
	struct lzo *lzo = context;
	lzo_uint produced = page_size;
	int found = lzo->decompress(compressed.at, compressed.len, page, &produced, NULL);

	if (found == LZO_E_OK && produced == page_size)
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged: %zu of %zu bytes (code %d)",
			(size_t)produced, page_size, found);
}

const struct cdm_codec cdm_codec_lzo = {
	.name = "lzo",
	.package = "liblzo2-2 (Debian) or lzo",
	.page_flag = 0x2,
	.open = open_lzo,
	.decompress = decompress,
	.close = cdm_decoder_free,
};
