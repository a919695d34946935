// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_memory.c - what does a lost page, or a lost sector of the log, cost? */

#include "tests/sweep_memory.h"

#include "base/checked.h"
#include "lib/reader.h"
#include "tests/sweep_pages.h"
#include "tests/sweep_plan.h"
#include "tests/sweep_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* A run of so many NULs is no text: a sector was lost. */
#define LOST_TEXT 16

#define ZEROS (SWEEP_DAMAGES - SWEEP_LOSSES) /* kinds of zeros */

static const struct {
	const char *name;
	uint64_t len, step; /* of zeros */
} damages[SWEEP_DAMAGES] = {
	[SWEEP_LEFT_OUT] = { "page left out", 0, 0 },
	[SWEEP_UNWRITTEN] = { "page never written", 0, 0 },
	[SWEEP_CORRUPT] = { "page corrupt", 0, 0 },
	[SWEEP_ABSENT] = { "page absent", 0, 0 },
	[SWEEP_DAMAGE_512] = { "512 zeros", 512, 64 },
	[SWEEP_DAMAGE_64] = { "64 zeros", 64, 8 },
	[SWEEP_DAMAGE_8] = { "8 zeros", 8, 8 },
	[SWEEP_DAMAGE_4] = { "4 zeros", 4, 4 },
};

static const char *const place_names[SWEEP_PLACES] = {
	[SWEEP_PLACE_HEAD] = "the ring itself",
	[SWEEP_PLACE_DESCS] = "descriptors",
	[SWEEP_PLACE_INFOS] = "infos",
	[SWEEP_PLACE_TEXTS] = "texts",
	[SWEEP_PLACE_RECORDS] = "records",
	[SWEEP_PLACE_CHARACTERS] = "characters",
	[SWEEP_PLACE_OTHER] = "memory outside the log",
};

struct memory_try {
	unsigned damage;
	size_t index;   /* of a page, or of an area of the ring */
	uint64_t at;    /* in the area */
	unsigned place; /* enum sweep_place */
};

struct memory_sweep {
	const struct sweep_memory_options *options;
	const char *name;
	struct cdm_bytes dump;
	struct sweep_log sound, log;
	struct cdm_reader *reader; /* of the sound dump */
	struct sweep_pages *pages;
	struct sweep_ring ring;
	struct memory_try *tries; /* owned */
	size_t n, room;

	/* In this run, of each sound record: what stood there is changed; so that it can be told; it was
	 * found. Owned. */
	bool *is_touched, *is_told, *is_found;
	bool can_be_told;                 /* of anything */
	enum sweep_part free_part;        /* something that was changed, and no check can find */
	struct sweep_memory_tally *tally; /* shared memory */
};

/* ---- the plan ---- */

static void add(struct memory_sweep *sweep, struct memory_try try)
{
	sweep->tries = sweep_make_room(sweep->tries, sweep->n, &sweep->room, sizeof(*sweep->tries));
	sweep->tries[sweep->n++] = try;
}

static unsigned place_of_area(const struct sweep_area *area)
{
	unsigned place = SWEEP_PLACE_DESCS;

	if (area->is_head)
		return SWEEP_PLACE_HEAD;
	while (place < SWEEP_PLACE_OTHER && strcmp(place_names[place], area->name))
		place++;
	return place;
}

static bool overlaps(const struct sweep_area *area, uint64_t paddr, uint64_t len)
{
	return area->paddr < paddr + len && paddr < area->paddr + area->len;
}

static unsigned place_of_page(const struct sweep_ring *ring, const struct sweep_page *page)
{
	unsigned place = SWEEP_PLACE_OTHER;

	for (size_t i = 0; i < ring->n; i++)
		if (overlaps(&ring->areas[i], page->paddr, page->len))
			place = (unsigned)cdm_min(place, place_of_area(&ring->areas[i]));
	return place;
}

/* Noise among characters, where nothing but the container says that a page is corrupt: any of them is
 * right. */
static bool is_noise_in_characters(const struct memory_sweep *sweep, unsigned how, unsigned place)
{
	return how == SWEEP_CORRUPT && place == SWEEP_PLACE_CHARACTERS &&
	       sweep_pages_are_of_elf(sweep->pages);
}

static void plan_pages(struct memory_sweep *sweep)
{
	for (size_t i = 0; i < sweep_pages_count(sweep->pages); i++) {
		unsigned place = place_of_page(&sweep->ring, sweep_pages_get(sweep->pages, i));

		for (unsigned how = 0; how < SWEEP_LOSSES; how++)
			if (!is_noise_in_characters(sweep, how, place))
				add(sweep, (struct memory_try){ how, i, 0, place });
	}
}

static bool has_bytes(const struct sweep_area *area, uint64_t at, uint64_t len)
{
	for (uint64_t i = at; i < at + len && i < area->len; i++)
		if (area->bytes[i])
			return true;
	return false;
}

/* Words alone of what leads to the ring, and of texts none: no check could find them. */
static bool is_wanted(const struct sweep_area *area, unsigned damage)
{
	bool is_word = damages[damage].len <= 8;

	return area->is_head ? is_word : !is_word || !area->has_texts;
}

static void plan_zeros(struct memory_sweep *sweep, size_t index, unsigned damage)
{
	const struct sweep_area *area = &sweep->ring.areas[index];
	uint64_t step = sweep->options->step ? sweep->options->step : damages[damage].step;

	for (uint64_t at = 0; is_wanted(area, damage) && at < area->len; at += step)
		if (has_bytes(area, at, damages[damage].len))
			add(sweep, (struct memory_try){ damage, index, at, place_of_area(area) });
}

/* Keeps n of the tries from `first` on, in their order, one of each `share`. */
static void thin(struct memory_sweep *sweep, size_t first, size_t n, uint64_t *random)
{
	size_t left = sweep->n - first, kept = first;
	size_t most = sweep->options->all ? left : cdm_min(n, left);
	size_t wanted = (most + sweep->options->share - 1) / sweep->options->share;

	for (size_t i = first; i < sweep->n; i++, left--) {
		if (sweep_random(random) % left >= wanted)
			continue;
		sweep->tries[kept++] = sweep->tries[i];
		wanted--;
	}
	sweep->n = kept;
}

/* n of the places of what leads to the ring, or of its arrays. */
static void plan_some_zeros(struct memory_sweep *sweep, unsigned damage, bool in_head, size_t n,
			    uint64_t *random)
{
	size_t first = sweep->n;

	for (size_t i = 0; i < sweep->ring.n; i++)
		if (sweep->ring.areas[i].is_head == in_head)
			plan_zeros(sweep, i, damage);
	thin(sweep, first, n, random);
}

static void make_plan(struct memory_sweep *sweep)
{
	uint64_t random = sweep->options->seed;

	plan_pages(sweep);
	thin(sweep, 0, sweep->options->n_pages, &random);
	for (unsigned damage = SWEEP_DAMAGE_512; damage < SWEEP_DAMAGES; damage++) {
		plan_some_zeros(sweep, damage, true, SIZE_MAX, &random);
		plan_some_zeros(sweep, damage, false, sweep->options->n_zeros / ZEROS, &random);
	}
}

/* ---- what was touched ---- */

enum effect {
	EFFECT_LOST,  /* the container says so */
	EFFECT_ZEROS, /* what was zero before is not changed */
	EFFECT_NOISE,
};

struct region {
	uint64_t paddr, len;
	enum effect effect;
};

static struct region region_of(const struct memory_sweep *sweep, const struct memory_try *try)
{
	bool is_elf = sweep_pages_are_of_elf(sweep->pages);
	struct region region = { .effect = EFFECT_LOST };

	if (try->damage < SWEEP_LOSSES) {
		const struct sweep_page *page = sweep_pages_get(sweep->pages, try->index);

		region.paddr = page->paddr;
		region.len = page->len;
		if (is_elf && try->damage == SWEEP_UNWRITTEN)
			region.effect = EFFECT_ZEROS;
		if (is_elf && try->damage == SWEEP_CORRUPT)
			region.effect = EFFECT_NOISE;
		return region;
	}
	const struct sweep_area *area = &sweep->ring.areas[try->index];

	region.paddr = area->paddr + try->at;
	region.len = cdm_min(damages[try->damage].len, area->len - try->at);
	region.effect = EFFECT_ZEROS;
	return region;
}

/* Whatever stands there could be right. */
static bool is_free(const struct sweep_area *area, enum sweep_part part)
{
	return part == SWEEP_PART_TIME || part == SWEEP_PART_CALLER ||
	       part == SWEEP_PART_FACILITY || part == SWEEP_PART_LEVEL ||
	       (part == SWEEP_PART_DEVICE && !strcmp(area->name, "infos"));
}

static bool is_text(const struct sweep_area *area, enum sweep_part part)
{
	return part == SWEEP_PART_TEXT || (part == SWEEP_PART_DEVICE && !is_free(area, part));
}

/* Does byte i go on with the text of the one before? */
static bool goes_on(const struct sweep_area *area, uint64_t i)
{
	return area->parts[i - 1] == area->parts[i] &&
	       (area->has_texts || area->records[i - 1] == area->records[i]);
}

/* Can a check find that this byte is wrong, which is one of so many of a text? */
static bool can_be_told(const struct sweep_area *area, uint64_t i, enum effect effect, size_t run)
{
	enum sweep_part part = area->parts[i];

	if (effect == EFFECT_LOST)
		return true;
	if (is_text(area, part))
		return effect == EFFECT_ZEROS && run >= LOST_TEXT;
	return !is_free(area, part);
}

/* Notes the records of bytes [from, to) of an area. */
static void touch_bytes(struct memory_sweep *sweep, const struct sweep_area *area, uint64_t from,
			uint64_t to, enum effect effect)
{
	size_t run = 0;

	for (uint64_t i = from; i < to; i++) {
		run = !is_text(area, area->parts[i]) ? 0
		      : i > from && goes_on(area, i) ? run + 1
						     : 1;
		if (area->is_head)
			sweep->can_be_told = true;
		if (area->records[i] >= sweep->sound.n_records ||
		    (effect == EFFECT_ZEROS && !area->bytes[i]))
			continue;
		sweep->is_touched[area->records[i]] = true;
		if (can_be_told(area, i, effect, run))
			sweep->is_told[area->records[i]] = sweep->can_be_told = true;
		else
			sweep->free_part = area->parts[i];
	}
}

static void touch(struct memory_sweep *sweep, const struct region *region)
{
	size_t size = sweep->sound.n_records * sizeof(bool);

	memset(sweep->is_touched, 0, size);
	memset(sweep->is_told, 0, size);
	sweep->can_be_told = false;
	sweep->free_part = SWEEP_PART_NONE;
	for (size_t i = 0; i < sweep->ring.n; i++) {
		const struct sweep_area *area = &sweep->ring.areas[i];

		if (!overlaps(area, region->paddr, region->len))
			continue;
		touch_bytes(sweep, area, cdm_max(region->paddr, area->paddr) - area->paddr,
			    cdm_min(region->paddr + region->len, area->paddr + area->len) -
				    area->paddr,
			    region->effect);
	}
}

/* ---- judging ---- */

static bool same_record(const struct sweep_log *log, size_t i, const struct sweep_log *sound,
			size_t j)
{
	return log->records[i].len == sound->records[j].len &&
	       !memcmp(log->text + log->records[i].at, sound->text + sound->records[j].at,
		       log->records[i].len);
}

/* Looks for each sound record, in order. Returns how many records are none of them. */
static size_t find_records(struct memory_sweep *sweep)
{
	const struct sweep_log *sound = &sweep->sound, *log = &sweep->log;
	size_t next = 0, n_found = 0;

	for (size_t j = 0; j < sound->n_records; j++) {
		size_t i = next;

		while (i < log->n_records && !same_record(log, i, sound, j))
			i++;
		sweep->is_found[j] = i < log->n_records;
		if (sweep->is_found[j]) {
			next = i + 1;
			n_found++;
		}
	}
	return log->n_records - n_found;
}

struct verdict {
	size_t lost, beyond, other;
	size_t first_beyond;
	bool is_same;
};

static struct verdict weigh(struct memory_sweep *sweep)
{
	struct verdict verdict = { .other = find_records(sweep) };

	for (size_t j = 0; j < sweep->sound.n_records; j++) {
		if (sweep->is_found[j])
			continue;
		if (sweep->is_touched[j])
			verdict.lost++;
		else if (verdict.beyond++ == 0)
			verdict.first_beyond = j;
	}
	verdict.is_same = verdict.lost + verdict.beyond + verdict.other == 0;
	return verdict;
}

static bool touches_all(const struct memory_sweep *sweep)
{
	size_t j = 0;

	while (j < sweep->sound.n_records && sweep->is_touched[j])
		j++;
	return j == sweep->sound.n_records;
}

/* Without the ring's own numbers or page tables, or where something of each record is lost, texts are
 * found by their shape at best. */
static bool may_be_carved(const struct memory_sweep *sweep, const struct memory_try *try)
{
	return try->place == SWEEP_PLACE_HEAD || try->place == SWEEP_PLACE_OTHER ||
	       touches_all(sweep);
}

/* Where records have numbers the first message names the first that is missing, or one before it: what
 * a lost descriptor stood for, the kernel may have given up. */
static const char *judge_message(const struct memory_sweep *sweep)
{
	const struct sweep_log *sound = &sweep->sound, *log = &sweep->log;
	size_t j = 0;

	while (j < sound->n_records && (sweep->is_found[j] || !sweep->is_told[j]))
		j++;
	if (!sound->is_numbered || !log->has_told || j == sound->n_records ||
	    log->first_told <= sound->records[j].seq)
		return NULL;
	return "the first message is about a later record than the first that is missing";
}

static const char *what_is_wrong(const struct memory_sweep *sweep, const struct memory_try *try,
				 const struct verdict *verdict, bool may_differ)
{
	const struct sweep_log *log = &sweep->log;

	if (log->status == 0)
		return verdict->is_same || may_differ ? NULL : "status 0 with another log";
	if (!log->message[0])
		return "no message";
	if (may_be_carved(sweep, try))
		return try->place != SWEEP_PLACE_OTHER && try->damage < SWEEP_LOSSES &&
				       log->status == 1 && !strstr(log->message, "carve")
			       ? "what is left was not carved, nor is that told"
			       : NULL;
	if (log->status == 1)
		return "nothing is left of the log";
	if (log->is_carved)
		return "the ring was not read as one";
	if (verdict->beyond)
		return "records are lost that stood elsewhere";
	if (verdict->other > verdict->lost + 1) /* what is left of a line may look like two */
		return "records that there were not";
	return judge_message(sweep);
}

static void count(struct memory_sweep *sweep, const struct memory_try *try,
		  const struct verdict *verdict, bool may_differ)
{
	struct sweep_count *row = &sweep->tally->counts[try->damage][try->place];
	const struct sweep_log *log = &sweep->log;

	row->runs++;
	row->none += log->status == 1;
	row->some += log->status == 3;
	row->unnamed += log->status == 3 && !may_be_carved(sweep, try) && judge_message(sweep);
	row->carved += log->status != 1 && log->is_carved;
	if (log->status == 0) {
		row->same += verdict->is_same;
		row->untold += !verdict->is_same && may_differ;
		row->silent += !verdict->is_same && !may_differ;
		sweep->tally->untold[sweep->free_part] += !verdict->is_same && may_differ;
	}
	row->lost += verdict->lost;
	if (!may_be_carved(sweep, try))
		row->beyond += verdict->beyond;
}

static void print_records(const struct memory_sweep *sweep, const struct verdict *verdict)
{
	const struct sweep_log *sound = &sweep->sound;
	size_t j = 0;

	if (verdict->beyond)
		j = verdict->first_beyond;
	else
		while (j < sound->n_records && sweep->is_found[j])
			j++;
	printf("    of %zu records %zu that were touched are gone, %zu others; %zu were not "
	       "there\n",
	       sound->n_records, verdict->lost, verdict->beyond, verdict->other);
	if (j < sound->n_records)
		printf("    number %zu: %.*s\n", j, (int)cdm_min(sound->records[j].len - 1, 100),
		       sound->text + sound->records[j].at);
}

static void print_try(const struct memory_sweep *sweep, const struct memory_try *try)
{
	struct region region = region_of(sweep, try);

	printf("%s: %s, paddr 0x%" PRIx64 " (%s)", sweep->name, damages[try->damage].name,
	       region.paddr, place_names[try->place]);
	if (try->damage >= SWEEP_LOSSES) {
		const struct sweep_area *area = &sweep->ring.areas[try->index];

		printf(", byte %" PRIu64 " of %" PRIu64 ", %s", try->at, area->len,
		       sweep_part_name(area->parts[try->at]));
	}
}

static void tell_wrong(struct memory_sweep *sweep, const struct memory_try *try, const char *wrong,
		       const struct verdict *verdict)
{
	sweep->tally->counts[try->damage][try->place].wrong++;
	if (sweep->tally->n_wrong++ >= sweep->options->n_told)
		return;
	print_try(sweep, try);
	printf(": %s (status %d)\n", wrong, sweep->log.status);
	if (sweep->log.message[0])
		printf("    message: %s\n", sweep->log.message);
	print_records(sweep, verdict);
	fflush(stdout);
}

/* ---- running ---- */

/* The first dump that went wrong, for a closer look. */
static void keep_dump(const struct memory_sweep *sweep, const struct sweep_fault *fault)
{
	uint64_t end = sweep->dump.len;
	FILE *file = fopen(sweep->options->keep, "wb");

	if (!file) {
		perror(sweep->options->keep);
		return;
	}
	fwrite(sweep->dump.at, 1, sweep->dump.len, file);
	for (size_t i = 0; i < fault->n_patches; i++) {
		const struct sweep_patch *patch = &fault->patches[i];

		fseeko(file, (off_t)patch->at, SEEK_SET);
		for (uint64_t n = 0; n < patch->len; n++)
			putc(patch->bytes ? patch->bytes[n] : 0, file);
		end = cdm_max(end, patch->at + patch->len);
	}
	fclose(file);
	printf("    kept as %s (%" PRIu64 " bytes)\n", sweep->options->keep, end);
}

static void change_dump(const struct memory_sweep *sweep, const struct memory_try *try,
			const struct region *region, struct sweep_change *change)
{
	if (try->damage < SWEEP_LOSSES)
		sweep_pages_lose(sweep->pages, sweep_pages_get(sweep->pages, try->index),
				 (enum sweep_loss)try->damage, change);
	else
		sweep_pages_zero(sweep->pages, sweep->reader->dump, region->paddr, region->len,
				 change);
}

static void try_one(void *context, size_t i)
{
	struct memory_sweep *sweep = context;
	const struct memory_try *try = &sweep->tries[i];
	struct region region = region_of(sweep, try);
	struct sweep_change change;

	change_dump(sweep, try, &region, &change);
	sweep->log.is_numbered = sweep->sound.is_numbered;
	sweep_read(sweep->dump, &change.fault, false, NULL, &sweep->log);
	touch(sweep, &region);
	struct verdict verdict = weigh(sweep);
	bool may_differ =
		!sweep->can_be_told && verdict.beyond == 0 && verdict.other <= verdict.lost;
	const char *wrong = what_is_wrong(sweep, try, &verdict, may_differ);

	count(sweep, try, &verdict, may_differ);
	if (wrong && sweep->options->keep && sweep->tally->n_wrong == 0)
		keep_dump(sweep, &change.fault);
	if (wrong)
		tell_wrong(sweep, try, wrong, &verdict);
	sweep_change_free(&change);
}

static void on_death(void *context, size_t i, const char *how)
{
	struct memory_sweep *sweep = context;

	sweep->tally->n_wrong++;
	if (i < sweep->n)
		print_try(sweep, &sweep->tries[i]);
	else
		printf("%s: after the last run", sweep->name);
	printf(": %s\n", how);
	fflush(stdout);
}

/* ---- telling ---- */

static void print_row(unsigned damage, unsigned place, const struct sweep_count *n)
{
	char name[64];

	snprintf(name, sizeof(name), "%s, %s", damages[damage].name, place_names[place]);
	const uint64_t columns[] = { n->runs,   n->same, n->untold, n->silent, n->some, n->unnamed,
				     n->carved, n->none, n->lost,   n->beyond, n->wrong };

	printf("%-42s", name);
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		printf(" %7" PRIu64, columns[i]);
	printf("\n");
}

void sweep_memory_print(const struct sweep_memory_tally *tally)
{
	printf("%-42s %7s %7s %7s %7s %7s %7s %7s %7s %7s %7s %7s\n", "", "runs", "0 same",
	       "0 free", "SILENT", "3", "UNNAMED", "carved", "1", "lost", "BEYOND", "wrong");
	for (unsigned damage = 0; damage < SWEEP_DAMAGES; damage++)
		for (unsigned place = 0; place < SWEEP_PLACES; place++)
			if (tally->counts[damage][place].runs)
				print_row(damage, place, &tally->counts[damage][place]);
	for (unsigned part = 0; part < SWEEP_PARTS; part++)
		if (tally->untold[part])
			printf("no check can find: %-24s %7" PRIu64 "\n",
			       sweep_part_name((enum sweep_part)part), tally->untold[part]);
}

static void add_up(struct sweep_memory_tally *total, const struct sweep_memory_tally *tally)
{
	/* All are numbers of 64 bits. */
	uint64_t *to = (uint64_t *)total;
	const uint64_t *from = (const uint64_t *)tally;

	for (size_t i = 0; i < sizeof(*total) / sizeof(*to); i++)
		to[i] += from[i];
}

/* ---- one dump ---- */

static bool run_plan(struct memory_sweep *sweep, struct sweep_memory_tally *total)
{
	printf("%s: %zu records, %zu runs\n", sweep->name, sweep->sound.n_records, sweep->n);
	fflush(stdout);
	sweep_watch(sweep->n, try_one, on_death, sweep);
	sweep_memory_print(sweep->tally);
	if (sweep->tally->n_wrong)
		printf("%s: %" PRIu64 " runs are wrong\n", sweep->name, sweep->tally->n_wrong);
	add_up(total, sweep->tally);
	return sweep->tally->n_wrong == 0;
}

static bool open_sound(struct memory_sweep *sweep)
{
	struct sweep_reads reads = { 0 };

	sweep_read(sweep->dump, &SWEEP_SOUND, false, &reads, &sweep->sound);
	sweep_pages_keep_read(sweep->pages, &reads);
	free(reads.list);
	return sweep->sound.status == 0 &&
	       cdm_reader_open_source(sweep->reader, sweep_source_new(sweep->dump, &SWEEP_SOUND,
								      false, NULL)) == CDM_GOOD &&
	       sweep_ring_find(sweep->reader->kernel, &sweep->sound, &sweep->ring);
}

static void close_sound(struct memory_sweep *sweep)
{
	sweep_ring_free(&sweep->ring);
	sweep_pages_free(sweep->pages);
	cdm_reader_free(sweep->reader);
	sweep_log_free(&sweep->sound);
	sweep_log_free(&sweep->log);
	free(sweep->tries);
	free(sweep->is_touched);
	free(sweep->is_told);
	free(sweep->is_found);
	munmap(sweep->tally, sizeof(*sweep->tally));
}

/* No ring that could be damaged. True where that is this build's matter. */
static bool tell_unsound(const struct memory_sweep *sweep)
{
	bool lacks_codec = strstr(sweep->sound.message, "which this build leaves out");

	printf("%s: %s: status %d: %s\n", sweep->name,
	       lacks_codec ? "skipped" : "no ring whose records are known", sweep->sound.status,
	       sweep->sound.message);
	return lacks_codec;
}

bool sweep_memory(const struct sweep_memory_options *options, const char *name,
		  struct cdm_bytes dump, struct sweep_memory_tally *total)
{
	struct memory_sweep sweep = {
		.options = options,
		.name = name,
		.dump = dump,
		.pages = sweep_pages_new(dump),
		.reader = cdm_reader_new(),
		.tally = sweep_share(sizeof(*sweep.tally)),
	};
	bool is_right = sweep.pages && open_sound(&sweep);

	if (is_right) {
		sweep.is_touched = sweep_alloc(sweep.sound.n_records * sizeof(bool));
		sweep.is_told = sweep_alloc(sweep.sound.n_records * sizeof(bool));
		sweep.is_found = sweep_alloc(sweep.sound.n_records * sizeof(bool));
		make_plan(&sweep);
		is_right = run_plan(&sweep, total);
	} else {
		is_right = tell_unsound(&sweep);
	}
	close_sound(&sweep);
	return is_right;
}
