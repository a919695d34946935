/* SPDX-License-Identifier: GPL-2.0-or-later */
/* color.h - which parts of a line are in colour, and in which? As terminal-colors.d(5) says; files for
 * crashdmesg come before those for dmesg. */

#ifndef CDM_CLI_COLOR_H
#define CDM_CLI_COLOR_H

#include "cli/view.h"

#define CDM_MAX_COLOR 32 /* an escape sequence */

struct cdm_palette {
	char sequences[CDM_COLORS][CDM_MAX_COLOR];
	const char *colors[CDM_COLORS]; /* as struct cdm_style wants them */
};

/* Whether lines are to be in colour, on a terminal or not; if so, fills the palette. */
bool cdm_palette_choose(struct cdm_palette *palette, enum cdm_color_when when, bool is_terminal);

#endif
