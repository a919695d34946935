// SPDX-License-Identifier: GPL-2.0-or-later
/* options.c - what do the words of the command line ask for? */

#include "cli/options.h"

#include "base/limits.h"

#include <getopt.h>
#include <stdint.h>
#include <string.h>

#define DEFAULT_CALLER_WIDTH 8 /* as dmesg on machines whose pid_max is 4194304 */
#define MAX_CALLER_WIDTH 11

/* Options without a letter. */
enum {
	OPTION_NOESCAPE = 256,
	OPTION_KMSG_RECORDS,
	OPTION_CALLER,
	OPTION_INFO,
	OPTION_PEEK,
	OPTION_DRAIN,
	OPTION_SUMMARY,
	OPTION_TIMEOUT,
	OPTION_MAX_MEMORY,
	OPTION_OF_DMESG, /* dmesg's, and not ours */
};

/* dmesg's options stand here although they are refused, so that an abbreviation means what it means
 * to dmesg, or nothing. The shortened names are those that our own options would make ambiguous.
 * Names stand in the table itself: a pointer each would have to be relocated at every start. */
static const struct long_option {
	char name[14];
	uint8_t has_argument; /* as getopt_long() has it */
	uint16_t code;
} long_options[] = {
	{ "raw", no_argument, 'r' },
	{ "decode", no_argument, 'x' },
	{ "d", no_argument, 'x' },
	{ "json", no_argument, 'J' },
	{ "kmsg-records", optional_argument, OPTION_KMSG_RECORDS },
	{ "caller", optional_argument, OPTION_CALLER },
	{ "noescape", no_argument, OPTION_NOESCAPE },
	{ "info", optional_argument, OPTION_INFO },
	{ "peek", no_argument, OPTION_PEEK },
	{ "output", required_argument, 'o' },
	{ "drain", no_argument, OPTION_DRAIN },
	{ "summary", no_argument, OPTION_SUMMARY },
	{ "output-dir", required_argument, 'O' },
	{ "jobs", required_argument, 'j' },
	{ "j", no_argument, 'J' },
	{ "timeout", required_argument, OPTION_TIMEOUT },
	{ "max-memory", required_argument, OPTION_MAX_MEMORY },
	{ "verbose", no_argument, 'v' },
	{ "quiet", no_argument, 'q' },
	{ "help", no_argument, 'h' },
	{ "version", no_argument, 'V' },
	{ "v", no_argument, 'V' },
	{ "ve", no_argument, 'V' },
	{ "ver", no_argument, 'V' },

	{ "clear", optional_argument, 'C' },
	{ "read-clear", optional_argument, 'c' },
	{ "console-off", optional_argument, 'D' },
	{ "console-on", optional_argument, 'E' },
	{ "console-level", optional_argument, 'n' },
	{ "follow", optional_argument, 'w' },
	{ "follow-new", optional_argument, 'W' },
	{ "syslog", optional_argument, 'S' },

	{ "buffer-size", optional_argument, OPTION_OF_DMESG },
	{ "color", optional_argument, OPTION_OF_DMESG },
	{ "ctime", optional_argument, OPTION_OF_DMESG },
	{ "facility", optional_argument, OPTION_OF_DMESG },
	{ "file", optional_argument, OPTION_OF_DMESG },
	{ "force-prefix", optional_argument, OPTION_OF_DMESG },
	{ "human", optional_argument, OPTION_OF_DMESG },
	{ "kernel", optional_argument, OPTION_OF_DMESG },
	{ "kmsg-file", optional_argument, OPTION_OF_DMESG },
	{ "km", optional_argument, OPTION_OF_DMESG },
	{ "kms", optional_argument, OPTION_OF_DMESG },
	{ "kmsg", optional_argument, OPTION_OF_DMESG },
	{ "kmsg-", optional_argument, OPTION_OF_DMESG },
	{ "level", optional_argument, OPTION_OF_DMESG },
	{ "nopager", optional_argument, OPTION_OF_DMESG },
	{ "notime", optional_argument, OPTION_OF_DMESG },
	{ "reltime", optional_argument, OPTION_OF_DMESG },
	{ "show-delta", optional_argument, OPTION_OF_DMESG },
	{ "since", optional_argument, OPTION_OF_DMESG },
	{ "time-format", optional_argument, OPTION_OF_DMESG },
	{ "t", optional_argument, OPTION_OF_DMESG },
	{ "ti", optional_argument, OPTION_OF_DMESG },
	{ "tim", optional_argument, OPTION_OF_DMESG },
	{ "time", optional_argument, OPTION_OF_DMESG },
	{ "until", optional_argument, OPTION_OF_DMESG },
	{ "userspace", optional_argument, OPTION_OF_DMESG },
};

#define N_LONG_OPTIONS (sizeof(long_options) / sizeof(long_options[0]))

/* ':' in front: a missing argument is told apart. */
static const char short_options[] = ":rxJio:O:j:vqhVCcDEnwWS";

/* Choices that exclude each other. */
enum choice {
	CHOICE_RAW = 1 << 0,
	CHOICE_DECODE = 1 << 1,
	CHOICE_JSON = 1 << 2,
	CHOICE_KMSG_RECORDS = 1 << 3,
	CHOICE_INFO = 1 << 4,
	CHOICE_PEEK = 1 << 5,
	CHOICE_SUMMARY = 1 << 6,
	CHOICE_OUTPUT = 1 << 7,
	CHOICE_OUTPUT_DIR = 1 << 8,
};

static const struct {
	unsigned both; /* enum choice */
	char first[13], second[13];
} clashes[] = {
	{ CHOICE_RAW | CHOICE_DECODE, "raw", "decode" },
	{ CHOICE_JSON | CHOICE_KMSG_RECORDS, "json", "kmsg-records" },
	{ CHOICE_INFO | CHOICE_PEEK, "info", "peek" },
	{ CHOICE_INFO | CHOICE_SUMMARY, "info", "summary" },
	{ CHOICE_PEEK | CHOICE_SUMMARY, "peek", "summary" },
	{ CHOICE_OUTPUT | CHOICE_OUTPUT_DIR, "output", "output-dir" },
	{ CHOICE_SUMMARY | CHOICE_OUTPUT_DIR, "summary", "output-dir" },
	{ CHOICE_PEEK | CHOICE_OUTPUT_DIR, "peek", "output-dir" },
};

bool cdm_options_refuse(struct cdm_error *err, const char *option, const char *value,
			const char *allowed)
{
	cdm_fail(err, CDM_ERR_LIMIT, "--%s=%s: not one of the values that are allowed: %s", option,
		 value, allowed);
	return false;
}

/* The name of the option whose code this is; NULL: none. */
static const char *long_name(int code)
{
	for (size_t i = 0; i < N_LONG_OPTIONS; i++)
		if (long_options[i].code == code)
			return long_options[i].name;
	return NULL;
}

static bool refuse_live_option(struct cdm_error *err, int code)
{
	cdm_fail(err, CDM_ERR_LIMIT,
		 "--%s acts on a running kernel; crashdmesg only reads dumps (use dmesg(1))",
		 long_name(code));
	return false;
}

static bool is_abbreviation(const char *name)
{
	size_t len = strcspn(name, "=");

	for (size_t i = 0; i < N_LONG_OPTIONS; i++)
		if (len && long_options[i].code != OPTION_OF_DMESG &&
		    !strncmp(long_options[i].name, name, len))
			return true;
	return false;
}

/* What getopt_long() calls '?': `word` is the argument it looked at last; `code` is a letter that
 * is unknown, the code of an option that takes no argument and has got one, or 0. */
static bool refuse_option(struct cdm_error *err, const char *word, int code)
{
	if (code && !long_name(code))
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "unknown option '-%c'", code);
	else if (code)
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "option '%s' takes no argument", word);
	else if (is_abbreviation(word + 2))
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "option '%s' is ambiguous", word);
	else
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "unknown option '%s'", word);
	return false;
}

static bool refuse_dmesg_option(struct cdm_error *err, const char *word)
{
	cdm_fail(err, CDM_ERR_UNSUPPORTED, "unknown option '%s'", word);
	return false;
}

static bool refuse_missing_argument(struct cdm_error *err, int code)
{
	cdm_fail(err, CDM_ERR_UNSUPPORTED, "option '--%s' needs an argument", long_name(code));
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

static bool apply_option(struct cdm_options *options, unsigned *choices, int code,
			 struct cdm_error *err)
{
	switch (code) {
	case 'r':
		*choices |= CHOICE_RAW;
		options->style.raw = true;
		return true;
	case 'x':
		*choices |= CHOICE_DECODE;
		options->style.decode = true;
		return true;
	case 'J':
		*choices |= CHOICE_JSON;
		options->style.form = CDM_FORM_JSON;
		return true;
	case OPTION_KMSG_RECORDS:
		*choices |= CHOICE_KMSG_RECORDS;
		return parse_kmsg_records(options, optarg, err);
	case OPTION_CALLER:
		return parse_caller(options, optarg, err);
	case OPTION_NOESCAPE:
		options->style.no_escape = true;
		return true;
	case 'i':
	case OPTION_INFO:
		*choices |= CHOICE_INFO;
		return parse_info(options, code == 'i' ? NULL : optarg, err);
	case OPTION_PEEK:
		*choices |= CHOICE_PEEK;
		options->action = CDM_ACTION_PEEK;
		return true;
	case OPTION_SUMMARY:
		*choices |= CHOICE_SUMMARY;
		return cdm_options_work(options, CDM_OPTION_SUMMARY, NULL, err);
	case 'O':
		*choices |= CHOICE_OUTPUT_DIR;
		return cdm_options_work(options, CDM_OPTION_OUTPUT_DIR, optarg, err);
	case 'j':
		return cdm_options_work(options, CDM_OPTION_JOBS, optarg, err);
	case OPTION_TIMEOUT:
		return cdm_options_work(options, CDM_OPTION_TIMEOUT, optarg, err);
	case OPTION_MAX_MEMORY:
		return cdm_options_work(options, CDM_OPTION_MAX_MEMORY, optarg, err);
	case 'o':
		*choices |= CHOICE_OUTPUT;
		options->output_name = optarg;
		return true;
	case OPTION_DRAIN:
		options->drain = true;
		return true;
	case 'v':
		options->verbose = true;
		return true;
	case 'q':
		options->quiet = true;
		return true;
	default:
		return refuse_live_option(err, code);
	}
}

static bool check_clashes(unsigned choices, struct cdm_error *err)
{
	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++) {
		if ((choices & clashes[i].both) == clashes[i].both) {
			cdm_fail(err, CDM_ERR_LIMIT, "options --%s and --%s cannot be combined",
				 clashes[i].first, clashes[i].second);
			return false;
		}
	}
	return true;
}

static bool has_long_option(char *const *words)
{
	for (; *words; words++)
		if ((*words)[0] == '-' && (*words)[1] == '-')
			return true;
	return false;
}

/* The table as getopt_long() wants it; empty where no word asks for it, as in most runs. */
static void list_long_options(struct option *list, char *const *words)
{
	size_t n = has_long_option(words) ? N_LONG_OPTIONS : 0;

	for (size_t i = 0; i < n; i++)
		list[i] = (struct option){ .name = long_options[i].name,
					   .has_arg = long_options[i].has_argument,
					   .val = long_options[i].code };
	list[n] = (struct option){ .name = NULL };
}

bool cdm_options_parse(struct cdm_options *options, int argc, char **argv, struct cdm_error *err)
{
	struct option list[N_LONG_OPTIONS + 1];
	unsigned choices = 0;
	int code;

	*options = (struct cdm_options){
		.style = { .size = sizeof(options->style), .caller_width = DEFAULT_CALLER_WIDTH },
		.automatic_caller = true,
		.jobs = 1,
		.timeout = CDM_WORKER_SECONDS,
		.max_memory = CDM_WORKER_MEMORY,
	};
	list_long_options(list, argv);
	opterr = 0;
	while ((code = getopt_long(argc, argv, short_options, list, NULL)) != -1) {
		if (code == 'h' || code == 'V') {
			options->action = code == 'h' ? CDM_ACTION_HELP : CDM_ACTION_VERSION;
			options->output_name = NULL;
			return true;
		}
		if (code == '?')
			return refuse_option(err, argv[optind - 1], optopt);
		if (code == ':')
			return refuse_missing_argument(err, optopt);
		if (code == OPTION_OF_DMESG)
			return refuse_dmesg_option(err, argv[optind - 1]);
		if (!apply_option(options, &choices, code, err))
			return false;
	}
	options->dumps = (const char *const *)(argv + optind);
	options->n_dumps = (size_t)(argc - optind);
	return check_clashes(choices, err);
}
