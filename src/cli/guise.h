/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guise.h - the command in the place of vmcore-dmesg(8) or makedumpfile(8), as scripts call them.
 *
 * Under the name vmcore-dmesg: one dump, its log to standard output; status 0 only for a whole log.
 * Under the name makedumpfile, or with --dump-dmesg as the first argument:
 *
 *     [-F] [-f] [--message-level N] [-x FILE] [-i FILE] --dump-dmesg VMCORE [LOGFILE] */

#ifndef CDM_CLI_GUISE_H
#define CDM_CLI_GUISE_H

#include "cli/options.h"

enum cdm_guise cdm_guise_of(char *const *argv);

/* As cdm_options_parse(). */
bool cdm_guise_parse(struct cdm_options *options, enum cdm_guise guise, char **argv,
		     struct cdm_error *err);

/* Instead of an exit status of ours, what the other program's callers expect; says what it would
 * have said. */
int cdm_guise_end(const struct cdm_options *options, int status);

/* Prints what makedumpfile's debug messages say of the dump, for scripts that look for it. */
void cdm_guise_tell(const struct cdm_options *options, const struct cdm_info *info);

#endif
