// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.c - where in the machine's memory are the kernel, its tables and its variables? */

#include "tests/dumpwriter/kernel.h"

#include "tests/dumpwriter/arch.h"
#include "tests/dumpwriter/corehdr.h"
#include "tests/dumpwriter/lowcore.h"

#include <stdlib.h>
#include <string.h>

#define MIB ((uint64_t)1 << 20)

/* Places in the image, in bytes behind _stext. kernel_log.c has those behind DW_LOG_AT. */
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
	LOG_VARIABLES_AT = VARIABLES_AT + 0x80,
	VMCOREINFO_AT = 0x103000,
	VMCOREINFO_NOTE_AT = 0x104000,
	SECTION_ROOTS_AT = 0x106000,
	SECTIONS_AT = 0x10e000,
};

#define REGISTERS_AHEAD 0x1000u /* of a processor, behind the note of VMCOREINFO: zeros */

uint64_t dw_image_paddr(const struct dw_kernel *kernel, uint64_t vaddr)
{
	return vaddr - kernel->image_vaddr + kernel->image_paddr;
}

uint64_t dw_as_address(const struct dw_kernel *kernel, uint64_t vaddr)
{
	return kernel->arch->word == 8 ? vaddr : vaddr & UINT32_MAX;
}

static void read_identity(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	static const char *const generations[] = { "lockless", "records", "text", NULL };
	static const char *const releases[] = { "6.12.9-crashtest", "4.19.0-crashtest",
						"2.6.32-crashtest" };

	kernel->generation =
		(enum dw_generation)dw_get_choice(settings, "kernel", "log", generations);
	kernel->release = dw_get(settings, "kernel", "release", releases[kernel->generation]);
	kernel->machine = dw_get(settings, "kernel", "machine", kernel->arch->machine);
	kernel->nodename = dw_get(settings, "kernel", "nodename", "test");
	kernel->version = dw_get(settings, "kernel", "version", "#1 SMP PREEMPT_DYNAMIC");
	kernel->uts_name_off = (unsigned)dw_get_number(
		settings, "kernel", "uts_name_off", kernel->generation == DW_LOG_LOCKLESS ? 0 : 4);
}

static void read_addresses(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	kernel->image_paddr = dw_get_number(settings, "kernel", "load", kernel->arch->default_load);
	kernel->page_shift = 12;
	kernel->arch->place(kernel, settings);
	kernel->uts_vaddr = kernel->image_vaddr + UTS_AT;
	kernel->prb_vaddr = kernel->image_vaddr + PRB_AT;
	kernel->clear_seq_vaddr = kernel->image_vaddr + CLEAR_SEQ_AT;
	kernel->phys_base_vaddr = kernel->image_vaddr + PHYS_BASE_AT;
	kernel->log_variables_vaddr = kernel->image_vaddr + LOG_VARIABLES_AT;
}

static void add_ram(struct dw_memory *memory, const struct dw_settings *settings,
		    const char *low_ram, uint64_t end)
{
	const char *ram = dw_get(settings, "kernel", "ram", NULL);
	size_t n_words;
	char **words;

	if (!ram)
		ram = dw_format(memory->arena, "%s0x%llx", low_ram,
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

/* direct_pages = 4k, 2m, ...: a page size that the machine has; the least large one by default. */
static unsigned direct_shift(const struct dw_kernel *kernel, const struct dw_settings *settings)
{
	const char *word = dw_get(settings, "kernel", "direct_pages", NULL);
	unsigned shift = 0;
	uint64_t size;

	if (!word)
		return dw_level_shift(&kernel->table.paging, 1);
	size = strtoull(word, NULL, 10) << (strchr(word, 'k')   ? 10
					    : strchr(word, 'm') ? 20
					    : strchr(word, 'g') ? 30
								: 0);
	while (shift < 63 && (uint64_t)1 << shift < size)
		shift++;
	return shift;
}

static void write_tables(struct dw_kernel *kernel, struct dw_memory *memory,
			 const struct dw_settings *settings)
{
	uint64_t page;
	unsigned shift;

	kernel->table.memory = memory;
	kernel->table.top_paddr = kernel->image_paddr + TABLES_AT;
	kernel->table.end_paddr = kernel->image_paddr + TABLES_END;
	if (!kernel->table.paging.levels)
		return;
	shift = direct_shift(kernel, settings);
	page = (uint64_t)1 << shift;
	dw_pagetable_open(&kernel->table);
	for (size_t i = 0; i < memory->n_ram; i++) {
		uint64_t start = memory->ram[i].start / page * page;

		dw_pagetable_map(&kernel->table, kernel->direct_base + start, start,
				 dw_round_up(memory->ram[i].end, page) - start, shift);
	}
	kernel->direct_leaf_paddr = kernel->table.leaf_paddr;
	if (kernel->image_shift)
		dw_pagetable_map(&kernel->table, kernel->image_vaddr, kernel->image_paddr,
				 kernel->image_size, kernel->image_shift);
}

static void write_identity(const struct dw_kernel *kernel, struct dw_memory *memory)
{
	const char *names[] = { "Linux",         kernel->nodename, kernel->release,
				kernel->version, kernel->machine,  "(none)" };
	uint64_t uts = kernel->image_paddr + UTS_AT + kernel->uts_name_off;
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

	dw_memory_write_word(memory, image + PHYS_BASE_AT, kernel->phys_base);
	dw_memory_write_word(memory, image + PAGE_OFFSET_BASE_AT, kernel->direct_base);
	dw_memory_write_word(memory, image + PRB_AT,
			     kernel->image_vaddr + (kernel->ring.header_paddr - image));
}

/* The first 128 MiB of sparse memory: makedumpfile reads nothing without it, other readers of logs
 * never look. */
static void write_sections(struct dw_kernel *kernel, struct dw_memory *memory)
{
	const uint64_t vmemmap = 0xffffea0000000000ull;
	const unsigned present_and_mapped = 3;

	if (kernel->arch != &dw_arch_x86_64)
		return;
	kernel->sections_vaddr = kernel->image_vaddr + SECTION_ROOTS_AT;
	dw_memory_write_word(memory, kernel->image_paddr + SECTION_ROOTS_AT,
			     kernel->image_vaddr + SECTIONS_AT);
	dw_memory_write_word(memory, kernel->image_paddr + SECTIONS_AT,
			     vmemmap | present_and_mapped);
}

/* The page, or the array, that a kernel gathers its text in: the time of a crash is not in it. */
static void write_description(struct dw_kernel *kernel, struct dw_memory *memory, uint64_t off)
{
	static const char key[] = "CRASHTIME=";
	const struct dw_buffer *text = &kernel->vmcoreinfo;
	size_t len = text->len;

	for (size_t i = 0; i + sizeof(key) - 1 <= text->len; i++) {
		if (!memcmp(text->at + i, key, sizeof(key) - 1))
			len = i;
	}
	kernel->vmcoreinfo_paddr = kernel->image_paddr + off;
	dw_memory_write(memory, kernel->vmcoreinfo_paddr, text->at, dw_min(len, DW_PAGE));
}

static void write_description_note(const struct dw_kernel *kernel, struct dw_memory *memory,
				   const struct dw_settings *settings, uint64_t off)
{
	struct dw_buffer note = { .arena = memory->arena };
	uint64_t paddr = kernel->image_paddr + off;

	dw_put_number(&note, memory->is_big, 4, 11);
	dw_put_number(&note, memory->is_big, 4, kernel->vmcoreinfo.len);
	dw_put_number(&note, memory->is_big, 4, 0);
	dw_put(&note, "VMCOREINFO\0", 12);
	dw_put(&note, kernel->vmcoreinfo.at, kernel->vmcoreinfo.len);
	dw_memory_write(memory, paddr, note.at, note.len);
	dw_write_corehdr(settings, memory, kernel->arch->elf_machine, paddr + REGISTERS_AHEAD,
			 paddr, note.len);
	dw_write_lowcore(settings, memory, paddr, note.len);
}

/* Pages of their own since 4.13, arrays among the variables before. */
static void write_vmcoreinfo(struct dw_kernel *kernel, struct dw_memory *memory,
			     const struct dw_settings *settings)
{
	static const char *const places[] = { "pages", "note", "text", "arrays", "none", NULL };

	switch (dw_get_choice(settings, "kernel", "described", places)) {
	case 0:
		write_description(kernel, memory, VMCOREINFO_AT);
		write_description_note(kernel, memory, settings, VMCOREINFO_NOTE_AT);
		break;
	case 1:
		write_description_note(kernel, memory, settings, VMCOREINFO_NOTE_AT);
		break;
	case 2:
		write_description(kernel, memory, VMCOREINFO_AT);
		break;
	case 3:
		write_description(kernel, memory, VMCOREINFO_AT + 0x7a0);
		write_description_note(kernel, memory, settings, VMCOREINFO_NOTE_AT + 0x8a4);
		break;
	}
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
	struct dw_range log;
	uint64_t end;

	*kernel = (struct dw_kernel){ .arch = dw_find_arch(settings) };
	memory->is_big = kernel->arch->is_big;
	memory->word = kernel->arch->word;
	read_identity(kernel, settings);
	read_addresses(kernel, settings);
	end = dw_place_log(kernel, settings);
	if (memory->n_ram == 0) /* another kernel lies in the memory of the first one */
		add_ram(memory, settings, kernel->arch->low_ram,
			dw_max(end, kernel->image_paddr + kernel->image_size));
	write_tables(kernel, memory, settings);
	write_identity(kernel, memory);
	write_variables(kernel, memory);
	write_sections(kernel, memory);
	dw_write_log(kernel, memory, settings);
	dw_write_timekeeper(kernel, memory, settings);
	kernel->vmcoreinfo = dw_vmcoreinfo(kernel, settings);
	write_vmcoreinfo(kernel, memory, settings);
	keep_pages(memory, kernel->image_paddr, kernel->image_paddr + kernel->image_size);
	log = dw_log_range(kernel);
	keep_pages(memory, log.start, log.end);
}
