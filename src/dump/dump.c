// SPDX-License-Identifier: GPL-2.0-or-later
/* dump.c - which format is it, and what does every format's dump have in common? */

#include "dump/dump.h"
#include "base/checked.h"
#include "dump/format.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct cdm_format *recognise(struct cdm_bytes head)
{
	for (unsigned i = 0; cdm_format_table[i]; i++)
		if (cdm_format_table[i]->probe(head))
			return cdm_format_table[i];
	return NULL;
}

/* A dump around source, with its format but not yet opened. */
static enum cdm_status new_dump(struct cdm_source *source, const struct cdm_format *format,
				struct cdm_dump **out, struct cdm_error *err)
{
	struct cdm_dump *dump = calloc(1, sizeof(*dump));

	if (!dump)
		return cdm_fail_memory(err, "dump");
	dump->format = format;
	dump->source = source;
	dump->dump_level = -1;
	*out = dump;
	return CDM_OK;
}

static void forget_descriptions(struct cdm_dump *dump)
{
	while (dump->n_descriptions)
		free(dump->descriptions[--dump->n_descriptions].text);
}

/* All but the source. */
static void free_dump(struct cdm_dump *dump)
{
	forget_descriptions(dump);
	cdm_codec_close(&dump->codecs);
	cdm_source_close(dump->beside);
	free(dump->unsearched);
	free(dump);
}

/* A file may be cut while it is read: its format was told by bytes that are gone. */
static enum cdm_status open_format(struct cdm_dump *dump, struct cdm_error *err)
{
	enum cdm_status st = dump->format->open(dump, err);

	return st != CDM_END ? st
			     : cdm_fail(err, CDM_TRUNCATED,
					"%s: the file has ended since its first bytes were read",
					dump->format->title);
}

static enum cdm_status refuse_unknown(struct cdm_bytes head, struct cdm_error *err)
{
	if (head.len == 0)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED, "the file is empty");
	return cdm_fail(err, CDM_NOT_MINE,
			"no known dump format: it begins with %02x %02x %02x %02x", head.at[0],
			head.len > 1 ? head.at[1] : 0, head.len > 2 ? head.at[2] : 0,
			head.len > 3 ? head.at[3] : 0);
}

enum cdm_status cdm_dump_open(struct cdm_source *source, struct cdm_dump **out,
			      struct cdm_error *err)
{
	uint8_t raw[CDM_HEAD_BYTES];
	struct cdm_bytes head = { .at = raw };
	struct cdm_dump *dump = NULL;
	enum cdm_status st = cdm_source_read(source, 0, raw, sizeof(raw), &head.len, err);

	if (st && head.len == 0)
		return st;
	const struct cdm_format *format = recognise(head);

	if (head.len == 0 || !format)
		return refuse_unknown(head, err);
	st = new_dump(source, format, &dump, err);
	if (st)
		return st;
	dump->head = head;
	st = open_format(dump, err);
	if (st) {
		free_dump(dump);
		return st;
	}
	dump->head = (struct cdm_bytes){ 0 };
	*out = dump;
	return CDM_OK;
}

enum cdm_status cdm_dump_open_headerless(struct cdm_source *source, const struct cdm_base *base,
					 struct cdm_dump **out, struct cdm_error *err)
{
	enum cdm_status st = CDM_NOT_MINE;

	for (unsigned i = 0; st == CDM_NOT_MINE && cdm_headerless_table[i]; i++) {
		struct cdm_dump *dump = NULL;

		st = new_dump(source, cdm_headerless_table[i], &dump, err);
		if (st)
			return st;
		dump->base = *base;
		st = open_format(dump, err);
		if (st)
			free_dump(dump);
		else
			*out = dump;
	}
	return st;
}

bool cdm_dump_assume(struct cdm_dump *dump, unsigned nth)
{
	return dump->format->assume ? dump->format->assume(dump, nth) : nth == 0;
}

uint64_t cdm_dump_moved(const struct cdm_dump *dump, uint64_t first_paddr)
{
	return dump->format->moved ? dump->format->moved(dump, first_paddr) : first_paddr;
}

static bool is_in_part(const struct cdm_dump *part, uint64_t paddr)
{
	return !part->is_split || (paddr >= part->part_start && paddr < part->part_end);
}

/* The file of the set that has paddr; NULL: it was not given. A file alone says itself what it
 * lacks. */
static struct cdm_dump *part_with(struct cdm_dump *dump, uint64_t paddr)
{
	if (!dump->next_part)
		return dump;
	for (struct cdm_dump *part = dump; part; part = part->next_part)
		if (is_in_part(part, paddr))
			return part;
	return NULL;
}

/* Says what stands between the files that were given (T43). Where memory ends, each of them knows. */
static enum cdm_status refuse_missing_part(struct cdm_dump *dump, uint64_t paddr,
					   struct cdm_error *err)
{
	uint64_t begin = 0, end = UINT64_MAX;
	uint8_t unused;
	size_t got = 0;

	if (dump->format->read(dump, paddr, &unused, 1, &got, err) == CDM_ABSENT)
		return CDM_ABSENT;
	for (struct cdm_dump *part = dump; part; part = part->next_part) {
		if (part->part_end <= paddr)
			begin = cdm_max(begin, part->part_end);
		else
			end = cdm_min(end, part->part_start);
	}
	if (end == UINT64_MAX)
		return cdm_fail(err, CDM_TRUNCATED,
				"physical address 0x%" PRIx64 " is in a file of the split set that "
				"was not given: from 0x%" PRIx64 " on",
				paddr, begin);
	return cdm_fail(err, CDM_TRUNCATED,
			"physical address 0x%" PRIx64 " is in a file of the split set that "
			"was not given: 0x%" PRIx64 " to 0x%" PRIx64,
			paddr, begin, end - 1);
}

bool cdm_dump_lacks_part(struct cdm_dump *dump, struct cdm_error *why)
{
	uint64_t at = 0;
	uint8_t unused;
	size_t got;

	/* From the end of one part to the start of the next. */
	for (struct cdm_dump *part = dump; part && dump->is_split;) {
		part = dump;
		while (part && (part->part_end <= at || !is_in_part(part, at)))
			part = part->next_part;
		if (part)
			at = part->part_end;
	}
	return dump->is_split && cdm_dump_read(dump, at, &unused, 1, &got, why) == CDM_TRUNCATED;
}

static enum cdm_status read_parts(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				  size_t *got, struct cdm_error *err)
{
	while (*got < len) {
		uint64_t at = paddr + *got;
		struct cdm_dump *part = part_with(dump, at);
		size_t some = 0;

		if (!part)
			return refuse_missing_part(dump, at, err);
		size_t want = (size_t)cdm_min(len - *got, part->part_end - at);
		enum cdm_status st = part->format->read(part, at, buf + *got, want, &some, err);

		*got += some;
		if (st)
			return st;
	}
	return CDM_OK;
}

enum cdm_status cdm_dump_read(struct cdm_dump *dump, uint64_t paddr, void *buf, size_t len,
			      size_t *got, struct cdm_error *err)
{
	uint64_t end;

	*got = 0;
	if (len == 0)
		return CDM_OK;
	if (cdm_add(paddr, len - 1, &end))
		return cdm_fail(err, CDM_ABSENT,
				"physical address 0x%" PRIx64 " is past any memory", paddr);
	if (dump->next_part)
		return read_parts(dump, paddr, buf, len, got, err);
	return dump->format->read(dump, paddr, buf, len, got, err);
}

bool cdm_dump_reads(struct cdm_dump *dump, uint64_t paddr, void *buf, size_t len)
{
	struct cdm_error unused;
	size_t got;

	return !cdm_dump_read(dump, paddr, buf, len, &got, &unused);
}

enum cdm_status cdm_dump_next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				    struct cdm_error *err)
{
	bool found = false;

	for (struct cdm_dump *part = dump; part; part = part->next_part) {
		struct cdm_range range = { 0 };
		enum cdm_status st = part->format->next_range(part, from, &range, err);

		if (st == CDM_END)
			continue;
		if (st)
			return st;
		if (!found || range.begin < out->begin)
			*out = range;
		found = true;
	}
	return found ? CDM_OK : CDM_END;
}

enum cdm_status cdm_dump_pass_searched(struct cdm_dump *dump, struct cdm_searched *searched,
				       struct cdm_range *range, struct cdm_error *err)
{
	struct cdm_dump *part = part_with(dump, range->begin);

	if (!part || !part->format->pass_searched)
		return CDM_OK;
	return part->format->pass_searched(part, searched, range, err);
}

enum cdm_status cdm_dump_from_machine(struct cdm_dump *dump, uint64_t machine, uint64_t *paddr,
				      struct cdm_error *err)
{
	return dump->format->from_machine(dump, machine, paddr, err);
}

void cdm_dump_will_need(struct cdm_dump *dump, uint64_t paddr, uint64_t len)
{
	struct cdm_dump *part = part_with(dump, paddr);

	if (part && part->format->will_need)
		part->format->will_need(part, paddr, len);
}

static bool share_memory(const struct cdm_dump *one, const struct cdm_dump *other)
{
	return one->part_start < other->part_end && other->part_start < one->part_end;
}

bool cdm_dump_join(struct cdm_dump *dump, struct cdm_dump *part)
{
	struct cdm_dump *last = dump;

	for (struct cdm_dump *other = dump; other; other = other->next_part) {
		if (!part->is_split || !other->is_split || other->format != part->format ||
		    other->set_id != part->set_id || share_memory(other, part))
			return false;
		last = other;
	}
	last->next_part = part;
	return true;
}

static void add_io(struct cdm_io *sum, const struct cdm_source *source)
{
	const struct cdm_io *io = cdm_source_io(source);

	sum->reads += io->reads;
	sum->bytes_read += io->bytes_read;
	sum->spooled += io->spooled;
}

struct cdm_io cdm_dump_io(const struct cdm_dump *dump)
{
	struct cdm_io sum = { 0 };

	for (; dump; dump = dump->next_part) {
		add_io(&sum, dump->source);
		if (dump->beside)
			add_io(&sum, dump->beside);
	}
	return sum;
}

uint64_t cdm_dump_work(const struct cdm_dump *dump)
{
	uint64_t work = 0;

	for (; dump; dump = dump->next_part)
		work += cdm_source_work(dump->source) + cdm_source_work(dump->beside);
	return work;
}

uint32_t cdm_dump_page_flags(const struct cdm_dump *dump)
{
	uint32_t flags = 0;

	for (; dump; dump = dump->next_part)
		flags |= dump->codecs.seen;
	return flags;
}

enum cdm_status cdm_dump_describe(struct cdm_dump *dump, struct cdm_bytes text, const char *origin,
				  struct cdm_error *err)
{
	if (dump->n_descriptions == CDM_MAX_DESCRIPTIONS || text.len > CDM_MAX_VMCOREINFO)
		return CDM_OK;
	char *copy = malloc(text.len + 1);

	if (!copy)
		return cdm_fail_memory(err, "VMCOREINFO");
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	dump->descriptions[dump->n_descriptions++] =
		(struct cdm_description){ .text = copy, .len = text.len, .origin = origin };
	return CDM_OK;
}

enum cdm_status cdm_dump_describe_anew(struct cdm_dump *dump, struct cdm_bytes text,
				       const char *origin, struct cdm_error *err)
{
	forget_descriptions(dump);
	dump->is_described = true;
	return cdm_dump_describe(dump, text, origin, err);
}

/* Does b begin where a ends, in both address spaces? */
static bool continues(const struct cdm_claim *a, const struct cdm_claim *b)
{
	return b->vaddr == a->vaddr + a->len && b->paddr == a->paddr + a->len;
}

void cdm_dump_claim(struct cdm_dump *dump, const struct cdm_claim *claim)
{
	struct cdm_claim *last = dump->n_claims ? &dump->claims[dump->n_claims - 1] : NULL;

	if (last && continues(last, claim))
		last->len += claim->len;
	else if (dump->n_claims < CDM_MAX_CLAIMS)
		dump->claims[dump->n_claims++] = *claim;
}

void cdm_dump_has_notes(struct cdm_dump *dump, uint64_t at, uint64_t len)
{
	if (dump->n_note_areas == CDM_MAX_NOTE_AREAS)
		return;
	dump->note_areas[dump->n_note_areas].at = at;
	dump->note_areas[dump->n_note_areas].len = len;
	dump->n_note_areas++;
}

enum cdm_status cdm_dump_read_stored(struct cdm_source *source, uint64_t paddr, uint64_t at,
				     uint8_t *buf, size_t len, size_t *got, struct cdm_error *err)
{
	enum cdm_status st = cdm_source_read(source, at, buf, len, got, err);

	if (*got == len || (st && st != CDM_TRUNCATED))
		return st;
	return cdm_fail(err, CDM_TRUNCATED,
			"physical address 0x%" PRIx64 " should be at offset 0x%" PRIx64
			", where the file has ended",
			paddr + *got, at + *got);
}

enum cdm_status cdm_dump_stored_range(struct cdm_source *source, uint64_t at,
				      struct cdm_range *range, struct cdm_error *err)
{
	uint8_t byte;
	size_t got;

	range->source = source;
	range->at = at;
	if (source->size != CDM_SIZE_UNKNOWN) {
		if (at >= source->size)
			return CDM_END;
		range->end = cdm_min(range->end, cdm_end_of(range->begin, source->size - at));
		return CDM_OK;
	}
	enum cdm_status st = cdm_source_read(source, at, &byte, 1, &got, err);

	if (got == 0)
		return st && !cdm_is_missing(st) ? st : CDM_END;
	range->end = cdm_min(range->end, cdm_end_of(range->begin, CDM_STREAM_RANGE));
	return CDM_OK;
}

static void close_part(struct cdm_dump *dump)
{
	struct cdm_source *source = dump->source;

	dump->format->close(dump);
	free_dump(dump);
	cdm_source_close(source);
}

void cdm_dump_close(struct cdm_dump *dump)
{
	while (dump) {
		struct cdm_dump *next = dump->next_part;

		close_part(dump);
		dump = next;
	}
}
