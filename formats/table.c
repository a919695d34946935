// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which formats are there, in probing order? */

#include "config.h"

#include "dump/format.h"

const struct cdm_format *const cdm_format_table[] = {
#ifndef CDM_CAPTURE
	&cdm_format_xen,
#endif
	&cdm_format_elf,
#ifdef CDM_HAS_KDUMP
	&cdm_format_kdump,
#endif
#ifndef CDM_CAPTURE
	&cdm_format_lime,
	&cdm_format_avml,
	&cdm_format_s390,
	&cdm_format_vmware,
	&cdm_format_foreign,
#else
	&cdm_format_left_out,
#endif
	NULL,
};

const struct cdm_format *const cdm_headerless_table[] = {
#ifndef CDM_CAPTURE
	&cdm_format_vmem,
	&cdm_format_raw,
#endif
	NULL,
};
