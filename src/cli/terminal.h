/* SPDX-License-Identifier: GPL-2.0-or-later */
/* terminal.h - which characters can be printed, colours and a pager, for whoever reads a log. */

#ifndef CDM_CLI_TERMINAL_H
#define CDM_CLI_TERMINAL_H

#include "cli/color.h"
#include "cli/options.h"

#include <sys/types.h>

struct cdm_terminal {
	struct cdm_palette palette;
	pid_t pager; /* 0: none */
};

/* Sets the locale by which characters are printed, and options->style.colors, which points into *terminal; starts the pager. */
void cdm_terminal_begin(struct cdm_terminal *terminal, struct cdm_options *options);
void cdm_terminal_end(struct cdm_terminal *terminal);

#endif
