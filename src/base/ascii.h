/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ascii.h - how far does text go without a byte that needs care? */

#ifndef CDM_BASE_ASCII_H
#define CDM_BASE_ASCII_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CDM_EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (uint8_t)(value))

/* ' ' to '~' */
static inline bool cdm_is_printable_ascii(uint8_t byte)
{
	return byte >= 0x20 && byte <= 0x7e;
}

static inline bool cdm_is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Has top bits where a byte of these eight is below 0x20, above 0x7e, `stop` or `other_stop` (0: no
 * such byte), and 0 where none is. Borrows and carries reach only bytes above one that is odd
 * itself, so it says rightly whether, though not which. */
static inline uint64_t cdm_odd_bytes(uint64_t word, char stop, char other_stop)
{
	uint64_t odd = word | (word - CDM_EACH_BYTE(0x20)) | (word + CDM_EACH_BYTE(1));

	if (stop)
		odd |= (word ^ CDM_EACH_BYTE(stop)) - CDM_EACH_BYTE(1);
	if (other_stop)
		odd |= (word ^ CDM_EACH_BYTE(other_stop)) - CDM_EACH_BYTE(1);
	return odd & CDM_EACH_BYTE(0x80);
}

static inline uint64_t cdm_word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Sixteen bytes at a time, in whatever registers the machine has for it (a vector of gcc and clang). */
typedef uint8_t cdm_sixteen __attribute__((vector_size(16)));
typedef uint64_t cdm_two_words __attribute__((vector_size(16)));

/* The same for the sixteen bytes at `at`. */
static inline bool cdm_has_odd_byte(const uint8_t *at, char stop, char other_stop)
{
	cdm_sixteen bytes;

	memcpy(&bytes, at, sizeof(bytes));
	cdm_sixteen odd = (cdm_sixteen)(bytes - 0x20 > 0x5e);

	if (stop)
		odd |= (cdm_sixteen)(bytes == (uint8_t)stop);
	if (other_stop)
		odd |= (cdm_sixteen)(bytes == (uint8_t)other_stop);
	cdm_two_words words = (cdm_two_words)odd;

	return words[0] | words[1];
}

/* How many bytes at the start of text are printable ASCII and neither `stop` nor `other_stop`
 * (0: no such byte). The last step looks again at bytes that the one before has passed. */
static inline size_t cdm_plain_run(struct cdm_bytes text, char stop, char other_stop)
{
	const uint8_t *at = text.at, *end = text.at + text.len;
	const size_t step = sizeof(uint64_t);

	while (end - at >= 16 && !cdm_has_odd_byte(at, stop, other_stop))
		at += 16;
	if (text.len >= 16 && end - at < 16 && !cdm_has_odd_byte(end - 16, stop, other_stop))
		return text.len;
	if ((size_t)(end - at) >= step && !cdm_odd_bytes(cdm_word_at(at), stop, other_stop))
		at += step;
	while (at < end && cdm_is_printable_ascii(*at) && *at != (uint8_t)stop &&
	       *at != (uint8_t)other_stop)
		at++;
	return (size_t)(at - text.at);
}

#endif
