// SPDX-License-Identifier: GPL-2.0-or-later
/* lines.c - where does the next line of a text end? */

#include "textlog/lines.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A NUL stands for a hole of the file, and for zeros that a stream gives in a row. */
static void pass_hole(struct cdm_lines *lines)
{
	if (lines->end > lines->start && lines->buf[lines->end - 1])
		return;
	uint64_t data = cdm_source_next_data(lines->source, lines->at);

	if (data <= lines->at)
		return;
	lines->n_passed += data - 1 - lines->at;
	lines->at = data - 1;
}

static enum cdm_status check_passed(struct cdm_lines *lines)
{
	if (!lines->source->is_stream || lines->n_passed <= CDM_MAX_TEXT_NULS)
		return CDM_OK;
	return cdm_fail(&lines->failure, CDM_ERR_LIMIT,
			"the text has %" PRIu64 " NULs up to 0x%" PRIx64 ": it is not read on",
			lines->n_passed, lines->at);
}

/* Reads on behind what is left, which moves to the start. What cannot be read ends the text. */
static void fill(struct cdm_lines *lines)
{
	size_t got = 0;

	pass_hole(lines);
	memmove(lines->buf, lines->buf + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	size_t room = CDM_LINES_ROOM - lines->end;
	enum cdm_status st = check_passed(lines);

	if (!st)
		st = cdm_source_read(lines->source, lines->at, lines->buf + lines->end, room, &got,
				     &lines->failure);

	lines->failure.status = st;
	lines->is_at_end = st || got < room;
	lines->at += got;
	lines->end += got;
}

/* NULs in front of a line: between the records of some texts, and where a file was lengthened. */
static size_t count_nuls(const struct cdm_lines *lines)
{
	size_t n = 0;

	while (lines->start + n < lines->end && !lines->buf[lines->start + n])
		n++;
	return n;
}

/* How long the line is that begins there, with its newline; 0: its end is not in the buffer. */
static size_t find_end(const struct cdm_lines *lines, size_t start)
{
	size_t len = lines->end - start;
	const uint8_t *newline = len ? memchr(lines->buf + start, '\n', len) : NULL;

	if (newline)
		return (size_t)(newline - (lines->buf + start)) + 1;
	if (lines->is_at_end || len > CDM_MAX_TEXT)
		return len;
	return 0;
}

enum cdm_status cdm_lines_look(struct cdm_lines *lines, struct cdm_line *line,
			       struct cdm_error *err)
{
	size_t nuls, len;

	if (!lines->buf)
		lines->buf = malloc(CDM_LINES_ROOM);
	if (!lines->buf)
		return cdm_fail_memory(err, "text");
	for (;;) {
		nuls = count_nuls(lines);
		len = find_end(lines, lines->start + nuls);
		if (len || lines->is_at_end)
			break;
		/* NULs alone say nothing but that they are there. */
		if (nuls > 1)
			lines->start += nuls - 1;
		fill(lines);
	}
	if (!len)
		return CDM_END;
	bool is_whole = lines->buf[lines->start + nuls + len - 1] == '\n';

	if (len > CDM_MAX_TEXT + 1u)
		len = CDM_MAX_TEXT, is_whole = false;
	lines->line_len = nuls + len;
	*line = (struct cdm_line){
		.at = lines->buf + lines->start + nuls,
		.len = len - is_whole,
		.goes_on =
			!is_whole && (lines->start + nuls + len < lines->end || !lines->is_at_end),
		.has_nul = nuls > 0,
	};
	return CDM_OK;
}

void cdm_lines_pass(struct cdm_lines *lines)
{
	lines->start += lines->line_len;
	lines->line_len = 0;
}

int cdm_lines_peek(struct cdm_lines *lines)
{
	if (lines->start == lines->end && !lines->is_at_end)
		fill(lines);
	return lines->start < lines->end ? lines->buf[lines->start] : -1;
}

int cdm_lines_byte(struct cdm_lines *lines)
{
	int byte = cdm_lines_peek(lines);

	lines->start += byte >= 0;
	return byte;
}

void cdm_lines_rewind(struct cdm_lines *lines)
{
	lines->at = lines->n_passed = 0;
	lines->start = lines->end = lines->line_len = 0;
	lines->is_at_end = false;
	lines->failure.status = CDM_OK;
}

void cdm_lines_end(struct cdm_lines *lines)
{
	free(lines->buf);
	lines->buf = NULL;
}
