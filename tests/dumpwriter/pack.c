// SPDX-License-Identifier: GPL-2.0-or-later
/* pack.c - how does a whole file become smaller? */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "tests/dumpwriter/pack.h"

#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_XZ
#include <lzma.h>
#endif
#ifdef HAVE_BZIP2
#include <bzlib.h>
#endif
#ifdef HAVE_LZ4
#include <lz4frame.h>
#endif

#ifdef HAVE_ZLIB
#define GZIP_WINDOW (MAX_WBITS + 16) /* 16: with gzip's header */

static size_t pack_gzip(const uint8_t *bytes, size_t len, uint8_t *out, size_t room)
{
	z_stream stream = { .avail_in = (uInt)len, .avail_out = (uInt)room };

	stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
	stream.next_out = out;
	if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) !=
		    Z_OK ||
	    deflate(&stream, Z_FINISH) != Z_STREAM_END)
		dw_die("gzip: failed");
	size_t written = stream.total_out;
	deflateEnd(&stream);
	return written;
}
#else
#define pack_gzip NULL
#endif

#ifdef HAVE_ZSTD
static size_t pack_zstd(const uint8_t *bytes, size_t len, uint8_t *out, size_t room)
{
	size_t written = ZSTD_compress(out, room, bytes, len, 1);

	if (ZSTD_isError(written))
		dw_die("zstd: %s", ZSTD_getErrorName(written));
	return written;
}
#else
#define pack_zstd NULL
#endif

#ifdef HAVE_XZ
static size_t pack_xz(const uint8_t *bytes, size_t len, uint8_t *out, size_t room)
{
	size_t written = 0;

	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, bytes, len, out, &written, room) !=
	    LZMA_OK)
		dw_die("xz: failed");
	return written;
}
#else
#define pack_xz NULL
#endif

#ifdef HAVE_BZIP2
static size_t pack_bzip2(const uint8_t *bytes, size_t len, uint8_t *out, size_t room)
{
	unsigned written = (unsigned)room;

	if (BZ2_bzBuffToBuffCompress((char *)out, &written, (char *)(uintptr_t)bytes, (unsigned)len,
				     1, 0, 0) != BZ_OK)
		dw_die("bzip2: failed");
	return written;
}
#else
#define pack_bzip2 NULL
#endif

#ifdef HAVE_LZ4
static size_t pack_lz4(const uint8_t *bytes, size_t len, uint8_t *out, size_t room)
{
	size_t written = LZ4F_compressFrame(out, room, bytes, len, NULL);

	if (LZ4F_isError(written))
		dw_die("lz4: %s", LZ4F_getErrorName(written));
	return written;
}
#else
#define pack_lz4 NULL
#endif

static const struct dw_packer packers[] = {
	{ "gzip", 3, pack_gzip },   { "zstd", 4, pack_zstd }, { "xz", 6, pack_xz },
	{ "bzip2", 3, pack_bzip2 }, { "lz4", 4, pack_lz4 },
};

const struct dw_packer *dw_find_packer(const char *name)
{
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (!strcmp(packers[i].name, name))
			return &packers[i];
	return NULL;
}

/* More than any of them asks for. */
static size_t room_for(size_t len)
{
	return len + len / 8 + 128 * 1024;
}

void dw_pack(const struct dw_packer *packer, const uint8_t *bytes, size_t len,
	     struct dw_buffer *out)
{
	uint8_t *packed = dw_alloc(out->arena, room_for(len));

	dw_put(out, packed, packer->pack(bytes, len, packed, room_for(len)));
}
