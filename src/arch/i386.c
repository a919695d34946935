// SPDX-License-Identifier: GPL-2.0-or-later
/* i386.c - where could a 32-bit x86 kernel's low memory be?
 *
 * The image and the log lie in low memory, which is mapped in one piece from PAGE_OFFSET on: 3 GiB,
 * or what CONFIG_VMSPLIT_* chose (formats.md 3.3). */

#include "arch/arch.h"
#include "base/checked.h"

#define END_OF_ADDRESSES 0x100000000u
#define ENTRY_ADDRESS_32 0xfffff000u
#define ENTRY_ADDRESS_PAE 0x000ffffffffff000u

static const uint32_t page_offsets[] = { 0xc0000000u, 0xb0000000u, 0x80000000u, 0x78000000u,
					 0x40000000u };

static bool could_be(const struct cdm_arch *arch, const struct cdm_machine *machine)
{
	uint64_t list_head;
	uint16_t elf_machine = machine->dump->elf_machine;
	struct cdm_bytes unused;

	if (!cdm_vmcoreinfo_decimal(machine->info, "SIZE(list_head)", &list_head) || list_head != 8)
		return false;
	return elf_machine == arch->elf_machine || elf_machine == 0 ||
	       cdm_vmcoreinfo_text(machine->info, "CONFIG_X86_PAE", &unused);
}

/* 2 levels of 1024 entries, or, with PAE, 4 + 512 + 512 of 8 bytes. A leaf of 4 MiB has address bits
 * 39..32 in 20..13 (PSE-36). */
static struct cdm_paging paging(bool is_pae)
{
	if (is_pae)
		return (struct cdm_paging){
			.levels = 3,
			.page_shift = 12,
			.index_bits = { 9, 9, 2 },
			.entry = { .big_endian = false, .word = 8 },
			.no_page = { 1, 0 },
			.no_table = { 1, 0 },
			.leaf = { 0x80, 0x80 },
			.leaf_levels = 1 << 1,
			.address_mask = ENTRY_ADDRESS_PAE,
		};
	return (struct cdm_paging){
		.levels = 2,
		.page_shift = 12,
		.index_bits = { 10, 10 },
		.entry = { .big_endian = false, .word = 4 },
		.no_page = { 1, 0 },
		.no_table = { 1, 0 },
		.leaf = { 0x80, 0x80 },
		.leaf_levels = 1 << 1,
		.address_mask = ENTRY_ADDRESS_32,
		.high_mask = 0x1fe000,
		.high_shift = 19,
		.high_in_leaves = true,
	};
}

static unsigned propose_all(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room)
{
	uint64_t stext, root;
	struct cdm_bytes unused;
	unsigned n = 0;

	(void)arch;
	if (!cdm_vmcoreinfo_symbol(machine->info, "_stext", &stext) ||
	    !cdm_vmcoreinfo_symbol(machine->info, "swapper_pg_dir", &root))
		return 0;
	for (size_t i = 0; i < sizeof(page_offsets) / sizeof(*page_offsets) && n < room; i++) {
		if (page_offsets[i] > stext)
			continue;
		proposals[n++] = (struct cdm_proposal){
			.image_vaddr = page_offsets[i],
			.image_len = END_OF_ADDRESSES - page_offsets[i],
			.image_paddr = 0,
			.image_from = "the start of low memory",
			.outside = CDM_OUTSIDE_TABLES,
			.outside_from = "page tables",
			.root_paddr = root - page_offsets[i],
			.paging = paging(
				cdm_vmcoreinfo_text(machine->info, "CONFIG_X86_PAE", &unused)),
		};
	}
	return n;
}

const struct cdm_arch cdm_arch_i386 = {
	.elf_machine = 3,
	.name = "i386",
	.machine = "i?86",
	.layout = { .big_endian = false, .word = 4 },
	.page_size = 4096,
	.could_be = could_be,
	.propose = propose_all,
};
