// SPDX-License-Identifier: GPL-2.0-or-later
/* notes.c - where is VMCOREINFO among the ELF notes?
 *
 * A note is three 32-bit numbers (n_namesz, n_descsz, n_type) in the file's byte order, then name
 * and desc, each padded to 4 bytes, also in ELF64 (formats.md 1.1.6). */

#include "dump/notes.h"
#include "base/checked.h"

#include <inttypes.h>
#include <stdlib.h>

#define NOTE_HEADER 12
#define WINDOW 8192 /* bytes of notes read at once */

/* A forward walk over the notes, through a small window. */
struct walk {
	struct cdm_dump *dump;
	uint64_t pos, end; /* of the next note; behind the last */
	uint64_t window_at;
	size_t window_len;
	uint8_t window[WINDOW];
};

/* len (<= WINDOW) bytes at off, or NULL where the file ends before. Valid until the next call. */
static const uint8_t *look_at(struct walk *walk, uint64_t off, size_t len)
{
	struct cdm_error unused;

	if (off < walk->window_at || off + len > walk->window_at + walk->window_len) {
		size_t want = (size_t)cdm_min(WINDOW, walk->end - off);

		walk->window_at = off;
		if (cdm_source_read(walk->dump->source, off, walk->window, want, &walk->window_len,
				    &unused) &&
		    walk->window_len == 0)
			return NULL;
	}
	if (off + len > walk->window_at + walk->window_len)
		return NULL;
	return walk->window + (off - walk->window_at);
}

static uint64_t padded(uint64_t size)
{
	return (size + 3) & ~(uint64_t)3;
}

/* False at the end of the notes. Leaves walk->pos behind the note. */
static bool next_note(struct walk *walk, struct cdm_note *note)
{
	uint64_t zeros = 0;

	while (walk->end - walk->pos >= NOTE_HEADER && zeros <= CDM_MAX_NOTE_PADDING) {
		const uint8_t *raw = look_at(walk, walk->pos, NOTE_HEADER);

		if (!raw)
			return false;
		note->name_size = cdm_load_u32(raw, walk->dump->layout);
		note->desc_size = cdm_load_u32(raw + 4, walk->dump->layout);
		note->type = cdm_load_u32(raw + 8, walk->dump->layout);
		uint64_t name_at = walk->pos + NOTE_HEADER;

		/* Zeros pad the room between two CPUs' notes, in steps of 4. */
		if (note->name_size == 0) {
			walk->pos += 4;
			zeros += 4;
			continue;
		}
		note->desc_at = cdm_end_of(name_at, padded(note->name_size));
		uint64_t behind = cdm_end_of(note->desc_at, padded(note->desc_size));
		size_t name_len = (size_t)cdm_min(note->name_size, CDM_NOTE_NAME);

		if (name_len > walk->end - name_at || !(raw = look_at(walk, name_at, name_len)))
			return false;
		memcpy(note->name, raw, name_len);
		note->name[name_len] = '\0';
		/* The last note may lack its padding. */
		walk->pos = cdm_min(behind, walk->end);
		return note->desc_at <= walk->end;
	}
	return false;
}

/* A text that the file does not hold whole is of use as far as it goes. */
static enum cdm_status keep_vmcoreinfo(struct walk *walk, const struct cdm_note *note,
				       struct cdm_error *err)
{
	size_t len = (size_t)cdm_min(note->desc_size, walk->end - note->desc_at);
	struct cdm_error unused;
	size_t got = 0;

	if (len == 0 || len > CDM_MAX_VMCOREINFO)
		return CDM_OK;
	const uint8_t *held = len <= WINDOW ? look_at(walk, note->desc_at, len) : NULL;

	if (held)
		return cdm_dump_describe(walk->dump, (struct cdm_bytes){ held, len }, "note", err);
	uint8_t *text = malloc(len);

	if (!text)
		return cdm_fail_memory(err, "VMCOREINFO");
	enum cdm_status st =
		cdm_source_read(walk->dump->source, note->desc_at, text, len, &got, &unused);

	(void)st; /* what was read is of use */
	st = got ? cdm_dump_describe(walk->dump, (struct cdm_bytes){ text, got }, "note", err)
		 : CDM_OK;
	free(text);
	return st;
}

/* Notes whose sizes lie (T10) hide those behind them: looks for VMCOREINFO's header by its name, at
 * every multiple of 4. */
static bool find_by_name(struct walk *walk)
{
	static const char name[] = "VMCOREINFO";
	uint64_t end = cdm_min(walk->end, cdm_end_of(walk->pos, CDM_MAX_NOTE_SEARCH));

	for (; end > walk->pos && end - walk->pos >= NOTE_HEADER + sizeof(name); walk->pos += 4) {
		const uint8_t *raw = look_at(walk, walk->pos, NOTE_HEADER + sizeof(name));

		if (!raw)
			return false;
		if (cdm_load_u32(raw, walk->dump->layout) == sizeof(name) &&
		    memcmp(raw + NOTE_HEADER, name, sizeof(name)) == 0)
			return true;
	}
	return false;
}

static enum cdm_status walk_notes(struct walk *walk, struct cdm_error *err)
{
	struct cdm_note note;
	enum cdm_status st = CDM_OK;

	for (; !st && walk->dump->n_notes < CDM_MAX_NOTES && next_note(walk, &note);
	     walk->dump->n_notes++)
		if (strcmp(note.name, "VMCOREINFO") == 0)
			st = keep_vmcoreinfo(walk, &note, err);
	return st;
}

static struct walk *new_walk(struct cdm_dump *dump, uint64_t off, uint64_t len)
{
	struct walk *walk = malloc(sizeof(*walk));

	if (!walk)
		return NULL;
	walk->window_at = 0;
	walk->window_len = 0;
	walk->dump = dump;
	walk->pos = off;
	walk->end = cdm_end_of(off, len);
	return walk;
}

enum cdm_status cdm_notes_scan(struct cdm_dump *dump, uint64_t off, uint64_t len,
			       struct cdm_error *err)
{
	struct walk *walk = new_walk(dump, off, len);
	unsigned n_before = dump->n_descriptions;

	if (!walk)
		return cdm_fail_memory(err, "notes");
	cdm_dump_has_notes(dump, off, len);
	enum cdm_status st = walk_notes(walk, err);

	if (!st && dump->n_descriptions == n_before && dump->n_notes < CDM_MAX_NOTES) {
		dump->n_notes += CDM_NOTES_OF_A_SEARCH;
		walk->pos = off;
		if (find_by_name(walk))
			st = walk_notes(walk, err);
	}
	free(walk);
	return st;
}

void cdm_notes_visit(struct cdm_dump *dump,
		     void (*visit)(void *context, const struct cdm_note *note), void *context)
{
	struct cdm_note note;

	for (unsigned i = 0; i < dump->n_note_areas; i++) {
		struct walk *walk = new_walk(dump, dump->note_areas[i].at, dump->note_areas[i].len);

		for (unsigned n = 0; walk && n < CDM_MAX_NOTES && next_note(walk, &note); n++)
			visit(context, &note);
		free(walk);
	}
}
