/* SPDX-License-Identifier: GPL-2.0-or-later */
/* xen_index.h - the list of page frames in a Xen core: which of its pages is a frame's?
 *
 * The list has an entry a page, in any order, and is read through a small window; of groups of
 * entries the lowest and highest numbers stay in memory. */

#ifndef CDM_FORMATS_XEN_INDEX_H
#define CDM_FORMATS_XEN_INDEX_H

#include "base/limits.h"
#include "dump/dump.h"

struct cdm_xen_list {
	struct cdm_dump *dump; /* borrowed; told what cannot be read */
	struct cdm_layout layout;
	uint64_t at;      /* in the file */
	uint64_t n;       /* entries */
	bool has_machine; /* an entry is the guest's frame and the machine's, else the guest's */
};

/* Which number of an entry is looked for. */
enum cdm_xen_key { CDM_XEN_GUEST, CDM_XEN_MACHINE };

struct cdm_xen_entry {
	uint64_t number[2]; /* by enum cdm_xen_key; all ones: no page */
};

struct cdm_xen_index;

/* Reads the list once. One that the file does not hold whole is taken as far as it goes. */
CDM_CHECKED enum cdm_status cdm_xen_index_new(const struct cdm_xen_list *list,
					      struct cdm_xen_index **out, struct cdm_error *err);
void cdm_xen_index_free(struct cdm_xen_index *index); /* NULL is fine */

/* The entry that has the number, and its place in the list. CDM_NOT_MINE, without a text: none. */
CDM_CHECKED enum cdm_status cdm_xen_index_find(struct cdm_xen_index *index, enum cdm_xen_key key,
					       uint64_t number, struct cdm_xen_entry *entry,
					       uint64_t *place, struct cdm_error *err);

/* How many entries from `place`, which was found last, on are of frames that follow one another: at
 * least 1, at most `most`, and not all that there are. */
uint64_t cdm_xen_index_run(const struct cdm_xen_index *index, uint64_t place, uint64_t most);

/* The lowest frame of the guest at or above `from`. CDM_END: there is none. */
CDM_CHECKED enum cdm_status cdm_xen_index_next(struct cdm_xen_index *index, uint64_t from,
					       uint64_t *pfn, struct cdm_error *err);

#endif
