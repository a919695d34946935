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

/* How many bytes at the start of text are printable ASCII and neither `stop` nor `other_stop`
 * (0: no such byte). Two words at a time; the last one is looked at whole, overlapping what was
 * seen before, so that a text without odd bytes is never gone through byte by byte. */
static inline size_t cdm_plain_run(struct cdm_bytes text, char stop, char other_stop)
{
	const size_t step = sizeof(uint64_t);
	const uint8_t *at = text.at;
	const uint8_t *end = text.at + text.len;

	while ((size_t)(end - at) >= 2 * step &&
	       !(cdm_odd_bytes(cdm_word_at(at), stop, other_stop) |
		 cdm_odd_bytes(cdm_word_at(at + step), stop, other_stop)))
		at += 2 * step;
	if ((size_t)(end - at) >= step && !cdm_odd_bytes(cdm_word_at(at), stop, other_stop))
		at += step;
	if (text.len >= step && (size_t)(end - at) < step &&
	    !cdm_odd_bytes(cdm_word_at(end - step), stop, other_stop))
		return text.len;
	while (at < end && cdm_is_printable_ascii(*at) && *at != (uint8_t)stop &&
	       *at != (uint8_t)other_stop)
		at++;
	return (size_t)(at - text.at);
}

#endif
