// SPDX-License-Identifier: GPL-2.0-or-later
/* lowcore.c - what stands in the first page of an s390x machine's memory? */

#include "tests/dumpwriter/lowcore.h"

#define NOTE_AT 0xe0c
#define OS_INFO_AT 0xe18
#define OS_INFO_PAGE 0x4000 /* anywhere where nothing else is */
#define NOTE_HEADER 24

void dw_write_lowcore(const struct dw_settings *settings, struct dw_memory *memory,
		      uint64_t note_paddr, uint64_t note_len)
{
	static const char *const choices[] = { "none", "note", "os_info", NULL };

	switch (dw_get_choice(settings, "kernel", "lowcore", choices)) {
	case 1:
		dw_memory_write_number(memory, NOTE_AT, 8, note_paddr);
		break;
	case 2:
		dw_memory_write_number(memory, OS_INFO_AT, 8, OS_INFO_PAGE);
		dw_memory_write(memory, OS_INFO_PAGE, "OSINFOSZ", 8);
		dw_memory_write_number(memory, OS_INFO_PAGE + 12, 2, 1); /* version */
		dw_memory_write_number(memory, OS_INFO_PAGE + 14, 2, 1);
		dw_memory_write_number(memory, OS_INFO_PAGE + 32, 8, note_paddr + NOTE_HEADER);
		dw_memory_write_number(memory, OS_INFO_PAGE + 40, 8, note_len - NOTE_HEADER);
		break;
	}
}
