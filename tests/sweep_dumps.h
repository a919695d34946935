/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_dumps.h - small sound dumps: some that are written here, and real ones that are packed. */

#ifndef TESTS_SWEEP_DUMPS_H
#define TESTS_SWEEP_DUMPS_H

enum sweep_set {
	SWEEP_CONTAINERS, /* all containers and generations, with few records */
	SWEEP_RINGS,      /* all generations, with rings of many pages */
};

/* Writes the dump numbered n (from 0) of a set to an unlinked file and returns its descriptor. *name
 * says what it is; NULL after the last. -1: its codec is not built in. */
int sweep_write_dump(enum sweep_set set, unsigned n, const char **name);

/* Opens a dump; one whose name ends with .xz is unpacked to an unlinked file. -1 with a message. */
int sweep_open_dump(const char *name);

#endif
