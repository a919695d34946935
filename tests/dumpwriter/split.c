// SPDX-License-Identifier: GPL-2.0-or-later
/* split.c - how is the machine shared out to several kdump-compressed files?
 *
 *     split = N                 files $dump.0 to $dump.N-1
 *     split_at = BLOCK ...      where the second and later ones begin; a name: the block it is in
 *     split_flat = FILE ...     numbers of those that are flattened
 *     split_incomplete = FILE ...
 */

#include "tests/dumpwriter/dump.h"

struct split {
	const struct dw_settings *settings;
	uint64_t n_files;
	uint64_t n_blocks; /* of the whole machine */
	uint64_t *starts;  /* and where the last one ends */
};

static uint64_t boundary(const struct dw_dump *dump, const char *word, uint64_t block_size)
{
	uint64_t block;

	if (dw_parse_number(word, &block))
		return block;
	return dw_find_place(dump, word).at / block_size;
}

/* The shares are even where nothing else is said. */
static void choose_ranges(struct split *split, const struct dw_dump *dump, uint64_t block_size)
{
	const char *value = dw_get(split->settings, "dump", "split_at", NULL);
	size_t n_words = 0;
	char **words = value ? dw_words(dump->arena, value, &n_words) : NULL;

	if (value && n_words != split->n_files - 1)
		dw_die("%s: split_at has %zu numbers for %llu files", split->settings->script->path,
		       n_words, (unsigned long long)split->n_files);
	split->starts =
		dw_alloc(dump->arena, (size_t)(split->n_files + 1) * sizeof(*split->starts));
	for (uint64_t i = 1; i < split->n_files; i++)
		split->starts[i] = value ? boundary(dump, words[i - 1], block_size)
					 : split->n_blocks * i / split->n_files;
	split->starts[split->n_files] = split->n_blocks;
}

/* Does the list of numbers name this file? */
static bool is_named(const struct dw_dump *dump, const char *key)
{
	size_t n_words;
	char **words = dw_words(dump->arena, dw_get(dump->settings, "dump", key, ""), &n_words);

	for (size_t i = 0; i < n_words; i++) {
		if (dw_number(dump->settings, key, words[i]) == dump->part)
			return true;
	}
	return false;
}

static void write_file(const struct dw_dump *machine, const struct split *split, uint64_t number,
		       const char *path)
{
	struct dw_dump dump = *machine;
	struct dw_kdump_part part = { .is_part = true,
				      .start = split->starts[number],
				      .end = split->starts[number + 1] };

	dump.part = number;
	part.is_incomplete = is_named(&dump, "split_incomplete");
	dw_write_kdump(&dump, &part);
	dw_finish(&dump, is_named(&dump, "split_flat") ? "flat" : "none",
		  dw_format(dump.arena, "%s.%llu", path, (unsigned long long)number));
}

void dw_write_split(struct dw_dump *dump, const char *path)
{
	uint64_t page_size = (uint64_t)1 << dump->kernel.page_shift;
	uint64_t block_size = dw_get_number(dump->settings, "dump", "block_size", page_size);
	struct split split = { .settings = dump->settings };

	split.n_files = dw_get_number(dump->settings, "dump", "split", 1);
	split.n_blocks = dw_round_up(dw_memory_end(&dump->memory), block_size) / block_size;
	choose_ranges(&split, dump, block_size);
	for (uint64_t i = 0; i < split.n_files; i++)
		write_file(dump, &split, i, path);
}
