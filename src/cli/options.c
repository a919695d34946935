// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - what do the words of the command line ask for? */

#include "cli/options.h"

#include "base/limits.h"
#include "cli/crash.h"
#include "cli/option_words.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CALLER_WIDTH 8 /* as dmesg on machines whose pid_max is 4194304 */
#define MAX_CALLER_WIDTH 11

/* Options that exclude each other. */
static const uint8_t clashes[][2] = {
	{ CDM_OPTION_RAW, CDM_OPTION_DECODE },
	{ CDM_OPTION_JSON, CDM_OPTION_KMSG_RECORDS },
	{ CDM_OPTION_OUTPUT, CDM_OPTION_OUTPUT_DIR },
	{ CDM_OPTION_SUMMARY, CDM_OPTION_OUTPUT_DIR },
	{ CDM_OPTION_PEEK, CDM_OPTION_OUTPUT_DIR },
	{ CDM_OPTION_FILE, CDM_OPTION_KMSG_FILE },
	{ CDM_OPTION_JSON, CDM_OPTION_JSON_LINES },
	{ CDM_OPTION_JSON_LINES, CDM_OPTION_KMSG_RECORDS },
	{ CDM_OPTION_HUMAN, CDM_OPTION_RAW },
	{ CDM_OPTION_COLOR, CDM_OPTION_RAW },
	{ CDM_OPTION_CTIME, CDM_OPTION_RAW },
	{ CDM_OPTION_SHOW_DELTA, CDM_OPTION_RAW },
	{ CDM_OPTION_RELTIME, CDM_OPTION_RAW },
	{ CDM_OPTION_NOTIME, CDM_OPTION_RAW },
};

/* Each is instead of the log, and of the others. */
static const uint8_t instead_of_log[] = {
	CDM_OPTION_INFO,  CDM_OPTION_PEEK,   CDM_OPTION_SUMMARY,     CDM_OPTION_VMCOREINFO,
	CDM_OPTION_PANIC, CDM_OPTION_REASON, CDM_OPTION_FINGERPRINT, CDM_OPTION_MATCH,
};

bool cdm_options_refuse(struct cdm_error *err, const char *option, const char *value,
			const char *allowed)
{
	cdm_fail(err, CDM_ERR_LIMIT, "--%s=%s: not one of the values that are allowed: %s", option,
		 value, allowed);
	return false;
}

static bool refuse_live_option(struct cdm_error *err, enum cdm_option option)
{
	if (!cdm_option_is_live(option)) {
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "unknown option '--%s'",
			 cdm_option_name(option));
		return false;
	}
	cdm_fail(err, CDM_ERR_LIMIT,
		 "--%s acts on a running kernel; crashdmesg only reads dumps (use dmesg(1))",
		 cdm_option_name(option));
	return false;
}

static bool parse_kmsg_records(struct cdm_options *options, const char *value,
			       struct cdm_error *err)
{
	options->style.form = CDM_FORM_KMSG;
	options->style.nul_between = value != NULL;
	if (value && strcmp(value, "0") != 0)
		return cdm_options_refuse(err, "kmsg-records", value, "0");
	return true;
}

static bool parse_info(struct cdm_options *options, const char *value, struct cdm_error *err)
{
	options->action = value ? CDM_ACTION_INFO_JSON : CDM_ACTION_INFO;
	if (value && strcmp(value, "json") != 0)
		return cdm_options_refuse(err, "info", value, "json");
	return true;
}

/* With a file it says how to read, without one what to print. */
static void parse_vmcoreinfo(struct cdm_options *options, const char *value)
{
	if (value)
		options->description_name = value;
	else
		options->action = CDM_ACTION_VMCOREINFO;
}

/* A width of one or two digits; 0: no such number. */
static unsigned parse_width(const char *value)
{
	size_t len = strspn(value, "0123456789");
	unsigned width = 0;

	if (len > 2 || value[len])
		return 0;
	while (*value)
		width = width * 10 + (unsigned)(*value++ - '0');
	return width <= MAX_CALLER_WIDTH ? width : 0;
}

static bool parse_caller(struct cdm_options *options, const char *value, struct cdm_error *err)
{
	options->automatic_caller = value && !strcmp(value, "auto");
	options->style.caller_width = DEFAULT_CALLER_WIDTH;
	if (!value || options->automatic_caller || !strcmp(value, "always"))
		return true;
	options->style.caller_width = parse_width(value);
	if (!options->style.caller_width && strcmp(value, "never") != 0)
		return cdm_options_refuse(err, "caller", value, "always, never, auto, 1 to 11");
	return true;
}

static bool apply_option(struct cdm_options *options, enum cdm_option option, const char *value,
			 struct cdm_error *err)
{
	switch (option) {
	case CDM_OPTION_RAW:
		options->style.raw = true;
		return true;
	case CDM_OPTION_DECODE:
		options->style.decode = true;
		return true;
	case CDM_OPTION_JSON:
		options->style.form = CDM_FORM_JSON;
		return true;
	case CDM_OPTION_JSON_LINES:
		options->style.form = CDM_FORM_JSON_LINES;
		return true;
	case CDM_OPTION_KMSG_RECORDS:
		return parse_kmsg_records(options, value, err);
	case CDM_OPTION_CALLER:
		return parse_caller(options, value, err);
	case CDM_OPTION_NOESCAPE:
		options->style.no_escape = true;
		return true;
	case CDM_OPTION_INFO:
		return parse_info(options, value, err);
	case CDM_OPTION_PEEK:
		options->action = CDM_ACTION_PEEK;
		return true;
	case CDM_OPTION_VMCOREINFO:
		parse_vmcoreinfo(options, value);
		return true;
	case CDM_OPTION_PANIC:
	case CDM_OPTION_REASON:
	case CDM_OPTION_FINGERPRINT:
	case CDM_OPTION_MATCH:
		return cdm_options_crash(options, option, value, err);
	case CDM_OPTION_BASE:
		return cdm_options_base(options, value, err);
	case CDM_OPTION_SUMMARY:
	case CDM_OPTION_OUTPUT_DIR:
	case CDM_OPTION_JOBS:
	case CDM_OPTION_TIMEOUT:
	case CDM_OPTION_MAX_MEMORY:
		return cdm_options_work(options, option, value, err);
	case CDM_OPTION_FORCE_PREFIX:
	case CDM_OPTION_COLOR:
	case CDM_OPTION_HUMAN:
	case CDM_OPTION_NOPAGER:
	case CDM_OPTION_NOTIME:
	case CDM_OPTION_CTIME:
	case CDM_OPTION_SHOW_DELTA:
	case CDM_OPTION_RELTIME:
	case CDM_OPTION_TIME_FORMAT:
	case CDM_OPTION_UTC:
	case CDM_OPTION_BOOT_TIME:
	case CDM_OPTION_LEVEL:
	case CDM_OPTION_FACILITY:
	case CDM_OPTION_KERNEL:
	case CDM_OPTION_USERSPACE:
	case CDM_OPTION_SINCE:
	case CDM_OPTION_UNTIL:
	case CDM_OPTION_GREP:
	case CDM_OPTION_CASE_SENSITIVE:
	case CDM_OPTION_TAIL:
		return cdm_options_view(options, option, value, err);
	case CDM_OPTION_FILE:
		options->text = CDM_TEXT_LOG;
		return true;
	case CDM_OPTION_KMSG_FILE:
		options->text = CDM_TEXT_KMSG;
		return true;
	case CDM_OPTION_UNFINISHED:
		options->wants |= CDM_WANT_UNFINISHED;
		return true;
	case CDM_OPTION_SINCE_CLEAR:
		options->wants |= CDM_WANT_SINCE_CLEAR;
		return true;
	case CDM_OPTION_SAFE_BUFFERS:
		options->wants |= CDM_WANT_SAFE_BUFFERS;
		return true;
	case CDM_OPTION_CARVE:
		options->wants |= CDM_WANT_CARVED;
		return true;
	case CDM_OPTION_OUTPUT:
		options->output_name = value;
		return true;
	case CDM_OPTION_DRAIN:
		options->drain = true;
		return true;
	case CDM_OPTION_VERBOSE:
		options->verbose = true;
		return true;
	case CDM_OPTION_QUIET:
		options->quiet = true;
		return true;
	default:
		return refuse_live_option(err, option);
	}
}

static bool refuse_both(struct cdm_error *err, enum cdm_option first, enum cdm_option second)
{
	cdm_fail(err, CDM_ERR_LIMIT, "options --%s and --%s cannot be combined",
		 cdm_option_name(first), cdm_option_name(second));
	return false;
}

static bool check_clashes(const bool *given, struct cdm_error *err)
{
	enum cdm_option instead = CDM_N_OPTIONS;

	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++)
		if (given[clashes[i][0]] && given[clashes[i][1]])
			return refuse_both(err, clashes[i][0], clashes[i][1]);
	for (size_t i = 0; i < sizeof(instead_of_log) / sizeof(instead_of_log[0]); i++) {
		enum cdm_option option = instead_of_log[i];

		if (given[option] && instead != CDM_N_OPTIONS)
			return refuse_both(err, instead, option);
		if (given[option])
			instead = option;
	}
	return true;
}

/* dmesg filters what it has not taken apart. */
static bool check_raw_text(const bool *given, struct cdm_error *err)
{
	bool filters = given[CDM_OPTION_LEVEL] || given[CDM_OPTION_FACILITY] ||
		       given[CDM_OPTION_KERNEL] || given[CDM_OPTION_USERSPACE];

	if (!given[CDM_OPTION_FILE] || !given[CDM_OPTION_RAW] || !filters)
		return true;
	cdm_fail(err, CDM_ERR_LIMIT,
		 "--raw cannot be combined with --level and --facility on a text: only on a dump, "
		 "or "
		 "with --kmsg-file");
	return false;
}

/* --help and --version: what else was asked for does not count. */
static bool is_last_word(struct cdm_options *options, enum cdm_option option)
{
	if (option != CDM_OPTION_HELP && option != CDM_OPTION_VERSION)
		return false;
	options->action = option == CDM_OPTION_HELP ? CDM_ACTION_HELP : CDM_ACTION_VERSION;
	options->output_name = NULL;
	return true;
}

void cdm_options_default(struct cdm_options *options)
{
	*options = (struct cdm_options){
		.style = { .size = sizeof(options->style), .caller_width = DEFAULT_CALLER_WIDTH },
		.view = { .has_pager = true },
		.automatic_caller = true,
		.jobs = 1,
		.timeout = CDM_WORKER_SECONDS,
		.max_memory = CDM_WORKER_MEMORY,
	};
}

bool cdm_options_parse(struct cdm_options *options, char **argv, struct cdm_error *err)
{
	struct cdm_words words = cdm_words(argv + (argv[0] != NULL));
	bool given[CDM_N_OPTIONS] = { false };
	enum cdm_words_answer answer;
	enum cdm_option option;
	const char *value;

	cdm_options_default(options);
	while ((answer = cdm_words_next(&words, &option, &value, err)) == CDM_WORDS_OPTION) {
		if (is_last_word(options, option))
			return true;
		given[option] |= option != CDM_OPTION_VMCOREINFO || !value;
		if (!apply_option(options, option, value, err))
			return false;
		if (option == CDM_OPTION_FILE || option == CDM_OPTION_KMSG_FILE)
			cdm_words_add_operand(&words, value);
	}
	options->dumps = words.operands;
	options->n_dumps = words.n_operands;
	if (answer != CDM_WORDS_END || !check_clashes(given, err) || !check_raw_text(given, err))
		return false;
	cdm_options_settle_view(options);
	return true;
}
