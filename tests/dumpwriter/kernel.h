/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.h - the machine that crashed: its memory, its kernel image, its log. */

#ifndef DW_KERNEL_H
#define DW_KERNEL_H

#include "tests/dumpwriter/pagetable.h"
#include "tests/dumpwriter/ring.h"
#include "tests/dumpwriter/settings.h"

#define DW_START_KERNEL_MAP 0xffffffff80000000ull

struct dw_kernel {
	const char *release, *machine, *nodename, *version;
	uint64_t kaslr;       /* virtual displacement */
	uint64_t image_vaddr; /* _stext */
	uint64_t image_paddr;
	uint64_t image_size;
	uint64_t phys_base; /* modulo 2^64: may be negative */
	uint64_t direct_base;
	uint64_t uts_vaddr, prb_vaddr, static_ring_vaddr, clear_seq_vaddr, phys_base_vaddr;
	uint64_t sections_vaddr;    /* of sparse memory */
	uint64_t direct_leaf_paddr; /* of the last page table entry of the direct map */
	struct dw_pagetable table;
	struct dw_ring ring;        /* the one that prb points to */
	struct dw_ring static_ring; /* the same, or what early boot left behind */
	uint64_t vmcoreinfo_paddr;  /* of the text */
	struct dw_buffer vmcoreinfo;
};

/* Lays the machine out in memory as the [kernel] and [log] sections say. */
void dw_kernel_write(struct dw_kernel *kernel, struct dw_memory *memory,
		     const struct dw_settings *settings);

/* Physical address of an address in the image. */
uint64_t dw_image_paddr(const struct dw_kernel *kernel, uint64_t vaddr);

/* The text of VMCOREINFO: the usual keys, changed as [vmcoreinfo] says. */
struct dw_buffer dw_vmcoreinfo(const struct dw_kernel *kernel, const struct dw_settings *settings);

#endif
