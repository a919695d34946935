// SPDX-License-Identifier: GPL-2.0-or-later
/* translate.c - where does a virtual address stand, if a proposal is right? */

#include "arch/arch.h"

#include <inttypes.h>

void cdm_translation_begin(struct cdm_translation *translation, const struct cdm_proposal *proposal,
			   struct cdm_dump *dump)
{
	translation->proposal = *proposal;
	translation->dump = dump;
	translation->next_recent = 0;
	memset(translation->recent, 0, sizeof(translation->recent));
	for (unsigned level = 0; level < CDM_MAX_LEVELS; level++)
		translation->table[level].paddr = translation->table[level].len = 0;
}

/* The part of an extent from vaddr on. */
static void from(const struct cdm_extent *extent, uint64_t vaddr, struct cdm_extent *out)
{
	uint64_t skip = vaddr - extent->vaddr;

	out->vaddr = vaddr;
	out->paddr = extent->paddr + skip;
	out->len = extent->len - skip;
}

static bool covers(const struct cdm_extent *extent, uint64_t vaddr)
{
	return vaddr >= extent->vaddr && vaddr - extent->vaddr < extent->len;
}

static bool find_window(const struct cdm_proposal *proposal, uint64_t vaddr, struct cdm_extent *out)
{
	for (unsigned i = 0; i < proposal->n_windows; i++) {
		if (covers(&proposal->windows[i], vaddr)) {
			from(&proposal->windows[i], vaddr, out);
			return true;
		}
	}
	return false;
}

static bool find_recent(const struct cdm_translation *translation, uint64_t vaddr,
			struct cdm_extent *out)
{
	for (unsigned i = 0; i < CDM_RECENT_EXTENTS; i++) {
		if (covers(&translation->recent[i], vaddr)) {
			from(&translation->recent[i], vaddr, out);
			return true;
		}
	}
	return false;
}

static enum cdm_status find_claim(const struct cdm_dump *dump, uint64_t vaddr,
				  struct cdm_extent *out, struct cdm_error *err)
{
	for (unsigned i = 0; i < dump->n_claims; i++) {
		const struct cdm_claim *claim = &dump->claims[i];

		if (vaddr >= claim->vaddr && vaddr - claim->vaddr < claim->len) {
			*out = (struct cdm_extent){ claim->vaddr, claim->paddr, claim->len };
			return CDM_OK;
		}
	}
	return cdm_fail(err, CDM_ERR_UNMAPPED, "virtual address 0x%" PRIx64 " is in no segment",
			vaddr);
}

static enum cdm_status find_direct(const struct cdm_proposal *proposal, uint64_t vaddr,
				   struct cdm_extent *out, struct cdm_error *err)
{
	/* An extent cannot hold the last byte of all: its end would be 2^64. */
	if (vaddr < proposal->direct_start || vaddr == UINT64_MAX)
		return cdm_fail(err, CDM_ERR_UNMAPPED,
				"virtual address 0x%" PRIx64 " is outside the direct map", vaddr);
	*out = (struct cdm_extent){ proposal->direct_start, proposal->direct_paddr,
				    UINT64_MAX - proposal->direct_start };
	return CDM_OK;
}

static enum cdm_status find_outside(struct cdm_translation *translation, uint64_t vaddr,
				    struct cdm_extent *out, struct cdm_error *err)
{
	switch (translation->proposal.outside) {
	case CDM_OUTSIDE_CLAIMS:
		return find_claim(translation->dump, vaddr, out, err);
	case CDM_OUTSIDE_TABLES:
		return cdm_walk(translation, vaddr, out, err);
	case CDM_OUTSIDE_DIRECT:
		return find_direct(&translation->proposal, vaddr, out, err);
	}
	return cdm_fail(err, CDM_ERR_UNMAPPED, "virtual address 0x%" PRIx64, vaddr);
}

enum cdm_status cdm_translate(struct cdm_translation *translation, uint64_t vaddr,
			      struct cdm_extent *out, struct cdm_error *err)
{
	const struct cdm_proposal *proposal = &translation->proposal;
	struct cdm_extent image = { proposal->image_vaddr, proposal->image_paddr,
				    proposal->image_len };
	struct cdm_extent found;

	if (covers(&image, vaddr)) {
		from(&image, vaddr, out);
		return CDM_OK;
	}
	if (find_window(proposal, vaddr, out) || find_recent(translation, vaddr, out))
		return CDM_OK;
	enum cdm_status st = find_outside(translation, vaddr, &found, err);

	if (st)
		return st;
	translation->recent[translation->next_recent] = found;
	translation->next_recent = (translation->next_recent + 1) % CDM_RECENT_EXTENTS;
	from(&found, vaddr, out);
	return CDM_OK;
}
