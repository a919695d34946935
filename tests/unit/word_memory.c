// SPDX-License-Identifier: GPL-2.0-or-later
/* word_memory.c - which byte of a word stands at this address? */

#include "tests/unit/word_memory.h"
#include "dump/format.h"
#include "tests/unit/suite.h"

static uint8_t byte_at(const struct memory *memory, uint64_t paddr)
{
	for (unsigned i = 0; i < memory->n; i++)
		if (paddr - memory->words[i].paddr < 8)
			return (uint8_t)(memory->words[i].value >>
					 8 * (paddr - memory->words[i].paddr));
	return 0;
}

static enum cdm_status read_words(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				  size_t *got, struct cdm_error *err)
{
	struct memory *memory = dump->priv;

	memory->reads++;
	for (*got = 0; *got < len; ++*got) {
		if (paddr + *got - memory->missing < memory->missing_len)
			return cdm_fail(err, memory->why, "missing");
		buf[*got] = byte_at(memory, paddr + *got);
	}
	return CDM_OK;
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	struct memory *memory = dump->priv;

	(void)err;
	if (from > memory->start)
		return CDM_END;
	*out = (struct cdm_range){ .begin = memory->start, .end = UINT64_MAX };
	return CDM_OK;
}

static const struct cdm_format words_format = { .name = "words",
						.read = read_words,
						.next_range = next_range };

struct cdm_dump dump_of(struct memory *memory)
{
	return (struct cdm_dump){ .format = &words_format, .priv = memory };
}

void put_word(struct memory *memory, uint64_t paddr, uint64_t value)
{
	ck_assert_uint_lt(memory->n, MAX_WORDS);
	memory->words[memory->n++] = (struct word){ paddr, value };
}
