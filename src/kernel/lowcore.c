// SPDX-License-Identifier: GPL-2.0-or-later
/* lowcore.c - where do pointers at fixed addresses lead to? */

#include "kernel/lowcore.h"

#include "kernel/corehdr.h"

#define NOTE_POINTER 0xe0c
#define OS_INFO_POINTER 0xe18

/* struct os_info: a magic number, a checksum and versions, the memory of a capture kernel, and entries
 * of an address, a size and a checksum. */
#define OS_INFO_MAGIC UINT64_C(0x4f53494e464f535a) /* "OSINFOSZ" */
#define FIRST_ENTRY 32

#define EM_S390 22

static const struct cdm_layout layout = { .big_endian = true, .word = 8 };

static bool find_note(struct cdm_dump *dump, uint64_t note, uint64_t *paddr, uint32_t *len)
{
	uint8_t raw[CDM_NOTE_TEXT];

	*paddr = note + CDM_NOTE_TEXT;
	return cdm_dump_reads(dump, note, raw, sizeof(raw)) &&
	       cdm_is_vmcoreinfo_note((struct cdm_bytes){ raw, sizeof(raw) }, len);
}

static bool find_entry(struct cdm_dump *dump, uint64_t os_info, uint64_t *paddr, uint32_t *len)
{
	uint8_t raw[FIRST_ENTRY + 16];

	if (!cdm_dump_reads(dump, os_info, raw, sizeof(raw)) ||
	    cdm_load_u64(raw, layout) != OS_INFO_MAGIC)
		return false;
	uint64_t size = cdm_load_u64(raw + FIRST_ENTRY + 8, layout);

	*paddr = cdm_load_u64(raw + FIRST_ENTRY, layout);
	*len = (uint32_t)size;
	return size > 0 && size <= CDM_MAX_VMCOREINFO;
}

bool cdm_lowcore_text(struct cdm_dump *dump, unsigned nth, uint64_t *paddr, uint32_t *len)
{
	uint8_t raw[8];

	if ((dump->elf_machine && dump->elf_machine != EM_S390) ||
	    !cdm_dump_reads(dump, nth == 0 ? NOTE_POINTER : OS_INFO_POINTER, raw, sizeof(raw)))
		return false;
	uint64_t pointer = cdm_load_u64(raw, layout);

	return nth == 0 ? find_note(dump, pointer, paddr, len)
			: find_entry(dump, pointer, paddr, len);
}
