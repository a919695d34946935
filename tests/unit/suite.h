/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suite.h - how is a file of tests run? And what several of them need: the rows of a table, numbers
 * as a machine stores them, numbers that look random. */

#ifndef CDM_TESTS_SUITE_H
#define CDM_TESTS_SUITE_H

#include "base/bytes.h"

#include <check.h>
#include <stdlib.h>

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define LITTLE_64                                                                                  \
	{                                                                                          \
		.big_endian = false, .word = 8                                                     \
	}
#define LITTLE_32                                                                                  \
	{                                                                                          \
		.big_endian = false, .word = 4                                                     \
	}
#define BIG_64                                                                                     \
	{                                                                                          \
		.big_endian = true, .word = 8                                                      \
	}
#define BIG_32                                                                                     \
	{                                                                                          \
		.big_endian = true, .word = 4                                                      \
	}

/* Runs the suite, which is freed. Returns the exit status of main(). */
static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The low `width` bytes of value. */
static inline void put_number(uint8_t *at, uint64_t value, unsigned width, bool big_endian)
{
	for (unsigned i = 0; i < width; i++)
		at[big_endian ? width - 1 - i : i] = (uint8_t)(value >> (8 * i));
}

/* xorshift64 (Marsaglia, 2003): the same numbers on every machine. *state is not 0. */
static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
