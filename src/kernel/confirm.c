// SPDX-License-Identifier: GPL-2.0-or-later
/* confirm.c - do segments and registers belong to this kernel? */

#include "kernel/confirm.h"

#include "dump/registers.h"
#include "kernel/home.h"

#include <stdlib.h>

enum verdict { UNKNOWN, CONFIRMED, DENIED };

static enum verdict ask_segments(const struct cdm_dump *dump, uint64_t vaddr, uint64_t paddr)
{
	for (unsigned i = 0; i < dump->n_claims; i++) {
		const struct cdm_claim *claim = &dump->claims[i];

		if (vaddr >= claim->vaddr && vaddr - claim->vaddr < claim->len)
			return claim->paddr + (vaddr - claim->vaddr) == paddr ? CONFIRMED : DENIED;
	}
	return UNKNOWN;
}

/* Every process has the kernel in its tables. */
static enum verdict ask_tables(struct cdm_kernel *kernel, const struct cdm_registers *registers,
			       uint64_t vaddr, uint64_t paddr)
{
	struct cdm_proposal proposal = kernel->translation.proposal;
	struct cdm_translation *walk = malloc(sizeof(*walk));
	enum verdict verdict = UNKNOWN;

	for (unsigned i = 0; walk && i < registers->n_roots && verdict != CONFIRMED &&
			     proposal.outside == CDM_OUTSIDE_TABLES;
	     i++) {
		struct cdm_extent extent;
		struct cdm_error unused;

		proposal.root_paddr = registers->roots[i];
		cdm_translation_begin(walk, &proposal, kernel->dump);
		if (cdm_walk(walk, vaddr, &extent, &unused))
			continue;
		verdict = extent.paddr + (vaddr - extent.vaddr) == paddr ? CONFIRMED : DENIED;
	}
	free(walk);
	return verdict;
}

/* Code stands before all variables. */
static enum verdict ask_pcs(const struct cdm_kernel *kernel, const struct cdm_registers *registers,
			    uint64_t vaddr)
{
	uint64_t stext;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "_stext", &stext))
		return UNKNOWN;
	for (unsigned i = 0; i < registers->n_pcs; i++)
		if (registers->pcs[i] >= stext && registers->pcs[i] < vaddr)
			return CONFIRMED;
	return UNKNOWN;
}

bool cdm_confirms(struct cdm_kernel *kernel)
{
	struct cdm_registers registers;
	uint64_t vaddr, paddr;

	if (!cdm_kernel_mark(kernel, &vaddr, &paddr))
		return false;
	cdm_registers_read(kernel->dump, kernel->arch->elf_machine, kernel->layout, &registers);
	enum verdict verdict = ask_tables(kernel, &registers, vaddr, paddr);

	if (verdict == UNKNOWN)
		verdict = ask_segments(kernel->dump, vaddr, paddr);
	if (verdict == UNKNOWN)
		verdict = ask_pcs(kernel, &registers, vaddr);
	return verdict == CONFIRMED;
}
