/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arch.h - what the machines that can be written differ in.
 *
 * To add one: a file with its struct dw_arch, and a row of the table in arch.c. */

#ifndef DW_ARCH_H
#define DW_ARCH_H

#include "tests/dumpwriter/kernel.h"
#include "tests/dumpwriter/vmcoreinfo.h"

struct dw_arch {
	const char *name;    /* [kernel] arch = */
	const char *machine; /* as uname -m prints it */
	unsigned word;
	bool is_big;
	unsigned elf_machine;
	uint64_t default_load; /* physical address of the image */
	const char *low_ram;   /* ranges in front of the last one, and where that begins: "0x0-" */

	/* Sets the addresses of image and direct map, and the paging. */
	void (*place)(struct dw_kernel *kernel, const struct dw_settings *settings);

	/* Adds the keys of VMCOREINFO that only this architecture has. */
	void (*add_keys)(struct dw_info_lines *info, const struct dw_kernel *kernel,
			 const struct dw_settings *settings);
};

const struct dw_arch *dw_find_arch(const struct dw_settings *settings);

extern const struct dw_arch dw_arch_x86_64;
extern const struct dw_arch dw_arch_i386;
extern const struct dw_arch dw_arch_arm64;
extern const struct dw_arch dw_arch_arm, dw_arch_armeb;
extern const struct dw_arch dw_arch_loongarch64;
extern const struct dw_arch dw_arch_mips, dw_arch_mipsel, dw_arch_mips64, dw_arch_mips64el;
extern const struct dw_arch dw_arch_sparc64;

extern const struct dw_arch dw_arch_ppc;
extern const struct dw_arch dw_arch_ppc64, dw_arch_ppc64le;
extern const struct dw_arch dw_arch_riscv64;
extern const struct dw_arch dw_arch_s390x;

#endif
