// SPDX-License-Identifier: GPL-2.0-or-later
/* join.c - which pieces make one line? */

#include "printk/join.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum cdm_status cdm_joiner_take(struct cdm_joiner *joiner, struct cdm_record *rec)
{
	joiner->has_waiting = false;
	*rec = joiner->waiting;
	return CDM_OK;
}

static bool append(struct cdm_joiner *joiner, struct cdm_record *line, struct cdm_bytes text)
{
	if (text.len > CDM_MAX_TEXT - line->text.len)
		return false;
	memcpy(joiner->text + line->text.len, text.at, text.len);
	line->text.len += text.len;
	return true;
}

static enum cdm_status copy_first(struct cdm_joiner *joiner, struct cdm_record *line,
				  struct cdm_error *err)
{
	struct cdm_bytes text = line->text;

	if (!joiner->text)
		joiner->text = malloc(CDM_MAX_TEXT);
	if (!joiner->text)
		return cdm_fail_memory(err, "a line in pieces");
	line->text = (struct cdm_bytes){ joiner->text, 0 };
	append(joiner, line, text);
	/* What it names lies where the next piece is read to. */
	line->subsystem.len = line->device.len = line->dictionary.len = 0;
	return CDM_OK;
}

enum cdm_status cdm_join_rest(struct cdm_joiner *joiner, const struct cdm_pieces *pieces,
			      struct cdm_record *rec, struct cdm_error *err)
{
	enum cdm_status st = copy_first(joiner, rec, err);

	if (st)
		return st;
	for (bool is_open = true; is_open;) {
		struct cdm_record piece;

		st = pieces->next(pieces->priv, &piece, err);
		if (st)
			return st == CDM_END ? CDM_OK : st;
		if (!(piece.flags & CDM_RECORD_FOLLOWS) || !append(joiner, rec, piece.text)) {
			joiner->waiting = piece;
			joiner->has_waiting = true;
			break;
		}
		is_open = piece.flags & CDM_RECORD_OPEN;
	}
	return CDM_OK;
}

void cdm_join_end(struct cdm_joiner *joiner)
{
	free(joiner->text);
	joiner->text = NULL;
}
