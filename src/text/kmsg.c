// SPDX-License-Identifier: GPL-2.0-or-later
/* kmsg.c - how does /dev/kmsg give a record?
 *
 *     6,339,5140900,-,caller=T1;text
 *      SUBSYSTEM=acpi
 *      DEVICE=+acpi:PNP0A03:00
 *
 * Priority, sequence number, microseconds, '-' or 'c' (a piece of a line that goes on). Documented
 * in the kernel's Documentation/ABI/testing/dev-kmsg. */

#include "text/style.h"

#include "base/ascii.h"

/* The kernel escapes what is not printable ASCII, and the backslash, so that a reader can tell. */
static void put_escaped(struct cdm_outbuf *out, struct cdm_bytes text)
{
	for (size_t pos = 0; pos < text.len;) {
		struct cdm_bytes rest = { text.at + pos, text.len - pos };
		size_t run = cdm_plain_run(rest, '\\', 0);

		cdm_put_bytes(out, rest.at, run);
		pos += run;
		if (pos < text.len)
			cdm_put_hex_escape(out, text.at[pos++]);
	}
}

static void put_caller(struct cdm_outbuf *out, uint32_t caller)
{
	char text[CDM_MAX_CALLER_TEXT];

	cdm_put_string(out, ",caller=");
	cdm_put_bytes(out, text, cdm_caller_text(text, caller));
}

/* The first piece of a line that came in pieces, a later one, or a line of its own. */
static char piece_mark(const struct cdm_record *rec)
{
	if (rec->flags & CDM_RECORD_FOLLOWS)
		return '+';
	return rec->flags & CDM_RECORD_CONTINUES ? 'c' : '-';
}

static void put_header(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec)
{
	cdm_put_decimal(out, cdm_priority(rec), 1, ' ');
	cdm_put_char(out, ',');
	cdm_put_decimal(out, rec->seq, 1, ' ');
	cdm_put_char(out, ',');
	cdm_put_decimal(out, rec->ts_ns / 1000, 1, ' ');
	cdm_put_char(out, ',');
	cdm_put_char(out, piece_mark(rec));
	if (style->caller_width && rec->flags & CDM_RECORD_CALLER)
		put_caller(out, rec->caller);
	cdm_put_char(out, ';');
}

static void put_pair(struct cdm_outbuf *out, const char *key, struct cdm_bytes value)
{
	if (!value.len)
		return;
	cdm_put_string(out, key);
	put_escaped(out, value);
	cdm_put_char(out, '\n');
}

/* As /dev/kmsg of 3.5 to 5.9 has a dictionary: a line an entry (msg_print_ext_body(),
 * kernel/printk/printk.c). */
static void put_dictionary(struct cdm_outbuf *out, struct cdm_bytes dictionary)
{
	while (dictionary.len) {
		const uint8_t *nul = memchr(dictionary.at, 0, dictionary.len);
		size_t len = nul ? (size_t)(nul - dictionary.at) : dictionary.len;

		cdm_put_char(out, ' ');
		put_escaped(out, (struct cdm_bytes){ dictionary.at, len });
		cdm_put_char(out, '\n');
		len += nul != NULL;
		dictionary = (struct cdm_bytes){ dictionary.at + len, dictionary.len - len };
	}
}

static bool put_record(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state)
{
	if (style->nul_between && state->shown)
		cdm_put_char(out, '\0');
	put_header(out, style, rec);
	put_escaped(out, rec->text);
	cdm_put_char(out, '\n');
	if (rec->dictionary.len) {
		put_dictionary(out, rec->dictionary);
		return true;
	}
	put_pair(out, " SUBSYSTEM=", rec->subsystem);
	put_pair(out, " DEVICE=", rec->device);
	return true;
}

const struct cdm_text_form cdm_form_kmsg = { .record = put_record };
