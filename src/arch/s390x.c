// SPDX-License-Identifier: GPL-2.0-or-later
/* s390x.c - where could an s390x kernel's image and identity mapping be?
 *
 * Until 6.9 the image and all memory are mapped where they are: virtual is real, with KASLR too. From
 * 6.10 on the image stands on its own at KERNELOFFSET, its physical place is KERNELOFFPHYS, and
 * memory is mapped from IDENTITYBASE on. KERNELOFFSET was a displacement before: KERNELOFFPHYS
 * tells which of the two it is (formats.md 3.8, T24). Real and absolute addresses differ by each
 * CPU's prefix, in its first two pages; dumps have absolute ones. */

#include "arch/arch.h"

#define END_OF_ADDRESSES ((uint64_t)1 << 53) /* of tables of 4 levels, more than are used */
#define IMAGE_ALIGN 0x1000u
#define IMAGE_LEN 0x10000000u /* 256 MiB, where only a symbol's place is known */
#define SEGMENT_MASK 0xfffffu

#define ENTRY_TYPE 0xcu /* which kind of table it stands in */
#define ENTRY_INVALID 0x20u
#define PAGE_INVALID 0x400u
#define ENTRY_LARGE 0x400u
#define ENTRY_TABLE_OFFSET 0xc0u
#define ENTRY_TABLE_LENGTH 0x3u

/* Levels of tables, the usual one first. */
static const uint8_t depths[] = { 3, 4, 5, 2 };

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t stext;

	return cdm_claims_could_be(arch, machine) &&
	       cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) && stext < END_OF_ADDRESSES;
}

/* A page table of 256 entries, below a segment table and up to three region tables of 2048, which may
 * exist in part. Leaves of 1 MiB and 2 GiB. */
static struct cdm_paging paging(unsigned levels)
{
	return (struct cdm_paging){
		.levels = (uint8_t)levels,
		.page_shift = 12,
		.index_bits = { 8, 11, 11, 11, 11 },
		.entry = { .big_endian = true, .word = 8 },
		.no_page = { PAGE_INVALID, PAGE_INVALID },
		.no_table = { ENTRY_INVALID, ENTRY_INVALID },
		.leaf = { ENTRY_LARGE, ENTRY_LARGE },
		.leaf_levels = 1 << 1 | 1 << 2,
		/* A page table is half a page. Others are aligned to 4 pages, and bit 11 is 0. */
		.address_mask = ~(uint64_t)0x7ff,
		.type_mask = ENTRY_TYPE,
		.first_mask = ENTRY_TABLE_OFFSET,
		.last_mask = ENTRY_TABLE_LENGTH,
	};
}

/* How deep the tables are, no key tells, but every entry: tables of another depth fail at once. */
static void add_tables(struct cdm_proposals *list, const struct cdm_machine *machine,
		       struct cdm_proposal proposal)
{
	uint64_t root;

	if (!cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root))
		return;
	proposal.outside = CDM_OUTSIDE_TABLES;
	proposal.outside_from = "page tables";
	proposal.root_paddr = root - proposal.image_vaddr + proposal.image_paddr;
	for (size_t i = 0; i < sizeof(depths) / sizeof(*depths); i++) {
		proposal.paging = paging(depths[i]);
		cdm_proposals_add(list, &proposal);
	}
}

/* The identity mapping by its formula, then by the page tables. */
static void add_all(struct cdm_proposals *list, const struct cdm_machine *machine,
		    struct cdm_proposal proposal)
{
	bool is_told = cdm_vmcoreinfo_hex(machine->info, "IDENTITYBASE", &proposal.direct_start);

	proposal.outside = CDM_OUTSIDE_DIRECT;
	proposal.outside_from = is_told ? "IDENTITYBASE" : "nothing (virtual is physical)";
	cdm_proposals_add(list, &proposal);
	cdm_proposals_add_claims(list, machine, proposal);
	add_tables(list, machine, proposal);
}

static void add_by_keys(struct cdm_proposals *list, const struct cdm_machine *machine)
{
	struct cdm_proposal proposal = { .image_from = "nothing (virtual is physical)" };

	if (cdm_vmcoreinfo_hex(machine->info, "KERNELOFFPHYS", &proposal.image_paddr) &&
	    cdm_vmcoreinfo_hex(machine->info, "KERNELOFFSET", &proposal.image_vaddr)) {
		proposal.image_len = UINT64_MAX - proposal.image_vaddr;
		proposal.image_from = "KERNELOFFPHYS";
	} else {
		proposal.image_paddr = 0;
	}
	add_all(list, machine, proposal);
}

static void add_by_name(struct cdm_proposals *list, const struct cdm_machine *machine)
{
	struct cdm_proposal proposal = { .image_len = IMAGE_LEN,
					 .image_from = "the place of init_uts_ns" };
	uint64_t stext, displacement;

	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		return;
	for (unsigned i = 0; i < machine->n_uts_paddrs; i++) {
		if (!cdm_image_displacement(machine, i, IMAGE_ALIGN, &displacement))
			continue;
		proposal.image_vaddr = stext & ~(uint64_t)SEGMENT_MASK;
		proposal.image_paddr = proposal.image_vaddr + displacement;
		add_all(list, machine, proposal);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };

	(void)arch;
	add_by_keys(&list, machine);
	add_by_name(&list, machine);
	return list.n;
}

const struct cdm_arch cdm_arch_s390x = {
	.elf_machine = 22,
	.name = "s390x",
	.machine = "s390x",
	.layout = { .big_endian = true, .word = 8 },
	.page_size = 4096,
	.could_be = could_be,
	.propose = propose_all,
};
