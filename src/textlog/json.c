// SPDX-License-Identifier: GPL-2.0-or-later
/* json.c - which entries are in a text of JSON (RFC 8259)?
 *
 * Read byte by byte, in whatever way it is broken into lines. Only what is needed to find values is
 * asked of the grammar. */

#include "textlog/entries.h"

#include "base/ascii.h"
#include "textlog/prefix.h"

#define RECORD_SEPARATOR 0x1e /* in front of each object, by journalctl -o json-seq (RFC 7464) */

enum { END = -1 };

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == RECORD_SEPARATOR;
}

bool cdm_entries_are_json(struct cdm_bytes line)
{
	size_t i = 0;

	while (i < line.len && is_blank(line.at[i]))
		i++;
	if (i < line.len && line.at[i] == '[') /* "[    1.234567]" is no array */
		for (i++; i < line.len && is_blank(line.at[i]);)
			i++;
	return i < line.len ? line.at[i] == '{' : line.len && line.at[line.len - 1] == '[';
}

/* ---- damage ---- */

/* What comes next is an object, or is passed over, too. */
static void resume(struct cdm_entries *entries)
{
	int c;

	while ((c = cdm_lines_byte(entries->lines)) != END && c != '\n')
		;
	entries->depth = entries->entry_depth = 0;
	cdm_entry_begin(&entries->entry);
}

static void give_up_line(struct cdm_entries *entries, const char *what)
{
	cdm_entries_tell(entries, CDM_CORRUPT, what);
	resume(entries);
}

/* ---- strings ---- */

/* Where the characters of a string go: a name, or a value of the entry, or nowhere. */
struct sink {
	struct cdm_entry *entry; /* NULL: to name, or nowhere */
	uint8_t *name;           /* CDM_MAX_ENTRY_NAME + 1 bytes; NULL: nowhere */
	size_t name_len;
};

static void put(struct sink *sink, uint8_t byte)
{
	if (sink->entry)
		cdm_entry_put(sink->entry, byte);
	else if (sink->name && sink->name_len <= CDM_MAX_ENTRY_NAME)
		sink->name[sink->name_len++] = byte;
}

static void put_utf8(struct sink *sink, uint32_t point)
{
	if (point < 0x80) {
		put(sink, (uint8_t)point);
	} else if (point < 0x800) {
		put(sink, (uint8_t)(0xc0 | point >> 6));
		put(sink, (uint8_t)(0x80 | (point & 0x3f)));
	} else if (point < 0x10000) {
		put(sink, (uint8_t)(0xe0 | point >> 12));
		put(sink, (uint8_t)(0x80 | (point >> 6 & 0x3f)));
		put(sink, (uint8_t)(0x80 | (point & 0x3f)));
	} else {
		put(sink, (uint8_t)(0xf0 | point >> 18));
		put(sink, (uint8_t)(0x80 | (point >> 12 & 0x3f)));
		put(sink, (uint8_t)(0x80 | (point >> 6 & 0x3f)));
		put(sink, (uint8_t)(0x80 | (point & 0x3f)));
	}
}

static bool take_hex(struct cdm_lines *lines, uint32_t *number)
{
	*number = 0;
	for (unsigned i = 0; i < 4; i++) {
		int digit = cdm_hex_digit((uint8_t)cdm_lines_peek(lines));

		if (digit < 0)
			return false;
		*number = *number << 4 | (uint32_t)digit;
		cdm_lines_byte(lines);
	}
	return true;
}

/* Behind "\u". A pair of surrogates is one character; one of them alone is none. */
static bool take_point(struct cdm_lines *lines, struct sink *sink)
{
	uint32_t point, low;

	if (!take_hex(lines, &point))
		return false;
	if (point >= 0xd800 && point < 0xdc00 && cdm_lines_peek(lines) == '\\') {
		cdm_lines_byte(lines);
		if (cdm_lines_byte(lines) != 'u' || !take_hex(lines, &low))
			return false;
		bool is_pair = low >= 0xdc00 && low < 0xe000;

		point = is_pair ? 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff) : 0xfffd;
	} else if (point >= 0xd800 && point < 0xe000) {
		point = 0xfffd;
	}
	put_utf8(sink, point);
	return true;
}

static bool take_escape(struct cdm_lines *lines, struct sink *sink)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	int c = cdm_lines_byte(lines);

	if (c == 'u')
		return take_point(lines, sink);
	const char *at = c > 0 ? memchr(letters, c, sizeof(letters) - 1) : NULL;

	if (at)
		put(sink, (uint8_t)meant[at - letters]);
	return at != NULL;
}

/* Behind the opening quote, up to the closing one. */
static bool take_string(struct cdm_lines *lines, struct sink *sink)
{
	int c;

	while ((c = cdm_lines_peek(lines)) != '"') {
		if (c == END || c < 0x20)
			return false;
		cdm_lines_byte(lines);
		if (c != '\\')
			put(sink, (uint8_t)c);
		else if (!take_escape(lines, sink))
			return false;
	}
	cdm_lines_byte(lines);
	return true;
}

/* ---- values ---- */

static bool is_in_object(const struct cdm_entries *entries)
{
	return entries->depth && entries->objects >> (entries->depth - 1) & 1;
}

/* A value of the entry itself, or in an array that is one: the bytes of a text that is not UTF-8. */
static bool is_in_array_of_entry(const struct cdm_entries *entries)
{
	return entries->entry_depth && entries->depth == entries->entry_depth + 1 &&
	       !is_in_object(entries);
}

static bool take_name(struct cdm_entries *entries)
{
	uint8_t name[CDM_MAX_ENTRY_NAME + 1];
	struct sink sink = { .name = name };

	if (!take_string(entries->lines, &sink))
		return false;
	if (entries->depth == entries->entry_depth)
		cdm_entry_open(&entries->entry, (struct cdm_bytes){ name, sink.name_len });
	return true;
}

static bool take_text(struct cdm_entries *entries)
{
	bool is_wanted = entries->depth == entries->entry_depth || is_in_array_of_entry(entries);
	struct sink sink = { .entry = is_wanted ? &entries->entry : NULL };

	return take_string(entries->lines, &sink);
}

/* A number, true, false or null, which begins with c. */
static bool take_word(struct cdm_entries *entries, int c)
{
	char word[CDM_MAX_ENTRY_VALUE];
	size_t len = 0;
	unsigned byte = 0;

	if (!cdm_is_digit((uint8_t)c) && c != '-' && !(c >= 'a' && c <= 'z'))
		return false;
	for (;;) {
		if (len == sizeof(word))
			return false;
		word[len++] = (char)c;
		byte = byte * 10 + (unsigned)(c - '0');
		c = cdm_lines_peek(entries->lines);
		if (c == END || is_blank(c) || c == ',' || c == '}' || c == ']')
			break;
		if (c < 0x20)
			return false;
		cdm_lines_byte(entries->lines);
	}
	if (is_in_array_of_entry(entries)) {
		if (len <= 3 && byte <= UINT8_MAX)
			cdm_entry_put(&entries->entry, (uint8_t)byte);
		return true;
	}
	if (entries->depth != entries->entry_depth)
		return true;
	if (len == 4 && !memcmp(word, "null", 4))
		cdm_entry_put_null(&entries->entry);
	for (size_t i = 0; i < len; i++)
		cdm_entry_put(&entries->entry, (uint8_t)word[i]);
	return true;
}

/* ---- objects ---- */

static bool enter(struct cdm_entries *entries, bool is_object)
{
	if (entries->depth == CDM_MAX_JSON_DEPTH)
		return false;
	uint32_t bit = UINT32_C(1) << entries->depth++;

	entries->objects = is_object ? entries->objects | bit : entries->objects & ~bit;
	entries->wants_name = is_object;
	/* An object in one that has no text so far may be the entry instead. */
	if (is_object &&
	    (!entries->entry_depth || !cdm_entry_has(&entries->entry, CDM_ENTRY_TEXT))) {
		entries->entry_depth = entries->depth;
		cdm_entry_begin(&entries->entry);
	}
	return true;
}

/* *is_entry: what ended was the entry. */
static bool leave(struct cdm_entries *entries, bool is_object, bool *is_entry)
{
	*is_entry = false;
	if (!entries->depth) /* what is left of an object that was given up */
		return true;
	if (is_in_object(entries) != is_object)
		return false;
	*is_entry = entries->depth == entries->entry_depth;
	entries->depth--;
	if (*is_entry)
		entries->entry_depth = entries->depth;
	return true;
}

/* One element of the text, which begins with c. */
static bool take_element(struct cdm_entries *entries, int c, bool *is_entry)
{
	switch (c) {
	case '{':
	case '[':
		return enter(entries, c == '{');
	case '}':
	case ']':
		return leave(entries, c == '}', is_entry);
	case ',':
		entries->wants_name = is_in_object(entries);
		return true;
	case ':':
		entries->wants_name = false;
		return true;
	case '"':
		return entries->wants_name ? take_name(entries) : take_text(entries);
	default:
		return take_word(entries, c);
	}
}

static enum cdm_status end(struct cdm_entries *entries)
{
	if (entries->depth)
		cdm_entries_tell(entries, CDM_TRUNCATED, "the text ends within an object");
	else if (entries->has_header)
		cdm_entries_tell(entries, CDM_TRUNCATED,
				 "the trailer is missing: whoever wrote them was ended, or the "
				 "text was cut");
	entries->depth = 0;
	entries->has_header = false;
	return CDM_END;
}

enum cdm_status cdm_entries_next_json(struct cdm_entries *entries, struct cdm_record *rec)
{
	int c;

	if (entries->is_taken) /* what the record before points at is no longer needed */
		cdm_entry_begin(&entries->entry);
	entries->is_taken = false;
	while ((c = cdm_lines_byte(entries->lines)) != END) {
		bool is_entry = false;

		if (is_blank(c))
			continue;
		/* At the end of the text, end() says what is missing. */
		if (!take_element(entries, c, &is_entry) &&
		    (!entries->depth || cdm_lines_peek(entries->lines) != END))
			give_up_line(entries, "a line that is no JSON");
		if (!is_entry)
			continue;
		entries->is_taken = cdm_entries_take(entries, rec);
		if (entries->is_taken)
			return CDM_OK;
		cdm_entry_begin(&entries->entry);
	}
	return end(entries);
}
