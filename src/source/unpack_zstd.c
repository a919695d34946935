// SPDX-License-Identifier: GPL-2.0-or-later
/* unpack_zstd.c - what is in a zstd file (RFC 8878)? */

#include "config.h"

#include "base/checked.h"
#include "base/library.h"
#include "base/limits.h"
#include "source/unpack.h"

#include <zstd.h>
#include <zstd_errors.h>

CDM_OPENS_LIBRARY("zstd", "dumps compressed with zstd", ZSTD_SONAME)

#define FRAME_HEAD 5   /* bytes that say how long a frame's header is */
#define BLOCK_HEADER 3 /* bytes: of the next block, which is asked for with the one before it */

struct zstd {
	void *library;
	ZSTD_DCtx *(*create)(void);
	size_t (*set)(ZSTD_DCtx *context, ZSTD_dParameter parameter, int value);
	size_t (*decompress)(ZSTD_DCtx *context, ZSTD_outBuffer *out, ZSTD_inBuffer *in);
	size_t (*release)(ZSTD_DCtx *context);
	unsigned (*is_error)(size_t code);
	ZSTD_ErrorCode (*error_code)(size_t code);
	const char *(*error_name)(size_t code);
	ZSTD_DCtx *context;
	size_t wanted; /* bytes that end the block, as the last call said */
};

static const struct cdm_function functions[] = {
	CDM_FUNCTION(struct zstd, create, ZSTD_createDCtx),
	CDM_FUNCTION(struct zstd, set, ZSTD_DCtx_setParameter),
	CDM_FUNCTION(struct zstd, decompress, ZSTD_decompressStream),
	CDM_FUNCTION(struct zstd, release, ZSTD_freeDCtx),
	CDM_FUNCTION(struct zstd, is_error, ZSTD_isError),
	CDM_FUNCTION(struct zstd, error_code, ZSTD_getErrorCode),
	CDM_FUNCTION(struct zstd, error_name, ZSTD_getErrorName),
};

static enum cdm_status open_zstd(void **decoder, struct cdm_error *err)
{
	void *opened;

	enum cdm_status st =
		cdm_decoder_new(ZSTD_SONAME, functions, sizeof(functions) / sizeof(*functions),
				sizeof(struct zstd), &opened, err);

	if (st)
		return st;
	struct zstd *zstd = opened;

	zstd->context = zstd->create();
	if (!zstd->context) {
		cdm_decoder_free(zstd);
		return cdm_fail_memory(err, "zstd");
	}
	zstd->set(zstd->context, ZSTD_d_windowLogMax, CDM_MAX_ZSTD_WINDOW_LOG);
	zstd->wanted = FRAME_HEAD;
	*decoder = zstd;
	return CDM_OK;
}

static enum cdm_status tell(const struct zstd *zstd, size_t code, struct cdm_error *err)
{
	switch (zstd->error_code(code)) {
	case ZSTD_error_memory_allocation:
		return cdm_fail_memory(err, "zstd's window");
	case ZSTD_error_frameParameter_windowTooLarge:
		return cdm_fail(
			err, CDM_ERR_LIMIT,
			"its window is larger than %u MiB: unpack it with zstd -dc --long=31",
			(1u << CDM_MAX_ZSTD_WINDOW_LOG) / CDM_MIB);
	default:
		return cdm_fail(err, CDM_CORRUPT, "the data are damaged (%s)",
				zstd->error_name(code));
	}
}

static size_t wanted_next(size_t hint)
{
	if (hint == 0)
		return FRAME_HEAD;
	return hint > BLOCK_HEADER ? hint - BLOCK_HEADER : hint;
}

/* A block a call: a call that fails does not say what it has produced before. */
static enum cdm_status decode(void *decoder, struct cdm_decode_step *step, struct cdm_error *err)
{
	struct zstd *zstd = decoder;
	ZSTD_inBuffer in = { .src = step->in, .size = (size_t)cdm_min(step->in_len, zstd->wanted) };
	ZSTD_outBuffer out = { .dst = step->out, .size = step->out_len };
	size_t found = zstd->decompress(zstd->context, &out, &in);

	if (zstd->is_error(found))
		return tell(zstd, found, err);
	step->consumed = in.pos;
	step->produced = out.pos;
	step->is_end = found == 0;
	zstd->wanted = wanted_next(found);
	return CDM_OK;
}

static void close_zstd(void *decoder)
{
	struct zstd *zstd = decoder;

	zstd->release(zstd->context);
	cdm_decoder_free(zstd);
}

const struct cdm_unpacker cdm_unpack_zstd = {
	.wrapper = { .name = "zstd",
		     .magic = "\x28\xb5\x2f\xfd",
		     .magic_len = 4,
		     .has_skippable_frames = true,
		     .open = cdm_unpack_open },
	.package = "libzstd1 (Debian) or libzstd",
	.open = open_zstd,
	.decode = decode,
	.close = close_zstd,
};
