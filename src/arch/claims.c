// SPDX-License-Identifier: GPL-2.0-or-later
/* claims.c - does what the file claims lead to the log?
 *
 * A kernel's own /proc/vmcore gives each segment its place in the direct map, where the log lies,
 * or, where virtual addresses are physical ones, none. All that is asked of machines that nobody has
 * described. */

#include "arch/arch.h"
#include "base/checked.h"

bool cdm_claims_could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t list_head;
	bool is_told = cdm_arch_is_told(arch, machine);

	if (!is_told && machine->dump->elf_machine != 0)
		return false;
	/* Two pointers: the best test there is of a kernel's word size. */
	if (cdm_vmcoreinfo_decimal(machine->info, "SIZE(list_head)", &list_head))
		return list_head == 2u * arch->layout.word;
	return is_told;
}

unsigned cdm_claims_propose(const struct cdm_machine *machine, struct cdm_proposal *proposals,
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

unsigned cdm_virtual_propose(struct cdm_proposal *proposals, unsigned room)
{
	if (room == 0)
		return 0;
	proposals[0] = (struct cdm_proposal){
		.outside = CDM_OUTSIDE_DIRECT,
		.image_from = "the segments, which have virtual addresses alone",
		.outside_from = "them",
	};
	return 1;
}
