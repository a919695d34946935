// SPDX-License-Identifier: GPL-2.0-or-later
/* arm64.c - where could an arm64 kernel's image and linear map be?
 *
 * The image is mapped on its own, kimage_voffset above its physical place (4.6 on). The linear map
 * begins at the bottom of the kernel's addresses (5.4 on) or in their middle (before). With 52-bit
 * addresses in the configuration and 48-bit hardware, PHYS_OFFSET is biased so that the same formula
 * holds modulo 2^64 (formats.md 3.4). */

#include "arch/arch.h"
#include "base/checked.h"

#define IMAGE_ALIGN 0x200000u
#define IMAGE_LEN 0x8000000u /* 128 MiB: text, data, and what lies between */
#define MAX_VA_BITS 52
#define MIN_VA_BITS 36
#define KERNEL_START 0xffff000000000000u
#define KERNEL_END 0xffffffff00000000u
#define HARDWARE_VA_BITS 48 /* what every CPU has */

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	struct cdm_bytes unused;
	uint64_t stext;

	if (cdm_vmcoreinfo_text(machine->info, "NUMBER(kimage_voffset)", &unused) ||
	    machine->dump->elf_machine == arch->elf_machine)
		return true;
	/* Nothing tells but addresses, before 4.12, where others have none. */
	return machine->dump->elf_machine == 0 && machine->n_uts_paddrs &&
	       cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) && stext >= KERNEL_START &&
	       stext < KERNEL_END;
}

/* Tables for `bits` of address: full ones of 2^(page_shift - 3) entries, and a shorter one on top. */
static struct cdm_paging paging(unsigned page_shift, unsigned bits, bool is_lpa2)
{
	struct cdm_paging paging = {
		.page_shift = (uint8_t)page_shift,
		.entry = { .big_endian = false, .word = 8 },
		.no_page = { 1, 0 },
		.no_table = { 1, 0 },
		/* Bit 1 tells a table from a block. */
		.leaf = { 2, 0 },
		.leaf_levels = 1 << 1 | 1 << 2,
		.address_mask = 0x0000ffffffffffffu & ~(((uint64_t)1 << page_shift) - 1),
	};
	unsigned left = bits - page_shift, width = page_shift - 3;

	while (left && paging.levels < CDM_MAX_LEVELS) {
		unsigned index_bits = left < width ? left : width;

		paging.index_bits[paging.levels++] = (uint8_t)index_bits;
		left -= index_bits;
	}
	/* 52-bit physical addresses: pages of 64 KiB have bits 51..48 in 15..12. With LPA2 the
	 * others have 51..50 in 9..8, which are the shareability without it (T61). */
	if (page_shift == 16) {
		paging.high_mask = 0xf000;
		paging.high_shift = 36;
	} else if (is_lpa2) {
		paging.address_mask |= (uint64_t)3 << 48;
		paging.high_mask = 0x300;
		paging.high_shift = 42;
	}
	return paging;
}

static unsigned page_shift(const struct cdm_vmcoreinfo *info)
{
	uint64_t size = 4096;

	cdm_vmcoreinfo_decimal(info, "PAGESIZE", &size);
	return size == 65536 ? 16 : size == 16384 ? 14 : 12;
}

/* Bits that the kernel's tables translate: the build's for 64 KiB pages, whose tables are laid out
 * for it whatever the hardware has; what the machine was set to for the others. */
static unsigned table_bits(const struct cdm_vmcoreinfo *info, unsigned shift, uint64_t va_bits)
{
	uint64_t t1sz;

	if (shift != 16 && cdm_vmcoreinfo_number(info, "TCR_EL1_T1SZ", &t1sz) &&
	    t1sz >= 64 - MAX_VA_BITS && t1sz <= 64 - MIN_VA_BITS)
		return (unsigned)(64 - t1sz);
	return (unsigned)va_bits;
}

static void propose_tables(const struct cdm_vmcoreinfo *info, uint64_t va_bits,
			   struct cdm_proposal *proposal, struct cdm_proposals *list)
{
	unsigned shift = page_shift(info);
	unsigned bits = table_bits(info, shift, va_bits);
	uint64_t root;

	if (!cdm_vmcoreinfo_symbol(info, "swapper_pg_dir", &root))
		return;
	proposal->outside = CDM_OUTSIDE_TABLES;
	proposal->outside_from = "page tables";
	proposal->root_paddr = root - proposal->image_vaddr + proposal->image_paddr;
	proposal->paging = paging(shift, bits, shift != 16 && bits == MAX_VA_BITS);
	cdm_proposals_add(list, proposal);
	/* A kernel built for 52 bits that says nothing of the machine's. */
	if (bits > HARDWARE_VA_BITS) {
		proposal->paging = paging(shift, shift == 14 ? 47 : HARDWARE_VA_BITS, false);
		cdm_proposals_add(list, proposal);
	}
}

/* The linear map's start and the physical address that stands there, in both layouts. */
static void propose_linear(const struct cdm_vmcoreinfo *info, uint64_t va_bits,
			   struct cdm_proposal *proposal, struct cdm_proposals *list)
{
	uint64_t phys_offset;

	if (!cdm_vmcoreinfo_number(info, "PHYS_OFFSET", &phys_offset))
		return;
	proposal->outside = CDM_OUTSIDE_DIRECT;
	proposal->outside_from = "NUMBER(PHYS_OFFSET)";
	for (unsigned older = 0; older < 2; older++) {
		proposal->direct_start = -((uint64_t)1 << (va_bits - older));
		proposal->direct_paddr = phys_offset;
		cdm_proposals_add(list, proposal);
	}
}

/* How many bits of an address a kernel has that uses this one. */
static unsigned bits_of(uint64_t vaddr)
{
	unsigned bits = MIN_VA_BITS;

	while (bits < HARDWARE_VA_BITS && vaddr < -((uint64_t)1 << bits))
		bits++;
	return bits;
}

/* Before 4.12 no key tells where the image stands, nor how many bits addresses have: the image is in
 * the lower half of the kernel's (4.6 on), or in the upper one, where all is as far from its physical
 * place. */
static void propose_by_name(const struct cdm_machine *machine, uint64_t stext,
			    struct cdm_proposals *list)
{
	unsigned bits = bits_of(stext);
	struct cdm_proposal proposal = {
		.image_vaddr = stext & ~(uint64_t)(IMAGE_ALIGN - 1),
		.image_len = IMAGE_LEN,
		.image_from = "init_uts_ns",
	};
	uint64_t displacement;

	for (unsigned i = 0; i < machine->n_uts_paddrs; i++) {
		if (!cdm_image_displacement(machine, i, 4096, &displacement))
			continue;
		proposal.image_paddr = proposal.image_vaddr + displacement;
		proposal.outside = CDM_OUTSIDE_DIRECT;
		proposal.outside_from = "it, too";
		proposal.direct_start = -((uint64_t)1 << bits);
		proposal.direct_paddr = proposal.direct_start + displacement;
		cdm_proposals_add(list, &proposal);
		propose_tables(machine->info, bits, &proposal, list);
		if (bits < HARDWARE_VA_BITS)
			propose_tables(machine->info, bits + 1, &proposal, list);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct cdm_proposal proposal = { .image_len = IMAGE_LEN,
					 .image_from = "NUMBER(kimage_voffset)" };
	uint64_t stext, voffset, va_bits = HARDWARE_VA_BITS;

	(void)arch;
	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		return 0;
	if (!cdm_vmcoreinfo_number(machine->info, "kimage_voffset", &voffset)) {
		propose_by_name(machine, stext, &list);
		return list.n;
	}
	if (!cdm_vmcoreinfo_number(machine->info, "VA_BITS", &va_bits) || va_bits < MIN_VA_BITS ||
	    va_bits > MAX_VA_BITS)
		va_bits = HARDWARE_VA_BITS;
	proposal.image_vaddr = stext & ~(uint64_t)(IMAGE_ALIGN - 1);
	proposal.image_paddr = proposal.image_vaddr - voffset;
	propose_linear(machine->info, va_bits, &proposal, &list);
	propose_tables(machine->info, va_bits, &proposal, &list);
	cdm_proposals_add_claims(&list, machine, proposal);
	return list.n;
}

const struct cdm_arch cdm_arch_arm64 = {
	.elf_machine = 183,
	.name = "arm64",
	.machine = "aarch64*",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 4096,
	.could_be = could_be,
	.propose = propose_all,
};
