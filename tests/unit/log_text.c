// SPDX-License-Identifier: GPL-2.0-or-later
/* log_text.c - records from the lines of a log in a test. */

#include "log_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLER_IS_CPU UINT32_C(0x80000000)

static struct cdm_bytes behind(struct cdm_bytes text, size_t len)
{
	return (struct cdm_bytes){ text.at + len, text.len - len };
}

static struct cdm_bytes take_line(struct cdm_bytes *text)
{
	const uint8_t *end = memchr(text->at, '\n', text->len);
	struct cdm_bytes line = { text->at, end ? (size_t)(end - text->at) : text->len };

	*text = behind(*text, end ? line.len + 1 : line.len);
	return line;
}

/* Lines are not NUL-terminated, but each is followed by something that ends a number. */
static void take_priority(struct cdm_bytes *line, struct cdm_record *rec)
{
	unsigned priority;
	int len = 0;

	if (!line->len || line->at[0] != '<' ||
	    sscanf((const char *)line->at, "<%u>%n", &priority, &len) != 1 || !len)
		return;
	rec->flags |= CDM_RECORD_PRIORITY;
	rec->level = (uint8_t)(priority & 7);
	rec->facility = (uint8_t)(priority >> 3);
	*line = behind(*line, (size_t)len);
}

static void take_time(struct cdm_bytes *line, struct cdm_record *rec)
{
	unsigned long seconds, microseconds;
	int len = 0;

	if (!line->len || line->at[0] != '[' ||
	    sscanf((const char *)line->at, "[%lu.%lu]%n", &seconds, &microseconds, &len) != 2 ||
	    !len)
		return;
	rec->flags |= CDM_RECORD_TIMED;
	rec->ts_ns = (uint64_t)seconds * 1000000000u + (uint64_t)microseconds * 1000u;
	*line = behind(*line, (size_t)len);
	if (line->len && line->at[0] == ' ')
		*line = behind(*line, 1);
}

static void take_caller(struct cdm_bytes *line, struct cdm_record *rec)
{
	unsigned number;
	char type;
	int len = 0;

	if (!line->len || line->at[0] != '[' ||
	    sscanf((const char *)line->at, "[ %c%u]%n", &type, &number, &len) != 2 || !len ||
	    (type != 'T' && type != 'C'))
		return;
	rec->flags |= CDM_RECORD_CALLER;
	rec->caller = type == 'C' ? number | CALLER_IS_CPU : number;
	*line = behind(*line, (size_t)len);
	if (line->len && line->at[0] == ' ')
		*line = behind(*line, 1);
}

bool log_text_next(struct cdm_bytes *text, struct cdm_record *rec)
{
	if (!text->len)
		return false;
	struct cdm_bytes line = take_line(text);
	uint64_t seq = rec->text.at ? rec->seq + 1 : 0;

	*rec = (struct cdm_record){ .seq = seq, .ts_ns = rec->ts_ns };
	take_priority(&line, rec);
	take_time(&line, rec);
	take_caller(&line, rec);
	rec->text = line;
	return true;
}

char *read_whole_file(const char *name, size_t *len)
{
	FILE *file = fopen(name, "rb");
	char *text = NULL;

	long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;

	if (size >= 0)
		text = malloc((size_t)size + 1);
	if (!text) {
		perror(name);
		abort();
	}
	rewind(file);
	*len = fread(text, 1, (size_t)size, file);
	text[*len] = '\0';
	fclose(file);
	return text;
}
