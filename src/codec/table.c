// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which codecs are there, and which of them does a page need? */

#include "config.h"

#include "codec/codec.h"

#define LEFT_OUT(codec_name, flag)                                                                 \
	(&(const struct cdm_codec){ .name = codec_name, .page_flag = flag })

/* Flags: DUMP_DH_COMPRESSED_* of makedumpfile's diskdump_mod.h. */
const struct cdm_codec *const cdm_codec_table[CDM_CODECS] = {
#ifdef HAVE_ZLIB
	&cdm_codec_zlib,
#else
	LEFT_OUT("zlib", 0x1),
#endif
#ifdef HAVE_LZO
	&cdm_codec_lzo,
#else
	LEFT_OUT("lzo", 0x2),
#endif
#ifdef HAVE_SNAPPY
	&cdm_codec_snappy,
#else
	LEFT_OUT("snappy", 0x4),
#endif
#ifdef HAVE_ZSTD
	&cdm_codec_zstd,
#else
	LEFT_OUT("zstd", 0x20),
#endif
};

static enum cdm_status open_codec(const struct cdm_codec *codec, void **context,
				  struct cdm_error *err)
{
	if (!codec->open)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this page is compressed with %s, which this build leaves out",
				codec->name);
	enum cdm_status st = codec->open(context, err);

	if (!st)
		return CDM_OK;
	if (st != CDM_ERR_UNSUPPORTED)
		return cdm_context(err, "this page is compressed with %s", codec->name);
	return cdm_context(err, "this page is compressed with %s (install %s)", codec->name,
			   codec->package);
}

/* The codec that a page's flags name, opened, and its number in the table. */
static enum cdm_status find_codec(struct cdm_codec_contexts *contexts, uint32_t page_flag,
				  unsigned *number, struct cdm_error *err)
{
	for (unsigned i = 0; i < CDM_CODECS; i++) {
		if (cdm_codec_table[i]->page_flag != page_flag)
			continue;
		*number = i;
		return contexts->opened[i]
			       ? CDM_OK
			       : open_codec(cdm_codec_table[i], &contexts->opened[i], err);
	}
	return cdm_fail(err, CDM_CORRUPT, "flags 0x%x name no codec (1, 2, 4 or 0x20)", page_flag);
}

enum cdm_status cdm_codec_page(struct cdm_codec_contexts *contexts, uint32_t page_flag,
			       struct cdm_bytes compressed, uint8_t *page, size_t page_size,
			       struct cdm_error *err)
{
	unsigned i;
	enum cdm_status st = find_codec(contexts, page_flag, &i, err);

	if (st)
		return st;
	const struct cdm_codec *codec = cdm_codec_table[i];

	if (codec->decompress(contexts->opened[i], compressed, page, page_size, err))
		return cdm_context(err, "%s", codec->name);
	contexts->seen |= page_flag;
	return CDM_OK;
}

enum cdm_status cdm_codec_step(struct cdm_codec_contexts *contexts, uint32_t page_flag, bool begins,
			       struct cdm_decode_step *step, struct cdm_error *err)
{
	unsigned i;

	step->consumed = step->produced = 0;
	step->is_end = false;
	enum cdm_status st = find_codec(contexts, page_flag, &i, err);

	if (st)
		return st;
	const struct cdm_codec *codec = cdm_codec_table[i];

	if (codec->step(contexts->opened[i], begins, step, err))
		return cdm_context(err, "%s", codec->name);
	contexts->seen |= page_flag;
	return CDM_OK;
}

void cdm_codec_close(struct cdm_codec_contexts *contexts)
{
	for (unsigned i = 0; i < CDM_CODECS; i++)
		if (contexts->opened[i])
			cdm_codec_table[i]->close(contexts->opened[i]);
	memset(contexts, 0, sizeof(*contexts));
}
