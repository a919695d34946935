// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels show of a record's dress? Nothing. */

#include "text/style.h"

void cdm_put_dressed(struct cdm_outbuf *out, const struct cdm_text_style *style,
		     const struct cdm_record *rec, struct cdm_text_state *state)
{
	(void)state;
	cdm_put_escaped(out, rec->text, 0, style->no_escape);
	cdm_put_char(out, '\n');
}
