/* SPDX-License-Identifier: GPL-2.0-or-later */
/* error.h - what went wrong: one kind for the program, one sentence for the user.
 *
 * A failing function fills the caller's struct cdm_error and returns its kind.
 * Each level that knows something the reader needs (which file, which page)
 * adds it in front with cdm_context(); the finished text reads outside-in:
 *
 *     page 0x1f3: data offset 0x7fff0000 lies past the end (0x12345 bytes)
 *
 * The object is a plain value on the caller's stack. Nothing is allocated, so
 * reporting "out of memory" works, and there is nothing to free. */

#ifndef CDM_BASE_ERROR_H
#define CDM_BASE_ERROR_H

#define CDM_ERROR_TEXT 512 /* bytes, with NUL; a longer text loses its middle, never its ends */

/* Branch on this; never on the text. 0 is success, so `if (st)` reads "if it failed". */
enum cdm_status {
	CDM_OK = 0,
	CDM_END,      /* an iterator has no more items: expected, carries no text */
	CDM_NOT_MINE, /* probe: some other format; expected, carries no text */

	/* The four answers of a read that are not the bytes: expected wherever memory is read.
	 * Zeros never stand in for them. */
	CDM_EXCLUDED,  /* RAM, but the dump filter left it out */
	CDM_ABSENT,    /* no RAM there, or the machine could not read it */
	CDM_TRUNCATED, /* the format promises bytes behind the end of the input */
	CDM_CORRUPT,   /* the bytes contradict their own format */

	CDM_ERR_SYSTEM, /* the operating system refused; sys_errno says why */
	CDM_ERR_MEMORY,
	CDM_ERR_UNSUPPORTED, /* valid, but newer than we are, not built in, or no dump of ours */
	CDM_ERR_LIMIT,       /* one of base/limits.h was reached */
	CDM_ERR_UNMAPPED,    /* no translation for this virtual address */
	CDM_ERR_NO_INFO,     /* VMCOREINFO lacks what this step needs */
	CDM_ERR_STOPPED, /* the caller does not want to wait any longer: nothing else is tried */
};

struct cdm_error {
	enum cdm_status status;
	int sys_errno;             /* 0 unless status is CDM_ERR_SYSTEM */
	char text[CDM_ERROR_TEXT]; /* UTF-8, one line; control characters are escaped: \x1b */
};

#define CDM_CHECKED __attribute__((warn_unused_result))
#define CDM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Start an error. Replaces what was in *err. Returns status. */
enum cdm_status cdm_fail(struct cdm_error *err, enum cdm_status status, const char *fmt, ...)
	CDM_PRINTF(3, 4);

/* Like cdm_fail() with CDM_ERR_SYSTEM and ": <strerror(errno)>" appended. Reads errno first. */
enum cdm_status cdm_fail_errno(struct cdm_error *err, const char *fmt, ...) CDM_PRINTF(2, 3);

/* Out of memory while making `what` ("page cache"). Returns CDM_ERR_MEMORY. */
enum cdm_status cdm_fail_memory(struct cdm_error *err, const char *what);

/* Put "<fmt>: " in front of an error that is already there. Returns err->status,
 * so a caller passes a failure up in one statement. */
enum cdm_status cdm_context(struct cdm_error *err, const char *fmt, ...) CDM_PRINTF(2, 3);

/* Is this one of the four answers that a read of memory may give instead of bytes? */
static inline int cdm_is_missing(enum cdm_status st)
{
	return st == CDM_EXCLUDED || st == CDM_ABSENT || st == CDM_TRUNCATED || st == CDM_CORRUPT;
}

#endif
