// SPDX-License-Identifier: GPL-2.0-or-later
/* scan.c - which places in memory hold the text of VMCOREINFO? */

#include "kernel/scan.h"
#include "base/ascii.h"
#include "base/checked.h"
#include "base/words.h"
#include "kernel/corehdr.h"
#include "kernel/lowcore.h"

#include <stdlib.h>

#define PAGE 4096 /* the smallest of any machine */
#define MAX_RELEASE 64

static const char first_key[] = "OSRELEASE=";
#define FIRST_KEY_LEN (sizeof(first_key) - 1)

enum cdm_status cdm_scan_begin(struct cdm_scan *scan, struct cdm_dump *dump,
			       enum cdm_scan_places places, struct cdm_scan_words *words,
			       struct cdm_error *err)
{
	*scan = (struct cdm_scan){ .places = places, .words = words };
	if (places == CDM_SCAN_PAGES)
		*words = (struct cdm_scan_words){ .n = 0 };
	return cdm_pieces_begin(&scan->pieces, dump, err);
}

void cdm_scan_end(struct cdm_scan *scan)
{
	cdm_pieces_end(&scan->pieces);
	free(scan->text);
	scan->text = NULL;
}

/* ---- is it one? ---- */

/* The bytes up to the newline behind a release, or 0: format strings and documents have none. */
static size_t release_len(struct cdm_bytes text)
{
	size_t len = 0;

	while (len < text.len && len <= MAX_RELEASE && text.at[len] > ' ' && text.at[len] <= '~')
		len++;
	bool ends = len < text.len && text.at[len] == '\n';

	return ends && len && cdm_is_digit(text.at[0]) ? len : 0;
}

static bool has_key(struct cdm_bytes text, const char *key)
{
	return memmem(text.at, text.len, key, strlen(key)) != NULL;
}

/* The release, and soon behind it what every kernel exports. */
static bool looks_like_description(struct cdm_bytes text)
{
	if (!cdm_starts_with(text, first_key, FIRST_KEY_LEN))
		return false;
	struct cdm_bytes head = { text.at + FIRST_KEY_LEN, text.len - FIRST_KEY_LEN };

	head.len = (size_t)cdm_min(head.len, CDM_DESCRIPTION_HEAD);
	return release_len(head) && (has_key(head, "\nPAGESIZE=") || has_key(head, "\nBUILD-ID=") ||
				     has_key(head, "\nSYMBOL("));
}

/* ---- the text ---- */

static enum cdm_status read_text(struct cdm_scan *scan, uint64_t paddr, size_t len,
				 struct cdm_bytes *text, struct cdm_error *err)
{
	struct cdm_error unused;
	size_t got = 0;

	free(scan->text);
	scan->text = malloc(len);
	if (!scan->text)
		return cdm_fail_memory(err, "VMCOREINFO");
	/* What can be had is of use. */
	if (cdm_dump_read(scan->pieces.dump, paddr, scan->text, len, &got, &unused) == CDM_OK)
		got = len;
	*text = (struct cdm_bytes){ scan->text, got };
	return CDM_OK;
}

/* The kernel's pages may be larger than the one that was read. */
static size_t page_size(struct cdm_bytes text)
{
	static const char key[] = "\nPAGESIZE=";
	const uint8_t *at = memmem(text.at, text.len, key, sizeof(key) - 1);
	size_t size = 0;

	for (at = at ? at + sizeof(key) - 1 : text.at; at < text.at + text.len; at++) {
		if (!cdm_is_digit(*at) || size > CDM_MAX_VMCOREINFO)
			break;
		size = size * 10 + (size_t)(*at - '0');
	}
	return size > PAGE && size <= CDM_MAX_VMCOREINFO && cdm_is_power_of_two(size) ? size : PAGE;
}

static void trim(struct cdm_bytes *text)
{
	while (text->len && text->at[text->len - 1] == '\0')
		text->len--;
}

/* A page of its own holds nothing else: zeros inside are what a page that was missing left. Among
 * variables the text ends with the first zero. */
static void end_text(const struct cdm_scan *scan, struct cdm_find *find)
{
	const uint8_t *nul = memchr(find->text.at, '\0', find->text.len);

	if (scan->places == CDM_SCAN_WORDS && !find->is_note && nul)
		find->text.len = (size_t)(nul - find->text.at);
	trim(&find->text);
}

/* Few texts take more than the smallest page, also where pages are larger. */
static bool has_ended(const struct cdm_find *find)
{
	return find->text.len == 0 || find->text.at[find->text.len - 1] == '\0';
}

/* Reads the text at find->paddr, `size` bytes by its note, or as far as it can go. CDM_NOT_MINE: it
 * is no description. */
static enum cdm_status take_text(struct cdm_scan *scan, struct cdm_find *find, uint32_t size,
				 struct cdm_error *err)
{
	size_t len = find->is_note ? size : PAGE;
	enum cdm_status st = read_text(scan, find->paddr, len, &find->text, err);

	if (st)
		return st;
	if (!looks_like_description(find->text))
		return CDM_NOT_MINE;
	len = page_size(find->text);
	if (scan->places == CDM_SCAN_PAGES && !find->is_note && len > PAGE && !has_ended(find) &&
	    (st = read_text(scan, find->paddr, len, &find->text, err)))
		return st;
	end_text(scan, find);
	return CDM_OK;
}

/* ---- places ---- */

/* What the piece holds from there on. */
static struct cdm_bytes behind(const struct cdm_scan *scan, size_t pos)
{
	return (struct cdm_bytes){ scan->piece.at + pos, scan->piece.len - pos };
}

static enum cdm_status look_at_page(struct cdm_scan *scan, size_t pos, struct cdm_find *find,
				    struct cdm_error *err)
{
	struct cdm_bytes page = behind(scan, pos);
	uint64_t paddr = scan->paddr + pos, note_paddr;
	uint32_t size = 0;

	if (cdm_is_corehdr(page) && scan->n_corehdrs++ < CDM_MAX_COREHDRS &&
	    cdm_corehdr_note(scan->pieces.dump, page, paddr, &note_paddr, &size)) {
		find->corehdr = paddr;
		find->is_note = true;
		find->paddr = note_paddr + CDM_NOTE_TEXT;
		return take_text(scan, find, size, err);
	}
	find->corehdr = 0;
	find->is_note = cdm_is_vmcoreinfo_note(page, &size);
	if (!find->is_note && !cdm_starts_with(page, first_key, FIRST_KEY_LEN))
		return CDM_NOT_MINE;
	find->paddr = paddr + (find->is_note ? CDM_NOTE_TEXT : 0);
	return take_text(scan, find, size, err);
}

/* The next page that begins in the piece; piece.len where there is none. */
static size_t next_page(const struct cdm_scan *scan)
{
	uint64_t past = (scan->paddr + scan->pos) % PAGE;
	uint64_t pos = scan->pos + (past ? PAGE - past : 0);

	return (size_t)cdm_min(pos, scan->piece.len);
}

static enum cdm_status search_pages(struct cdm_scan *scan, struct cdm_find *find,
				    struct cdm_error *err)
{
	size_t pos;

	while ((pos = next_page(scan)) < scan->piece.len) {
		scan->pos = pos + 1;
		enum cdm_status st = look_at_page(scan, pos, find, err);

		if (st != CDM_NOT_MINE)
			return st;
	}
	return CDM_NOT_MINE;
}

/* The header of a note whose text is at pos may stand in the piece before. */
static bool has_note_header(struct cdm_scan *scan, uint64_t paddr, uint32_t *size)
{
	uint8_t raw[CDM_NOTE_TEXT];

	return paddr >= CDM_NOTE_TEXT &&
	       cdm_dump_reads(scan->pieces.dump, paddr - CDM_NOTE_TEXT, raw, sizeof(raw)) &&
	       cdm_is_vmcoreinfo_note((struct cdm_bytes){ raw, sizeof(raw) }, size);
}

/* Does the key begin there? Its end may be in the next piece. */
static bool has_first_key(const struct cdm_scan *scan, size_t pos)
{
	struct cdm_bytes at = behind(scan, pos);

	return memcmp(at.at, first_key, (size_t)cdm_min(at.len, FIRST_KEY_LEN)) == 0;
}

/* The next multiple of 4 in memory, from there on, where the key begins; piece.len: none. */
static size_t next_word(const struct cdm_scan *scan, size_t pos)
{
	pos += (size_t)(-(scan->paddr + pos) % 4);
	while (pos < scan->piece.len &&
	       (pos = cdm_find_word(scan->piece, pos, first_key)) < scan->piece.len &&
	       !has_first_key(scan, pos))
		pos += 4;
	return (size_t)cdm_min(pos, scan->piece.len);
}

/* Those at the begin of a page are looked at with the pages. */
static void note_words(struct cdm_scan *scan)
{
	struct cdm_scan_words *words = scan->words;

	for (size_t pos = 0; (pos = next_word(scan, pos)) < scan->piece.len; pos += 4) {
		if ((scan->paddr + pos) % PAGE && words->n < CDM_MAX_SCAN_WORDS)
			words->paddrs[words->n] = scan->paddr + pos;
		words->n += (scan->paddr + pos) % PAGE != 0;
	}
}

/* Pages of their own were looked at before. */
static enum cdm_status look_at_word(struct cdm_scan *scan, uint64_t paddr, struct cdm_find *find,
				    struct cdm_error *err)
{
	uint32_t size = 0;

	find->paddr = paddr;
	find->corehdr = 0;
	find->is_note = has_note_header(scan, find->paddr, &size);
	if ((find->paddr - (find->is_note ? CDM_NOTE_TEXT : 0)) % PAGE == 0)
		return CDM_NOT_MINE;
	return take_text(scan, find, size, err);
}

static enum cdm_status search_words(struct cdm_scan *scan, struct cdm_find *find,
				    struct cdm_error *err)
{
	size_t pos;

	while ((pos = next_word(scan, scan->pos)) < scan->piece.len) {
		scan->pos = pos + 4;
		enum cdm_status st = look_at_word(scan, scan->paddr + pos, find, err);

		if (st != CDM_NOT_MINE)
			return st;
	}
	scan->pos = scan->piece.len;
	return CDM_NOT_MINE;
}

/* Those that were noted are all. */
static enum cdm_status next_noted(struct cdm_scan *scan, struct cdm_find *find,
				  struct cdm_error *err)
{
	while (scan->n_words_seen < scan->words->n) {
		uint64_t paddr = scan->words->paddrs[scan->n_words_seen++];
		enum cdm_status st = look_at_word(scan, paddr, find, err);

		if (st != CDM_NOT_MINE)
			return st;
	}
	return CDM_END;
}

static enum cdm_status search_piece(struct cdm_scan *scan, struct cdm_find *find,
				    struct cdm_error *err)
{
	return scan->places == CDM_SCAN_PAGES ? search_pages(scan, find, err)
					      : search_words(scan, find, err);
}

enum cdm_status cdm_scan_next(struct cdm_scan *scan, struct cdm_find *find, struct cdm_error *err)
{
	bool is_first = scan->places == CDM_SCAN_PAGES;
	enum cdm_status st;

	if (!is_first && scan->words->is_all)
		return next_noted(scan, find, err);
	while ((st = search_piece(scan, find, err)) == CDM_NOT_MINE) {
		st = cdm_pieces_next(&scan->pieces, &scan->piece, &scan->paddr, err);
		scan->pos = 0;
		if (st == CDM_END && is_first)
			scan->words->is_all = scan->words->n <= CDM_MAX_SCAN_WORDS;
		if (st)
			return st;
		if (is_first)
			note_words(scan);
	}
	return st;
}

enum cdm_status cdm_scan_pointer(struct cdm_scan *scan, unsigned nth, struct cdm_find *find,
				 struct cdm_error *err)
{
	uint32_t len;

	if (nth >= CDM_LOWCORE_POINTERS)
		return CDM_END;
	*find = (struct cdm_find){ .is_note = true };
	if (!cdm_lowcore_text(scan->pieces.dump, nth, &find->paddr, &len))
		return CDM_NOT_MINE;
	return take_text(scan, find, len, err);
}
