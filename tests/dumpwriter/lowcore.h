/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lowcore.h - what an s390x kernel leaves at fixed addresses for tools that take a dump. */

#ifndef DW_LOWCORE_H
#define DW_LOWCORE_H

#include "tests/dumpwriter/memory.h"
#include "tests/dumpwriter/settings.h"

/* Writes what [kernel] lowcore says: `note`, the address of the note; `os_info`, that of a page with the
 * address and the length of the text; `none`. */
void dw_write_lowcore(const struct dw_settings *settings, struct dw_memory *memory,
		      uint64_t note_paddr, uint64_t note_len);

#endif
