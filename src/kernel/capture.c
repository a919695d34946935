// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels not look for?
 *
 * It reads /proc/vmcore, to which the kernel itself adds the note of VMCOREINFO; other kernels in the same
 * memory are none of its business. */

#include "config.h"

#include "kernel/home.h"
#include "kernel/kallsyms.h"
#include "kernel/search.h"
#include "kernel/timekeeper.h"

enum cdm_status cdm_search(struct cdm_kernel *kernel, const struct cdm_proof *proof,
			   struct cdm_closest *closest, struct cdm_error *err)
{
	(void)kernel;
	(void)proof;
	if (!closest->is_set)
		return cdm_fail(err, CDM_ERR_NO_INFO,
				"no note of VMCOREINFO, and " CDM_BUILD
				" does not search memory for it");
	*err = closest->err;
	return closest->err.status;
}

void cdm_tell_of_doubt(struct cdm_damage *damage)
{
	(void)damage;
}

/* /proc/vmcore has the second of the crash. */
enum cdm_status cdm_timekeeper_read(struct cdm_kernel *kernel, struct cdm_timekeeper *out,
				    struct cdm_error *err)
{
	(void)kernel;
	(void)out;
	(void)err;
	return CDM_NOT_MINE;
}

/* The kernel that wrote the note has the symbols of the log in it. */
enum cdm_status cdm_kernel_symbol(struct cdm_kernel *kernel, const char *name, uint64_t *vaddr,
				  struct cdm_error *err)
{
	if (cdm_vmcoreinfo_symbol(kernel->info, name, vaddr))
		return CDM_OK;
	return cdm_fail(err, CDM_ERR_NO_INFO, "VMCOREINFO has no SYMBOL(%s)", name);
}
