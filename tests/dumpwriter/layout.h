/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout.h - where a field of a file's structures is, in each class and byte order. */

#ifndef DW_LAYOUT_H
#define DW_LAYOUT_H

#include "tests/dumpwriter/settings.h"

/* How the headers of the file are laid out: independent of the kernel's memory. */
struct dw_layout {
	bool is_big;
	unsigned word;          /* ELF class, and that of the kdump sub header: 4 or 8 bytes */
	bool is_padded;         /* sub header of 32 bits with numbers of 64 bits aligned to 8 */
	unsigned timeval_at;    /* in the kdump header */
	unsigned timeval_width; /* of each of its two numbers */
};

struct dw_field {
	unsigned off;
	unsigned width;
};

/* [dump] headers, word, sub_header, timeval; what is not given is as the kernel's memory. */
struct dw_layout dw_read_layout(const struct dw_settings *settings, bool is_big, unsigned word);

/* kind: "elf", "phdr", "shdr", "note", "kdump", "sub", "page", "extent",
 * "chunk". False: there is no such field. */
bool dw_find_field(const struct dw_layout *layout, const char *kind, const char *name,
		   struct dw_field *field);

/* Bytes of a structure: "elf", "phdr", "shdr"; of the sub header of a version. */
unsigned dw_structure_size(const struct dw_layout *layout, const char *kind);
unsigned dw_sub_header_size(const struct dw_layout *layout, unsigned version);

/* Stores a number in the structure's bytes; one that is too large is cut off. */
void dw_store_field(const struct dw_layout *layout, uint8_t *structure, const char *kind,
		    const char *name, uint64_t value);

#endif
