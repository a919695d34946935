/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection.h - what the options ask for of records and times, settled for one dump. */

#ifndef CDM_CLI_SELECTION_H
#define CDM_CLI_SELECTION_H

#include "cli/options.h"

struct cdm_selection;

/* Finds out what of the dump's clock has to be known, tells where it cannot be, and sets the style's
 * times accordingly. *out is NULL where every record is shown, else the caller's. The reader has
 * handed out no record yet, nor has it afterwards. */
CDM_CHECKED enum cdm_status cdm_selection_new(const struct cdm_options *options,
					      struct cdm_reader *reader, const char *file,
					      struct cdm_style *style, struct cdm_selection **out,
					      struct cdm_error *err);

/* Is the record, which is the next one, to be shown? */
bool cdm_selection_has(struct cdm_selection *selection, const struct cdm_log_record *record);

/* Records were left out that may be asked for: memory ran out. */
bool cdm_selection_is_out_of_memory(const struct cdm_selection *selection);
void cdm_selection_free(struct cdm_selection *selection); /* NULL is fine */

#endif
