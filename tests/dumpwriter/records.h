/* SPDX-License-Identifier: GPL-2.0-or-later */
/* records.h - what the kernel was asked to log: the [log] section. */

#ifndef DW_RECORDS_H
#define DW_RECORDS_H

#include "tests/dumpwriter/script.h"

/* As the kernel numbers them, in the two highest bits of state_var. */
enum dw_record_state { DW_RESERVED, DW_COMMITTED, DW_FINALIZED, DW_REUSABLE };

enum dw_text_place {
	DW_TEXT_FITS,  /* in the text ring if there is room */
	DW_TEXT_LOST,  /* positions 1/1: there was no room */
	DW_TEXT_EMPTY, /* positions 3/3: an empty line */
};

struct dw_record {
	uint8_t level;    /* 0 to 7 */
	uint8_t facility; /* 0 kernel */
	uint8_t flags;    /* 1 no console, 2 newline, 4 prefix, 8 continuation */
	bool has_time;    /* printk.time was on: counts in the plain ring alone */
	enum dw_record_state state;
	enum dw_text_place place;
	bool is_filled; /* of a reserved one: the writer had put everything there but the state */
	uint64_t ts_ns;
	uint32_t caller; /* bit 31: a CPU */
	const uint8_t *text;
	size_t text_len;
	const char *subsystem; /* "" if none */
	const char *dict;      /* record ring: "KEY=value", after the others; "" if none */
	const char *device;
};

/* Reads the section; section may be NULL. *n counts the records. */
struct dw_record *dw_read_records(struct dw_arena *arena, const struct dw_script *script,
				  size_t *n_records);

/* The byte of a record that has both: a bit field, in the machine's order. */
uint8_t dw_level_and_flags(bool is_big, unsigned level, unsigned flags);

/* A text in which each $i stands for number. */
char *dw_number_text(struct dw_arena *arena, const char *text, uint64_t number);

#endif
