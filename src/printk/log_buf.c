// SPDX-License-Identifier: GPL-2.0-or-later
/* log_buf.c - where is the buffer of a log up to 5.9, and what do its variables say? */

#include "printk/log_buf.h"

#include "base/checked.h"
#include "base/limits.h"
#include "kernel/kallsyms.h"

#include <inttypes.h>

enum cdm_status cdm_log_variable(struct cdm_kernel *kernel, const char *symbol, size_t width,
				 uint64_t *value, struct cdm_error *err)
{
	uint64_t vaddr;
	uint8_t raw[8];
	enum cdm_status st = cdm_kernel_symbol(kernel, symbol, &vaddr, err);

	if (st)
		return st;
	if (cdm_kernel_read_exact(kernel, vaddr, raw, width, err))
		return cdm_context(err, "%s", symbol);
	*value = width == 8 ? cdm_load_u64(raw, kernel->layout) : cdm_load_u32(raw, kernel->layout);
	return CDM_OK;
}

enum cdm_status cdm_log_buf_find(struct cdm_kernel *kernel, uint64_t *vaddr, uint64_t *size,
				 struct cdm_error *err)
{
	enum cdm_status st = cdm_log_variable(kernel, "log_buf", kernel->layout.word, vaddr, err);

	if (!st)
		st = cdm_log_variable(kernel, "log_buf_len", 4, size, err);
	if (st)
		return st;
	if (!cdm_is_power_of_two(*size) || *size < CDM_MIN_LOG_BYTES || *vaddr == 0)
		return cdm_fail(err, CDM_CORRUPT,
				"the ring has %" PRIu64 " bytes at 0x%" PRIx64
				", no power of two from %u",
				*size, *vaddr, CDM_MIN_LOG_BYTES);
	return CDM_OK;
}
