// SPDX-License-Identifier: GPL-2.0-or-later
/* claims.c - machines whose page tables are not known yet: does what the file claims lead to the log?
 *
 * A kernel's own /proc/vmcore gives each segment its place in the direct map, where the log lies,
 * or, where virtual addresses are physical ones, none. */

#include "arch/arch.h"
#include "base/checked.h"

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t list_head;

	if (machine->dump->elf_machine != arch->elf_machine)
		return false;
	/* Two pointers: the best test there is of a kernel's word size. */
	return !cdm_vmcoreinfo_decimal(machine->info, "SIZE(list_head)", &list_head) ||
	       list_head == 2u * arch->layout.word;
}

static unsigned propose(const struct cdm_machine *machine, struct cdm_proposal *proposals,
			unsigned room)
{
	unsigned n = 0;

	if (machine->dump->n_claims && n < room)
		proposals[n++] = (struct cdm_proposal){
			.outside = CDM_OUTSIDE_CLAIMS,
			.image_from = "the segments' virtual addresses",
			.outside_from = "them",
		};
	if (n < room)
		proposals[n++] = (struct cdm_proposal){
			.outside = CDM_OUTSIDE_DIRECT,
			.image_from = "nothing (virtual is physical)",
			.outside_from = "nothing",
		};
	return n;
}

#define MACHINE(symbol, machine, text, is_big, word_size, page)                                    \
	const struct cdm_arch cdm_arch_##symbol = {                                                \
		.elf_machine = machine,                                                            \
		.name = text,                                                                      \
		.layout = { .big_endian = is_big, .word = word_size },                             \
		.page_size = page,                                                                 \
		.could_be = could_be,                                                              \
		.propose = propose,                                                                \
	}

MACHINE(arm, 40, "arm", false, 4, 4096);
MACHINE(loongarch64, 258, "loongarch64", false, 8, 16384);
MACHINE(mips, 8, "mips", true, 4, 4096);
MACHINE(mips64, 8, "mips64", false, 8, 16384);
MACHINE(ppc, 20, "ppc", true, 4, 4096);
MACHINE(ppc64, 21, "ppc64", true, 8, 65536);
MACHINE(ppc64le, 21, "ppc64", false, 8, 65536);
MACHINE(riscv64, 243, "riscv64", false, 8, 4096);
MACHINE(s390x, 22, "s390x", true, 8, 4096);
MACHINE(sparc64, 43, "sparc64", true, 8, 8192);
