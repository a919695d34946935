// SPDX-License-Identifier: GPL-2.0-or-later
/* json.c - how does dmesg --json show a log?
 *
 * Its document to the byte, indented by three blanks, except that one without records is a document
 * too (dmesg prints nothing), that bytes which are not UTF-8 become \ufffd (dmesg's JSON is not
 * valid then), and that DEL and U+0080 to U+009F are escaped (dmesg's may control a terminal). */

#include "text/style.h"

static void put_begin(struct cdm_outbuf *out)
{
	cdm_put_string(out, "{\n   \"dmesg\": [\n");
}

static void put_name_member(struct cdm_outbuf *out, const char *key, const char *name,
			    unsigned number)
{
	cdm_put_string(out, key);
	cdm_put_char(out, '"');
	if (name)
		cdm_put_string(out, name);
	else
		cdm_put_decimal(out, number, 1, ' ');
	cdm_put_string(out, "\",\n");
}

static void put_priority(struct cdm_outbuf *out, const struct cdm_record *rec, bool decode)
{
	if (decode) {
		put_name_member(out, "         \"fac\": ", cdm_facility_name(rec->facility),
				rec->facility);
		put_name_member(out, "         \"pri\": ", cdm_level_name(rec->level), rec->level);
		return;
	}
	cdm_put_string(out, "         \"pri\": ");
	cdm_put_decimal(out, cdm_priority(rec), 1, ' ');
	cdm_put_string(out, ",\n");
}

static void put_time(struct cdm_outbuf *out, uint64_t ts_ns)
{
	cdm_put_string(out, "         \"time\": ");
	cdm_put_timestamp(out, ts_ns, false);
	cdm_put_string(out, ",\n");
}

static void put_caller(struct cdm_outbuf *out, uint32_t caller)
{
	char text[CDM_MAX_CALLER_TEXT];

	cdm_put_string(out, "         \"caller\": \"");
	cdm_put_bytes(out, text, cdm_caller_text(text, caller));
	cdm_put_string(out, "\",\n");
}

static bool put_record(struct cdm_outbuf *out, const struct cdm_text_style *style,
		       const struct cdm_record *rec, struct cdm_text_state *state)
{
	if (!rec->text.len)
		return false;
	cdm_put_string(out, state->shown ? ",{\n" : "      {\n");
	if (rec->flags & CDM_RECORD_PRIORITY)
		put_priority(out, rec, style->decode);
	if (rec->flags & CDM_RECORD_TIMED)
		put_time(out, rec->ts_ns);
	if (style->caller_width && rec->flags & CDM_RECORD_CALLER)
		put_caller(out, rec->caller);
	cdm_put_string(out, "         \"msg\": ");
	cdm_put_json_string(out, rec->text);
	cdm_put_string(out, "\n      }");
	return true;
}

static void put_end(struct cdm_outbuf *out, uint64_t count)
{
	cdm_put_string(out, count ? "\n   ]\n}\n" : "   ]\n}\n");
}

const struct cdm_text_form cdm_form_json = {
	.begin = put_begin,
	.record = put_record,
	.end = put_end,
};
