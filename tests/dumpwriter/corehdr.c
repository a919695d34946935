// SPDX-License-Identifier: GPL-2.0-or-later
/* corehdr.c - what has a kernel prepared for the one that would take its dump?
 *
 *     reserved   = START-END     memory that it keeps out of for that
 *     elfcorehdr = PADDR         there: the ELF header that `kexec -p` made
 *
 * The header is of 64 bits. Its offsets are physical addresses: of a processor's registers, of the note of
 * VMCOREINFO, of all memory that is not reserved. */

#include "tests/dumpwriter/corehdr.h"

#include <string.h>

#define EHDR_SIZE 64u
#define PHDR_SIZE 56u
#define ET_CORE 4u
#define PT_LOAD 1u
#define PT_NOTE 4u
#define REGISTERS_LEN 336u

static struct dw_range read_range(const struct dw_settings *settings)
{
	const char *text = dw_get(settings, "kernel", "reserved", "0-0");
	char *start = dw_copy_text(settings->arena, text, strlen(text));
	char *dash = strchr(start, '-');

	if (!dash)
		dw_die("%s: reserved: \"%s\" is no range", settings->script->path, text);
	*dash = '\0';
	return (struct dw_range){ dw_number(settings, "reserved", start),
				  dw_number(settings, "reserved", dash + 1) };
}

static void put_segment(struct dw_buffer *headers, bool is_big, unsigned type, uint64_t paddr,
			uint64_t len)
{
	dw_put_number(headers, is_big, 4, type);
	dw_put_number(headers, is_big, 4, type == PT_LOAD ? 7 : 0);
	dw_put_number(headers, is_big, 8, paddr); /* the offset */
	dw_put_number(headers, is_big, 8, 0);
	dw_put_number(headers, is_big, 8, paddr);
	dw_put_number(headers, is_big, 8, len);
	dw_put_number(headers, is_big, 8, len);
	dw_put_number(headers, is_big, 8, 0);
}

static void put_memory(struct dw_buffer *headers, const struct dw_memory *memory,
		       struct dw_range reserved)
{
	for (size_t i = 0; i < memory->n_ram; i++) {
		struct dw_range ram = memory->ram[i];

		if (reserved.start >= ram.end || reserved.end <= ram.start) {
			put_segment(headers, memory->is_big, PT_LOAD, ram.start,
				    ram.end - ram.start);
			continue;
		}
		if (reserved.start > ram.start)
			put_segment(headers, memory->is_big, PT_LOAD, ram.start,
				    reserved.start - ram.start);
		if (reserved.end < ram.end)
			put_segment(headers, memory->is_big, PT_LOAD, reserved.end,
				    ram.end - reserved.end);
	}
}

static void put_file_header(struct dw_buffer *file, bool is_big, unsigned elf_machine, size_t n)
{
	uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', 2, is_big ? 2 : 1, 1 };

	dw_put(file, ident, sizeof(ident));
	dw_put_number(file, is_big, 2, ET_CORE);
	dw_put_number(file, is_big, 2, elf_machine);
	dw_put_number(file, is_big, 4, 1);
	dw_put_number(file, is_big, 8, 0); /* entry */
	dw_put_number(file, is_big, 8, EHDR_SIZE);
	dw_put_number(file, is_big, 8, 0); /* no sections */
	dw_put_number(file, is_big, 4, 0);
	dw_put_number(file, is_big, 2, EHDR_SIZE);
	dw_put_number(file, is_big, 2, PHDR_SIZE);
	dw_put_number(file, is_big, 2, n);
	dw_put_zeros(file, 6);
}

void dw_write_corehdr(const struct dw_settings *settings, struct dw_memory *memory,
		      unsigned elf_machine, uint64_t registers_paddr, uint64_t note_paddr,
		      uint64_t note_len)
{
	uint64_t paddr = dw_get_number(settings, "kernel", "elfcorehdr", 0);
	struct dw_buffer headers = { .arena = memory->arena }, file = { .arena = memory->arena };
	struct dw_range reserved = read_range(settings);

	if (!paddr)
		return;
	put_segment(&headers, memory->is_big, PT_NOTE, registers_paddr, REGISTERS_LEN);
	put_segment(&headers, memory->is_big, PT_NOTE, note_paddr, note_len);
	put_memory(&headers, memory, reserved);
	put_file_header(&file, memory->is_big, elf_machine, headers.len / PHDR_SIZE);
	dw_put(&file, headers.at, headers.len);
	dw_memory_write(memory, paddr, file.at, file.len);
}
