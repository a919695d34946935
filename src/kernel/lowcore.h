/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lowcore.h - what does the first page of an s390x machine's memory say of VMCOREINFO?
 *
 * A kernel leaves the address of its note in the absolute lowcore, and that of a page of facts for
 * stand-alone dump tools (os_info, whose first entry may lead to the text). Both are read without any search
 * (formats.md 2.1.1; asm/lowcore.h and asm/os_info.h of linux, 2.6.39 to 7.2). */

#ifndef CDM_KERNEL_LOWCORE_H
#define CDM_KERNEL_LOWCORE_H

#include "dump/dump.h"

#define CDM_LOWCORE_POINTERS 2

/* Where the text is that the nth pointer (from 0) leads to, and its length. False: that one leads to
 * none. */
bool cdm_lowcore_text(struct cdm_dump *dump, unsigned nth, uint64_t *paddr, uint32_t *len);

#endif
