// SPDX-License-Identifier: GPL-2.0-or-later
/* snappy.c - a page that is a raw snappy block: no framing, no checksum. */

#include "config.h"

#include "base/library.h"
#include "codec/codec.h"

#include <snappy-c.h>

CDM_OPENS_LIBRARY("snappy", "pages compressed with snappy", SNAPPY_SONAME)

struct snappy {
	void *library;
	snappy_status (*length)(const char *in, size_t in_len, size_t *out_len);
	snappy_status (*uncompress)(const char *in, size_t in_len, char *out, size_t *out_len);
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct snappy, length, snappy_uncompressed_length),
	CDM_FUNCTION(struct snappy, uncompress, snappy_uncompress),
};

static enum cdm_status open_snappy(void **context, struct cdm_error *err)
{
	return cdm_decoder_new(SNAPPY_SONAME, functions, sizeof(functions) / sizeof(*functions),
			       sizeof(struct snappy), context, err);
}

/* The length that a damaged block claims is checked before anything is done with it. */
static enum cdm_status decompress(void *context, struct cdm_bytes compressed, uint8_t *page,
				  size_t page_size, struct cdm_error *err)
{
	struct snappy *snappy = context;
	const char *in = (const char *)compressed.at;
	size_t length = 0;

	if (snappy->length(in, compressed.len, &length) != SNAPPY_OK || length != page_size)
		return cdm_fail(err, CDM_CORRUPT, "the block claims %zu bytes, not %zu", length,
				page_size);
	if (snappy->uncompress(in, compressed.len, (char *)page, &length) != SNAPPY_OK)
		return cdm_fail(err, CDM_CORRUPT, "the data are damaged");
	return CDM_OK;
}

const struct cdm_codec cdm_codec_snappy = {
	.name = "snappy",
	.package = "libsnappy1v5 (Debian) or snappy",
	.page_flag = 0x4,
	.open = open_snappy,
	.decompress = decompress,
	.close = cdm_decoder_free,
};
