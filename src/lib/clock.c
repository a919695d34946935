// SPDX-License-Identifier: GPL-2.0-or-later
/* clock.c - when was the machine booted, by what the dump holds? */

#include "base/checked.h"
#include "lib/reader.h"

#define US_PER_SECOND INT64_C(1000000)
#define NS_PER_US 1000u

/* Goes to the end of the log, for the time of its last record. */
static enum cdm_result find_end(struct cdm_reader *reader)
{
	struct cdm_log_record record;
	enum cdm_result result = CDM_NO_MORE;

	if (reader->is_at_end)
		return CDM_GOOD;
	while ((result = cdm_reader_next(reader, &record)) == CDM_GOOD)
		;
	return result == CDM_NO_MORE ? CDM_GOOD : result;
}

/* The kernel notes the second in which it begins to dump, right behind its last words
 * (crash_save_vmcoreinfo(), kernel/vmcore_info.c): those were at most that second ago. */
static bool count_from_crash(struct cdm_reader *reader, struct cdm_clock *clock)
{
	uint64_t crash_time;

	if (!reader->kernel ||
	    !cdm_vmcoreinfo_decimal(reader->kernel->info, "CRASHTIME", &crash_time) ||
	    crash_time == 0 || crash_time > CDM_MAX_WALL_SECONDS)
		return false;
	clock->source = "crash_time";
	clock->error_us = US_PER_SECOND / 2;
	clock->boot_us = (int64_t)crash_time * US_PER_SECOND + US_PER_SECOND / 2 - clock->crash_us;
	return true;
}

enum cdm_result cdm_reader_clock(struct cdm_reader *reader, struct cdm_clock *clock)
{
	struct cdm_clock found = { .size = clock->size, .source = "" };
	bool was_at_end = reader->is_at_end;
	enum cdm_result result = find_end(reader);

	if (result != CDM_GOOD)
		return result;
	found.crash_us = (int64_t)(reader->last_ns / NS_PER_US);
	found.has_boot = count_from_crash(reader, &found);
	if (!was_at_end)
		result = cdm_reader_rewind(reader);
	memcpy(clock, &found, (size_t)cdm_min(clock->size, sizeof(found)));
	return result;
}
