// SPDX-License-Identifier: GPL-2.0-or-later
/* carve_lines.c - what does a line say that may be of a log of Linux up to 3.4? */

#include "printk/carve_lines.h"
#include "base/ascii.h"
#include "base/checked.h"

#define MAX_PRIORITY_DIGITS 3
#define MAX_TIME 40   /* bytes of "[    1.234567]" */
#define LOOKED_AT 256 /* bytes of a line */

bool cdm_is_line_text(uint8_t c)
{
	return c >= 0x20 || c == '\n' || c == '\t' || c == '\r' || c == 0x1b;
}

size_t cdm_priority_at(const uint8_t *at, size_t len)
{
	size_t digits = 0;

	if (len == 0 || at[0] != '<')
		return 0;
	while (1 + digits < len && digits < MAX_PRIORITY_DIGITS && cdm_is_digit(at[1 + digits]))
		digits++;
	return digits && 1 + digits < len && at[1 + digits] == '>' ? digits + 2 : 0;
}

/* The time in "[    1.234567]", in microseconds; false: there is none. */
static bool time_at(const uint8_t *at, size_t len, uint64_t *time_us)
{
	size_t pos = 1, points = 0;

	*time_us = 0;
	if (len == 0 || at[0] != '[')
		return false;
	for (; pos < len && pos < MAX_TIME && at[pos] != ']'; pos++) {
		if (cdm_is_digit(at[pos]))
			*time_us = *time_us * 10 + (uint64_t)(at[pos] - '0');
		else if (at[pos] == '.')
			points++;
		else if (at[pos] != ' ')
			return false;
	}
	return points == 1 && pos < len && at[pos] == ']';
}

bool cdm_has_directive(const uint8_t *at, size_t len)
{
	for (size_t pos = 0; pos + 1 < len; pos++) {
		if (at[pos] != '%')
			continue;
		while (++pos < len && memchr("-+#.*0123456789hlLqjzt", at[pos], 22))
			;
		if (pos < len && memchr("diouxXscpeg", at[pos], 11))
			return true;
	}
	return false;
}

const uint8_t *cdm_line_bytes(struct cdm_window *window, uint64_t paddr, size_t *len)
{
	struct cdm_error unused;
	const uint8_t *raw = cdm_window_get(window, paddr, 1, UINT64_MAX, &unused);

	if (raw)
		*len = window->len - (size_t)(raw - window->bytes);
	return raw;
}

uint64_t cdm_end_of_lines(struct cdm_window *window, uint64_t paddr)
{
	const uint8_t *raw;
	size_t len;

	while ((raw = cdm_line_bytes(window, paddr, &len))) {
		for (size_t i = 0; i < len; i++)
			if (!cdm_is_line_text(raw[i]))
				return paddr + i;
		paddr += len;
	}
	return paddr;
}

uint64_t cdm_begin_of_lines(struct cdm_window *window, uint64_t paddr, uint64_t most)
{
	uint64_t from = paddr - cdm_min(paddr, most);
	struct cdm_error unused;
	const uint8_t *raw =
		cdm_window_get(window, from, (size_t)(paddr - from), UINT64_MAX, &unused);

	if (!raw && window->bad_end > from && window->bad_end < paddr) {
		from = window->bad_end;
		raw = cdm_window_get(window, from, (size_t)(paddr - from), UINT64_MAX, &unused);
	}
	while (raw && paddr > from && cdm_is_line_text(raw[paddr - from - 1]))
		paddr--;
	return paddr;
}

static void find_end(struct cdm_window *window, struct cdm_line *line, uint64_t end)
{
	const uint8_t *raw;
	size_t len;

	for (uint64_t at = line->paddr; at < end; at += len) {
		raw = cdm_line_bytes(window, at, &len);
		if (!raw) {
			line->is_cut = true;
			line->end = cdm_min(end, cdm_max(window->bad_end, at + 1));
			return;
		}
		len = (size_t)cdm_min(len, end - at);
		const uint8_t *newline = memchr(raw, '\n', len);

		if (newline) {
			line->end = at + (uint64_t)(newline - raw) + 1;
			return;
		}
	}
	line->end = end;
}

static void judge(struct cdm_line *line, const uint8_t *raw, size_t len)
{
	static const char banner[] = "Linux version ";
	size_t pos = cdm_priority_at(raw, len);

	line->has_angle = len && raw[0] == '<';
	line->has_nul = memchr(raw, 0, len) != NULL;
	line->has_priority = pos > 0;
	line->is_kernel = pos == sizeof("<6>") - 1 && raw[1] <= '7';
	line->has_time = pos && time_at(raw + pos, len - pos, &line->time_us);
	if (line->has_time) {
		const uint8_t *behind = memchr(raw + pos, ']', len - pos);

		pos = (size_t)(behind - raw) + 1;
		pos += pos < len && raw[pos] == ' ';
	}
	line->is_banner = line->has_priority && len - pos >= sizeof(banner) - 1 &&
			  !memcmp(raw + pos, banner, sizeof(banner) - 1);
	line->has_directive = cdm_has_directive(raw + pos, len - pos);
}

void cdm_read_line(struct cdm_window *window, uint64_t paddr, uint64_t end, struct cdm_line *line)
{
	struct cdm_error unused;

	*line = (struct cdm_line){ .paddr = paddr };
	find_end(window, line, end);
	size_t len = (size_t)cdm_min(line->end - paddr, LOOKED_AT);
	const uint8_t *raw = cdm_window_get(window, paddr, len, UINT64_MAX, &unused);

	if (!raw) {
		raw = cdm_line_bytes(window, paddr, &len);
		len = raw ? (size_t)cdm_min(len, line->end - paddr) : 0;
	}
	if (raw)
		judge(line, raw, len);
}
