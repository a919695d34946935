/* SPDX-License-Identifier: GPL-2.0-or-later */
/* s390_entry.h - a megabyte of an extended s390 dump that is one zlib stream, unpacked a piece at a
 * time.
 *
 * What is read further on in the same entry goes on where the last piece ended; what lies before it
 * is unpacked from the start again. */

#ifndef CDM_FORMATS_S390_ENTRY_H
#define CDM_FORMATS_S390_ENTRY_H

#include "dump/dump.h"

/* Where an entry is stored, and how much memory it is. */
struct cdm_s390_place {
	uint64_t at, end_at; /* in the file; it ends at end_at at the latest */
	uint32_t len;        /* unpacked */
	bool is_plain;       /* not compressed */
};

struct cdm_s390_entry; /* the entry that was read last */

CDM_CHECKED enum cdm_status cdm_s390_entry_new(struct cdm_s390_entry **out, struct cdm_error *err);
void cdm_s390_entry_free(struct cdm_s390_entry *entry); /* NULL is fine */

/* len bytes from `off` on, which are in the entry. *got counts the leading good ones. */
CDM_CHECKED enum cdm_status cdm_s390_entry_read(struct cdm_s390_entry *entry, struct cdm_dump *dump,
						const struct cdm_s390_place *place, uint32_t off,
						uint8_t *buf, size_t len, size_t *got,
						struct cdm_error *err);

#endif
