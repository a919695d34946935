// SPDX-License-Identifier: GPL-2.0-or-later
/* case_shelf.c - how is the folder made that a case with several files is about? */

#include "tests/case.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

void case_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The folders on the way to path, below the shelf. */
static void make_folders(struct dw_arena *arena, const char *shelf, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/'))
		mkdir(dw_format(arena, "%s/%.*s", shelf, (int)(slash - path), path), 0700);
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || (len && fwrite(bytes, 1, len, file) != len) || fclose(file))
		dw_die("%s: %s", path, strerror(errno));
}

/* The dump, or its first bytes. */
static void copy_dump(const struct case_place *place, const char *path, const char *count)
{
	struct dw_buffer dump = case_read(place->arena, place->dump);
	uint64_t len = dump.len;

	if (*count && (!dw_parse_number(count, &len) || len > dump.len))
		dw_die("[shelf] cut %s: the dump has %zu bytes", count, dump.len);
	write_bytes(path, dump.at, (size_t)len);
}

static void make_one(const struct case_place *place, const char *line)
{
	char *verb = dw_take_word(place->arena, &line);
	char *name = dw_take_word(place->arena, &line);
	char *path = dw_format(place->arena, "%s/%s", place->shelf, name);

	make_folders(place->arena, place->shelf, name);
	if (!strcmp(verb, "dump")) {
		copy_dump(place, path, "");
	} else if (!strcmp(verb, "cut")) {
		copy_dump(place, path, line);
	} else if (!strcmp(verb, "text")) {
		struct dw_buffer text = dw_unescape(place->arena, line);

		write_bytes(path, text.at, text.len);
	} else if (!strcmp(verb, "link")) {
		if (symlink(line, path))
			dw_die("%s: %s", path, strerror(errno));
	} else if (!strcmp(verb, "fifo")) {
		if (mkfifo(path, 0600))
			dw_die("%s: %s", path, strerror(errno));
	} else {
		dw_die("[shelf] has dump, cut, text, link and fifo, not %s", verb);
	}
}

void case_make_shelf(const struct case_place *place, const struct dw_script *script)
{
	const struct dw_section *section = dw_find_section(script, "shelf");

	case_remove(place->shelf);
	if (!section)
		return;
	if (mkdir(place->shelf, 0700))
		dw_die("%s: %s", place->shelf, strerror(errno));
	for (size_t i = 0; i < section->n_lines; i++)
		make_one(place, section->lines[i].text);
}
