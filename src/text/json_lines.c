// SPDX-License-Identifier: GPL-2.0-or-later
/* json_lines.c - what is known of a record, as an object on a line of its own?
 *
 *     {"type":"record","seq":12,"time":1.234567,"pri":6,"fac":"kern","level":"info","msg":"text"}
 *
 * Keys of what a record does not have are absent. A text that is not UTF-8 has \ufffd for each byte
 * that is none, and its bytes in base64 beside it. */

#include "text/style.h"

static struct cdm_bytes bytes_of(const char *text)
{
	return (struct cdm_bytes){ (const uint8_t *)text, strlen(text) };
}

static void put_key(struct cdm_outbuf *out, const char *key)
{
	cdm_put_string(out, ",\"");
	cdm_put_string(out, key);
	cdm_put_string(out, "\":");
}

static void put_number(struct cdm_outbuf *out, const char *key, uint64_t number)
{
	put_key(out, key);
	cdm_put_decimal(out, number, 1, ' ');
}

static void put_string(struct cdm_outbuf *out, const char *key, struct cdm_bytes text)
{
	put_key(out, key);
	cdm_put_json_string(out, text);
}

/* Seconds with six digits behind the point, never by way of a floating point number. */
static void put_time(struct cdm_outbuf *out, uint64_t ts_ns)
{
	put_number(out, "time", ts_ns / 1000000000);
	cdm_put_char(out, '.');
	cdm_put_decimal(out, ts_ns % 1000000000 / 1000, 6, '0');
}

static void put_priority(struct cdm_outbuf *out, const struct cdm_record *rec)
{
	const char *facility = cdm_facility_name(rec->facility),
		   *level = cdm_level_name(rec->level);

	put_number(out, "pri", cdm_priority(rec));
	if (facility)
		put_string(out, "fac", bytes_of(facility));
	if (level)
		put_string(out, "level", bytes_of(level));
}

static void put_caller(struct cdm_outbuf *out, uint32_t caller)
{
	char text[CDM_MAX_CALLER_TEXT];
	size_t len = cdm_caller_text(text, caller);

	put_string(out, "caller", (struct cdm_bytes){ (const uint8_t *)text, len });
}

/* Which of the two is the processor, its highest bit says. */
static void put_context(struct cdm_outbuf *out, const struct cdm_record *rec)
{
	bool is_processor = rec->caller >> 31;
	uint32_t thread = is_processor ? rec->other_caller : rec->caller;
	uint32_t processor = is_processor ? rec->caller : rec->other_caller;

	put_number(out, "pid", thread & INT32_MAX);
	put_number(out, "cpu", processor & INT32_MAX);
	put_string(out, "comm",
		   (struct cdm_bytes){ rec->comm, strnlen((const char *)rec->comm, CDM_COMM_LEN) });
}

static void put_base64(struct cdm_outbuf *out, struct cdm_bytes bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t group = (uint32_t)bytes.at[i] << 16;

		if (n > 1)
			group |= (uint32_t)bytes.at[i + 1] << 8;
		if (n > 2)
			group |= bytes.at[i + 2];
		for (unsigned k = 0; k < 4; k++)
			cdm_put_char(out, k <= n ? digits[group >> (18 - 6 * k) & 63] : '=');
	}
}

static void put_text(struct cdm_outbuf *out, struct cdm_bytes text)
{
	put_string(out, "msg", text);
	if (cdm_is_utf8(text))
		return;
	put_key(out, "raw_b64");
	cdm_put_char(out, '"');
	put_base64(out, text);
	cdm_put_char(out, '"');
}

static bool is_entry_of(struct cdm_bytes entry, const char *key)
{
	return cdm_starts_with(entry, key, strlen(key));
}

/* What a dictionary has besides a subsystem and a device: "KEY=value" each. */
static void put_dictionary(struct cdm_outbuf *out, struct cdm_bytes dictionary)
{
	bool has_any = false;

	while (dictionary.len) {
		size_t len = strnlen((const char *)dictionary.at, dictionary.len);
		struct cdm_bytes entry = { dictionary.at, len };

		if (len && !is_entry_of(entry, "SUBSYSTEM=") && !is_entry_of(entry, "DEVICE=")) {
			cdm_put_string(out, has_any ? "," : ",\"dict\":[");
			cdm_put_json_string(out, entry);
			has_any = true;
		}
		len += len < dictionary.len;
		dictionary = (struct cdm_bytes){ dictionary.at + len, dictionary.len - len };
	}
	if (has_any)
		cdm_put_char(out, ']');
}

static bool put_record(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state)
{
	(void)style;
	(void)state;
	cdm_put_string(out, "{\"type\":\"record\"");
	put_number(out, "seq", rec->seq);
	if (rec->flags & CDM_RECORD_TIMED)
		put_time(out, rec->ts_ns);
	if (rec->flags & CDM_RECORD_PRIORITY)
		put_priority(out, rec);
	if (rec->flags & CDM_RECORD_CALLER)
		put_caller(out, rec->caller);
	if (rec->flags & CDM_RECORD_CONTEXT)
		put_context(out, rec);
	if (rec->flags & CDM_RECORD_CONTINUES)
		cdm_put_string(out, ",\"cont\":true");
	if (rec->subsystem.len)
		put_string(out, "subsystem", rec->subsystem);
	if (rec->device.len)
		put_string(out, "dev", rec->device);
	put_dictionary(out, rec->dictionary);
	put_text(out, rec->text);
	cdm_put_string(out, "}\n");
	return true;
}

const struct cdm_text_form cdm_form_json_lines = { .record = put_record };
