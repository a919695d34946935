// SPDX-License-Identifier: GPL-2.0-or-later
/* words.c - is there a word like this in a block of memory? */

#include "base/words.h"

/* Four words that are compared at once, wherever they stand; compilers make plain code of it where a
 * machine cannot. */
typedef int32_t word_vector __attribute__((vector_size(16), aligned(1), may_alias));

#define BLOCK 128 /* bytes: eight of them */

static bool block_has(const uint8_t *at, word_vector wanted)
{
	const word_vector *v = (const word_vector *)(const void *)at;
	word_vector found = (v[0] == wanted) | (v[1] == wanted) | (v[2] == wanted) |
			    (v[3] == wanted) | (v[4] == wanted) | (v[5] == wanted) |
			    (v[6] == wanted) | (v[7] == wanted);

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
