// SPDX-License-Identifier: GPL-2.0-or-later
/* summary.c - many dumps, a line each. */

#include "base/outbuf.h"
#include "cli/crash.h"

#include <string.h>

/* Later columns are only added at the end. */
static const char heading[] =
	"file\trelease\tcrash_time\trecords\tstatus\tkind\treason\tsymbol\tcomm\ttaint\n";

size_t cdm_info_as_summary_heading(void *unused, char *buf, size_t room)
{
	struct cdm_outbuf out = { .at = buf, .room = room };

	(void)unused;
	cdm_put_string(&out, heading);
	return out.needed;
}

static void put_text(struct cdm_outbuf *out, const char *text)
{
	if (!text || !*text)
		text = "-";
	cdm_put_visible(out, (struct cdm_bytes){ (const uint8_t *)text, strlen(text) });
	cdm_put_char(out, '\t');
}

static void put_number(struct cdm_outbuf *out, bool is_known, uint64_t n)
{
	if (is_known)
		cdm_put_decimal(out, n, 1, ' ');
	else
		cdm_put_char(out, '-');
	cdm_put_char(out, '\t');
}

size_t cdm_info_as_summary(void *priv, char *buf, size_t room)
{
	const struct cdm_facts *facts = priv;
	const struct cdm_info *info = &facts->info;
	struct cdm_outbuf out = { .at = buf, .room = room };

	put_text(&out, facts->file);
	put_text(&out, info->release);
	put_number(&out, info->crash_time > 0, (uint64_t)info->crash_time);
	put_number(&out, facts->has_log, info->records);
	cdm_put_decimal(&out, facts->status, 1, ' ');
	cdm_crash_put_columns(&out, facts);
	cdm_put_char(&out, '\n');
	return out.needed;
}
