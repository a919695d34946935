// SPDX-License-Identifier: GPL-2.0-or-later
/* journal.c - which entries are in a journal's export? */

#include "textlog/entries.h"

enum { END = -1 };

static bool is_of_name(int c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Names that an entry of journalctl's begins with. A text may have other assignments. */
bool cdm_entries_are_export(struct cdm_bytes line)
{
	static const char names[][24] = { "__CURSOR=", "__REALTIME_TIMESTAMP=",
					  "_BOOT_ID=", "_TRANSPORT=",
					  "PRIORITY=", "MESSAGE=" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (cdm_starts_with(line, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Up to the end of the line. */
static void take_line(struct cdm_entries *entries, bool is_kept)
{
	int c;

	while ((c = cdm_lines_byte(entries->lines)) != END && c != '\n')
		if (is_kept)
			cdm_entry_put(&entries->entry, (uint8_t)c);
}

/* How many bytes there are, and these. False: the text ends before, or goes on behind them. */
static bool take_bytes(struct cdm_entries *entries)
{
	uint64_t size = 0;

	for (unsigned shift = 0; shift < 64; shift += 8) {
		int c = cdm_lines_byte(entries->lines);

		if (c == END)
			return false;
		size |= (uint64_t)c << shift;
	}
	for (; size; size--) {
		int c = cdm_lines_byte(entries->lines);

		if (c == END)
			return false;
		cdm_entry_put(&entries->entry, (uint8_t)c);
	}
	return cdm_lines_byte(entries->lines) == '\n';
}

/* A line that begins with c. */
static bool take_value(struct cdm_entries *entries, int c)
{
	uint8_t name[CDM_MAX_ENTRY_NAME + 1];
	size_t len = 0;

	for (; is_of_name(c); c = cdm_lines_byte(entries->lines))
		if (len <= CDM_MAX_ENTRY_NAME)
			name[len++] = (uint8_t)c;
	if (!len || (c != '=' && c != '\n')) {
		if (c != '\n' && c != END)
			take_line(entries, false);
		return false;
	}
	cdm_entry_open(&entries->entry, (struct cdm_bytes){ name, len });
	if (c == '\n')
		return take_bytes(entries);
	take_line(entries, true);
	return true;
}

static void tell_odd_line(struct cdm_entries *entries)
{
	if (cdm_lines_peek(entries->lines) == END)
		cdm_entries_tell(entries, CDM_TRUNCATED, "the text ends within an entry");
	else
		cdm_entries_tell(entries, CDM_CORRUPT,
				 "a line that is no value of a journal's entry");
}

enum cdm_status cdm_entries_next_export(struct cdm_entries *entries, struct cdm_record *rec)
{
	bool has_values = false;
	int c;

	cdm_entry_begin(&entries->entry);
	while ((c = cdm_lines_byte(entries->lines)) != END) {
		if (c != '\n') {
			has_values = true;
			if (!take_value(entries, c))
				tell_odd_line(entries);
			continue;
		}
		if (has_values && cdm_entries_take(entries, rec))
			return CDM_OK;
		has_values = false;
		cdm_entry_begin(&entries->entry);
	}
	return has_values && cdm_entries_take(entries, rec) ? CDM_OK : CDM_END;
}
