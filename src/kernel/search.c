// SPDX-License-Identifier: GPL-2.0-or-later
/* search.c - where is the description of the kernel that died, if the container has none? */

#include "kernel/search.h"
#include "base/ascii.h"
#include "kernel/calibrate.h"
#include "kernel/confirm.h"
#include "kernel/home.h"
#include "kernel/rank.h"
#include "kernel/scan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A description that was found in memory, or in the container. */
struct found {
	const char *origin;    /* "scan", "note" */
	uint64_t paddr;        /* in memory */
	struct cdm_bytes text; /* owned */
	bool is_proved;
	struct cdm_standing standing;
	uint64_t uts_paddrs[CDM_MAX_UTS_PLACES]; /* where its init_uts_ns may be */
	unsigned n_uts_paddrs;
};

struct search {
	struct cdm_kernel *kernel;
	const struct cdm_proof *proof;
	struct cdm_closest *closest;
	struct found finds[CDM_MAX_FINDS]; /* of different kernels */
	unsigned n_finds;
	struct cdm_scan_words words;
	struct found *best;      /* proved; NULL: none yet */
	bool is_last_resort;     /* memory holds nothing better than a kernel that is elsewhere */
	bool has_unread;         /* some of memory could not be read: */
	struct cdm_error unread; /* ... this is the first reason */
	bool is_doubtful; /* the container's own description lacks but pages: only a kernel that
			     * the container confirms is taken instead */
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

	found->standing.has_crash_time =
		read_crash_time(found->text, len, &found->standing.crash_time);
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
	len_without_crash_time(found);
	for (unsigned i = 0; i < search->n_finds; i++)
		if (describe_one_kernel(&search->finds[i], found))
			return &search->finds[i];
	return NULL;
}

/* ---- which is better? ---- */

/* A capture kernel whose log does not say what it is, since its beginning is lost. */
static void tell_captures(struct search *search)
{
	for (unsigned i = 0; i < search->n_finds; i++)
		for (unsigned j = 0; j < search->n_finds; j++)
			if (i != j && search->finds[i].is_proved && search->finds[j].is_proved &&
			    cdm_keeps_room_for(search->kernel->dump, &search->finds[i].standing,
					       &search->finds[j].standing))
				search->finds[j].standing.evidence.is_capture = true;
}

static bool is_allowed(const struct search *search, const struct found *found)
{
	if (!found->is_proved || (found->standing.is_elsewhere && !search->is_last_resort))
		return false;
	return !search->is_doubtful || found->standing.is_confirmed ||
	       strcmp(found->origin, "scan") != 0;
}

static bool choose(struct search *search)
{
	search->best = NULL;
	tell_captures(search);
	for (unsigned i = 0; i < search->n_finds; i++) {
		struct found *found = &search->finds[i];

		if (is_allowed(search, found) &&
		    (!search->best || cdm_is_likelier(&found->standing, &search->best->standing)))
			search->best = found;
	}
	return search->best != NULL;
}

/* ---- attempts ---- */

static enum cdm_status attempt(struct search *search, const struct found *found,
			       struct cdm_error *err)
{
	struct cdm_candidate candidate = {
		.text = found->text,
		.origin = found->origin,
		.uts_paddrs = found->uts_paddrs,
		.n_uts_paddrs = found->n_uts_paddrs,
	};

	return cdm_attempt(search->kernel, search->proof, &candidate, err);
}

/* Puts it to the proof, and asks what speaks for it. Fails only where nothing else would do better. */
static enum cdm_status judge(struct search *search, struct found *found, struct cdm_error *err)
{
	struct cdm_error failure;

	if (attempt(search, found, &failure)) {
		if (cdm_ends_all(failure.status)) {
			*err = failure;
			return failure.status;
		}
		if (!strcmp(found->origin, "scan"))
			cdm_context(&failure, "VMCOREINFO found at 0x%" PRIx64, found->paddr);
		cdm_closest_keep(search->closest, &failure);
		return CDM_OK;
	}
	struct cdm_standing *standing = &found->standing;
	uint64_t unused;

	found->is_proved = true;
	standing->has_place = cdm_kernel_mark(search->kernel, &unused, &standing->paddr);
	standing->is_elsewhere = cdm_kernel_is_elsewhere(search->kernel);
	standing->is_confirmed |= cdm_confirms(search->kernel);
	search->proof->examine(search->proof->context, &standing->evidence);
	cdm_attempt_undo(search->kernel);
	return CDM_OK;
}

/* Keeps a text of the container's, or of memory. Returns NULL: out of memory. */
static struct found *keep(struct search *search, const struct found *found, struct cdm_error *err)
{
	uint8_t *copy = malloc(found->text.len + 1);

	if (!copy) {
		cdm_fail_memory(err, "VMCOREINFO");
		return NULL;
	}
	memcpy(copy, found->text.at, found->text.len);
	search->finds[search->n_finds] = *found;
	search->finds[search->n_finds].text.at = copy;
	return &search->finds[search->n_finds++];
}

/* Of two texts of one kernel the one that says more counts. */
static enum cdm_status merge(struct found *kept, const struct found *found, struct cdm_error *err)
{
	kept->standing.is_note |= found->standing.is_note;
	if (found->standing.corehdr)
		kept->standing.corehdr = found->standing.corehdr;
	if (kept->standing.has_crash_time || !found->standing.has_crash_time)
		return CDM_OK;
	uint8_t *copy = realloc((void *)kept->text.at, found->text.len + 1);

	if (!copy)
		return cdm_fail_memory(err, "VMCOREINFO");
	memcpy(copy, found->text.at, found->text.len);
	kept->text = (struct cdm_bytes){ copy, found->text.len };
	kept->standing.has_crash_time = true;
	kept->standing.crash_time = found->standing.crash_time;
	return CDM_OK;
}

/* Looks at a find; *kept is what came of it, NULL where there was no room for it. */
static enum cdm_status consider(struct search *search, const struct cdm_find *find,
				struct found **kept, struct cdm_error *err)
{
	struct found found = {
		.origin = "scan",
		.paddr = find->paddr,
		.text = find->text,
		.standing = { .is_note = find->is_note, .corehdr = find->corehdr },
	};

	*kept = find_same(search, &found);
	if (*kept)
		return merge(*kept, &found, err);
	if (search->n_finds == CDM_MAX_FINDS)
		return CDM_OK;
	*kept = keep(search, &found, err);
	if (!*kept)
		return err->status;
	return judge(search, *kept, err);
}

/* What the machine itself leads to is the kernel that runs on it. */
static enum cdm_status follow_pointers(struct search *search, struct cdm_error *err)
{
	struct cdm_scan scan;
	struct cdm_find find;
	struct found *kept;
	enum cdm_status st =
		cdm_scan_begin(&scan, search->kernel->dump, CDM_SCAN_PAGES, &search->words, err);

	for (unsigned nth = 0; !st; nth++) {
		st = cdm_scan_pointer(&scan, nth, &find, err);
		if (st == CDM_NOT_MINE)
			st = CDM_OK;
		else if (!st && !(st = consider(search, &find, &kept, err)) && kept)
			kept->standing.is_pointed_at = kept->standing.is_confirmed = true;
	}
	cdm_scan_end(&scan);
	return st == CDM_END ? CDM_OK : st;
}

/* Has it come to a kernel that nothing in memory could surpass? */
static bool is_decided(const struct search *search)
{
	for (unsigned i = 0; i < search->n_finds; i++)
		if (search->finds[i].is_proved && cdm_is_decisive(&search->finds[i].standing))
			return true;
	return false;
}

/* Goes over memory once, or until nothing better can come; over words only if they were not noted before. */
static enum cdm_status go_over(struct search *search, enum cdm_scan_places places,
			       struct cdm_error *err)
{
	struct cdm_scan scan;
	struct cdm_find find;
	struct found *kept;
	enum cdm_status st =
		cdm_scan_begin(&scan, search->kernel->dump, places, &search->words, err);

	while (!st && !(st = cdm_scan_next(&scan, &find, err))) {
		st = consider(search, &find, &kept, err);
		if (!st && kept && kept->is_proved && cdm_is_decisive(&kept->standing))
			break;
	}
	if (scan.pieces.has_unread && !search->has_unread)
		search->unread = scan.pieces.unread;
	search->has_unread |= scan.pieces.has_unread;
	cdm_scan_end(&scan);
	return st == CDM_END ? CDM_OK : st;
}

/* Its text becomes the kernel's own. */
static enum cdm_status take(struct search *search, struct cdm_error *err)
{
	struct found *best = search->best;
	enum cdm_status st = attempt(search, best, err);

	if (st)
		return st;
	search->kernel->is_doubtful = best->standing.is_elsewhere;
	search->kernel->own_text = (char *)best->text.at;
	best->text.at = NULL;
	return CDM_OK;
}

static enum cdm_status fail(const struct search *search, struct cdm_error *err)
{
	struct cdm_error why;

	if (search->closest->is_set) {
		*err = search->closest->err;
		return search->closest->err.status;
	}
	if (cdm_dump_lacks_part(search->kernel->dump, &why))
		return cdm_fail(err, CDM_ERR_NO_INFO,
				"no VMCOREINFO, neither as a note nor in the memory of the files "
				"that were given: %s",
				why.text);
	if (search->kernel->dump->lost) {
		*err = *search->kernel->dump->lost;
		return cdm_context(err, "no VMCOREINFO in the memory that can be reached");
	}
	if (search->has_unread) {
		*err = search->unread;
		cdm_context(err,
			    "no VMCOREINFO, neither as a note nor in the memory that can be read");
		err->status = CDM_ERR_NO_INFO;
		return CDM_ERR_NO_INFO;
	}
	if (!cdm_has_kernel_name(search->kernel->dump))
		return cdm_fail(err, CDM_ERR_NO_INFO,
				"no VMCOREINFO, neither as a note nor in memory, where no Linux "
				"kernel's name stands either: is it encrypted (SEV, TDX, Secure "
				"Execution), or the memory of another system?");
	return cdm_fail(err, CDM_ERR_NO_INFO,
			"no VMCOREINFO, neither as a note nor in memory: nothing says which kernel "
			"this is; if its VMCOREINFO was saved, try --vmcoreinfo=FILE");
}

/* Those from `first` on that were not proved get another chance: by the place of their names in
 * memory. */
static enum cdm_status try_calibrated(struct search *search, unsigned first, struct cdm_error *err)
{
	struct cdm_calibration kernels[CDM_MAX_FINDS];
	unsigned n = search->n_finds - first;
	enum cdm_status st;

	for (unsigned i = 0; i < n; i++)
		kernels[i] = (struct cdm_calibration){ .text = search->finds[first + i].text };
	if (n && (st = cdm_calibrate(search->kernel->dump, kernels, n, err)))
		return st;
	for (unsigned i = 0; i < n; i++) {
		struct found *found = &search->finds[first + i];

		if (found->is_proved || kernels[i].n_uts_paddrs == 0)
			continue;
		found->n_uts_paddrs = kernels[i].n_uts_paddrs;
		memcpy(found->uts_paddrs, kernels[i].uts_paddrs, sizeof(found->uts_paddrs));
		st = judge(search, found, err);
		if (st)
			return st;
	}
	return CDM_OK;
}

/* A lesser proof, where nothing passed the full one: the container's own have been tried. */
static enum cdm_status try_relaxed(struct search *search, struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	for (unsigned i = 0; !st && i < search->n_finds; i++)
		if (search->finds[i].n_uts_paddrs || !strcmp(search->finds[i].origin, "scan"))
			st = judge(search, &search->finds[i], err);
	return st;
}

static enum cdm_status keep_container_descriptions(struct search *search, struct cdm_error *err)
{
	const struct cdm_dump *dump = search->kernel->dump;

	for (unsigned i = 0; i < dump->n_descriptions; i++) {
		struct found found = {
			.origin = dump->descriptions[i].origin,
			.text = { (const uint8_t *)dump->descriptions[i].text,
				  dump->descriptions[i].len },
		};

		len_without_crash_time(&found);
		if (!keep(search, &found, err))
			return err->status;
	}
	return CDM_OK;
}

/* Each further step costs a walk over memory, and is taken where those before proved nothing. A description
 * that the caller gave is looked for nowhere else. */
static enum cdm_status search_memory(struct search *search, struct cdm_error *err)
{
	bool is_given = search->kernel->dump->is_described;
	enum cdm_status st = keep_container_descriptions(search, err);

	if (!st && !is_given)
		st = follow_pointers(search, err);
	if (!st && !is_given && !is_decided(search))
		st = go_over(search, CDM_SCAN_PAGES, err);
	if (st || choose(search))
		return st;
	st = try_calibrated(search, 0, err);
	if (st || choose(search))
		return st;
	unsigned n_before = search->n_finds;

	if (!is_given)
		st = go_over(search, CDM_SCAN_WORDS, err);
	if (st || choose(search))
		return st;
	st = try_calibrated(search, n_before, err);
	if (st || choose(search))
		return st;
	search->is_last_resort = true;
	return choose(search) ? CDM_OK : fail(search, err);
}

/* By the ring that the kernel booted with, which may be an old copy of the log. */
static enum cdm_status search_relaxed(struct search *search, struct cdm_error *err)
{
	const struct cdm_proof *proof = search->proof;
	struct cdm_error reason = *err;

	if (cdm_ends_all(reason.status) || search->n_finds == 0)
		return reason.status;
	proof->relax(proof->context, &reason);
	enum cdm_status st = try_relaxed(search, err);

	if (!st && choose(search))
		return take(search, err);
	proof->relax(proof->context, NULL);
	if (st)
		return st;
	*err = reason;
	return reason.status;
}

enum cdm_status cdm_search(struct cdm_kernel *kernel, const struct cdm_proof *proof,
			   struct cdm_closest *closest, struct cdm_error *err)
{
	struct search search = {
		.kernel = kernel,
		.proof = proof,
		.closest = closest,
		.is_doubtful = cdm_closest_is_near(closest),
	};
	enum cdm_status st = search_memory(&search, err);

	st = st ? search_relaxed(&search, err) : take(&search, err);
	for (unsigned i = 0; i < search.n_finds; i++)
		free((void *)search.finds[i].text.at);
	return st;
}
