/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h - where does a word of four characters stand at a multiple of 4 bytes? For searching all
 * memory of a dump: about a third of an instruction a byte. */

#ifndef CDM_BASE_WORDS_H
#define CDM_BASE_WORDS_H

#include "base/bytes.h"

/* The first such place in text at or behind pos, a multiple of 4; text.len: there is none. What text
 * holds behind its last whole word does not count. */
size_t cdm_find_word(struct cdm_bytes text, size_t pos, const char word[4]);

#endif
