// SPDX-License-Identifier: GPL-2.0-or-later
/* notes.c - which ELF notes does the dump carry?
 *
 *     notes = core vmcoreinfo | xen device:8MiB padding:16
 *
 * A bar begins another PT_NOTE. Numbers are in the order of the headers; names and contents are
 * padded to 4. */

#include "tests/dumpwriter/dump.h"

#include <string.h>

#define PRSTATUS_SIZE 336u
#define QEMU_STATE_SIZE 440u
#define DEVICE_DUMP 0x700u

struct note_maker {
	struct dw_dump *dump;
	struct dw_notes notes;
	uint64_t n_notes;
};

static void add_note(struct note_maker *maker, const char *name, size_t name_len, uint64_t type,
		     const void *contents, uint64_t len)
{
	struct dw_buffer *bytes = &maker->notes.bytes;
	bool is_big = maker->dump->layout.is_big;

	dw_add_part(maker->dump, "note", maker->n_notes++, bytes->len);
	dw_put_number(bytes, is_big, 4, name_len);
	dw_put_number(bytes, is_big, 4, len);
	dw_put_number(bytes, is_big, 4, type);
	dw_put(bytes, name, name_len);
	dw_put_zeros(bytes, dw_round_up(name_len, 4) - name_len);
	dw_put(bytes, contents, len);
	dw_put_zeros(bytes, dw_round_up(len, 4) - len);
}

/* Where the program counter is in the notes of some machines, and how long these are. */
static const struct {
	const char *machine;
	unsigned pc_at, size;
} registers[] = {
	{ "x86_64", 240, PRSTATUS_SIZE },
	{ "i686", 120, 144 },
	{ "aarch64", 368, 392 },
	{ "s390x", 120, 336 },
};

/* pc = CODE: the processors are in the running kernel's code; user: in a program's. */
static void add_core(struct note_maker *maker)
{
	static const char *const places[] = { "none", "code", "user", NULL };
	const struct dw_dump *dump = maker->dump;
	uint8_t prstatus[512] = { 0 };
	unsigned size = PRSTATUS_SIZE;
	unsigned place = dw_get_choice(dump->settings, "dump", "pc", places);

	dw_store(prstatus + 32, dump->layout.is_big, 4, 1); /* pr_pid */
	for (size_t i = 0; place && i < sizeof(registers) / sizeof(registers[0]); i++) {
		if (strcmp(registers[i].machine, dump->running->arch->machine))
			continue;
		size = registers[i].size;
		dw_store(prstatus + registers[i].pc_at, dump->layout.is_big,
			 dump->running->arch->word,
			 place == 1 ? dump->running->image_vaddr + 0x2000 : 0x401000);
	}
	add_note(maker, "CORE", 5, 1, prstatus, size);
}

static void add_qemu(struct note_maker *maker)
{
	uint8_t state[QEMU_STATE_SIZE] = { 0 };

	dw_store_little(state, 4, 1);
	dw_store_little(state + 4, 4, sizeof(state));
	dw_store_little(state + 416, 8,
			maker->dump->running->table.top_paddr |
				dw_get_number(maker->dump->settings, "dump", "cr3_bits", 0));
	dw_store_little(state + 424, 8,
			maker->dump->running->table.paging.levels == 5 ? 0x1000 : 0);
	add_note(maker, "QEMU", 5, 0, state, sizeof(state));
}

/* The text, or with_page: the whole page that holds it, as a hypervisor may hand it out. */
static void add_vmcoreinfo(struct note_maker *maker, bool with_page)
{
	struct dw_buffer text = { .arena = maker->dump->arena };

	dw_put(&text, maker->dump->kernel.vmcoreinfo.at, maker->dump->kernel.vmcoreinfo.len);
	if (with_page && text.len < DW_PAGE)
		dw_put_zeros(&text, DW_PAGE - text.len);
	maker->notes.text_at = maker->notes.bytes.len + 24;
	maker->notes.text_len = text.len;
	add_note(maker, "VMCOREINFO", 11, 0, text.at, text.len);
}

/* A hypervisor's own text: keys of the same names that describe something else. */
static void add_xen(struct note_maker *maker, const char *name)
{
	static const char text[] = "OSRELEASE=4.17.3-xen\nPAGESIZE=65536\n"
				   "SYMBOL(prb)=ffff82d0405a0000\nSYMBOL(init_uts_ns)=1000\n"
				   "SYMBOL(domain_list)=ffff82d0405a1000\n"
				   "NUMBER(phys_base)=0\nSIZE(printk_info)=24\n";

	add_note(maker, name, strlen(name) + 1, 0, text, sizeof(text) - 1);
}

static void add_device(struct note_maker *maker, uint64_t len)
{
	uint8_t *contents = dw_alloc(maker->dump->arena, len);

	memcpy(contents, "nic_firmware_dump", dw_min(len, 17));
	add_note(maker, "LINUX", 6, DEVICE_DUMP, contents, len);
}

static bool takes_number(const struct note_maker *maker, const char *word, const char *name,
			 uint64_t *value)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) || word[len] != ':')
		return false;
	*value = dw_number(maker->dump->settings, name, word + len + 1);
	return true;
}

static void start_segment(struct note_maker *maker)
{
	struct dw_notes *notes = &maker->notes;

	if (notes->n_starts == sizeof(notes->starts) / sizeof(notes->starts[0]))
		dw_die("%s: too many PT_NOTEs", maker->dump->settings->script->path);
	notes->starts[notes->n_starts++] = notes->bytes.len;
}

static void add_word(struct note_maker *maker, const char *word)
{
	uint64_t n;

	if (!strcmp(word, "core"))
		add_core(maker);
	else if (!strcmp(word, "qemu"))
		add_qemu(maker);
	else if (!strcmp(word, "vmcoreinfo"))
		add_vmcoreinfo(maker, false);
	else if (!strcmp(word, "vmcoreinfo_page"))
		add_vmcoreinfo(maker, true);
	else if (!strcmp(word, "xen"))
		add_xen(maker, "VMCOREINFO_XEN");
	else if (!strcmp(word, "wrong"))
		add_xen(maker, "VMCOREINFO");
	else if (!strcmp(word, "eraseinfo"))
		add_note(maker, "ERASEINFO", 10, 0, "erase nothing\n", 14);
	else if (!strcmp(word, "|"))
		start_segment(maker);
	else if (takes_number(maker, word, "padding", &n))
		dw_put_zeros(&maker->notes.bytes, n);
	else if (takes_number(maker, word, "device", &n))
		add_device(maker, n);
	else
		dw_die("%s: notes: \"%s\" is unknown", maker->dump->settings->script->path, word);
}

struct dw_notes dw_make_notes(struct dw_dump *dump, const char *otherwise)
{
	struct note_maker maker = { .dump = dump, .notes.bytes.arena = dump->arena };
	size_t n_words;
	char **words =
		dw_words(dump->arena, dw_get(dump->settings, "dump", "notes", otherwise), &n_words);

	start_segment(&maker);
	for (size_t i = 0; i < n_words; i++) {
		if (strcmp(words[i], "none"))
			add_word(&maker, words[i]);
	}
	return maker.notes;
}

void dw_move_notes(struct dw_dump *dump, uint64_t off)
{
	for (size_t i = 0; i < dump->n_parts; i++) {
		if (!strcmp(dump->parts[i].kind, "note"))
			dump->parts[i].off += off;
	}
}
