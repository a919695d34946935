// SPDX-License-Identifier: GPL-2.0-or-later
/* home.c - do a kernel's page tables lead to where it stands? */

#include "kernel/home.h"

#include <stdlib.h>

#define PAGE 4096

bool cdm_kernel_mark(struct cdm_kernel *kernel, uint64_t *vaddr, uint64_t *paddr)
{
	struct cdm_extent extent;
	struct cdm_error unused;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "init_uts_ns", vaddr) ||
	    cdm_translate(&kernel->translation, *vaddr, &extent, &unused))
		return false;
	*paddr = extent.paddr;
	return true;
}

enum verdict { UNKNOWN, HERE, ELSEWHERE };

/* Other translations of the same image are no matter. */
static bool has_image_at(const struct cdm_proposal *proposal, uint64_t vaddr, uint64_t paddr)
{
	uint64_t off = vaddr - proposal->image_vaddr;

	return off >= proposal->image_len ? vaddr == paddr : proposal->image_paddr + off == paddr;
}

/* Kernels of these machines say themselves where they are. */
static bool has_place_key(const struct cdm_vmcoreinfo *info)
{
	static const char *const keys[] = {
		"NUMBER(phys_base)",           /* x86-64, 4.10 on */
		"NUMBER(kimage_voffset)",      /* arm64, 4.12 on */
		"NUMBER(va_kernel_pa_offset)", /* riscv64, 6.5 on */
		"KERNELOFFPHYS",               /* s390x, 6.10 on */
	};
	struct cdm_bytes unused;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (cdm_vmcoreinfo_text(info, keys[i], &unused))
			return true;
	return false;
}

/* The level of the last table that was read: of those below the first one, which all have. */
static unsigned last_level(const struct cdm_translation *walk)
{
	unsigned level = 0, top = walk->proposal.paging.levels - 1u;

	while (level < top && !walk->table[level].len)
		level++;
	return level;
}

/* Whoever makes dumps smaller may have emptied tables that nothing was read by. */
static bool is_emptied(struct cdm_kernel *kernel, uint64_t paddr)
{
	uint8_t page[PAGE] = { 0 };
	struct cdm_error unused;
	size_t got;

	return !cdm_dump_read(kernel->dump, paddr - paddr % PAGE, page, sizeof(page), &got,
			      &unused) &&
	       page[0] == 0 && !memcmp(page, page + 1, sizeof(page) - 1);
}

/* A guest's tables are not where the entries of its first one say. A first one without an entry for the
 * image says nothing: this kernel has its image by other means, as Power's with a hash MMU have. */
static enum verdict judge_unmapped(struct cdm_kernel *kernel, const struct cdm_translation *walk,
				   enum cdm_status st)
{
	unsigned level = last_level(walk);

	if (st == CDM_ERR_UNMAPPED && level == walk->proposal.paging.levels - 1u)
		return UNKNOWN;
	if (st != CDM_ERR_UNMAPPED && st != CDM_ABSENT)
		return UNKNOWN;
	return is_emptied(kernel, walk->table[level].paddr) ? UNKNOWN : ELSEWHERE;
}

static enum verdict ask(struct cdm_kernel *kernel, const struct cdm_proposal *proposal,
			struct cdm_translation *walk, uint64_t vaddr, uint64_t paddr)
{
	struct cdm_extent extent;
	struct cdm_error err;

	cdm_translation_begin(walk, proposal, kernel->dump);
	if (!cdm_walk(walk, vaddr, &extent, &err))
		return extent.paddr + (vaddr - extent.vaddr) == paddr ? HERE : ELSEWHERE;
	return judge_unmapped(kernel, walk, err.status);
}

/* How deep tables are, and which bits are no address, may be known in part: one of them that leads home
 * is enough. */
static bool tables_lead_elsewhere(struct cdm_kernel *kernel, const struct cdm_proposal *proposals,
				  unsigned n, uint64_t vaddr, uint64_t paddr)
{
	struct cdm_translation *walk = malloc(sizeof(*walk));
	enum verdict all = UNKNOWN;

	for (unsigned i = 0; walk && i < n; i++) {
		if (proposals[i].outside != CDM_OUTSIDE_TABLES ||
		    !has_image_at(&proposals[i], vaddr, paddr))
			continue;
		all = ask(kernel, &proposals[i], walk, vaddr, paddr);
		if (all != ELSEWHERE)
			break;
	}
	free(walk);
	return all == ELSEWHERE;
}

static bool is_proposed(const struct cdm_proposal *proposals, unsigned n, uint64_t vaddr,
			uint64_t paddr)
{
	for (unsigned i = 0; i < n; i++)
		if (has_image_at(&proposals[i], vaddr, paddr))
			return true;
	return false;
}

bool cdm_kernel_is_elsewhere(struct cdm_kernel *kernel)
{
	uint64_t vaddr, paddr;

	if (!cdm_kernel_mark(kernel, &vaddr, &paddr))
		return false;
	bool has_key = has_place_key(kernel->info);
	struct cdm_machine machine = { .dump = kernel->dump,
				       .info = kernel->info,
				       .uts_paddrs = &paddr,
				       .n_uts_paddrs = has_key ? 0 : 1 };
	struct cdm_proposal *proposals = malloc(CDM_MAX_CANDIDATES * sizeof(*proposals));

	if (!proposals)
		return false;
	unsigned n = cdm_arch_propose(kernel->arch, &machine, proposals, CDM_MAX_CANDIDATES);
	bool is = has_key ? !is_proposed(proposals, n, vaddr, paddr)
			  : tables_lead_elsewhere(kernel, proposals, n, vaddr, paddr);

	free(proposals);
	return is;
}

void cdm_tell_of_doubt(struct cdm_damage *damage)
{
	struct cdm_error err;

	cdm_fail(
		&err, CDM_ERR_NO_INFO,
		"this kernel stands elsewhere than it says: it may be that of a guest whose memory "
		"is part of this one, whose own kernel was not found");
	cdm_damage_add(damage, &err);
}
