// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_plan.c - where is a dump cut, and which of its bytes are changed? */

#include "tests/sweep_plan.h"

#include <stdlib.h>

#define RANDOM_CUTS 200

uint64_t sweep_random(uint64_t *state)
{
	uint64_t n = *state += 0x9e3779b97f4a7c15u;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9u;
	n = (n ^ n >> 27) * 0x94d049bb133111ebu;
	return n ^ n >> 31;
}

static void add(struct sweep_plan *plan, struct sweep_fault fault, unsigned row)
{
	plan->tries = sweep_make_room(plan->tries, plan->n, &plan->room, sizeof(*plan->tries));
	plan->tries[plan->n++] = (struct sweep_try){ fault, row };
}

/* ---- cuts ---- */

static int by_place(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Half of the random places are anywhere; of a large file nearly all of these lie where nothing is
 * read, so the other half are inside of reads. */
static uint64_t random_place(const struct sweep_reads *reads, uint64_t dump_len, size_t i,
			     uint64_t *random)
{
	const struct sweep_range *range = &reads->list[sweep_random(random) % reads->n];

	if (i % 2)
		return sweep_random(random) % dump_len;
	return range->start + sweep_random(random) % (range->end - range->start);
}

void sweep_plan_cuts(struct sweep_plan *plan, const struct sweep_reads *reads, uint64_t dump_len,
		     uint64_t *random)
{
	size_t n = 0;
	uint64_t *places = sweep_alloc((2 * reads->n + RANDOM_CUTS) * sizeof(*places));

	for (size_t i = 0; i < reads->n; i++) {
		places[n++] = reads->list[i].start;
		places[n++] = reads->list[i].end;
	}
	for (size_t i = 0; i < RANDOM_CUTS; i++)
		places[n++] = random_place(reads, dump_len, i, random);
	qsort(places, n, sizeof(*places), by_place);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || places[i] != places[i - 1])
			add(plan, (struct sweep_fault){ .end = places[i] }, SWEEP_CUT);
	free(places);
}

void sweep_plan_all_cuts(struct sweep_plan *plan, const struct sweep_map *map)
{
	for (uint64_t n = 0; n < map->n_bytes; n++)
		add(plan, (struct sweep_fault){ .end = sweep_map_offset(map, n) }, SWEEP_CUT);
}

/* ---- flips ---- */

static void add_flip(struct sweep_plan *plan, const struct sweep_map *map, uint64_t n, uint8_t flip)
{
	struct sweep_fault fault = {
		.end = UINT64_MAX,
		.flip_at = sweep_map_offset(map, n),
		.flip = flip,
	};

	add(plan, fault, map->kinds[n]);
}

static uint8_t random_bit(uint64_t *random)
{
	return (uint8_t)(1u << sweep_random(random) % 8);
}

void sweep_plan_all_flips(struct sweep_plan *plan, const struct sweep_map *map, uint64_t *random)
{
	for (uint64_t n = 0; n < map->n_bytes; n++) {
		add_flip(plan, map, n, 0xff);
		add_flip(plan, map, n, random_bit(random));
	}
}

static void add_random_flip(struct sweep_plan *plan, const struct sweep_map *map, uint64_t n,
			    uint64_t *random)
{
	add_flip(plan, map, n, sweep_random(random) % 2 ? 0xff : random_bit(random));
}

/* The bytes of one kind, as numbers for sweep_map_offset(). */
static uint64_t *bytes_of_kind(const struct sweep_map *map, unsigned kind, size_t *count)
{
	uint64_t *bytes = sweep_alloc(map->n_bytes * sizeof(*bytes));

	*count = 0;
	for (uint64_t n = 0; n < map->n_bytes; n++)
		if (map->kinds[n] == kind)
			bytes[(*count)++] = n;
	return bytes;
}

void sweep_plan_some_flips(struct sweep_plan *plan, const struct sweep_map *map, size_t n,
			   uint64_t *random)
{
	for (size_t i = 0; i < n / 2; i++)
		add_random_flip(plan, map, sweep_random(random) % map->n_bytes, random);
	for (unsigned kind = 0; kind < SWEEP_KINDS; kind++) {
		size_t count;
		uint64_t *bytes = bytes_of_kind(map, kind, &count);

		for (size_t i = 0; count && i < n / 2 / SWEEP_KINDS; i++)
			add_random_flip(plan, map, bytes[sweep_random(random) % count], random);
		free(bytes);
	}
}

void sweep_plan_thin(struct sweep_plan *plan, size_t share)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i += share)
		plan->tries[n++] = plan->tries[i];
	plan->n = n;
}
