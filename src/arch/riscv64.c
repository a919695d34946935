// SPDX-License-Identifier: GPL-2.0-or-later
/* riscv64.c - where could a 64-bit RISC-V kernel's image and linear map be?
 *
 * Until 5.12 the image lies in the linear map, whose start PAGE_OFFSET is where the kernel was loaded.
 * Since 5.13 it has a window of its own at the top, va_kernel_pa_offset above its physical place, and
 * PAGE_OFFSET is the start of RAM (formats.md 3.9, T63). The keys that say so came with 6.0 and 6.5;
 * before, places are tried, and those where the kernel's name was found. */

#include "arch/arch.h"

#define LINK_START 0xffffffff80000000u
#define LOAD_ALIGN 0x200000u /* also what the firmware in front of the kernel takes */
#define PAGE_ALIGN 0x1000u
#define MIN_LEVELS 3 /* Sv39; Sv48 and Sv57 have one more each */
#define MAX_LEVELS 5

#define ENTRY_VALID 1u
#define ENTRY_LEAF_BITS 0xeu /* readable, writable, executable */
#define ENTRY_NAPOT ((uint64_t)1 << 63)
#define ENTRY_PPN 0x003ffffffffffc00u /* page frame numbers begin at bit 10 ... */
#define PPN_SHIFT 2                   /* ... and addresses of pages at bit 12 */

/* Starts of the linear map, newest first. */
static const uint64_t page_offsets[] = {
	0xff60000000000000u, /* Sv57 */
	0xffffaf8000000000u, /* Sv48 */
	0xffffffd600000000u, /* Sv39, 6.2 on */
	0xffffffd800000000u, /* Sv39 */
	0xffffffe000000000u, /* Sv39, to 5.16 */
};

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t stext;

	return cdm_claims_could_be(arch, machine) &&
	       cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) && stext >= page_offsets[0];
}

/* Levels of 512 entries, each of which may map memory; one of 16 neighbours with the bit N maps
 * 64 KiB, and has the middle of them as its address. */
static struct cdm_paging paging(unsigned levels)
{
	return (struct cdm_paging){
		.levels = (uint8_t)levels,
		.page_shift = 12,
		.index_bits = { 9, 9, 9, 9, 9 },
		.entry = { .big_endian = false, .word = 8 },
		.no_page = { ENTRY_VALID, 0 },
		.no_table = { ENTRY_VALID, 0 },
		.table = { ENTRY_LEAF_BITS, 0 },
		.leaf_levels = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4,
		.wide = { { ENTRY_NAPOT, ENTRY_NAPOT } },
		.wide_bits = 4,
		.high_mask = ENTRY_PPN,
		.high_shift = PPN_SHIFT,
	};
}

/* Page tables of the depth that VA_BITS tells, or of any. */
static void add_tables(struct cdm_proposals *list, const struct cdm_machine *machine,
		       struct cdm_proposal proposal)
{
	uint64_t root, va_bits = 0;

	if (!cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root))
		return;
	cdm_vmcoreinfo_number(machine->info, "VA_BITS", &va_bits);
	proposal.outside = CDM_OUTSIDE_TABLES;
	proposal.outside_from = "page tables";
	proposal.root_paddr = root - proposal.image_vaddr + proposal.image_paddr;
	for (unsigned levels = MIN_LEVELS; levels <= MAX_LEVELS; levels++) {
		if (va_bits && va_bits != 12 + 9 * levels)
			continue;
		proposal.paging = paging(levels);
		cdm_proposals_add(list, &proposal);
	}
}

static void add_linear(struct cdm_proposals *list, struct cdm_proposal proposal,
		       uint64_t page_offset, uint64_t ram_start, const char *from)
{
	proposal.outside = CDM_OUTSIDE_DIRECT;
	proposal.outside_from = from;
	proposal.direct_start = page_offset;
	proposal.direct_paddr = ram_start;
	cdm_proposals_add(list, &proposal);
}

/* What could be outside of the image's window, which is `proposal`'s. */
static void add_all(struct cdm_proposals *list, const struct cdm_machine *machine,
		    const struct cdm_proposal *proposal)
{
	uint64_t page_offset, ram_start;

	if (cdm_vmcoreinfo_number(machine->info, "PAGE_OFFSET", &page_offset) &&
	    cdm_vmcoreinfo_number(machine->info, "phys_ram_base", &ram_start))
		add_linear(list, *proposal, page_offset, ram_start, "NUMBER(PAGE_OFFSET)");
	cdm_proposals_add_claims(list, machine, *proposal);
	add_tables(list, machine, *proposal);
}

/* The linear map where it usually begins, with the firmware in front of the kernel, or the kernel. */
static void add_usual(struct cdm_proposals *list, const struct cdm_proposal *proposal)
{
	for (size_t i = 0; i < sizeof(page_offsets) / sizeof(*page_offsets); i++) {
		add_linear(list, *proposal, page_offsets[i], proposal->image_paddr - LOAD_ALIGN,
			   "a usual PAGE_OFFSET");
		add_linear(list, *proposal, page_offsets[i], proposal->image_paddr,
			   "a usual PAGE_OFFSET");
	}
}

/* The image's window, whose start stands at `paddr`. In older kernels all of the linear map is in it
 * that lies behind the image's start. */
static struct cdm_proposal image_at(uint64_t vaddr, uint64_t paddr, const char *from)
{
	return (struct cdm_proposal){
		.image_vaddr = vaddr,
		.image_len = UINT64_MAX - vaddr,
		.image_paddr = paddr,
		.image_from = from,
	};
}

static bool add_told(struct cdm_proposals *list, const struct cdm_machine *machine)
{
	uint64_t offset;

	if (!cdm_vmcoreinfo_number(machine->info, "va_kernel_pa_offset", &offset))
		return false;
	struct cdm_proposal proposal =
		image_at(LINK_START, LINK_START - offset, "NUMBER(va_kernel_pa_offset)");

	add_all(list, machine, &proposal);
	return true;
}

static void add_guessed(struct cdm_proposals *list, const struct cdm_machine *machine,
			uint64_t vaddr)
{
	uint64_t paddr;

	if (!cdm_guess_place(machine, vaddr, LOAD_ALIGN, &paddr))
		return;
	struct cdm_proposal proposal = image_at(vaddr, paddr, "the start of RAM");

	add_all(list, machine, &proposal);
	add_usual(list, &proposal);
}

static void add_found(struct cdm_proposals *list, const struct cdm_machine *machine, uint64_t vaddr)
{
	uint64_t displacement;

	for (unsigned i = 0; i < machine->n_uts_paddrs; i++) {
		if (!cdm_image_displacement(machine, i, PAGE_ALIGN, &displacement))
			continue;
		struct cdm_proposal proposal =
			image_at(vaddr, vaddr + displacement, "the place of init_uts_ns");

		add_all(list, machine, &proposal);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	uint64_t stext;

	(void)arch;
	bool is_told = add_told(&list, machine);

	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		return list.n;
	stext -= stext % LOAD_ALIGN;
	if (!is_told)
		add_guessed(&list, machine, stext);
	add_found(&list, machine, stext);
	return list.n;
}

const struct cdm_arch cdm_arch_riscv64 = {
	.elf_machine = 243,
	.name = "riscv64",
	.machine = "riscv64",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 4096,
	.could_be = could_be,
	.propose = propose_all,
};
