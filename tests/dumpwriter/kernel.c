// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.c - where in the machine's memory are the kernel, its tables and its log? */

#include "tests/dumpwriter/kernel.h"

#include <string.h>

#define MIB ((uint64_t)1 << 20)
#define IMAGE_LINK_OFFSET (16 * MIB) /* of _stext in the kernel's window, without KASLR */

/* Places in the image, in bytes behind _stext. */
enum image_place {
	BANNER_AT = 0x1000,
	TABLES_AT = 0x10000,
	TABLES_END = 0x100000,
	UTS_AT = 0x100000,
	VARIABLES_AT = 0x101000,
	PHYS_BASE_AT = VARIABLES_AT,
	PAGE_OFFSET_BASE_AT = VARIABLES_AT + 8,
	PRB_AT = VARIABLES_AT + 0x10,
	CLEAR_SEQ_AT = VARIABLES_AT + 0x40,
	STATIC_RING_AT = VARIABLES_AT + 0x100,
	DYNAMIC_RING_AT = VARIABLES_AT + 0x200,
	VMCOREINFO_AT = 0x103000,
	VMCOREINFO_NOTE_AT = 0x104000,
	SECTION_ROOTS_AT = 0x106000,
	SECTIONS_AT = 0x10e000,
	STATIC_ARRAYS_AT = 0x110000,
};

uint64_t dw_image_paddr(const struct dw_kernel *kernel, uint64_t vaddr)
{
	return vaddr - DW_START_KERNEL_MAP + kernel->phys_base;
}

static void read_identity(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	kernel->release = dw_get(settings, "kernel", "release", "6.12.9-crashtest");
	kernel->machine = dw_get(settings, "kernel", "machine", "x86_64");
	kernel->nodename = dw_get(settings, "kernel", "nodename", "test");
	kernel->version = dw_get(settings, "kernel", "version", "#1 SMP PREEMPT_DYNAMIC");
}

static void read_addresses(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const level_words[] = { "4", "5", NULL };
	unsigned levels = 4 + dw_get_choice(settings, "kernel", "levels", level_words);

	kernel->kaslr = dw_get_number(settings, "kernel", "kaslr", 0x1c000000);
	kernel->image_paddr = dw_get_number(settings, "kernel", "load", 16 * MIB);
	kernel->image_vaddr = DW_START_KERNEL_MAP + IMAGE_LINK_OFFSET + kernel->kaslr;
	kernel->phys_base = kernel->image_paddr - IMAGE_LINK_OFFSET - kernel->kaslr;
	kernel->direct_base =
		dw_get_number(settings, "kernel", "direct_base",
			      levels == 4 ? 0xffff888000000000ull : 0xff11000000000000ull);
	kernel->table.levels = levels;
	kernel->table.sme_mask = dw_get_number(settings, "kernel", "sme_mask", 0);
	kernel->table.has_pat = dw_get_yes(settings, "kernel", "pat", false);
	kernel->uts_vaddr = kernel->image_vaddr + UTS_AT;
	kernel->prb_vaddr = kernel->image_vaddr + PRB_AT;
	kernel->static_ring_vaddr = kernel->image_vaddr + STATIC_RING_AT;
	kernel->clear_seq_vaddr = kernel->image_vaddr + CLEAR_SEQ_AT;
	kernel->phys_base_vaddr = kernel->image_vaddr + PHYS_BASE_AT;
}

static void read_geometry(struct dw_ring *ring, const struct dw_settings *settings)
{
	static const char *const exact_fit[] = { "moves", "stays", NULL };

	ring->size_bits = (unsigned)dw_get_number(settings, "kernel", "size_bits", 12);
	ring->count_bits = (unsigned)dw_get_number(settings, "kernel", "count_bits", 7);
	ring->info_size = (unsigned)dw_get_number(settings, "kernel", "info_size", 88);
	ring->desc_ring_size = (unsigned)dw_get_number(settings, "kernel", "desc_ring_size", 48);
	ring->desc_ring_at = (unsigned)dw_get_number(settings, "kernel", "desc_ring_at", 0);
	ring->exact_fit_stays = dw_get_choice(settings, "kernel", "exact_fit", exact_fit) == 1;
	if (ring->info_size > 512 || ring->count_bits > 26 || ring->size_bits > 31)
		dw_die("%s: [kernel] no kernel has a ring of this size", settings->script->path);
}

/* Puts the three arrays behind each other at a physical address. Returns where they end. */
static uint64_t place_arrays(struct dw_ring *ring, uint64_t paddr, uint64_t vaddr_minus_paddr)
{
	ring->text_paddr = paddr;
	ring->descs_paddr = dw_round_up(paddr + dw_ring_text_size(ring), DW_PAGE);
	ring->infos_paddr = dw_round_up(ring->descs_paddr + dw_ring_descs_size(ring), DW_PAGE);
	ring->text_vaddr = ring->text_paddr + vaddr_minus_paddr;
	ring->descs_vaddr = ring->descs_paddr + vaddr_minus_paddr;
	ring->infos_vaddr = ring->infos_paddr + vaddr_minus_paddr;
	return ring->infos_paddr + dw_ring_infos_size(ring);
}

/* ring = image: the static ring is all there is. ring = direct: a second one, as with
 * log_buf_len= or many CPUs, lies in the direct map. Returns where the last array ends. */
static uint64_t place_rings(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const places[] = { "image", "direct", NULL };
	bool is_direct = dw_get_choice(settings, "kernel", "ring", places) == 1;
	uint64_t image_delta = kernel->image_vaddr - kernel->image_paddr;
	uint64_t arrays = kernel->image_paddr + STATIC_ARRAYS_AT;
	uint64_t end;

	read_geometry(&kernel->ring, settings);
	kernel->static_ring = kernel->ring;
	kernel->static_ring.header_paddr = kernel->image_paddr + STATIC_RING_AT;
	if (is_direct) {
		kernel->static_ring.size_bits = 12;
		kernel->static_ring.count_bits = 7;
	}
	end = place_arrays(&kernel->static_ring, arrays, image_delta);
	kernel->image_size = dw_round_up(end - kernel->image_paddr, 2 * MIB);
	if (!is_direct) {
		kernel->ring = kernel->static_ring;
		return end;
	}
	end = kernel->image_paddr + kernel->image_size;
	kernel->ring.header_paddr = kernel->image_paddr + DYNAMIC_RING_AT;
	return place_arrays(&kernel->ring, dw_get_number(settings, "kernel", "ring_at", end),
			    kernel->direct_base);
}

static void add_ram(struct dw_memory *memory, const struct dw_settings *settings, uint64_t end)
{
	const char *ram = dw_get(settings, "kernel", "ram", NULL);
	size_t n_words;
	char **words;

	if (!ram)
		ram = dw_format(memory->arena, "0x1000-0x9fc00 0x100000-0x%llx",
				(unsigned long long)dw_round_up(end + 1, 2 * MIB));
	words = dw_words(memory->arena, ram, &n_words);
	for (size_t i = 0; i < n_words; i++) {
		char *dash = strchr(words[i], '-');

		if (!dash)
			dw_die("%s: ram: \"%s\" is no range", settings->script->path, words[i]);
		*dash = '\0';
		dw_memory_add_ram(memory, dw_number(settings, "ram", words[i]),
				  dw_number(settings, "ram", dash + 1));
	}
}

static void write_tables(struct dw_kernel *kernel, struct dw_memory *memory,
			 const struct dw_settings *settings)
{
	static const char *const sizes[] = { "2m", "4k", "1g", NULL };
	static const unsigned shifts[] = { DW_SHIFT_2M, DW_SHIFT_4K, DW_SHIFT_1G };
	unsigned shift = shifts[dw_get_choice(settings, "kernel", "direct_pages", sizes)];
	uint64_t page = (uint64_t)1 << shift;

	kernel->table.memory = memory;
	kernel->table.top_paddr = kernel->image_paddr + TABLES_AT;
	kernel->table.next_paddr = kernel->table.top_paddr + DW_PAGE;
	kernel->table.end_paddr = kernel->image_paddr + TABLES_END;
	for (size_t i = 0; i < memory->n_ram; i++) {
		uint64_t start = memory->ram[i].start / page * page;

		dw_pagetable_map(&kernel->table, kernel->direct_base + start, start,
				 dw_round_up(memory->ram[i].end, page) - start, shift);
	}
	kernel->direct_leaf_paddr = kernel->table.leaf_paddr;
	dw_pagetable_map(&kernel->table, kernel->image_vaddr, kernel->image_paddr,
			 kernel->image_size, DW_SHIFT_2M);
}

static void write_identity(const struct dw_kernel *kernel, struct dw_memory *memory)
{
	const char *names[] = { "Linux",         kernel->nodename, kernel->release,
				kernel->version, kernel->machine,  "(none)" };
	uint64_t uts = kernel->image_paddr + UTS_AT;
	uint8_t field[65];
	char *banner = dw_format(memory->arena, "Linux version %s (build@test) %s\n",
				 kernel->release, kernel->version);

	for (size_t i = 0; i < 6; i++) {
		memset(field, 0, sizeof(field));
		memcpy(field, names[i], dw_min(strlen(names[i]), 64));
		dw_memory_write(memory, uts + i * sizeof(field), field, sizeof(field));
	}
	dw_memory_write(memory, kernel->image_paddr + BANNER_AT, banner, strlen(banner));
}

static void write_variables(const struct dw_kernel *kernel, struct dw_memory *memory)
{
	uint64_t image = kernel->image_paddr;

	dw_memory_write_number(memory, image + PHYS_BASE_AT, 8, kernel->phys_base);
	dw_memory_write_number(memory, image + PAGE_OFFSET_BASE_AT, 8, kernel->direct_base);
	dw_memory_write_number(memory, image + PRB_AT, 8,
			       kernel->image_vaddr + (kernel->ring.header_paddr - image));
	dw_memory_write_number(memory, image + CLEAR_SEQ_AT, 8, 0);
}

/* The first 128 MiB of sparse memory: makedumpfile reads nothing without it, other readers of logs
 * never look. */
static void write_sections(struct dw_kernel *kernel, struct dw_memory *memory)
{
	const uint64_t vmemmap = 0xffffea0000000000ull;
	const unsigned present_and_mapped = 3;

	kernel->sections_vaddr = kernel->image_vaddr + SECTION_ROOTS_AT;
	dw_memory_write_number(memory, kernel->image_paddr + SECTION_ROOTS_AT, 8,
			       kernel->image_vaddr + SECTIONS_AT);
	dw_memory_write_number(memory, kernel->image_paddr + SECTIONS_AT, 8,
			       vmemmap | present_and_mapped);
}

static void write_rings(struct dw_kernel *kernel, struct dw_memory *memory,
			const struct dw_settings *settings)
{
	bool is_direct = kernel->ring.header_paddr != kernel->static_ring.header_paddr;
	uint64_t n_early = dw_get_number(settings, "kernel", "early", 2);
	uint64_t failed = dw_get_number(settings, "kernel", "fail", 0);
	size_t n_records;
	struct dw_record *records = dw_read_records(memory->arena, settings->script, &n_records);

	kernel->ring.memory = memory;
	kernel->static_ring.memory = memory;
	dw_ring_open(&kernel->ring, dw_get_number(settings, "kernel", "first_seq", 0),
		     dw_get_number(settings, "kernel", "first_id", UINT64_MAX),
		     dw_get_number(settings, "kernel", "first_lpos", UINT64_MAX));
	for (size_t i = 0; i < n_records; i++)
		dw_ring_add(&kernel->ring, &records[i]);
	kernel->ring.fail += failed;
	dw_ring_close(&kernel->ring);
	if (!is_direct)
		return;
	/* What was logged before the larger ring was there stays in the static one. */
	dw_ring_open(&kernel->static_ring, 0, UINT64_MAX, UINT64_MAX);
	for (size_t i = 0; i < dw_min(n_early, n_records); i++)
		dw_ring_add(&kernel->static_ring, &records[i]);
	dw_ring_close(&kernel->static_ring);
}

static void write_vmcoreinfo(struct dw_kernel *kernel, struct dw_memory *memory)
{
	struct dw_buffer note = { .arena = memory->arena };

	kernel->vmcoreinfo_paddr = kernel->image_paddr + VMCOREINFO_AT;
	dw_memory_write(memory, kernel->vmcoreinfo_paddr, kernel->vmcoreinfo.at,
			dw_min(kernel->vmcoreinfo.len, DW_PAGE));
	dw_put_little(&note, 4, 11);
	dw_put_little(&note, 4, kernel->vmcoreinfo.len);
	dw_put_little(&note, 4, 0);
	dw_put(&note, "VMCOREINFO\0", 12);
	dw_put(&note, kernel->vmcoreinfo.at, kernel->vmcoreinfo.len);
	dw_memory_write(memory, kernel->image_paddr + VMCOREINFO_NOTE_AT, note.at, note.len);
}

/* makedumpfile keeps the kernel's own pages, also those that hold zeros. */
static void keep_pages(struct dw_memory *memory, uint64_t start, uint64_t end)
{
	for (uint64_t pfn = start / DW_PAGE; pfn * DW_PAGE < end; pfn++)
		dw_memory_page(memory, pfn);
}

void dw_kernel_write(struct dw_kernel *kernel, struct dw_memory *memory,
		     const struct dw_settings *settings)
{
	uint64_t end;

	*kernel = (struct dw_kernel){ .release = NULL };
	read_identity(kernel, settings);
	read_addresses(kernel, settings);
	end = place_rings(kernel, settings);
	add_ram(memory, settings, dw_max(end, kernel->image_paddr + kernel->image_size));
	write_tables(kernel, memory, settings);
	write_identity(kernel, memory);
	write_variables(kernel, memory);
	write_sections(kernel, memory);
	write_rings(kernel, memory, settings);
	kernel->vmcoreinfo = dw_vmcoreinfo(kernel, settings);
	write_vmcoreinfo(kernel, memory);
	keep_pages(memory, kernel->image_paddr, kernel->image_paddr + kernel->image_size);
	keep_pages(memory, kernel->ring.text_paddr,
		   kernel->ring.infos_paddr + dw_ring_infos_size(&kernel->ring));
}
