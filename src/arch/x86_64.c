// SPDX-License-Identifier: GPL-2.0-or-later
/* x86_64.c - where could an x86-64 kernel's image and direct map be?
 *
 * The image is at 0xffffffff80000000 + (vaddr's offset), moved by phys_base in physical memory
 * (signed: KASLR may move the virtual address further than the physical one). Everything else is
 * in the direct map, whose start KASLR moves too (formats.md 3.2). */

#include "arch/arch.h"
#include "base/checked.h"
#include "dump/registers.h"

#include <stdlib.h>

#define IMAGE_START 0xffffffff80000000u
#define IMAGE_LEN 0x40000000u /* 1 GiB with KASLR; modules lie behind */
#define KERNEL_HALF 0xff00000000000000u
#define LOAD_ALIGN 0x200000u
#define ADDRESS_MASK 0x000ffffffffff000u
#define MAX_PHYS_BASES 8

/* Starts of the direct map without KASLR, newest first (Documentation/x86/x86_64/mm.rst). */
static const uint64_t direct_starts[] = {
	0xffff888000000000u, /* 4 levels, 4.20 on */
	0xff11000000000000u, /* 5 levels, 4.20 on */
	0xffff880000000000u, /* 4 levels before */
	0xff10000000000000u, /* 5 levels before */
};

struct phys_base {
	uint64_t value;
	const char *from;
};

struct phys_bases {
	unsigned n;
	struct phys_base list[MAX_PHYS_BASES];
};

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t list_head, stext;
	struct cdm_bytes unused;

	/* A kernel's long is half of a list_head: the best test there is of its word size. */
	if (cdm_vmcoreinfo_decimal(machine->info, "SIZE(list_head)", &list_head) && list_head != 16)
		return false;
	if (cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext))
		return stext >= IMAGE_START &&
		       !cdm_vmcoreinfo_text(machine->info, "NUMBER(va_kernel_pa_offset)", &unused);
	return machine->dump->elf_machine == 0 || machine->dump->elf_machine == arch->elf_machine;
}

static void add(struct phys_bases *bases, uint64_t value, const char *from)
{
	for (unsigned i = 0; i < bases->n; i++)
		if (bases->list[i].value == value)
			return;
	if (bases->n < MAX_PHYS_BASES)
		bases->list[bases->n++] = (struct phys_base){ value, from };
}

/* What QEMU writes into a kdump sub header: it reads the kernel's decimal text as hexadecimal
 * (target-independent, up to 10.0 at least; formats.md T12). The digits tell. */
static bool undo_hex_reading(uint64_t value, uint64_t *decimal)
{
	bool negative = value >> 63;
	uint64_t magnitude = negative ? -value : value;
	uint64_t n = 0;

	for (int shift = 60; shift >= 0; shift -= 4) {
		uint64_t digit = magnitude >> shift & 15;

		if (digit > 9 || cdm_mul(n, 10, &n) || cdm_add(n, digit, &n))
			return false;
	}
	*decimal = negative ? -n : n;
	return true;
}

static void add_from_container(const struct cdm_dump *dump, struct phys_bases *bases)
{
	uint64_t decimal;

	for (unsigned i = 0; i < dump->n_claims; i++)
		if (dump->claims[i].vaddr >= IMAGE_START)
			add(bases, dump->claims[i].paddr - (dump->claims[i].vaddr - IMAGE_START),
			    "the kernel's segment");
	if (!dump->has_phys_base)
		return;
	add(bases, dump->phys_base, "the sub header's phys_base");
	if (undo_hex_reading(dump->phys_base, &decimal))
		add(bases, decimal, "the sub header's phys_base, which is decimal");
}

static bool holds_itself(struct cdm_dump *dump, uint64_t variable, uint64_t value)
{
	struct cdm_layout layout = { .big_endian = false, .word = 8 };
	struct cdm_error unused;
	uint8_t raw[8];
	size_t got;

	return !cdm_dump_read(dump, variable - IMAGE_START + value, raw, sizeof(raw), &got,
			      &unused) &&
	       cdm_load_u64(raw, layout) == value;
}

/* Kernels before 4.10 export the address of the variable phys_base: it lies where its own value
 * says. Tried in steps of 2 MiB, above and below; zeros would say so anywhere, and 0 is a proposal
 * of its own. */
static void add_by_search(const struct cdm_machine *machine, struct phys_bases *bases)
{
	uint64_t variable;

	if (!cdm_vmcoreinfo_symbol(machine->info, "phys_base", &variable) || variable < IMAGE_START)
		return;
	for (uint64_t i = 1; i < CDM_MAX_PHYS_BASE_TRIES; i++) {
		uint64_t up = i * LOAD_ALIGN, down = -up;

		if (holds_itself(machine->dump, variable, up)) {
			add(bases, up, "SYMBOL(phys_base)");
			return;
		}
		if (i * LOAD_ALIGN <= IMAGE_LEN && holds_itself(machine->dump, variable, down)) {
			add(bases, down, "SYMBOL(phys_base)");
			return;
		}
	}
}

/* Where memory was searched for the kernel's own name: it moved as far as that did. */
static void add_by_name(const struct cdm_machine *machine, struct phys_bases *bases)
{
	uint64_t displacement;

	for (unsigned i = 0; i < machine->n_uts_paddrs; i++)
		if (cdm_image_displacement(machine, i, LOAD_ALIGN, &displacement))
			add(bases, displacement + IMAGE_START, "init_uts_ns");
}

/* 4 or 5 levels of 512 entries; leaves of 4 KiB, 2 MiB and 1 GiB; the bit that marks encrypted
 * memory is no address. */
static struct cdm_paging paging(unsigned levels, uint64_t encryption_mask)
{
	return (struct cdm_paging){
		.levels = (uint8_t)levels,
		.page_shift = 12,
		.index_bits = { 9, 9, 9, 9, 9 },
		.entry = { .big_endian = false, .word = 8 },
		.no_page = { 1, 0 },
		.no_table = { 1, 0 },
		.leaf = { 0x80, 0x80 },
		.leaf_levels = 1 << 1 | 1 << 2,
		.address_mask = ADDRESS_MASK & ~encryption_mask,
	};
}

static const struct cdm_layout memory_layout = { .big_endian = false, .word = 8 };

/* The kernel is in every process's page tables: where does one processor's, of so many levels, have its
 * image? */
static bool ask_root(const struct cdm_machine *machine, uint64_t root, unsigned levels,
		     struct cdm_translation *walk, uint64_t *phys_base)
{
	uint64_t vaddr, mask = 0;
	struct cdm_extent extent;
	struct cdm_error unused;

	cdm_vmcoreinfo_number(machine->info, "sme_mask", &mask);
	struct cdm_proposal proposal = { .outside = CDM_OUTSIDE_TABLES,
					 .root_paddr = root,
					 .paging = paging(levels, mask) };

	cdm_translation_begin(walk, &proposal, machine->dump);
	if (!cdm_vmcoreinfo_symbol(machine->info, "init_uts_ns", &vaddr) || vaddr < IMAGE_START ||
	    cdm_walk(walk, vaddr, &extent, &unused))
		return false;
	*phys_base = extent.paddr - (extent.vaddr - IMAGE_START);
	return true;
}

/* By the notes of a hypervisor, which have CR3; where nothing else tells where the image is. */
static bool add_by_registers(const struct cdm_machine *machine, struct phys_bases *bases)
{
	struct cdm_registers registers;
	bool is_found = false;
	struct cdm_translation *walk = malloc(sizeof(*walk));
	uint64_t phys_base;

	cdm_registers_read(machine->dump, cdm_arch_x86_64.elf_machine, memory_layout, &registers);
	for (unsigned i = 0; walk && i < registers.n_roots; i++)
		for (unsigned levels = 4; levels <= 5; levels++)
			if (ask_root(machine, registers.roots[i], levels, walk, &phys_base)) {
				add(bases, phys_base, "a processor's page tables (CR3)");
				is_found = true;
			}
	free(walk);
	return is_found;
}

/* The tables that the kernel was using; those that it begins with, no key names. */
static bool root_by_registers(const struct cdm_machine *machine, uint64_t *root)
{
	struct cdm_registers registers;

	cdm_registers_read(machine->dump, cdm_arch_x86_64.elf_machine, memory_layout, &registers);
	if (registers.n_roots)
		*root = registers.roots[0];
	return registers.n_roots > 0;
}

static bool claims_image(const struct cdm_dump *dump)
{
	for (unsigned i = 0; i < dump->n_claims; i++)
		if (dump->claims[i].vaddr >= IMAGE_START)
			return true;
	return false;
}

static void collect_phys_bases(const struct cdm_machine *machine, struct phys_bases *bases)
{
	uint64_t value;
	bool is_exported = cdm_vmcoreinfo_number(machine->info, "phys_base", &value);

	bases->n = 0;
	add_by_name(machine, bases);
	if (is_exported)
		add(bases, value, "NUMBER(phys_base)");
	add_from_container(machine->dump, bases);
	bool is_found =
		!is_exported && !claims_image(machine->dump) && add_by_registers(machine, bases);

	add(bases, 0, "a kernel that was not moved");
	if (!is_exported && !is_found)
		add_by_search(machine, bases);
}

static bool root_vaddr(const struct cdm_vmcoreinfo *info, uint64_t *vaddr)
{
	return cdm_vmcoreinfo_symbol(info, "init_top_pgt", vaddr) ||
	       cdm_vmcoreinfo_symbol(info, "init_level4_pgt", vaddr) ||
	       cdm_vmcoreinfo_symbol(info, "swapper_pg_dir", vaddr);
}

/* The bit that marks encrypted memory is 47 or 51, by processor. Kernels before 5.1 do not say. */
static const uint64_t unsaid_masks[] = { 0, (uint64_t)1 << 47, (uint64_t)1 << 51 };

/* Page tables of the depth that the kernel names, then of the other one. */
static void propose_tables(const struct cdm_vmcoreinfo *info, struct cdm_proposal *proposal,
			   struct cdm_proposals *list)
{
	uint64_t mask = 0, five = 0;
	bool has_mask = cdm_vmcoreinfo_number(info, "sme_mask", &mask);
	size_t n = has_mask ? 1 : sizeof(unsaid_masks) / sizeof(*unsaid_masks);

	cdm_vmcoreinfo_number(info, "pgtable_l5_enabled", &five);
	for (size_t i = 0; i < 2 * n; i++) {
		unsigned levels = (five != 0) ^ (i >= n) ? 5 : 4;

		proposal->paging = paging(levels, has_mask ? mask : unsaid_masks[i % n]);
		proposal->outside_from =
			levels == 5 ? "page tables of 5 levels" : "page tables of 4 levels";
		cdm_proposals_add(list, proposal);
	}
}

/* Everything that could be outside of an image with this phys_base. */
static void propose_for(const struct cdm_machine *machine, const struct phys_base *base,
			struct cdm_proposals *list)
{
	uint64_t root;
	bool has_root = root_vaddr(machine->info, &root) && root >= IMAGE_START;
	struct cdm_proposal proposal = {
		.image_vaddr = IMAGE_START,
		.image_len = IMAGE_LEN,
		.image_paddr = base->value,
		.image_from = base->from,
	};
	bool has_claims = false;

	for (unsigned i = 0; i < machine->dump->n_claims; i++)
		has_claims |= machine->dump->claims[i].vaddr >= KERNEL_HALF &&
			      machine->dump->claims[i].vaddr < IMAGE_START;
	if (has_claims) {
		proposal.outside = CDM_OUTSIDE_CLAIMS;
		proposal.outside_from = "the segments' virtual addresses";
		cdm_proposals_add(list, &proposal);
	}
	if (has_root)
		root += base->value - IMAGE_START;
	if (has_root || root_by_registers(machine, &root)) {
		proposal.outside = CDM_OUTSIDE_TABLES;
		proposal.root_paddr = root;
		propose_tables(machine->info, &proposal, list);
	}
	proposal.outside = CDM_OUTSIDE_DIRECT;
	proposal.outside_from = "the direct map's usual start";
	for (size_t i = 0; i < sizeof(direct_starts) / sizeof(*direct_starts); i++) {
		proposal.direct_start = direct_starts[i];
		cdm_proposals_add(list, &proposal);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct phys_bases bases;

	(void)arch;
	collect_phys_bases(machine, &bases);
	for (unsigned i = 0; i < bases.n; i++)
		propose_for(machine, &bases.list[i], &list);
	return list.n;
}

const struct cdm_arch cdm_arch_x86_64 = {
	.elf_machine = 62,
	.name = "x86_64",
	.machine = "x86_64",
	.layout = { .big_endian = false, .word = 8 },
	.page_size = 4096,
	.could_be = could_be,
	.propose = propose_all,
};
