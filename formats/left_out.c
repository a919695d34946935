// SPDX-License-Identifier: GPL-2.0-or-later
/* left_out.c - what does a build for capture kernels say of formats that it leaves out? */

#include "config.h"

#include "dump/format.h"

static bool probe(struct cdm_bytes head)
{
	return head.len > 0;
}

static enum cdm_status refuse(struct cdm_dump *dump, struct cdm_error *err)
{
	(void)dump;
	return cdm_fail(err, CDM_NOT_MINE, CDM_BUILD " does not read such a file");
}

const struct cdm_format cdm_format_left_out = {
	.name = "unread",
	.title = "left out of this build",
	.probe = probe,
	.open = refuse,
};
