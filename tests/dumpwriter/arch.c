// SPDX-License-Identifier: GPL-2.0-or-later
/* arch.c - which machines can be written? */

#include "tests/dumpwriter/arch.h"

#include <string.h>

const struct dw_arch *dw_find_arch(const struct dw_settings *settings)
{
	static const struct dw_arch *const table[] = {
		&dw_arch_x86_64,  &dw_arch_i386,        &dw_arch_arm64, &dw_arch_arm,
		&dw_arch_armeb,   &dw_arch_loongarch64, &dw_arch_mips,  &dw_arch_mipsel,
		&dw_arch_mips64,  &dw_arch_mips64el,    &dw_arch_ppc,   &dw_arch_ppc64,
		&dw_arch_ppc64le, &dw_arch_riscv64,     &dw_arch_s390x, &dw_arch_sparc64,
	};
	const char *name = dw_get(settings, "kernel", "arch", "x86_64");

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i]->name, name))
			return table[i];
	}
	dw_die("%s: arch = %s: no such machine", settings->script->path, name);
}
