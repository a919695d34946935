// SPDX-License-Identifier: GPL-2.0-or-later
/* proposals.c - what do the proposals of several architectures have in common? */

#include "arch/arch.h"

void cdm_proposals_add(struct cdm_proposals *list, const struct cdm_proposal *proposal)
{
	if (list->n < list->room)
		list->at[list->n++] = *proposal;
}

void cdm_proposals_add_claims(struct cdm_proposals *list, const struct cdm_machine *machine,
			      struct cdm_proposal proposal)
{
	if (!machine->dump->n_claims)
		return;
	proposal.outside = CDM_OUTSIDE_CLAIMS;
	proposal.outside_from = "the segments' virtual addresses";
	cdm_proposals_add(list, &proposal);
}

bool cdm_image_displacement(const struct cdm_machine *machine, unsigned i, uint64_t align,
			    uint64_t *displacement)
{
	uint64_t vaddr;

	if (!cdm_vmcoreinfo_symbol(machine->info, "init_uts_ns", &vaddr))
		return false;
	*displacement = machine->uts_paddrs[i] - vaddr;
	return *displacement % align == 0;
}

/* Does init_uts_ns hold a kernel's name, if the image is displaced so far? */
static bool is_named_at(const struct cdm_machine *machine, uint64_t displacement)
{
	uint64_t vaddr, off = 4; /* behind a reference count, where no key tells (to 5.11) */
	struct cdm_error unused;
	uint8_t name[sizeof("Linux")];
	size_t got;

	if (!cdm_vmcoreinfo_symbol(machine->info, "init_uts_ns", &vaddr))
		return false;
	cdm_vmcoreinfo_decimal(machine->info, "OFFSET(uts_namespace.name)", &off);
	return !cdm_dump_read(machine->dump, vaddr + off + displacement, name, sizeof(name), &got,
			      &unused) &&
	       !memcmp(name, "Linux", sizeof(name));
}

bool cdm_guess_place(const struct cdm_machine *machine, uint64_t vaddr, uint64_t align,
		     uint64_t *paddr)
{
	struct cdm_range range = { 0 };
	struct cdm_error unused;

	for (unsigned i = 0; i < CDM_MAX_GUESSED_RANGES; i++) {
		if (cdm_dump_next_range(machine->dump, range.end, &range, &unused))
			return false;
		uint64_t start = range.begin - range.begin % align;

		for (unsigned behind = 0; behind < 2; behind++) {
			*paddr = start + behind * align;
			if (is_named_at(machine, *paddr - vaddr))
				return true;
		}
	}
	return false;
}
