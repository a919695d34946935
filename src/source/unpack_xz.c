// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_xz.c - what is in an xz file? */

#include "config.h"

#include "base/library.h"
#include "base/limits.h"
#include "source/unpack.h"

#include <inttypes.h>
#include <lzma.h>

CDM_OPENS_LIBRARY("xz", "dumps compressed with xz", XZ_SONAME)

struct xz {
	void *library;
	lzma_ret (*begin)(lzma_stream *stream, uint64_t max_memory, uint32_t flags);
	lzma_ret (*code)(lzma_stream *stream, lzma_action action);
	uint64_t (*memory)(const lzma_stream *stream);
	void (*end)(lzma_stream *stream);
	lzma_stream stream;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct xz, begin, lzma_stream_decoder),
	CDM_FUNCTION(struct xz, code, lzma_code),
	CDM_FUNCTION(struct xz, memory, lzma_memusage),
	CDM_FUNCTION(struct xz, end, lzma_end),
};

static enum cdm_status open_xz(void **decoder, struct cdm_error *err)
{
	void *opened;

	enum cdm_status st =
		cdm_decoder_new(XZ_SONAME, functions, sizeof(functions) / sizeof(*functions),
				sizeof(struct xz), &opened, err);

	if (st)
		return st;
	struct xz *xz = opened;

	xz->stream = (lzma_stream)LZMA_STREAM_INIT;
	*decoder = xz;
	return CDM_OK;
}

/* A stream that was decoded before is made ready again by the same call. */
static enum cdm_status begin(void *decoder, struct cdm_error *err)
{
	struct xz *xz = decoder;

	if (xz->begin(&xz->stream, CDM_MAX_XZ_MEMORY, 0) != LZMA_OK)
		return cdm_fail_memory(err, "xz");
	return CDM_OK;
}

static enum cdm_status tell(const struct xz *xz, lzma_ret found, struct cdm_error *err)
{
	switch (found) {
	case LZMA_MEM_ERROR:
		return cdm_fail_memory(err, "xz's dictionary");
	case LZMA_MEMLIMIT_ERROR:
		return cdm_fail(err, CDM_ERR_LIMIT,
				"it needs %" PRIu64 " MiB of memory, of %u allowed: unpack it "
				"with xz -dc",
				xz->memory(&xz->stream) / CDM_MIB + 1, CDM_MAX_XZ_MEMORY / CDM_MIB);
	case LZMA_OPTIONS_ERROR:
		return cdm_fail(err, CDM_ERR_UNSUPPORTED, "it asks for what %s does not know",
				XZ_SONAME);
	default:
		return cdm_fail(err, CDM_CORRUPT, "the data are damaged");
	}
}

static enum cdm_status decode(void *decoder, struct cdm_decode_step *step, struct cdm_error *err)
{
	struct xz *xz = decoder;
	lzma_stream *stream = &xz->stream;

	stream->next_in = step->in;
	stream->avail_in = step->in_len;
	stream->next_out = step->out;
	stream->avail_out = step->out_len;
	lzma_ret found = xz->code(stream, LZMA_RUN);

	step->consumed = step->in_len - stream->avail_in;
	step->produced = step->out_len - stream->avail_out;
	step->is_end = found == LZMA_STREAM_END;
	if (found == LZMA_OK || found == LZMA_STREAM_END || found == LZMA_BUF_ERROR)
		return CDM_OK;
	return tell(xz, found, err);
}

static void close_xz(void *decoder)
{
	struct xz *xz = decoder;

	xz->end(&xz->stream);
	cdm_decoder_free(xz);
}

const struct cdm_unpacker cdm_unpack_xz = {
	.wrapper = { .name = "xz",
		     .magic = "\xfd"
			      "7zXZ\0",
		     .magic_len = 6,
		     .open = cdm_unpack_open },
	.package = "liblzma5 (Debian) or xz-libs",
	.open = open_xz,
	.begin = begin,
	.decode = decode,
	.close = close_xz,
};
