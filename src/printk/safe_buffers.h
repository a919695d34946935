/* SPDX-License-Identifier: GPL-2.0-or-later */
/* safe_buffers.h - what was printed where the log must not be touched, and was not moved to it any more.
 *
 * From 4.7 to 5.14 printk() in an NMI, and within printk() itself, wrote to a buffer of the CPU, which
 * was flushed to the log later (struct printk_safe_seq_buf in kernel/printk/printk_safe.c; nmi_seq_buf to
 * 4.10):
 *
 *     u32 len | u32 lost | struct irq_work, 3 or 4 longs | text
 *
 * No key leads there: these kernels do not export kallsyms. But `len` counts the text up to the NUL behind
 * it, and each line begins with a SOH and a level. A flushed buffer has a `len` of 0. */

#ifndef CDM_PRINTK_SAFE_BUFFERS_H
#define CDM_PRINTK_SAFE_BUFFERS_H

#include "kernel/kernel.h"
#include "printk/record.h"

#include "base/limits.h"

/* Buffers that were found, in rising order of their addresses. */
struct cdm_safe_buffers {
	struct cdm_dump *dump; /* borrowed */
	unsigned n;
	struct {
		uint64_t paddr; /* of the text */
		uint32_t len;
	} found[CDM_MAX_SAFE_BUFFERS];
	unsigned current; /* that is being read, and how far */
	uint32_t pos;
	uint8_t text[CDM_SAFE_BUFFER];
	uint32_t text_len; /* of it that was read; 0: not yet */
};

/* Walks through all memory. Failures: memory, and the dump's own index. */
CDM_CHECKED enum cdm_status cdm_safe_buffers_find(struct cdm_safe_buffers *buffers,
						  struct cdm_kernel *kernel, struct cdm_error *err);

/* The next line, as a record without a time. CDM_END: there is no more. rec's text is valid until the
 * next call. */
CDM_CHECKED enum cdm_status cdm_safe_buffers_next(struct cdm_safe_buffers *buffers,
						  struct cdm_record *rec);

#endif
