// SPDX-License-Identifier: GPL-2.0-or-later
/* output.c - how do results and sentences leave the program? */

#include "cli/output.h"

#include "base/limits.h"
#include "base/outbuf.h"
#include "base/print.h"
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h> /* rename() */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_of(const struct cdm_output *output)
{
	return output->name ? output->name : "standard output";
}

/* ---- writing ---- */

static void wait_for_room(int fd)
{
	struct pollfd wanted = { .fd = fd, .events = POLLOUT };

	poll(&wanted, 1, -1);
}

/* Writes all of it. False: errno says why not. */
static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t written = write(fd, text, len);

		if (written >= 0) {
			text += written;
			len -= (size_t)written;
		} else if (errno == EAGAIN) {
			wait_for_room(fd);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

enum cdm_status cdm_output_flush(struct cdm_output *output, struct cdm_error *err)
{
	size_t len = output->len;

	output->len = 0;
	if (write_all(output->fd, output->buf, len))
		return CDM_OK;
	if (errno == EPIPE && !output->name)
		return CDM_END;
	return cdm_fail_errno(err, "%s: writing failed", name_of(output));
}

static enum cdm_status ensure_buffer(struct cdm_output *output, struct cdm_error *err)
{
	if (!output->buf)
		output->buf = malloc(CDM_OUTPUT_PIECE);
	return output->buf ? CDM_OK : cdm_fail_memory(err, "output");
}

enum cdm_status cdm_output_put(struct cdm_output *output, const char *text, size_t len,
			       struct cdm_error *err)
{
	enum cdm_status st = ensure_buffer(output, err);

	while (!st && len) {
		size_t left = CDM_OUTPUT_PIECE - output->len;
		size_t part = len < left ? len : left;

		memcpy(output->buf + output->len, text, part);
		output->len += part;
		text += part;
		len -= part;
		if (output->len == CDM_OUTPUT_PIECE)
			st = cdm_output_flush(output, err);
	}
	return !st && output->is_terminal ? cdm_output_flush(output, err) : st;
}

/* A text that is longer than the buffer. */
static enum cdm_status put_long_text(struct cdm_output *output,
				     size_t (*format)(void *priv, char *buf, size_t room),
				     void *priv, size_t len, struct cdm_error *err)
{
	if (len > CDM_MAX_FORMATTED)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"a text of %zu bytes is to be written; at most %u are allowed", len,
				CDM_MAX_FORMATTED);
	char *text = malloc(len);
	if (!text)
		return cdm_fail_memory(err, "a long record");
	format(priv, text, len);
	enum cdm_status st = cdm_output_put(output, text, len, err);
	free(text);
	return st;
}

enum cdm_status cdm_output_format(struct cdm_output *output,
				  size_t (*format)(void *priv, char *buf, size_t room), void *priv,
				  struct cdm_error *err)
{
	enum cdm_status st = ensure_buffer(output, err);

	if (st)
		return st;
	size_t len = format(priv, output->buf + output->len, CDM_OUTPUT_PIECE - output->len);
	if (len > CDM_OUTPUT_PIECE - output->len) {
		st = cdm_output_flush(output, err);
		if (st)
			return st;
		if (len > CDM_OUTPUT_PIECE)
			return put_long_text(output, format, priv, len, err);
		format(priv, output->buf, CDM_OUTPUT_PIECE);
	}
	output->len += len;
	return output->is_terminal ? cdm_output_flush(output, err) : CDM_OK;
}

/* ---- the file ---- */

/* The folder's part of path, with its slash: "" where there is none. */
static int folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (int)(slash + 1 - path) : 0;
}

/* The first folder_len characters of path with something behind them. NULL: out of memory. */
static char *in_folder(const char *path, int len, const char *before, const char *name,
		       const char *after)
{
	size_t room = (size_t)len + strlen(before) + strlen(name) + strlen(after) + 1;
	char *joined = malloc(room);

	if (joined)
		cdm_print(joined, room, "%.*s%s%s%s", len, path, before, name, after);
	return joined;
}

/* What the symbolic link at path points to, as a path of ours. NULL: out of memory. */
static char *path_behind_link(const char *path, const char *content)
{
	return in_folder(path, content[0] == '/' ? 0 : folder_len(path), "", content, "");
}

/* Follows symbolic links, the last of which may point to nothing. */
static enum cdm_status find_target(struct cdm_output *output, struct cdm_error *err)
{
	char content[PATH_MAX];
	char *path = strdup(output->name);

	for (int links = 0; path && links < CDM_MAX_LINKS; links++) {
		ssize_t len = readlink(path, content, sizeof(content) - 1);

		if (len < 0 && errno != EINVAL && errno != ENOENT && errno != ENOTDIR) {
			enum cdm_status st = cdm_fail_errno(err, "%s", path);

			free(path);
			return st;
		}
		if (len < 0) { /* no link, or nothing there */
			output->target = path;
			return CDM_OK;
		}
		content[len] = '\0';
		char *next = path_behind_link(path, content);
		free(path);
		path = next;
	}
	if (!path)
		return cdm_fail_memory(err, "output");
	free(path);
	return cdm_fail(err, CDM_ERR_LIMIT, "%s: more than %d symbolic links one behind the other",
			output->name, CDM_MAX_LINKS);
}

/* The folder of path. NULL: out of memory. */
static char *folder_of(const char *path)
{
	int len = folder_len(path);

	return in_folder(path, len, len ? "" : ".", "", "");
}

/* A name beside the target. NULL: out of memory. */
static char *name_beside(const struct cdm_output *output, const char *suffix)
{
	int folder = folder_len(output->target);

	return in_folder(output->target, folder, ".", output->target + folder, suffix);
}

#define LINK_ROOM 32

/* What can be linked to: the file that is open, whether or not it has a name. */
static const char *name_of_open_file(int fd, char path[LINK_ROOM])
{
	cdm_print(path, LINK_ROOM, "/proc/self/fd/%d", fd);
	return path;
}

/* Goes away with the process, unless it is given a name. -1: that cannot be had here. */
static int open_nameless(const char *path)
{
	char link[LINK_ROOM];
	struct stat there;
	char *folder = folder_of(path);

	if (!folder)
		return -1;
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);

	free(folder);
	if (fd < 0 || stat(name_of_open_file(fd, link), &there) == 0)
		return fd;
	close(fd); /* without /proc it would never get one */
	return -1;
}

/* File systems without O_TMPFILE: NFS, vfat, overlayfs before Linux 6.3. */
static enum cdm_status open_unlinked(struct cdm_output *output, struct cdm_error *err)
{
	char *name = name_beside(output, ".XXXXXX");

	if (!name)
		return cdm_fail_memory(err, "output");
	output->fd = cdm_unlinked_file(name);
	free(name);
	return output->fd >= 0
		       ? CDM_OK
		       : cdm_fail_errno(err, "%s: a file beside it cannot be made", output->name);
}

static enum cdm_status open_beside(struct cdm_output *output, struct cdm_error *err)
{
	output->fd = open_nameless(output->target);
	output->has_no_name = output->fd >= 0;
	return output->has_no_name ? CDM_OK : open_unlinked(output, err);
}

/* A name that no other process uses and none has left behind: *name, to be freed. */
static enum cdm_status link_file(struct cdm_output *output, char **name, struct cdm_error *err)
{
	char link[LINK_ROOM], suffix[LINK_ROOM];

	name_of_open_file(output->fd, link);
	for (unsigned attempt = 0; attempt < CDM_MAX_NAMES; attempt++) {
		cdm_print(suffix, sizeof(suffix), ".%d.%u", (int)getpid(), attempt);
		*name = name_beside(output, suffix);
		if (!*name)
			return cdm_fail_memory(err, "output");
		if (linkat(AT_FDCWD, link, AT_FDCWD, *name, AT_SYMLINK_FOLLOW) == 0)
			return CDM_OK;
		int saved = errno;

		free(*name);
		errno = saved;
		if (errno != EEXIST)
			break;
	}
	*name = NULL;
	return cdm_fail_errno(err, "%s: what was written cannot be given a name", output->name);
}

/* Writes all that the file holds to fd, safely to disk. False: errno says why not. */
static bool copy_all(const struct cdm_output *output, int fd)
{
	char piece[CDM_COPY_PIECE];
	off_t at = 0;
	ssize_t n;

	while ((n = pread(output->fd, piece, sizeof(piece), at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || !write_all(fd, piece, (size_t)n))
			return false;
		at += n;
	}
	return fsync(fd) == 0;
}

/* The same of a file that can be given no name: another one gets what it holds. */
static enum cdm_status copy_file(struct cdm_output *output, char **name, struct cdm_error *err)
{
	*name = name_beside(output, ".XXXXXX");
	if (!*name)
		return cdm_fail_memory(err, "output");
	int fd = mkostemp(*name, O_CLOEXEC);

	if (fd < 0) {
		enum cdm_status st =
			cdm_fail_errno(err, "%s: a file beside it cannot be made", output->name);

		free(*name);
		*name = NULL;
		return st;
	}
	bool is_copied = copy_all(output, fd);
	enum cdm_status st =
		is_copied ? CDM_OK : cdm_fail_errno(err, "%s: writing failed", output->name);

	if (close(fd) && !st && errno != EINTR)
		st = cdm_fail_errno(err, "%s: writing failed", output->name);
	return st;
}

static enum cdm_status open_in_place(struct cdm_output *output, struct cdm_error *err)
{
	output->fd = open(output->name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	return output->fd >= 0 ? CDM_OK : cdm_fail_errno(err, "%s", output->name);
}

enum cdm_status cdm_output_open_here(struct cdm_output *output, const char *name,
				     struct cdm_error *err)
{
	*output = (struct cdm_output){ .fd = -1, .name = name, .target = strdup(name) };
	return output->target ? open_beside(output, err) : cdm_fail_memory(err, "output");
}

enum cdm_status cdm_output_open(struct cdm_output *output, const char *name, struct cdm_error *err)
{
	struct stat there;
	enum cdm_status st = CDM_OK;

	*output = (struct cdm_output){ .fd = name ? -1 : STDOUT_FILENO, .name = name };
	if (!name)
		st = CDM_OK;
	else if (stat(name, &there) == 0 ? S_ISREG(there.st_mode) : errno == ENOENT)
		st = find_target(output, err);
	else
		st = open_in_place(output, err);
	if (!st && output->target)
		st = open_beside(output, err);
	if (!st)
		output->is_terminal = isatty(output->fd);
	return st;
}

/* So that the name survives a power failure. Some file systems cannot: their matter. */
static void sync_folder(const char *path)
{
	char *folder = folder_of(path);

	if (!folder)
		return;
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static enum cdm_status put_in_place(struct cdm_output *output, struct cdm_error *err)
{
	char *name = NULL;

	if (fsync(output->fd))
		return cdm_fail_errno(err, "%s", output->name);
	enum cdm_status st =
		output->has_no_name ? link_file(output, &name, err) : copy_file(output, &name, err);

	if (!st && rename(name, output->target))
		st = cdm_fail_errno(err, "%s", output->name);
	if (st && name)
		unlink(name);
	free(name);
	return st;
}

/* While the file has a name that is not its own, no signal ends the process. */
static enum cdm_status publish(struct cdm_output *output, struct cdm_error *err)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	enum cdm_status st = put_in_place(output, err);

	if (!st)
		sync_folder(output->target);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return st;
}

enum cdm_status cdm_output_sync(struct cdm_output *output, struct cdm_error *err)
{
	enum cdm_status st = cdm_output_flush(output, err);

	if (st)
		return st;
	if (output->target && fsync(output->fd))
		return cdm_fail_errno(err, "%s: writing failed", name_of(output));
	return CDM_OK;
}

/* Errors of network file systems may come as late as here. */
static enum cdm_status close_file(struct cdm_output *output, struct cdm_error *err)
{
	int fd = output->fd;

	output->fd = -1;
	if (fd < 0 || close(fd) == 0 || errno == EINTR)
		return CDM_OK;
	return cdm_fail_errno(err, "%s: writing failed", name_of(output));
}

enum cdm_status cdm_output_close(struct cdm_output *output, bool keep, struct cdm_error *err)
{
	struct cdm_error ignored;
	enum cdm_status st = CDM_OK;

	if (keep)
		st = cdm_output_flush(output, err);
	if (keep && !st && output->target)
		st = publish(output, err);
	enum cdm_status closed = close_file(output, st || !keep ? &ignored : err);
	free(output->target);
	free(output->buf);
	*output = (struct cdm_output){ .fd = -1 };
	return st || !keep ? st : closed;
}

/* ---- short texts ---- */

enum cdm_status cdm_output_print(const char *text, struct cdm_error *err)
{
	if (write_all(STDOUT_FILENO, text, strlen(text)))
		return CDM_OK;
	return cdm_fail_errno(err, "standard output: writing failed");
}

static void put_visible_string(struct cdm_outbuf *out, const char *text)
{
	cdm_put_visible(out, (struct cdm_bytes){ (const uint8_t *)text, strlen(text) });
}

void cdm_tell(const char *dump, const char *fmt, ...)
{
	char sentence[CDM_MAX_MESSAGE];
	char line[CDM_MAX_MESSAGE];
	struct cdm_outbuf out = { .at = line, .room = sizeof(line) - 1 };
	va_list args;

	va_start(args, fmt);
	cdm_print_list(sentence, sizeof(sentence), fmt, args);
	va_end(args);
	cdm_put_string(&out, "crashdmesg: ");
	if (dump) {
		put_visible_string(&out, dump);
		cdm_put_string(&out, ": ");
	}
	put_visible_string(&out, sentence);
	size_t len = out.needed < out.room ? out.needed : out.room;
	line[len++] = '\n';
	write_all(STDERR_FILENO, line, len);
}

void cdm_tell_raw(const char *text, size_t len)
{
	write_all(STDERR_FILENO, text, len);
}

void cdm_tell_hint(void)
{
	static const char hint[] = "Try 'crashdmesg --help' for more information.\n";

	write_all(STDERR_FILENO, hint, sizeof(hint) - 1);
}
