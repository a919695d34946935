// SPDX-License-Identifier: GPL-2.0-or-later
/* xen_index.c - which entry of a list of page frames has a number? */

#include "formats/xen_index.h"
#include "base/checked.h"

#include <inttypes.h>
#include <stdlib.h>

#define WINDOW 512 /* entries read at once */
#define NO_PAGE UINT64_MAX

/* Numbers in a group of entries: [lowest, highest], of each kind; lowest > highest: none. */
struct group {
	uint64_t lowest[2], highest[2];
};

struct cdm_xen_index {
	struct cdm_xen_list list;
	uint64_t per_group; /* entries: a multiple of WINDOW */
	unsigned n_groups;
	struct group groups[CDM_XEN_GROUPS];
	uint64_t window_at; /* number of the first entry in `window` */
	unsigned window_len;
	struct cdm_error why; /* the list could not be read to its end */
	uint64_t last;        /* entry that was found last: the next one is often asked for next */
	uint8_t window[WINDOW * 16];
};

static unsigned entry_size(const struct cdm_xen_list *list)
{
	return list->has_machine ? 16 : 8;
}

/* Reads the window that begins with entry `first`, as far as the file goes. */
static enum cdm_status read_window(struct cdm_xen_index *index, uint64_t first,
				   struct cdm_error *err)
{
	const struct cdm_xen_list *list = &index->list;
	size_t want = (size_t)cdm_min(WINDOW, list->n - first) * entry_size(list), got = 0;
	enum cdm_status st =
		cdm_source_read(list->dump->source, list->at + first * entry_size(list),
				index->window, want, &got, err);

	index->window_at = first;
	index->window_len = (unsigned)(got / entry_size(list));
	return st && !cdm_is_missing(st) ? st : CDM_OK;
}

/* The window that holds entry `place`, which is in the list. */
static enum cdm_status load(struct cdm_xen_index *index, uint64_t place, struct cdm_error *err)
{
	uint64_t first = place - place % WINDOW;
	enum cdm_status st;

	if ((index->window_len == 0 || index->window_at != first) &&
	    (st = read_window(index, first, err)))
		return st;
	if (place - first < index->window_len)
		return CDM_OK;
	return cdm_fail(err, CDM_TRUNCATED,
			"the file ends after %" PRIu64 " of the %" PRIu64
			" page frames in its list",
			first + index->window_len, index->list.n);
}

static struct cdm_xen_entry entry_at(const struct cdm_xen_index *index, uint64_t place)
{
	const struct cdm_xen_list *list = &index->list;
	const uint8_t *raw = index->window + (place - index->window_at) * entry_size(list);
	struct cdm_xen_entry entry = { .number = { cdm_load_u64(raw, list->layout), NO_PAGE } };

	if (list->has_machine)
		entry.number[CDM_XEN_MACHINE] = cdm_load_u64(raw + 8, list->layout);
	return entry;
}

static void widen(struct group *group, const struct cdm_xen_entry *entry)
{
	for (unsigned key = 0; key < 2; key++) {
		if (entry->number[key] == NO_PAGE)
			continue;
		group->lowest[key] = cdm_min(group->lowest[key], entry->number[key]);
		group->highest[key] = cdm_max(group->highest[key], entry->number[key]);
	}
}

static enum cdm_status read_list(struct cdm_xen_index *index, struct cdm_error *err)
{
	for (uint64_t place = 0; place < index->list.n; place++) {
		enum cdm_status st = load(index, place, err);

		if (st && st != CDM_TRUNCATED)
			return st;
		if (st) {
			index->list.n = place;
			index->why = *err;
			index->list.dump->lost = &index->why;
			return CDM_OK;
		}
		struct cdm_xen_entry entry = entry_at(index, place);

		widen(&index->groups[place / index->per_group], &entry);
	}
	return CDM_OK;
}

enum cdm_status cdm_xen_index_new(const struct cdm_xen_list *list, struct cdm_xen_index **out,
				  struct cdm_error *err)
{
	struct cdm_xen_index *index = malloc(sizeof(*index));
	uint64_t windows = (list->n + WINDOW - 1) / WINDOW;

	if (!index)
		return cdm_fail_memory(err, "list of page frames");
	index->list = *list;
	index->per_group = WINDOW * (windows / CDM_XEN_GROUPS + 1);
	index->n_groups = (unsigned)((list->n + index->per_group - 1) / index->per_group);
	for (unsigned i = 0; i < index->n_groups; i++)
		index->groups[i] = (struct group){ .lowest = { UINT64_MAX, UINT64_MAX } };
	index->window_len = 0;
	index->last = 0;
	enum cdm_status st = read_list(index, err);

	if (st) {
		cdm_xen_index_free(index);
		return st;
	}
	*out = index;
	return CDM_OK;
}

void cdm_xen_index_free(struct cdm_xen_index *index)
{
	free(index);
}

/* Is it the entry at `place`? */
static bool is_at(struct cdm_xen_index *index, enum cdm_xen_key key, uint64_t number,
		  uint64_t place, struct cdm_error *err)
{
	return place < index->list.n && !load(index, place, err) &&
	       entry_at(index, place).number[key] == number;
}

/* The places [first, end) of the list. */
static enum cdm_status find_between(struct cdm_xen_index *index, enum cdm_xen_key key,
				    uint64_t number, uint64_t first, uint64_t end, uint64_t *place,
				    struct cdm_error *err)
{
	enum cdm_status st;

	for (*place = first; *place < end; ++*place) {
		st = load(index, *place, err);
		if (st)
			return st;
		if (entry_at(index, *place).number[key] == number)
			return CDM_OK;
	}
	return CDM_NOT_MINE;
}

static enum cdm_status find_place(struct cdm_xen_index *index, enum cdm_xen_key key,
				  uint64_t number, uint64_t *place, struct cdm_error *err)
{
	for (*place = index->last; *place <= index->last + 1; ++*place)
		if (is_at(index, key, number, *place, err))
			return CDM_OK;
	for (unsigned i = 0; i < index->n_groups; i++) {
		const struct group *group = &index->groups[i];
		uint64_t first = i * index->per_group;

		if (number < group->lowest[key] || number > group->highest[key])
			continue;
		/* Frames often follow one another. */
		*place = first + (number - group->lowest[key]);
		if (number - group->lowest[key] < index->per_group &&
		    is_at(index, key, number, *place, err))
			return CDM_OK;
		enum cdm_status st =
			find_between(index, key, number, first,
				     cdm_min(first + index->per_group, index->list.n), place, err);

		if (st != CDM_NOT_MINE)
			return st;
	}
	return CDM_NOT_MINE;
}

enum cdm_status cdm_xen_index_find(struct cdm_xen_index *index, enum cdm_xen_key key,
				   uint64_t number, struct cdm_xen_entry *entry, uint64_t *place,
				   struct cdm_error *err)
{
	if (number == NO_PAGE)
		return CDM_NOT_MINE;
	enum cdm_status st = find_place(index, key, number, place, err);

	if (st)
		return st;
	index->last = *place;
	*entry = entry_at(index, *place);
	return CDM_OK;
}

uint64_t cdm_xen_index_run(const struct cdm_xen_index *index, uint64_t place, uint64_t most)
{
	uint64_t pfn = entry_at(index, place).number[CDM_XEN_GUEST], n = 1;
	uint64_t end = index->window_at + index->window_len;

	while (n < most && place + n < end &&
	       entry_at(index, place + n).number[CDM_XEN_GUEST] == pfn + n)
		n++;
	return n;
}

/* The lowest of a group at or above `from`; NO_PAGE: none. */
static enum cdm_status lowest_in(struct cdm_xen_index *index, unsigned number, uint64_t from,
				 uint64_t *pfn, struct cdm_error *err)
{
	uint64_t first = number * index->per_group;
	uint64_t end = cdm_min(first + index->per_group, index->list.n);
	enum cdm_status st;

	for (uint64_t place = first; place < end; place++) {
		st = load(index, place, err);
		if (st)
			return st;
		uint64_t found = entry_at(index, place).number[CDM_XEN_GUEST];

		if (found >= from)
			*pfn = cdm_min(*pfn, found);
		if (found == from)
			break;
	}
	return CDM_OK;
}

enum cdm_status cdm_xen_index_next(struct cdm_xen_index *index, uint64_t from, uint64_t *pfn,
				   struct cdm_error *err)
{
	uint64_t best = NO_PAGE;
	enum cdm_status st;

	for (unsigned i = 0; i < index->n_groups; i++) {
		const struct group *group = &index->groups[i];

		if (group->highest[CDM_XEN_GUEST] < from || group->lowest[CDM_XEN_GUEST] >= best ||
		    group->lowest[CDM_XEN_GUEST] > group->highest[CDM_XEN_GUEST])
			continue;
		if (group->lowest[CDM_XEN_GUEST] >= from)
			best = group->lowest[CDM_XEN_GUEST];
		else if ((st = lowest_in(index, i, from, &best, err)))
			return st;
	}
	if (best == NO_PAGE)
		return CDM_END;
	*pfn = best;
	return CDM_OK;
}
