// SPDX-License-Identifier: GPL-2.0-or-later
/* case_run.c - what does the program do when it is called as a [run] section says? */

#include "tests/case.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A run takes milliseconds; under valgrind a second. What is here longer hangs. */
#define MAX_SECONDS 60

static bool take_prefix(const char **text, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(*text, prefix, len))
		return false;
	*text += len;
	return true;
}

/* `cat $dump | crashdmesg ...`, `crashdmesg ... < $dump`, `crashdmesg ... $dump`. */
static void parse_command(struct dw_arena *arena, struct case_run *run, const char *line)
{
	const char *redirect = strstr(line, " < $dump");
	char *command;

	run->command = line;
	if (take_prefix(&line, "cat $dump | "))
		run->input = INPUT_PIPED;
	else if (redirect)
		run->input = INPUT_REDIRECTED;
	command = dw_copy_text(arena, line, redirect ? (size_t)(redirect - line) : strlen(line));
	line = command;
	run->words = dw_alloc(arena, (strlen(command) + 2) * sizeof(*run->words));
	while (*line)
		run->words[run->n_words++] = dw_take_word(arena, &line);
}

/* What the program may be called. */
static bool is_our_name(const char *word)
{
	return !strcmp(word, "crashdmesg") || !strcmp(word, "vmcore-dmesg") ||
	       !strcmp(word, "makedumpfile");
}

static void parse_run(struct dw_arena *arena, const struct dw_script *script, struct case_run *run)
{
	size_t n_environment = 0;

	run->environment = dw_alloc(arena, (run->section->n_lines + 1) * sizeof(char *));
	for (size_t i = 0; i < run->section->n_lines; i++) {
		const struct dw_line *line = &run->section->lines[i];
		const char *text = line->text;
		uint64_t status;

		if (take_prefix(&text, "env "))
			run->environment[n_environment++] = dw_copy_text(arena, text, strlen(text));
		else if (take_prefix(&text, "exit = ") && dw_parse_number(text, &status))
			run->exit = (int)status;
		else if (!strcmp(text, "stdout = any"))
			run->any_stdout = true;
		else if (!strcmp(text, "stderr = any"))
			run->any_stderr = true;
		else if (!run->command)
			parse_command(arena, run, text);
		else
			dw_die("%s:%u: [run] has one command", script->path, line->number);
	}
	if (!run->command || !is_our_name(run->words[0]))
		dw_die("%s:%u: [run] needs a line `crashdmesg ...`", script->path,
		       run->section->number);
}

struct case_run *case_read_runs(struct dw_arena *arena, const struct dw_script *script,
				size_t *n_runs)
{
	struct case_run *runs = dw_alloc(arena, (script->n_sections + 1) * sizeof(*runs));

	*n_runs = 0;
	for (size_t i = 0; i < script->n_sections; i++) {
		const struct dw_section *section = &script->sections[i];
		struct case_run *run = *n_runs ? &runs[*n_runs - 1] : NULL;

		if (!strcmp(section->name, "run")) {
			run = &runs[(*n_runs)++];
			run->section = section;
			parse_run(arena, script, run);
		} else if (run && !strcmp(section->name, "stdout")) {
			run->out = section;
		} else if (run && !strcmp(section->name, "stderr")) {
			run->messages = section;
		} else if (run && !strcmp(section->name, "out")) {
			run->file = section;
		}
	}
	return runs;
}

/* Paths for $dump and the like. */
static char *fill_in(const struct case_place *place, const char *word)
{
	char *filled = case_replace(place->arena, word, "$dump", place->dump);

	filled = case_replace(place->arena, filled, "$out", place->file);
	filled = case_replace(place->arena, filled, "$shelf", place->shelf);
	return case_replace(place->arena, filled, "$dir", place->dir);
}

/* The program as another one: a link to it. */
static char *under_name(const struct case_place *place, const char *program, const char *name)
{
	char *link = dw_format(place->arena, "%s/%s", place->dir, name);
	char *target = realpath(program, NULL);

	if (!target)
		dw_die("%s: %s", program, strerror(errno));
	unlink(link);
	if (symlink(target, link))
		dw_die("%s: %s", link, strerror(errno));
	free(target);
	return link;
}

static char **make_arguments(const struct case_place *place, const struct case_run *run)
{
	const char *command = place->command;
	size_t room = strlen(command) + run->n_words + 1;
	char **arguments = dw_alloc(place->arena, room * sizeof(*arguments));
	size_t n = 0;

	/* CRASHDMESG="valgrind -q ./crashdmesg" is several words. */
	while (*command)
		arguments[n++] = dw_take_word(place->arena, &command);
	if (strcmp(run->words[0], "crashdmesg") != 0)
		arguments[n - 1] = under_name(place, arguments[n - 1], run->words[0]);
	for (size_t i = 1; i < run->n_words; i++)
		arguments[n++] = fill_in(place, run->words[i]);
	return arguments;
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		dw_die("%s: %s", path, strerror(errno));
	return fd;
}

/* A program that has read enough closes its end: that is no error. */
static void feed(int fd, const char *path)
{
	uint8_t piece[65536];
	int from = open_or_die(path, O_RDONLY);
	ssize_t n;

	while ((n = read(from, piece, sizeof(piece))) > 0) {
		for (ssize_t done = 0; done < n;) {
			ssize_t written = write(fd, piece + done, (size_t)(n - done));

			if (written < 0) {
				close(from);
				return;
			}
			done += written;
		}
	}
	close(from);
}

static _Noreturn void start(const struct case_place *place, const struct case_run *run, int in,
			    int out, int messages)
{
	char **arguments = make_arguments(place, run);

	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC", 1);
	for (char **variable = run->environment; *variable; variable++)
		putenv(fill_in(place, *variable));
	signal(SIGPIPE, SIG_DFL);
	if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(messages, 2) >= 0) {
		alarm(place->max_seconds ? place->max_seconds : MAX_SECONDS);
		execvp(arguments[0], arguments);
	}
	dprintf(messages, "%s: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

static int wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct case_result case_do_run(const struct case_place *place, const struct case_run *run)
{
	struct case_result result = { .exit = -1 };
	char *out_path = dw_format(place->arena, "%s/stdout", place->dir);
	char *messages_path = dw_format(place->arena, "%s/stderr", place->dir);
	int out = open_or_die(out_path, O_WRONLY | O_CREAT | O_TRUNC);
	int messages = open_or_die(messages_path, O_WRONLY | O_CREAT | O_TRUNC);
	int ends[2] = { -1, -1 };
	pid_t child;

	case_remove(place->file);
	if (run->input == INPUT_PIPED) {
		if (pipe2(ends, O_CLOEXEC))
			dw_die("pipe: %s", strerror(errno));
	} else {
		ends[0] = open_or_die(run->input == INPUT_REDIRECTED ? place->dump : "/dev/null",
				      O_RDONLY);
	}
	child = fork();
	if (child < 0)
		dw_die("fork: %s", strerror(errno));
	if (child == 0)
		start(place, run, ends[0], out, messages);
	close(ends[0]);
	if (run->input == INPUT_PIPED) {
		feed(ends[1], place->dump);
		close(ends[1]);
	}
	result.exit = wait_for(child);
	close(out);
	close(messages);
	result.out = case_read(place->arena, out_path);
	result.messages = case_read(place->arena, messages_path);
	result.file = case_read(place->arena, place->file);
	return result;
}
