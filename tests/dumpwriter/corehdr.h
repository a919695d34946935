/* SPDX-License-Identifier: GPL-2.0-or-later */
/* corehdr.h - the ELF header that a kernel keeps for the one that would take its dump. */

#ifndef DW_COREHDR_H
#define DW_COREHDR_H

#include "tests/dumpwriter/memory.h"
#include "tests/dumpwriter/settings.h"

/* Writes it where [kernel] elfcorehdr says, if anywhere. */
void dw_write_corehdr(const struct dw_settings *settings, struct dw_memory *memory,
		      unsigned elf_machine, uint64_t registers_paddr, uint64_t note_paddr,
		      uint64_t note_len);

#endif
