/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_header.h - the headers of a kdump-compressed file, whatever machine wrote it. Drawn in
 * kdump.md. */

#ifndef CDM_FORMATS_KDUMP_HEADER_H
#define CDM_FORMATS_KDUMP_HEADER_H

#include "dump/dump.h"

struct cdm_kdump_header {
	struct cdm_layout layout;
	uint32_t version; /* 0..6 */
	uint32_t block_size;
	uint32_t status; /* what the writer intended; pages say for themselves */
	uint64_t sub_header_at;
	uint64_t bitmap1_at, bitmap2_at; /* equal where there is only one */
	uint64_t descriptors_at;
	uint64_t end_pfn; /* in blocks; bits of the bitmaps from there on mean nothing */

	/* From the sub header; 0 where the version has no such field. */
	uint64_t phys_base;
	bool is_from_arm; /* the kernel's name says that it is of 32-bit ARM */
	int dump_level;   /* -1: not recorded */
	bool is_split;
	uint64_t split_start, split_end; /* this file's page frames, if is_split */
	uint64_t set_id;                 /* the same in all files of a split set */
	uint64_t vmcoreinfo_at, vmcoreinfo_size;
	uint64_t notes_at, notes_size;
	int64_t crash_time;
};

/* The signature, nothing else. */
bool cdm_kdump_probe(struct cdm_bytes head);

/* Finds out word size and byte order, reads both headers, and checks every place and size.
 * CDM_CORRUPT with the layout that came closest if none fits. */
CDM_CHECKED enum cdm_status cdm_kdump_read_header(struct cdm_source *source, struct cdm_bytes head,
						  struct cdm_kdump_header *header,
						  struct cdm_error *err);

#endif
