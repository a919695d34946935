// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_gzip.c - what is in a gzip file (RFC 1952)? */

#include "config.h"

#include "base/library.h"
#include "source/unpack.h"

#include <zlib.h>

CDM_OPENS_LIBRARY("gzip", "dumps compressed with gzip", ZLIB_SONAME)

#define GZIP_ALONE 16 /* for inflateInit2: neither a zlib stream nor whatever it looks like */

struct gzip {
	void *library;
	int (*init)(z_stream *stream, int window_bits, const char *version, int stream_size);
	int (*reset)(z_stream *stream);
	int (*inflate)(z_stream *stream, int flush);
	int (*end)(z_stream *stream);
	z_stream stream;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct gzip, init, inflateInit2_),
	CDM_FUNCTION(struct gzip, reset, inflateReset),
	CDM_FUNCTION(struct gzip, inflate, inflate),
	CDM_FUNCTION(struct gzip, end, inflateEnd),
};

static enum cdm_status open_gzip(void **decoder, struct cdm_error *err)
{
	void *opened;

	if (cdm_decoder_new(ZLIB_SONAME, functions, sizeof(functions) / sizeof(*functions),
			    sizeof(struct gzip), &opened, err))
		return err->status;
	struct gzip *gzip = opened;

	if (gzip->init(&gzip->stream, MAX_WBITS + GZIP_ALONE, ZLIB_VERSION,
		       (int)sizeof(gzip->stream)) != Z_OK) {
		cdm_decoder_free(gzip);
		return cdm_fail_memory(err, "gzip");
	}
	*decoder = gzip;
	return CDM_OK;
}

static enum cdm_status begin(void *decoder, struct cdm_error *err)
{
	struct gzip *gzip = decoder;

	(void)err;
	gzip->reset(&gzip->stream);
	return CDM_OK;
}

static enum cdm_status decode(void *decoder, struct cdm_unpack_step *step, struct cdm_error *err)
{
	struct gzip *gzip = decoder;
	z_stream *stream = &gzip->stream;

	stream->next_in = (z_const Bytef *)(uintptr_t)step->in;
	stream->avail_in = (uInt)step->in_len;
	stream->next_out = step->out;
	stream->avail_out = (uInt)step->out_len;
	int found = gzip->inflate(stream, Z_NO_FLUSH);

	step->consumed = step->in_len - stream->avail_in;
	step->produced = step->out_len - stream->avail_out;
	step->is_end = found == Z_STREAM_END;
	if (found == Z_OK || found == Z_STREAM_END || found == Z_BUF_ERROR)
		return CDM_OK;
	if (found == Z_MEM_ERROR)
		return cdm_fail_memory(err, "gzip");
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged (%s)",
			stream->msg ? stream->msg : "a preset dictionary");
}

static void close_gzip(void *decoder)
{
	struct gzip *gzip = decoder;

	gzip->end(&gzip->stream);
	cdm_decoder_free(gzip);
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
