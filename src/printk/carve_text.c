// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_text.c - where in memory is the log of Linux up to 3.4, if nothing says it?
 *
 * Lines that begin with <priority>, one behind the other. In a ring that has wrapped the newest ends
 * somewhere within, and the rest of a line without a priority follows it: there time goes back. */

#include "base/checked.h"
#include "printk/carve.h"

#include <stdlib.h>

#define LEAST_LINES 4
#define MAX_LINE 4096 /* lines farther apart are of two texts */
#define MAX_PRIORITY_DIGITS 3
#define MAX_CUT_LINE 1024 /* before the first whole one */
#define LINE_BEGIN 40     /* bytes that hold the priority and the time */

struct stretch {
	uint64_t paddr, last; /* of the first line and of the last */
	uint64_t n;
};

struct finder {
	struct cdm_carve_finder common; /* comes first */
	struct stretch current;
	struct stretch stretches[CDM_MAX_CARVED]; /* the longest */
	unsigned n_stretches;
};

static bool is_text(uint8_t c)
{
	return c >= 0x20 || c == '\n' || c == '\t' || c == '\r' || c == 0x1b;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The length of "<30>" at the start of these bytes; 0: there is none. */
static size_t priority_at(const uint8_t *at, size_t len)
{
	size_t digits = 0;

	if (len == 0 || at[0] != '<')
		return 0;
	while (1 + digits < len && digits < MAX_PRIORITY_DIGITS && is_digit(at[1 + digits]))
		digits++;
	return digits && 1 + digits < len && at[1 + digits] == '>' ? digits + 2 : 0;
}

/* The time in "[    1.234567]", in microseconds; false: there is none. */
static bool time_at(const uint8_t *at, size_t len, uint64_t *time)
{
	size_t pos = 1, points = 0;

	*time = 0;
	if (len == 0 || at[0] != '[')
		return false;
	for (; pos < len && pos < LINE_BEGIN && at[pos] != ']'; pos++) {
		if (is_digit(at[pos]))
			*time = *time * 10 + (uint64_t)(at[pos] - '0');
		else if (at[pos] == '.')
			points++;
		else if (at[pos] != ' ')
			return false;
	}
	return points == 1 && pos < len && at[pos] == ']';
}

/* ---- the walk ---- */

static void close_stretch(struct finder *finder)
{
	struct stretch *shortest = &finder->stretches[0];
	struct stretch found = finder->current;

	finder->current.n = 0;
	if (found.n < LEAST_LINES)
		return;
	if (finder->n_stretches < CDM_MAX_CARVED) {
		finder->stretches[finder->n_stretches++] = found;
		return;
	}
	for (unsigned i = 1; i < CDM_MAX_CARVED; i++)
		if (finder->stretches[i].n < shortest->n)
			shortest = &finder->stretches[i];
	if (shortest->n < found.n)
		*shortest = found;
}

static void add_line(struct finder *finder, uint64_t paddr)
{
	struct stretch *current = &finder->current;

	if (current->n && paddr <= current->last)
		return;
	if (current->n && paddr - current->last > MAX_LINE)
		close_stretch(finder);
	if (!current->n++)
		current->paddr = paddr;
	current->last = paddr;
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
		if (priority_at(found, piece->len - pos) &&
		    (pos == 0 || found[-1] == '\n' || !is_text(found[-1])))
			add_line(finder, piece->paddr + pos);
		pos++;
	}
	return CDM_OK;
}

/* ---- what the lines say ---- */

/* At least one byte at paddr, and how many. */
static const uint8_t *get(struct finder *finder, uint64_t paddr, size_t *len)
{
	struct cdm_error unused;
	const uint8_t *raw = cdm_window_get(&finder->common.window, paddr, 1, UINT64_MAX, &unused);

	if (raw)
		*len = finder->common.window.len - (size_t)(raw - finder->common.window.bytes);
	return raw;
}

/* The first address behind paddr where the text ends. */
static uint64_t end_of_text(struct finder *finder, uint64_t paddr)
{
	const uint8_t *raw;
	size_t len;

	while ((raw = get(finder, paddr, &len))) {
		for (size_t i = 0; i < len; i++)
			if (!is_text(raw[i]))
				return paddr + i;
		paddr += len;
	}
	return paddr;
}

/* Where the rest of a line in front of paddr begins. */
static uint64_t begin_of_text(struct finder *finder, uint64_t paddr)
{
	uint64_t begin = paddr;
	size_t len;

	while (begin > 0 && paddr - begin < MAX_CUT_LINE) {
		const uint8_t *raw = get(finder, begin - 1, &len);

		if (!raw || !is_text(*raw))
			break;
		begin--;
	}
	return begin;
}

/* The address behind the newline that ends the line at paddr; `end` if there is none. */
static uint64_t end_of_line(struct finder *finder, uint64_t paddr, uint64_t end)
{
	const uint8_t *raw;
	size_t len;

	while (paddr < end && (raw = get(finder, paddr, &len))) {
		const uint8_t *newline = memchr(raw, '\n', (size_t)cdm_min(len, end - paddr));

		if (newline)
			return paddr + (uint64_t)(newline - raw) + 1;
		paddr += cdm_min(len, end - paddr);
	}
	return end;
}

/* Where a line's priority ends and its time, if it has one. */
static size_t look_at_line(struct finder *finder, uint64_t paddr, uint64_t *time, bool *has_time)
{
	struct cdm_error unused;
	const uint8_t *raw =
		cdm_window_get(&finder->common.window, paddr, LINE_BEGIN, UINT64_MAX, &unused);
	size_t priority = raw ? priority_at(raw, LINE_BEGIN) : 0;

	*has_time = priority && time_at(raw + priority, LINE_BEGIN - priority, time);
	return priority;
}

/* Where the newest line ends: before the line whose time goes back most, or else before one without
 * a priority. begin: nowhere. */
static uint64_t find_seam(struct finder *finder, uint64_t begin, uint64_t end)
{
	uint64_t seam = begin, bare = begin, most = 0, before = 0;
	uint64_t behind_whole = begin; /* the end of the last line with a priority */

	for (uint64_t at = begin, next; at < end; at = next) {
		uint64_t time;
		bool has_time;
		bool is_whole = look_at_line(finder, at, &time, &has_time);

		next = end_of_line(finder, at, end);
		if (has_time && before > time && before - time > most) {
			most = before - time;
			seam = behind_whole;
		}
		if (has_time)
			before = time;
		if (!is_whole && bare == begin && at != begin)
			bare = at;
		if (is_whole)
			behind_whole = next;
	}
	return most ? seam : bare;
}

static void add_stretch(struct finder *finder, const struct stretch *stretch)
{
	uint64_t begin = begin_of_text(finder, stretch->paddr);
	uint64_t end = end_of_text(finder, stretch->last);
	uint64_t seam = find_seam(finder, begin, end);
	struct cdm_carved find = { .shape = &cdm_shape_text, .n_records = stretch->n };

	find.ring.text = (struct cdm_carved_text){
		.paddr = begin,
		.size = end - begin,
		.pos = seam - begin,
	};
	cdm_carve_add(finder->common.carve, &find);
}

static bool conclude(void *priv)
{
	struct finder *finder = priv;

	close_stretch(finder);
	for (unsigned i = 0; i < finder->n_stretches; i++)
		add_stretch(finder, &finder->stretches[i]);
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
