// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_bzip2.c - what is in a bzip2 file? Its blocks are at most 900 kB: no decoder needs more than
 * 4 MB. */

#include "config.h"

#include "base/library.h"
#include "source/unpack.h"

#include <bzlib.h>

CDM_OPENS_LIBRARY("bzip2", "dumps compressed with bzip2", BZIP2_SONAME)

struct bzip2 {
	void *library;
	int (*init)(bz_stream *stream, int verbosity, int is_small);
	int (*decompress)(bz_stream *stream);
	int (*end)(bz_stream *stream);
	bool has_begun;
	bz_stream stream;
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct bzip2, init, BZ2_bzDecompressInit),
	CDM_FUNCTION(struct bzip2, decompress, BZ2_bzDecompress),
	CDM_FUNCTION(struct bzip2, end, BZ2_bzDecompressEnd),
};

static enum cdm_status open_bzip2(void **decoder, struct cdm_error *err)
{
	return cdm_decoder_new(BZIP2_SONAME, functions, sizeof(functions) / sizeof(*functions),
			       sizeof(struct bzip2), decoder, err);
}

static void end_member(struct bzip2 *bzip2)
{
	if (bzip2->has_begun)
		bzip2->end(&bzip2->stream);
	bzip2->has_begun = false;
}

static enum cdm_status begin(void *decoder, struct cdm_error *err)
{
	struct bzip2 *bzip2 = decoder;

	end_member(bzip2);
	if (bzip2->init(&bzip2->stream, 0, 0) != BZ_OK)
		return cdm_fail_memory(err, "bzip2");
	bzip2->has_begun = true;
	return CDM_OK;
}

static enum cdm_status decode(void *decoder, struct cdm_decode_step *step, struct cdm_error *err)
{
	struct bzip2 *bzip2 = decoder;
	bz_stream *stream = &bzip2->stream;

	stream->next_in = (char *)(uintptr_t)step->in;
	stream->avail_in = (unsigned)step->in_len;
	stream->next_out = (char *)step->out;
	stream->avail_out = (unsigned)step->out_len;
	int found = bzip2->decompress(stream);

	step->consumed = step->in_len - stream->avail_in;
	step->produced = step->out_len - stream->avail_out;
	step->is_end = found == BZ_STREAM_END;
	if (found == BZ_OK || found == BZ_STREAM_END)
		return CDM_OK;
	if (found == BZ_MEM_ERROR)
		return cdm_fail_memory(err, "bzip2's block");
	return cdm_fail(err, CDM_CORRUPT, "the data are damaged");
}

static void close_bzip2(void *decoder)
{
	struct bzip2 *bzip2 = decoder;

	end_member(bzip2);
	cdm_decoder_free(bzip2);
}

const struct cdm_unpacker cdm_unpack_bzip2 = {
	.wrapper = { .name = "bzip2", .magic = "BZh", .magic_len = 3, .open = cdm_unpack_open },
	.package = "libbz2-1.0 (Debian) or bzip2-libs",
	.open = open_bzip2,
	.begin = begin,
	.decode = decode,
	.close = close_bzip2,
};
