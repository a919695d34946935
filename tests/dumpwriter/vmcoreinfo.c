// SPDX-License-Identifier: GPL-2.0-or-later
/* vmcoreinfo.c - which keys does the kernel export, and in which words?
 *
 * A line is printed into a buffer of 80 bytes, so that a longer one is cut at 79 and loses its
 * newline; the next key is then glued to it. */

#include "tests/dumpwriter/kernel.h"

#include <string.h>

#define MAX_LINE 79

/* A value that is the same in every kernel that the writer describes. */
struct constant_key {
	const char *line;
};

static const struct constant_key memory_keys[] = {
	{ "LENGTH(mem_section)=4096" },
	{ "SIZE(mem_section)=32" },
	{ "OFFSET(mem_section.section_mem_map)=0" },
	{ "NUMBER(SECTION_SIZE_BITS)=27" },
	{ "NUMBER(MAX_PHYSMEM_BITS)=46" },
	{ "SIZE(page)=64" },
	{ "SIZE(pglist_data)=173056" },
	{ "SIZE(zone)=1664" },
	{ "SIZE(free_area)=104" },
	{ "SIZE(list_head)=16" },
	{ "SIZE(nodemask_t)=128" },
	{ "OFFSET(page.flags)=0" },
	{ "OFFSET(page._refcount)=52" },
	{ "OFFSET(page.mapping)=24" },
	{ "OFFSET(page.lru)=8" },
	{ "OFFSET(page._mapcount)=48" },
	{ "OFFSET(page.private)=40" },
	{ "OFFSET(page.compound_head)=8" },
	{ "OFFSET(pglist_data.node_zones)=0" },
	{ "OFFSET(pglist_data.nr_zones)=172000" },
	{ "OFFSET(pglist_data.node_start_pfn)=172008" },
	{ "OFFSET(pglist_data.node_spanned_pages)=172024" },
	{ "OFFSET(pglist_data.node_id)=172032" },
	{ "OFFSET(zone.free_area)=192" },
	{ "OFFSET(zone.vm_stat)=1472" },
	{ "OFFSET(zone.spanned_pages)=120" },
	{ "OFFSET(free_area.free_list)=0" },
	{ "OFFSET(list_head.next)=0" },
	{ "OFFSET(list_head.prev)=8" },
	{ "LENGTH(zone.free_area)=11" },
};

static const struct constant_key desc_keys[] = {
	{ "OFFSET(prb_desc_ring.count_bits)=0" }, { "OFFSET(prb_desc_ring.descs)=8" },
	{ "OFFSET(prb_desc_ring.infos)=16" },     { "OFFSET(prb_desc_ring.head_id)=24" },
	{ "OFFSET(prb_desc_ring.tail_id)=32" },   { "SIZE(prb_desc)=24" },
	{ "OFFSET(prb_desc.state_var)=0" },       { "OFFSET(prb_desc.text_blk_lpos)=8" },
	{ "SIZE(prb_data_blk_lpos)=16" },         { "OFFSET(prb_data_blk_lpos.begin)=0" },
	{ "OFFSET(prb_data_blk_lpos.next)=8" },
};

static const struct constant_key info_keys[] = {
	{ "OFFSET(printk_info.seq)=0" },
	{ "OFFSET(printk_info.ts_nsec)=8" },
	{ "OFFSET(printk_info.text_len)=16" },
	{ "OFFSET(printk_info.caller_id)=20" },
};

static const struct constant_key text_keys[] = {
	{ "SIZE(dev_printk_info)=64" },
	{ "OFFSET(dev_printk_info.subsystem)=0" },
	{ "LENGTH(printk_info_subsystem)=16" },
	{ "OFFSET(dev_printk_info.device)=16" },
	{ "LENGTH(printk_info_device)=48" },
	{ "SIZE(prb_data_ring)=32" },
	{ "OFFSET(prb_data_ring.size_bits)=0" },
	{ "OFFSET(prb_data_ring.data)=8" },
	{ "OFFSET(prb_data_ring.head_lpos)=16" },
	{ "OFFSET(prb_data_ring.tail_lpos)=24" },
	{ "SIZE(atomic_long_t)=8" },
	{ "OFFSET(atomic_long_t.counter)=0" },
	{ "SIZE(latched_seq)=24" },
	{ "OFFSET(latched_seq.val)=8" },
	{ "LENGTH(free_area.free_list)=6" },
	{ "NUMBER(NR_FREE_PAGES)=0" },
	{ "NUMBER(PG_lru)=5" },
	{ "NUMBER(PG_private)=14" },
	{ "NUMBER(PG_swapcache)=10" },
	{ "NUMBER(PG_swapbacked)=17" },
	{ "NUMBER(PG_hwpoison)=21" },
	{ "NUMBER(PG_head_mask)=64" },
	{ "NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)=-129" },
	{ "NUMBER(PAGE_OFFLINE_MAPCOUNT_VALUE)=-257" },
};

/* The lines in order; [vmcoreinfo] changes them before they are joined. */
struct info_lines {
	struct dw_arena *arena;
	const char *path;
	char **lines;
	size_t n_lines;
	size_t room;
};

static void insert_line(struct info_lines *info, size_t at, char *line)
{
	if (info->n_lines == info->room)
		dw_die("%s: [vmcoreinfo] has too many lines", info->path);
	memmove(info->lines + at + 1, info->lines + at,
		(info->n_lines - at) * sizeof(*info->lines));
	info->lines[at] = line;
	info->n_lines++;
}

#define ADD(info, ...) insert_line(info, (info)->n_lines, dw_format((info)->arena, __VA_ARGS__))

static void add_constants(struct info_lines *info, const struct constant_key *keys, size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++)
		ADD(info, "%s", keys[i].line);
}

#define ADD_CONSTANTS(info, keys) add_constants(info, keys, sizeof(keys) / sizeof(keys[0]))

static void add_identity(struct info_lines *info, const struct dw_kernel *kernel)
{
	ADD(info, "OSRELEASE=%s", kernel->release);
	ADD(info, "BUILD-ID=%s", "00112233445566778899aabbccddeeff00112233");
	ADD(info, "PAGESIZE=%u", DW_PAGE);
	ADD(info, "SYMBOL(init_uts_ns)=%llx", (unsigned long long)kernel->uts_vaddr);
	ADD(info, "OFFSET(uts_namespace.name)=0");
	ADD(info, "SYMBOL(swapper_pg_dir)=%llx",
	    (unsigned long long)(kernel->image_vaddr + kernel->table.top_paddr -
				 kernel->image_paddr));
	ADD(info, "SYMBOL(_stext)=%llx", (unsigned long long)kernel->image_vaddr);
	ADD(info, "NUMBER(VMALLOC_START)=0x%llx",
	    kernel->table.levels == 4 ? 0xffffc90000000000ull : 0xffa0000000000000ull);
	ADD(info, "SYMBOL(mem_section)=%llx", (unsigned long long)kernel->sections_vaddr);
}

static void add_ring(struct info_lines *info, const struct dw_kernel *kernel)
{
	const struct dw_ring *ring = &kernel->ring;
	unsigned text_ring = ring->desc_ring_at + ring->desc_ring_size;

	ADD(info, "SYMBOL(prb)=%llx", (unsigned long long)kernel->prb_vaddr);
	ADD(info, "SYMBOL(printk_rb_static)=%llx", (unsigned long long)kernel->static_ring_vaddr);
	ADD(info, "SYMBOL(clear_seq)=%llx", (unsigned long long)kernel->clear_seq_vaddr);
	ADD(info, "SIZE(printk_ringbuffer)=%u", text_ring + 40);
	ADD(info, "OFFSET(printk_ringbuffer.desc_ring)=%u", ring->desc_ring_at);
	ADD(info, "OFFSET(printk_ringbuffer.text_data_ring)=%u", text_ring);
	ADD(info, "OFFSET(printk_ringbuffer.fail)=%u", text_ring + 32);
	ADD(info, "SIZE(prb_desc_ring)=%u", ring->desc_ring_size);
	ADD_CONSTANTS(info, desc_keys);
	ADD(info, "SIZE(printk_info)=%u", ring->info_size);
	ADD_CONSTANTS(info, info_keys);
	ADD(info, "OFFSET(printk_info.dev_info)=%u", ring->info_size >= 112 ? 44u : 24u);
	ADD_CONSTANTS(info, text_keys);
}

/* phys_base = number: its value, decimal (4.10 on); symbol: the address of the variable; none. */
static void add_x86_64(struct info_lines *info, const struct dw_kernel *kernel,
		       const struct dw_settings *settings)
{
	static const char *const forms[] = { "number", "symbol", "none", NULL };
	unsigned form = dw_get_choice(settings, "kernel", "phys_base", forms);

	if (form == 0)
		ADD(info, "NUMBER(phys_base)=%lld", (long long)kernel->phys_base);
	if (form == 1)
		ADD(info, "SYMBOL(phys_base)=%llx", (unsigned long long)kernel->phys_base_vaddr);
	ADD(info, "SYMBOL(init_top_pgt)=%llx",
	    (unsigned long long)(kernel->image_vaddr + kernel->table.top_paddr -
				 kernel->image_paddr));
	ADD(info, "NUMBER(pgtable_l5_enabled)=%u", kernel->table.levels - 4);
	ADD(info, "SYMBOL(node_data)=%llx", (unsigned long long)kernel->image_vaddr + 0x101900);
	ADD(info, "LENGTH(node_data)=1024");
	ADD(info, "KERNELOFFSET=%llx", (unsigned long long)kernel->kaslr);
	ADD(info, "NUMBER(KERNEL_IMAGE_SIZE)=1073741824");
	ADD(info, "NUMBER(sme_mask)=%llu", (unsigned long long)kernel->table.sme_mask);
}

static bool has_key(const char *line, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(line, key, len) && line[len] == '=';
}

static size_t find_key(const struct info_lines *info, const char *key)
{
	for (size_t i = 0; i < info->n_lines; i++) {
		if (has_key(info->lines[i], key))
			return i;
	}
	dw_die("%s: [vmcoreinfo] there is no key %s", info->path, key);
}

static void drop_key(struct info_lines *info, const char *key)
{
	size_t at = find_key(info, key);

	memmove(info->lines + at, info->lines + at + 1,
		(info->n_lines - at - 1) * sizeof(*info->lines));
	info->n_lines--;
}

static bool edits_text(const char *verb)
{
	static const char *const verbs[] = { "no_last_newline", "cut", "zeros", "text" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verb, verbs[i]))
			return true;
	}
	return false;
}

/* drop KEY | replace KEY=VALUE | before KEY TEXT | append TEXT */
static void edit_lines(struct info_lines *info, const char *verb, const char *rest)
{
	if (!strcmp(verb, "drop")) {
		drop_key(info, rest);
	} else if (!strcmp(verb, "replace")) {
		char *key = dw_copy_text(info->arena, rest, strcspn(rest, "="));

		info->lines[find_key(info, key)] = dw_copy_text(info->arena, rest, strlen(rest));
	} else if (!strcmp(verb, "before")) {
		size_t at = find_key(info, dw_take_word(info->arena, &rest));

		insert_line(info, at, dw_copy_text(info->arena, rest, strlen(rest)));
	} else if (!strcmp(verb, "append")) {
		ADD(info, "%s", rest);
	} else {
		dw_die("%s: [vmcoreinfo] %s is unknown", info->path, verb);
	}
}

static struct dw_buffer join(const struct info_lines *info)
{
	struct dw_buffer text = { .arena = info->arena };

	for (size_t i = 0; i < info->n_lines; i++) {
		size_t len = strlen(info->lines[i]);

		dw_put(&text, info->lines[i], dw_min(len, MAX_LINE));
		if (len < MAX_LINE)
			dw_put_text(&text, "\n");
	}
	return text;
}

/* zeros KEY N: the N bytes before the key's line are lost | no_last_newline | cut N | text TEXT */
static void edit_text(const struct info_lines *info, struct dw_buffer *text, const char *verb,
		      const char *rest)
{
	uint64_t n = 0;

	if (!strcmp(verb, "no_last_newline")) {
		text->len -= text->len && text->at[text->len - 1] == '\n';
	} else if (!strcmp(verb, "cut")) {
		if (!dw_parse_number(rest, &n))
			dw_die("%s: [vmcoreinfo] cut N", info->path);
		text->len = (size_t)dw_min(text->len, n);
	} else if (!strcmp(verb, "zeros")) {
		char *key = dw_format(info->arena, "\n%s=", dw_take_word(info->arena, &rest));
		uint8_t *at = memmem(text->at, text->len, key, strlen(key));

		if (!at || !dw_parse_number(rest, &n) || n > (uint64_t)(at + 1 - text->at))
			dw_die("%s: [vmcoreinfo] zeros KEY N", info->path);
		memset(at + 1 - n, 0, n);
	} else {
		*text = dw_unescape(info->arena, rest);
	}
}

/* Changes of lines come first, in their order; then those of the joined text. */
static void edit(struct info_lines *info, const struct dw_section *section, struct dw_buffer *text)
{
	for (size_t i = 0; i < section->n_lines; i++) {
		const char *rest = section->lines[i].text;
		const char *verb = dw_take_word(info->arena, &rest);

		if (text && edits_text(verb))
			edit_text(info, text, verb, rest);
		else if (!text && !edits_text(verb))
			edit_lines(info, verb, rest);
	}
}

struct dw_buffer dw_vmcoreinfo(const struct dw_kernel *kernel, const struct dw_settings *settings)
{
	const struct dw_section *section = dw_find_section(settings->script, "vmcoreinfo");
	struct info_lines info = { .arena = settings->arena,
				   .path = settings->script->path,
				   .room = 1000 };
	const char *crash_time = dw_get(settings, "kernel", "crashtime", "1700000000");
	struct dw_buffer text;

	info.lines = dw_alloc(info.arena, info.room * sizeof(*info.lines));
	add_identity(&info, kernel);
	ADD_CONSTANTS(&info, memory_keys);
	add_ring(&info, kernel);
	add_x86_64(&info, kernel, settings);
	if (strcmp(crash_time, "none"))
		ADD(&info, "CRASHTIME=%s", crash_time);

	if (section)
		edit(&info, section, NULL);
	text = join(&info);
	if (section)
		edit(&info, section, &text);
	return text;
}
