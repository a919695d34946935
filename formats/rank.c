// SPDX-License-Identifier: GPL-2.0-or-later
/* rank.c - how many pages were dumped before this one? */

#include "formats/rank.h"
#include "base/checked.h"
#include "base/limits.h"

#include <inttypes.h>
#include <stdlib.h>

#define SMALL_READ 512 /* bytes: where only a little of the bitmap is needed */

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

	/* The piece that was read last: bytes [piece_start, +piece_len) of the bitmap, and the
	 * bits set before it. */
	uint64_t piece_start, piece_before;
	size_t piece_len;
	uint8_t piece[CDM_BITMAP_PIECE];

	/* The last answer: neighbours are asked for next, and counted on from it. */
	uint64_t last_n, last_before;
};

enum cdm_status cdm_rank_new(struct cdm_source *source, uint64_t at, uint64_t n_bits,
			     uint64_t first, struct cdm_rank **out, struct cdm_error *err)
{
	struct cdm_rank *rank = malloc(sizeof(*rank));

	if (!rank)
		return cdm_fail_memory(err, "page bitmap");
	rank->n_checkpoints = 0;
	rank->piece_before = 0;
	rank->piece_len = 0;
	rank->source = source;
	rank->at = at;
	rank->n_bits = n_bits;
	rank->first = first;
	rank->base = first / 8 / CDM_BITMAP_PIECE * CDM_BITMAP_PIECE;
	rank->piece_start = rank->base;
	rank->spacing = CDM_BITMAP_PIECE;
	rank->last_n = UINT64_MAX;
	*out = rank;
	return CDM_OK;
}

void cdm_rank_free(struct cdm_rank *rank)
{
	free(rank);
}

#define EVERY_SECOND_BIT 0x5555555555555555u
#define EVERY_SECOND_PAIR 0x3333333333333333u
#define EVERY_SECOND_NIBBLE 0x0f0f0f0f0f0f0f0fu
#define EVERY_BYTE 0x0101010101010101u

/* Sums of the pairs, then of the nibbles, of a word's bits: each nibble is 0..4. */
static inline uint64_t nibble_sums(uint64_t word)
{
	uint64_t pairs = word - (word >> 1 & EVERY_SECOND_BIT);

	return (pairs & EVERY_SECOND_PAIR) + (pairs >> 2 & EVERY_SECOND_PAIR);
}

/* Each byte of the two nibbles' sum. */
static inline uint64_t byte_sums(uint64_t nibbles)
{
	return (nibbles & EVERY_SECOND_NIBBLE) + (nibbles >> 4 & EVERY_SECOND_NIBBLE);
}

static inline uint64_t load(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Words are added up before their sums are folded: three fit into a nibble, ten such triples into
 * a byte. That is about ten instructions for 64 page frames. */
static uint64_t count_words(const uint8_t *bytes, size_t n_words)
{
	uint64_t total = 0;

	while (n_words >= 3) {
		size_t triples = n_words / 3 < 10 ? n_words / 3 : 10;
		uint64_t sums = 0;

		n_words -= 3 * triples;
		for (; triples; triples--, bytes += 24)
			sums += byte_sums(nibble_sums(load(bytes)) + nibble_sums(load(bytes + 8)) +
					  nibble_sums(load(bytes + 16)));
		/* Bytes are up to 240: their sum needs 16 bits. */
		uint64_t wide = (sums & 0x00ff00ff00ff00ffu) + (sums >> 8 & 0x00ff00ff00ff00ffu);

		total += wide * 0x0001000100010001u >> 48;
	}
	for (; n_words; n_words--, bytes += 8)
		total += byte_sums(nibble_sums(load(bytes))) * EVERY_BYTE >> 56;
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
static uint64_t count_between(const struct cdm_rank *rank, uint64_t from, uint64_t n)
{
	const uint8_t *bytes = rank->piece;

	if (n <= from)
		return 0;
	size_t last = (size_t)(n / 8 - rank->piece_start);
	size_t begin = (size_t)(from / 8 - rank->piece_start);
	uint64_t total = cdm_count_bits(bytes + begin, last - begin);

	if (n % 8)
		total += (uint64_t)__builtin_popcount(bytes[last] & ((1u << n % 8) - 1));
	if (from % 8)
		total -= (uint64_t)__builtin_popcount(bytes[begin] & ((1u << from % 8) - 1));
	return total;
}

/* Bits of [first, n). Those before `first` belong to another file of a split set. */
static uint64_t count_before(struct cdm_rank *rank, uint64_t n)
{
	uint64_t start = cdm_max(rank->first, rank->piece_start * 8);

	if (rank->last_n >= start && rank->last_n <= n)
		rank->last_before += count_between(rank, rank->last_n, n);
	else
		rank->last_before = rank->piece_before + count_between(rank, start, n);
	rank->last_n = n;
	return rank->last_before;
}

/* Reads bytes of the piece at `start` until it reaches byte `needed` of the bitmap, or all of the
 * piece. */
static enum cdm_status fill_piece(struct cdm_rank *rank, uint64_t needed, struct cdm_error *err)
{
	uint64_t from = rank->piece_start + rank->piece_len;
	uint64_t piece_end = cdm_min(rank->piece_start + CDM_BITMAP_PIECE, (rank->n_bits + 7) / 8);
	uint64_t wanted = (needed / SMALL_READ + 1) * SMALL_READ;
	uint64_t at;
	size_t got = 0;

	if (needed < from)
		return CDM_OK;
	size_t len = (size_t)(cdm_min(wanted, piece_end) - from);

	if (cdm_add(rank->at, from, &at))
		return cdm_fail(err, CDM_CORRUPT, "the page bitmap lies behind 2^64 bytes");
	enum cdm_status st =
		cdm_source_read(rank->source, at, rank->piece + rank->piece_len, len, &got, err);

	rank->piece_len += got;
	if (needed < rank->piece_start + rank->piece_len)
		return CDM_OK;
	if (st && st != CDM_TRUNCATED)
		return cdm_context(err, "page bitmap at offset 0x%" PRIx64, at);
	return cdm_fail(err, CDM_TRUNCATED,
			"page bitmap: byte %" PRIu64 " should be at offset 0x%" PRIx64
			", where the file has ended",
			needed, rank->at + needed);
}

/* Goes back to the last checkpoint at or before a byte. */
static void rewind_to(struct cdm_rank *rank, uint64_t byte)
{
	uint64_t i = (byte - rank->base) / rank->spacing;

	if (i >= rank->n_checkpoints)
		i = rank->n_checkpoints ? rank->n_checkpoints - 1 : 0;
	rank->piece_start = rank->base + i * rank->spacing;
	rank->piece_before = rank->n_checkpoints ? rank->checkpoints[i] : 0;
	rank->piece_len = 0;
	rank->last_n = UINT64_MAX;
}

enum cdm_status cdm_rank_find(struct cdm_rank *rank, uint64_t n, bool *is_set, uint64_t *before,
			      struct cdm_error *err)
{
	uint64_t byte = n / 8;

	if (byte < rank->piece_start)
		rewind_to(rank, byte);
	while (byte >= rank->piece_start + CDM_BITMAP_PIECE) {
		uint64_t next = rank->piece_start + CDM_BITMAP_PIECE;

		if (fill_piece(rank, next - 1, err))
			return err->status;
		keep_checkpoint(rank, rank->piece_start, rank->piece_before);
		rank->piece_before = count_before(rank, next * 8);
		rank->piece_start = next;
		rank->piece_len = 0;
	}
	if (fill_piece(rank, byte, err))
		return err->status;
	keep_checkpoint(rank, rank->piece_start, rank->piece_before);
	*is_set = rank->piece[byte - rank->piece_start] >> n % 8 & 1;
	*before = count_before(rank, n);
	return CDM_OK;
}
