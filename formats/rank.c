// SPDX-License-Identifier: GPL-2.0-or-later
/* rank.c - how many pages were dumped before this one? */

#include "formats/rank.h"
#include "base/checked.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdlib.h>

#define SMALL_READ 512 /* bytes: where only a little of the bitmap is needed */

/* Bytes [start, +len) of the bitmap, and how many bits are set before them. */
struct piece {
	bool is_used;
	unsigned age;
	uint64_t start, before;
	size_t len;
	uint64_t last_n, last_before; /* the last answer: neighbours are asked for next */
	uint8_t bytes[CDM_BITMAP_PIECE];
};

struct cdm_rank {
	struct cdm_source *source; /* borrowed */
	uint64_t at;               /* of the bitmap in the file */
	uint64_t n_bits, first;
	uint64_t
		base; /* byte of the bitmap that counting begins with: that of `first`, rounded down */

	/* Bits of [first, checkpoint i's byte) for every i-th stretch of `spacing` bytes. */
	uint64_t spacing; /* a multiple of CDM_BITMAP_PIECE */
	unsigned n_checkpoints;
	uint64_t checkpoints[CDM_RANK_CHECKPOINTS];

	unsigned clock;
	struct piece pieces[CDM_BITMAP_PIECES];
};

enum cdm_status cdm_rank_new(struct cdm_source *source, uint64_t at, uint64_t n_bits,
			     uint64_t first, struct cdm_rank **out, struct cdm_error *err)
{
	struct cdm_rank *rank = malloc(sizeof(*rank));

	if (!rank)
		return cdm_fail_memory(err, "page bitmap");
	rank->source = source;
	rank->at = at;
	rank->n_bits = n_bits;
	rank->first = first;
	rank->base = first / 8 / CDM_BITMAP_PIECE * CDM_BITMAP_PIECE;
	rank->spacing = CDM_BITMAP_PIECE;
	rank->n_checkpoints = 0;
	rank->clock = 0;
	for (unsigned i = 0; i < CDM_BITMAP_PIECES; i++) {
		rank->pieces[i].is_used = false;
		rank->pieces[i].age = 0;
	}
	*out = rank;
	return CDM_OK;
}

void cdm_rank_free(struct cdm_rank *rank)
{
	free(rank);
}

static inline uint64_t load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Bits of a word, by sums of pairs, nibbles and bytes. */
static inline uint64_t count_word(uint64_t word)
{
	word -= word >> 1 & 0x5555555555555555u;
	word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
	return ((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u >> 56;
}

/* Adds two words to *sum, each bit for itself; returns what is carried. */
static inline uint64_t add_words(uint64_t *sum, uint64_t a, uint64_t b)
{
	uint64_t half = *sum ^ a;
	uint64_t carry = (*sum & a) | (half & b);

	*sum = half ^ b;
	return carry;
}

/* Eight words are added as columns of bits, and only what reaches the column of eights is counted
 * (carry-save adders, as Harley and Seal have it): ten instructions for 64 page frames. */
static uint64_t count_words(const uint8_t *bytes, size_t n_words)
{
	uint64_t ones = 0, twos = 0, fours = 0, eights = 0;

	for (; n_words >= 8; n_words -= 8, bytes += 64) {
		uint64_t two_a = add_words(&ones, load(bytes), load(bytes + 8));
		uint64_t two_b = add_words(&ones, load(bytes + 16), load(bytes + 24));
		uint64_t four_a = add_words(&twos, two_a, two_b);

		two_a = add_words(&ones, load(bytes + 32), load(bytes + 40));
		two_b = add_words(&ones, load(bytes + 48), load(bytes + 56));
		uint64_t four_b = add_words(&twos, two_a, two_b);

		eights += count_word(add_words(&fours, four_a, four_b));
	}
	uint64_t total =
		8 * eights + 4 * count_word(fours) + 2 * count_word(twos) + count_word(ones);

	for (; n_words; n_words--, bytes += 8)
		total += count_word(load(bytes));
	return total;
}

uint64_t cdm_count_bits(const uint8_t *bytes, size_t len)
{
	uint64_t total = count_words(bytes, len / 8);

	for (size_t i = len & ~(size_t)7; i < len; i++)
		total += (uint64_t)__builtin_popcount(bytes[i]);
	return total;
}

/* Keeps the count at the start of a piece, if a checkpoint is due there. When the table is full,
 * every other checkpoint goes and their spacing doubles. */
static void keep_checkpoint(struct cdm_rank *rank, uint64_t start, uint64_t before)
{
	start -= rank->base;
	if (start % rank->spacing || start / rank->spacing != rank->n_checkpoints)
		return;
	if (rank->n_checkpoints == CDM_RANK_CHECKPOINTS) {
		rank->n_checkpoints /= 2;
		rank->spacing *= 2;
		for (unsigned i = 0; i < rank->n_checkpoints; i++)
			rank->checkpoints[i] = rank->checkpoints[2 * i];
		if (start % rank->spacing)
			return;
	}
	rank->checkpoints[rank->n_checkpoints++] = before;
}

/* Bits of [from, n), given that the piece holds the bytes up to n. */
static uint64_t count_between(const struct piece *piece, uint64_t from, uint64_t n)
{
	if (n <= from)
		return 0;
	size_t last = (size_t)(n / 8 - piece->start);
	size_t begin = (size_t)(from / 8 - piece->start);
	uint64_t total = cdm_count_bits(piece->bytes + begin, last - begin);

	if (n % 8)
		total += (uint64_t)__builtin_popcount(piece->bytes[last] & ((1u << n % 8) - 1));
	if (from % 8)
		total -= (uint64_t)__builtin_popcount(piece->bytes[begin] & ((1u << from % 8) - 1));
	return total;
}

/* Bits of [first, n). Those before `first` belong to another file of a split set. */
static uint64_t count_before(const struct cdm_rank *rank, struct piece *piece, uint64_t n)
{
	if (piece->last_n > n) {
		piece->last_n = cdm_max(rank->first, piece->start * 8);
		piece->last_before = piece->before;
	}
	piece->last_before += count_between(piece, piece->last_n, n);
	piece->last_n = cdm_max(piece->last_n, n);
	return piece->last_before;
}

/* Reads bytes of the piece until it reaches byte `needed` of the bitmap, or all of the piece. */
static enum cdm_status fill(const struct cdm_rank *rank, struct piece *piece, uint64_t needed,
			    struct cdm_error *err)
{
	uint64_t from = piece->start + piece->len;
	uint64_t end = cdm_min(piece->start + CDM_BITMAP_PIECE, (rank->n_bits + 7) / 8);
	uint64_t wanted = (needed / SMALL_READ + 1) * SMALL_READ;
	uint64_t at;
	size_t got = 0;

	if (needed < from)
		return CDM_OK;
	if (cdm_add(rank->at, from, &at))
		return cdm_fail(err, CDM_CORRUPT, "the page bitmap lies behind 2^64 bytes");
	enum cdm_status st = cdm_source_read(rank->source, at, piece->bytes + piece->len,
					     (size_t)(cdm_min(wanted, end) - from), &got, err);

	piece->len += got;
	if (needed < piece->start + piece->len)
		return CDM_OK;
	if (st && st != CDM_TRUNCATED)
		return cdm_context(err, "page bitmap at offset 0x%" PRIx64, at);
	return cdm_fail(err, CDM_TRUNCATED,
			"page bitmap: byte %" PRIu64 " should be at offset 0x%" PRIx64
			", where the file has ended",
			needed, rank->at + needed);
}

static struct piece *find_piece(struct cdm_rank *rank, uint64_t start)
{
	for (unsigned i = 0; i < CDM_BITMAP_PIECES; i++)
		if (rank->pieces[i].is_used && rank->pieces[i].start == start)
			return &rank->pieces[i];
	return NULL;
}

/* The oldest slot, for the piece at `start`. */
static struct piece *take_piece(struct cdm_rank *rank, uint64_t start, uint64_t before)
{
	struct piece *piece = &rank->pieces[0];

	for (unsigned i = 1; i < CDM_BITMAP_PIECES; i++)
		if (rank->pieces[i].age < piece->age)
			piece = &rank->pieces[i];
	piece->is_used = true;
	piece->start = start;
	piece->before = piece->last_before = before;
	piece->last_n = cdm_max(rank->first, start * 8);
	piece->len = 0;
	return piece;
}

/* The start of the piece to count on from to reach the one at `start`, and the bits before it: of
 * the pieces at hand and the checkpoints, the nearest. */
static uint64_t nearest_before(const struct cdm_rank *rank, uint64_t start, uint64_t *before)
{
	uint64_t i = (start - rank->base) / rank->spacing;
	uint64_t nearest = rank->base;

	*before = 0;
	if (rank->n_checkpoints) {
		i = cdm_min(i, rank->n_checkpoints - 1);
		nearest = rank->base + i * rank->spacing;
		*before = rank->checkpoints[i];
	}
	for (unsigned slot = 0; slot < CDM_BITMAP_PIECES; slot++) {
		const struct piece *piece = &rank->pieces[slot];

		if (piece->is_used && piece->start <= start && piece->start > nearest) {
			nearest = piece->start;
			*before = piece->before;
		}
	}
	return nearest;
}

/* From `at` on the bitmap may lie in a hole of the file, up to the piece that begins at the result. */
static uint64_t behind_hole(const struct cdm_rank *rank, uint64_t at)
{
	uint64_t data = cdm_source_next_data(rank->source, rank->at + at) - rank->at;

	return cdm_max(at, data - data % CDM_BITMAP_PIECE);
}

/* From piece to piece; over a hole behind one without bits, but not beyond the one at `start`. */
static uint64_t go_on(struct cdm_rank *rank, const struct piece *piece, uint64_t start,
		      uint64_t before)
{
	uint64_t at = piece->start + CDM_BITMAP_PIECE;

	if (before != piece->before || at == start)
		return at;
	uint64_t to = cdm_min(behind_hole(rank, at), start);

	while (at < to) {
		uint64_t past = (at - rank->base) % rank->spacing;

		keep_checkpoint(rank, at, before);
		at += rank->spacing - past;
	}
	return to;
}

/* The piece at `start`, with the number of bits before it: counts forward to it. */
static enum cdm_status go_to(struct cdm_rank *rank, uint64_t start, struct piece **out,
			     struct cdm_error *err)
{
	uint64_t before;
	uint64_t at = nearest_before(rank, start, &before);
	enum cdm_status st;

	for (;;) {
		struct piece *piece = find_piece(rank, at);

		if (!piece)
			piece = take_piece(rank, at, before);
		piece->age = ++rank->clock;
		keep_checkpoint(rank, at, piece->before);
		*out = piece;
		if (at == start)
			return CDM_OK;
		st = fill(rank, piece, at + CDM_BITMAP_PIECE - 1, err);
		if (st)
			return st;
		before = count_before(rank, piece, (at + CDM_BITMAP_PIECE) * 8);
		at = go_on(rank, piece, start, before);
	}
}

/* The piece that holds bit n, read as far as that. */
static enum cdm_status load_bit(struct cdm_rank *rank, uint64_t n, struct piece **out,
				struct cdm_error *err)
{
	uint64_t byte = n / 8;
	uint64_t start = byte / CDM_BITMAP_PIECE * CDM_BITMAP_PIECE;
	enum cdm_status st = CDM_OK;

	*out = find_piece(rank, start);
	if (*out)
		(*out)->age = ++rank->clock;
	else
		st = go_to(rank, start, out, err);
	if (st)
		return st;
	return fill(rank, *out, byte, err);
}

enum cdm_status cdm_rank_find(struct cdm_rank *rank, uint64_t n, bool *is_set, uint64_t *before,
			      struct cdm_error *err)
{
	struct piece *piece;
	enum cdm_status st = load_bit(rank, n, &piece, err);

	if (st)
		return st;
	*is_set = piece->bytes[n / 8 - piece->start] >> n % 8 & 1;
	*before = count_before(rank, piece, n);
	return CDM_OK;
}

/* The first bit in [n, end) that is `value`, or end. The piece holds the bits up to end. */
static uint64_t seek_bit(const struct piece *piece, uint64_t n, uint64_t end, bool value)
{
	uint8_t none = value ? 0x00 : 0xff;

	while (n < end) {
		uint8_t byte = piece->bytes[n / 8 - piece->start];

		if (n % 8 == 0 && byte == none)
			n += 8;
		else if ((byte >> n % 8 & 1) == value)
			return n;
		else
			n++;
	}
	return end;
}

enum cdm_status cdm_rank_run(struct cdm_rank *rank, uint64_t n, uint64_t *begin, uint64_t *end,
			     struct cdm_error *err)
{
	enum cdm_status st;

	while (n < rank->n_bits) {
		uint64_t next_piece = (n / 8 / CDM_BITMAP_PIECE + 1) * CDM_BITMAP_PIECE * 8;
		uint64_t limit = cdm_min(next_piece, rank->n_bits);
		struct piece *piece;

		if ((st = load_bit(rank, n, &piece, err)) ||
		    (st = fill(rank, piece, (limit - 1) / 8, err)))
			return st;
		*begin = seek_bit(piece, n, limit, true);
		if (*begin < limit) {
			*end = seek_bit(piece, *begin, limit, false);
			return CDM_OK;
		}
		n = limit;
		if (limit == next_piece)
			n = behind_hole(rank, limit / 8) * 8;
	}
	return CDM_END;
}
