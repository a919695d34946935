/* SPDX-License-Identifier: GPL-2.0-or-later */
/* corehdr.h - what has a kernel left for the one that would take its dump?
 *
 * `kexec -p` puts an ELF header into the memory that is reserved for a capture kernel, which finds it by
 * elfcorehdr=. Offsets in it are physical addresses: its PT_NOTEs lead to the registers of each processor
 * and to the note of VMCOREINFO, its PT_LOADs are all memory of the kernel that is not reserved
 * (kexec-tools, and kexec_file_load() of linux). It stands where a page begins. A core file in the page
 * cache is told from it by its offsets. */

#ifndef CDM_KERNEL_COREHDR_H
#define CDM_KERNEL_COREHDR_H

#include "dump/dump.h"

#define CDM_NOTE_TEXT 24 /* of VMCOREINFO: the header, and the name padded to 4 bytes */

/* Does VMCOREINFO's note begin with these bytes, in either byte order? *desc_size is what its header
 * says. */
bool cdm_is_vmcoreinfo_note(struct cdm_bytes at, uint32_t *desc_size);

/* Do these bytes look like such a header? Most pages that do are none. */
bool cdm_is_corehdr(struct cdm_bytes page);

/* Where is the note of VMCOREINFO that a header at paddr, whose first bytes `page` has, leads to?
 * False: it is no such header, or leads to none. */
bool cdm_corehdr_note(struct cdm_dump *dump, struct cdm_bytes page, uint64_t paddr,
		      uint64_t *note_paddr, uint32_t *desc_size);

/* Is an address in memory that the header at corehdr leaves out, as it does that where itself stands?
 * False where it cannot be told. */
bool cdm_corehdr_leaves_out(struct cdm_dump *dump, uint64_t corehdr, uint64_t paddr);

#endif
