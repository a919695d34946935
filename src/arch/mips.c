// SPDX-License-Identifier: GPL-2.0-or-later
/* mips.c - where is a MIPS kernel's memory? Where the hardware says: most of its addresses are
 * translated by no table.
 *
 * The image lies in KSEG0, in 64-bit kernels CKSEG0 or XKPHYS, and the log beside it or in XKPHYS
 * (formats.md 3.11). Mapped kernels (IP27, EVA) deviate: there the segments or init_uts_ns tell. Both
 * word sizes in both byte orders. */

#include "arch/arch.h"
#include "base/checked.h"

#define SEGMENT_LEN 0x20000000u        /* 512 MiB */
#define XKPHYS_LEN 0x0800000000000000u /* of one cache attribute */
#define PAGE_ALIGN 0x1000u
#define MAPPED_LEN 0x10000000u /* of an image that is mapped: the kernel aligns it so */
#define XKPHYS(attribute) (0x8000000000000000u | (uint64_t)(attribute) << 59)

/* KSEG0 (cached) and KSEG1 (not), where signs are not extended: to 32-bit kernels, and to a file of
 * VMCOREINFO that was made from a 32-bit vmlinux (T67). */
static const struct cdm_extent windows[] = {
	{ 0x80000000u, 0, SEGMENT_LEN },
	{ 0xa0000000u, 0, SEGMENT_LEN },
	/* Those of 64-bit kernels: */
	{ 0xffffffff80000000u, 0, SEGMENT_LEN },
	{ 0xffffffffa0000000u, 0, SEGMENT_LEN },
	{ XKPHYS(0), 0, XKPHYS_LEN },
	{ XKPHYS(1), 0, XKPHYS_LEN },
	{ XKPHYS(2), 0, XKPHYS_LEN },
	{ XKPHYS(3), 0, XKPHYS_LEN },
	{ XKPHYS(4), 0, XKPHYS_LEN },
	{ XKPHYS(5), 0, XKPHYS_LEN },
	{ XKPHYS(6), 0, XKPHYS_LEN },
	{ XKPHYS(7), 0, XKPHYS_LEN },
};

#define N_WINDOWS_32 2

static struct cdm_proposal by_windows(const struct cdm_arch *arch, const struct cdm_dump *dump)
{
	return (struct cdm_proposal){
		.windows = windows,
		.n_windows =
			arch->layout.word == 4 ? N_WINDOWS_32 : sizeof(windows) / sizeof(*windows),
		.image_from = arch->layout.word == 4 ? "KSEG0" : "CKSEG0 and XKPHYS",
		.outside = CDM_OUTSIDE_CLAIMS,
		.outside_from = dump->n_claims ? "the segments' virtual addresses" : "nothing",
	};
}

/* An image that is mapped, where its name was found. */
static void propose_mapped(const struct cdm_machine *machine, struct cdm_proposal proposal,
			   struct cdm_proposals *list)
{
	uint64_t stext, displacement;

	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		return;
	for (unsigned i = 0; i < machine->n_uts_paddrs; i++) {
		if (!cdm_image_displacement(machine, i, PAGE_ALIGN, &displacement))
			continue;
		proposal.image_from = "init_uts_ns";
		proposal.image_vaddr = stext & ~(uint64_t)(MAPPED_LEN - 1);
		proposal.image_len = MAPPED_LEN;
		proposal.image_paddr = proposal.image_vaddr + displacement;
		cdm_proposals_add(list, &proposal);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct cdm_proposal proposal = by_windows(arch, machine->dump);
	struct cdm_proposal claimed = { .image_from = "the segments' virtual addresses" };

	cdm_proposals_add(&list, &proposal);
	propose_mapped(machine, proposal, &list);
	cdm_proposals_add_claims(&list, machine, claimed);
	return list.n;
}

const struct cdm_arch cdm_arch_mips64_little = {
	.elf_machine = 8,
	.name = "mips64",
	.machine = "mips64",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 16384,
	.propose = propose_all,
};

const struct cdm_arch cdm_arch_mips64_big = {
	.elf_machine = 8,
	.name = "mips64",
	.machine = "mips64",
	.layout = { .big_endian = true, .word = 8 },
	.page_size = 16384,
	.propose = propose_all,
};

const struct cdm_arch cdm_arch_mips_little = {
	.elf_machine = 8,
	.name = "mips",
	.machine = "mips",
	.layout = { .big_endian = false, .word = 4 },
	.page_size = 4096,
	.propose = propose_all,
};

const struct cdm_arch cdm_arch_mips_big = {
	.elf_machine = 8,
	.name = "mips",
	.machine = "mips",
	.layout = { .big_endian = true, .word = 4 },
	.page_size = 4096,
	.propose = propose_all,
};
