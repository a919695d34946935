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

#define MAX_SETTINGS 8
#define SCRATCH "/tmp/crashdmesg-sweep.XXXXXX"

extern char **environ;

/* In a ring of 32 descriptors and 1 KiB the oldest ones are overwritten, and a block is moved. */
static const char few_lines[] =
	"[log]\n"
	"6.0  0.000000           T0    Linux version 6.12.9\n"
	"fill 40  6.0  1.000000+0.001000  T1  text of record $i\n"
	"4.0  1.500000           T412  first line\\nsecond line\n"
	"6.3  2.000001           T1    systemd[1]: Starting\n"
	"0.0  2.250000           C3    Kernel panic - not syncing: sysrq triggered crash\n";

/* Lines of all lengths, an empty one, devices and following lines. */
#define LINES(n)                                                                                   \
	"[log]\n"                                                                                  \
	"6.0  0.000000           T0    Linux version 6.12.9\n"                                     \
	"fill 60 6.0 0.100000+0.001000 T1 short $i\n"                                              \
	"6.0  0.200000           T1    \n"                                                         \
	"fill " #n                                                                                 \
	" 6.0 1.000000+0.010000 T7 text of record $i, as long as most lines of a boot are\n"       \
	"fill 20 5.3 100.000000+0.001000 T7 {subsystem=pci device=+pci:0000:00:1f.2} of device "   \
	"$i\n"                                                                                     \
	"4.0  110.500000         T412  first line\\nsecond line\n"                                 \
	"fill 60 4.0 111.000000+0.010000 C3 {length=200} long text $i\n"                           \
	"6.3  120.000001         T1    systemd[1]: Starting\n"                                     \
	"0.0  122.250000         C3    Kernel panic - not syncing: sysrq triggered crash\n"

static const char lines[] = LINES(180), many_lines[] = LINES(700);

/* Texts that are longer than a page, between others. */
static const char huge_lines[] = "[log]\n"
				 "6.0  0.000000           T0    Linux version 6.12.9\n"
				 "fill 20  6.0  1.000000+0.001000  T1  short $i\n"
				 "fill 3  6.0  2.000000+0.001000  T1  {length=6000} huge $i\n"
				 "fill 20  6.0  3.000000+0.001000  T1  short again $i\n"
				 "fill 3  6.0  4.000000+0.001000  T1  {length=9000} huge again $i\n"
				 "fill 4  6.0  5.000000+0.001000  T1  at last $i\n";

struct dump {
	const char *name;
	const char *log; /* NULL: the one above */
	const char *settings[MAX_SETTINGS][2];
};

static const struct dump rings[] = {
	{ "ELF, ring of many pages",
	  lines,
	  { { "format", "elf" }, { "kernel.size_bits", "16" }, { "kernel.count_bits", "9" } } },
	{ "ELF, ring of many pages, full",
	  many_lines,
	  { { "format", "elf" }, { "kernel.size_bits", "15" }, { "kernel.count_bits", "9" } } },
	{ "ELF, ring of many pages, full, infos of 112 bytes",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.info_size", "112" },
	    { "kernel.exact_fit", "stays" },
	    { "kernel.size_bits", "17" },
	    { "kernel.count_bits", "8" } } },
	{ "ELF, texts longer than a page",
	  huge_lines,
	  { { "format", "elf" }, { "kernel.size_bits", "16" } } },
	{ "kdump, zlib, ring of many pages, full",
	  many_lines,
	  { { "format", "kdump" },
	    { "compress", "zlib" },
	    { "kernel.size_bits", "15" },
	    { "kernel.count_bits", "9" } } },
	{ "kdump, raw pages, ring in the direct map",
	  lines,
	  { { "format", "kdump" },
	    { "compress", "none" },
	    { "kernel.ring", "direct" },
	    { "kernel.levels", "5" },
	    { "kernel.size_bits", "16" },
	    { "kernel.count_bits", "9" } } },
	{ "ELF of ppc, ring of many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "ppc" },
	    { "kernel.size_bits", "15" },
	    { "kernel.count_bits", "9" } } },
	{ "ELF of i386, ring of many pages",
	  lines,
	  { { "format", "elf" },
	    { "kernel.arch", "i386" },
	    { "kernel.size_bits", "16" },
	    { "kernel.count_bits", "9" } } },
	{ "ELF of s390x, ring of many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "s390x" },
	    { "kernel.size_bits", "15" },
	    { "kernel.count_bits", "9" } } },
	{ "ELF, records in many pages",
	  lines,
	  { { "format", "elf" }, { "kernel.log", "records" }, { "kernel.log_buf_len", "65536" } } },
	{ "kdump, zlib, records in many pages, full",
	  many_lines,
	  { { "format", "kdump" },
	    { "compress", "zlib" },
	    { "kernel.log", "records" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF of s390x, records in many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "s390x" },
	    { "kernel.log", "records" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF of i386, records with callers in many pages",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "i386" },
	    { "kernel.log", "records" },
	    { "kernel.header_size", "20" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF of ppc, records of 3.5.0 in many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "ppc" },
	    { "kernel.log", "records" },
	    { "kernel.struct_name", "none" },
	    { "kernel.level16", "yes" },
	    { "kernel.wrap", "tight" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF, records of 24 bytes in many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.log", "records" },
	    { "kernel.header_size", "24" },
	    { "kernel.record_align", "8" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF, characters in many pages",
	  lines,
	  { { "format", "elf" }, { "kernel.log", "text" }, { "kernel.log_buf_len", "65536" } } },
	{ "kdump, zlib, characters in many pages, full",
	  many_lines,
	  { { "format", "kdump" },
	    { "compress", "zlib" },
	    { "kernel.log", "text" },
	    { "kernel.log_buf_len", "32768" } } },
	{ "ELF of ppc, characters in many pages, full",
	  many_lines,
	  { { "format", "elf" },
	    { "kernel.arch", "ppc" },
	    { "kernel.log", "text" },
	    { "kernel.log_buf_len", "32768" } } },
};

static const struct dump containers[] = {
	{ "ELF", NULL, { { "format", "elf" } } },
	{ "ELF, flattened", NULL, { { "format", "elf" }, { "wrapper", "flat" } } },
	{ "ELF, ring full",
	  NULL,
	  { { "format", "elf" }, { "kernel.size_bits", "10" }, { "kernel.count_bits", "5" } } },
	{ "kdump, raw pages", NULL, { { "format", "kdump" }, { "compress", "none" } } },
	{ "kdump, zlib", NULL, { { "format", "kdump" }, { "compress", "zlib" } } },
	{ "kdump, lzo", NULL, { { "format", "kdump" }, { "compress", "lzo" } } },
	{ "kdump, snappy", NULL, { { "format", "kdump" }, { "compress", "snappy" } } },
	{ "kdump, zstd", NULL, { { "format", "kdump" }, { "compress", "zstd" } } },
	{ "kdump, zlib, flattened",
	  NULL,
	  { { "format", "kdump" }, { "compress", "zlib" }, { "wrapper", "flat" } } },
	{ "kdump, ring full, infos of 112 bytes",
	  NULL,
	  { { "format", "kdump" },
	    { "compress", "none" },
	    { "kernel.info_size", "112" },
	    { "kernel.exact_fit", "stays" },
	    { "kernel.size_bits", "10" },
	    { "kernel.count_bits", "5" } } },
	{ "kdump, ring in the direct map",
	  NULL,
	  { { "format", "kdump" },
	    { "compress", "none" },
	    { "kernel.info_size", "112" },
	    { "kernel.ring", "direct" },
	    { "kernel.levels", "5" } } },
	{ "ELF of ppc: 32 bits, big-endian",
	  NULL,
	  { { "format", "elf" }, { "kernel.arch", "ppc" } } },
	{ "ELF, records of 3.5 to 5.9",
	  NULL,
	  { { "format", "elf" }, { "kernel.log", "records" } } },
	{ "ELF of s390x, records, ring full",
	  NULL,
	  { { "format", "elf" },
	    { "kernel.arch", "s390x" },
	    { "kernel.log", "records" },
	    { "kernel.log_buf_len", "1024" } } },
	{ "ELF of i386, records with callers",
	  NULL,
	  { { "format", "elf" },
	    { "kernel.arch", "i386" },
	    { "kernel.log", "records" },
	    { "kernel.header_size", "20" } } },
	{ "ELF, text of before 3.5", NULL, { { "format", "elf" }, { "kernel.log", "text" } } },
	{ "ELF of ppc, text, ring full",
	  NULL,
	  { { "format", "elf" },
	    { "kernel.arch", "ppc" },
	    { "kernel.log", "text" },
	    { "kernel.log_buf_len", "1024" } } },
	{ "ELF, gzip", NULL, { { "format", "elf" }, { "wrapper", "gzip" } } },
	{ "kdump, whole file by zstd",
	  NULL,
	  { { "format", "kdump" }, { "compress", "none" }, { "wrapper", "zstd" } } },
	{ "kdump, zlib, flattened, xz",
	  NULL,
	  { { "format", "kdump" }, { "compress", "zlib" }, { "wrapper", "flat+xz" } } },
	{ "kdump, whole file by lz4",
	  NULL,
	  { { "format", "kdump" }, { "compress", "none" }, { "wrapper", "lz4" } } },
};

static int make_scratch(char *path)
{
	int fd = mkstemp(path);

	if (fd < 0)
		dw_die("%s: cannot be made", path);
	return fd;
}

static struct dw_script read_description(struct dw_arena *arena, const struct dump *dump)
{
	const char *log = dump->log ? dump->log : few_lines;
	char path[] = SCRATCH;
	int fd = make_scratch(path);

	if (write(fd, log, strlen(log)) != (ssize_t)strlen(log))
		dw_die("%s: cannot be written", path);
	close(fd);
	struct dw_script script = dw_read_script(arena, path);

	unlink(path);
	return script;
}

static int write_dump(struct dw_arena *arena, const struct dump *dump)
{
	struct dw_script script = read_description(arena, dump);
	struct dw_settings settings = dw_read_settings(arena, &script, MAX_SETTINGS);

	for (size_t i = 0; i < MAX_SETTINGS && dump->settings[i][0]; i++)
		dw_override(&settings, dump->settings[i][0], dump->settings[i][1]);
	if (dw_missing_codec(arena, &script, &settings))
		return -1;
	char path[] = SCRATCH;

	close(make_scratch(path));
	dw_write_dump(arena, &settings, path);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	unlink(path);
	return fd;
}

int sweep_write_dump(enum sweep_set set, unsigned n, const char **name)
{
	const struct dump *dumps = set == SWEEP_RINGS ? rings : containers;
	size_t count = set == SWEEP_RINGS ? sizeof(rings) / sizeof(*rings)
					  : sizeof(containers) / sizeof(*containers);
	struct dw_arena arena = { NULL };

	*name = NULL;
	if (n >= count)
		return -1;
	*name = dumps[n].name;
	int fd = write_dump(&arena, &dumps[n]);

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
