// SPDX-License-Identifier: GPL-2.0-or-later
/* entries.c - is an entry a record, and what does it say of the others? */

#include "textlog/entries.h"

#include "base/limits.h"

#include <inttypes.h>

void cdm_entries_tell(struct cdm_entries *entries, enum cdm_status status, const char *what)
{
	struct cdm_error err;

	cdm_fail(&err, status, "after %" PRIu64 " records: %s", entries->n, what);
	cdm_damage_add(entries->damage, &err);
}

/* The first and the last object of --json-lines say what was known of the log. */
static void heed_frame(struct cdm_entries *entries)
{
	const struct cdm_entry *entry = &entries->entry;
	uint64_t lost;

	if (cdm_entry_is(entry, CDM_ENTRY_TYPE, "header"))
		entries->has_header = true;
	if (!cdm_entry_is(entry, CDM_ENTRY_TYPE, "trailer"))
		return;
	entries->has_header = false;
	if (cdm_entry_is(entry, CDM_ENTRY_COMPLETE, "false"))
		cdm_entries_tell(entries, CDM_EXCLUDED,
				 "their trailer says that some of the log were missing");
	if (cdm_entry_number(entry, CDM_ENTRY_LOST, &lost) && lost <= UINT64_MAX - *entries->lost)
		*entries->lost += lost;
}

/* The journal notes two clocks when it takes an entry: CLOCK_REALTIME and CLOCK_MONOTONIC. */
static void heed_clocks(struct cdm_entries *entries)
{
	uint64_t wall, since_boot;
	const uint64_t max = (uint64_t)CDM_MAX_WALL_SECONDS * 1000000;

	if (!cdm_entry_number(&entries->entry, CDM_ENTRY_WALL_US, &wall) || wall > max ||
	    !cdm_entry_number(&entries->entry, CDM_ENTRY_ENTERED_US, &since_boot) ||
	    since_boot > wall)
		return;
	entries->boot_us = (int64_t)(wall - since_boot);
	if (!entries->has_boot || entries->boot_us < entries->min_boot_us)
		entries->min_boot_us = entries->boot_us;
	if (!entries->has_boot || entries->boot_us > entries->max_boot_us)
		entries->max_boot_us = entries->boot_us;
	entries->has_boot = true;
}

bool cdm_entries_take(struct cdm_entries *entries, struct cdm_record *rec)
{
	const struct cdm_entry *entry = &entries->entry;

	if (!cdm_entry_has(entry, CDM_ENTRY_TEXT)) {
		heed_frame(entries);
		return false;
	}
	if (cdm_entry_is_foreign(entry))
		return false;
	if (entry->null >> CDM_ENTRY_TEXT & 1) {
		cdm_entries_tell(entries, CDM_EXCLUDED,
				 "the text of one was left out, since it is longer than 4096 bytes "
				 "(journalctl --all keeps it)");
		return false;
	}
	if (entry->is_cut)
		cdm_entries_tell(entries, CDM_ERR_LIMIT,
				 "the text of one has more than 65535 bytes: the rest is left out");
	heed_clocks(entries);
	cdm_entry_record(entry, rec);
	if (!cdm_entry_number(entry, CDM_ENTRY_SEQ, &rec->seq))
		rec->seq = entries->n;
	entries->n++;
	return true;
}
