// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_lz4.c - what is in an lz4 file (its frame format)? Its blocks are at most 4 MiB: no decoder
 * needs more than twice that. */

#include "config.h"

#include "base/checked.h"
#include "base/library.h"
#include "source/unpack.h"

#include <lz4frame.h>
#include <string.h>

CDM_OPENS_LIBRARY("lz4", "dumps compressed with lz4", LZ4_SONAME)

#define BLOCK_HEADER 4 /* bytes: of the next block, which is asked for with the one before it */

struct lz4 {
	void *library;
	LZ4F_errorCode_t (*create)(LZ4F_dctx **context, unsigned version);
	size_t (*decompress)(LZ4F_dctx *context, void *out, size_t *out_len, const void *in,
			     size_t *in_len, const LZ4F_decompressOptions_t *options);
	LZ4F_errorCode_t (*release)(LZ4F_dctx *context);
	unsigned (*is_error)(LZ4F_errorCode_t code);
	const char *(*error_name)(LZ4F_errorCode_t code);
	LZ4F_dctx *context;
	size_t wanted; /* bytes that end the block, as the last call said; 0: not known */
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct lz4, create, LZ4F_createDecompressionContext),
	CDM_FUNCTION(struct lz4, decompress, LZ4F_decompress),
	CDM_FUNCTION(struct lz4, release, LZ4F_freeDecompressionContext),
	CDM_FUNCTION(struct lz4, is_error, LZ4F_isError),
	CDM_FUNCTION(struct lz4, error_name, LZ4F_getErrorName),
};

static enum cdm_status open_lz4(void **decoder, struct cdm_error *err)
{
	void *opened;

	enum cdm_status st =
		cdm_decoder_new(LZ4_SONAME, functions, sizeof(functions) / sizeof(*functions),
				sizeof(struct lz4), &opened, err);

	if (st)
		return st;
	struct lz4 *lz4 = opened;

	if (lz4->is_error(lz4->create(&lz4->context, LZ4F_VERSION))) {
		cdm_decoder_free(lz4);
		return cdm_fail_memory(err, "lz4");
	}
	*decoder = lz4;
	return CDM_OK;
}

/* A block a call: a call that fails does not say what it has produced before. */
static enum cdm_status decode(void *decoder, struct cdm_decode_step *step, struct cdm_error *err)
{
	struct lz4 *lz4 = decoder;
	size_t consumed = lz4->wanted ? (size_t)cdm_min(step->in_len, lz4->wanted) : step->in_len;
	size_t produced = step->out_len;
	size_t found =
		lz4->decompress(lz4->context, step->out, &produced, step->in, &consumed, NULL);

	if (lz4->is_error(found) && !strcmp(lz4->error_name(found), "ERROR_allocation_failed"))
		return cdm_fail_memory(err, "lz4");
	if (lz4->is_error(found))
		return cdm_fail(err, CDM_CORRUPT, "the data are damaged (%s)",
				lz4->error_name(found));
	step->consumed = consumed;
	step->produced = produced;
	step->is_end = found == 0;
	lz4->wanted = found > BLOCK_HEADER ? found - BLOCK_HEADER : found;
	return CDM_OK;
}

static void close_lz4(void *decoder)
{
	struct lz4 *lz4 = decoder;

	lz4->release(lz4->context);
	cdm_decoder_free(lz4);
}

const struct cdm_unpacker cdm_unpack_lz4 = {
	.wrapper = { .name = "lz4",
		     .magic = "\x04\x22\x4d\x18",
		     .magic_len = 4,
		     .has_skippable_frames = true,
		     .open = cdm_unpack_open },
	.package = "liblz4-1 (Debian) or lz4-libs",
	.open = open_lz4,
	.decode = decode,
	.close = close_lz4,
};
