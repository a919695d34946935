// SPDX-License-Identifier: GPL-2.0-or-later
/* terminal.c - is it a person who reads? */

#include "cli/terminal.h"

#include "cli/pager.h"

#include <locale.h>
#include <unistd.h>

void cdm_terminal_begin(struct cdm_terminal *terminal, struct cdm_options *options)
{
	const struct cdm_view *view = &options->view;
	bool is_terminal =
		!options->output_name && !options->output_folder && isatty(STDOUT_FILENO);
	enum cdm_color_when when = view->color;

	terminal->pager = 0;
	if (options->action != CDM_ACTION_LOG || options->style.form != CDM_FORM_DMESG)
		return;
	setlocale(LC_CTYPE, "");
	if (options->style.raw)
		return;
	if (view->is_human && when == CDM_COLOR_UNASKED)
		when = CDM_COLOR_AUTO;
	if (cdm_palette_choose(&terminal->palette, when, is_terminal))
		options->style.colors = terminal->palette.colors;
	if (view->is_human && view->has_pager && is_terminal)
		terminal->pager = cdm_pager_start();
}

void cdm_terminal_end(struct cdm_terminal *terminal)
{
	if (terminal->pager)
		cdm_pager_wait(terminal->pager);
}
