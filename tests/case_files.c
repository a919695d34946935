// SPDX-License-Identifier: GPL-2.0-or-later
/* case_files.c - what did the program leave in a file, or in a folder? */

#include "tests/case.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put_file(struct dw_buffer *bytes, const char *path)
{
	uint8_t piece[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return;
	dw_put(bytes, "", 0);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		dw_put(bytes, piece, (size_t)n);
	close(fd);
}

struct dw_buffer case_read(struct dw_arena *arena, const char *path)
{
	struct dw_buffer bytes = { .arena = arena };
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		put_file(&bytes, path);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;

		if (strcmp(name, ".") && strcmp(name, "..")) {
			char *heading = dw_format(arena, "--- %s\n", name);

			dw_put(&bytes, heading, strlen(heading));
			put_file(&bytes, dw_format(arena, "%s/%s", path, name));
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return bytes;
}
