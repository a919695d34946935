// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump_pages.c - which bytes stand at a physical address of a kdump-compressed file? */

#include "formats/kdump_pages.h"
#include "base/checked.h"
#include "dump/searched.h"
#include "formats/rank.h"

#include <inttypes.h>
#include <stdlib.h>

#define DESCRIPTOR_SIZE 24
#define MAX_RUN 32 /* neighbouring pages whose descriptors are read at once */
#define CACHE_PAGES 4
#define ZEROS_AT_ONCE 1024
#define MIN_CACHE_PAGES 2 /* a stretch that is read may begin in one and end in another */
#define CODEC_FLAGS 0x27u /* zlib, lzo, snappy, zstd */

struct descriptor {
	uint64_t data_at;
	uint32_t stored_size, flags;
};

/* A page that was needed in part: its neighbour will ask for the rest. */
struct cached_page {
	bool is_used;
	uint64_t pfn, data_at; /* page frames may share data: the zero page */
	unsigned age;
	uint8_t *bytes;
};

struct cdm_kdump_pages {
	struct cdm_source *source;
	struct cdm_codec_contexts *codecs;
	struct cdm_kdump_header header;
	uint64_t start_paddr;     /* of page frame 0 */
	struct cdm_rank *dumped;  /* bitmap 2: there is a descriptor */
	struct cdm_rank *present; /* bitmap 1: there was RAM; made when it is asked for */
	uint8_t *compressed;      /* CDM_PAGE_RUN or a block: made when the first page needs it */
	size_t compressed_room;
	struct descriptor zeros; /* of a page that was seen to hold nothing else; data_at 0: none */
	uint64_t raw_at;         /* descriptors that were read last, from there in the file */
	size_t raw_len;
	uint8_t raw[MAX_RUN * DESCRIPTOR_SIZE];
	unsigned n_cached; /* pages that are kept: fewer where they are large */
	unsigned clock;    /* their ages */
	struct cached_page cache[CACHE_PAGES];
};

enum cdm_status cdm_kdump_pages_new(struct cdm_source *source, struct cdm_codec_contexts *codecs,
				    const struct cdm_kdump_header *header,
				    struct cdm_kdump_pages **out, struct cdm_error *err)
{
	struct cdm_kdump_pages *pages = calloc(1, sizeof(*pages));
	uint64_t first = header->is_split ? header->split_start : 0;

	if (!pages)
		return cdm_fail_memory(err, "pages");
	pages->source = source;
	pages->codecs = codecs;
	pages->header = *header;
	pages->n_cached = (unsigned)cdm_max(
		MIN_CACHE_PAGES, cdm_min(CACHE_PAGES, CDM_PAGE_CACHE / header->block_size));
	enum cdm_status st = cdm_rank_new(source, header->bitmap2_at, header->end_pfn,
					  cdm_min(first, header->end_pfn), &pages->dumped, err);

	if (st) {
		free(pages);
		return st;
	}
	*out = pages;
	return CDM_OK;
}

void cdm_kdump_pages_free(struct cdm_kdump_pages *pages)
{
	if (!pages)
		return;
	cdm_rank_free(pages->dumped);
	cdm_rank_free(pages->present);
	for (unsigned i = 0; i < CACHE_PAGES; i++)
		free(pages->cache[i].bytes);
	free(pages->compressed);
	free(pages);
}

/* The lowest page frame that the file has, or 0. */
static uint64_t lowest_frame(struct cdm_kdump_pages *pages)
{
	const struct cdm_kdump_header *header = &pages->header;
	struct cdm_rank *all; /* of a split set's parts too */
	struct cdm_error unused;
	uint64_t begin = 0, end;

	if (cdm_rank_new(pages->source, header->bitmap2_at, header->end_pfn, 0, &all, &unused))
		return 0;
	enum cdm_status st = cdm_rank_run(all, 0, &begin, &end, &unused);

	cdm_rank_free(all);
	return st ? 0 : begin;
}

uint64_t cdm_kdump_pages_find_start(struct cdm_kdump_pages *pages)
{
	const struct cdm_kdump_header *header = &pages->header;
	uint64_t first = header->phys_base / header->block_size;

	pages->start_paddr = 0;
	if (header->is_from_arm && first &&
	    (header->end_pfn <= first || lowest_frame(pages) < first))
		pages->start_paddr = first * header->block_size;
	return pages->start_paddr;
}

/* Why is there no descriptor for pfn? Bitmap 1 is asked only for this: some writers left it empty,
 * so a page is never refused because of it. */
static enum cdm_status why_not_dumped(struct cdm_kdump_pages *pages, uint64_t pfn,
				      struct cdm_error *err)
{
	const struct cdm_kdump_header *header = &pages->header;
	bool is_present = false;
	uint64_t unused;
	enum cdm_status st;

	if (!pages->present && (st = cdm_rank_new(pages->source, header->bitmap1_at,
						  header->end_pfn, 0, &pages->present, err)))
		return st;
	st = cdm_rank_find(pages->present, pfn, &is_present, &unused, err);
	if (st)
		return st;
	if (is_present)
		return cdm_fail(err, CDM_EXCLUDED,
				"page frame 0x%" PRIx64 " was left out of the dump", pfn);
	return cdm_fail(err, CDM_ABSENT, "page frame 0x%" PRIx64 " is no memory", pfn);
}

/* The place of pfn's descriptor in the table, or why there is none. */
static enum cdm_status find_descriptor(struct cdm_kdump_pages *pages, uint64_t pfn, uint64_t *index,
				       struct cdm_error *err)
{
	const struct cdm_kdump_header *header = &pages->header;
	bool is_dumped;

	if (pfn >= header->end_pfn)
		return cdm_fail(err, CDM_ABSENT,
				"page frame 0x%" PRIx64 " is no memory: the last is 0x%" PRIx64,
				pfn, header->end_pfn - 1);
	if (header->is_split && (pfn < header->split_start || pfn >= header->split_end))
		return cdm_fail(err, CDM_TRUNCATED,
				"page frame 0x%" PRIx64
				" is in another part of the split set: this "
				"one has 0x%" PRIx64 " to 0x%" PRIx64,
				pfn, header->split_start, header->split_end);
	if (cdm_rank_find(pages->dumped, pfn, &is_dumped, index, err))
		return cdm_context(err, "page frame 0x%" PRIx64, pfn);
	return is_dumped ? CDM_OK : why_not_dumped(pages, pfn, err);
}

/* How many of the n page frames from pfn on have descriptors, one behind the other? At least 1. */
static unsigned count_neighbours(struct cdm_kdump_pages *pages, uint64_t pfn, unsigned n)
{
	struct cdm_error unused;
	unsigned found = 1;
	uint64_t index;

	while (found < n && !find_descriptor(pages, pfn + found, &index, &unused))
		found++;
	return found;
}

/* Whoever searches memory looks at descriptors before the pages are read. */
static enum cdm_status fetch_descriptors(struct cdm_kdump_pages *pages, uint64_t at, size_t len,
					 struct cdm_bytes *raw, struct cdm_error *err)
{
	struct cdm_bytes last = { pages->raw, pages->raw_len };

	if (at >= pages->raw_at && cdm_slice(last, at - pages->raw_at, len, raw))
		return CDM_OK;
	pages->raw_at = at;
	enum cdm_status st =
		cdm_source_read(pages->source, at, pages->raw, len, &pages->raw_len, err);

	*raw = (struct cdm_bytes){ pages->raw, pages->raw_len };
	return st;
}

static enum cdm_status read_descriptors(struct cdm_kdump_pages *pages, uint64_t pfn, uint64_t index,
					unsigned *n, struct descriptor *found,
					struct cdm_error *err)
{
	struct cdm_bytes raw;
	uint64_t at;

	if (cdm_add_mul(pages->header.descriptors_at, index, DESCRIPTOR_SIZE, &at))
		return cdm_fail(err, CDM_CORRUPT,
				"page descriptor %" PRIu64 " lies behind 2^64 bytes", index);
	enum cdm_status st = fetch_descriptors(pages, at, *n * DESCRIPTOR_SIZE, &raw, err);

	if (st && raw.len < DESCRIPTOR_SIZE)
		return cdm_context(err,
				   "page frame 0x%" PRIx64 ": its descriptor, at offset 0x%" PRIx64,
				   pfn, at);
	*n = (unsigned)(raw.len / DESCRIPTOR_SIZE);
	if (*n == 0)
		return cdm_fail(err, CDM_TRUNCATED,
				"page frame 0x%" PRIx64
				": its descriptor should be at offset 0x%" PRIx64
				", where the file has ended",
				pfn, at);
	for (unsigned i = 0; i < *n; i++) {
		struct cdm_cursor c = cdm_cursor(
			(struct cdm_bytes){ raw.at + i * DESCRIPTOR_SIZE, DESCRIPTOR_SIZE },
			pages->header.layout);

		found[i].data_at = cdm_take_u64(&c);
		found[i].stored_size = cdm_take_u32(&c);
		found[i].flags = cdm_take_u32(&c);
	}
	return CDM_OK;
}

/* A stored page never grows: it is kept raw when compression does not help. */
static enum cdm_status check_descriptor(const struct cdm_kdump_pages *pages, uint64_t pfn,
					const struct descriptor *found, struct cdm_error *err)
{
	uint32_t block_size = pages->header.block_size;
	bool is_raw = (found->flags & CODEC_FLAGS) == 0;

	if (found->data_at == 0 || (found->stored_size == 0 && found->flags == 0))
		return cdm_fail(
			err, CDM_TRUNCATED,
			"page frame 0x%" PRIx64 " was never written: its descriptor is empty", pfn);
	if (found->stored_size == 0 || found->stored_size > block_size ||
	    (is_raw && found->stored_size != block_size))
		return cdm_fail(err, CDM_CORRUPT,
				"page frame 0x%" PRIx64 ": stored size %" PRIu32
				" is not %s%" PRIu32,
				pfn, found->stored_size, is_raw ? "" : "within 1 and ", block_size);
	if (found->data_at > INT64_MAX - (uint64_t)block_size)
		return cdm_fail(err, CDM_CORRUPT,
				"page frame 0x%" PRIx64 ": data offset 0x%" PRIx64 " is negative",
				pfn, found->data_at);
	return CDM_OK;
}

static enum cdm_status unpack(struct cdm_kdump_pages *pages, uint64_t pfn,
			      const struct descriptor *found, const uint8_t *stored, uint8_t *page,
			      struct cdm_error *err)
{
	uint32_t codec = found->flags & CODEC_FLAGS;
	struct cdm_bytes compressed = { stored, found->stored_size };

	if (codec == 0) {
		memcpy(page, stored, pages->header.block_size);
		return CDM_OK;
	}
	if (cdm_codec_page(pages->codecs, codec, compressed, page, pages->header.block_size, err))
		return cdm_context(err, "page frame 0x%" PRIx64, pfn);
	return CDM_OK;
}

static struct cached_page *find_cached(struct cdm_kdump_pages *pages, uint64_t pfn)
{
	for (unsigned i = 0; i < pages->n_cached; i++)
		if (pages->cache[i].is_used && pages->cache[i].pfn == pfn)
			return &pages->cache[i];
	return NULL;
}

static struct cached_page *find_cached_data(struct cdm_kdump_pages *pages, uint64_t data_at)
{
	for (unsigned i = 0; i < pages->n_cached; i++)
		if (pages->cache[i].is_used && pages->cache[i].data_at == data_at)
			return &pages->cache[i];
	return NULL;
}

/* The oldest slot, emptied. NULL: out of memory. */
static struct cached_page *take_slot(struct cdm_kdump_pages *pages, struct cdm_error *err)
{
	struct cached_page *oldest = &pages->cache[0];

	for (unsigned i = 1; i < pages->n_cached; i++)
		if (pages->cache[i].age < oldest->age)
			oldest = &pages->cache[i];
	if (!oldest->bytes)
		oldest->bytes = malloc(pages->header.block_size);
	if (!oldest->bytes)
		cdm_fail_memory(err, "page cache");
	oldest->is_used = false;
	oldest->age = ++pages->clock;
	return oldest->bytes ? oldest : NULL;
}

/* What a read still wants: bytes [pos, len) of buf, from paddr + pos on. */
struct request {
	uint64_t paddr;
	uint8_t *buf;
	size_t len, pos;
};

static uint64_t next_pfn(const struct cdm_kdump_pages *pages, const struct request *request)
{
	return (request->paddr + request->pos) / pages->header.block_size;
}

/* Does the request want all of the page that comes next? */
static bool wants_whole(const struct cdm_kdump_pages *pages, const struct request *request)
{
	return (request->paddr + request->pos) % pages->header.block_size == 0 &&
	       request->len - request->pos >= pages->header.block_size;
}

static void copy_part(const struct cdm_kdump_pages *pages, struct request *request,
		      const uint8_t *page)
{
	size_t start = (size_t)((request->paddr + request->pos) % pages->header.block_size);
	size_t len = (size_t)cdm_min(pages->header.block_size - start, request->len - request->pos);

	memcpy(request->buf + request->pos, page + start, len);
	request->pos += len;
}

/* A page of zeros stands in the file once, and in memory a thousand times: where it stands is
 * remembered. */
static void note_zeros(struct cdm_kdump_pages *pages, const struct descriptor *found,
		       const uint8_t *page)
{
	if (page[0] == 0 && memcmp(page, page + 1, pages->header.block_size - 1) == 0)
		pages->zeros = *found;
}

static bool is_known_zeros(const struct cdm_kdump_pages *pages, const struct descriptor *found)
{
	return pages->zeros.data_at == found->data_at &&
	       pages->zeros.stored_size == found->stored_size && pages->zeros.flags == found->flags;
}

static void put_zeros(const struct cdm_kdump_pages *pages, struct request *request)
{
	size_t start = (size_t)((request->paddr + request->pos) % pages->header.block_size);
	size_t len = (size_t)cdm_min(pages->header.block_size - start, request->len - request->pos);

	/* For long stretches memset() may be one instruction, which valgrind counts a byte at a
	 * time. */
	for (size_t done = 0; done < len; done += ZEROS_AT_ONCE)
		memset(request->buf + request->pos + done, 0,
		       (size_t)cdm_min(ZEROS_AT_ONCE, len - done));
	request->pos += len;
}

/* Hands the next page, whose stored bytes are there, to the request. */
static enum cdm_status deliver(struct cdm_kdump_pages *pages, struct request *request,
			       const struct descriptor *found, const uint8_t *stored,
			       struct cdm_error *err)
{
	uint64_t pfn = next_pfn(pages, request);
	enum cdm_status st;

	if (wants_whole(pages, request)) {
		st = unpack(pages, pfn, found, stored, request->buf + request->pos, err);
		if (st)
			return st;
		note_zeros(pages, found, request->buf + request->pos);
		request->pos += pages->header.block_size;
		return CDM_OK;
	}
	struct cached_page *slot = take_slot(pages, err);

	if (!slot)
		return err->status;
	st = unpack(pages, pfn, found, stored, slot->bytes, err);
	if (st)
		return st;
	slot->is_used = true;
	slot->pfn = pfn;
	slot->data_at = found->data_at;
	copy_part(pages, request, slot->bytes);
	return CDM_OK;
}

static enum cdm_status make_room(struct cdm_kdump_pages *pages, struct cdm_error *err)
{
	if (pages->compressed)
		return CDM_OK;
	pages->compressed_room = (size_t)cdm_max(CDM_PAGE_RUN, pages->header.block_size);
	pages->compressed = malloc(pages->compressed_room);
	return pages->compressed ? CDM_OK : cdm_fail_memory(err, "compressed pages");
}

/* How many of the n sound descriptors have their data one behind the other and fit the buffer? */
static unsigned count_contiguous(const struct cdm_kdump_pages *pages,
				 const struct descriptor *found, unsigned n, size_t *total)
{
	unsigned run = 1;

	*total = found[0].stored_size;
	while (run < n && found[run].data_at == found[0].data_at + *total &&
	       *total + found[run].stored_size <= pages->compressed_room)
		*total += found[run++].stored_size;
	return run;
}

/* Reads the data of `run` pages at once and hands them over; stops at the first that is not whole. */
static enum cdm_status deliver_run(struct cdm_kdump_pages *pages, struct request *request,
				   const struct descriptor *found, unsigned run, size_t total,
				   struct cdm_error *err)
{
	uint64_t pfn = next_pfn(pages, request);
	size_t got = 0, pos = 0;
	enum cdm_status st = cdm_source_read(pages->source, found[0].data_at, pages->compressed,
					     total, &got, err);

	for (unsigned i = 0; i < run; i++) {
		if (pos + found[i].stored_size > got) {
			if (st)
				return cdm_context(err,
						   "page frame 0x%" PRIx64
						   ": its data, at offset 0x%" PRIx64,
						   pfn + i, found[i].data_at);
			return cdm_fail(err, CDM_TRUNCATED,
					"page frame 0x%" PRIx64
					": its data should be at offset 0x%" PRIx64
					", where the file has ended",
					pfn + i, found[i].data_at);
		}
		/* *err may hold why the read ended early. */
		struct cdm_error failure;
		enum cdm_status unpacked =
			deliver(pages, request, &found[i], pages->compressed + pos, &failure);

		if (unpacked) {
			*err = failure;
			return unpacked;
		}
		pos += found[i].stored_size;
	}
	return CDM_OK;
}

/* The next pages of the request, as many as have descriptors that can be read at once. */
static enum cdm_status read_run(struct cdm_kdump_pages *pages, struct request *request,
				struct cdm_error *err)
{
	struct descriptor found[MAX_RUN];
	uint64_t pfn = next_pfn(pages, request), index;
	uint64_t last = (request->paddr + request->len - 1) / pages->header.block_size;
	unsigned n = (unsigned)cdm_min(MAX_RUN, last - pfn + 1);
	enum cdm_status st;

	if ((st = make_room(pages, err)) || (st = find_descriptor(pages, pfn, &index, err)))
		return st;
	n = count_neighbours(pages, pfn, n);
	st = read_descriptors(pages, pfn, index, &n, found, err);
	if (st)
		return st;
	for (unsigned i = 0; i < n;) {
		unsigned sound = 0;
		size_t total;

		while (i + sound < n &&
		       !(st = check_descriptor(pages, pfn + i + sound, &found[i + sound], err)))
			sound++;
		if (sound == 0)
			return st;
		if (is_known_zeros(pages, &found[i])) {
			put_zeros(pages, request);
			i++;
			continue;
		}
		struct cached_page *same = find_cached_data(pages, found[i].data_at);

		if (same) {
			copy_part(pages, request, same->bytes);
			i++;
			continue;
		}
		unsigned run = count_contiguous(pages, &found[i], sound, &total);

		st = deliver_run(pages, request, &found[i], run, total, err);
		if (st)
			return st;
		i += run;
	}
	return CDM_OK;
}

enum cdm_status cdm_kdump_pages_read(struct cdm_kdump_pages *pages, uint64_t paddr, uint8_t *buf,
				     size_t len, size_t *got, struct cdm_error *err)
{
	struct request request = { .paddr = paddr - pages->start_paddr, .buf = buf, .len = len };
	enum cdm_status st = CDM_OK;

	*got = 0;
	if (paddr < pages->start_paddr)
		return cdm_fail(err, CDM_ABSENT,
				"physical address 0x%" PRIx64
				" is no memory: that begins at 0x%" PRIx64,
				paddr, pages->start_paddr);
	while (!st && request.pos < len) {
		struct cached_page *cached = find_cached(pages, next_pfn(pages, &request));

		if (cached)
			copy_part(pages, &request, cached->bytes);
		else
			st = read_run(pages, &request, err);
	}
	*got = request.pos;
	return st;
}

enum cdm_status cdm_kdump_pages_next_range(struct cdm_kdump_pages *pages, uint64_t from,
					   struct cdm_range *out, struct cdm_error *err)
{
	const struct cdm_kdump_header *header = &pages->header;
	uint64_t start = pages->start_paddr, end;
	uint64_t pfn = (cdm_max(from, start) - start) / header->block_size;
	uint64_t end_pfn = header->end_pfn;

	if (header->is_split) {
		pfn = cdm_max(pfn, header->split_start);
		end_pfn = cdm_min(end_pfn, header->split_end);
	}
	enum cdm_status st = cdm_rank_run(pages->dumped, pfn, &pfn, &end, err);

	if (st)
		return st;
	if (pfn >= end_pfn)
		return CDM_END;
	if (cdm_add_mul(start, pfn, header->block_size, &out->begin) ||
	    cdm_add_mul(start, cdm_min(end, end_pfn), header->block_size, &out->end))
		return CDM_END; /* frames behind 2^64: there is no such memory */
	out->begin = cdm_max(out->begin, from);
	return CDM_OK;
}

/* Pages of zeros share their data in any dump; and there is nothing to be found in them. */
static bool was_searched(const struct cdm_kdump_pages *pages, const struct cdm_searched *searched,
			 const struct descriptor *found)
{
	uint64_t up_to;

	return !is_known_zeros(pages, found) &&
	       !cdm_searched_lacks(searched, pages->source, found->data_at, &up_to);
}

/* A descriptor that is damaged gives no data, wherever it leads. */
static enum cdm_status note_searched(const struct cdm_kdump_pages *pages,
				     struct cdm_searched *searched, const struct descriptor *found,
				     struct cdm_error *err)
{
	struct cdm_stretch stretch = { pages->source, found->data_at,
				       cdm_end_of(found->data_at, found->stored_size) };
	struct cdm_error unused;

	if (is_known_zeros(pages, found) || check_descriptor(pages, 0, found, &unused))
		return CDM_OK;
	return cdm_searched_add(searched, &stretch, err);
}

/* The page frames [*first, *end) of n: they were not searched before. */
static enum cdm_status pass_searched(const struct cdm_kdump_pages *pages,
				     struct cdm_searched *searched, const struct descriptor *found,
				     unsigned n, unsigned *first, unsigned *end,
				     struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	for (*first = 0; *first < n && was_searched(pages, searched, &found[*first]); ++*first)
		;
	for (*end = *first; !st && *end < n && !was_searched(pages, searched, &found[*end]); ++*end)
		st = note_searched(pages, searched, &found[*end], err);
	return st;
}

enum cdm_status cdm_kdump_pages_pass_searched(struct cdm_kdump_pages *pages,
					      struct cdm_searched *searched,
					      struct cdm_range *range, struct cdm_error *err)
{
	struct descriptor found[MAX_RUN];
	uint64_t block_size = pages->header.block_size, index;
	uint64_t pfn = (range->begin - pages->start_paddr) / block_size;
	uint64_t end_pfn = (range->end - pages->start_paddr - 1) / block_size + 1;
	unsigned n = (unsigned)cdm_min(MAX_RUN, end_pfn - pfn), first = 0, end = n;
	struct cdm_error unused; /* who reads there meets it again */

	if (!find_descriptor(pages, pfn, &index, &unused) &&
	    !read_descriptors(pages, pfn, index, &n, found, &unused)) {
		enum cdm_status st = pass_searched(pages, searched, found, n, &first, &end, err);

		if (st)
			return st;
	}
	uint64_t base = pages->start_paddr + pfn * block_size;

	range->begin = cdm_max(range->begin, base + first * block_size);
	range->end = cdm_min(range->end, base + end * block_size);
	return CDM_OK;
}
