/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sweep_map.h - what is each byte of a sound dump that a run reads?
 *
 * Where a page of memory stands in the file is found here anew, without the readers. Where the log
 * stands in memory is what the reader proved of the sound dump. */

#ifndef TESTS_SWEEP_MAP_H
#define TESTS_SWEEP_MAP_H

#include "tests/sweep_source.h"

enum sweep_kind {
	SWEEP_PADDING, /* between the parts of a container, or overridden by a later one */
	SWEEP_FLAT,
	SWEEP_ELF_HEADER,
	SWEEP_PROGRAM_HEADERS,
	SWEEP_KDUMP_HEADER,
	SWEEP_SUB_HEADER,
	SWEEP_NOTES,
	SWEEP_VMCOREINFO,
	SWEEP_BITMAP,
	SWEEP_PAGE_DESCRIPTORS,
	SWEEP_ZLIB,     /* pages with a checksum */
	SWEEP_UNSUMMED, /* compressed pages without one */
	SWEEP_MEMORY,   /* other memory: page tables */
	SWEEP_RING,     /* its address and its numbers */
	SWEEP_UNUSED,   /* slots of the ring that hold no record */
	SWEEP_STATE,    /* of a descriptor: its id too */
	SWEEP_OLDEST,   /* the oldest one's state, in a ring that gives up records */
	SWEEP_BLOCK,    /* of a descriptor: where the text is */
	SWEEP_SEQ,
	SWEEP_TIME,
	SWEEP_TEXT_LEN,
	SWEEP_FACILITY,
	SWEEP_LEVEL, /* and flags */
	SWEEP_CALLER,
	SWEEP_DEVICE,
	SWEEP_INFO_REST,
	SWEEP_TEXT,
	SWEEP_TEXT_REST, /* ids, padding, blocks of older records */
	SWEEP_OLDER,     /* rings of before 5.10: records, text, where they begin and end */
	SWEEP_PACKED,    /* a compressed file: its checksum stands behind what is read */
	SWEEP_KINDS
};

/* The bytes of a dump that were read, without repetition, in the order of the file. */
struct sweep_map {
	struct sweep_range *ranges; /* owned */
	size_t n_ranges;
	uint64_t n_bytes;
	uint8_t *kinds; /* owned: enum sweep_kind of each byte */
};

/* Exits if the dump is none that can be mapped. */
void sweep_map_new(struct cdm_bytes dump, const struct sweep_reads *reads, struct sweep_map *map);
void sweep_map_free(struct sweep_map *map);

/* The place in the dump of byte n (< n_bytes). */
uint64_t sweep_map_offset(const struct sweep_map *map, uint64_t n);

const char *sweep_kind_name(enum sweep_kind kind);

/* May a change there go unnoticed? Text, and numbers that any value could be right for. */
bool sweep_kind_is_free(enum sweep_kind kind);

#endif
