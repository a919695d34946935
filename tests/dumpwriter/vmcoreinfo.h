/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmcoreinfo.h - the text in which the kernel describes itself. */

#ifndef DW_VMCOREINFO_H
#define DW_VMCOREINFO_H

#include "tests/dumpwriter/kernel.h"

/* The lines in order; [vmcoreinfo] changes them before they are joined. */
struct dw_info_lines {
	struct dw_arena *arena;
	const char *path;
	unsigned word; /* of the machine: how long an address is */
	char **lines;
	size_t n_lines;
	size_t room;
};

void dw_add_line(struct dw_info_lines *info, const char *fmt, ...) DW_PRINTF(2, 3);
void dw_add_symbol(struct dw_info_lines *info, const char *name, uint64_t vaddr);

/* vmcoreinfo_keys.c: what kernels of this architecture and log export, in their order. */
void dw_add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		 const struct dw_settings *settings);

/* timekeeper.c: those of the table of symbols, where there is one. */
void dw_add_timekeeper_keys(struct dw_info_lines *info, const struct dw_kernel *kernel);

/* The text: the usual keys, changed as [vmcoreinfo] says. */
struct dw_buffer dw_vmcoreinfo(const struct dw_kernel *kernel, const struct dw_settings *settings);

#endif
