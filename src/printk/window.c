// SPDX-License-Identifier: GPL-2.0-or-later
/* window.c - which bytes stand at this place of an array? */

#include "printk/window.h"
#include "base/checked.h"

#include <stdlib.h>

enum cdm_status cdm_window_open(struct cdm_window *window, struct cdm_kernel *kernel, size_t room,
				struct cdm_error *err)
{
	*window = (struct cdm_window){ .kernel = kernel, .room = room };
	window->bytes = malloc(room);
	return window->bytes ? CDM_OK : cdm_fail_memory(err, "log window");
}

void cdm_window_close(struct cdm_window *window)
{
	free(window->bytes);
	window->bytes = NULL;
}

/* A page fails whole: its other records need not ask again. */
static void remember_failure(struct cdm_window *window, const struct cdm_error *err)
{
	uint64_t at = window->vaddr + window->len;
	uint64_t page_size = window->kernel->page_size;

	window->bad_start = at;
	window->bad_end = cdm_end_of(at - at % page_size, page_size);
	window->failure = *err;
}

const uint8_t *cdm_window_get(struct cdm_window *window, uint64_t vaddr, size_t len, uint64_t until,
			      struct cdm_error *err)
{
	const uint8_t *held = cdm_window_peek(window, vaddr, len);

	if (held)
		return held;
	if (vaddr < window->bad_end && vaddr + len > window->bad_start) {
		*err = window->failure;
		return NULL;
	}
	uint64_t wanted = until > vaddr ? cdm_max(len, until - vaddr) : len;

	window->vaddr = vaddr;
	if (cdm_kernel_read(window->kernel, vaddr, window->bytes,
			    (size_t)cdm_min(window->room, wanted), &window->len, err))
		remember_failure(window, err);
	return cdm_window_peek(window, vaddr, len);
}
