/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notes.h - ELF notes: where is VMCOREINFO among registers, hypervisors' and drivers' notes? */

#ifndef CDM_DUMP_NOTES_H
#define CDM_DUMP_NOTES_H

#include "dump/dump.h"

/* Streams the headers of the notes in [off, off+len) of the dump's source and keeps each
 * VMCOREINFO (never VMCOREINFO_XEN) as a description. Skips padding and what it does not know, of
 * any size. Notes that the file does not hold whole end the walk without an error: what a cut file
 * lacks, its reader will say. */
CDM_CHECKED enum cdm_status cdm_notes_scan(struct cdm_dump *dump, uint64_t off, uint64_t len,
					   struct cdm_error *err);

#define CDM_NOTE_NAME 16 /* bytes of a name that are kept: "VMCOREINFO_XEN" and its NUL fit */

struct cdm_note {
	uint32_t name_size, desc_size, type;
	uint64_t desc_at; /* offset in the dump's source */
	char name[CDM_NOTE_NAME + 1];
};

/* Shows every note of the dump (not of other files of a split set), as far as they can be walked. */
void cdm_notes_visit(struct cdm_dump *dump,
		     void (*visit)(void *context, const struct cdm_note *note), void *context);

#endif
