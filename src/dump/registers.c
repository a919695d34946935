// SPDX-License-Identifier: GPL-2.0-or-later
/* registers.c - what do the notes of processors say? */

#include "dump/registers.h"

#include "dump/notes.h"

#define NT_PRSTATUS 1
#define EM_X86_64 62

/* Where the program counter is in NT_PRSTATUS: behind 112 bytes (of 32 bits: 72) of process state, in
 * the machine's own order of registers (struct elf_prstatus and the ptrace.h of each). */
static const struct {
	uint16_t elf_machine, pc_at;
	uint8_t word;
} program_counters[] = {
	{ 3, 120, 4 },         /* i386: eip */
	{ 8, 384, 8 },         /* mips64: cp0_epc */
	{ 8, 232, 4 },         /* mips */
	{ 20, 200, 4 },        /* ppc: nip */
	{ 21, 368, 8 },        /* ppc64 */
	{ 22, 120, 8 },        /* s390x: the second half of the PSW */
	{ 40, 132, 4 },        /* arm: r15 */
	{ EM_X86_64, 240, 8 }, /* rip */
	{ 183, 368, 8 },       /* arm64: pc */
	{ 243, 112, 8 },       /* riscv64: pc */
	{ 258, 376, 8 },       /* loongarch64: csr_era */
};

/* QEMUCPUState, of x86 alone: its size, and cr3. */
#define QEMU_STATE_LEAST 432
#define QEMU_STATE_MOST 440
#define QEMU_CR3_AT 416

/* CR3 is an address above bits that say how it is used. Bit 12 chooses the tables of user mode, which do
 * not map the kernel: those of the kernel are beside them (T65). */
#define CR3_ADDRESS 0x000fffffffffe000u

struct reading {
	struct cdm_dump *dump;
	uint16_t elf_machine;
	struct cdm_layout layout;
	struct cdm_registers *registers;
};

static bool read_word(const struct reading *reading, const struct cdm_note *note, uint32_t off,
		      uint64_t *value)
{
	struct cdm_error unused;
	uint8_t raw[8];
	size_t got;

	if (off + reading->layout.word > note->desc_size ||
	    cdm_source_read(reading->dump->source, note->desc_at + off, raw, reading->layout.word,
			    &got, &unused) ||
	    got < reading->layout.word)
		return false;
	*value = cdm_load_word(raw, reading->layout);
	return true;
}

static void take_pc(const struct reading *reading, const struct cdm_note *note)
{
	struct cdm_registers *registers = reading->registers;
	uint64_t pc;

	for (size_t i = 0; i < sizeof(program_counters) / sizeof(program_counters[0]); i++)
		if (program_counters[i].elf_machine == reading->elf_machine &&
		    program_counters[i].word == reading->layout.word &&
		    registers->n_pcs < CDM_MAX_CPUS &&
		    read_word(reading, note, program_counters[i].pc_at, &pc))
			registers->pcs[registers->n_pcs++] = pc;
}

static void take_root(const struct reading *reading, const struct cdm_note *note)
{
	struct cdm_registers *registers = reading->registers;
	uint64_t cr3;

	if (reading->elf_machine == EM_X86_64 && note->desc_size >= QEMU_STATE_LEAST &&
	    note->desc_size <= QEMU_STATE_MOST && registers->n_roots < CDM_MAX_CPUS &&
	    read_word(reading, note, QEMU_CR3_AT, &cr3) && (cr3 & CR3_ADDRESS))
		registers->roots[registers->n_roots++] = cr3 & CR3_ADDRESS;
}

static void visit(void *context, const struct cdm_note *note)
{
	if (note->type == NT_PRSTATUS && !strcmp(note->name, "CORE"))
		take_pc(context, note);
	else if (note->type == 0 && !strcmp(note->name, "QEMU"))
		take_root(context, note);
}

void cdm_registers_read(struct cdm_dump *dump, uint16_t elf_machine, struct cdm_layout layout,
			struct cdm_registers *registers)
{
	struct reading reading = { dump, elf_machine, layout, registers };

	registers->n_pcs = registers->n_roots = 0;
	cdm_notes_visit(dump, visit, &reading);
}
