// SPDX-License-Identifier: GPL-2.0-or-later
/* error.c - how is an error's one line put together? */

#include "base/error.h"
#include "base/ascii.h"
#include "base/outbuf.h"
#include "base/print.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define ELLIPSIS " ... "

/* Within a character of UTF-8. */
static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Keeps the head and the tail of a text that is too long: what failed stands in front, what was
 * found and allowed at the end. */
static void keep_ends(char *to, const char *head, size_t head_len, const char *tail,
		      size_t tail_len)
{
	size_t room = CDM_ERROR_TEXT - 1;

	if (head_len + tail_len <= room) {
		memcpy(to, head, head_len);
		memcpy(to + head_len, tail, tail_len);
		to[head_len + tail_len] = '\0';
		return;
	}
	size_t dots = sizeof(ELLIPSIS) - 1;
	size_t keep_tail = tail_len < room * 2 / 3 ? tail_len : room * 2 / 3;
	size_t keep_head = room - dots - keep_tail;

	if (keep_head > head_len)
		keep_head = head_len;
	while (keep_head < head_len && keep_head && is_continuation(head[keep_head]))
		keep_head--;
	while (keep_tail && is_continuation(tail[tail_len - keep_tail]))
		keep_tail--;
	memcpy(to, head, keep_head);
	memcpy(to + keep_head, ELLIPSIS, dots);
	memcpy(to + keep_head + dots, tail + tail_len - keep_tail, keep_tail);
	to[keep_head + dots + keep_tail] = '\0';
}

/* A name may be as long as a path, and what stands behind it counts. */
#define LONGEST_TEXT 8192

/* A name or a line of a file in a sentence may hold anything: nothing of it reaches a terminal. */
static void make_visible(char text[LONGEST_TEXT])
{
	struct cdm_bytes bytes = { (const uint8_t *)text, strlen(text) };
	char shown[LONGEST_TEXT];
	struct cdm_outbuf out = { .at = shown, .room = sizeof(shown) - 1 };

	if (cdm_plain_run(bytes, 0, 0) == bytes.len)
		return;
	cdm_put_visible(&out, bytes);
	size_t len = out.needed < out.room ? out.needed : out.room;

	memcpy(text, shown, len);
	text[len] = '\0';
}

CDM_PRINTF(3, 0)
static void replace_text(struct cdm_error *err, const char *tail, const char *fmt, va_list args)
{
	char text[LONGEST_TEXT];
	size_t tail_len = strlen(tail);
	size_t len = cdm_print_list(text, sizeof(text) - tail_len, fmt, args);

	if (len >= sizeof(text) - tail_len)
		len = sizeof(text) - tail_len - 1;
	memcpy(text + len, tail, tail_len + 1);
	make_visible(text);
	len = strlen(text);
	keep_ends(err->text, text, len / 2, text + len / 2, len - len / 2);
}

enum cdm_status cdm_fail(struct cdm_error *err, enum cdm_status status, const char *fmt, ...)
{
	va_list args;

	err->status = status;
	err->sys_errno = 0;
	va_start(args, fmt);
	replace_text(err, "", fmt, args);
	va_end(args);
	return status;
}

enum cdm_status cdm_fail_errno(struct cdm_error *err, const char *fmt, ...)
{
	int saved = errno;
	char reason[128];
	va_list args;

	cdm_print(reason, sizeof(reason), ": %s", strerror(saved));
	va_start(args, fmt);
	replace_text(err, reason, fmt, args);
	va_end(args);
	err->status = CDM_ERR_SYSTEM;
	err->sys_errno = saved;
	return CDM_ERR_SYSTEM;
}

enum cdm_status cdm_fail_memory(struct cdm_error *err, const char *what)
{
	return cdm_fail(err, CDM_ERR_MEMORY, "out of memory (%s)", what);
}

enum cdm_status cdm_context(struct cdm_error *err, const char *fmt, ...)
{
	char clause[LONGEST_TEXT];
	char inner[CDM_ERROR_TEXT];
	va_list args;

	va_start(args, fmt);
	cdm_print_list(clause, sizeof(clause) - 3, fmt, args);
	va_end(args);
	make_visible(clause);
	size_t len = strnlen(clause, sizeof(clause) - 3);
	memcpy(clause + len, ": ", 2);
	memcpy(inner, err->text, sizeof(inner));
	keep_ends(err->text, clause, len + 2, inner, strlen(inner));
	return err->status;
}
