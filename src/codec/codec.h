/* SPDX-License-Identifier: GPL-2.0-or-later */
/* codec.h - one compressed page in, one page out.
 *
 * A codec knows no files. Its library is opened when the first page needs it (snappy alone brings
 * a C++ runtime), and stays with the context, which the dump owns and closes. To add one: write
 * src/codec/<name>.c with one const struct cdm_codec and add a line to table.c. */

#ifndef CDM_CODEC_CODEC_H
#define CDM_CODEC_CODEC_H

#include "base/bytes.h"
#include "base/decode.h"
#include "base/error.h"

struct cdm_codec {
	char name[8];       /* "zlib" */
	char package[32];   /* what to install when the library is not there: "zlib1g or zlib" */
	uint32_t page_flag; /* in a kdump page descriptor's flags: one bit */

	/* Opens the library and makes a context, to be used for any number of pages, one at a time.
	 * NULL where this build leaves the codec out. CDM_ERR_UNSUPPORTED: the library is not there. */
	enum cdm_status (*open)(void **context, struct cdm_error *err);

	/* Fills exactly page_size bytes. CDM_CORRUPT if the data are damaged, give fewer or more, or
	 * leave bytes of `compressed` over. */
	enum cdm_status (*decompress)(void *context, struct cdm_bytes compressed, uint8_t *page,
				      size_t page_size, struct cdm_error *err);

	/* One step through a stream; `begins`: through a new one. What was produced before a failure
	 * is good. NULL: only whole pages. A page or another stream in between ends the one before. */
	enum cdm_status (*step)(void *context, bool begins, struct cdm_decode_step *step,
				struct cdm_error *err);

	void (*close)(void *context);
};

#define CDM_CODECS 4

/* Every codec that a page may name, also those this build leaves out. */
extern const struct cdm_codec *const cdm_codec_table[CDM_CODECS];

extern const struct cdm_codec cdm_codec_zlib;
extern const struct cdm_codec cdm_codec_lzo;
extern const struct cdm_codec cdm_codec_snappy;
extern const struct cdm_codec cdm_codec_zstd;

/* The contexts of one dump, made on first use. Zero-initialised is empty. */
struct cdm_codec_contexts {
	void *opened[CDM_CODECS]; /* in the order of the table */
	uint32_t seen;            /* page flags of the codecs that gave a page */
};

/* One page of whatever codec page_flag names. CDM_CORRUPT also for flags that no codec has. */
CDM_CHECKED enum cdm_status cdm_codec_page(struct cdm_codec_contexts *contexts, uint32_t page_flag,
					   struct cdm_bytes compressed, uint8_t *page,
					   size_t page_size, struct cdm_error *err);

/* One step through a stream of the codec that page_flag names, which has to have steps. */
CDM_CHECKED enum cdm_status cdm_codec_step(struct cdm_codec_contexts *contexts, uint32_t page_flag,
					   bool begins, struct cdm_decode_step *step,
					   struct cdm_error *err);

void cdm_codec_close(struct cdm_codec_contexts *contexts);

#endif
