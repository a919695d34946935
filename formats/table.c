// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which formats are there, in probing order? */

#include "dump/format.h"

const struct cdm_format *const cdm_format_table[] = {
	&cdm_format_elf,
	&cdm_format_kdump,
	&cdm_format_foreign,
	NULL,
};
