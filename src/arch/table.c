// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which architectures are read, and what are the others called? */

#include "config.h"

#include "arch/arch.h"

static const struct cdm_arch *const architectures[] = {
#ifdef CDM_OWN_ARCH
	&CDM_OWN_ARCH,
#else
	// clang-format off
	&cdm_arch_x86_64,
	&cdm_arch_arm64,
	&cdm_arch_i386,
	&cdm_arch_arm,
	&cdm_arch_arm_big,
	&cdm_arch_s390x,
	&cdm_arch_ppc64_little,
	&cdm_arch_ppc64,
	&cdm_arch_riscv64,
	&cdm_arch_ppc,
	&cdm_arch_loongarch64,
	&cdm_arch_mips64_little,
	&cdm_arch_mips64_big,
	&cdm_arch_mips_little,
	&cdm_arch_mips_big,
	&cdm_arch_sparc64,
// clang-format on
#endif
};

/* Machines that nobody has described: they are read by what their file claims. */
// clang-format off
static const struct cdm_arch claimed[] = {
	{ "ia64",  "ia64",   50, { false, 8 }, 16384, NULL, NULL },
	{ "sh",    "sh*",    42, { false, 4 },  4096, NULL, NULL },
	{ "sparc", "sparc",   2, { true,  4 },  4096, NULL, NULL },
};
// clang-format on

#define N_ARCHITECTURES (sizeof(architectures) / sizeof(*architectures))
#define N_CLAIMED (sizeof(claimed) / sizeof(*claimed))

const struct cdm_arch *cdm_arch_at(unsigned index)
{
	if (index < N_ARCHITECTURES)
		return architectures[index];
	return index - N_ARCHITECTURES < N_CLAIMED ? &claimed[index - N_ARCHITECTURES] : NULL;
}

bool cdm_arch_could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	return arch->could_be ? arch->could_be(arch, machine) : cdm_claims_could_be(arch, machine);
}

unsigned cdm_arch_propose(const struct cdm_arch *arch, const struct cdm_machine *machine,
			  struct cdm_proposal *proposals, unsigned room)
{
	if (machine->dump->is_virtual)
		return cdm_virtual_propose(proposals, room);
	return arch->propose ? arch->propose(arch, machine, proposals, room)
			     : cdm_claims_propose(machine, proposals, room);
}

/* Keys that one architecture alone exports (formats.md 2.0.3). */
static const struct {
	char key[24], name[12];
} telling_keys[] = {
	{ "NUMBER(kimage_voffset)", "arm64" }, { "SYMBOL(init_top_pgt)", "x86_64" },
	{ "SYMBOL(lowcore_ptr)", "s390x" },    { "SYMBOL(init_level4_pgt)", "x86_64" },
	{ "CONFIG_ARM_LPAE", "arm" },          { "CONFIG_X86_PAE", "i386" },
	{ "SYMBOL(vmemmap_list)", "ppc64" },   { "NUMBER(phys_ram_base)", "riscv64" },
};

static const char *told_by_key(const struct cdm_machine *machine)
{
	struct cdm_bytes unused;

	for (size_t i = 0; i < sizeof(telling_keys) / sizeof(*telling_keys); i++)
		if (cdm_vmcoreinfo_text(machine->info, telling_keys[i].key, &unused))
			return telling_keys[i].name;
	return NULL;
}

bool cdm_arch_is_told(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	const char *told;

	return machine->dump->elf_machine == arch->elf_machine ||
	       ((told = told_by_key(machine)) && !strcmp(told, arch->name));
}

static bool fits(const char *pattern, struct cdm_bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (pattern[i] == '*')
			return true;
		if (pattern[i] != '?' && pattern[i] != (char)name.at[i])
			return false;
	}
	return pattern[name.len] == '\0' || pattern[name.len] == '*';
}

const struct cdm_arch *cdm_arch_named(struct cdm_bytes machine)
{
	const struct cdm_arch *arch;

	for (unsigned i = 0; (arch = cdm_arch_at(i)); i++)
		if (machine.len && machine.len < sizeof(arch->machine) &&
		    fits(arch->machine, machine))
			return arch;
	return NULL;
}

bool cdm_arch_is_left_out(void)
{
#ifdef CDM_OWN_ARCH
	return true;
#else
	return false;
#endif
}

const char *cdm_arch_guess(const struct cdm_machine *machine)
{
	uint16_t elf_machine = machine->dump->elf_machine;
	const char *told = told_by_key(machine);
	const struct cdm_arch *arch;

	if (told)
		return told;
	for (unsigned i = 0; (arch = cdm_arch_at(i)); i++)
		if (arch->elf_machine == elf_machine)
			return arch->name;
	return "unknown";
}
