// SPDX-License-Identifier: GPL-2.0-or-later
/* search.c - which files do the words of the command line stand for? */

#include "cli/search.h"

#include "base/limits.h"
#include "base/print.h"
#include "cli/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the list ---- */

static enum cdm_status make_room(struct cdm_targets *targets, struct cdm_error *err)
{
	size_t room = targets->room ? 2 * targets->room : 8;

	if (targets->n < targets->room)
		return CDM_OK;
	if (targets->n >= CDM_MAX_TARGETS)
		return cdm_fail(err, CDM_ERR_LIMIT, "more than %u files are to be looked at",
				CDM_MAX_TARGETS);
	struct cdm_target *at = realloc(targets->at, room * sizeof(*at));
	if (!at)
		return cdm_fail_memory(err, "names of dumps");
	targets->at = at;
	targets->room = room;
	return CDM_OK;
}

/* Takes over target.name, which may be NULL: out of memory. */
static enum cdm_status add(struct cdm_targets *targets, struct cdm_target target,
			   struct cdm_error *err)
{
	if (!target.name)
		return cdm_fail_memory(err, "names of dumps");
	enum cdm_status st = make_room(targets, err);

	if (st) {
		free((void *)target.name);
		return st;
	}
	targets->at[targets->n++] = target;
	return CDM_OK;
}

void cdm_targets_free(struct cdm_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		free((void *)targets->at[i].name);
	free(targets->at);
	*targets = (struct cdm_targets){ .is_whole = true };
}

/* ---- folders ---- */

/* What the name of a file says before anybody has looked into it. */
enum hint { HINT_NONE, HINT_DUMP, HINT_OTHER };

static bool begins_with(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), suffix_len = strlen(suffix);

	return len >= suffix_len && !strcmp(name + len - suffix_len, suffix);
}

/* kdump's scripts write vmcore, vmcore.flat, vmcore-incomplete and dump.DATE; beside them lie the
 * log as text (vmcore-dmesg.txt, dmesg.DATE) and our own results. */
static enum hint hint_of(const char *name)
{
	if (name[0] == '.' || ends_with(name, ".txt") || ends_with(name, ".json"))
		return HINT_OTHER;
	if (begins_with(name, "vmcore-dmesg"))
		return HINT_OTHER;
	if (ends_with(name, ".vmem")) /* the state file beside it stands for it */
		return HINT_OTHER;
	return begins_with(name, "vmcore") || begins_with(name, "dump.") ? HINT_DUMP : HINT_NONE;
}

/* NULL: out of memory. */
static char *path_in(const char *folder, const char *name)
{
	size_t room = strlen(folder) + strlen(name) + 2;
	char *path = malloc(room);

	if (path)
		cdm_print(path, room, "%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
	return path;
}

static void tell_passed_over(struct cdm_targets *targets, const char *path, const char *what,
			     const char *why)
{
	targets->is_whole = false;
	cdm_tell(path, "%s: %s", what, why);
}

/* A link that leads nowhere is a dump that is lost, if it has a dump's name; and whoever may not look
 * cannot know. */
static bool counts(enum hint hint, int error)
{
	return hint == HINT_DUMP || (error != ENOENT && error != ENOTDIR && error != ELOOP);
}

/* Links to files are followed, links to folders are not: they may lead in a circle. Whatever is
 * neither file nor folder may never answer, and is left alone. */
static mode_t kind_of(struct cdm_targets *targets, const char *path, enum hint hint)
{
	struct stat there;
	bool is_link = false;

	if (lstat(path, &there) == 0) {
		is_link = S_ISLNK(there.st_mode);
		if (!is_link)
			return there.st_mode & S_IFMT;
		if (stat(path, &there) == 0)
			return S_ISDIR(there.st_mode) ? S_IFLNK : there.st_mode & S_IFMT;
	}
	if (counts(hint, errno))
		tell_passed_over(targets, path,
				 is_link ? "where this link leads cannot be examined"
					 : "it cannot be examined",
				 strerror(errno));
	return 0;
}

static enum cdm_status search(struct cdm_targets *targets, const char *folder, size_t operand,
			      unsigned depth, struct cdm_error *err);

static bool is_special(mode_t kind)
{
	return S_ISFIFO(kind) || S_ISSOCK(kind) || S_ISCHR(kind) || S_ISBLK(kind);
}

/* Takes over path. */
static enum cdm_status take(struct cdm_targets *targets, char *path, enum hint hint, size_t operand,
			    unsigned depth, struct cdm_error *err)
{
	mode_t kind = kind_of(targets, path, hint);
	enum cdm_status st = CDM_OK;

	if (S_ISREG(kind) && hint != HINT_OTHER) {
		struct cdm_target target = { .name = path,
					     .operand = operand,
					     .is_guess = hint != HINT_DUMP };

		return add(targets, target, err);
	}
	if (S_ISDIR(kind))
		st = search(targets, path, operand, depth + 1, err);
	else if (is_special(kind) && hint == HINT_DUMP)
		tell_passed_over(targets, path, "this is no regular file",
				 "if it is to be read, name it");
	free(path);
	return st;
}

static enum cdm_status look_at(struct cdm_targets *targets, const char *folder, const char *name,
			       size_t operand, unsigned depth, struct cdm_error *err)
{
	if (name[0] == '.')
		return CDM_OK;
	char *path = path_in(folder, name);

	return path ? take(targets, path, hint_of(name), operand, depth, err)
		    : cdm_fail_memory(err, "names of dumps");
}

/* A folder with parts of pstore's in it is one log, and they are files like others. */
static enum cdm_status add_pstore(struct cdm_targets *targets, const char *folder, size_t operand,
				  struct cdm_error *err)
{
	struct cdm_target target = { .name = strdup(folder), .operand = operand, .is_guess = true };

	return add(targets, target, err);
}

static const char not_searched[] = "this folder cannot be searched";

static enum cdm_status search(struct cdm_targets *targets, const char *folder, size_t operand,
			      unsigned depth, struct cdm_error *err)
{
	const struct dirent *entry;
	enum cdm_status st = CDM_OK;
	bool has_parts = false;

	if (depth > CDM_MAX_FOLDERS) {
		tell_passed_over(targets, folder, not_searched,
				 "it lies too deep in the one that was named");
		return CDM_OK;
	}
	DIR *entries = opendir(folder);

	if (!entries) {
		tell_passed_over(targets, folder, not_searched, strerror(errno));
		return CDM_OK;
	}
	while (!st && (errno = 0, entry = readdir(entries))) {
		has_parts |= begins_with(entry->d_name, "dmesg-");
		st = look_at(targets, folder, entry->d_name, operand, depth, err);
	}
	if (!st && errno)
		tell_passed_over(targets, folder, "this folder cannot be searched to its end",
				 strerror(errno));
	closedir(entries);
	return !st && has_parts ? add_pstore(targets, folder, operand, err) : st;
}

static int compare_names(const void *one, const void *other)
{
	const struct cdm_target *first = one, *second = other;

	return strcmp(first->name, second->name);
}

enum cdm_status cdm_targets_find(struct cdm_targets *targets, const char *const *operands, size_t n,
				 struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	*targets = (struct cdm_targets){ .is_whole = true };
	for (size_t i = 0; !st && i < n; i++) {
		size_t first = targets->n;

		if (!cdm_is_folder(operands[i])) {
			struct cdm_target named = { .name = strdup(operands[i]), .operand = i };

			st = add(targets, named, err);
			continue;
		}
		st = search(targets, operands[i], i, 0, err);
		if (!st && targets->n > first)
			qsort(targets->at + first, targets->n - first, sizeof(*targets->at),
			      compare_names);
	}
	return st;
}
