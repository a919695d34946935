/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_buf.h - what the logs of Linux up to 5.9 share: variables that VMCOREINFO, or else the kernel's own
 * table of symbols, has the addresses of, and a buffer whose size is a power of two. */

#ifndef CDM_PRINTK_LOG_BUF_H
#define CDM_PRINTK_LOG_BUF_H

#include "kernel/kernel.h"

/* The value of a variable of `width` bytes: 4 or 8. */
CDM_CHECKED enum cdm_status cdm_log_variable(struct cdm_kernel *kernel, const char *symbol,
					     size_t width, uint64_t *value, struct cdm_error *err);

/* log_buf and log_buf_len. */
CDM_CHECKED enum cdm_status cdm_log_buf_find(struct cdm_kernel *kernel, uint64_t *vaddr,
					     uint64_t *size, struct cdm_error *err);

#endif
