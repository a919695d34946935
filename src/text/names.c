// SPDX-License-Identifier: GPL-2.0-or-later
/* names.c - what are levels and facilities called? */

#include "text/style.h"

const char *cdm_level_name(unsigned level)
{
	static const char names[][7] = { "emerg", "alert",  "crit", "err",
					 "warn",  "notice", "info", "debug" };

	return level < sizeof(names) / sizeof(names[0]) ? names[level] : NULL;
}

/* 12 to 15 have no name in syslog(3); dmesg has called them res0 to res3 since util-linux 2.40. */
const char *cdm_facility_name(unsigned facility)
{
	static const char names[][9] = {
		"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
		"uucp",   "cron",   "authpriv", "ftp",    "res0",   "res1",   "res2",   "res3",
		"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
	};

	return facility < sizeof(names) / sizeof(names[0]) ? names[facility] : NULL;
}

unsigned cdm_priority(const struct cdm_record *rec)
{
	return rec->facility * 8u + rec->level;
}
