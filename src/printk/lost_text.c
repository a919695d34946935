// SPDX-License-Identifier: GPL-2.0-or-later
/* lost_text.c - is a run of NULs within a text a sector that was lost? */

#include "printk/lost_text.h"
#include "base/limits.h"

size_t cdm_count_nuls(struct cdm_bytes bytes)
{
	size_t n = 0;

	while (n < bytes.len && !bytes.at[n])
		n++;
	return n;
}

size_t cdm_count_last_nuls(struct cdm_bytes bytes)
{
	size_t n = 0;

	while (n < bytes.len && !bytes.at[bytes.len - 1 - n])
		n++;
	return n;
}

bool cdm_holds_lost_text(struct cdm_bytes text)
{
	if (!cdm_may_hold_lost_text(text))
		return false;
	while (text.len >= CDM_LOST_NULS) {
		const uint8_t *nul = memchr(text.at, 0, text.len);

		if (!nul)
			return false;
		text.len -= (size_t)(nul - text.at);
		text.at = nul;
		size_t n = cdm_count_nuls(text);

		if (n >= CDM_LOST_NULS)
			return true;
		text.at += n;
		text.len -= n;
	}
	return false;
}

const char cdm_lost_text[] = "its text holds 16 or more NULs in a row: part of it is lost";

enum cdm_status cdm_fail_lost_text(struct cdm_error *err)
{
	return cdm_fail(err, CDM_CORRUPT, "%s", cdm_lost_text);
}
