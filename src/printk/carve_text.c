// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_text.c - where in memory is the log of Linux up to 3.4, if nothing says it?
 *
 * Lines that begin with <priority>, one after the other. The kernel's own constants begin so, too, and
 * there are thousands of them, but each ends with a NUL: a line of a log follows a newline. */

#include "base/checked.h"
#include "printk/carve_lines.h"
#include "printk/carve_text_ring.h"

/* Lines farther apart are of two texts: a page that was lost, and a line on each side of it. */
#define MAX_APART 6144
#define MAX_CUT_LINE 1024 /* before the first whole one */
#define SECTOR 64         /* what is lost of a text begins and ends at a multiple of it */
#define MAX_ODD 8         /* bytes that are no text within a line: damage, if none is NUL */

struct finder {
	struct cdm_carve_finder common; /* comes first */
	uint64_t first, last;           /* lines that follow a newline; last 0: there is none */
	struct cdm_carved finds[CDM_MAX_CARVED];
	unsigned n_finds;
};

/* ---- a text ---- */

static void keep(struct finder *finder, const struct cdm_carved *find)
{
	struct cdm_carved *poorest = &finder->finds[0];

	if (finder->n_finds < CDM_MAX_CARVED) {
		finder->finds[finder->n_finds++] = *find;
		return;
	}
	for (unsigned i = 1; i < CDM_MAX_CARVED; i++)
		if (cdm_carve_is_likelier(poorest, &finder->finds[i]))
			poorest = &finder->finds[i];
	if (cdm_carve_is_likelier(find, poorest))
		*poorest = *find;
}

/* Where the text goes on after what is no text at paddr, which is before `end`. *is_damage: a part of the
 * text itself was lost there. After a ring that is full variables of the kernel may be zeros, too. */
static uint64_t end_of_gap(struct cdm_window *window, uint64_t begin, uint64_t paddr, uint64_t end,
			   bool *is_damage)
{
	bool is_missing = false, has_nul = false;
	uint64_t at = paddr;
	size_t len;

	while (at < end) {
		const uint8_t *raw = cdm_line_bytes(window, at, &len);

		if (raw && cdm_is_line_text(*raw))
			break;
		is_missing |= !raw;
		has_nul |= raw && *raw == 0;
		at = raw ? at + 1 : cdm_max(window->bad_end, at + 1);
	}
	*is_damage = is_missing || (!has_nul && at - paddr <= MAX_ODD) ||
		     (paddr % SECTOR == 0 && at % SECTOR == 0 &&
		      !cdm_text_is_ring(window, begin, paddr));
	return at;
}

/* The texts from the one on that the first line is of. What was lost within one does not end it. */
static void judge_texts(struct finder *finder)
{
	struct cdm_window *window = &finder->common.window;
	uint64_t begin = cdm_begin_of_lines(window, finder->first, MAX_CUT_LINE), at = begin;
	struct cdm_carved find;

	while (at <= finder->last) {
		uint64_t end = cdm_end_of_lines(window, at);
		bool is_damage = false;

		at = end <= finder->last ? end_of_gap(window, begin, end, finder->last, &is_damage)
					 : finder->last + 1;
		if (is_damage)
			continue;
		if (cdm_text_judge(window, begin, end, &find))
			keep(finder, &find);
		begin = at;
	}
}

/* ---- the walk ---- */

/* Is what separates two lines memory that cannot be read, in the midst of a text? */
static bool is_missing_between(struct cdm_window *window, uint64_t last, uint64_t paddr)
{
	uint64_t at = cdm_end_of_lines(window, last);
	bool is_missing = false;
	size_t len;

	while (at < paddr && !cdm_line_bytes(window, at, &len)) {
		is_missing = true;
		at = cdm_max(window->bad_end, at + 1);
	}
	return is_missing && (at >= paddr || paddr - at <= MAX_APART);
}

static void end_text(struct finder *finder)
{
	if (finder->last)
		judge_texts(finder);
	finder->last = 0;
}

static void add_line(struct finder *finder, uint64_t paddr)
{
	if (paddr <= finder->last)
		return;
	if (finder->last && paddr - finder->last > MAX_APART &&
	    !is_missing_between(&finder->common.window, finder->last, paddr))
		end_text(finder);
	if (!finder->last)
		finder->first = paddr;
	finder->last = paddr;
}

static bool follows_newline(struct finder *finder, const struct cdm_piece *piece, size_t pos)
{
	size_t len;
	const uint8_t *before;

	if (pos)
		return piece->bytes[pos - 1] == '\n';
	if (piece->paddr == 0)
		return false;
	before = cdm_line_bytes(&finder->common.window, piece->paddr - 1, &len);
	return before && *before == '\n';
}

static enum cdm_status look(void *priv, const struct cdm_piece *piece, struct cdm_error *err)
{
	struct finder *finder = priv;
	size_t pos = 0;

	(void)err;
	while (pos < piece->n_places) {
		const uint8_t *found = memchr(piece->bytes + pos, '<', piece->n_places - pos);

		if (!found)
			break;
		pos = (size_t)(found - piece->bytes);
		if (cdm_priority_at(found, piece->len - pos) && follows_newline(finder, piece, pos))
			add_line(finder, piece->paddr + pos);
		pos++;
	}
	return CDM_OK;
}

static bool conclude(void *priv)
{
	struct finder *finder = priv;

	end_text(finder);
	for (unsigned i = 0; i < finder->n_finds; i++)
		cdm_carve_add(finder->common.carve, &finder->finds[i]);
	return false;
}

static enum cdm_status begin(struct cdm_carve *carve, void **priv, struct cdm_error *err)
{
	return cdm_carve_begin(carve, sizeof(struct finder), priv, err);
}

static enum cdm_status open_find(struct cdm_kernel *kernel, const struct cdm_carved *find,
				 struct cdm_damage *damage, void **priv, struct cdm_error *err)
{
	return cdm_text_open_carved(kernel, &find->ring.text, damage, priv, err);
}

const struct cdm_shape cdm_shape_text = {
	.generation = &cdm_ring_text,
	.rank = CDM_SHAPE_LINES,
	.begin = begin,
	.look = look,
	.conclude = conclude,
	.end = cdm_carve_end,
	.open = open_find,
};
