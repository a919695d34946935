/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.h - the machine that crashed: its memory, its kernel image, its log. */

#ifndef DW_KERNEL_H
#define DW_KERNEL_H

#include "tests/dumpwriter/log_buf.h"
#include "tests/dumpwriter/pagetable.h"
#include "tests/dumpwriter/ring.h"
#include "tests/dumpwriter/settings.h"

struct dw_arch;

enum dw_generation {
	DW_LOG_LOCKLESS, /* 5.10 on */
	DW_LOG_RECORDS,  /* 3.5 to 5.9 */
	DW_LOG_TEXT,     /* to 3.4 */
};

/* What says where log_first_seq and log_next_seq are. */
enum dw_seq_symbols {
	DW_SEQ_NONE,
	DW_SEQ_VMCOREINFO,
	DW_SEQ_KALLSYMS,
};

/* Addresses of an architecture with words of 4 bytes are below 2^32. */
struct dw_kernel {
	const struct dw_arch *arch;
	const char *release, *machine, *nodename, *version;
	unsigned page_shift;
	uint64_t kaslr;       /* virtual displacement */
	uint64_t image_vaddr; /* _stext */
	uint64_t image_paddr;
	uint64_t image_size;
	unsigned image_shift;       /* of the pages that map it; 0: it is part of the direct map */
	uint64_t phys_base;         /* modulo 2^64: may be negative */
	uint64_t direct_base;       /* the virtual address less the physical one, modulo 2^64 */
	unsigned va_bits;           /* arm64: those of the build ... */
	unsigned va_actual;         /* ... and of the hardware */
	bool is_flipped;            /* arm64: the linear map is below the image ... */
	bool is_linear;             /* ... or holds it */
	bool is_pae;                /* i386 */
	bool is_uncoupled;          /* s390x: the image is not where it is in memory */
	bool is_radix;              /* ppc64 */
	uint64_t page_offset;       /* riscv64: the start of the linear map */
	uint64_t sections_vaddr;    /* of sparse memory; 0: not told */
	uint64_t direct_leaf_paddr; /* of the last page table entry of the direct map */
	struct dw_pagetable table;
	unsigned uts_name_off; /* of the names in init_uts_ns */
	uint64_t uts_vaddr;

	enum dw_generation generation;
	struct dw_ring ring;        /* the one that prb points to */
	struct dw_ring static_ring; /* the same, or what early boot left behind */
	uint64_t prb_vaddr, static_ring_vaddr, clear_seq_vaddr, phys_base_vaddr;
	struct dw_log_buf log;        /* of the older generations */
	uint64_t log_variables_vaddr; /* log_buf, and what belongs to it; enum dw_log_variable */

	bool has_timekeeper;
	bool has_symbols; /* the kernel's own table of them */
	enum dw_seq_symbols seq_symbols;
	uint64_t vmcoreinfo_paddr; /* of the text */
	struct dw_buffer vmcoreinfo;
};

/* Where the variables of the older generations are, behind log_variables_vaddr. */
enum dw_log_variable {
	DW_VAR_LOG_BUF = 0,
	DW_VAR_LOG_BUF_LEN = 8,
	DW_VAR_FIRST_IDX = 16,
	DW_VAR_NEXT_IDX = 20,
	DW_VAR_CLEAR_IDX = 24,
	DW_VAR_LOG_END = 32,
	DW_VAR_LOGGED_CHARS = 40,
	DW_VAR_FIRST_SEQ = 48,
	DW_VAR_NEXT_SEQ = 56,
};

/* Lays the machine out in memory as the [kernel] and [log] sections say. */
void dw_kernel_write(struct dw_kernel *kernel, struct dw_memory *memory,
		     const struct dw_settings *settings);

/* Physical address of an address in the image. */
uint64_t dw_image_paddr(const struct dw_kernel *kernel, uint64_t vaddr);

/* An address as the machine has it: 32 bits of it where its words are of 4 bytes. */
uint64_t dw_as_address(const struct dw_kernel *kernel, uint64_t vaddr);

/* kernel_log.c: reads the geometry and finds room for the log; then writes it. dw_place_log()
 * returns where it ends in physical memory. */
uint64_t dw_place_log(struct dw_kernel *kernel, const struct dw_settings *settings);
void dw_write_log(struct dw_kernel *kernel, struct dw_memory *memory,
		  const struct dw_settings *settings);

/* timekeeper.c: the clock, where [kernel] has a timekeeper; and the symbols by which it and the numbers of
 * records are found. */
void dw_write_timekeeper(struct dw_kernel *kernel, struct dw_memory *memory,
			 const struct dw_settings *settings);

/* Pages that the log takes: a dump keeps them whatever they hold. */
struct dw_range dw_log_range(const struct dw_kernel *kernel);

#endif
