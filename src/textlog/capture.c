// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels say to a text? */

#include "config.h"

#include "textlog/textlog.h"

#include <sys/stat.h>

static enum cdm_status refuse(struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_UNSUPPORTED,
			CDM_BUILD " reads no logs that were kept as text");
}

enum cdm_status cdm_textlog_open(struct cdm_source *source, enum cdm_textlog_form form,
				 struct cdm_textlog **out, struct cdm_error *err)
{
	(void)form;
	(void)out;
	cdm_source_close(source);
	return refuse(err);
}

enum cdm_status cdm_textlog_open_folder(const char *folder, struct cdm_textlog **out,
					struct cdm_error *err)
{
	struct stat there;

	(void)out;
	return stat(folder, &there) || !S_ISDIR(there.st_mode) ? CDM_NOT_MINE : refuse(err);
}

/* No text is ever open. */
enum cdm_status cdm_textlog_next(struct cdm_textlog *log, struct cdm_record *rec,
				 struct cdm_error *err)
{
	(void)log;
	(void)rec;
	(void)err;
	return CDM_END;
}

void cdm_textlog_rewind(struct cdm_textlog *log)
{
	(void)log;
}

const struct cdm_damage *cdm_textlog_damage(const struct cdm_textlog *log)
{
	static const struct cdm_damage none;

	(void)log;
	return &none;
}

uint64_t cdm_textlog_lost(const struct cdm_textlog *log)
{
	(void)log;
	return 0;
}

bool cdm_textlog_boot(const struct cdm_textlog *log, int64_t *boot_us, uint64_t *spread_us)
{
	(void)log;
	(void)boot_us;
	(void)spread_us;
	return false;
}

struct cdm_source *cdm_textlog_source(const struct cdm_textlog *log)
{
	(void)log;
	return NULL;
}

void cdm_textlog_close(struct cdm_textlog *log)
{
	(void)log;
}
