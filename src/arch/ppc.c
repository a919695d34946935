// SPDX-License-Identifier: GPL-2.0-or-later
/* ppc.c - where could a 32-bit PowerPC kernel's low memory be?
 *
 * The image and the log lie in low memory, which block registers or locked entries of the TLB map in
 * one piece from PAGE_OFFSET on: no page table has it. It begins at physical 0, or, in a relocatable
 * kernel of an embedded machine, where its segments or its name are (formats.md 3.7). */

#include "arch/arch.h"

#define PAGE_ALIGN 0x1000u

static const uint32_t page_offsets[] = { 0xc0000000u, 0xb0000000u, 0x80000000u, 0x40000000u };

#define N_PAGE_OFFSETS (sizeof(page_offsets) / sizeof(*page_offsets))

/* The image and low memory stand so far above their virtual addresses, modulo 2^64. */
static void add(struct cdm_proposals *list, uint64_t displacement, const char *from)
{
	struct cdm_proposal proposal = {
		.image_from = from,
		.outside = CDM_OUTSIDE_DIRECT,
		.outside_from = "it",
		.direct_paddr = displacement,
	};

	cdm_proposals_add(list, &proposal);
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct cdm_proposal claimed = { .image_from = "the segments' virtual addresses" };
	uint64_t stext, displacement;

	(void)arch;
	if (cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		for (size_t i = 0; i < N_PAGE_OFFSETS; i++)
			if (stext >= page_offsets[i])
				add(&list, -(uint64_t)page_offsets[i], "the start of low memory");
	cdm_proposals_add_claims(&list, machine, claimed);
	for (unsigned i = 0; i < machine->n_uts_paddrs; i++)
		if (cdm_image_displacement(machine, i, PAGE_ALIGN, &displacement))
			add(&list, displacement, "the place of init_uts_ns");
	return list.n;
}

const struct cdm_arch cdm_arch_ppc = {
	.elf_machine = 20,
	.name = "ppc",
	.machine = "ppc",
	.layout = { .big_endian = true, .word = 4 },
	.page_size = 4096,
	.could_be = cdm_claims_could_be,
	.propose = propose_all,
};
