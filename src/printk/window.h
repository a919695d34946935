/* SPDX-License-Identifier: GPL-2.0-or-later */
/* window.h - a stretch of an array in the kernel's memory, read ahead: so that an array of any
 * size is read once, in few pieces, with little memory. */

#ifndef CDM_PRINTK_WINDOW_H
#define CDM_PRINTK_WINDOW_H

#include "kernel/kernel.h"

struct cdm_window {
	struct cdm_kernel *kernel; /* borrowed */
	uint8_t *bytes;            /* owned */
	size_t room;               /* grows for a request that is longer */
	uint64_t vaddr;            /* of bytes[0] */
	size_t len;                /* good bytes there */

	/* What was asked for last and could not be read: [bad_start, bad_end), within one page. */
	uint64_t bad_start, bad_end;
	struct cdm_error failure;
};

CDM_CHECKED enum cdm_status cdm_window_open(struct cdm_window *window, struct cdm_kernel *kernel,
					    size_t room, struct cdm_error *err);
void cdm_window_close(struct cdm_window *window); /* zero-initialised is fine */

/* The bytes if the window holds them, else NULL. */
static inline const uint8_t *cdm_window_peek(const struct cdm_window *window, uint64_t vaddr,
					     size_t len)
{
	uint64_t skip = vaddr - window->vaddr;

	return skip <= window->len && len <= window->len - skip ? window->bytes + skip : NULL;
}

/* len bytes at vaddr, valid until the next call; NULL with *err if one of them cannot be
 * read. When it reads, it goes on to `until`, as far as there is room. */
const uint8_t *cdm_window_get(struct cdm_window *window, uint64_t vaddr, size_t len, uint64_t until,
			      struct cdm_error *err);

#endif
