// SPDX-License-Identifier: GPL-2.0-or-later
/* prefix.c - where does the kernel's message begin on a line of text? */

#include "textlog/prefix.h"

#include "base/priority.h"

#define NS_PER_SECOND 1000000000u
#define MAX_PRIORITY 191         /* local7, debug */
#define MAX_SECONDS 10000000000u /* 300 years */
#define MAX_LOGGER_PREFIX 80     /* columns in front of the kernel's own time */
#define ESCAPE 0x1b
#define BELL 0x07

/* ---- pieces ---- */

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

bool cdm_take_mark(struct cdm_bytes *text, const char *mark)
{
	size_t len = strlen(mark);

	if (text->len < len || memcmp(text->at, mark, len) != 0)
		return false;
	*text = behind(*text, len);
	return true;
}

static void take_blanks(struct cdm_bytes *text)
{
	while (cdm_take_mark(text, " "))
		;
}

bool cdm_take_decimal(struct cdm_bytes *text, uint64_t *number)
{
	uint64_t n = 0;
	size_t len = 0;

	while (len < text->len && is_digit(text->at[len])) {
		unsigned digit = text->at[len++] - '0';

		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (!len)
		return false;
	*number = n;
	*text = behind(*text, len);
	return true;
}

int cdm_hex_digit(uint8_t byte)
{
	if (is_digit(byte))
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Each character of the shape stands for itself, but for '0', a digit, and 'A', a letter. */
static bool take_shape(struct cdm_bytes *text, const char *shape)
{
	size_t len = strlen(shape);

	if (text->len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = text->at[i];
		bool fits = shape[i] == '0'   ? is_digit(byte)
			    : shape[i] == 'A' ? is_letter(byte)
					      : byte == (uint8_t)shape[i];

		if (!fits)
			return false;
	}
	*text = behind(*text, len);
	return true;
}

/* Digits behind a point, as nanoseconds. */
static bool take_fraction(struct cdm_bytes *text, uint64_t *ns)
{
	uint32_t unit = NS_PER_SECOND;
	size_t len = 0;

	*ns = 0;
	for (; len < text->len && is_digit(text->at[len]); len++) {
		unit /= 10;
		*ns += (uint64_t)(text->at[len] - '0') * unit;
	}
	*text = behind(*text, len);
	return len > 0;
}

bool cdm_take_seconds(struct cdm_bytes *text, uint64_t *ns)
{
	uint64_t seconds, fraction;
	struct cdm_bytes rest = *text;

	if (!cdm_take_decimal(&rest, &seconds) || seconds > MAX_SECONDS ||
	    !cdm_take_mark(&rest, ".") || !take_fraction(&rest, &fraction))
		return false;
	*ns = seconds * NS_PER_SECOND + fraction;
	*text = rest;
	return true;
}

/* ---- the kernel's own prefix, as dmesg and consoles print it ---- */

/* "<6>" */
static bool take_priority(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text;
	uint64_t priority;

	if (!cdm_take_mark(&rest, "<") || !cdm_take_decimal(&rest, &priority) ||
	    priority > MAX_PRIORITY || !cdm_take_mark(&rest, ">"))
		return false;
	prefix->level = (uint8_t)(priority & 7);
	prefix->facility = (uint8_t)(priority >> 3);
	prefix->flags |= CDM_RECORD_PRIORITY;
	*text = rest;
	return true;
}

/* A name with blanks up to the sixth column, and the colon behind it. */
static bool take_padded_name(struct cdm_bytes *text, struct cdm_bytes *name)
{
	size_t len = 0;

	while (len < text->len && (is_letter(text->at[len]) || is_digit(text->at[len])))
		len++;
	*name = (struct cdm_bytes){ text->at, len };
	while (len < text->len && len < 6 && text->at[len] == ' ')
		len++;
	if (len < 6 || len == text->len || text->at[len] != ':')
		return false;
	*text = behind(*text, len + 1);
	return true;
}

/* "kern  :info  : ", as dmesg --decode has it */
static bool take_decoded(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text, facility_name, level_name;
	unsigned facility, level;

	if (!take_padded_name(&rest, &facility_name) || !take_padded_name(&rest, &level_name) ||
	    !cdm_facility_of_name(facility_name, &facility) ||
	    !cdm_level_of_name(level_name, &level) || !cdm_take_mark(&rest, " "))
		return false;
	prefix->level = (uint8_t)level;
	prefix->facility = (uint8_t)facility;
	prefix->flags |= CDM_RECORD_PRIORITY;
	*text = rest;
	return true;
}

/* "<    0.000123>", as dmesg --show-delta has it */
static bool take_delta(struct cdm_bytes *text)
{
	struct cdm_bytes rest = *text;
	uint64_t ns;

	if (!cdm_take_mark(&rest, "<"))
		return false;
	take_blanks(&rest);
	if (!cdm_take_seconds(&rest, &ns) || !cdm_take_mark(&rest, ">"))
		return false;
	*text = rest;
	return true;
}

/* "[    1.234567] ", also with a delta in it */
static bool take_time(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text;

	if (!cdm_take_mark(&rest, "["))
		return false;
	take_blanks(&rest);
	if (!cdm_take_seconds(&rest, &prefix->ts_ns))
		return false;
	if (cdm_take_mark(&rest, " ") && !take_delta(&rest))
		return false;
	if (!cdm_take_mark(&rest, "]"))
		return false;
	cdm_take_mark(&rest, " ");
	prefix->flags |= CDM_RECORD_TIMED;
	*text = rest;
	return true;
}

/* "Fri Feb 13 23:31:30 2009", "Feb13 23:31", also with a delta behind it */
static bool take_date(struct cdm_bytes *text)
{
	if (!take_shape(text, "AAA AAA 00 00:00:00 0000") &&
	    !take_shape(text, "AAA AAA  0 00:00:00 0000") && !take_shape(text, "AAA00 00:00") &&
	    !take_shape(text, "AAA 0 00:00"))
		return false;
	struct cdm_bytes rest = *text;

	if (cdm_take_mark(&rest, " ") && take_delta(&rest))
		*text = rest;
	return true;
}

/* "  +0.000123" */
static bool take_distance(struct cdm_bytes *text)
{
	uint64_t ns;

	take_blanks(text);
	return cdm_take_mark(text, "+") && cdm_take_seconds(text, &ns);
}

/* Times of dmesg that do not count from boot, "[Feb13 23:31] " and others: they are taken off. */
static bool take_other_time(struct cdm_bytes *text)
{
	struct cdm_bytes rest = *text;

	if (!cdm_take_mark(&rest, "[") ||
	    !(take_delta(&rest) || take_date(&rest) || take_distance(&rest)) ||
	    !cdm_take_mark(&rest, "] "))
		return false;
	*text = rest;
	return true;
}

bool cdm_take_caller(struct cdm_bytes *text, uint32_t *caller)
{
	struct cdm_bytes rest = *text;
	bool is_processor = cdm_take_mark(&rest, "C");
	uint64_t number;

	if (!is_processor && !cdm_take_mark(&rest, "T"))
		return false;
	if (!cdm_take_decimal(&rest, &number) || number > INT32_MAX)
		return false;
	*caller = (uint32_t)number | (is_processor ? UINT32_C(1) << 31 : 0);
	*text = rest;
	return true;
}

/* "[    T1] " */
static bool take_caller_column(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text;

	if (!cdm_take_mark(&rest, "["))
		return false;
	take_blanks(&rest);
	if (!cdm_take_caller(&rest, &prefix->caller) || !cdm_take_mark(&rest, "]"))
		return false;
	cdm_take_mark(&rest, " ");
	prefix->flags |= CDM_RECORD_CALLER;
	*text = rest;
	return true;
}

static bool take_kernel_prefix(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	bool found = take_priority(text, prefix) || take_decoded(text, prefix);

	if (take_time(text, prefix) || take_other_time(text)) {
		found = true;
		while (take_other_time(text))
			;
	}
	if (found)
		take_caller_column(text, prefix);
	return found;
}

/* ---- what loggers put in front of it ---- */

/* "2009-02-13T23:31:30,123456+00:00", "2009-02-13 23:31:30.123Z" */
static bool take_iso_time(struct cdm_bytes *text, bool *is_dmesg)
{
	struct cdm_bytes rest = *text;
	uint64_t ns;

	*is_dmesg = false;
	if (!take_shape(&rest, "0000-00-00T00:00:00") && !take_shape(&rest, "0000-00-00 00:00:00"))
		return false;
	if (cdm_take_mark(&rest, ","))
		*is_dmesg = take_fraction(&rest, &ns);
	else if (cdm_take_mark(&rest, "."))
		take_fraction(&rest, &ns);
	if (!cdm_take_mark(&rest, "Z") && !take_shape(&rest, "+00:00") &&
	    !take_shape(&rest, "-00:00") && !take_shape(&rest, "+0000") &&
	    !take_shape(&rest, "-0000"))
		take_shape(&rest, " AAA"); /* "UTC" */
	if (!cdm_take_mark(&rest, " "))
		return false;
	*text = rest;
	return true;
}

/* "Oct 12 23:25:16 ", "Fri 2024-05-03 12:00:00 UTC " and what begins with a date in figures */
static bool take_log_time(struct cdm_bytes *text, bool *is_dmesg)
{
	struct cdm_bytes rest = *text;
	uint64_t ns;

	if (take_iso_time(text, is_dmesg))
		return true;
	if (take_shape(&rest, "AAA 0000-00-00 ")) {
		rest = behind(*text, 4);
		if (!take_iso_time(&rest, is_dmesg))
			return false;
		*text = rest;
		return true;
	}
	if (!take_shape(&rest, "AAA 00 00:00:00") && !take_shape(&rest, "AAA  0 00:00:00"))
		return false;
	if (cdm_take_mark(&rest, "."))
		take_fraction(&rest, &ns);
	if (!cdm_take_mark(&rest, " "))
		return false;
	*text = rest;
	return true;
}

static size_t count_word(struct cdm_bytes text, const char *more)
{
	size_t len = 0;

	while (len < text.len && text.at[len] &&
	       (is_letter(text.at[len]) || is_digit(text.at[len]) || strchr(more, text.at[len])))
		len++;
	return len;
}

/* "host kernel: ", "host sshd[123]: " */
static bool take_host_and_tag(struct cdm_bytes *text, bool *is_kernel)
{
	struct cdm_bytes rest = *text;
	size_t len = count_word(rest, "-._:");
	uint64_t pid;

	if (!len || len == rest.len || rest.at[len] != ' ')
		return false;
	rest = behind(rest, len + 1);
	len = count_word(rest, "-._/()@");
	if (!len)
		return false;
	*is_kernel = len == 6 && !memcmp(rest.at, "kernel", 6);
	rest = behind(rest, len);
	if (cdm_take_mark(&rest, "[") &&
	    (!cdm_take_decimal(&rest, &pid) || !cdm_take_mark(&rest, "]")))
		return false;
	if (!cdm_take_mark(&rest, ":"))
		return false;
	cdm_take_mark(&rest, " ");
	*text = rest;
	return true;
}

static bool take_syslog_prefix(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text;
	bool is_dmesg, is_kernel = true;

	if (!take_log_time(&rest, &is_dmesg))
		return false;
	if (!is_dmesg && take_host_and_tag(&rest, &is_kernel))
		prefix->is_foreign = !is_kernel;
	*text = rest;
	return true;
}

/* A word that blanks end, which it loses, too. */
static bool take_word(struct cdm_bytes *text, struct cdm_bytes *word)
{
	const uint8_t *blank = memchr(text->at, ' ', text->len);

	if (!blank || blank == text->at)
		return false;
	*word = (struct cdm_bytes){ text->at, (size_t)(blank - text->at) };
	*text = behind(*text, word->len + 1);
	return true;
}

/* "-", or "[id name=\"value\"]" as often as there is: what is in quotes may be anything. */
static bool take_structured_data(struct cdm_bytes *text)
{
	bool is_quoted = false;
	size_t len = 0;

	if (cdm_take_mark(text, "- "))
		return true;
	if (!text->len || text->at[0] != '[')
		return false;
	for (; len < text->len && (is_quoted || text->at[len] != ' ' || text->at[len - 1] != ']');
	     len++) {
		if (text->at[len] == '\\' && is_quoted)
			len++;
		else if (text->at[len] == '"')
			is_quoted = !is_quoted;
	}
	if (len >= text->len)
		return false;
	*text = behind(*text, len + 1);
	return true;
}

/* "1 2024-05-03T12:00:00.123456+02:00 host kernel - - - ", behind a priority (RFC 5424) */
static bool take_protocol_prefix(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	struct cdm_bytes rest = *text, host, program, process, id;
	bool is_dmesg;

	if (!cdm_take_mark(&rest, "1 ") || !take_iso_time(&rest, &is_dmesg) ||
	    !take_word(&rest, &host) || !take_word(&rest, &program) ||
	    !take_word(&rest, &process) || !take_word(&rest, &id) || !take_structured_data(&rest))
		return false;
	cdm_take_mark(&rest, "\xef\xbb\xbf");
	prefix->is_foreign = program.len != 6 || memcmp(program.at, "kernel", 6) != 0;
	*text = rest;
	return true;
}

static bool has_time_of_day(struct cdm_bytes text)
{
	for (; text.len >= 8; text = behind(text, 1)) {
		struct cdm_bytes rest = text;

		if (take_shape(&rest, "00:00:00"))
			return true;
	}
	return false;
}

/* Anything with a time of day in it, where the kernel's own time stands behind it. */
static bool take_stamp_of_a_logger(struct cdm_bytes *text)
{
	size_t end = text->len < MAX_LOGGER_PREFIX ? text->len : MAX_LOGGER_PREFIX;

	for (size_t len = 8; len < end; len++) {
		struct cdm_bytes rest = behind(*text, len);
		struct cdm_prefix found = { 0 };

		if (text->at[len] != '[' && text->at[len] != '<')
			continue;
		take_priority(&rest, &found);
		if (take_time(&rest, &found) &&
		    has_time_of_day((struct cdm_bytes){ text->at, len })) {
			*text = behind(*text, len);
			return true;
		}
	}
	return false;
}

/* Between the time and the text, in `journalctl -o short-monotonic`. */
static void take_journal_host(struct cdm_bytes *text)
{
	struct cdm_bytes rest = *text;
	bool is_kernel;

	if (take_host_and_tag(&rest, &is_kernel) && is_kernel)
		*text = rest;
}

/* What a logger put in front; then what is left may have the kernel's own prefix. */
static bool take_logger_prefix(struct cdm_bytes *text, struct cdm_prefix *prefix)
{
	return take_syslog_prefix(text, prefix) || take_stamp_of_a_logger(text);
}

void cdm_prefix_parse(struct cdm_bytes line, struct cdm_prefix *prefix)
{
	struct cdm_bytes own = line, text = line;

	*prefix = (struct cdm_prefix){ 0 };
	prefix->begins_record = take_kernel_prefix(&text, prefix);
	if (prefix->begins_record) {
		if (prefix->flags & CDM_RECORD_TIMED)
			take_journal_host(&text);
		else if (take_protocol_prefix(&text, prefix) || take_syslog_prefix(&text, prefix))
			take_kernel_prefix(&text, prefix);
	} else if (take_logger_prefix(&own, prefix)) {
		text = own;
		take_kernel_prefix(&text, prefix);
		prefix->begins_record = true;
	}
	prefix->width = (size_t)(text.at - own.at);
	prefix->text = text;
}

/* ---- escape sequences ---- */

/* How many bytes there are from i on of this range. */
static size_t count_range(const uint8_t *at, size_t len, size_t i, uint8_t first, uint8_t last)
{
	size_t n = 0;

	while (i + n < len && at[i + n] >= first && at[i + n] <= last)
		n++;
	return n;
}

/* ESC ] text, up to BEL or ESC \ (OSC): a window's title, and what systemd tells terminals. */
static size_t count_command(const uint8_t *at, size_t len)
{
	for (size_t i = 2; i < len; i++) {
		if (at[i] == BELL)
			return i + 1;
		if (at[i] == ESCAPE)
			return i + 1 < len && at[i + 1] == '\\' ? i + 2 : 0;
	}
	return 0;
}

/* ECMA-48: ESC [ parameters letter (CSI), a command, or ESC marks letter. 0: no sequence, or one that
 * does not end here. */
static size_t count_sequence(const uint8_t *at, size_t len)
{
	if (len < 2 || at[0] != ESCAPE)
		return 0;
	if (at[1] == ']')
		return count_command(at, len);
	size_t i = at[1] == '[' ? 2 + count_range(at, len, 2, 0x20, 0x3f)
				: 1 + count_range(at, len, 1, 0x20, 0x2f);

	return count_range(at, len, i, at[1] == '[' ? 0x40 : 0x30, 0x7e) ? i + 1 : 0;
}

size_t cdm_strip_escapes(uint8_t *at, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len;) {
		size_t sequence = count_sequence(at + i, len - i);

		if (!sequence)
			at[kept++] = at[i++];
		i += sequence;
	}
	return kept;
}
