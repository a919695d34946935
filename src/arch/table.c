// SPDX-License-Identifier: GPL-2.0-or-later
/* table.c - which architectures are read, and what are the others called? */

#include "config.h"

#include "arch/arch.h"

static const struct cdm_arch *const architectures[] = {
#ifdef CDM_OWN_ARCH
	&CDM_OWN_ARCH,
#else
	&cdm_arch_x86_64,
	&cdm_arch_arm64,
	&cdm_arch_i386,
#endif
};

/* Machines that are read by what their file claims alone. */
// clang-format off
static const struct cdm_arch claimed[] = {
	{ "arm",          40, { false, 4 },  4096, NULL, NULL },
	{ "loongarch64", 258, { false, 8 }, 16384, NULL, NULL },
	{ "mips",          8, { true,  4 },  4096, NULL, NULL },
	{ "mips64",        8, { false, 8 }, 16384, NULL, NULL },
	{ "ppc",          20, { true,  4 },  4096, NULL, NULL },
	{ "ppc64",        21, { true,  8 }, 65536, NULL, NULL },
	{ "ppc64",        21, { false, 8 }, 65536, NULL, NULL },
	{ "riscv64",     243, { false, 8 },  4096, NULL, NULL },
	{ "s390x",        22, { true,  8 },  4096, NULL, NULL },
	{ "sparc64",      43, { true,  8 },  8192, NULL, NULL },
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
	return arch->propose ? arch->propose(arch, machine, proposals, room)
			     : cdm_claims_propose(machine, proposals, room);
}

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
