// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_dumps.c - which dumps are damaged? */

#include "tests/sweep_dumps.h"

#include "tests/dumpwriter/dumpwriter.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_SETTINGS 6
#define SCRATCH "/tmp/crashdmesg-sweep.XXXXXX"

extern char **environ;

/* In a ring of 32 descriptors and 1 KiB the oldest ones are overwritten, and a block is moved. */
static const char description[] =
	"[log]\n"
	"6.0  0.000000           T0    Linux version 6.12.9\n"
	"fill 40  6.0  1.000000+0.001000  T1  text of record $i\n"
	"4.0  1.500000           T412  first line\\nsecond line\n"
	"6.3  2.000001           T1    systemd[1]: Starting\n"
	"0.0  2.250000           C3    Kernel panic - not syncing: sysrq triggered crash\n";

static const struct {
	const char *name;
	const char *settings[MAX_SETTINGS][2];
} dumps[] = {
	{ "ELF", { { "format", "elf" } } },
	{ "ELF, flattened", { { "format", "elf" }, { "wrapper", "flat" } } },
	{ "ELF, ring full",
	  { { "format", "elf" }, { "kernel.size_bits", "10" }, { "kernel.count_bits", "5" } } },
	{ "kdump, raw pages", { { "format", "kdump" }, { "compress", "none" } } },
	{ "kdump, zlib", { { "format", "kdump" }, { "compress", "zlib" } } },
	{ "kdump, lzo", { { "format", "kdump" }, { "compress", "lzo" } } },
	{ "kdump, snappy", { { "format", "kdump" }, { "compress", "snappy" } } },
	{ "kdump, zstd", { { "format", "kdump" }, { "compress", "zstd" } } },
	{ "kdump, zlib, flattened",
	  { { "format", "kdump" }, { "compress", "zlib" }, { "wrapper", "flat" } } },
	{ "kdump, ring full, infos of 112 bytes",
	  { { "format", "kdump" },
	    { "compress", "none" },
	    { "kernel.info_size", "112" },
	    { "kernel.exact_fit", "stays" },
	    { "kernel.size_bits", "10" },
	    { "kernel.count_bits", "5" } } },
	{ "kdump, ring in the direct map",
	  { { "format", "kdump" },
	    { "compress", "none" },
	    { "kernel.info_size", "112" },
	    { "kernel.ring", "direct" },
	    { "kernel.levels", "5" } } },
	{ "ELF of ppc: 32 bits, big-endian", { { "format", "elf" }, { "kernel.arch", "ppc" } } },
	{ "ELF, records of 3.5 to 5.9", { { "format", "elf" }, { "kernel.log", "records" } } },
	{ "ELF of s390x, records, ring full",
	  { { "format", "elf" },
	    { "kernel.arch", "s390x" },
	    { "kernel.log", "records" },
	    { "kernel.log_buf_len", "1024" } } },
	{ "ELF of i386, records with callers",
	  { { "format", "elf" },
	    { "kernel.arch", "i386" },
	    { "kernel.log", "records" },
	    { "kernel.header_size", "20" } } },
	{ "ELF, text of before 3.5", { { "format", "elf" }, { "kernel.log", "text" } } },
	{ "ELF of ppc, text, ring full",
	  { { "format", "elf" },
	    { "kernel.arch", "ppc" },
	    { "kernel.log", "text" },
	    { "kernel.log_buf_len", "1024" } } },
	{ "ELF, gzip", { { "format", "elf" }, { "wrapper", "gzip" } } },
	{ "kdump, whole file by zstd",
	  { { "format", "kdump" }, { "compress", "none" }, { "wrapper", "zstd" } } },
	{ "kdump, zlib, flattened, xz",
	  { { "format", "kdump" }, { "compress", "zlib" }, { "wrapper", "flat+xz" } } },
	{ "kdump, whole file by lz4",
	  { { "format", "kdump" }, { "compress", "none" }, { "wrapper", "lz4" } } },
};

static int make_scratch(char *path)
{
	int fd = mkstemp(path);

	if (fd < 0)
		dw_die("%s: cannot be made", path);
	return fd;
}

static struct dw_script read_description(struct dw_arena *arena)
{
	char path[] = SCRATCH;
	int fd = make_scratch(path);

	if (write(fd, description, sizeof(description) - 1) != (ssize_t)sizeof(description) - 1)
		dw_die("%s: cannot be written", path);
	close(fd);
	struct dw_script script = dw_read_script(arena, path);

	unlink(path);
	return script;
}

static int write_dump(struct dw_arena *arena, unsigned n)
{
	struct dw_script script = read_description(arena);
	struct dw_settings settings = dw_read_settings(arena, &script, MAX_SETTINGS);

	for (size_t i = 0; i < MAX_SETTINGS && dumps[n].settings[i][0]; i++)
		dw_override(&settings, dumps[n].settings[i][0], dumps[n].settings[i][1]);
	if (dw_missing_codec(arena, &script, &settings))
		return -1;
	char path[] = SCRATCH;

	close(make_scratch(path));
	dw_write_dump(arena, &settings, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	unlink(path);
	return fd;
}

int sweep_write_dump(unsigned n, const char **name)
{
	struct dw_arena arena = { NULL };

	*name = NULL;
	if (n >= sizeof(dumps) / sizeof(*dumps))
		return -1;
	*name = dumps[n].name;
	int fd = write_dump(&arena, n);

	dw_free_all(&arena);
	return fd;
}

/* xz leaves holes for zeros where it writes to a file. */
static bool unpack(int from, int to)
{
	char program[] = "xz", option[] = "-dc";
	char *const words[] = { program, option, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status = 1;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	bool is_started = !posix_spawnp(&child, program, &actions, NULL, words, environ);

	posix_spawn_file_actions_destroy(&actions);
	return is_started && waitpid(child, &status, 0) == child && status == 0;
}

int sweep_open_dump(const char *name)
{
	size_t len = strlen(name);
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		perror(name);
	if (fd < 0 || len < 3 || strcmp(name + len - 3, ".xz"))
		return fd;
	char path[] = SCRATCH;
	int unpacked = make_scratch(path);

	unlink(path);
	if (!unpack(fd, unpacked)) {
		fprintf(stderr, "%s: xz cannot unpack it\n", name);
		close(unpacked);
		unpacked = -1;
	}
	close(fd);
	return unpacked;
}
