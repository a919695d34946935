// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which architectures are read, and what are the others called? */

#include "arch/arch.h"

const struct cdm_arch *const cdm_arch_table[] = {
	&cdm_arch_x86_64,      &cdm_arch_arm64,
	&cdm_arch_i386,        &cdm_arch_arm,
	&cdm_arch_loongarch64, &cdm_arch_mips,
	&cdm_arch_mips64,      &cdm_arch_ppc,
	&cdm_arch_ppc64,       &cdm_arch_ppc64le,
	&cdm_arch_riscv64,     &cdm_arch_s390x,
	&cdm_arch_sparc64,     NULL,
};

/* e_machine, of elf.h. */
static const struct {
	uint16_t machine;
	char name[14];
} machines[] = {
	{ 2, "sparc" },     { 3, "i386" },          { 8, "mips" },    { 20, "ppc" },
	{ 21, "ppc64" },    { 22, "s390x" },        { 40, "arm" },    { 42, "sh" },
	{ 43, "sparc64" },  { 50, "ia64" },         { 62, "x86_64" }, { 183, "arm64" },
	{ 243, "riscv64" }, { 258, "loongarch64" },
};

/* Keys that one architecture alone exports (formats.md 2.0.3). */
static const struct {
	char key[24], name[18];
} telling_keys[] = {
	{ "NUMBER(kimage_voffset)", "arm64" }, { "NUMBER(VA_BITS)", "riscv64 or arm64" },
	{ "SYMBOL(lowcore_ptr)", "s390x" },    { "CONFIG_X86_PAE", "i386" },
	{ "CONFIG_ARM_LPAE", "arm" },          { "SYMBOL(vmemmap_list)", "ppc64" },
};

const char *cdm_arch_guess(const struct cdm_machine *machine)
{
	struct cdm_bytes unused;

	for (size_t i = 0; i < sizeof(telling_keys) / sizeof(*telling_keys); i++)
		if (cdm_vmcoreinfo_text(machine->info, telling_keys[i].key, &unused))
			return telling_keys[i].name;
	for (size_t i = 0; i < sizeof(machines) / sizeof(*machines); i++)
		if (machines[i].machine == machine->dump->elf_machine)
			return machines[i].name;
	return "unknown";
}
