/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outbuf.h - text on its way out, in a buffer that someone else owns and whose size is its maximum.
 *
 * Bytes beyond the maximum are not stored but counted: `needed` says how much room the whole text
 * takes, so a caller can ask, make room, and ask again (as with snprintf). */

#ifndef CDM_BASE_OUTBUF_H
#define CDM_BASE_OUTBUF_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cdm_outbuf {
	char *at;
	size_t room;   /* bytes at `at` */
	size_t needed; /* bytes put so far; those past `room` are lost */
};

/* The rare case: what does not fit whole. */
void cdm_put_part(struct cdm_outbuf *out, const void *bytes, size_t len);

static inline void cdm_put_bytes(struct cdm_outbuf *out, const void *bytes, size_t len)
{
	if (out->needed <= out->room && len <= out->room - out->needed) {
		memcpy(out->at + out->needed, bytes, len);
		out->needed += len;
	} else {
		cdm_put_part(out, bytes, len);
	}
}

static inline void cdm_put_char(struct cdm_outbuf *out, char c)
{
	if (out->needed < out->room)
		out->at[out->needed] = c;
	out->needed++;
}

static inline void cdm_put_string(struct cdm_outbuf *out, const char *text)
{
	cdm_put_bytes(out, text, strlen(text));
}

void cdm_put_repeated(struct cdm_outbuf *out, char c, size_t times);

/* "00" to "99", one after the other: decimal goes two digits a division. */
extern const char cdm_digit_pairs[201];

/* pair, 0 to 99, as two digits. */
static inline void cdm_write_pair(char *to, uint64_t pair)
{
	memcpy(to, cdm_digit_pairs + 2 * pair, 2);
}

#define CDM_MAX_DIGITS 20 /* of UINT64_MAX */

/* Writes n in decimal so that its last digit stands before `end`. Returns its first digit; there
 * must be room for CDM_MAX_DIGITS. */
char *cdm_digits_before(char *end, uint64_t n);

/* n in decimal, padded on the left with `pad` to at least `width` characters (at most 20). */
void cdm_put_decimal(struct cdm_outbuf *out, uint64_t n, unsigned width, char pad);

/* n in hexadecimal, in small letters, padded with zeros to at least `width` digits (at most 16). */
void cdm_put_hex(struct cdm_outbuf *out, uint64_t n, unsigned width);

/* text as a JSON string, in its quotes. Bytes that are not UTF-8 become \ufffd, one each; control
 * characters, DEL and U+0080 to U+009F among them, \u00NN: a terminal may get the document. */
void cdm_put_json_string(struct cdm_outbuf *out, struct cdm_bytes text);

bool cdm_is_utf8(struct cdm_bytes text);

/* A name or a sentence on its way to a terminal, in UTF-8: control characters and bytes that are
 * not UTF-8 become \xNN. */
void cdm_put_visible(struct cdm_outbuf *out, struct cdm_bytes text);

/* byte as \xNN, in lower case. */
void cdm_put_hex_escape(struct cdm_outbuf *out, uint8_t byte);

#endif
