// SPDX-License-Identifier: GPL-2.0-or-later
/* info.c - what is there to say about a dump, besides its log? */

#include "cli/info.h"

#include "base/outbuf.h"
#include "cli/crash.h"
#include "cli/output.h"

#include <inttypes.h>
#include <string.h>

#define VALUE_COLUMN 13 /* behind the longest key, its colon and a blank */

/* How the member is stored, and so how its value is shown. */
enum kind {
	KIND_TEXT,  /* const char * */
	KIND_WORDS, /* const char *, separated by blanks */
	KIND_FLAG,  /* bool */
	KIND_U32,   /* unsigned */
	KIND_U64,   /* uint64_t */
	KIND_TIME,  /* int64_t, seconds since 1970 */
	KIND_LEVEL, /* int; -1 is unknown */
};

/* When the value is known. */
enum known {
	KNOWN_ALWAYS,
	KNOWN_WITH_FORMAT, /* the container was recognised */
	KNOWN_WITH_LOG,
	KNOWN_WITH_RECORDS,
	KNOWN_IF_SET, /* neither empty nor 0 */
};

#define FACT(member) offsetof(struct cdm_facts, member)

// clang-format off
static const struct field {
	char key[12];
	enum kind kind;
	enum known known;
	size_t off; /* in struct cdm_facts */
} fields[] = {
	{ "file",        KIND_TEXT,  KNOWN_ALWAYS,       FACT(file) },
	{ "format",      KIND_TEXT,  KNOWN_IF_SET,       FACT(info.format) },
	{ "compression", KIND_WORDS, KNOWN_WITH_LOG,     FACT(info.compression) },
	{ "flattened",   KIND_FLAG,  KNOWN_WITH_FORMAT,  FACT(info.flattened) },
	{ "split",       KIND_FLAG,  KNOWN_WITH_FORMAT,  FACT(info.split) },
	{ "arch",        KIND_TEXT,  KNOWN_IF_SET,       FACT(info.arch) },
	{ "word_size",   KIND_U32,   KNOWN_IF_SET,       FACT(info.word_size) },
	{ "endian",      KIND_TEXT,  KNOWN_IF_SET,       FACT(info.endian) },
	{ "release",     KIND_TEXT,  KNOWN_IF_SET,       FACT(info.release) },
	{ "crash_time",  KIND_TIME,  KNOWN_IF_SET,       FACT(info.crash_time) },
	{ "boot_time",   KIND_TIME,  KNOWN_IF_SET,       FACT(boot_time) },
	{ "clock",       KIND_TEXT,  KNOWN_IF_SET,       FACT(clock.source) },
	{ "clock_error", KIND_U64,   KNOWN_IF_SET,       FACT(clock.error_us) },
	{ "page_size",   KIND_U32,   KNOWN_IF_SET,       FACT(info.page_size) },
	{ "dump_level",  KIND_LEVEL, KNOWN_IF_SET,       FACT(info.dump_level) },
	{ "vmcoreinfo",  KIND_TEXT,  KNOWN_IF_SET,       FACT(info.vmcoreinfo) },
	{ "translation", KIND_TEXT,  KNOWN_IF_SET,       FACT(info.translation) },
	{ "ring",        KIND_TEXT,  KNOWN_IF_SET,       FACT(info.ring) },
	{ "ring_bytes",  KIND_U64,   KNOWN_IF_SET,       FACT(info.ring_bytes) },
	{ "records",     KIND_U64,   KNOWN_WITH_LOG,     FACT(info.records) },
	{ "first_seq",   KIND_U64,   KNOWN_WITH_RECORDS, FACT(info.first_seq) },
	{ "lost",        KIND_U64,   KNOWN_WITH_LOG,     FACT(info.lost) },
	{ "complete",    KIND_FLAG,  KNOWN_ALWAYS,       FACT(complete) },
	{ "status",      KIND_U32,   KNOWN_ALWAYS,       FACT(status) },
	{ "bytes_read",  KIND_U64,   KNOWN_WITH_FORMAT,  FACT(info.bytes_read) },
	{ "reads",       KIND_U64,   KNOWN_WITH_FORMAT,  FACT(info.reads) },
};
// clang-format on

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* ---- values ---- */

static const void *member(const struct cdm_facts *facts, const struct field *field)
{
	return (const char *)facts + field->off;
}

static const char *text_of(const struct cdm_facts *facts, const struct field *field)
{
	const char *text = *(const char *const *)member(facts, field);

	return text ? text : "";
}

static uint64_t number_of(const struct cdm_facts *facts, const struct field *field)
{
	const void *at = member(facts, field);

	return field->kind == KIND_U32 ? *(const unsigned *)at : *(const uint64_t *)at;
}

static int64_t time_of(const struct cdm_facts *facts, const struct field *field)
{
	return *(const int64_t *)member(facts, field);
}

static int level_of(const struct cdm_facts *facts, const struct field *field)
{
	return *(const int *)member(facts, field);
}

static bool flag_of(const struct cdm_facts *facts, const struct field *field)
{
	return *(const bool *)member(facts, field);
}

static bool is_set(const struct cdm_facts *facts, const struct field *field)
{
	switch (field->kind) {
	case KIND_TEXT:
	case KIND_WORDS:
		return text_of(facts, field)[0] != '\0';
	case KIND_TIME:
		return time_of(facts, field) != 0;
	case KIND_LEVEL:
		return level_of(facts, field) >= 0;
	case KIND_FLAG:
		return flag_of(facts, field);
	default:
		return number_of(facts, field) != 0;
	}
}

static bool is_known(const struct cdm_facts *facts, const struct field *field)
{
	switch (field->known) {
	case KNOWN_WITH_FORMAT:
		return facts->info.format && facts->info.format[0];
	case KNOWN_WITH_LOG:
		return facts->has_log;
	case KNOWN_WITH_RECORDS:
		return facts->has_log && facts->info.records;
	case KNOWN_IF_SET:
		return is_set(facts, field);
	default:
		return true;
	}
}

static void put_signed(struct cdm_outbuf *out, int64_t n)
{
	if (n < 0)
		cdm_put_char(out, '-');
	cdm_put_decimal(out, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 1, ' ');
}

static struct cdm_bytes bytes_of(const char *text, size_t len)
{
	return (struct cdm_bytes){ (const uint8_t *)text, len };
}

static void put_visible_string(struct cdm_outbuf *out, const char *text)
{
	cdm_put_visible(out, bytes_of(text, strlen(text)));
}

/* ---- JSON ---- */

static void put_json_words(struct cdm_outbuf *out, const char *words)
{
	const char *comma = "";

	cdm_put_char(out, '[');
	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		size_t len = strcspn(words, " ");

		cdm_put_string(out, comma);
		cdm_put_json_string(out, bytes_of(words, len));
		words += len;
		comma = ",";
	}
	cdm_put_char(out, ']');
}

static void put_json_value(struct cdm_outbuf *out, const struct cdm_facts *facts,
			   const struct field *field)
{
	const char *text;

	switch (field->kind) {
	case KIND_TEXT:
		text = text_of(facts, field);
		cdm_put_json_string(out, bytes_of(text, strlen(text)));
		break;
	case KIND_WORDS:
		put_json_words(out, text_of(facts, field));
		break;
	case KIND_FLAG:
		cdm_put_string(out, flag_of(facts, field) ? "true" : "false");
		break;
	case KIND_TIME:
		put_signed(out, time_of(facts, field));
		break;
	case KIND_LEVEL:
		put_signed(out, level_of(facts, field));
		break;
	default:
		cdm_put_decimal(out, number_of(facts, field), 1, ' ');
	}
}

static void put_json_member(struct cdm_outbuf *out, const char *before,
			    const struct cdm_facts *facts, const struct field *field)
{
	cdm_put_string(out, before);
	cdm_put_string(out, field->key);
	cdm_put_string(out, "\":");
	put_json_value(out, facts, field);
}

size_t cdm_info_as_json(void *facts, char *buf, size_t room)
{
	struct cdm_outbuf out = { .at = buf, .room = room };
	const char *before = "{\"";

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!is_known(facts, &fields[i]))
			continue;
		put_json_member(&out, before, facts, &fields[i]);
		before = ",\"";
	}
	cdm_crash_put_json(&out, facts);
	cdm_put_string(&out, "}\n");
	return out.needed;
}

/* ---- around the records of --json-lines ---- */

/* What is known only when the log was read. */
static bool is_of_the_end(const struct field *field)
{
	static const char keys[][11] = { "records", "first_seq",  "lost", "complete",
					 "status",  "bytes_read", "reads" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i], field->key))
			return true;
	return false;
}

size_t cdm_info_as_header(void *facts, char *buf, size_t room)
{
	struct cdm_outbuf out = { .at = buf, .room = room };

	cdm_put_string(&out, "{\"type\":\"header\"");
	for (size_t i = 0; i < N_FIELDS; i++)
		if (is_known(facts, &fields[i]) && !is_of_the_end(&fields[i]))
			put_json_member(&out, ",\"", facts, &fields[i]);
	cdm_put_string(&out, "}\n");
	return out.needed;
}

size_t cdm_info_as_trailer(void *facts, char *buf, size_t room)
{
	static const char keys[][9] = { "file", "records", "lost", "complete", "status" };
	struct cdm_outbuf out = { .at = buf, .room = room };

	cdm_put_string(&out, "{\"type\":\"trailer\"");
	for (size_t key = 0; key < sizeof(keys) / sizeof(*keys); key++)
		for (size_t i = 0; i < N_FIELDS; i++)
			if (!strcmp(keys[key], fields[i].key) && is_known(facts, &fields[i]))
				put_json_member(&out, ",\"", facts, &fields[i]);
	cdm_put_string(&out, "}\n");
	return out.needed;
}

/* ---- text ---- */

#define SECONDS_A_DAY 86400
#define DAYS_IN_400_YEARS 146097
#define LAST_PLAIN_SECOND INT64_C(253402300799) /* of the year 9999 */

/* The date `days` after 1970-01-01, which is not before it. Years begin in March here, so that the
 * leap day is a year's last. gmtime_r() would bring time zones into a static program. */
static void put_date(struct cdm_outbuf *out, uint64_t days)
{
	uint64_t since_0000_03 = days + 719468;
	uint64_t era = since_0000_03 / DAYS_IN_400_YEARS, day = since_0000_03 % DAYS_IN_400_YEARS;
	uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	uint64_t month = (5 * day_of_year + 2) / 153;

	cdm_put_decimal(out, era * 400 + year + (month >= 10), 4, '0');
	cdm_put_char(out, '-');
	cdm_put_decimal(out, month < 10 ? month + 3 : month - 9, 2, '0');
	cdm_put_char(out, '-');
	cdm_put_decimal(out, day_of_year - (153 * month + 2) / 5 + 1, 2, '0');
}

static void put_time(struct cdm_outbuf *out, int64_t seconds)
{
	put_signed(out, seconds);
	if (seconds < 0 || seconds > LAST_PLAIN_SECOND)
		return;
	uint64_t second = (uint64_t)seconds % SECONDS_A_DAY;

	cdm_put_string(out, " (");
	put_date(out, (uint64_t)seconds / SECONDS_A_DAY);
	cdm_put_char(out, ' ');
	cdm_put_decimal(out, second / 3600, 2, '0');
	cdm_put_char(out, ':');
	cdm_put_decimal(out, second / 60 % 60, 2, '0');
	cdm_put_char(out, ':');
	cdm_put_decimal(out, second % 60, 2, '0');
	cdm_put_string(out, " UTC)");
}

static void put_text_value(struct cdm_outbuf *out, const struct cdm_facts *facts,
			   const struct field *field)
{
	switch (field->kind) {
	case KIND_TEXT:
	case KIND_WORDS:
		put_visible_string(out, is_set(facts, field) ? text_of(facts, field) : "none");
		break;
	case KIND_FLAG:
		cdm_put_string(out, flag_of(facts, field) ? "yes" : "no");
		break;
	case KIND_TIME:
		put_time(out, time_of(facts, field));
		break;
	case KIND_LEVEL:
		put_signed(out, level_of(facts, field));
		break;
	default:
		cdm_put_decimal(out, number_of(facts, field), 1, ' ');
	}
}

size_t cdm_info_as_text(void *facts, char *buf, size_t room)
{
	struct cdm_outbuf out = { .at = buf, .room = room };

	for (size_t i = 0; i < N_FIELDS; i++) {
		if (!is_known(facts, &fields[i]))
			continue;
		cdm_put_string(&out, fields[i].key);
		cdm_put_char(&out, ':');
		cdm_put_repeated(&out, ' ', VALUE_COLUMN - 1 - strlen(fields[i].key));
		put_text_value(&out, facts, &fields[i]);
		cdm_put_char(&out, '\n');
	}
	cdm_crash_put_text(&out, facts);
	return out.needed;
}

size_t cdm_info_as_title(void *priv, char *buf, size_t room)
{
	const struct cdm_facts *facts = priv;
	struct cdm_outbuf out = { .at = buf, .room = room };

	put_visible_string(&out, facts->file);
	cdm_put_string(&out, ": ");
	put_visible_string(&out, facts->info.format_title);
	cdm_put_string(&out, facts->info.flattened ? ", flattened\n" : "\n");
	return out.needed;
}

/* ---- sentences ---- */

static void tell_text(const char *file, const char *key, const char *value)
{
	if (value && value[0])
		cdm_tell(file, "%s: %s", key, value);
}

static void tell_number(const char *file, const char *key, uint64_t value)
{
	cdm_tell(file, "%s: %" PRIu64, key, value);
}

void cdm_info_tell(const struct cdm_facts *facts)
{
	const struct cdm_info *info = &facts->info;
	const char *file = facts->file;

	if (info->format_title && info->format_title[0])
		cdm_tell(file, "format: %s%s", info->format_title,
			 info->flattened ? ", flattened" : "");
	if (info->incomplete)
		cdm_tell(file, "incomplete: its writer said that it could not write all of it");
	tell_text(file, "description", info->vmcoreinfo);
	tell_text(file, "translation", info->translation);
	tell_text(file, "ring", info->ring);
	tell_text(file, "clock", facts->clock.source);
	if (facts->has_log) {
		tell_number(file, "records", info->records);
		if (info->records)
			tell_number(file, "first_seq", info->first_seq);
		tell_number(file, "lost", info->lost);
	}
	tell_text(file, "compression", info->compression);
	tell_number(file, "bytes_read", info->bytes_read);
	tell_number(file, "reads", info->reads);
	if (info->spooled)
		tell_number(file, "spooled", info->spooled);
}
