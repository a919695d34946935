// SPDX-License-Identifier: GPL-2.0-or-later
/* guise.c - what do scripts ask of vmcore-dmesg and makedumpfile? */

#include "cli/guise.h"

#include "base/outbuf.h"
#include "cli/output.h"

#include <string.h>
#include <unistd.h>

/* Bits of --message-level. */
#define LEVEL_COMMON 2u
#define LEVEL_DEBUG 8u
#define LEVEL_DEFAULT 7u

enum cdm_guise cdm_guise_of(char *const *argv)
{
	const char *name = argv[0];

	for (const char *c = name; c && *c; c++)
		if (*c == '/')
			name = c + 1;
	if (name && !strcmp(name, "vmcore-dmesg"))
		return CDM_GUISE_VMCORE_DMESG;
	if (name &&
	    (!strcmp(name, "makedumpfile") || (argv[1] && !strcmp(argv[1], "--dump-dmesg"))))
		return CDM_GUISE_MAKEDUMPFILE;
	return CDM_GUISE_NONE;
}

static bool refuse(struct cdm_error *err, const char *what, const char *word)
{
	cdm_fail(err, CDM_ERR_LIMIT, "%s%s", what, word);
	return false;
}

/* ---- makedumpfile ---- */

struct words {
	struct cdm_options *options;
	char **next; /* the word to look at */
	bool dumps_log;
	bool may_replace;
	bool to_stdout;
	bool has_needless; /* -x or -i */
	const char *operands[2];
	unsigned n_operands;
};

static bool parse_level(const char *value, unsigned *level)
{
	unsigned n = 0;

	if (!value || !*value || strlen(value) > 3)
		return false;
	for (; *value >= '0' && *value <= '9'; value++)
		n = n * 10 + (unsigned)(*value - '0');
	*level = n;
	return !*value;
}

/* "--message-level 8", "--message-level=8"; NULL: it is another word. */
static const char *value_of(struct words *words, const char *word, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) != 0)
		return NULL;
	if (word[len] == '=')
		return word + len + 1;
	if (word[len])
		return NULL;
	return *words->next ? *words->next++ : "";
}

static bool take_name(struct words *words, const char *word, struct cdm_error *err)
{
	const char *level = value_of(words, word, "--message-level");

	if (level)
		return parse_level(level, &words->options->message_level) ||
		       refuse(err, "--message-level is no number: ", level);
	if (!strcmp(word, "--dump-dmesg")) {
		words->dumps_log = true;
		return true;
	}
	if (!strcmp(word, "--partial-dmesg")) {
		words->options->wants |= CDM_WANT_SINCE_CLEAR;
		return true;
	}
	return refuse(err, "of makedumpfile, only --dump-dmesg is here, and not ", word);
}

/* -x and -i name files about the kernel that are not needed. */
static bool take_letters(struct words *words, const char *letters, struct cdm_error *err)
{
	for (; *letters; letters++) {
		switch (*letters) {
		case 'F':
			words->to_stdout = true;
			break;
		case 'f':
			words->may_replace = true;
			break;
		case 'D':
			words->options->message_level |= LEVEL_DEBUG;
			break;
		case 'x':
		case 'i':
			words->has_needless = true;
			if (!letters[1] && *words->next)
				words->next++;
			return true;
		default:
			return refuse(err, "of makedumpfile, only --dump-dmesg is here, and not -",
				      (const char[]){ *letters, '\0' });
		}
	}
	return true;
}

static bool take_operand(struct words *words, const char *word, struct cdm_error *err)
{
	if (words->n_operands == 2)
		return refuse(err, "--dump-dmesg takes VMCORE and LOGFILE, and no ", word);
	words->operands[words->n_operands++] = word;
	return true;
}

static bool take_words(struct words *words, struct cdm_error *err)
{
	while (*words->next) {
		const char *word = *words->next++;
		bool is_good = word[0] != '-' || !word[1] ? take_operand(words, word, err)
			       : word[1] == '-'           ? take_name(words, word, err)
							  : take_letters(words, word + 1, err);

		if (!is_good)
			return false;
	}
	return true;
}

static bool check_words(const struct words *words, struct cdm_error *err)
{
	if (!words->dumps_log)
		return refuse(err, "of makedumpfile, only --dump-dmesg is here", "");
	if (words->n_operands != (words->to_stdout ? 1 : 2))
		return refuse(err, "--dump-dmesg takes VMCORE and LOGFILE, or with -F VMCORE alone",
			      "");
	if (!words->to_stdout && !words->may_replace && !access(words->operands[1], F_OK))
		return refuse(err,
			      "the file is there already (-f replaces it): ", words->operands[1]);
	return true;
}

static bool parse_makedumpfile(struct cdm_options *options, char **argv, struct cdm_error *err)
{
	struct words words = { .options = options, .next = argv + 1 };

	options->style.caller_width = 8;
	options->message_level = LEVEL_DEFAULT;
	if (!take_words(&words, err) || !check_words(&words, err))
		return false;
	if (words.has_needless && options->message_level & LEVEL_COMMON)
		cdm_tell(NULL, "the files of -x and -i are not needed, and not read");
	if (!words.to_stdout)
		options->output_name = words.operands[1];
	argv[0] = (char *)words.operands[0];
	return true;
}

/* ---- either ---- */

static bool parse_vmcore_dmesg(struct cdm_options *options, char **argv, struct cdm_error *err)
{
	if (!argv[1] || argv[2] || (argv[1][0] == '-' && argv[1][1]))
		return refuse(err, "vmcore-dmesg takes the path of a dump, and nothing else", "");
	options->style.no_indent = true;
	options->style.caller_width = 0;
	argv[0] = argv[1];
	return true;
}

bool cdm_guise_parse(struct cdm_options *options, enum cdm_guise guise, char **argv,
		     struct cdm_error *err)
{
	cdm_options_default(options);
	options->guise = guise;
	if (!(guise == CDM_GUISE_VMCORE_DMESG ? parse_vmcore_dmesg(options, argv, err)
					      : parse_makedumpfile(options, argv, err)))
		return false;
	options->dumps = (const char *const *)argv;
	options->n_dumps = 1;
	return true;
}

static void put_line(const char *key, const char *value)
{
	char line[256];
	struct cdm_outbuf out = { .at = line, .room = sizeof(line) };

	cdm_put_string(&out, key);
	cdm_put_visible(&out, (struct cdm_bytes){ (const uint8_t *)value, strlen(value) });
	cdm_put_char(&out, '\n');
	if (out.needed <= out.room)
		cdm_tell_raw(line, out.needed);
}

void cdm_guise_tell(const struct cdm_options *options, const struct cdm_info *info)
{
	char digits[CDM_MAX_DIGITS + 1] = { 0 };

	if (options->guise != CDM_GUISE_MAKEDUMPFILE || !(options->message_level & LEVEL_DEBUG))
		return;
	if (info->release[0])
		put_line("OSRELEASE=", info->release);
	if (info->crash_time > 0)
		put_line("CRASHTIME=",
			 cdm_digits_before(digits + CDM_MAX_DIGITS, (uint64_t)info->crash_time));
}

static void say(const struct cdm_options *options, const char *text)
{
	struct cdm_error unused;

	if (options->output_name)
		(void)cdm_output_print(text, &unused);
	else
		cdm_tell_raw(text, strlen(text));
}

int cdm_guise_end(const struct cdm_options *options, int status)
{
	if (options->guise != CDM_GUISE_MAKEDUMPFILE)
		return status;
	if (options->message_level & LEVEL_COMMON) {
		if (!status) {
			say(options, "\nThe dmesg log is saved to ");
			say(options, options->output_name ? options->output_name : "STDOUT");
			say(options, ".\n");
		}
		say(options, status ? "makedumpfile Failed.\n" : "\nmakedumpfile Completed.\n");
	}
	return status ? 1 : 0;
}
