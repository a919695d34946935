// SPDX-License-Identifier: GPL-2.0-or-later
/* color.c - what do the user's files say about colours? */

#include "cli/color.h"

#include "base/limits.h"
#include "base/print.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* dmesg's own, and what schemes call the parts. */
static const struct {
	char name[10];
	char sequence[10];
} parts[CDM_COLORS] = {
	[CDM_COLOR_SUBSYS] = { "subsys", "\033[33m" },
	[CDM_COLOR_TIME] = { "time", "\033[32m" },
	[CDM_COLOR_TIMEBREAK] = { "timebreak", "\033[32m\033[1m" },
	[CDM_COLOR_ALERT] = { "alert", "\033[7m\033[31m" },
	[CDM_COLOR_CRIT] = { "crit", "\033[1m\033[31m" },
	[CDM_COLOR_ERR] = { "err", "\033[31m" },
	[CDM_COLOR_WARN] = { "warn", "\033[1m" },
	[CDM_COLOR_SEGFAULT] = { "segfault", "\033[2m\033[31m" },
};

static const struct {
	char name[13];
	char parameters[5]; /* between ESC [ and m */
} color_names[] = {
	{ "black", "30" },      { "blink", "5" },         { "blue", "34" },
	{ "bold", "1" },        { "brown", "33" },        { "cyan", "36" },
	{ "darkgray", "1;30" }, { "gray", "37" },         { "green", "32" },
	{ "halfbright", "2" },  { "lightblue", "1;34" },  { "lightcyan", "1;36" },
	{ "lightgray", "37" },  { "lightgreen", "1;32" }, { "lightmagenta", "1;35" },
	{ "lightred", "1;31" }, { "magenta", "35" },      { "red", "31" },
	{ "reset", "0" },       { "reverse", "7" },       { "yellow", "1;33" },
	{ "white", "1;37" },
};

/* ---- a scheme: lines of a name and a colour ---- */

/* "\e[1;31m": C escapes, and \e, \_ for a blank, \# for itself. */
static void copy_escaped(char *to, const char *from)
{
	static const char escapes[][2] = { { 'a', '\a' }, { 'b', '\b' }, { 'e', '\033' },
					   { 'f', '\f' }, { 'n', '\n' }, { 'r', '\r' },
					   { 't', '\t' }, { 'v', '\v' }, { '_', ' ' } };
	size_t len = 0;

	while (*from && len + 1 < CDM_MAX_COLOR) {
		char c = *from++;

		if (c == '\\' && *from) {
			c = *from++;
			for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
				if (escapes[i][0] == c) {
					c = escapes[i][1];
					break;
				}
		}
		to[len++] = c;
	}
	to[len] = '\0';
}

static void set_color(char *sequence, const char *color)
{
	for (size_t i = 0; i < sizeof(color_names) / sizeof(*color_names); i++) {
		if (!strcmp(color_names[i].name, color)) {
			cdm_print(sequence, CDM_MAX_COLOR, "\033[%sm", color_names[i].parameters);
			return;
		}
	}
	if (color[strspn(color, "0123456789;")] == '\0' && strlen(color) < CDM_MAX_COLOR - 4)
		cdm_print(sequence, CDM_MAX_COLOR, "\033[%sm", color);
	else if (color[0] == '\\')
		copy_escaped(sequence, color);
}

static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	size_t len = strcspn(word, " \t");

	*rest = word + len + (word[len] != '\0');
	word[len] = '\0';
	return word;
}

static void read_scheme_line(struct cdm_palette *palette, char *line)
{
	const char *name = next_word(&line), *color = next_word(&line);

	if (name[0] == '#' || !color[0])
		return;
	for (unsigned part = 0; part < CDM_COLORS; part++)
		if (!strcmp(parts[part].name, name))
			set_color(palette->sequences[part], color);
}

static void read_scheme(struct cdm_palette *palette, const char *path)
{
	char text[CDM_MAX_SCHEME + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t len = fd < 0 ? 0 : read(fd, text, CDM_MAX_SCHEME);

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	for (char *line = text; *line;) {
		size_t line_len = strcspn(line, "\r\n");
		bool is_last = !line[line_len];

		line[line_len] = '\0';
		read_scheme_line(palette, line);
		line += line_len + !is_last;
	}
}

/* ---- the folder: files named [program][@terminal].enable, .disable or .scheme ---- */

enum kind { KIND_ENABLE, KIND_DISABLE, KIND_SCHEME, N_KINDS };

/* The best file of each kind so far: how closely its name says that it is for us. */
struct findings {
	unsigned scores[N_KINDS]; /* 0: none */
	char scheme[CDM_MAX_COLOR_PATH];
};

/* Of a name without its kind; 0: it is for others. */
static unsigned score_of(const char *name, size_t len, const char *terminal)
{
	const char *at = memchr(name, '@', len);
	size_t program_len = at ? (size_t)(at - name) : len;
	unsigned score = 1;

	if (program_len == 10 && !memcmp(name, "crashdmesg", 10))
		score += 4;
	else if (program_len == 5 && !memcmp(name, "dmesg", 5))
		score += 2;
	else if (program_len)
		return 0;
	if (!at)
		return score * 2;
	size_t terminal_len = len - program_len - 1;

	if (strlen(terminal) != terminal_len || memcmp(terminal, at + 1, terminal_len) != 0)
		return 0;
	return score * 2 + 1;
}

static void consider_file(struct findings *findings, const char *folder, const char *name,
			  const char *terminal)
{
	static const char kinds[N_KINDS][8] = { "enable", "disable", "scheme" };
	const char *dot = strrchr(name, '.');
	const char *kind_name = dot ? dot + 1 : name;
	size_t len = dot ? (size_t)(dot - name) : 0;

	for (unsigned kind = 0; kind < N_KINDS; kind++) {
		if (strcmp(kinds[kind], kind_name) != 0)
			continue;
		unsigned score = score_of(name, len, terminal);

		if (score <= findings->scores[kind])
			continue;
		findings->scores[kind] = score;
		if (kind == KIND_SCHEME)
			cdm_print(findings->scheme, sizeof(findings->scheme), "%s/%s", folder,
				  name);
	}
}

/* False: there is no such folder. */
static bool search_folder(struct findings *findings, const char *folder)
{
	const char *terminal = getenv("TERM");
	DIR *entries = opendir(folder);
	struct dirent *entry;

	if (!entries)
		return false;
	for (unsigned n = 0; n < CDM_MAX_COLOR_FILES && (entry = readdir(entries)); n++)
		if (entry->d_name[0] != '.' || entry->d_name[1] == 'e' || entry->d_name[1] == 'd' ||
		    entry->d_name[1] == 's')
			consider_file(findings, folder, entry->d_name, terminal ? terminal : "");
	closedir(entries);
	return true;
}

static void search_folders(struct findings *findings)
{
	char folder[CDM_MAX_COLOR_PATH];
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	folder[0] = '\0';
	if (config && config[0])
		cdm_print(folder, sizeof(folder), "%s/terminal-colors.d", config);
	else if (home && home[0])
		cdm_print(folder, sizeof(folder), "%s/.config/terminal-colors.d", home);
	if (!folder[0] || !search_folder(findings, folder))
		search_folder(findings, "/etc/terminal-colors.d");
}

/* ---- whether ---- */

static bool has_colors(void)
{
	const char *terminal = getenv("TERM");

	return terminal && terminal[0] && strcmp(terminal, "dumb") != 0;
}

/* Where nothing was asked for, the user's settings decide; "auto" asks for colours on a terminal. */
static bool is_wanted(enum cdm_color_when when, bool is_terminal, const struct findings *findings)
{
	switch (when) {
	case CDM_COLOR_ALWAYS:
		return true;
	case CDM_COLOR_NEVER:
		return false;
	case CDM_COLOR_AUTO:
		return is_terminal && has_colors();
	default:
		return is_terminal && has_colors() && !getenv("NO_COLOR") &&
		       findings->scores[KIND_DISABLE] <= findings->scores[KIND_ENABLE];
	}
}

bool cdm_palette_choose(struct cdm_palette *palette, enum cdm_color_when when, bool is_terminal)
{
	struct findings findings = { .scores = { 0 } };

	if (when == CDM_COLOR_NEVER || (when != CDM_COLOR_ALWAYS && !is_terminal))
		return false;
	search_folders(&findings);
	if (!is_wanted(when, is_terminal, &findings))
		return false;
	for (unsigned part = 0; part < CDM_COLORS; part++) {
		memcpy(palette->sequences[part], parts[part].sequence,
		       sizeof(parts[part].sequence));
		palette->colors[part] = palette->sequences[part];
	}
	if (findings.scores[KIND_SCHEME])
		read_scheme(palette, findings.scheme);
	return true;
}
