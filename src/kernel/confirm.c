// SPDX-License-Identifier: GPL-2.0-or-later
/* confirm.c - do segments and registers belong to this kernel? */

#include "kernel/confirm.h"

/* A variable of every kernel's image, and where it stands. */
static bool find_mark(struct cdm_kernel *kernel, uint64_t *vaddr, uint64_t *paddr)
{
	struct cdm_extent extent;
	struct cdm_error unused;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "init_uts_ns", vaddr) ||
	    cdm_translate(&kernel->translation, *vaddr, &extent, &unused))
		return false;
	*paddr = extent.paddr;
	return true;
}

static bool segments_agree(const struct cdm_dump *dump, uint64_t vaddr, uint64_t paddr)
{
	for (unsigned i = 0; i < dump->n_claims; i++) {
		const struct cdm_claim *claim = &dump->claims[i];

		if (vaddr >= claim->vaddr && vaddr - claim->vaddr < claim->len)
			return claim->paddr + (vaddr - claim->vaddr) == paddr;
	}
	return false;
}

bool cdm_confirms(struct cdm_kernel *kernel)
{
	uint64_t vaddr, paddr;

	return find_mark(kernel, &vaddr, &paddr) && segments_agree(kernel->dump, vaddr, paddr);
}
