// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - is there a word like this in a block of memory? */

#include "base/words.h"

/* Four words that are compared at once; compilers make plain code of it where a machine cannot. */
typedef int32_t word_vector __attribute__((vector_size(16)));

#define BLOCK_VECTORS 8
#define BLOCK (BLOCK_VECTORS * sizeof(word_vector))

static bool block_has(const uint8_t *at, word_vector wanted)
{
	word_vector found = { 0 };

	for (unsigned i = 0; i < BLOCK_VECTORS; i++) {
		word_vector words;

		memcpy(&words, at + i * sizeof(words), sizeof(words));
		found |= words == wanted;
	}
	return found[0] | found[1] | found[2] | found[3];
}

size_t cdm_find_word(struct cdm_bytes text, size_t pos, const char word[4])
{
	int32_t one;

	memcpy(&one, word, sizeof(one));
	word_vector wanted = { one, one, one, one };

	while (pos + BLOCK <= text.len && !block_has(text.at + pos, wanted))
		pos += BLOCK;
	for (; pos + sizeof(one) <= text.len; pos += sizeof(one))
		if (memcmp(text.at + pos, word, sizeof(one)) == 0)
			return pos;
	return text.len;
}
