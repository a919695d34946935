/* SPDX-License-Identifier: GPL-2.0-or-later */
/* registers.h - where was each processor when the dump was taken, and by which page tables?
 *
 * NT_PRSTATUS notes have the registers of a processor, whoever wrote the dump; QEMU adds a note of its own
 * that has an x86 processor's control registers (formats.md 1.1.6). */

#ifndef CDM_DUMP_REGISTERS_H
#define CDM_DUMP_REGISTERS_H

#include "dump/dump.h"

struct cdm_registers {
	unsigned n_pcs;
	uint64_t pcs[CDM_MAX_CPUS]; /* program counters: virtual addresses */
	unsigned n_roots;
	uint64_t roots[CDM_MAX_CPUS]; /* physical addresses of the topmost page tables */
};

/* Those of the first processors; none for machines whose notes are not known. The machine (EM_*) and
 * its byte order are the kernel's, since not every container knows them. */
void cdm_registers_read(struct cdm_dump *dump, uint16_t elf_machine, struct cdm_layout layout,
			struct cdm_registers *registers);

#endif
