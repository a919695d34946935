/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmware_state.h - what a VMware state file (.vmss, .vmsn) says about the guest's memory. */

#ifndef CDM_FORMATS_VMWARE_STATE_H
#define CDM_FORMATS_VMWARE_STATE_H

#include "formats/runs.h"

struct cdm_vmware_state {
	struct cdm_runs regions; /* `at` counts from the start of the memory's bytes */
	bool has_memory;         /* the bytes are in the state file itself: */
	uint64_t memory_at, memory_size;
};

/* Does a file begin like a state file whose tags are read here? */
bool cdm_vmware_is_state(struct cdm_bytes head);

/* Walks the tags of group `memory`. */
CDM_CHECKED enum cdm_status cdm_vmware_state_read(struct cdm_source *source,
						  struct cdm_vmware_state *state,
						  struct cdm_error *err);

#endif
