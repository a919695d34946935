// SPDX-License-Identifier: GPL-2.0-or-later
/* options_work.c - what do the options ask of worker processes? */

#include "cli/options.h"

#include "base/limits.h"

#include <string.h>

/* A decimal number of at most `max`, not 0; 0: no such number. *rest is what stands behind it. */
static uint64_t parse_count(const char *value, uint64_t max, const char **rest)
{
	uint64_t n = 0;

	while (*value >= '0' && *value <= '9' && n <= max)
		n = n * 10 + (uint64_t)(*value++ - '0');
	*rest = value;
	return n <= max ? n : 0;
}

static bool parse_number(unsigned *number, unsigned max, const char *option, const char *value,
			 const char *allowed, struct cdm_error *err)
{
	const char *rest;

	*number = (unsigned)parse_count(value, max, &rest);
	return (*number && !*rest) || cdm_options_refuse(err, option, value, allowed);
}

/* The bytes that the unit behind a number stands for; 0: it is none. */
static uint64_t bytes_of_unit(const char *unit)
{
	if (!*unit)
		return 1;
	if (unit[1] && strcmp(unit + 1, "iB") != 0)
		return 0;
	switch (*unit) {
	case 'K':
		return CDM_KIB;
	case 'M':
		return CDM_MIB;
	case 'G':
		return (uint64_t)CDM_KIB * CDM_MIB;
	default:
		return 0;
	}
}

static bool parse_max_memory(struct cdm_options *options, const char *value, struct cdm_error *err)
{
	const char *unit;
	uint64_t n = parse_count(value, UINT32_MAX, &unit);

	/* Neither factor has more than 32 bits. */
	options->max_memory = n * bytes_of_unit(unit);
	return options->max_memory >= CDM_MIN_WORKER_MEMORY ||
	       cdm_options_refuse(err, "max-memory", value, "1M or more; K, M and G are units");
}

bool cdm_options_work(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err)
{
	options->has_workers |= option != CDM_OPTION_SUMMARY && option != CDM_OPTION_TIMEOUT;
	options->has_timeout |= option == CDM_OPTION_TIMEOUT;
	switch (option) {
	case CDM_OPTION_SUMMARY:
		options->action = CDM_ACTION_SUMMARY;
		return true;
	case CDM_OPTION_OUTPUT_DIR:
		options->output_folder = value;
		return true;
	case CDM_OPTION_JOBS:
		return parse_number(&options->jobs, CDM_MAX_JOBS, "jobs", value, "1 to 256", err);
	case CDM_OPTION_TIMEOUT:
		return parse_number(&options->timeout, CDM_MAX_WORKER_SECONDS, "timeout", value,
				    "1 to 604800 seconds", err);
	default:
		return parse_max_memory(options, value, err);
	}
}
