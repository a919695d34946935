// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_records.c - where in memory is the log of Linux 3.5 to 5.9, if nothing says it?
 *
 * A record's length leads to the next one: three headers in a row with text behind them are no
 * chance. In a ring that has wrapped the newest records come first in memory, then what is left of
 * one that was overwritten, then the oldest: there time goes back. */

#include "base/checked.h"
#include "printk/carve.h"

#include <stdlib.h>

#define CHAIN 3 /* records in a row */
#define LEAST_HEADER 16
#define MOST_HEADER 24
#define MOST_PADDING 8
#define MOST_LENGTH 0x3ffcu /* of a record: text and dictionary have less than 10,000 */
#define MAX_TS (UINT64_C(1) << 60)

/* CPUs' clocks differ by less; where time goes back more, the ring's oldest record follows. */
#define DISORDER_NS UINT64_C(100000000)

/* Chains that lie nearer to each other are of one ring, which a page is missing of. */
#define MAX_GAP (64 * CDM_KIB)

/* What was overwritten between the newest record and the oldest. */
#define MAX_RECORD_GAP (4 * CDM_KIB)

/* Of a text one byte in so many may be odd. */
#define MAX_ODD_SHARE 20

struct chain {
	struct cdm_layout layout;
	uint32_t header_size;
	uint64_t paddr, end;
	uint64_t n;
	uint64_t first_ts, last_ts;
};

struct finder {
	struct cdm_carve_finder common; /* comes first */
	uint64_t done;                  /* address up to which a chain was followed */
	struct chain few; /* of less than CHAIN records, which may be the newest of a ring */
	struct chain chains[CDM_MAX_CHAINS]; /* in the order of memory */
	unsigned n_chains;
};

struct header {
	uint64_t ts;
	uint32_t len, text_len, dict_len;
};

static struct header parse(const uint8_t *raw, struct cdm_layout layout)
{
	return (struct header){
		.ts = cdm_load_u64(raw, layout),
		.len = cdm_load_u16(raw + 8, layout),
		.text_len = cdm_load_u16(raw + 10, layout),
		.dict_len = cdm_load_u16(raw + 12, layout),
	};
}

/* What is behind text and dictionary, and must be 0 to 7 bytes. */
static bool has_size(const struct header *header, uint32_t header_size)
{
	uint32_t used = header_size + header->text_len + header->dict_len;

	return header->len >= used && header->len - used < MOST_PADDING && header->len % 4 == 0 &&
	       header->len <= MOST_LENGTH && header->ts < MAX_TS;
}

static bool is_mostly_text(const uint8_t *at, size_t len)
{
	size_t odd = 0;

	for (size_t i = 0; i < len; i++)
		odd += at[i] < 0x20 && !(at[i] >= '\t' && at[i] <= '\r') && at[i] != 0x1b;
	return odd <= len / MAX_ODD_SHARE;
}

static bool is_zero(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i])
			return false;
	return true;
}

/* The record at paddr, if there is one. */
static bool read_record(struct finder *finder, uint64_t paddr, struct cdm_layout layout,
			uint32_t header_size, struct header *header)
{
	struct cdm_error unused;
	const uint8_t *raw =
		cdm_window_get(&finder->common.window, paddr, header_size, UINT64_MAX, &unused);

	if (!raw)
		return false;
	*header = parse(raw, layout);
	if (!has_size(header, header_size))
		return false;
	raw = cdm_window_get(&finder->common.window, paddr, header->len, UINT64_MAX, &unused);
	if (!raw)
		return false;
	uint32_t used = header_size + header->text_len + header->dict_len;

	return is_mostly_text(raw + header_size, header->text_len) &&
	       is_zero(raw + used, header->len - used);
}

static struct chain follow(struct finder *finder, uint64_t paddr, struct cdm_layout layout,
			   uint32_t header_size)
{
	struct chain chain = { layout, header_size, paddr, paddr, 0, 0, 0 };
	struct header header;

	while (read_record(finder, chain.end, layout, header_size, &header)) {
		if (chain.n && header.ts + DISORDER_NS < chain.last_ts)
			break;
		if (!chain.n++)
			chain.first_ts = header.ts;
		chain.last_ts = header.ts;
		chain.end += header.len;
	}
	return chain;
}

static void keep(struct finder *finder, const struct chain *chain)
{
	unsigned shortest = 0;

	if (finder->n_chains < CDM_MAX_CHAINS) {
		finder->chains[finder->n_chains++] = *chain;
		return;
	}
	for (unsigned i = 1; i < finder->n_chains; i++)
		if (finder->chains[i].n < finder->chains[shortest].n)
			shortest = i;
	if (finder->chains[shortest].n >= chain->n)
		return;
	memmove(&finder->chains[shortest], &finder->chains[shortest + 1],
		(CDM_MAX_CHAINS - 1 - shortest) * sizeof(*chain));
	finder->chains[CDM_MAX_CHAINS - 1] = *chain;
}

static bool is_same_form(const struct chain *one, const struct chain *other)
{
	return one->header_size == other->header_size &&
	       one->layout.big_endian == other->layout.big_endian;
}

/* Does a chain stand behind another one, and hold what was logged before? So do the oldest records of
 * a ring that has wrapped. */
static bool is_older_part(const struct chain *newer, const struct chain *older)
{
	return newer->n && is_same_form(newer, older) && older->paddr >= newer->end &&
	       older->paddr - newer->end <= MAX_RECORD_GAP &&
	       newer->first_ts + DISORDER_NS >= older->last_ts;
}

/* A few records alone are chance. Next to others of the same ring they are its newest, or its
 * oldest. */
static void keep_few(struct finder *finder, const struct chain *chain)
{
	const struct chain *before =
		finder->n_chains ? &finder->chains[finder->n_chains - 1] : NULL;

	if (before && is_older_part(before, chain)) {
		keep(finder, chain);
		finder->done = chain->end;
	} else if (chain->paddr >= finder->few.end) {
		finder->few = *chain;
	}
}

/* Which header size makes the longest chain? */
static void try_chain(struct finder *finder, uint64_t paddr, struct cdm_layout layout)
{
	struct chain best = { .n = 0 };

	for (uint32_t size = LEAST_HEADER; size <= MOST_HEADER; size += 4) {
		struct chain chain = follow(finder, paddr, layout, size);

		if (chain.n > best.n)
			best = chain;
	}
	if (best.n < CHAIN) {
		if (best.n)
			keep_few(finder, &best);
		return;
	}
	if (is_older_part(&finder->few, &best))
		keep(finder, &finder->few);
	finder->few.n = 0;
	keep(finder, &best);
	finder->done = best.end;
}

/* The two lengths as the header has them one behind the other: could a record have them? */
static bool could_be_lengths(uint32_t both)
{
	uint32_t len = both & 0xffff, text_len = both >> 16;

	return !(len & 0xc003) && text_len && text_len + LEAST_HEADER <= len;
}

static void look_at(struct finder *finder, const uint8_t *raw, uint64_t paddr, uint32_t both)
{
	/* A big-endian machine's, each of the two in this order. */
	uint32_t swapped = (both & 0xff00ff) << 8 | (both >> 8 & 0xff00ff);

	for (unsigned big = 0; big < 2; big++) {
		struct cdm_layout layout = { big, 0 };

		if (!could_be_lengths(big ? swapped : both))
			continue;
		struct header header = parse(raw, layout);

		if (header.len < header.text_len + header.dict_len + LEAST_HEADER ||
		    header.len >= header.text_len + header.dict_len + MOST_HEADER + MOST_PADDING ||
		    header.ts >= MAX_TS)
			continue;
		try_chain(finder, paddr, layout);
	}
}

/* Neither order of bytes makes of these a length that is a multiple of 4 and not too large. */
static bool are_no_lengths(uint32_t both)
{
	return both == 0 || ((both & 0xc003) && (both & 0x03c0));
}

static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	static const struct cdm_layout little = { false, 8 };
	struct finder *finder = priv;
	size_t pos = -piece->paddr & 3;

	(void)err;
	for (; pos < piece->n_places && piece->len - pos >= LEAST_HEADER + 4; pos += 8) {
		uint64_t lengths = cdm_load_u64(piece->bytes + pos + 8, little);
		uint32_t here = (uint32_t)lengths, next = (uint32_t)(lengths >> 32);

		if (lengths == 0 || piece->paddr + pos < finder->done)
			continue;
		if (!are_no_lengths(here))
			look_at(finder, piece->bytes + pos, piece->paddr + pos, here);
		if (!are_no_lengths(next) && piece->paddr + pos + 4 >= finder->done)
			look_at(finder, piece->bytes + pos + 4, piece->paddr + pos + 4, next);
	}
	return CDM_OK;
}

/* Are both of one ring, by their form and their place? */
static bool belong_together(const struct chain *one, const struct chain *next)
{
	return next->paddr >= one->end && next->paddr - one->end <= MAX_GAP &&
	       is_same_form(one, next);
}

/* The chain that time goes back most before: it is the oldest; 0: it goes on from the first. */
static unsigned find_oldest(const struct chain *chains, unsigned n)
{
	uint64_t most = 0;
	unsigned oldest = 0;

	for (unsigned i = 1; i < n; i++) {
		uint64_t before = chains[i - 1].last_ts, ts = chains[i].first_ts;

		if (before > ts && before - ts > most) {
			most = before - ts;
			oldest = i;
		}
	}
	return oldest;
}

static void add_ring(struct finder *finder, const struct chain *chains, unsigned n)
{
	unsigned oldest = find_oldest(chains, n);
	uint64_t base = chains[0].paddr;
	struct cdm_carved find = { .shape = &cdm_shape_records, .layout = chains[0].layout };

	find.ring.records = (struct cdm_carved_records){
		.paddr = base,
		.size = chains[n - 1].end - base,
		.first_idx = chains[oldest].paddr - base,
		.next_idx = chains[oldest ? oldest - 1 : n - 1].end - base,
		.header_size = chains[0].header_size,
	};
	for (unsigned i = 0; i < n; i++)
		find.n_records += chains[i].n;
	cdm_carve_add(finder->common.carve, &find);
}

static bool conclude(void *priv)
{
	struct finder *finder = priv;
	unsigned begin = 0;

	for (unsigned i = 1; i <= finder->n_chains; i++) {
		if (i < finder->n_chains &&
		    belong_together(&finder->chains[i - 1], &finder->chains[i]))
			continue;
		add_ring(finder, &finder->chains[begin], i - begin);
		begin = i;
	}
	return false;
}

static enum cdm_status begin(struct cdm_carve *carve, void **priv, struct cdm_error *err)
{
	return cdm_carve_begin(carve, sizeof(struct finder), priv, err);
}

static enum cdm_status open_find(struct cdm_kernel *kernel, const struct cdm_carved *find,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	return cdm_records_open_carved(kernel, &find->ring.records, damage, priv, err);
}

const struct cdm_shape cdm_shape_records = {
	.generation = &cdm_ring_records,
	.rank = CDM_SHAPE_RECORDS,
	.begin = begin,
	.look = look,
	.conclude = conclude,
	.end = cdm_carve_end,
	.open = open_find,
};
