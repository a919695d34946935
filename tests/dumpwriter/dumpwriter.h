/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dumpwriter.h - writes the dump that a case file describes. docs/TESTING.md has the grammar.
 *
 * It shares no code with the readers: both are written from the pages in formats/ alone. */

#ifndef DW_DUMPWRITER_H
#define DW_DUMPWRITER_H

#include "tests/dumpwriter/settings.h"

/* NULL, or why this build cannot write the dump: the name of a codec that is not built in. */
const char *dw_missing_codec(struct dw_arena *arena, const struct dw_script *script,
			     const struct dw_settings *settings);

/* Writes the file. A mistake in the description ends the program with a message. */
void dw_write_dump(struct dw_arena *arena, const struct dw_settings *settings, const char *path);

#endif
