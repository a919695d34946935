// SPDX-License-Identifier: GPL-2.0-or-later
/* fingerprint.c - one number for one bug, on whatever machine, boot or build it shows. */

#include "report/fingerprint.h"

#include "report/symbol.h"

#include <string.h>

#define RULE "cd1"

/* Fowler, Noll and Vo's constants for 64 bits. */
#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

static uint64_t add_byte(uint64_t hash, uint8_t byte)
{
	return (hash ^ byte) * FNV_PRIME;
}

static uint64_t add_line(uint64_t hash, struct cdm_bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		hash = add_byte(hash, line.at[i]);
	return add_byte(hash, '\n');
}

static struct cdm_bytes bytes_of(const char *text)
{
	return (struct cdm_bytes){ (const uint8_t *)text, strlen(text) };
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A word that has a digit says which one, not what: it is left out whole. So is the task's name. */
static uint64_t add_reason(uint64_t hash, const char *reason, const char *comm)
{
	size_t comm_len = strlen(comm);

	while (*reason) {
		size_t len = 0;
		bool has_digit = false;

		for (; is_word_char(reason[len]); len++)
			has_digit |= is_digit(reason[len]);
		if (len == 0)
			len = 1;
		if (comm_len && !strncmp(reason, comm, comm_len))
			len = comm_len;
		else if (!has_digit)
			for (size_t i = 0; i < len; i++)
				hash = add_byte(hash, (uint8_t)reason[i]);
		reason += len;
	}
	return add_byte(hash, '\n');
}

/* A dot in front is big-endian ppc64's. */
static struct cdm_bytes name_of(const struct cdm_report *report, const struct cdm_frame *frame)
{
	struct cdm_bytes plain = cdm_symbol_plain(bytes_of(cdm_report_word(report, frame->symbol)));

	if (plain.len && plain.at[0] == '.')
		return (struct cdm_bytes){ plain.at + 1, plain.len - 1 };
	return plain;
}

static bool is_same(struct cdm_bytes a, struct cdm_bytes b)
{
	return a.len == b.len && !memcmp(a.at, b.at, a.len);
}

/* Recursion counts once, however deep. */
static unsigned add_frames(uint64_t *hash, const struct cdm_report *report, unsigned max)
{
	const struct cdm_frame *frame;
	struct cdm_bytes last = { 0 };
	unsigned index = 0, n = 0;

	while (n < max && (frame = cdm_report_next_frame(report, false, &index)) != NULL) {
		struct cdm_bytes name = name_of(report, frame);

		const char *dispatch = cdm_symbol_dispatch(name);

		if (dispatch) {
			*hash = add_line(*hash, bytes_of(dispatch));
			break;
		}
		if (n && is_same(name, last))
			continue;
		*hash = add_line(*hash, name);
		last = name;
		n++;
	}
	return n;
}

/* Functions on the way there are the kernel's affair, and change with its releases. */
static bool says_all(enum cdm_kind kind)
{
	return kind == CDM_KIND_SYSRQ_C || kind == CDM_KIND_NO_ROOT || kind == CDM_KIND_NO_INIT;
}

/* Data that were executed have the name of what stands before them. */
static bool is_behind_function(const struct cdm_report *report)
{
	return report->kind == CDM_KIND_PAGE_FAULT && report->ip.size &&
	       report->ip.offset >= report->ip.size;
}

uint64_t cdm_fingerprint(const struct cdm_report *report)
{
	uint64_t hash = add_line(FNV_OFFSET, bytes_of(RULE));
	unsigned n = 0;

	hash = add_line(hash, bytes_of(cdm_kind_name(report->kind)));
	if (says_all(report->kind))
		return hash;
	if (report->is_protected)
		hash = add_line(hash, bytes_of("protected"));
	if (report->is_nowhere)
		hash = add_line(hash, bytes_of("nowhere"));
	if (is_behind_function(report))
		hash = add_line(hash, bytes_of("no function"));
	n = add_frames(&hash, report,
		       report->kind == CDM_KIND_STACK_PROTECTOR ? 1 : CDM_FINGERPRINT_FRAMES);
	if (n == 0 || report->kind == CDM_KIND_PANIC)
		hash = add_reason(hash, cdm_report_word(report, report->reason),
				  cdm_report_word(report, report->comm));
	return hash;
}
