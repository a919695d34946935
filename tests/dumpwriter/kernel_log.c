// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel_log.c - where in the machine's memory is its log, and what stands in it? */

#include "tests/dumpwriter/arch.h"

#define MIB ((uint64_t)1 << 20)

/* Places in the image, in bytes behind _stext. */
enum log_place {
	STATIC_RING_AT = 0x101100,
	DYNAMIC_RING_AT = 0x101200,
	ARRAYS_AT = 0x110000,
};

/* ring = image: the static ring is all there is. ring = direct: a second one, as with
 * log_buf_len= or many CPUs, lies in the direct map. */
static bool is_in_direct_map(const struct dw_settings *settings)
{
	static const char *const places[] = { "image", "direct", NULL };

	return dw_get_choice(settings, "kernel", "ring", places) == 1;
}

static void read_ring(struct dw_ring *ring, const struct dw_settings *settings, unsigned word)
{
	static const char *const exact_fit[] = { "moves", "stays", NULL };

	ring->word = word;
	ring->size_bits = (unsigned)dw_get_number(settings, "kernel", "size_bits", 12);
	ring->count_bits = (unsigned)dw_get_number(settings, "kernel", "count_bits", 7);
	ring->info_size = (unsigned)dw_get_number(settings, "kernel", "info_size", DW_SHORT_INFO);
	ring->has_last_finalized =
		dw_get_number(settings, "kernel", "desc_ring_size", 6 * word) >= 6 * word;
	ring->desc_ring_at = (unsigned)dw_get_number(settings, "kernel", "desc_ring_at", 0);
	ring->exact_fit_stays = dw_get_choice(settings, "kernel", "exact_fit", exact_fit) == 1;
	if (ring->info_size > 512 || ring->count_bits > 26 || ring->size_bits > 31)
		dw_die("%s: [kernel] no kernel has a ring of this size", settings->script->path);
}

static void read_log_buf(struct dw_log_buf *log, const struct dw_settings *settings)
{
	static const char *const wraps[] = { "marker", "tight", NULL };

	log->len = (uint32_t)dw_get_number(settings, "kernel", "log_buf_len", 4096);
	log->header_size = (unsigned)dw_get_number(settings, "kernel", "header_size", 16);
	log->align = (unsigned)dw_get_number(settings, "kernel", "record_align", 4);
	log->is_level_wide = dw_get_yes(settings, "kernel", "level16", false);
	log->wrap = (enum dw_wrap)dw_get_choice(settings, "kernel", "wrap", wraps);
	if (!log->len || log->len & (log->len - 1) || log->header_size < 16 ||
	    log->header_size > 64)
		dw_die("%s: [kernel] no kernel has a log_buf like this", settings->script->path);
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

static uint64_t place_static_ring(struct dw_kernel *kernel, bool is_early)
{
	kernel->static_ring = kernel->ring;
	kernel->static_ring.header_paddr = kernel->image_paddr + STATIC_RING_AT;
	kernel->static_ring_vaddr = kernel->image_vaddr + STATIC_RING_AT;
	if (is_early) {
		kernel->static_ring.size_bits = 12;
		kernel->static_ring.count_bits = 7;
	}
	return place_arrays(&kernel->static_ring, kernel->image_paddr + ARRAYS_AT,
			    kernel->image_vaddr - kernel->image_paddr);
}

static uint64_t place_lockless(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	bool is_direct = is_in_direct_map(settings);
	uint64_t end;

	end = place_static_ring(kernel, is_direct);
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

static uint64_t place_log_buf(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	struct dw_log_buf *log = &kernel->log;
	bool is_direct = is_in_direct_map(settings);
	uint64_t end;

	end = ARRAYS_AT + (is_direct ? 0 : log->len);
	kernel->image_size = dw_round_up(end, 2 * MIB);
	if (is_direct) {
		log->paddr = dw_get_number(settings, "kernel", "ring_at",
					   kernel->image_paddr + kernel->image_size);
		log->vaddr = log->paddr + kernel->direct_base;
	} else {
		log->paddr = kernel->image_paddr + ARRAYS_AT;
		log->vaddr = kernel->image_vaddr + ARRAYS_AT;
	}
	return log->paddr + log->len;
}

uint64_t dw_place_log(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	/* Both, so that a matrix may ask for every generation. */
	read_ring(&kernel->ring, settings, kernel->arch->word);
	read_log_buf(&kernel->log, settings);
	return kernel->generation == DW_LOG_LOCKLESS ? place_lockless(kernel, settings)
						     : place_log_buf(kernel, settings);
}

struct dw_range dw_log_range(const struct dw_kernel *kernel)
{
	const struct dw_ring *ring = &kernel->ring;
	const struct dw_log_buf *log = &kernel->log;

	if (kernel->generation == DW_LOG_LOCKLESS)
		return (struct dw_range){ ring->text_paddr,
					  ring->infos_paddr + dw_ring_infos_size(ring) };
	return (struct dw_range){ log->paddr, log->paddr + log->len };
}

/* cleared = N: clear_seq is N, in the value that latch = 0 or 1 says is right; the other one is
 * not. latch = none: before 5.12 it was the value itself. */
static void write_clear_seq(struct dw_kernel *kernel, struct dw_memory *memory,
			    const struct dw_settings *settings)
{
	static const char *const latches[] = { "0", "1", "none", NULL };
	unsigned latch = dw_get_choice(settings, "kernel", "latch", latches);
	uint64_t cleared = dw_get_number(settings, "kernel", "cleared", 0);
	uint64_t paddr = dw_image_paddr(kernel, kernel->clear_seq_vaddr);
	uint64_t values = paddr + memory->word;

	if (latch == 2) {
		dw_memory_write_number(memory, paddr, 8, cleared);
		return;
	}
	/* The number counts on: 6 or 7 changes. */
	dw_memory_write_number(memory, paddr, 4, 6 + latch);
	dw_memory_write_number(memory, values + (latch ? 8 : 0), 8, cleared);
	dw_memory_write_number(memory, values + (latch ? 0 : 8), 8, cleared + 1000);
}

static void write_lockless(struct dw_kernel *kernel, const struct dw_settings *settings,
			   const struct dw_record *records, size_t n_records)
{
	uint64_t n_early = dw_get_number(settings, "kernel", "early", 2);
	uint64_t n_failed = dw_get_number(settings, "kernel", "fail", 0);

	dw_ring_open(&kernel->ring, dw_get_number(settings, "kernel", "first_seq", 0),
		     dw_get_number(settings, "kernel", "first_id", UINT64_MAX),
		     dw_get_number(settings, "kernel", "first_lpos", UINT64_MAX));
	for (size_t i = 0; i < n_records; i++)
		dw_ring_add(&kernel->ring, &records[i]);
	kernel->ring.fail += n_failed;
	dw_ring_close(&kernel->ring);
	if (!is_in_direct_map(settings))
		return;
	/* What was logged before the larger ring was there stays in the static one. */
	dw_ring_open(&kernel->static_ring, 0, UINT64_MAX, UINT64_MAX);
	for (size_t i = 0; i < dw_min(n_early, n_records); i++)
		dw_ring_add(&kernel->static_ring, &records[i]);
	dw_ring_close(&kernel->static_ring);
}

static void write_variable(const struct dw_kernel *kernel, enum dw_log_variable variable,
			   unsigned width, uint64_t value)
{
	dw_memory_write_number(kernel->log.memory,
			       dw_image_paddr(kernel, kernel->log_variables_vaddr) + variable,
			       width, value);
}

/* cleared = N: `dmesg -c` was called when N records had been logged. */
static void write_records(struct dw_kernel *kernel, const struct dw_settings *settings,
			  const struct dw_record *records, size_t n_records)
{
	struct dw_log_buf *log = &kernel->log;
	uint64_t n_cleared = dw_get_number(settings, "kernel", "cleared", 0);
	static const char *const symbols[] = { "none", "vmcoreinfo", "kallsyms", NULL };

	dw_log_records_open(log, n_records,
			    (uint32_t)dw_get_number(settings, "kernel", "first_idx", 0));
	kernel->seq_symbols =
		(enum dw_seq_symbols)dw_get_choice(settings, "kernel", "seq_symbols", symbols);
	for (size_t i = 0; i < n_records; i++) {
		if (i == n_cleared)
			log->clear_idx = log->next_idx;
		dw_log_records_add(log, &records[i]);
	}
	write_variable(kernel, DW_VAR_FIRST_IDX, 4, log->first_idx);
	write_variable(kernel, DW_VAR_NEXT_IDX, 4, log->next_idx);
	write_variable(kernel, DW_VAR_CLEAR_IDX, 4, log->clear_idx);
	write_variable(kernel, DW_VAR_FIRST_SEQ, 8, log->first_seq);
	write_variable(kernel, DW_VAR_NEXT_SEQ, 8, log->next_seq);
}

/* log_end_width = 8: unsigned long, to 2.6.24. */
static void write_text(struct dw_kernel *kernel, const struct dw_settings *settings,
		       const struct dw_record *records, size_t n_records)
{
	struct dw_log_buf *log = &kernel->log;
	uint64_t n_cleared = dw_get_number(settings, "kernel", "cleared", 0);

	dw_log_text_open(log, dw_get_number(settings, "kernel", "first_end", 0));
	for (size_t i = 0; i < n_records; i++) {
		dw_log_text_add(log, &records[i]);
		if (i + 1 == n_cleared)
			log->n_chars = 0;
	}
	write_variable(kernel, DW_VAR_LOG_END,
		       (unsigned)dw_get_number(settings, "kernel", "log_end_width", 4), log->end);
	write_variable(kernel, DW_VAR_LOGGED_CHARS, 4, log->n_chars);
}

void dw_write_log(struct dw_kernel *kernel, struct dw_memory *memory,
		  const struct dw_settings *settings)
{
	size_t n_records;
	struct dw_record *records = dw_read_records(memory->arena, settings->script, &n_records);

	kernel->ring.memory = memory;
	kernel->static_ring.memory = memory;
	kernel->log.memory = memory;
	if (kernel->generation == DW_LOG_LOCKLESS) {
		write_lockless(kernel, settings, records, n_records);
		write_clear_seq(kernel, memory, settings);
		return;
	}
	write_variable(kernel, DW_VAR_LOG_BUF, memory->word, kernel->log.vaddr);
	write_variable(kernel, DW_VAR_LOG_BUF_LEN, 4, kernel->log.len);
	if (kernel->generation == DW_LOG_RECORDS)
		write_records(kernel, settings, records, n_records);
	else
		write_text(kernel, settings, records, n_records);
}
