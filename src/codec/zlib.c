// SPDX-License-Identifier: GPL-2.0-or-later
/* zlib.c - a page that is a zlib stream (RFC 1950), whatever its header says about window and level. */

#include "config.h"

#include "base/library.h"
#include "codec/codec.h"

#include <zlib.h>

CDM_OPENS_LIBRARY("zlib", "pages compressed with zlib", ZLIB_SONAME)

struct zlib {
	void *library;
	int (*init)(z_stream *stream, const char *version, int stream_size);
	int (*reset)(z_stream *stream);
	int (*inflate)(z_stream *stream, int flush);
	int (*end)(z_stream *stream);
	z_stream stream;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct zlib, init, inflateInit_),
	CDM_FUNCTION(struct zlib, reset, inflateReset),
	CDM_FUNCTION(struct zlib, inflate, inflate),
	CDM_FUNCTION(struct zlib, end, inflateEnd),
};

static enum cdm_status open_zlib(void **context, struct cdm_error *err)
{
	void *opened;

	if (cdm_decoder_new(ZLIB_SONAME, functions, sizeof(functions) / sizeof(*functions),
			    sizeof(struct zlib), &opened, err))
		return err->status;
	struct zlib *zlib = opened;

	if (zlib->init(&zlib->stream, ZLIB_VERSION, (int)sizeof(zlib->stream)) != Z_OK) {
		cdm_decoder_free(zlib);
		return cdm_fail_memory(err, "zlib");
	}
	*context = zlib;
	return CDM_OK;
}

static enum cdm_status decompress(void *context, struct cdm_bytes compressed, uint8_t *page,
				  size_t page_size, struct cdm_error *err)
{
	struct zlib *zlib = context;
	z_stream *stream = &zlib->stream;

	zlib->reset(stream);
	stream->next_in = (z_const Bytef *)(uintptr_t)compressed.at;
	stream->avail_in = (uInt)compressed.len;
	stream->next_out = page;
	stream->avail_out = (uInt)page_size;
	int found = zlib->inflate(stream, Z_FINISH);

	if (found == Z_STREAM_END && stream->avail_out == 0 && stream->avail_in == 0)
		return CDM_OK;
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged after %zu of %zu bytes (%s)",
			page_size - stream->avail_out, page_size,
			stream->msg ? stream->msg : "the end does not fit");
}

static enum cdm_status take_step(void *context, struct cdm_codec_step *step, struct cdm_error *err)
{
	struct zlib *zlib = context;
	z_stream *stream = &zlib->stream;

	if (step->begins)
		zlib->reset(stream);
	stream->next_in = (z_const Bytef *)(uintptr_t)step->in;
	stream->avail_in = (uInt)step->in_len;
	stream->next_out = step->out;
	stream->avail_out = (uInt)step->out_len;
	int found = zlib->inflate(stream, Z_NO_FLUSH);

	step->consumed = step->in_len - stream->avail_in;
	step->produced = step->out_len - stream->avail_out;
	step->is_end = found == Z_STREAM_END;
	if (found == Z_OK || found == Z_STREAM_END || found == Z_BUF_ERROR)
		return CDM_OK;
	if (found == Z_MEM_ERROR)
		return cdm_fail_memory(err, "zlib");
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged (%s)",
			stream->msg ? stream->msg : "a preset dictionary");
}

static void close_zlib(void *context)
{
	struct zlib *zlib = context;

	zlib->end(&zlib->stream);
	cdm_decoder_free(zlib);
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
