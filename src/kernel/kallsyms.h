/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms.h - the kernel's own table of symbols, which stands in its memory (keys since 6.0).
 *
 * Names are strings of tokens, one byte each: kallsyms_token_index says where in
 * kallsyms_token_table a token's characters stand. A name's first character is the symbol's type. The
 * n-th entry of kallsyms_offsets belongs to the n-th name; from what it counts has changed, so that it is
 * found out by symbols whose address VMCOREINFO has (kernel/kallsyms.c, scripts/kallsyms.c, linux
 * 6.0 to 7.2). */

#ifndef CDM_KERNEL_KALLSYMS_H
#define CDM_KERNEL_KALLSYMS_H

#include "kernel/kernel.h"

/* A symbol that is sought. Of several with the name, the first counts (T93: check what it leads to). */
struct cdm_symbol {
	const char *name;
	bool found;
	uint64_t vaddr; /* if found; of a per-CPU variable its offset */
};

/* Looks for all of them, at most CDM_MAX_SYMBOLS_SOUGHT, in one walk through the table. Expected
 * failures: CDM_ERR_NO_INFO (no keys, or nothing to prove the addresses by), CDM_CORRUPT, and those of a
 * read. */
CDM_CHECKED enum cdm_status cdm_kallsyms_find(struct cdm_kernel *kernel, struct cdm_symbol *symbols,
					      unsigned n, struct cdm_error *err);

/* VMCOREINFO's word for a symbol's address, or else the table's. */
CDM_CHECKED enum cdm_status cdm_kernel_symbol(struct cdm_kernel *kernel, const char *name,
					      uint64_t *vaddr, struct cdm_error *err);

#endif
