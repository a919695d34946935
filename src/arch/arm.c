// SPDX-License-Identifier: GPL-2.0-or-later
/* arm.c - where could a 32-bit ARM kernel's low memory be?
 *
 * The image and the log lie in low memory, which is mapped in one piece: PAGE_OFFSET is the start of
 * memory, PHYS_OFFSET. What lies elsewhere (modules, vmalloc) is in page tables of two levels, or of
 * three with LPAE (formats.md 3.5). Both byte orders: the tables have the kernel's. */

#include "arch/arch.h"
#include "base/checked.h"

#define END_OF_ADDRESSES 0x100000000u
#define SPLIT_ALIGN 0x10000000u /* every CONFIG_VMSPLIT_* is a multiple of it */
#define PAGE_ALIGN 0x1000u
#define IMAGE_LEN 0x4000000u /* 64 MiB: more than a branch reaches */
#define MAX_STARTS 16        /* of memory, that are tried */
#define MAX_RANGES 6         /* that are looked at for them */

/* A board's memory may begin with something that is no memory to the kernel, or is not dumped. The
 * kernel rounds where it was loaded: to 2 MiB (5.11 on), 16 MiB, 128 MiB (a zImage). */
static const uint32_t aligns[] = { 0x200000u, 0x1000000u, 0x8000000u };

struct start {
	uint64_t paddr;
	const char *from;
};

struct starts {
	unsigned n;
	struct start list[MAX_STARTS];
};

static void add(struct starts *starts, uint64_t paddr, const char *from)
{
	for (unsigned i = 0; i < starts->n; i++)
		if (starts->list[i].paddr == paddr)
			return;
	if (starts->n < MAX_STARTS)
		starts->list[starts->n++] = (struct start){ paddr, from };
}

static void add_from_container(const struct cdm_dump *dump, uint64_t page_offset, uint64_t stext,
			       struct starts *starts)
{
	for (unsigned i = 0; i < dump->n_claims; i++) {
		const struct cdm_claim *claim = &dump->claims[i];
		uint32_t vaddr = (uint32_t)claim->vaddr; /* some writers extend the sign (T67) */

		if (stext >= vaddr && stext - vaddr < claim->len)
			add(starts, claim->paddr - (vaddr - page_offset),
			    "the segments' virtual addresses");
	}
	if (dump->phys_base)
		add(starts, dump->phys_base, "the sub header's phys_base");
}

/* Memory below the kernel's may be a ROM: the first ranges are tried, the lowest first. */
static void add_from_memory(struct cdm_dump *dump, struct starts *starts)
{
	struct cdm_range range = { 0 };
	struct cdm_error unused;

	for (unsigned i = 0; i < MAX_RANGES; i++) {
		uint64_t end = range.end;

		if (cdm_dump_next_range(dump, end, &range, &unused))
			return;
		for (unsigned n = 0; n < sizeof(aligns) / sizeof(*aligns); n++)
			if (range.begin != end || i == 0)
				add(starts, range.begin & ~(uint64_t)(aligns[n] - 1),
				    "the start of memory");
	}
}

static void add_from_name(const struct cdm_machine *machine, uint64_t page_offset,
			  struct starts *starts)
{
	uint64_t displacement;

	for (unsigned i = 0; i < machine->n_uts_paddrs; i++)
		if (cdm_image_displacement(machine, i, PAGE_ALIGN, &displacement))
			add(starts, page_offset + displacement, "init_uts_ns");
}

/* Sections of 1 MiB, or 16 of them alike (a supersection); pages of 4 KiB, or 16 of them (64 KiB).
 * Supersections above 4 GiB are never memory. */
static struct cdm_paging short_paging(bool big_endian)
{
	return (struct cdm_paging){
		.levels = 2,
		.page_shift = 12,
		.index_bits = { 8, 12 },
		.entry = { .big_endian = big_endian, .word = 4 },
		.no_page = { 3, 0 },
		.no_table = { 3, 0 },
		.leaf = { 2, 2 },
		.leaf_levels = 1 << 1,
		.wide = { { 3, 1 }, { 0x40002, 0x40002 } },
		.wide_bits = 4,
		.address_mask = 0xfffffc00,
	};
}

static struct cdm_paging lpae_paging(bool big_endian)
{
	return (struct cdm_paging){
		.levels = 3,
		.page_shift = 12,
		.index_bits = { 9, 9, 2 },
		.entry = { .big_endian = big_endian, .word = 8 },
		.no_page = { 1, 0 },
		.no_table = { 1, 0 },
		.leaf = { 2, 0 }, /* bit 1 tells a table from a block */
		.leaf_levels = 1 << 1 | 1 << 2,
		.address_mask = 0x000000fffffff000u,
	};
}

static struct cdm_paging paging(const struct cdm_arch *arch, const struct cdm_vmcoreinfo *info)
{
	struct cdm_bytes unused;

	return cdm_vmcoreinfo_text(info, "CONFIG_ARM_LPAE", &unused)
		       ? lpae_paging(arch->layout.big_endian)
		       : short_paging(arch->layout.big_endian);
}

static void collect_starts(const struct cdm_machine *machine, uint64_t page_offset, uint64_t stext,
			   struct starts *starts)
{
	starts->n = 0;
	add_from_name(machine, page_offset, starts);
	add_from_container(machine->dump, page_offset, stext, starts);
	add_from_memory(machine->dump, starts);
}

/* Low memory by the formula, for each start of memory; then the image alone. */
static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	struct starts starts;
	uint64_t stext, root;
	unsigned n = 0;

	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) ||
	    !cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root) ||
	    stext >= END_OF_ADDRESSES)
		return 0;
	uint64_t page_offset = stext & ~(uint64_t)(SPLIT_ALIGN - 1);

	collect_starts(machine, page_offset, stext, &starts);
	for (unsigned i = 0; i < 2 * starts.n && n < room; i++) {
		const struct start *start = &starts.list[i % starts.n];
		bool is_formula = i < starts.n;

		proposals[n++] = (struct cdm_proposal){
			.image_vaddr = page_offset,
			.image_len = is_formula ? END_OF_ADDRESSES - page_offset : IMAGE_LEN,
			.image_paddr = start->paddr,
			.image_from = start->from,
			.outside = CDM_OUTSIDE_TABLES,
			.outside_from = "page tables",
			.root_paddr = root - page_offset + start->paddr,
			.paging = paging(arch, machine->info),
		};
	}
	return n;
}

const struct cdm_arch cdm_arch_arm = {
	.elf_machine = 40,
	.name = "arm",
	.machine = "arm*",
	.layout = { .big_endian = false, .word = 4 },
	.page_size = 4096,
	.propose = propose_all,
};

const struct cdm_arch cdm_arch_arm_big = {
	.elf_machine = 40,
	.name = "arm",
	.machine = "arm*",
	.layout = { .big_endian = true, .word = 4 },
	.page_size = 4096,
	.propose = propose_all,
};
