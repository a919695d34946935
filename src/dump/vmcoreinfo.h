/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmcoreinfo.h - VMCOREINFO text: KEY=value lines to typed, checked look-ups.
 *
 * Keys have no meaning here; unknown ones are kept. The text is a guess until the log proves it:
 * it may be cut, hold NULs where a page was missing, or have two lines glued together
 * (formats.md 2.0.1, T18 to T22). */

#ifndef CDM_DUMP_VMCOREINFO_H
#define CDM_DUMP_VMCOREINFO_H

#include "base/bytes.h"
#include "base/error.h"

struct cdm_vmcoreinfo;

/* Indexes the lines of text, which is borrowed and must outlive *out. */
CDM_CHECKED enum cdm_status cdm_vmcoreinfo_new(struct cdm_bytes text, struct cdm_vmcoreinfo **out,
					       struct cdm_error *err);
void cdm_vmcoreinfo_free(struct cdm_vmcoreinfo *info); /* NULL is fine */

struct cdm_bytes cdm_vmcoreinfo_whole(const struct cdm_vmcoreinfo *info); /* the text; borrowed */
unsigned cdm_vmcoreinfo_lines(const struct cdm_vmcoreinfo *info);

/* The value of a key as it is written in full: "OSRELEASE", "CONFIG_X86_PAE". Of duplicates the
 * first. False, and *value untouched: there is none. */
bool cdm_vmcoreinfo_text(const struct cdm_vmcoreinfo *info, const char *key,
			 struct cdm_bytes *value);

/* SYMBOL(name): hexadecimal without 0x. A run-time address: KERNELOFFSET is in it already. */
bool cdm_vmcoreinfo_symbol(const struct cdm_vmcoreinfo *info, const char *name, uint64_t *vaddr);

/* NUMBER(name), also negative: hexadecimal behind 0x, else decimal. */
bool cdm_vmcoreinfo_number(const struct cdm_vmcoreinfo *info, const char *name, uint64_t *value);

/* A whole key with an unsigned decimal value: "SIZE(list_head)", "OFFSET(printk_info.seq)",
 * "PAGESIZE", "CRASHTIME". */
bool cdm_vmcoreinfo_decimal(const struct cdm_vmcoreinfo *info, const char *key, uint64_t *value);

/* A whole key with a hexadecimal value without 0x: "KERNELOFFSET", "IDENTITYBASE". */
bool cdm_vmcoreinfo_hex(const struct cdm_vmcoreinfo *info, const char *key, uint64_t *value);

#endif
