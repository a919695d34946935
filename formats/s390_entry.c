// SPDX-License-Identifier: GPL-2.0-or-later
/* s390_entry.c - what is at an offset of a megabyte that is one zlib stream? */

#include "formats/s390_entry.h"
#include "base/checked.h"

#include <inttypes.h>
#include <stdlib.h>

#define ZLIB_FLAG 0x1          /* of the codec */
#define IN_PIECE (8 * CDM_KIB) /* compressed bytes read at once */

struct cdm_s390_entry {
	uint64_t at;        /* of the entry in the file; 0: none */
	uint32_t piece_off; /* `piece` holds the entry's bytes from there on */
	uint32_t piece_len;
	bool begins, is_end;
	uint64_t in_at; /* offset behind what is in `in` */
	size_t in_pos, in_len;
	uint8_t in[IN_PIECE];
	uint8_t piece[CDM_S390_PIECE];
};

enum cdm_status cdm_s390_entry_new(struct cdm_s390_entry **out, struct cdm_error *err)
{
	struct cdm_s390_entry *entry = malloc(sizeof(*entry));

	if (!entry)
		return cdm_fail_memory(err, "s390 dump");
	entry->at = 0;
	*out = entry;
	return CDM_OK;
}

void cdm_s390_entry_free(struct cdm_s390_entry *entry)
{
	free(entry);
}

static void begin(struct cdm_s390_entry *entry, const struct cdm_s390_place *place)
{
	entry->at = place->at;
	entry->piece_off = entry->piece_len = 0;
	entry->begins = true;
	entry->is_end = false;
	entry->in_at = place->at;
	entry->in_pos = entry->in_len = 0;
}

static enum cdm_status fill_in(struct cdm_s390_entry *entry, struct cdm_source *source,
			       const struct cdm_s390_place *place, struct cdm_error *err)
{
	size_t want = (size_t)cdm_min(IN_PIECE, place->end_at - entry->in_at);

	entry->in_pos = entry->in_len = 0;
	if (want == 0)
		return cdm_fail(err, CDM_CORRUPT, "the data do not end within the segment");
	enum cdm_status st =
		cdm_source_read(source, entry->in_at, entry->in, want, &entry->in_len, err);

	entry->in_at += entry->in_len;
	if (entry->in_len)
		return CDM_OK;
	return st ? st : cdm_fail(err, CDM_TRUNCATED, "the file ends at 0x%" PRIx64, entry->in_at);
}

/* Unpacks what comes next, as much as a piece holds; what is there when it fails is good. */
static enum cdm_status next_piece(struct cdm_s390_entry *entry, struct cdm_dump *dump,
				  const struct cdm_s390_place *place, struct cdm_error *err)
{
	enum cdm_status st;

	entry->piece_off += entry->piece_len;
	entry->piece_len = 0;
	while (entry->piece_len < CDM_S390_PIECE && !entry->is_end) {
		if (entry->in_pos == entry->in_len &&
		    (st = fill_in(entry, dump->source, place, err)))
			return st;
		struct cdm_decode_step step = { .in = entry->in + entry->in_pos,
						.in_len = entry->in_len - entry->in_pos,
						.out = entry->piece + entry->piece_len,
						.out_len = CDM_S390_PIECE - entry->piece_len };
		st = cdm_codec_step(&dump->codecs, ZLIB_FLAG, entry->begins, &step, err);

		entry->begins = false;
		entry->in_pos += step.consumed;
		entry->piece_len += (uint32_t)step.produced;
		entry->is_end = step.is_end;
		if (st)
			return st;
	}
	return CDM_OK;
}

static bool holds(const struct cdm_s390_entry *entry, uint32_t off)
{
	return off >= entry->piece_off && off - entry->piece_off < entry->piece_len;
}

/* Makes the piece hold the byte at off. */
static enum cdm_status go_to(struct cdm_s390_entry *entry, struct cdm_dump *dump,
			     const struct cdm_s390_place *place, uint32_t off,
			     struct cdm_error *err)
{
	if (entry->at != place->at || off < entry->piece_off)
		begin(entry, place);
	while (!holds(entry, off)) {
		if (entry->is_end)
			return cdm_fail(err, CDM_CORRUPT,
					"the data end after %" PRIu32 " of %" PRIu32 " bytes",
					entry->piece_off + entry->piece_len, place->len);
		enum cdm_status st = next_piece(entry, dump, place, err);

		if (st && !holds(entry, off)) {
			entry->at = 0; /* whoever asks again gets the same answer */
			return st;
		}
	}
	return CDM_OK;
}

enum cdm_status cdm_s390_entry_read(struct cdm_s390_entry *entry, struct cdm_dump *dump,
				    const struct cdm_s390_place *place, uint32_t off, uint8_t *buf,
				    size_t len, size_t *got, struct cdm_error *err)
{
	enum cdm_status st;

	*got = 0;
	while (*got < len) {
		uint32_t at = off + (uint32_t)*got;

		st = go_to(entry, dump, place, at, err);
		if (st)
			return st;
		size_t part = (size_t)cdm_min(len - *got, entry->piece_off + entry->piece_len - at);

		memcpy(buf + *got, entry->piece + (at - entry->piece_off), part);
		*got += part;
	}
	return CDM_OK;
}
