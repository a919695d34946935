// SPDX-License-Identifier: GPL-2.0-or-later
/* case_codecs.c - what may a program do that was built without a codec? */

#include "tests/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCES 3

/* What it says of pages, and of files that are compressed as a whole. */
static const struct {
	const char *name;
	const char *sentences[SENTENCES];
} codecs[CASE_CODECS] = {
	{ "zlib",
	  { "compressed with zlib, which this build leaves out", "this build has no zlib: gzip" } },
	{ "lzo", { "compressed with lzo, which this build leaves out" } },
	{ "snappy", { "compressed with snappy, which this build leaves out" } },
	{ "zstd",
	  { "compressed with zstd, which this build leaves out", "this build has no libzstd: zstd",
	    "this is a file of zstd or lz4 frames: unpack it first" } },
	{ "xz", { "this build has no liblzma: xz" } },
	{ "bzip2", { "this build has no libbz2: bzip2" } },
	{ "lz4",
	  { "this build has no liblz4: lz4",
	    "this is a file of zstd or lz4 frames: unpack it first" } },
};

/* Is it one of the words of a line? */
static bool has_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(line, word); at; at = strstr(at + 1, word))
		if (at > line && at[-1] == ' ' && strchr(" \n", at[len]))
			return true;
	return false;
}

struct case_codecs case_ask_for_codecs(const char *command)
{
	struct case_codecs lacked = { .is_lacked = { false } };
	char ask[4096], line[256];
	bool has_line = false;

	snprintf(ask, sizeof(ask), "%s -V", command);
	FILE *answer = popen(ask, "r");

	while (answer && fgets(line, sizeof(line), answer)) {
		if (strncmp(line, "codecs:", 7) != 0)
			continue;
		has_line = true;
		for (size_t i = 0; i < CASE_CODECS; i++)
			lacked.is_lacked[i] = !has_word(line, codecs[i].name);
	}
	if (!answer || pclose(answer) || !has_line)
		dw_die("%s: it does not say which codecs it has", ask);
	return lacked;
}

const char *case_blames_codec(const struct case_codecs *lacked, const struct case_result *result)
{
	if (result->exit != 1 && result->exit != 3)
		return NULL;
	for (size_t i = 0; i < CASE_CODECS; i++) {
		for (size_t k = 0; lacked->is_lacked[i] && k < SENTENCES; k++) {
			const char *sentence = codecs[i].sentences[k];

			if (sentence && memmem(result->messages.at, result->messages.len, sentence,
					       strlen(sentence)))
				return codecs[i].name;
		}
	}
	return NULL;
}
