// SPDX-License-Identifier: GPL-2.0-or-later
/* lockless_recover.c - where is the text of a record whose descriptor is lost? */

#include "base/checked.h"
#include "printk/lockless_record.h"

/* Texts follow each other in the ring, with a few bytes between them. Two CPUs may swap places, and a
 * record that could not be recovered either may come between. */
#define MAX_GAP (4 * CDM_KIB)

/* Words looked at for all records together: thousands of lost descriptors need a few each. */
#define MAX_SEARCHED (UINT64_C(1) << 24)

/* Records before it that may be empty lines, which have no place in the ring. */
#define MAX_EMPTY 16

/* Where the text of a record that still has its descriptor ended, as an offset. */
static bool find_end(struct cdm_lockless_log *log, uint64_t id, uint64_t *end)
{
	uint8_t word = log->kernel->layout.word;
	struct cdm_descriptor found;
	struct cdm_block block;
	struct cdm_error unused;
	struct cdm_record rec;
	size_t text_len;

	if (cdm_lockless_read_descriptor(log, id, &found, &unused) || !cdm_holds_record(&found) ||
	    cdm_lockless_block(&log->ring, word, found.begin, found.next, &block) !=
		    CDM_BLOCK_DATA ||
	    cdm_lockless_read_info(log, id, &rec, &text_len, &unused))
		return false;
	*end = block.at + word + text_len;
	return true;
}

/* Where the text of `id` is looked for: after the text before it, or where the oldest one is. */
static uint64_t find_start(struct cdm_lockless_log *log, uint64_t id)
{
	uint64_t end;

	for (unsigned n = 1; n <= MAX_EMPTY; n++) {
		uint64_t before = (id - n) & log->ring.id_mask;

		if (log->recovered.end && log->recovered.id == before)
			return log->recovered.end;
		if (find_end(log, before, &end))
			return end;
	}
	return log->recovered.end ? log->recovered.end : log->ring.tail_lpos;
}

/* Looks for the word that begins the place of this id. *at is an offset in the ring. */
static bool find_place(struct cdm_lockless_log *log, uint64_t id, size_t text_len, uint64_t *at)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	struct cdm_layout layout = log->kernel->layout;
	uint64_t aligned = (find_start(log, id) + layout.word - 1) & ~(uint64_t)(layout.word - 1);
	struct cdm_error unused;

	for (size_t gap = 0; gap < MAX_GAP && log->recovered.n_searched < MAX_SEARCHED;
	     gap += layout.word) {
		log->recovered.n_searched++;
		*at = (aligned + gap) & (ring->text_size - 1);
		const uint8_t *raw = cdm_window_get(&log->text, ring->text_vaddr + *at, layout.word,
						    ring->text_vaddr + ring->text_size, &unused);

		if (!raw)
			return false;
		/* A text that would run over the end stands at the start; its id is there, too. */
		if (cdm_load_word(raw, layout) == id &&
		    text_len <= ring->text_size - *at - layout.word)
			return true;
	}
	return false;
}

bool cdm_lockless_has_text(struct cdm_lockless_log *log, uint64_t id)
{
	uint64_t unused;

	return find_place(log, id, 0, &unused);
}

bool cdm_lockless_recover(struct cdm_lockless_log *log, uint64_t id, struct cdm_record *rec)
{
	const struct cdm_lockless_ring *ring = &log->ring;
	uint8_t word = log->kernel->layout.word;
	struct cdm_error unused;
	size_t text_len = 0;
	uint64_t at;

	if (cdm_lockless_read_info(log, id, rec, &text_len, &unused))
		return false;
	rec->text = (struct cdm_bytes){ (const uint8_t *)"", 0 };
	if (text_len == 0)
		return rec->ts_ns != 0; /* zeros have the number of record 0 */
	if (!find_place(log, id, text_len, &at))
		return false;
	/* The search read other infos: what rec points at, and what was odd, are those'. */
	log->oddity = NULL;
	if (cdm_lockless_read_info(log, id, rec, &text_len, &unused))
		return false;
	const uint8_t *raw = cdm_window_get(&log->text, ring->text_vaddr + at, word + text_len,
					    ring->text_vaddr + ring->text_size, &unused);

	if (!raw)
		return false;
	rec->text = (struct cdm_bytes){ raw + word, text_len };
	log->recovered.id = id;
	log->recovered.end = at + word + text_len;
	return true;
}
