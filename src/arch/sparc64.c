// SPDX-License-Identifier: GPL-2.0-or-later
/* sparc64.c - where could a 64-bit SPARC kernel's image and linear map be?
 *
 * Locked TLB entries map the image at KERNBASE; no table or key tells where to. All memory is in a
 * linear map above the hole in the processor's virtual addresses, whose end differs by processor
 * (formats.md 3.12). The segments tell both, if they do; else the memory that the file holds, and
 * init_uts_ns. */

#include "arch/arch.h"
#include "base/checked.h"

#define KERNBASE 0x400000u
#define IMAGE_END 0x10000000u /* modules lie from here on */
#define PAGE_ALIGN 0x2000u
#define MAX_PLACES 8

/* Ends of the hole: UltraSPARC to T3, T4 and T5, M6 and later. */
static const uint64_t linear_starts[] = {
	0xfffff80000000000u,
	0xffff800000000000u,
	0xfff8000000000000u,
};

struct place {
	uint64_t paddr; /* of KERNBASE */
	const char *from;
};

struct places {
	unsigned n;
	struct place list[MAX_PLACES];
};

static void add(struct places *places, uint64_t paddr, const char *from)
{
	for (unsigned i = 0; i < places->n; i++)
		if (places->list[i].paddr == paddr)
			return;
	if (places->n < MAX_PLACES)
		places->list[places->n++] = (struct place){ paddr, from };
}

static void add_from_segments(const struct cdm_dump *dump, struct places *places)
{
	for (unsigned i = 0; i < dump->n_claims; i++)
		if (dump->claims[i].vaddr >= KERNBASE && dump->claims[i].vaddr < IMAGE_END)
			add(places, dump->claims[i].paddr - (dump->claims[i].vaddr - KERNBASE),
			    "the kernel's segment");
}

/* The firmware loads it at the start of memory, as far in as KERNBASE; what is before may not have
 * been dumped. */
static void add_from_memory(struct cdm_dump *dump, struct places *places)
{
	struct cdm_range lowest;
	struct cdm_error unused;

	if (cdm_dump_next_range(dump, 0, &lowest, &unused))
		return;
	uint64_t start = lowest.begin / KERNBASE * KERNBASE;

	add(places, start + KERNBASE, "the start of memory");
	add(places, start, "the start of memory");
}

static void collect_places(const struct cdm_machine *machine, struct places *places)
{
	uint64_t displacement;

	places->n = 0;
	for (unsigned i = 0; i < machine->n_uts_paddrs; i++)
		if (cdm_image_displacement(machine, i, PAGE_ALIGN, &displacement))
			add(places, KERNBASE + displacement, "init_uts_ns");
	add_from_segments(machine->dump, places);
	add_from_memory(machine->dump, places);
}

/* Everything that could be outside of an image at this place. */
static void propose_for(const struct cdm_machine *machine, const struct place *place,
			struct cdm_proposals *list)
{
	struct cdm_proposal proposal = {
		.image_vaddr = KERNBASE,
		.image_len = IMAGE_END - KERNBASE,
		.image_paddr = place->paddr,
		.image_from = place->from,
	};

	cdm_proposals_add_claims(list, machine, proposal);
	proposal.outside = CDM_OUTSIDE_DIRECT;
	proposal.outside_from = "the linear map's start by processor";
	for (size_t i = 0; i < sizeof(linear_starts) / sizeof(*linear_starts); i++) {
		proposal.direct_start = linear_starts[i];
		cdm_proposals_add(list, &proposal);
	}
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct cdm_proposals list = { .at = proposals, .room = room };
	struct places places;

	(void)arch;
	collect_places(machine, &places);
	for (unsigned i = 0; i < places.n; i++)
		propose_for(machine, &places.list[i], &list);
	return list.n;
}

const struct cdm_arch cdm_arch_sparc64 = {
	.elf_machine = 43,
	.name = "sparc64",
	.machine = "sparc64",
	.layout = { .big_endian = true, .word = 8 },
	.page_size = 8192,
	.propose = propose_all,
};
