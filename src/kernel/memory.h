/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory.h - all memory that a dump holds, in pieces that overlap: for whoever looks for things that may
 * lie over the border of two. */

#ifndef CDM_KERNEL_MEMORY_H
#define CDM_KERNEL_MEMORY_H

#include "dump/dump.h"

/* A piece of memory. What begins at one of the first n_places bytes is to be looked at; the others
 * come again, unless memory ends there. */
struct cdm_piece {
	uint64_t paddr;
	const uint8_t *bytes;
	size_t len, n_places;
};

/* Calls visit with all memory that can be read, in rising order, until it returns other than CDM_OK;
 * CDM_END is no failure. */
struct cdm_visitor {
	enum cdm_status (*visit)(void *priv, const struct cdm_piece *piece, struct cdm_error *err);
	void *priv;
};
CDM_CHECKED enum cdm_status
cdm_memory_walk(struct cdm_dump *dump, const struct cdm_visitor *visitor, struct cdm_error *err);

#endif
