// SPDX-License-Identifier: GPL-2.0-or-later
/* priority.c - what are levels and facilities called? */

#include "base/priority.h"

#include <strings.h>

static const char level_names[CDM_LEVELS][7] = { "emerg", "alert",  "crit", "err",
						 "warn",  "notice", "info", "debug" };

/* 12 to 15 have no name in syslog(3); dmesg has called them res0 to res3 since util-linux 2.40. */
static const char facility_names[CDM_FACILITIES][9] = {
	"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
	"uucp",   "cron",   "authpriv", "ftp",    "res0",   "res1",   "res2",   "res3",
	"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

const char *cdm_level_name(unsigned level)
{
	return level < CDM_LEVELS ? level_names[level] : NULL;
}

const char *cdm_facility_name(unsigned facility)
{
	return facility < CDM_FACILITIES ? facility_names[facility] : NULL;
}

static bool is_name(const char *name, struct cdm_bytes text)
{
	return strlen(name) == text.len && !strncasecmp(name, (const char *)text.at, text.len);
}

bool cdm_level_of_name(struct cdm_bytes name, unsigned *number)
{
	for (unsigned i = 0; i < CDM_LEVELS; i++) {
		if (is_name(level_names[i], name)) {
			*number = i;
			return true;
		}
	}
	return false;
}

bool cdm_facility_of_name(struct cdm_bytes name, unsigned *number)
{
	for (unsigned i = 0; i < CDM_FACILITIES; i++) {
		if (is_name(facility_names[i], name)) {
			*number = i;
			return true;
		}
	}
	return false;
}
