// SPDX-License-Identifier: GPL-2.0-or-later
/* dumpwriter.c - in which order is a dump made: memory, damage, file, damage, stream, damage? */

#include "tests/dumpwriter/dumpwriter.h"

#include "tests/dumpwriter/compress.h"
#include "tests/dumpwriter/dump.h"

#include <string.h>

static const char *missing(const char *name)
{
	int codec = dw_find_codec(name);

	return codec >= 0 && !dw_has_codec(codec) ? dw_codecs[codec].name : NULL;
}

const char *dw_missing_codec(struct dw_arena *arena, const struct dw_script *script,
			     const struct dw_settings *settings)
{
	const struct dw_section *damage = dw_find_section(script, "damage");
	const char *name = missing(dw_get(settings, "dump", "compress", "none"));

	if (!name)
		name = dw_missing_packer(arena, dw_get(settings, "dump", "wrapper", "none"));
	for (size_t i = 0; !name && damage && i < damage->n_lines; i++) {
		size_t n_words;
		char **words = dw_words(arena, damage->lines[i].text, &n_words);

		if (n_words && !strcmp(words[0], "codec"))
			name = missing(words[n_words - 1]);
	}
	return name;
}

/* Keys that only one of the formats or wrappers asks for do no harm in the others: a matrix has all. */
static void ask_for_all(const struct dw_settings *settings)
{
	for (size_t i = 0; i < settings->n_all; i++) {
		const char *key = settings->all[i].key;

		if (!strcmp(key, "compress") || !strcmp(key, "members") || !strcmp(key, "vaddr"))
			settings->all[i].asked_for = true;
	}
}

void dw_finish(struct dw_dump *dump, const char *wrapper, const char *path)
{
	struct dw_image file;
	struct dw_wrapping wrapping;

	dw_damage_dump(dump);
	wrapping = dw_wrap(dump, wrapper, &file);
	dw_damage_file(dump, &file, &wrapping);
	dw_image_write(&file, path);
}

static void write_kdump(struct dw_dump *dump)
{
	const struct dw_kdump_part all = { .is_part = false };

	dw_write_kdump(dump, &all);
}

/* moved = BYTES: a guest's memory, that lies so far above its own addresses in this one. */
static void write_other_kernel(struct dw_dump *dump, struct dw_kernel *kernel,
			       const struct dw_settings *settings)
{
	uint64_t moved = dw_get_number(settings, "kernel", "moved", 0);
	struct dw_memory guest;
	uint8_t page[DW_PAGE];

	if (!moved) {
		dw_kernel_write(kernel, &dump->memory, settings);
		return;
	}
	dw_memory_open(&guest, dump->arena);
	dw_kernel_write(kernel, &guest, settings);
	const struct dw_page **pages = dw_memory_sorted(&guest);

	for (size_t i = 0; i < guest.n_pages; i++) {
		dw_memory_read(&guest, pages[i]->pfn * DW_PAGE, page, DW_PAGE);
		dw_memory_write(&dump->memory, pages[i]->pfn * DW_PAGE + moved, page, DW_PAGE);
	}
}

/* Kernels that ran before in the same memory, or run in a part of it. */
static void write_other_kernels(struct dw_dump *dump)
{
	static const char *const names[] = { "other", "third" };
	unsigned running = dw_get_choice(dump->settings, "dump", "running",
					 (const char *const[]){ "this", "other", "third", NULL });

	dump->running = &dump->kernel;
	for (unsigned i = 0; i < 2; i++) {
		struct dw_script *script = dw_alloc(dump->arena, sizeof(*script));
		struct dw_kernel *kernel = dw_alloc(dump->arena, sizeof(*kernel));

		if (!dw_find_machine(dump->arena, dump->settings->script, names[i], script))
			continue;
		struct dw_settings settings = dw_read_settings(dump->arena, script, 0);

		write_other_kernel(dump, kernel, &settings);
		dw_check_settings(&settings);
		if (running == i + 1)
			dump->running = kernel;
	}
}

/* As a hypervisor sees a guest whose memory is encrypted. */
static void encrypt(struct dw_memory *memory)
{
	const struct dw_page **pages = dw_memory_sorted(memory);
	uint64_t state = 88172645463325252u;

	for (size_t i = 0; i < memory->n_pages; i++) {
		struct dw_page *page = dw_memory_page(memory, pages[i]->pfn);

		for (unsigned off = 0; off < DW_PAGE; off += 8) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			dw_memory_write(memory, page->pfn * DW_PAGE + off, &state, sizeof(state));
		}
	}
}

void dw_write_dump(struct dw_arena *arena, const struct dw_settings *settings, const char *path)
{
	static const char *const names[] = { "elf",  "kdump", "raw",    "lime", "avml",
					     "s390", "ram",   "vmware", "xen",  NULL };
	static const char *const vmem_words[] = { "inside", "none", "vmss", "vmsn", NULL };
	static void (*const writers[])(struct dw_dump *) = {
		dw_write_elf,  write_kdump,  dw_write_raw,    dw_write_lime, dw_write_avml,
		dw_write_s390, dw_write_ram, dw_write_vmware, dw_write_xen,
	};
	struct dw_dump dump = { .arena = arena, .settings = settings, .image.arena = arena };
	unsigned format = dw_get_choice(settings, "dump", "format", names);

	dw_memory_open(&dump.memory, arena);
	if (format != 2)
		dw_kernel_write(&dump.kernel, &dump.memory, settings);
	write_other_kernels(&dump);
	dump.layout = dw_read_layout(settings, dump.memory.is_big, dump.memory.word);
	dw_damage_memory(&dump);
	if (dw_get_yes(settings, "dump", "encrypted", false))
		encrypt(&dump.memory);
	unsigned vmem = dw_get_choice(settings, "dump", "vmem", vmem_words);
	if (dw_get(settings, "dump", "split", NULL)) {
		dw_write_split(&dump, path);
	} else if (vmem > 1) {
		dw_write_vmem(&dump, vmem_words[vmem], path);
	} else {
		writers[format](&dump);
		dw_finish(&dump, dw_get(settings, "dump", "wrapper", "none"), path);
	}
	ask_for_all(settings);
	dw_check_settings(settings);
}
