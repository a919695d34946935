// SPDX-License-Identifier: GPL-2.0-or-later
/* early.c - was this kernel started to take a dump, or did it make room for one that would be?
 *
 * Whatever a driver prints in front of them, these are the kernel's words. */

#include "printk/early.h"

#include "base/ascii.h"
#include "base/checked.h"

static bool has_words(const struct cdm_record *rec, const char *words)
{
	return rec->facility == 0 && rec->text.len &&
	       memmem(rec->text.at, rec->text.len, words, strlen(words));
}

bool cdm_record_tells_of_capture(const struct cdm_record *rec)
{
	return has_words(rec, "elfcorehdr");
}

/* What is left of a text, to be read from its beginning on. */
static bool take_words(struct cdm_bytes *left, const char *words)
{
	size_t len = strlen(words);

	if (!cdm_starts_with(*left, words, len))
		return false;
	left->at += len;
	left->len -= len;
	return true;
}

static unsigned digit_value(uint8_t c)
{
	return cdm_is_digit(c)          ? (unsigned)(c - '0')
	       : (c >= 'a' && c <= 'f') ? (unsigned)(c - 'a') + 10
					: 16;
}

static bool take_number(struct cdm_bytes *left, unsigned base, uint64_t *value)
{
	size_t len = 0;

	*value = 0;
	for (; len < left->len && digit_value(left->at[len]) < base; len++)
		if (cdm_mul(*value, base, value) ||
		    cdm_add(*value, digit_value(left->at[len]), value))
			return false;
	left->at += len;
	left->len -= len;
	return len > 0;
}

/* From 6.6 on everywhere, before on arm64: "crashkernel reserved: 0x000000000e000000 -
 * 0x0000000018000000 (160 MB)". */
static bool take_range(struct cdm_bytes left, struct cdm_range *range)
{
	return take_words(&left, "crashkernel reserved: 0x") &&
	       take_number(&left, 16, &range->begin) && take_words(&left, " - 0x") &&
	       take_number(&left, 16, &range->end);
}

/* "Reserving 128MB of memory at 64MB for crashkernel (System RAM: 383MB)". Low memory for devices, which is
 * "of low memory", holds no kernel. */
static bool take_megabytes(struct cdm_bytes left, struct cdm_range *range)
{
	uint64_t size;

	return take_words(&left, "Reserving ") && take_number(&left, 10, &size) &&
	       take_words(&left, "MB of memory at ") && take_number(&left, 10, &range->begin) &&
	       take_words(&left, "MB for crashkernel") &&
	       !cdm_add(range->begin, size, &range->end) &&
	       !cdm_mul(range->begin, CDM_MIB, &range->begin) &&
	       !cdm_mul(range->end, CDM_MIB, &range->end);
}

/* A subsystem's name may stand in front: "setup: Reserving ...". */
static bool tells_of_reservation(const struct cdm_record *rec, struct cdm_range *range)
{
	static const char *const beginnings[] = { "crashkernel reserved: ", "Reserving " };
	struct cdm_bytes text = rec->text;

	for (size_t i = 0; i < 2; i++) {
		const uint8_t *at = memmem(text.at, text.len, beginnings[i], strlen(beginnings[i]));
		struct cdm_bytes left = { at, at ? text.len - (size_t)(at - text.at) : 0 };

		if (at && (take_range(left, range) || take_megabytes(left, range)))
			return range->begin < range->end;
	}
	return false;
}

void cdm_heed_early_record(const struct cdm_record *rec, struct cdm_evidence *evidence)
{
	struct cdm_range range;

	evidence->is_capture |= cdm_record_tells_of_capture(rec);
	evidence->has_beginning |= has_words(rec, "Linux version ");
	if (rec->facility == 0 && rec->text.len && tells_of_reservation(rec, &range))
		evidence->reserved = range;
}
