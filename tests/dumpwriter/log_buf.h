/* SPDX-License-Identifier: GPL-2.0-or-later */
/* log_buf.h - log_buf, as the kernel wrote it before the lockless ring: records or plain text. */

#ifndef DW_LOG_BUF_H
#define DW_LOG_BUF_H

#include "tests/dumpwriter/memory.h"
#include "tests/dumpwriter/records.h"

/* How a record that does not fit in front of the ring's end moves to its start. */
enum dw_wrap {
	DW_WRAP_MARKER, /* a header of zeros stays behind: there is always room for one */
	DW_WRAP_TIGHT,  /* room for one is not kept: none, where a header does not fit */
};

struct dw_log_buf {
	struct dw_memory *memory;
	uint64_t paddr, vaddr; /* of the bytes, not of the variable */
	uint32_t len;          /* a power of two */

	/* Records, 3.5 to 5.9. */
	unsigned header_size; /* 16; 20 or 24 with the caller */
	unsigned align;       /* 4 or 8 */
	bool is_level_wide;   /* 3.5.0: one number of 16 bits for level and facility */
	enum dw_wrap wrap;
	uint32_t first_idx, next_idx, clear_idx;
	uint64_t first_seq, next_seq;
	uint32_t *offs; /* of each record that was added, whether or not it is still there */

	/* Text, to 3.4. */
	uint64_t end;     /* bytes ever written: the next one goes to end modulo len */
	uint32_t n_chars; /* of them in the ring, and not yet cleared */
	bool is_in_line;  /* the last byte was no newline */
};

/* An empty buffer with room for the offsets of n_records. The geometry is set by the caller. */
void dw_log_records_open(struct dw_log_buf *log, size_t n_records, uint32_t first_idx);
void dw_log_records_add(struct dw_log_buf *log, const struct dw_record *record);

/* Where its header is. */
uint64_t dw_log_record_paddr(const struct dw_log_buf *log, uint64_t seq);

/* An empty buffer to which first_end bytes were written before. */
void dw_log_text_open(struct dw_log_buf *log, uint64_t first_end);
void dw_log_text_add(struct dw_log_buf *log, const struct dw_record *record);

#endif
