// SPDX-License-Identifier: GPL-2.0-or-later
/* faults_preload.c - a call of the program's that fails, as tests/faults asks for it.
 *
 *     LD_PRELOAD=tests/faults_preload.so FAULT_KIND=read FAULT_NTH=3 FAULT_ERRNO=5 ./crashdmesg DUMP
 *
 * FAULT_ERRNO -1: read and write take one byte. FAULT_STAYS=yes: all later calls of the kind fail, too.
 * FAULT_PROCESS: 0, the program; N: the Nth process that it starts, which counts from 1 again.
 * FAULT_REPORT: a file that gets a byte for each call that failed; without FAULT_NTH, lines
 * `PROCESS KIND CALLS` for processes 0 and 1.
 *
 * Built without sanitizers, and before them in the order of symbols: their malloc() is the next one. */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum kind {
	MALLOC,
	READ,
	WRITE,
	PWRITE,
	OPEN,
	STAT,
	READDIR,
	RENAME,
	SYNC,
	FORK,
	PIPE,
	CLOSE,
	SEEK,
	DLOPEN,
	POLL,
	WAIT,
	LINK,
	MKDIR,
	DUP,
	KINDS
};

static const char *const kind_names[KINDS] = {
	"malloc", "read",  "write", "pwrite", "open", "stat", "readdir",  "rename", "sync", "fork",
	"pipe",   "close", "seek",  "dlopen", "poll", "wait", "readlink", "mkdir",  "dup",
};

static struct {
	bool is_armed;
	enum kind kind; /* KINDS: none, calls are counted */
	unsigned long nth;
	int error;
	bool stays;
	unsigned long process;
	const char *report;
} plan = { .kind = KINDS };

static struct {
	unsigned long process, started;
	unsigned long calls[KINDS];
} now;

/* ---- the plan ---- */

static unsigned long number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	const char *kind = getenv("FAULT_KIND");
	const char *error = getenv("FAULT_ERRNO");

	for (int i = 0; kind && i < KINDS; i++)
		if (!strcmp(kind, kind_names[i]))
			plan.kind = (enum kind)i;
	plan.nth = number("FAULT_NTH");
	plan.process = number("FAULT_PROCESS");
	plan.error = error ? (int)strtol(error, NULL, 10) : EIO;
	plan.stays = getenv("FAULT_STAYS") != NULL;
	plan.report = getenv("FAULT_REPORT");
	plan.is_armed = true;
}

/* By system calls: nothing here may count, or fail as asked. */
static void report(const char *text, size_t len)
{
	long fd = plan.report ? syscall(SYS_openat, AT_FDCWD, plan.report,
					O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
			      : -1;

	if (fd < 0)
		return;
	syscall(SYS_write, fd, text, len);
	syscall(SYS_close, fd);
}

__attribute__((destructor)) static void end(void)
{
	char text[64 * KINDS];
	size_t len = 0;

	if (!plan.is_armed)
		return;
	plan.is_armed = false;
	if (plan.kind != KINDS || now.process > 1)
		return;
	for (int i = 0; i < KINDS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%lu %s %lu\n", now.process,
					kind_names[i], now.calls[i]);
	report(text, len);
}

static bool fails(enum kind kind)
{
	if (!plan.is_armed)
		return false;
	unsigned long nth = ++now.calls[kind];

	if (kind != plan.kind || now.process != plan.process || nth < plan.nth ||
	    (nth > plan.nth && !plan.stays))
		return false;
	report("x", 1);
	errno = plan.error;
	return true;
}

/* The function that this one stands before. */
#define REAL(name)                                                                                 \
	static __typeof__(name) *real;                                                             \
	do {                                                                                       \
		if (!real)                                                                         \
			real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                        \
	} while (0)

/* ---- memory ---- */

void *malloc(size_t size)
{
	REAL(malloc);
	return fails(MALLOC) ? NULL : real(size);
}

void *calloc(size_t n, size_t size)
{
	REAL(calloc);
	return fails(MALLOC) ? NULL : real(n, size);
}

void *realloc(void *old, size_t size)
{
	REAL(realloc);
	return fails(MALLOC) ? NULL : real(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	REAL(aligned_alloc);
	return fails(MALLOC) ? NULL : real(alignment, size);
}

int posix_memalign(void **at, size_t alignment, size_t size)
{
	REAL(posix_memalign);
	return fails(MALLOC) ? ENOMEM : real(at, alignment, size);
}

/* Sanitizers have one of their own, which would not come here. */
char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}

/* glibc's own leak what they have when memory runs out (2.36): they fail as a whole. regexec() says of
 * each failure that nothing matched. */
int regcomp(regex_t *compiled, const char *pattern, int flags)
{
	REAL(regcomp);
	if (fails(MALLOC))
		return REG_ESPACE;
	plan.is_armed = false;
	int st = real(compiled, pattern, flags);

	plan.is_armed = true;
	return st;
}

int regexec(const regex_t *compiled, const char *text, size_t n, regmatch_t matches[], int flags)
{
	REAL(regexec);
	if (fails(MALLOC))
		return REG_NOMATCH;
	plan.is_armed = false;
	int st = real(compiled, text, n, matches, flags);

	plan.is_armed = true;
	return st;
}

/* ---- bytes ---- */

/* What a call may read or write. 0: it fails. */
static size_t allowed(enum kind kind, size_t len)
{
	if (!fails(kind))
		return len ? len : 1;
	return plan.error < 0;
}

ssize_t read(int fd, void *buf, size_t len)
{
	REAL(read);
	size_t most = allowed(READ, len);

	return most ? real(fd, buf, most < len ? most : len) : -1;
}

ssize_t pread(int fd, void *buf, size_t len, off_t at)
{
	REAL(pread);
	size_t most = allowed(READ, len);

	return most ? real(fd, buf, most < len ? most : len, at) : -1;
}

ssize_t pread64(int fd, void *buf, size_t len, off64_t at)
{
	REAL(pread64);
	size_t most = allowed(READ, len);

	return most ? real(fd, buf, most < len ? most : len, at) : -1;
}

/* What the program itself says must arrive: it is what is judged. */
ssize_t write(int fd, const void *buf, size_t len)
{
	REAL(write);
	size_t most = fd == STDERR_FILENO && !now.process ? len : allowed(WRITE, len);

	return most || !len ? real(fd, buf, most < len ? most : len) : -1;
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t at)
{
	REAL(pwrite);
	size_t most = allowed(PWRITE, len);

	return most ? real(fd, buf, most < len ? most : len, at) : -1;
}

ssize_t pwrite64(int fd, const void *buf, size_t len, off64_t at)
{
	REAL(pwrite64);
	size_t most = allowed(PWRITE, len);

	return most ? real(fd, buf, most < len ? most : len, at) : -1;
}

/* ---- files ---- */

#define OPEN_MODE(flags, mode)                                                                     \
	do {                                                                                       \
		va_list args;                                                                      \
		va_start(args, flags);                                                             \
		if ((flags) & (O_CREAT | __O_TMPFILE))                                             \
			mode = va_arg(args, mode_t);                                               \
		va_end(args);                                                                      \
	} while (0)

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	REAL(open);
	OPEN_MODE(flags, mode);
	return fails(OPEN) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	mode_t mode = 0;

	REAL(open64);
	OPEN_MODE(flags, mode);
	return fails(OPEN) ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	REAL(openat);
	OPEN_MODE(flags, mode);
	return fails(OPEN) ? -1 : real(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...)
{
	mode_t mode = 0;

	REAL(openat64);
	OPEN_MODE(flags, mode);
	return fails(OPEN) ? -1 : real(folder, path, flags, mode);
}

/* NAME(PARAMETERS) with ARGUMENTS returns an int; -1: it failed. */
#define STANDS_BEFORE(kind, name, parameters, arguments)                                           \
	int name parameters                                                                        \
	{                                                                                          \
		REAL(name);                                                                        \
		return fails(kind) ? -1 : real arguments;                                          \
	}

STANDS_BEFORE(OPEN, mkostemp, (char *path, int flags), (path, flags))
STANDS_BEFORE(OPEN, mkostemp64, (char *path, int flags), (path, flags))
STANDS_BEFORE(OPEN, mkstemp, (char *path), (path))
STANDS_BEFORE(OPEN, mkstemp64, (char *path), (path))
STANDS_BEFORE(STAT, stat, (const char *path, struct stat *to), (path, to))
STANDS_BEFORE(STAT, stat64, (const char *path, struct stat64 *to), (path, to))
STANDS_BEFORE(STAT, lstat, (const char *path, struct stat *to), (path, to))
STANDS_BEFORE(STAT, lstat64, (const char *path, struct stat64 *to), (path, to))
STANDS_BEFORE(STAT, fstat, (int fd, struct stat *to), (fd, to))
STANDS_BEFORE(STAT, fstat64, (int fd, struct stat64 *to), (fd, to))
STANDS_BEFORE(STAT, fstatat, (int fd, const char *path, struct stat *to, int flags),
	      (fd, path, to, flags))
STANDS_BEFORE(STAT, fstatat64, (int fd, const char *path, struct stat64 *to, int flags),
	      (fd, path, to, flags))
STANDS_BEFORE(STAT, access, (const char *path, int mode), (path, mode))
STANDS_BEFORE(RENAME, rename, (const char *from, const char *to), (from, to))
STANDS_BEFORE(RENAME, renameat, (int in, const char *from, int into, const char *to),
	      (in, from, into, to))
STANDS_BEFORE(RENAME, linkat, (int in, const char *from, int into, const char *to, int flags),
	      (in, from, into, to, flags))
STANDS_BEFORE(SYNC, fsync, (int fd), (fd))
STANDS_BEFORE(SYNC, fdatasync, (int fd), (fd))
STANDS_BEFORE(PIPE, pipe, (int ends[2]), (ends))
STANDS_BEFORE(PIPE, pipe2, (int ends[2], int flags), (ends, flags))
STANDS_BEFORE(POLL, poll, (struct pollfd * files, nfds_t n, int ms), (files, n, ms))
STANDS_BEFORE(MKDIR, mkdir, (const char *path, mode_t mode), (path, mode))
STANDS_BEFORE(DUP, dup2, (int fd, int as), (fd, as))

off_t lseek(int fd, off_t at, int whence)
{
	REAL(lseek);
	return fails(SEEK) ? -1 : real(fd, at, whence);
}

off64_t lseek64(int fd, off64_t at, int whence)
{
	REAL(lseek64);
	return fails(SEEK) ? -1 : real(fd, at, whence);
}

ssize_t readlink(const char *path, char *buf, size_t len)
{
	REAL(readlink);
	return fails(LINK) ? -1 : real(path, buf, len);
}

/* What fails to be closed is closed all the same. */
int close(int fd)
{
	REAL(close);
	int st = real(fd);

	return fails(CLOSE) ? -1 : st;
}

DIR *opendir(const char *path)
{
	REAL(opendir);
	return fails(READDIR) ? NULL : real(path);
}

struct dirent *readdir(DIR *folder)
{
	REAL(readdir);
	return fails(READDIR) ? NULL : real(folder);
}

struct dirent64 *readdir64(DIR *folder)
{
	REAL(readdir64);
	return fails(READDIR) ? NULL : real(folder);
}

/* ---- libraries ---- */

void *dlopen(const char *name, int flags)
{
	REAL(dlopen);
	return fails(DLOPEN) ? NULL : real(name, flags);
}

/* ---- processes ---- */

pid_t fork(void)
{
	REAL(fork);
	if (fails(FORK))
		return -1;
	now.started++;
	pid_t pid = real();

	if (pid == 0) {
		now.process = now.started;
		memset(now.calls, 0, sizeof(now.calls));
	}
	return pid;
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	REAL(waitpid);
	return fails(WAIT) ? -1 : real(pid, status, options);
}

void _exit(int status)
{
	end();
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}
