// SPDX-License-Identifier: GPL-2.0-or-later
/* vmcoreinfo.c - which value does VMCOREINFO give a key? */

#include "dump/vmcoreinfo.h"
#include "base/checked.h"
#include "base/limits.h"

#include <stdlib.h>

/* The kernel formats a line in a buffer of 80 bytes: a longer one is cut there and loses its
 * newline, so that the next line follows at once (vmcoreinfo_append_str(), linux 2.6.24 on). */
#define LINE_ROOM 79

#define MAX_KEY 96 /* "OFFSET(" + struct + member + ")" */

#define FIRST_LINES 256 /* room for the lines of an ordinary kernel */

/* Offsets into a text of at most CDM_MAX_VMCOREINFO bytes. */
struct line {
	uint32_t key_at;
	uint16_t key_len, value_len; /* with "=" between them */
	uint32_t next_of_length;     /* the next line whose key is as long: number + 1, or 0 */
};

/* Lines are found by the length of their key: a dozen share one. */
struct cdm_vmcoreinfo {
	struct cdm_bytes text; /* borrowed */
	unsigned n_lines, room;
	struct line *lines;
	uint32_t first_of_length[MAX_KEY + 1]; /* number + 1, or 0 */
};

/* Bytes up to the newline, or to a NUL: a page that was missing leaves a run of them. */
static size_t bytes_to_end(struct cdm_bytes text, bool has_nul)
{
	const uint8_t *newline = memchr(text.at, '\n', text.len);
	size_t len = newline ? (size_t)(newline - text.at) : text.len;
	const uint8_t *nul = has_nul ? memchr(text.at, '\0', len) : NULL;

	return nul ? (size_t)(nul - text.at) : len;
}

static bool is_in_key(uint8_t c, bool is_first)
{
	if (c >= 'A' && c <= 'Z')
		return true;
	return !is_first && ((c >= '0' && c <= '9') || c == '-' || c == '_');
}

/* Where does the line at text end, or another one begin that is glued to it? */
static size_t line_length(struct cdm_bytes text, bool has_nul)
{
	size_t len = bytes_to_end(text, has_nul);

	if (len <= LINE_ROOM)
		return len;
	/* Keys begin with capitals; digits, "-" and "_" follow, then "=" or "(". */
	size_t i = LINE_ROOM;

	while (i < len && is_in_key(text.at[i], i == LINE_ROOM))
		i++;
	return i > LINE_ROOM && i < len && (text.at[i] == '=' || text.at[i] == '(') ? LINE_ROOM
										    : len;
}

static enum cdm_status add_line(struct cdm_vmcoreinfo *info, struct line line,
				struct cdm_error *err)
{
	if (info->n_lines == info->room) {
		unsigned room = info->room ? info->room * 2 : FIRST_LINES;
		struct line *lines = realloc(info->lines, room * sizeof(*lines));

		if (!lines)
			return cdm_fail_memory(err, "VMCOREINFO");
		info->lines = lines;
		info->room = room;
	}
	info->lines[info->n_lines++] = line;
	return CDM_OK;
}

/* Keeps KEY=value lines; others say nothing to us. */
static enum cdm_status collect_lines(struct cdm_vmcoreinfo *info, struct cdm_error *err)
{
	struct cdm_bytes text = info->text;
	bool has_nul = text.len && memchr(text.at, '\0', text.len);
	enum cdm_status st;

	for (size_t pos = 0; pos < text.len;) {
		struct cdm_bytes rest = { text.at + pos, text.len - pos };
		size_t len = line_length(rest, has_nul);
		const uint8_t *equals = memchr(rest.at, '=', len);
		size_t key_len = equals ? (size_t)(equals - rest.at) : 0;

		struct line line = { .key_at = (uint32_t)pos, .key_len = (uint16_t)key_len };

		if (key_len > 0 && key_len <= MAX_KEY && len - key_len - 1 <= UINT16_MAX) {
			line.value_len = (uint16_t)(len - key_len - 1);
			st = add_line(info, line, err);
			if (st)
				return st;
		}
		pos += len;
		if (pos < text.len && (text.at[pos] == '\n' || text.at[pos] == '\0'))
			pos++;
	}
	return CDM_OK;
}

/* From the last line to the first, so that of duplicate keys the first is found. */
static void index_lines(struct cdm_vmcoreinfo *info)
{
	for (unsigned i = info->n_lines; i-- > 0;) {
		uint32_t *first = &info->first_of_length[info->lines[i].key_len];

		info->lines[i].next_of_length = *first;
		*first = i + 1;
	}
}

enum cdm_status cdm_vmcoreinfo_new(struct cdm_bytes text, struct cdm_vmcoreinfo **out,
				   struct cdm_error *err)
{
	struct cdm_vmcoreinfo *info = calloc(1, sizeof(*info));

	if (!info)
		return cdm_fail_memory(err, "VMCOREINFO");
	if (text.len > CDM_MAX_VMCOREINFO)
		text.len = CDM_MAX_VMCOREINFO;
	info->text = text;
	enum cdm_status st = collect_lines(info, err);

	if (st) {
		cdm_vmcoreinfo_free(info);
		return st;
	}
	index_lines(info);
	*out = info;
	return CDM_OK;
}

void cdm_vmcoreinfo_free(struct cdm_vmcoreinfo *info)
{
	if (!info)
		return;
	free(info->lines);
	free(info);
}

struct cdm_bytes cdm_vmcoreinfo_whole(const struct cdm_vmcoreinfo *info)
{
	return info->text;
}

unsigned cdm_vmcoreinfo_lines(const struct cdm_vmcoreinfo *info)
{
	return info->n_lines;
}

static bool find(const struct cdm_vmcoreinfo *info, const char *key, size_t len,
		 struct cdm_bytes *value)
{
	uint32_t i = len <= MAX_KEY ? info->first_of_length[len] : 0;

	while (i) {
		const struct line *line = &info->lines[i - 1];
		const uint8_t *at = info->text.at + line->key_at;

		if (memcmp(at, key, len) == 0) {
			*value = (struct cdm_bytes){ at + len + 1, line->value_len };
			return true;
		}
		i = line->next_of_length;
	}
	return false;
}

bool cdm_vmcoreinfo_text(const struct cdm_vmcoreinfo *info, const char *key,
			 struct cdm_bytes *value)
{
	return find(info, key, strlen(key), value);
}

/* "KIND(name)" */
static bool find_in(const struct cdm_vmcoreinfo *info, const char *kind, const char *name,
		    struct cdm_bytes *value)
{
	char key[MAX_KEY];
	size_t kind_len = strlen(kind), name_len = strlen(name);

	if (kind_len + name_len + 2 > sizeof(key))
		return false;
	memcpy(key, kind, kind_len);
	key[kind_len] = '(';
	memcpy(key + kind_len + 1, name, name_len);
	key[kind_len + 1 + name_len] = ')';
	return find(info, key, kind_len + name_len + 2, value);
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* All of the text as one number: anything else in it, or more than 64 bits, is no number. */
static bool parse(struct cdm_bytes text, unsigned base, uint64_t *value)
{
	uint64_t n = 0;

	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned d = (unsigned)digit(text.at[i]);

		if (d >= base || cdm_mul(n, base, &n) || cdm_add(n, d, &n))
			return false;
	}
	*value = n;
	return true;
}

bool cdm_vmcoreinfo_symbol(const struct cdm_vmcoreinfo *info, const char *name, uint64_t *vaddr)
{
	struct cdm_bytes text;

	return find_in(info, "SYMBOL", name, &text) && parse(text, 16, vaddr);
}

bool cdm_vmcoreinfo_number(const struct cdm_vmcoreinfo *info, const char *name, uint64_t *value)
{
	struct cdm_bytes text;
	uint64_t magnitude;

	if (!find_in(info, "NUMBER", name, &text))
		return false;
	bool negative = text.len > 0 && text.at[0] == '-';

	if (negative)
		text = (struct cdm_bytes){ text.at + 1, text.len - 1 };
	bool hex = cdm_starts_with(text, "0x", 2);

	if (hex)
		text = (struct cdm_bytes){ text.at + 2, text.len - 2 };
	if (!parse(text, hex ? 16 : 10, &magnitude))
		return false;
	*value = negative ? -magnitude : magnitude;
	return true;
}

bool cdm_vmcoreinfo_decimal(const struct cdm_vmcoreinfo *info, const char *key, uint64_t *value)
{
	struct cdm_bytes text;

	return cdm_vmcoreinfo_text(info, key, &text) && parse(text, 10, value);
}

bool cdm_vmcoreinfo_hex(const struct cdm_vmcoreinfo *info, const char *key, uint64_t *value)
{
	struct cdm_bytes text;

	return cdm_vmcoreinfo_text(info, key, &text) && parse(text, 16, value);
}
