// SPDX-License-Identifier: GPL-2.0-or-later
/* inflate.c - zlib's inflate, through the functions that its library has. */

#include "config.h"

#include "base/inflate.h"
#include "base/library.h"

#include <zlib.h>

#define GZIP_ALONE 16 /* for inflateInit2: neither a zlib stream nor whatever it looks like */

struct cdm_inflate {
	void *library;
	int (*init)(z_stream *stream, int window_bits, const char *version, int stream_size);
	int (*reset)(z_stream *stream);
	int (*inflate)(z_stream *stream, int flush);
	int (*end)(z_stream *stream);
	z_stream stream;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct cdm_inflate, init, inflateInit2_),
	CDM_FUNCTION(struct cdm_inflate, reset, inflateReset),
	CDM_FUNCTION(struct cdm_inflate, inflate, inflate),
	CDM_FUNCTION(struct cdm_inflate, end, inflateEnd),
};

enum cdm_status cdm_inflate_open(enum cdm_inflate_of of, struct cdm_inflate **out,
				 struct cdm_error *err)
{
	int window_bits = of == CDM_INFLATE_GZIP ? MAX_WBITS + GZIP_ALONE : MAX_WBITS;
	void *opened;

	enum cdm_status st =
		cdm_decoder_new(ZLIB_SONAME, functions, sizeof(functions) / sizeof(*functions),
				sizeof(struct cdm_inflate), &opened, err);

	if (st)
		return st;
	struct cdm_inflate *inflate = opened;

	if (inflate->init(&inflate->stream, window_bits, ZLIB_VERSION,
			  (int)sizeof(inflate->stream)) != Z_OK) {
		cdm_decoder_free(inflate);
		return cdm_fail_memory(err, "zlib");
	}
	*out = inflate;
	return CDM_OK;
}

void cdm_inflate_reset(struct cdm_inflate *inflate)
{
	inflate->reset(&inflate->stream);
}

static int run(struct cdm_inflate *inflate, struct cdm_decode_step *step, int flush)
{
	z_stream *stream = &inflate->stream;

	stream->next_in = (z_const Bytef *)(uintptr_t)step->in;
	stream->avail_in = (uInt)step->in_len;
	stream->next_out = step->out;
	stream->avail_out = (uInt)step->out_len;
	int found = inflate->inflate(stream, flush);

	step->consumed = step->in_len - stream->avail_in;
	step->produced = step->out_len - stream->avail_out;
	step->is_end = found == Z_STREAM_END;
	return found;
}

enum cdm_status cdm_inflate_step(struct cdm_inflate *inflate, struct cdm_decode_step *step,
				 struct cdm_error *err)
{
	int found = run(inflate, step, Z_NO_FLUSH);

	if (found == Z_OK || found == Z_STREAM_END || found == Z_BUF_ERROR)
		return CDM_OK;
	if (found == Z_MEM_ERROR)
		return cdm_fail_memory(err, "zlib");
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged (%s)",
			inflate->stream.msg ? inflate->stream.msg : "a preset dictionary");
}

enum cdm_status cdm_inflate_whole(struct cdm_inflate *inflate, struct cdm_bytes compressed,
				  uint8_t *buf, size_t len, struct cdm_error *err)
{
	struct cdm_decode_step step = {
		.in = compressed.at,
		.in_len = compressed.len,
		.out = buf,
		.out_len = len,
	};

	inflate->reset(&inflate->stream);
	int found = run(inflate, &step, Z_FINISH);

	if (step.is_end && step.produced == len && step.consumed == compressed.len)
		return CDM_OK;
	if (found == Z_MEM_ERROR)
		return cdm_fail_memory(err, "zlib");
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged after %zu of %zu bytes (%s)",
			step.produced, len,
			inflate->stream.msg ? inflate->stream.msg : "the end does not fit");
}

void cdm_inflate_close(struct cdm_inflate *inflate)
{
	inflate->end(&inflate->stream);
	cdm_decoder_free(inflate);
}
