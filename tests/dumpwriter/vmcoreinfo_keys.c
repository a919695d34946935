// SPDX-License-Identifier: GPL-2.0-or-later
/* vmcoreinfo_keys.c - which keys does the kernel export, and in which words? */

#include "tests/dumpwriter/arch.h"

#include <string.h>

/* A value that is the same in every x86_64 kernel that the writer describes. */
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

static const struct constant_key later_memory_keys[] = {
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

#define ADD_CONSTANTS(info, keys) add_constants(info, keys, sizeof(keys) / sizeof(keys[0]))

static void add_constants(struct dw_info_lines *info, const struct constant_key *keys,
			  size_t n_keys)
{
	for (size_t i = 0; i < n_keys; i++)
		dw_add_line(info, "%s", keys[i].line);
}

/* A number that VMCOREINFO prints in decimal: OFFSET, SIZE, LENGTH. */
static void add_number(struct dw_info_lines *info, const char *key, uint64_t value)
{
	dw_add_line(info, "%s=%llu", key, (unsigned long long)value);
}

/* [kernel] uts_name_off = 4 to 5.11, which have no key for it. */
static void add_identity(struct dw_info_lines *info, const struct dw_kernel *kernel)
{
	dw_add_line(info, "OSRELEASE=%s", kernel->release);
	if (kernel->generation == DW_LOG_LOCKLESS)
		dw_add_line(info, "BUILD-ID=%s", "00112233445566778899aabbccddeeff00112233");
	add_number(info, "PAGESIZE", (uint64_t)1 << kernel->page_shift);
	dw_add_symbol(info, "init_uts_ns", kernel->uts_vaddr);
	if (!kernel->uts_name_off)
		add_number(info, "OFFSET(uts_namespace.name)", 0);
	dw_add_symbol(info, "swapper_pg_dir",
		      kernel->image_vaddr + kernel->table.top_paddr - kernel->image_paddr);
	dw_add_symbol(info, "_stext", kernel->image_vaddr);
}

/* What makedumpfile asks for before it reads anything. */
static void add_memory(struct dw_info_lines *info, const struct dw_kernel *kernel)
{
	if (kernel->sections_vaddr) {
		dw_add_line(info, "NUMBER(VMALLOC_START)=0x%llx",
			    kernel->table.paging.levels == 4 ? 0xffffc90000000000ull
							     : 0xffa0000000000000ull);
		dw_add_symbol(info, "mem_section", kernel->sections_vaddr);
		ADD_CONSTANTS(info, memory_keys);
	}
	add_number(info, "SIZE(list_head)", 2 * info->word);
}

static void add_ring_headers(struct dw_info_lines *info, const struct dw_ring *ring)
{
	unsigned word = info->word;
	unsigned text_ring = ring->desc_ring_at + dw_ring_desc_ring_size(ring);

	add_number(info, "SIZE(printk_ringbuffer)", dw_ring_header_size(ring));
	add_number(info, "OFFSET(printk_ringbuffer.desc_ring)", ring->desc_ring_at);
	add_number(info, "OFFSET(printk_ringbuffer.text_data_ring)", text_ring);
	add_number(info, "OFFSET(printk_ringbuffer.fail)", text_ring + 4 * word);
	add_number(info, "SIZE(prb_desc_ring)", dw_ring_desc_ring_size(ring));
	add_number(info, "OFFSET(prb_desc_ring.count_bits)", 0);
	add_number(info, "OFFSET(prb_desc_ring.descs)", word);
	add_number(info, "OFFSET(prb_desc_ring.infos)", 2 * word);
	add_number(info, "OFFSET(prb_desc_ring.head_id)", 3 * word);
	add_number(info, "OFFSET(prb_desc_ring.tail_id)", 4 * word);
	add_number(info, "SIZE(prb_desc)", dw_ring_desc_size(ring));
	add_number(info, "OFFSET(prb_desc.state_var)", 0);
	add_number(info, "OFFSET(prb_desc.text_blk_lpos)", word);
	add_number(info, "SIZE(prb_data_blk_lpos)", 2 * word);
	add_number(info, "OFFSET(prb_data_blk_lpos.begin)", 0);
	add_number(info, "OFFSET(prb_data_blk_lpos.next)", word);
}

static void add_ring_infos(struct dw_info_lines *info, const struct dw_ring *ring)
{
	add_number(info, "SIZE(printk_info)", ring->info_size);
	add_number(info, "OFFSET(printk_info.seq)", 0);
	add_number(info, "OFFSET(printk_info.ts_nsec)", 8);
	add_number(info, "OFFSET(printk_info.text_len)", 16);
	add_number(info, "OFFSET(printk_info.caller_id)", 20);
	add_number(info, "OFFSET(printk_info.dev_info)", dw_ring_device_off(ring));
	add_number(info, "SIZE(dev_printk_info)", 64);
	add_number(info, "OFFSET(dev_printk_info.subsystem)", 0);
	add_number(info, "LENGTH(printk_info_subsystem)", 16);
	add_number(info, "OFFSET(dev_printk_info.device)", 16);
	add_number(info, "LENGTH(printk_info_device)", 48);
}

static void add_ring_text(struct dw_info_lines *info)
{
	unsigned word = info->word;

	add_number(info, "SIZE(prb_data_ring)", 4 * word);
	add_number(info, "OFFSET(prb_data_ring.size_bits)", 0);
	add_number(info, "OFFSET(prb_data_ring.data)", word);
	add_number(info, "OFFSET(prb_data_ring.head_lpos)", 2 * word);
	add_number(info, "OFFSET(prb_data_ring.tail_lpos)", 3 * word);
	add_number(info, "SIZE(atomic_long_t)", word);
	add_number(info, "OFFSET(atomic_long_t.counter)", 0);
	/* A counter of 4 bytes, then two values of 8, aligned as the machine does it. */
	add_number(info, "SIZE(latched_seq)", word == 8 ? 24 : 20);
	add_number(info, "OFFSET(latched_seq.val)", word);
}

static void add_lockless(struct dw_info_lines *info, const struct dw_kernel *kernel)
{
	dw_add_symbol(info, "prb", kernel->prb_vaddr);
	dw_add_symbol(info, "printk_rb_static", kernel->static_ring_vaddr);
	dw_add_symbol(info, "clear_seq", kernel->clear_seq_vaddr);
	add_ring_headers(info, &kernel->ring);
	add_ring_infos(info, &kernel->ring);
	add_ring_text(info);
}

static void add_log_variable(struct dw_info_lines *info, const struct dw_kernel *kernel,
			     const char *name, enum dw_log_variable variable)
{
	dw_add_symbol(info, name, kernel->log_variables_vaddr + variable);
}

/* struct_name = printk_log since 3.11, log before; none in 3.5.0, which exports no layout.
 * clear_idx = yes since 4.x. */
static void add_records(struct dw_info_lines *info, const struct dw_kernel *kernel,
			const struct dw_settings *settings)
{
	static const char *const names[] = { "printk_log", "log", "none", NULL };
	static const char *const members[] = { "ts_nsec", "len", "text_len", "dict_len" };
	static const unsigned offs[] = { 0, 8, 10, 12 };
	const char *name = names[dw_get_choice(settings, "kernel", "struct_name", names)];

	add_log_variable(info, kernel, "log_buf", DW_VAR_LOG_BUF);
	add_log_variable(info, kernel, "log_buf_len", DW_VAR_LOG_BUF_LEN);
	add_log_variable(info, kernel, "log_first_idx", DW_VAR_FIRST_IDX);
	if (dw_get_yes(settings, "kernel", "clear_idx", true))
		add_log_variable(info, kernel, "clear_idx", DW_VAR_CLEAR_IDX);
	add_log_variable(info, kernel, "log_next_idx", DW_VAR_NEXT_IDX);
	if (kernel->seq_symbols == DW_SEQ_VMCOREINFO) {
		add_log_variable(info, kernel, "log_first_seq", DW_VAR_FIRST_SEQ);
		add_log_variable(info, kernel, "log_next_seq", DW_VAR_NEXT_SEQ);
	}
	if (!strcmp(name, "none"))
		return;
	dw_add_line(info, "SIZE(%s)=%u", name, kernel->log.header_size);
	for (size_t i = 0; i < sizeof(offs) / sizeof(offs[0]); i++)
		dw_add_line(info, "OFFSET(%s.%s)=%u", name, members[i], offs[i]);
	if (kernel->log.header_size >= 20)
		dw_add_line(info, "OFFSET(%s.caller_id)=16", name);
}

static void add_text(struct dw_info_lines *info, const struct dw_kernel *kernel)
{
	add_log_variable(info, kernel, "log_buf", DW_VAR_LOG_BUF);
	add_log_variable(info, kernel, "log_end", DW_VAR_LOG_END);
	add_log_variable(info, kernel, "log_buf_len", DW_VAR_LOG_BUF_LEN);
	add_log_variable(info, kernel, "logged_chars", DW_VAR_LOGGED_CHARS);
}

static void add_log(struct dw_info_lines *info, const struct dw_kernel *kernel,
		    const struct dw_settings *settings)
{
	switch (kernel->generation) {
	case DW_LOG_LOCKLESS:
		add_lockless(info, kernel);
		break;
	case DW_LOG_RECORDS:
		add_records(info, kernel, settings);
		break;
	case DW_LOG_TEXT:
		add_text(info, kernel);
		break;
	}
}

void dw_add_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
		 const struct dw_settings *settings)
{
	const char *crash_time = dw_get(settings, "kernel", "crashtime", "1700000000");

	add_identity(info, kernel);
	add_memory(info, kernel);
	add_log(info, kernel, settings);
	if (kernel->sections_vaddr)
		ADD_CONSTANTS(info, later_memory_keys);
	kernel->arch->add_keys(info, kernel, settings);
	dw_add_timekeeper_keys(info, kernel);
	if (strcmp(crash_time, "none"))
		dw_add_line(info, "CRASHTIME=%s", crash_time);
}
