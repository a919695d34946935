/* SPDX-License-Identifier: GPL-2.0-or-later */
/* script.h - a case file as sections of lines; docs/TESTING.md has its grammar. */

#ifndef DW_SCRIPT_H
#define DW_SCRIPT_H

#include "tests/dumpwriter/arena.h"

#include <stdbool.h>

struct dw_line {
	const char *text; /* without its newline */
	unsigned number;  /* in the file, from 1 */
};

struct dw_section {
	const char *name; /* what stands between the brackets */
	struct dw_line *lines;
	size_t n_lines;
	unsigned number; /* of the line with the brackets */
};

struct dw_script {
	const char *path;
	struct dw_section *sections; /* in the order of the file; a name may occur again */
	size_t n_sections;
};

/* Reads the file; ends the program where it cannot. Comments and blank lines are left out, except
 * in the sections that hold output. Everything lives in the arena. */
struct dw_script dw_read_script(struct dw_arena *arena, const char *path);

/* The first section of that name, or NULL. */
const struct dw_section *dw_find_section(const struct dw_script *script, const char *name);

/* The sections of a second kernel in the same memory, [other kernel] and the like, under the names
 * that they have without `which`. False: there are none. */
bool dw_find_machine(struct dw_arena *arena, const struct dw_script *script, const char *which,
		     struct dw_script *machine);

/* Turns C escapes (\n \t \r \b \f \v \0 \\ \" \xHH) into bytes. */
struct dw_buffer dw_unescape(struct dw_arena *arena, const char *text);

/* The next word of *text, which moves behind it and the blanks that follow; "" at the end. */
char *dw_take_word(struct dw_arena *arena, const char **text);

/* A number: decimal or 0x, a sign, and a unit of KiB, MiB, GiB or TiB. False if it is none. */
bool dw_parse_number(const char *text, uint64_t *value);

/* Seconds with a fraction, in nanoseconds. False if it is none. */
bool dw_parse_time(const char *text, uint64_t *ns);

#endif
