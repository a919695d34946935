// SPDX-License-Identifier: GPL-2.0-or-later
/* entry.c - what do the named values of an entry say of its record? */

#include "textlog/entry.h"

#include "base/limits.h"
#include "base/priority.h"
#include "textlog/prefix.h"

#define NS_PER_US 1000u

static const struct {
	char name[CDM_MAX_ENTRY_NAME];
	uint8_t value; /* enum cdm_entry_value */
} names[] = {
	/* journalctl -o json and -o export: systemd.journal-fields(7) */
	{ "MESSAGE", CDM_ENTRY_TEXT },
	{ "PRIORITY", CDM_ENTRY_PRIORITY },
	{ "SYSLOG_FACILITY", CDM_ENTRY_FACILITY },
	{ "_TRANSPORT", CDM_ENTRY_TRANSPORT },
	{ "_SOURCE_MONOTONIC_TIMESTAMP", CDM_ENTRY_SOURCE_US },
	{ "__MONOTONIC_TIMESTAMP", CDM_ENTRY_ENTERED_US },
	{ "__REALTIME_TIMESTAMP", CDM_ENTRY_WALL_US },
	{ "_KERNEL_SUBSYSTEM", CDM_ENTRY_SUBSYSTEM },
	{ "_KERNEL_DEVICE", CDM_ENTRY_DEVICE },
	/* dmesg --json, and --json-lines */
	{ "msg", CDM_ENTRY_TEXT },
	{ "raw_b64", CDM_ENTRY_BYTES },
	{ "pri", CDM_ENTRY_LEVEL_AND_FACILITY },
	{ "fac", CDM_ENTRY_FACILITY_NAME },
	{ "time", CDM_ENTRY_SECONDS },
	{ "caller", CDM_ENTRY_CALLER },
	{ "seq", CDM_ENTRY_SEQ },
	{ "pid", CDM_ENTRY_PID },
	{ "cpu", CDM_ENTRY_CPU },
	{ "comm", CDM_ENTRY_COMM },
	{ "cont", CDM_ENTRY_CONTINUES },
	{ "subsystem", CDM_ENTRY_SUBSYSTEM },
	{ "dev", CDM_ENTRY_DEVICE },
	{ "type", CDM_ENTRY_TYPE },
	{ "complete", CDM_ENTRY_COMPLETE },
	{ "lost", CDM_ENTRY_LOST },
};

_Static_assert(CDM_ENTRY_VALUES <= 32, "a bit a value");

void cdm_entry_begin(struct cdm_entry *entry)
{
	entry->text_len = 0;
	entry->is_cut = false;
	entry->given = entry->null = 0;
	entry->open = CDM_ENTRY_VALUES;
	memset(entry->values, 0, sizeof(entry->values));
}

/* ---- values ---- */

static enum cdm_entry_value find_name(struct cdm_bytes name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (name.len == strlen(names[i].name) && !memcmp(name.at, names[i].name, name.len))
			return (enum cdm_entry_value)names[i].value;
	return CDM_ENTRY_VALUES;
}

void cdm_entry_open(struct cdm_entry *entry, struct cdm_bytes name)
{
	entry->open = find_name(name);
	if (entry->open == CDM_ENTRY_VALUES)
		return;
	entry->given |= UINT32_C(1) << entry->open;
	entry->null &= ~(UINT32_C(1) << entry->open);
	entry->values[entry->open].len = 0;
	if (entry->open <= CDM_ENTRY_BYTES) {
		entry->text_len = 0;
		entry->is_cut = false;
	}
	entry->base64 = entry->n_base64 = 0;
}

static void put_text(struct cdm_entry *entry, uint8_t byte)
{
	entry->is_cut = entry->text_len == CDM_MAX_TEXT;
	if (!entry->is_cut)
		entry->text[entry->text_len++] = byte;
}

static int base64_digit(uint8_t byte)
{
	if (byte >= 'A' && byte <= 'Z')
		return byte - 'A';
	if (byte >= 'a' && byte <= 'z')
		return byte - 'a' + 26;
	if (byte >= '0' && byte <= '9')
		return byte - '0' + 52;
	return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

/* RFC 4648: six bits a digit; what '=' fills up makes no byte. */
static void put_base64(struct cdm_entry *entry, uint8_t byte)
{
	int digit = base64_digit(byte);

	if (digit < 0)
		return;
	entry->base64 = entry->base64 << 6 | (uint32_t)digit;
	entry->n_base64 += 6;
	if (entry->n_base64 < 8)
		return;
	entry->n_base64 -= 8;
	put_text(entry, (uint8_t)(entry->base64 >> entry->n_base64));
}

void cdm_entry_put(struct cdm_entry *entry, uint8_t byte)
{
	if (entry->open == CDM_ENTRY_VALUES)
		return;
	if (entry->open == CDM_ENTRY_TEXT) {
		put_text(entry, byte);
		return;
	}
	if (entry->open == CDM_ENTRY_BYTES) {
		put_base64(entry, byte);
		return;
	}
	struct cdm_short_value *value = &entry->values[entry->open];

	if (value->len < sizeof(value->at))
		value->at[value->len++] = byte;
}

void cdm_entry_put_null(struct cdm_entry *entry)
{
	if (entry->open != CDM_ENTRY_VALUES)
		entry->null |= UINT32_C(1) << entry->open;
}

bool cdm_entry_has(const struct cdm_entry *entry, enum cdm_entry_value value)
{
	return entry->given >> value & 1;
}

static struct cdm_bytes value_of(const struct cdm_entry *entry, enum cdm_entry_value value)
{
	return (struct cdm_bytes){ entry->values[value].at, entry->values[value].len };
}

bool cdm_entry_is(const struct cdm_entry *entry, enum cdm_entry_value value, const char *text)
{
	struct cdm_bytes found = value_of(entry, value);

	return cdm_entry_has(entry, value) && found.len == strlen(text) &&
	       !memcmp(found.at, text, found.len);
}

/* All of the value is a number. */
bool cdm_entry_number(const struct cdm_entry *entry, enum cdm_entry_value value, uint64_t *number)
{
	struct cdm_bytes text = value_of(entry, value);
	uint64_t found;

	if (!cdm_entry_has(entry, value) || !cdm_take_decimal(&text, &found) || text.len)
		return false;
	*number = found;
	return true;
}

/* ---- the record ---- */

bool cdm_entry_is_foreign(const struct cdm_entry *entry)
{
	return cdm_entry_has(entry, CDM_ENTRY_TRANSPORT) &&
	       !cdm_entry_is(entry, CDM_ENTRY_TRANSPORT, "kernel");
}

static void take_journal_priority(const struct cdm_entry *entry, struct cdm_record *rec)
{
	uint64_t level, facility = 0;

	if (!cdm_entry_number(entry, CDM_ENTRY_PRIORITY, &level) || level >= CDM_LEVELS)
		return;
	cdm_entry_number(entry, CDM_ENTRY_FACILITY, &facility);
	rec->level = (uint8_t)level;
	rec->facility = facility <= UINT8_MAX ? (uint8_t)facility : 0;
	rec->flags |= CDM_RECORD_PRIORITY;
}

/* "pri": 12, or by name, as --decode has it: "fac": "user", "pri": "warn" */
static void take_dmesg_priority(const struct cdm_entry *entry, struct cdm_record *rec)
{
	uint64_t both;
	unsigned level, facility = 0;

	if (cdm_entry_number(entry, CDM_ENTRY_LEVEL_AND_FACILITY, &both)) {
		if (both > UINT8_MAX * 8 + 7)
			return;
		level = both & 7;
		facility = (unsigned)(both >> 3);
	} else if (!cdm_level_of_name(value_of(entry, CDM_ENTRY_LEVEL_AND_FACILITY), &level)) {
		return;
	} else {
		cdm_facility_of_name(value_of(entry, CDM_ENTRY_FACILITY_NAME), &facility);
	}
	rec->level = (uint8_t)level;
	rec->facility = (uint8_t)facility;
	rec->flags |= CDM_RECORD_PRIORITY;
}

static void take_time(const struct cdm_entry *entry, struct cdm_record *rec)
{
	struct cdm_bytes seconds = value_of(entry, CDM_ENTRY_SECONDS);
	uint64_t us;

	if (cdm_entry_number(entry, CDM_ENTRY_SOURCE_US, &us) && us <= UINT64_MAX / NS_PER_US)
		rec->ts_ns = us * NS_PER_US;
	else if (!cdm_take_seconds(&seconds, &rec->ts_ns))
		return;
	rec->flags |= CDM_RECORD_TIMED;
}

/* Of thread and processor one is the caller, the other stands beside it. */
static void take_caller(const struct cdm_entry *entry, struct cdm_record *rec)
{
	struct cdm_bytes text = value_of(entry, CDM_ENTRY_CALLER);
	uint64_t pid, cpu;

	if (!cdm_take_caller(&text, &rec->caller))
		return;
	rec->flags |= CDM_RECORD_CALLER;
	if (!cdm_entry_has(entry, CDM_ENTRY_COMM) ||
	    !cdm_entry_number(entry, CDM_ENTRY_PID, &pid) || pid > INT32_MAX ||
	    !cdm_entry_number(entry, CDM_ENTRY_CPU, &cpu) || cpu > INT32_MAX)
		return;
	rec->other_caller = rec->caller >> 31 ? (uint32_t)pid : (uint32_t)cpu | UINT32_C(1) << 31;
	rec->comm = entry->values[CDM_ENTRY_COMM].at;
	rec->flags |= CDM_RECORD_CONTEXT;
}

void cdm_entry_record(const struct cdm_entry *entry, struct cdm_record *rec)
{
	*rec = (struct cdm_record){
		.text = { entry->text, entry->text_len },
		.subsystem = value_of(entry, CDM_ENTRY_SUBSYSTEM),
		.device = value_of(entry, CDM_ENTRY_DEVICE),
	};
	take_journal_priority(entry, rec);
	take_dmesg_priority(entry, rec);
	take_time(entry, rec);
	take_caller(entry, rec);
	if (cdm_entry_is(entry, CDM_ENTRY_CONTINUES, "true"))
		rec->flags |= CDM_RECORD_CONTINUES;
}
