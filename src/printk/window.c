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

/* Mostly a page fails whole: then its other records need not ask again. In some files memory ends
 * within a page. */
static void remember_failure(struct cdm_window *window, const struct cdm_error *err)
{
	uint64_t at = window->vaddr + window->len;
	uint64_t page_size = window->kernel->page_size;
	uint64_t page_end = cdm_end_of(at - at % page_size, page_size);
	struct cdm_error unused;
	uint8_t last;

	window->failure = *err;
	window->bad_start = at;
	window->bad_end = at + 1;
	if (cdm_kernel_read_exact(window->kernel, page_end - 1, &last, 1, &unused))
		window->bad_end = page_end;
}

static enum cdm_status grow(struct cdm_window *window, size_t room, struct cdm_error *err)
{
	uint8_t *bytes = room > window->room ? realloc(window->bytes, room) : window->bytes;

	if (!bytes)
		return cdm_fail_memory(err, "log window");
	window->bytes = bytes;
	if (room > window->room)
		window->room = room;
	return CDM_OK;
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
	if (grow(window, len, err))
		return NULL;
	uint64_t wanted = until > vaddr ? cdm_max(len, until - vaddr) : len;

	window->vaddr = vaddr;
	if (cdm_kernel_read(window->kernel, vaddr, window->bytes,
			    (size_t)cdm_min(window->room, wanted), &window->len, err))
		remember_failure(window, err);
	return cdm_window_peek(window, vaddr, len);
}
