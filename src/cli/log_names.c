// SPDX-License-Identifier: GPL-2.0-or-later
/* log_names.c - under which name does --output-dir keep a dump's log? */

#include "cli/log_names.h"

#include "base/limits.h"
#include "base/print.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Without what leads upwards: "../a/./b" is "a/./b". */
static const char *without_start(const char *name)
{
	while (*name == '/' || (name[0] == '.' && (name[1] == '/' || name[1] == '.')))
		name++;
	return *name && strcmp(name, ".") ? name : "root";
}

/* "var/crash/1/vmcore" becomes "FOLDER/var_crash_1_vmcore.txt". Of a name that is too long the end
 * stays, which says more. */
static char *make_name(const char *folder, const char *dump, const char *suffix)
{
	const char *stem = strcmp(dump, "-") ? without_start(dump) : "stdin";
	size_t len = strlen(stem);

	if (len > CDM_MAX_LOG_NAME)
		stem += len - CDM_MAX_LOG_NAME;
	size_t room = strlen(folder) + strlen(stem) + strlen(suffix) + 2;
	char *name = malloc(room);
	if (!name)
		return NULL;
	cdm_print(name, room, "%s/%s%s", folder, stem, suffix);
	for (char *c = name + strlen(folder) + 1; *c; c++)
		if (*c == '/')
			*c = '_';
	return name;
}

/* "NAME.txt" becomes "NAME~NUMBER.txt". */
static char *number_name(const char *name, const char *suffix, size_t number)
{
	size_t room = strlen(name) + 1 + 20 + 1;
	char *numbered = malloc(room);

	if (numbered)
		cdm_print(numbered, room, "%.*s~%zu%s", (int)(strlen(name) - strlen(suffix)), name,
			  number, suffix);
	return numbered;
}

static int compare_texts(const void *one, const void *other)
{
	const char *const *const *first = one, *const *const *second = other;
	int order = strcmp(**first, **second);

	/* Of two that are the same the earlier keeps its name. */
	return order ? order : (*first > *second) - (*first < *second);
}

/* Gives numbers to those whose name an earlier one has. *again: there were some. */
static enum cdm_status number_copies(char **names, char ***sorted, size_t n, const char *suffix,
				     bool *again, struct cdm_error *err)
{
	*again = false;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &names[i];
	qsort(sorted, n, sizeof(*sorted), compare_texts);
	for (size_t i = n; i-- > 1;) {
		if (strcmp(*sorted[i - 1], *sorted[i]))
			continue;
		char *numbered = number_name(*sorted[i], suffix, (size_t)(sorted[i] - names) + 1);

		if (!numbered)
			return cdm_fail_memory(err, "names of logs");
		free(*sorted[i]);
		*sorted[i] = numbered;
		*again = true;
	}
	return CDM_OK;
}

/* A number makes most names unique; it may make one that another dump has by itself. */
static enum cdm_status make_unique(char **names, size_t n, const char *suffix,
				   struct cdm_error *err)
{
	char ***sorted = calloc(n, sizeof(*sorted));
	enum cdm_status st = sorted ? CDM_OK : cdm_fail_memory(err, "names of logs");
	bool again = true;

	for (unsigned tries = 0; !st && again; tries++) {
		st = number_copies(names, sorted, n, suffix, &again, err);
		if (!st && again && tries == CDM_MAX_NAME_TRIES)
			st = cdm_fail(err, CDM_ERR_LIMIT, "no unique names for the logs");
	}
	free(sorted);
	return st;
}

/* Only what has such a name, and standard input, which may have any, can be what a log replaces. */
static bool is_in_danger(const char *dump, const char *suffix)
{
	size_t len = strlen(dump);

	return !strcmp(dump, "-") ||
	       (len >= strlen(suffix) && !strcmp(dump + len - strlen(suffix), suffix));
}

/* A log named "a.txt" could be the dump "a.txt". Links and what else is no file are left alone. */
static enum cdm_status check_dumps(const struct cdm_targets *targets, char **names,
				   const char *suffix, size_t log, struct cdm_error *err)
{
	struct stat there;

	if (lstat(names[log], &there) || !S_ISREG(there.st_mode))
		return CDM_OK;
	for (size_t i = 0; i < targets->n; i++) {
		const char *dump = targets->at[i].name;

		if (is_in_danger(dump, suffix) && cdm_is_same_file(dump, &there))
			return cdm_fail(err, CDM_ERR_LIMIT,
					"the log of %s would replace the dump %s",
					targets->at[log].name,
					strcmp(dump, "-") ? dump : "that standard input reads");
	}
	if (cdm_may_be_dump(names[log]))
		return cdm_fail(
			err, CDM_ERR_LIMIT,
			"the log of %s would replace %s, which is or may be a dump: move it away, "
			"or choose another --output-dir",
			targets->at[log].name, names[log]);
	return CDM_OK;
}

enum cdm_status cdm_log_names_make(const struct cdm_targets *targets, const char *folder,
				   const char *suffix, char ***names, struct cdm_error *err)
{
	size_t n = targets->n;
	char **made = calloc(n + 1, sizeof(*made));
	enum cdm_status st = made ? CDM_OK : cdm_fail_memory(err, "names of logs");

	for (size_t i = 0; !st && i < n; i++) {
		made[i] = make_name(folder, targets->at[i].name, suffix);
		if (!made[i])
			st = cdm_fail_memory(err, "names of logs");
	}
	if (!st && n)
		st = make_unique(made, n, suffix, err);
	for (size_t i = 0; !st && i < n; i++)
		st = check_dumps(targets, made, suffix, i, err);
	if (st)
		cdm_log_names_free(made, n);
	else
		*names = made;
	return st;
}

void cdm_log_names_free(char **names, size_t n)
{
	for (size_t i = 0; names && i < n; i++)
		free(names[i]);
	free(names);
}
