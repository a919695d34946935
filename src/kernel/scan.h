/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scan.h - where in memory does a kernel describe itself?
 *
 * A kernel keeps the text of VMCOREINFO in a page of its own, and in another one behind the header
 * of an ELF note (since 4.13; before, in two arrays among its variables). Both begin with OSRELEASE. A header for the capture kernel
 * leads to the note, wherever that is (corehdr.h). What is found is a
 * candidate like a note in the file: search.c puts it to the proof. */

#ifndef CDM_KERNEL_SCAN_H
#define CDM_KERNEL_SCAN_H

#include "dump/pieces.h"

enum cdm_scan_places {
	CDM_SCAN_PAGES, /* where pages begin; costs a few instructions a page */
	CDM_SCAN_WORDS, /* at multiples of 4 where no page begins: texts may go on in the next page */
};

/* Where words begin like a description: noted while pages are searched, so that memory is read once. */
struct cdm_scan_words {
	uint64_t paddrs[CDM_MAX_SCAN_WORDS];
	unsigned n;
	bool is_all; /* of all memory: there were not too many, and the pages were searched to the end */
};

struct cdm_find {
	uint64_t paddr;        /* of the text */
	struct cdm_bytes text; /* without trailing NULs; valid until the next call */
	bool is_note;          /* a note's header, of either byte order, stands before it */
	uint64_t corehdr;      /* the ELF header that has led to it (corehdr.h); 0: none */
};

struct cdm_scan {
	struct cdm_pieces pieces;
	enum cdm_scan_places places;
	struct cdm_bytes piece; /* that is being searched */
	uint64_t paddr;         /* ... and where it begins */
	size_t pos;             /* ... and how far it is searched */
	unsigned n_corehdrs;    /* that were followed */
	struct cdm_scan_words
		*words;        /* borrowed; of pages: filled; of words: looked at if it has all */
	unsigned n_words_seen; /* of these */
	uint8_t *text;         /* of the last find; owned */
};

CDM_CHECKED enum cdm_status cdm_scan_begin(struct cdm_scan *scan, struct cdm_dump *dump,
					   enum cdm_scan_places places,
					   struct cdm_scan_words *words, struct cdm_error *err);

/* The next text that looks like a description, in rising order. CDM_END: there is no more. Other
 * failures: memory, and the dump's own index. */
CDM_CHECKED enum cdm_status cdm_scan_next(struct cdm_scan *scan, struct cdm_find *find,
					  struct cdm_error *err);

/* The text that the nth pointer at a fixed address (lowcore.h) leads to. CDM_NOT_MINE: to none; CDM_END:
 * there are no more. */
CDM_CHECKED enum cdm_status cdm_scan_pointer(struct cdm_scan *scan, unsigned nth,
					     struct cdm_find *find, struct cdm_error *err);

void cdm_scan_end(struct cdm_scan *scan);

#endif
