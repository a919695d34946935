// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels say to what it leaves out? */

#include "config.h"

#include "cli/info.h"
#include "cli/run_many.h"

static enum cdm_status refuse(struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_LIMIT,
			CDM_BUILD " searches no folders, and has no --summary, --jobs, "
				  "--output-dir, --timeout and --max-memory");
}

bool cdm_options_work(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err)
{
	(void)options;
	(void)option;
	(void)value;
	refuse(err);
	return false;
}

enum cdm_status cdm_run_many(const struct cdm_options *options, struct cdm_output *output,
			     enum cdm_exit *answer, struct cdm_error *err)
{
	(void)options;
	(void)output;
	(void)answer;
	return refuse(err);
}

/* Never asked for: --summary is refused. */
size_t cdm_info_as_summary(void *facts, char *buf, size_t room)
{
	(void)facts;
	(void)buf;
	(void)room;
	return 0;
}

size_t cdm_info_as_summary_heading(void *unused, char *buf, size_t room)
{
	return cdm_info_as_summary(unused, buf, room);
}
