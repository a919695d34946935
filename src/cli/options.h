/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options.h - what the user asked for. */

#ifndef CDM_CLI_OPTIONS_H
#define CDM_CLI_OPTIONS_H

#include "api/crashdmesg.h"
#include "base/error.h"
#include "cli/option_list.h"
#include "cli/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cdm_action {
	CDM_ACTION_LOG,
	CDM_ACTION_INFO,
	CDM_ACTION_INFO_JSON,
	CDM_ACTION_PEEK,
	CDM_ACTION_SUMMARY,
	CDM_ACTION_VMCOREINFO,
	CDM_ACTION_REASON,
	CDM_ACTION_FINGERPRINT,
	CDM_ACTION_MATCH,
	CDM_ACTION_HELP,
	CDM_ACTION_VERSION,
};

/* In whose place the command was called. */
enum cdm_guise { CDM_GUISE_NONE, CDM_GUISE_VMCORE_DMESG, CDM_GUISE_MAKEDUMPFILE };

struct cdm_options {
	enum cdm_guise guise;
	unsigned message_level; /* makedumpfile's */
	enum cdm_action action;
	struct cdm_style style;
	struct cdm_view view;
	bool automatic_caller; /* style.caller_width counts only where the ring says that callers
				* are shown */
	unsigned wants;        /* enum cdm_want */
	bool verbose;
	bool quiet;
	bool drain;
	bool only_crash;              /* of the log, the records of the crash */
	const char *known_list;       /* a file of known crashes */
	const char *description_name; /* a file that describes the kernel; NULL: the dump does */
	bool has_base;                /* the user knows where a raw image begins: */
	uint64_t base;                /* ... at this physical address */
	const char *output_name;      /* NULL: standard output */
	const char *output_folder;    /* a log a dump in it; NULL: output_name */
	bool has_workers;             /* each dump in a process of its own, within limits */
	unsigned jobs;                /* of them at once */
	bool has_timeout;             /* also for a dump that is read in this process: */
	unsigned timeout;             /* ... seconds */
	uint64_t max_memory;          /* bytes */
	enum cdm_text text;           /* as which dumps that are none are read */
	bool searches;                /* one of the dumps is a folder; not the parser's to know */
	const char *const *dumps;     /* the rest of argv */
	size_t n_dumps;
};

/* False: err says what is wrong; its status is CDM_ERR_UNSUPPORTED where an option's name or its
 * use is the matter, so that the help helps. argv ends with NULL; its words are put in another
 * order, in which options->dumps keeps the operands. */
bool cdm_options_parse(struct cdm_options *options, char **argv, struct cdm_error *err);

/* What holds where nothing is asked for. */
void cdm_options_default(struct cdm_options *options);

/* --base: options_base.c; capture.c where raw images are left out. */
bool cdm_options_base(struct cdm_options *options, const char *value, struct cdm_error *err);

/* Options for many dumps: options_work.c; capture.c where they are left out. value is borrowed. */
bool cdm_options_work(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err);

/* Options for what is shown of a log: options_view.c, or capture.c where there are none. */
bool cdm_options_view(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err);

/* options_view.c: when all options are there. */
void cdm_options_settle_view(struct cdm_options *options);

/* Says which values an option may have. Returns false. */
bool cdm_options_refuse(struct cdm_error *err, const char *option, const char *value,
			const char *allowed);

/* usage.c: what --help prints. */
extern const char cdm_usage[];

#endif
