// SPDX-License-Identifier: GPL-2.0-or-later
/* carve.c - which logs stand in memory, and which of them is the dead kernel's? */

#include "printk/carve.h"
#include "base/checked.h"
#include "kernel/attempt.h"
#include "printk/carve_lines.h"
#include "printk/early.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct cdm_shape *const shapes[] = {
	&cdm_shape_lockless,
	&cdm_shape_blocks,
	&cdm_shape_records,
	&cdm_shape_text,
};

#define N_SHAPES (sizeof(shapes) / sizeof(*shapes))

/* Chains of three to five records are in much memory. */
#define FEW_RECORDS 8

/* Of the texts of a log one in so many may hold "%s". */
#define MAX_DIRECTIVE_SHARE 8

#define BLOCK 1024 /* bytes that are passed over at once where they are zeros */

struct walkers {
	void *priv[N_SHAPES];
	bool wants[N_SHAPES]; /* the second walk */
};

/* Few records, and not the first ones, may be chance. */
static bool is_doubtful(const struct cdm_carved *find)
{
	return find->n_records < FEW_RECORDS && !find->has_beginning;
}

bool cdm_carve_is_likelier(const struct cdm_carved *one, const struct cdm_carved *other)
{
	if (one->is_capture_kernel != other->is_capture_kernel)
		return other->is_capture_kernel;
	if (is_doubtful(one) != is_doubtful(other))
		return is_doubtful(other);
	if (one->shape->rank != other->shape->rank)
		return one->shape->rank > other->shape->rank;
	if (one->likeness != other->likeness)
		return one->likeness > other->likeness;
	return one->n_records > other->n_records;
}

void cdm_carve_add(struct cdm_carve *carve, const struct cdm_carved *find)
{
	struct cdm_carved *poorest = &carve->finds[0];

	if (carve->n_finds < CDM_MAX_CARVED) {
		carve->finds[carve->n_finds++] = *find;
		return;
	}
	for (unsigned i = 1; i < CDM_MAX_CARVED; i++)
		if (cdm_carve_is_likelier(poorest, &carve->finds[i]))
			poorest = &carve->finds[i];
	if (cdm_carve_is_likelier(find, poorest))
		*poorest = *find;
}

static bool is_zero(const uint8_t *at, size_t len)
{
	return len == 0 || (at[0] == 0 && !memcmp(at, at + 1, len - 1));
}

/* The next part of a piece from *pos on in which there is something: most memory holds zeros. */
static bool next_part(const struct cdm_piece *piece, size_t *pos, struct cdm_piece *part)
{
	size_t begin = *pos, end;

	while (begin < piece->n_places &&
	       is_zero(piece->bytes + begin, (size_t)cdm_min(BLOCK, piece->n_places - begin)))
		begin += BLOCK;
	if (begin >= piece->n_places)
		return false;
	for (end = begin + BLOCK; end < piece->n_places; end += BLOCK)
		if (is_zero(piece->bytes + end, (size_t)cdm_min(BLOCK, piece->n_places - end)))
			break;
	*part = (struct cdm_piece){
		.paddr = piece->paddr + begin,
		.bytes = piece->bytes + begin,
		.len = piece->len - begin,
		.n_places = (size_t)cdm_min(end, piece->n_places) - begin,
	};
	*pos = end;
	return true;
}

static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	struct walkers *walkers = priv;
	struct cdm_piece part;
	size_t pos = 0;
	enum cdm_status st = CDM_OK;

	while (!st && next_part(piece, &pos, &part))
		for (size_t i = 0; i < N_SHAPES && !st; i++)
			st = shapes[i]->look(walkers->priv[i], &part, err);
	return st;
}

static enum cdm_status look_again(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	struct walkers *walkers = priv;
	struct cdm_piece part;
	size_t pos = 0;
	bool wanted = true;

	(void)err;
	while (wanted && next_part(piece, &pos, &part)) {
		wanted = false;
		for (size_t i = 0; i < N_SHAPES; i++) {
			if (walkers->wants[i])
				walkers->wants[i] = !shapes[i]->look_again(walkers->priv[i], &part);
			wanted |= walkers->wants[i];
		}
	}
	return wanted ? CDM_OK : CDM_END;
}

enum cdm_status cdm_carve_begin(struct cdm_carve *carve, size_t size, void **priv,
				struct cdm_error *err)
{
	struct cdm_carve_finder *finder = calloc(1, size);

	if (!finder)
		return cdm_fail_memory(err, "carving");
	finder->carve = carve;
	*priv = finder;
	return cdm_window_open(&finder->window, carve->kernel, CDM_CARVE_WINDOW, err);
}

void cdm_carve_end(void *priv)
{
	struct cdm_carve_finder *finder = priv;

	cdm_window_close(&finder->window);
	free(finder);
}

static enum cdm_status walk_twice(struct cdm_carve *carve, struct walkers *walkers,
				  struct cdm_error *err)
{
	struct cdm_visitor first = { look, walkers }, second = { look_again, walkers };
	bool wanted = false;
	enum cdm_status st;

	for (size_t i = 0; i < N_SHAPES; i++)
		if ((st = shapes[i]->begin(carve, &walkers->priv[i], err)))
			return st;
	st = cdm_memory_walk(carve->kernel->dump, &first, err);
	for (size_t i = 0; i < N_SHAPES && !st; i++) {
		walkers->wants[i] = shapes[i]->conclude(walkers->priv[i]);
		wanted |= walkers->wants[i];
	}
	return wanted && !st ? cdm_memory_walk(carve->kernel->dump, &second, err) : st;
}

static enum cdm_status find_all(struct cdm_carve *carve, struct cdm_error *err)
{
	struct walkers walkers = { 0 };
	enum cdm_status st = walk_twice(carve, &walkers, err);

	for (size_t i = 0; i < N_SHAPES; i++)
		if (walkers.priv[i])
			shapes[i]->end(walkers.priv[i]);
	return st;
}

enum cdm_status cdm_carve_open(struct cdm_kernel *kernel, const struct cdm_carved *found,
			       struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	kernel->layout = found->layout;
	return found->shape->open(kernel, found, damage, priv, err);
}

/* Texts that hold "%s" were never printed: they are constants. */
static bool are_constants(unsigned n_directives, unsigned n)
{
	return n_directives > 1 && n_directives > n / MAX_DIRECTIVE_SHARE;
}

/* What do its first records say? *is_log is false if it is no log. Fails if it cannot be opened. */
static enum cdm_status examine(struct cdm_carve *carve, struct cdm_carved *find, bool *is_log,
			       struct cdm_error *err)
{
	struct cdm_evidence evidence = { .is_capture = false };
	struct cdm_damage damage = { 0 };
	struct cdm_record rec;
	unsigned n = 0, n_directives = 0;
	void *priv;
	enum cdm_status st = cdm_carve_open(carve->kernel, find, &damage, &priv, err);

	cdm_damage_clear(&damage);
	*is_log = false;
	if (st)
		return st;
	for (; n < CDM_MAX_EARLY_RECORDS && !evidence.is_capture; n++) {
		st = find->shape->generation->next(priv, &rec, err);
		if (st)
			break;
		cdm_heed_early_record(&rec, &evidence);
		n_directives += cdm_has_directive(rec.text.at, rec.text.len);
	}
	find->shape->generation->close(priv);
	cdm_damage_clear(&damage);
	find->is_capture_kernel = evidence.is_capture;
	find->has_beginning |= evidence.has_beginning;
	*is_log = !are_constants(n_directives, n);
	return cdm_ends_all(st) ? st : CDM_OK;
}

/* *best is NULL if none can be opened. What the system refused for others is damage. */
static enum cdm_status choose(struct cdm_carve *carve, const struct cdm_carved **best,
			      struct cdm_damage *damage, struct cdm_error *err)
{
	*best = NULL;
	for (unsigned i = 0; i < carve->n_finds; i++) {
		struct cdm_carved *find = &carve->finds[i];
		bool is_log = false;
		enum cdm_status st = examine(carve, find, &is_log, err);

		if (cdm_ends_all(st))
			return st;
		if (st == CDM_ERR_SYSTEM) {
			cdm_context(err, "another log, which cannot be read");
			cdm_damage_add(damage, err);
		}
		if (is_log && (!*best || cdm_carve_is_likelier(find, *best)))
			*best = find;
	}
	return CDM_OK;
}

static void tell(struct cdm_damage *damage, const struct cdm_carve *carve,
		 const struct cdm_carved *chosen)
{
	struct cdm_error err;
	uint64_t most = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < carve->n_finds; i++) {
		/* Texts alone are mostly those of a log that was found whole, too. */
		if (&carve->finds[i] == chosen || carve->finds[i].shape->rank == CDM_SHAPE_TEXTS)
			continue;
		most = cdm_max(most, carve->finds[i].n_records);
		n++;
	}
	if (n == 0)
		return;
	cdm_fail(&err, CDM_ERR_NO_INFO,
		 "memory holds %u other log%s, of %" PRIu64 " records at most: left by early boot, "
		 "an older boot, another kernel",
		 n, n == 1 ? "" : "s", most);
	cdm_damage_add(damage, &err);
}

/* The architecture is what the container says, if that has such numbers. A shape that knows none
 * (word: 0) says nothing against it. */
static const struct cdm_arch *arch_of(const struct cdm_dump *dump, struct cdm_layout layout)
{
	const struct cdm_arch *arch;

	for (unsigned i = 0; (arch = cdm_arch_at(i)); i++)
		if (arch->elf_machine == dump->elf_machine &&
		    (!layout.word || (arch->layout.big_endian == layout.big_endian &&
				      arch->layout.word == layout.word)))
			return arch;
	return NULL;
}

/* A kernel of physical memory: every address is its own translation. */
static enum cdm_status new_kernel(struct cdm_dump *dump, struct cdm_kernel **out,
				  struct cdm_error *err)
{
	/* A description that says nothing: no key is there. */
	static const uint8_t line[] = "CARVED=yes\n";
	struct cdm_bytes nothing = { line, sizeof(line) - 1 };
	static const struct cdm_proposal none = {
		.image_len = UINT64_MAX,
		.outside = CDM_OUTSIDE_CLAIMS,
		.image_from = "none",
		.outside_from = "none",
	};
	struct cdm_kernel *kernel = calloc(1, sizeof(*kernel));

	if (!kernel)
		return cdm_fail_memory(err, "kernel");
	enum cdm_status st = cdm_vmcoreinfo_new(nothing, &kernel->info, err);

	if (st) {
		free(kernel);
		return st;
	}
	kernel->dump = dump;
	kernel->page_size = 4096;
	kernel->info_origin = "none";
	cdm_translation_begin(&kernel->translation, &none, dump);
	*out = kernel;
	return CDM_OK;
}

static enum cdm_status refuse(const struct cdm_dump *dump, struct cdm_error *err)
{
	if (!dump->unsearched)
		return cdm_fail(err, CDM_ERR_NO_INFO, "memory holds nothing that looks like a log");
	return cdm_fail(err, CDM_ERR_NO_INFO, "nothing that looks like a log was found: %s",
			dump->unsearched->text);
}

enum cdm_status cdm_carve_find(struct cdm_dump *dump, struct cdm_damage *damage,
			       struct cdm_kernel **kernel, struct cdm_carved *found,
			       struct cdm_error *err)
{
	struct cdm_carve *carve = calloc(1, sizeof(*carve));
	enum cdm_status st =
		carve ? new_kernel(dump, &carve->kernel, err) : cdm_fail_memory(err, "carving");

	if (!st)
		st = find_all(carve, err);
	const struct cdm_carved *chosen = NULL;

	if (!st)
		st = choose(carve, &chosen, damage, err);
	if (!st && !chosen)
		st = refuse(dump, err);
	if (st) {
		if (carve)
			cdm_kernel_close(carve->kernel);
		free(carve);
		return st;
	}
	tell(damage, carve, chosen);
	if (dump->unsearched)
		cdm_damage_add(damage, dump->unsearched);
	carve->kernel->arch = arch_of(dump, chosen->layout);
	*found = *chosen;
	*kernel = carve->kernel;
	free(carve);
	return CDM_OK;
}
