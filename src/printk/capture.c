// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels say to what it leaves out? */

#include "config.h"

#include "printk/carve.h"
#include "printk/early.h"
#include "printk/safe_buffers.h"

enum cdm_status cdm_carve_find(struct cdm_dump *dump, struct cdm_damage *damage,
			       struct cdm_kernel **kernel, struct cdm_carved *found,
			       struct cdm_error *err)
{
	(void)dump;
	(void)damage;
	(void)kernel;
	(void)found;
	return cdm_fail(err, CDM_ERR_UNSUPPORTED,
			CDM_BUILD " does not look for records in memory by their shape");
}

enum cdm_status cdm_carve_open(struct cdm_kernel *kernel, const struct cdm_carved *found,
			       struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	(void)kernel;
	(void)found;
	(void)damage;
	(void)priv;
	return cdm_fail(err, CDM_ERR_UNSUPPORTED, "nothing was found");
}

enum cdm_status cdm_safe_buffers_find(struct cdm_safe_buffers *buffers, struct cdm_kernel *kernel,
				      struct cdm_error *err)
{
	(void)buffers;
	(void)kernel;
	return cdm_fail(err, CDM_ERR_UNSUPPORTED, CDM_BUILD " does not look for safe buffers");
}

enum cdm_status cdm_safe_buffers_next(struct cdm_safe_buffers *buffers, struct cdm_record *rec)
{
	(void)buffers;
	(void)rec;
	return CDM_END;
}

/* Nothing is told apart: memory is not searched. */
void cdm_heed_early_record(const struct cdm_record *rec, struct cdm_evidence *evidence)
{
	(void)rec;
	(void)evidence;
}
