/* SPDX-License-Identifier: GPL-2.0-or-later */
/* checked.h - arithmetic on numbers from a file: true means that it overflowed, and *out is unusable. */

#ifndef CDM_BASE_CHECKED_H
#define CDM_BASE_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

#define CDM_CHECKED_RESULT __attribute__((warn_unused_result))

CDM_CHECKED_RESULT static inline bool cdm_add(uint64_t a, uint64_t b, uint64_t *out)
{
	return __builtin_add_overflow(a, b, out);
}

CDM_CHECKED_RESULT static inline bool cdm_mul(uint64_t a, uint64_t b, uint64_t *out)
{
	return __builtin_mul_overflow(a, b, out);
}

/* start + index * size: the place of an element of a table. */
CDM_CHECKED_RESULT static inline bool cdm_add_mul(uint64_t start, uint64_t index, uint64_t size,
						  uint64_t *out)
{
	return cdm_mul(index, size, out) || cdm_add(start, *out, out);
}

static inline bool cdm_is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

static inline uint64_t cdm_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t cdm_max(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* start + len, or the largest number where that does not fit: the end of a range of addresses. */
static inline uint64_t cdm_end_of(uint64_t start, uint64_t len)
{
	return len > UINT64_MAX - start ? UINT64_MAX : start + len;
}

#endif
