// SPDX-License-Identifier: GPL-2.0-or-later
/* options_base.c - where does the user say that a raw image of memory begins? */

#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096 /* the smallest of any machine */

/* An address: decimal, or hexadecimal behind 0x; of a page. */
bool cdm_options_base(struct cdm_options *options, const char *value, struct cdm_error *err)
{
	char *end;
	bool is_hex = value[0] == '0' && (value[1] == 'x' || value[1] == 'X');
	size_t digits =
		strspn(value + 2 * is_hex, is_hex ? "0123456789abcdefABCDEF" : "0123456789");

	errno = 0;
	options->has_base = true;
	options->base = strtoull(value, &end, is_hex ? 16 : 10);
	if (digits && !*end && !errno && options->base % PAGE == 0)
		return true;
	return cdm_options_refuse(err, "base", value, "the address of a page, as 0x80000000");
}
