// SPDX-License-Identifier: GPL-2.0-or-later
/* ppc64.c - where could a 64-bit Power kernel's linear map be?
 *
 * Image and memory are in one linear map, wherever the kernel was loaded: the virtual address is
 * 0xc000000000000000 more than the physical one. With a hash MMU no page table has it; with a radix
 * MMU tables have all, and other regions begin 2^51 above it (formats.md 3.6). Which byte order the
 * kernel's memory has is nothing that a container knows: QEMU writes big-endian headers for
 * little-endian kernels. A pointer tells. */

#include "arch/arch.h"

#define LINEAR_START 0xc000000000000000u
#define LINEAR_LEN ((uint64_t)1 << 51)
#define IMAGE_ALIGN 0x10000u
#define IMAGE_LEN 0x10000000u /* 256 MiB, where only a symbol's place is known */

#define ENTRY_VALID ((uint64_t)1 << 63)
#define ENTRY_LEAF ((uint64_t)1 << 62)

static bool is_linear(uint64_t vaddr)
{
	return vaddr - LINEAR_START < LINEAR_LEN;
}

/* The pointer to the log lies in the linear map, and leads there, in one byte order alone. */
static bool has_other_order(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	struct cdm_layout other = { !arch->layout.big_endian, arch->layout.word };
	struct cdm_error unused;
	uint64_t vaddr;
	uint8_t raw[8];
	size_t got;

	if (!cdm_vmcoreinfo_symbol(machine->info, "prb", &vaddr) &&
	    !cdm_vmcoreinfo_symbol(machine->info, "log_buf", &vaddr))
		return false;
	return is_linear(vaddr) &&
	       !cdm_dump_read(machine->dump, vaddr - LINEAR_START, raw, sizeof(raw), &got,
			      &unused) &&
	       !is_linear(cdm_load_u64(raw, arch->layout)) && is_linear(cdm_load_u64(raw, other));
}

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t stext;

	return cdm_claims_could_be(arch, machine) &&
	       cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) && is_linear(stext) &&
	       !has_other_order(arch, machine);
}

/* Radix: 4 levels for 52 bits, whose top ones are not looked at; leaves of 2 MiB and 1 GiB. Entries
 * are big-endian in either kernel ("powerpc/mm: use _raw variant of page table accessors", 4.7),
 * and as the kernel before. */
static struct cdm_paging paging(const struct cdm_vmcoreinfo *info, bool is_big_endian)
{
	struct cdm_paging paging = {
		.levels = 4,
		.page_shift = 16,
		.index_bits = { 5, 9, 9, 13 },
		.entry = { .big_endian = is_big_endian, .word = 8 },
		.no_page = { ENTRY_VALID, 0 },
		.no_table = { ENTRY_VALID, 0 },
		.leaf = { ENTRY_LEAF, ENTRY_LEAF },
		.leaf_levels = 1 << 1 | 1 << 2,
		.address_mask = 0x01ffffffffffff00u,
	};
	uint64_t page_size = 0;

	cdm_vmcoreinfo_decimal(info, "PAGESIZE", &page_size);
	if (page_size == 4096) {
		paging.page_shift = 12;
		paging.index_bits[0] = 9;
	}
	return paging;
}

/* Outside of the linear map: radix tables, if there can be any, or what the container claims. */
static void add_all(struct cdm_proposals *list, const struct cdm_arch *arch,
		    const struct cdm_machine *machine, struct cdm_proposal proposal)
{
	uint64_t root, radix = 1;

	cdm_vmcoreinfo_number(machine->info, "RADIX_MMU", &radix);
	if (radix && cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root)) {
		proposal.outside = CDM_OUTSIDE_TABLES;
		proposal.outside_from = "page tables";
		proposal.root_paddr = root - proposal.image_vaddr + proposal.image_paddr;
		for (unsigned big = 2; big-- > arch->layout.big_endian;) {
			proposal.paging = paging(machine->info, big);
			cdm_proposals_add(list, &proposal);
		}
	}
	proposal.outside = CDM_OUTSIDE_CLAIMS;
	proposal.outside_from = "the segments' virtual addresses";
	cdm_proposals_add(list, &proposal);
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct cdm_proposal linear = { .image_vaddr = LINEAR_START,
				       .image_len = LINEAR_LEN,
				       .image_from = "the linear map" };
	struct cdm_proposal found = { .image_len = IMAGE_LEN,
				      .image_from = "the place of init_uts_ns" };
	uint64_t displacement;

	add_all(&list, arch, machine, linear);
	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &found.image_vaddr))
		return list.n;
	for (unsigned i = 0; i < machine->n_uts_paddrs; i++) {
		if (!cdm_image_displacement(machine, i, IMAGE_ALIGN, &displacement))
			continue;
		found.image_paddr = found.image_vaddr + displacement;
		add_all(&list, arch, machine, found);
	}
	return list.n;
}

const struct cdm_arch cdm_arch_ppc64 = {
	.elf_machine = 21,
	.name = "ppc64",
	.machine = "ppc64*",
	.layout = { .big_endian = true, .word = 8 },
	.page_size = 65536,
	.could_be = could_be,
	.propose = propose_all,
};

const struct cdm_arch cdm_arch_ppc64_little = {
	.elf_machine = 21,
	.name = "ppc64",
	.machine = "ppc64*",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 65536,
	.could_be = could_be,
	.propose = propose_all,
};
