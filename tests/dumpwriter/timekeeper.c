// SPDX-License-Identifier: GPL-2.0-or-later
/* timekeeper.c - which time does the kernel keep, and where does its table of symbols say that it is?
 *
 * The table is as in kernels since 6.0, but for its compression: each token is a character. */

#include "tests/dumpwriter/vmcoreinfo.h"

#include <string.h>

/* Places in the image. */
enum {
	COUNT_AT = 0x4000,
	BASE_AT = 0x4008,
	INDEX_AT = 0x4200,
	OFFSETS_AT = 0x4400,
	TOKENS_AT = 0x4800,
	NAMES_AT = 0x4c00,
	KEEPER_AT = 0x6000,
};

#define NS_PER_SECOND 1000000000u

static void write_tokens(const struct dw_kernel *kernel, struct dw_memory *memory)
{
	for (unsigned i = 0; i < 256; i++) {
		dw_memory_write_number(memory, kernel->image_paddr + INDEX_AT + 2 * i, 2, 2 * i);
		dw_memory_write_number(memory, kernel->image_paddr + TOKENS_AT + 2 * i, 1,
				       i ? i : '?');
	}
}

/* A length, and the type in front of the name. */
static void write_symbols(const struct dw_kernel *kernel, struct dw_memory *memory)
{
	bool has_seq = kernel->seq_symbols == DW_SEQ_KALLSYMS;
	const struct {
		const char *name;
		uint64_t vaddr;
		bool is_there;
	} symbols[] = {
		{ "T_stext", kernel->image_vaddr, true },
		{ "Dinit_uts_ns", kernel->uts_vaddr, true },
		{ "dtk_core", kernel->image_vaddr + KEEPER_AT, kernel->has_timekeeper },
		{ "blog_first_seq", kernel->log_variables_vaddr + DW_VAR_FIRST_SEQ, has_seq },
		{ "blog_next_seq", kernel->log_variables_vaddr + DW_VAR_NEXT_SEQ, has_seq },
	};
	unsigned n = 0;
	uint64_t at = kernel->image_paddr + NAMES_AT;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++) {
		size_t len = strlen(symbols[i].name);

		if (!symbols[i].is_there)
			continue;
		dw_memory_write_number(memory, kernel->image_paddr + OFFSETS_AT + 4 * n++, 4,
				       symbols[i].vaddr - kernel->image_vaddr);
		dw_memory_write_number(memory, at, 1, len);
		dw_memory_write(memory, at + 1, symbols[i].name, len);
		at += 1 + len;
	}
	dw_memory_write_number(memory, kernel->image_paddr + COUNT_AT, 4, n);
	dw_memory_write_word(memory, kernel->image_paddr + BASE_AT, kernel->image_vaddr);
}

/* A sequence count, and struct timekeeper of 6.12 as far as wall times go: two structs tk_read_base of
 * seven numbers and a pointer, then the rest. */
static void write_keeper(const struct dw_kernel *kernel, struct dw_memory *memory, uint64_t boot_ns,
			 uint64_t kept)
{
	uint64_t second = boot_ns / NS_PER_SECOND + kept, base = second * NS_PER_SECOND - boot_ns;
	uint64_t mono = kernel->image_paddr + KEEPER_AT + 8, rest = mono + 2 * 56;
	unsigned word = memory->word;

	dw_memory_write_word(memory, mono, kernel->uts_vaddr); /* clock */
	dw_memory_write_number(memory, mono + 40, 8, base);
	dw_memory_write_number(memory, mono + 48, 8, base + boot_ns);
	dw_memory_write_number(memory, rest, 8, second);
	dw_memory_write_word(memory, rest + 8, base / NS_PER_SECOND);
	dw_memory_write_number(memory, rest + 16, 8, -(boot_ns / NS_PER_SECOND) - 1);
	dw_memory_write_number(memory, rest + 24, word, NS_PER_SECOND - boot_ns % NS_PER_SECOND);
	dw_memory_write_number(memory, rest + 32, 8, boot_ns);
	dw_memory_write_number(memory, rest + 48, 8, boot_ns); /* offs_tai */
}

void dw_write_timekeeper(struct dw_kernel *kernel, struct dw_memory *memory,
			 const struct dw_settings *settings)
{
	const char *value = dw_get(settings, "kernel", "timekeeper", NULL);
	size_t n_words;

	kernel->has_timekeeper = value;
	kernel->has_symbols = value || kernel->seq_symbols == DW_SEQ_KALLSYMS;
	if (kernel->has_symbols) {
		write_tokens(kernel, memory);
		write_symbols(kernel, memory);
	}
	if (!value)
		return;
	char **words = dw_words(memory->arena, value, &n_words);

	if (n_words != 2)
		dw_die("%s: timekeeper: nanoseconds of the boot, and seconds since",
		       settings->script->path);
	write_keeper(kernel, memory, dw_number(settings, "timekeeper", words[0]),
		     dw_number(settings, "timekeeper", words[1]));
}

void dw_add_timekeeper_keys(struct dw_info_lines *info, const struct dw_kernel *kernel)
{
	static const struct {
		const char *name;
		unsigned at;
	} keys[] = {
		{ "kallsyms_names", NAMES_AT },        { "kallsyms_num_syms", COUNT_AT },
		{ "kallsyms_token_table", TOKENS_AT }, { "kallsyms_token_index", INDEX_AT },
		{ "kallsyms_offsets", OFFSETS_AT },    { "kallsyms_relative_base", BASE_AT },
	};

	for (size_t i = 0; kernel->has_symbols && i < sizeof(keys) / sizeof(*keys); i++)
		dw_add_symbol(info, keys[i].name, kernel->image_vaddr + keys[i].at);
}
