// SPDX-License-Identifier: GPL-2.0-or-later
/* clock.c - when was the machine booted, by what the dump holds? */

#include "base/checked.h"
#include "kernel/timekeeper.h"
#include "lib/reader.h"

#define US_PER_SECOND INT64_C(1000000)
#define NS_PER_US 1000u
#define MIN_AUDIT_SECONDS 631152000 /* 1990 */
#define MAX_EARLY_BOOT_US (5 * US_PER_SECOND)
#define MAX_BEHIND_CLOCK_NS UINT64_C(300000000000)

/* What the log itself says about the time, the last one of all. */
struct statement {
	bool is_there;
	int64_t boot_us;
	uint64_t error_us;
};

static bool take_digits(struct cdm_bytes text, uint64_t *number)
{
	size_t i = 0;

	for (*number = 0; i < text.len && text.at[i] >= '0' && text.at[i] <= '9' && i < 12; i++)
		*number = *number * 10 + (unsigned)(text.at[i] - '0');
	return i > 0 && i < 12;
}

/* The number behind the words, as microseconds. */
static bool find_seconds(const struct cdm_log_record *record, const char *words, int64_t *us)
{
	const uint8_t *end = (const uint8_t *)record->text + record->text_len;
	struct cdm_bytes text = { (const uint8_t *)record->text, record->text_len };
	const uint8_t *at = cdm_find_bytes(text, words, strlen(words));
	uint64_t seconds;

	if (!at)
		return false;
	at += strlen(words);
	if (!take_digits((struct cdm_bytes){ at, (size_t)(end - at) }, &seconds))
		return false;
	*us = (int64_t)seconds * US_PER_SECOND;
	return true;
}

/* Behind the point of "audit(1795799404.177:1)"; 0: there are none. */
static int64_t milliseconds_of(const struct cdm_log_record *record)
{
	const uint8_t *end = (const uint8_t *)record->text + record->text_len;
	const uint8_t *point = memchr(record->text, '.', record->text_len);
	uint64_t number;

	if (!point || end - point < 5 || point[4] != ':' ||
	    !take_digits((struct cdm_bytes){ point + 1, 3 }, &number))
		return 0;
	return (int64_t)number;
}

/* "rtc_cmos 00:04: setting system clock to 2026-11-23T00:30:57 UTC (1795393857)": the clock was just
 * set to the middle of that second (rtc_hctosys(), drivers/rtc/class.c). */
static bool take_setting(const struct cdm_log_record *record, struct statement *statement)
{
	static const char words[] = "setting system clock to ";
	struct cdm_bytes text = { (const uint8_t *)record->text, record->text_len };
	int64_t us;

	if (!cdm_find_bytes(text, words, sizeof(words) - 1) || !find_seconds(record, " UTC (", &us))
		return false;
	*statement = (struct statement){
		.is_there = true,
		.boot_us = us + US_PER_SECOND / 2 - (int64_t)(record->ts_ns / NS_PER_US),
		.error_us = US_PER_SECOND / 50,
	};
	return true;
}

/* "audit: type=2000 audit(1795799404.177:1): ...": the wall time at which it was made, milliseconds
 * before it was printed (audit_log_start(), kernel/audit.c). Before a clock is set it counts from 1970. */
static bool take_audit(const struct cdm_log_record *record, struct statement *statement)
{
	static const char begin[] = "audit: type=";
	int64_t us;

	if (record->text_len < sizeof(begin) || memcmp(record->text, begin, sizeof(begin) - 1) ||
	    !find_seconds(record, " audit(", &us) || us < MIN_AUDIT_SECONDS * US_PER_SECOND)
		return false;
	*statement = (struct statement){
		.is_there = true,
		.boot_us =
			us + milliseconds_of(record) * 1000 - (int64_t)(record->ts_ns / NS_PER_US),
		.error_us = US_PER_SECOND / 10,
	};
	return true;
}

/* The last one counts, since the clock may have been set in between; of those that agree, the most
 * precise. */
static void note_statement(const struct cdm_log_record *record, struct statement *statement)
{
	struct statement found;

	if (!(record->flags & CDM_LOG_TIMED) || record->facility ||
	    (!take_setting(record, &found) && !take_audit(record, &found)))
		return;
	int64_t off = found.boot_us - statement->boot_us;
	int64_t error = (int64_t)(found.error_us + statement->error_us);

	if (!statement->is_there || found.error_us <= statement->error_us || off > error ||
	    off < -error)
		*statement = found;
}

/* Goes through all of the log, for the time of its last record and for what it says. */
static enum cdm_result walk(struct cdm_reader *reader, struct statement *statement)
{
	struct cdm_log_record record;
	enum cdm_result result;

	if (reader->n_records && cdm_reader_rewind(reader) != CDM_GOOD)
		return CDM_FAILED;
	while ((result = cdm_reader_next(reader, &record)) == CDM_GOOD)
		note_statement(&record, statement);
	return result == CDM_NO_MORE ? CDM_GOOD : result;
}

/* The clock may have been set again: a statement that leads to another time than the kernel had at the
 * end is left aside. What the timekeeper counts from may be later than what records count from: where
 * an early boot takes seconds, by these. */
static void count_from_statement(const struct statement *statement, struct cdm_clock *clock,
				 int64_t max_before_us)
{
	int64_t off = statement->boot_us - clock->boot_us;

	if (!statement->is_there ||
	    (clock->has_boot && (off > US_PER_SECOND || off < -max_before_us)))
		return;
	bool is_far = clock->has_boot && off < -US_PER_SECOND;

	clock->source = "log";
	clock->has_boot = true;
	clock->boot_us = statement->boot_us;
	clock->error_us = is_far ? (uint64_t)-off : statement->error_us;
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

/* A log goes on as long as the clock does; what prints behind that, as a panic does, takes no minutes. A
 * dump of a machine that ran may come long after its last record. */
static bool is_kept_up(const struct cdm_timekeeper *keeper, uint64_t last_ns)
{
	return last_ns < MAX_BEHIND_CLOCK_NS ||
	       keeper->kept_ns >= (int64_t)(last_ns - MAX_BEHIND_CLOCK_NS);
}

/* Where the kernel noted no second of the crash, what it kept is asked: the difference between wall
 * time and time since boot. Records count by another clock, which starts within a second of that. What the
 * dump does not show tells no time; an error of this machine is one. */
static enum cdm_status count_from_timekeeper(struct cdm_reader *reader, struct cdm_clock *clock)
{
	struct cdm_timekeeper keeper;
	struct cdm_error err;

	if (!reader->kernel || reader->last_ns > INT64_MAX)
		return CDM_OK;
	enum cdm_status st = cdm_timekeeper_read(reader->kernel, &keeper, &err);

	if (st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM) {
		reader->err = err;
		return st;
	}
	if (st || !is_kept_up(&keeper, reader->last_ns))
		return CDM_OK;
	clock->source = "timekeeper";
	clock->error_us = US_PER_SECOND;
	clock->boot_us = keeper.boot_ns / NS_PER_US;
	clock->has_boot = true;
	return CDM_OK;
}

/* Journals have wall times. Other texts may, but not by the clock that records count by. */
static void count_from_journal(const struct cdm_reader *reader, struct cdm_clock *clock)
{
	if (!reader->text || !cdm_textlog_boot(reader->text, &clock->boot_us, &clock->error_us))
		return;
	clock->source = "journal";
	clock->has_boot = true;
	clock->error_us += US_PER_SECOND / 1000;
}

enum cdm_result cdm_reader_clock(struct cdm_reader *reader, struct cdm_clock *clock)
{
	struct cdm_clock found = { .size = clock->size, .source = "" };
	struct statement statement = { .is_there = false };
	bool was_at_end = reader->is_at_end;
	enum cdm_result result = walk(reader, &statement);

	if (result != CDM_GOOD)
		return result;
	found.crash_us = (int64_t)(reader->last_ns / NS_PER_US);
	bool has_second = count_from_crash(reader, &found);

	found.has_boot = has_second;
	if (!has_second && count_from_timekeeper(reader, &found))
		return CDM_FAILED;
	count_from_statement(&statement, &found, has_second ? US_PER_SECOND : MAX_EARLY_BOOT_US);
	count_from_journal(reader, &found);
	if (!was_at_end)
		result = cdm_reader_rewind(reader);
	memcpy(clock, &found, (size_t)cdm_min(clock->size, sizeof(found)));
	return result;
}
