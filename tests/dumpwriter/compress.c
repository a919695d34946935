// SPDX-License-Identifier: GPL-2.0-or-later
/* compress.c - how does a page become smaller? */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "tests/dumpwriter/compress.h"

#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_LZO
#include <lzo/lzo1x.h>
#endif
#ifdef HAVE_SNAPPY
#include <snappy-c.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#define FLAG_ZLIB 0x1u
#define FLAG_LZO 0x2u
#define FLAG_SNAPPY 0x4u
#define FLAG_ZSTD 0x20u

#ifdef HAVE_ZLIB
static size_t zlib_bound(size_t len)
{
	return len + len / 8 + 64;
}

static size_t zlib_compress(const struct dw_compress_options *options, const uint8_t *page,
			    size_t len, uint8_t *out, size_t room)
{
	int level = options->zlib_level ? (int)options->zlib_level : Z_BEST_SPEED;
	int window = options->zlib_window ? (int)options->zlib_window : MAX_WBITS;
	z_stream stream = { .avail_in = (uInt)len, .avail_out = (uInt)room };
	size_t written;

	stream.next_in = (z_const Bytef *)(uintptr_t)page;
	stream.next_out = out;
	if (deflateInit2(&stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&stream, Z_FINISH) != Z_STREAM_END)
		dw_die("zlib: window %d, level %d: failed", window, level);
	written = stream.total_out;
	deflateEnd(&stream);
	return written;
}
#endif

#ifdef HAVE_LZO
static size_t lzo_bound(size_t len)
{
	return len + len / 16 + 64 + 3;
}

static size_t lzo_compress(const struct dw_compress_options *options, const uint8_t *page,
			   size_t len, uint8_t *out, size_t room)
{
	lzo_uint written = room;
	void *work = malloc(LZO1X_1_MEM_COMPRESS);

	(void)options;
	if (!work || lzo_init() != LZO_E_OK ||
	    lzo1x_1_compress(page, len, out, &written, work) != LZO_E_OK)
		dw_die("lzo: failed");
	free(work);
	return written;
}
#endif

#ifdef HAVE_SNAPPY
static size_t snappy_bound(size_t len)
{
	return snappy_max_compressed_length(len);
}

static size_t snappy_compress_page(const struct dw_compress_options *options, const uint8_t *page,
				   size_t len, uint8_t *out, size_t room)
{
	size_t written = room;

	(void)options;
	if (snappy_compress((const char *)page, len, (char *)out, &written) != SNAPPY_OK)
		dw_die("snappy: failed");
	return written;
}
#endif

#ifdef HAVE_ZSTD
static size_t zstd_bound(size_t len)
{
	return ZSTD_compressBound(len);
}

static size_t zstd_compress(const struct dw_compress_options *options, const uint8_t *page,
			    size_t len, uint8_t *out, size_t room)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t written;

	if (!context)
		dw_die("zstd: out of memory");
	ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
	ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, !options->without_zstd_size);
	written = ZSTD_compress2(context, out, room, page, len);
	ZSTD_freeCCtx(context);
	if (ZSTD_isError(written))
		dw_die("zstd: %s", ZSTD_getErrorName(written));
	return written;
}
#endif

const struct dw_codec dw_codecs[] = {
	{ "none", 0, NULL, NULL },
#ifdef HAVE_ZLIB
	{ "zlib", FLAG_ZLIB, zlib_bound, zlib_compress },
#else
	{ "zlib", FLAG_ZLIB, NULL, NULL },
#endif
#ifdef HAVE_LZO
	{ "lzo", FLAG_LZO, lzo_bound, lzo_compress },
#else
	{ "lzo", FLAG_LZO, NULL, NULL },
#endif
#ifdef HAVE_SNAPPY
	{ "snappy", FLAG_SNAPPY, snappy_bound, snappy_compress_page },
#else
	{ "snappy", FLAG_SNAPPY, NULL, NULL },
#endif
#ifdef HAVE_ZSTD
	{ "zstd", FLAG_ZSTD, zstd_bound, zstd_compress },
#else
	{ "zstd", FLAG_ZSTD, NULL, NULL },
#endif
	{ NULL, 0, NULL, NULL },
};

int dw_find_codec(const char *name)
{
	for (int i = 0; dw_codecs[i].name; i++) {
		if (!strcmp(dw_codecs[i].name, name))
			return i;
	}
	return -1;
}

bool dw_has_codec(int codec)
{
	return codec == 0 || (codec > 0 && dw_codecs[codec].compress);
}
