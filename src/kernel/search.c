// SPDX-License-Identifier: GPL-2.0-or-later
/* search.c - where is the description of the kernel that died, if the container has none? */

#include "kernel/search.h"
#include "base/ascii.h"
#include "kernel/confirm.h"
#include "kernel/scan.h"

#include <inttypes.h>
#include <stdlib.h>

/* A description that was found in memory. */
struct found {
	uint64_t paddr;
	struct cdm_bytes text; /* owned */
	bool is_note;
	bool is_proved;
	bool is_confirmed, is_capture; /* of a proved one */
	bool has_crash_time;
	uint64_t crash_time; /* seconds since 1970 */
};

struct search {
	struct cdm_kernel *kernel;
	const struct cdm_proof *proof;
	struct cdm_closest *closest;
	struct found finds[CDM_MAX_FINDS]; /* of different kernels */
	unsigned n_finds;
	struct found *best; /* proved; NULL: none yet */
};

/* ---- what was found ---- */

static bool read_crash_time(struct cdm_bytes text, size_t at, uint64_t *seconds)
{
	static const char key[] = "CRASHTIME=";
	size_t pos = at + sizeof(key) - 1;

	if (text.len < pos || memcmp(text.at + at, key, sizeof(key) - 1) != 0)
		return false;
	*seconds = 0;
	for (; pos < text.len && cdm_is_digit(text.at[pos]); pos++)
		*seconds = *seconds * 10 + (uint64_t)(text.at[pos] - '0');
	return true;
}

/* A kernel appends the time of its crash to one copy of its description, or to none. */
static size_t len_without_crash_time(struct found *found)
{
	static const char key[] = "\nCRASHTIME=";
	const uint8_t *at = memmem(found->text.at, found->text.len, key, sizeof(key) - 1);

	if (!at)
		return found->text.len;
	size_t len = (size_t)(at - found->text.at) + 1;

	found->has_crash_time = read_crash_time(found->text, len, &found->crash_time);
	return len;
}

static bool describe_one_kernel(struct found *one, struct found *other)
{
	size_t len = len_without_crash_time(one);

	return len == len_without_crash_time(other) &&
	       memcmp(one->text.at, other->text.at, len) == 0;
}

static struct found *find_same(struct search *search, struct found *found)
{
	for (unsigned i = 0; i < search->n_finds; i++)
		if (describe_one_kernel(&search->finds[i], found))
			return &search->finds[i];
	return NULL;
}

/* Of two texts of one kernel the one that says more is kept. */
static void merge(struct found *kept, struct found *found)
{
	if (found->has_crash_time && !kept->has_crash_time) {
		struct cdm_bytes text = kept->text;

		kept->text = found->text;
		kept->has_crash_time = true;
		kept->crash_time = found->crash_time;
		found->text = text;
	}
	kept->is_note |= found->is_note;
}

/* ---- which is better? ---- */

/* 1, -1: a or b by this alone; 0: it does not tell. */
static int prefer(bool a, bool b)
{
	return (int)a - (int)b;
}

static bool is_better(const struct found *a, const struct found *b)
{
	int by_time = prefer(a->has_crash_time, b->has_crash_time);
	int by = prefer(!a->is_capture, !b->is_capture);

	if (!by)
		by = prefer(a->is_confirmed, b->is_confirmed);
	if (!by)
		by = by_time;
	if (!by && a->has_crash_time)
		by = prefer(a->crash_time > b->crash_time, a->crash_time < b->crash_time);
	if (!by)
		by = prefer(a->is_note, b->is_note);
	return by > 0;
}

static void choose(struct search *search)
{
	search->best = NULL;
	for (unsigned i = 0; i < search->n_finds; i++) {
		struct found *found = &search->finds[i];

		if (found->is_proved && (!search->best || is_better(found, search->best)))
			search->best = found;
	}
}

static bool is_decisive(const struct found *found)
{
	return found->is_proved && found->is_confirmed && found->is_note && !found->is_capture;
}

/* ---- attempts ---- */

static enum cdm_status attempt(struct search *search, const struct found *found,
			       struct cdm_error *err)
{
	struct cdm_candidate candidate = { .text = found->text, .origin = "scan" };

	return cdm_attempt(search->kernel, search->proof, &candidate, err);
}

/* Puts it to the proof, and asks what speaks for it. Fails only where nothing else would do better. */
static enum cdm_status judge(struct search *search, struct found *found, struct cdm_error *err)
{
	struct cdm_evidence evidence;
	struct cdm_error failure;

	if (attempt(search, found, &failure)) {
		if (cdm_ends_all(failure.status)) {
			*err = failure;
			return err->status;
		}
		cdm_context(&failure, "VMCOREINFO found at 0x%" PRIx64, found->paddr);
		cdm_closest_keep(search->closest, &failure);
		return CDM_OK;
	}
	found->is_proved = true;
	found->is_confirmed = cdm_confirms(search->kernel);
	search->proof->examine(search->proof->context, &evidence);
	found->is_capture = evidence.is_capture;
	cdm_attempt_undo(search->kernel);
	return CDM_OK;
}

/* Keeps a find, or what it says more of one that was kept; too many are not kept. */
static enum cdm_status consider(struct search *search, const struct cdm_find *find,
				struct found **kept, struct cdm_error *err)
{
	struct found found = { .paddr = find->paddr, .text = find->text, .is_note = find->is_note };

	*kept = NULL;
	if (search->n_finds == CDM_MAX_FINDS && !find_same(search, &found))
		return CDM_OK;
	uint8_t *copy = malloc(find->text.len);

	if (!copy)
		return cdm_fail_memory(err, "VMCOREINFO");
	memcpy(copy, find->text.at, find->text.len);
	found.text.at = copy;
	struct found *same = find_same(search, &found);

	if (same) {
		merge(same, &found);
		free((void *)found.text.at);
		*kept = same;
		return CDM_OK;
	}
	len_without_crash_time(&found);
	*kept = &search->finds[search->n_finds++];
	**kept = found;
	return judge(search, *kept, err);
}

/* Goes over memory once; *is_over: nothing better can come. */
static enum cdm_status go_over(struct search *search, enum cdm_scan_places places, bool *is_over,
			       struct cdm_error *err)
{
	struct cdm_scan scan;
	struct cdm_find find;
	struct found *kept;
	enum cdm_status st = cdm_scan_begin(&scan, search->kernel->dump, places, err);

	*is_over = false;
	while (!st && !*is_over) {
		st = cdm_scan_next(&scan, &find, err);
		if (!st)
			st = consider(search, &find, &kept, err);
		if (!st && kept)
			*is_over = is_decisive(kept);
	}
	cdm_scan_end(&scan);
	return st == CDM_END ? CDM_OK : st;
}

/* Its text becomes the kernel's own. */
static enum cdm_status take(struct search *search, struct cdm_error *err)
{
	struct found *best = search->best;

	if (attempt(search, best, err))
		return err->status;
	search->kernel->own_text = (char *)best->text.at;
	best->text.at = NULL;
	return CDM_OK;
}

static enum cdm_status fail(const struct search *search, struct cdm_error *err)
{
	if (search->closest->is_set) {
		*err = search->closest->err;
		return err->status;
	}
	return cdm_fail(err, CDM_ERR_NO_INFO,
			"no VMCOREINFO, neither as a note nor in memory: nothing says which kernel "
			"this is; if its VMCOREINFO was saved, try --vmcoreinfo=FILE");
}

static enum cdm_status search_memory(struct search *search, struct cdm_error *err)
{
	bool is_over;

	if (go_over(search, CDM_SCAN_PAGES, &is_over, err))
		return err->status;
	choose(search);
	return search->best ? take(search, err) : fail(search, err);
}

enum cdm_status cdm_search(struct cdm_kernel *kernel, const struct cdm_proof *proof,
			   struct cdm_closest *closest, struct cdm_error *err)
{
	struct search search = { .kernel = kernel, .proof = proof, .closest = closest };

	if (kernel->dump->is_described) {
		*err = closest->err;
		return err->status;
	}
	enum cdm_status st = search_memory(&search, err);

	for (unsigned i = 0; i < search.n_finds; i++)
		free((void *)search.finds[i].text.at);
	return st;
}
