/* SPDX-License-Identifier: GPL-2.0-or-later */
/* print.h - sentences with names and numbers in them.
 *
 * The C library's printf brings floating point, wide characters and streams: 10 kB of the 120 kB
 * that the program for a capture kernel may have. This has what messages need. */

#ifndef CDM_BASE_PRINT_H
#define CDM_BASE_PRINT_H

#include "base/error.h"

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf(), for %s %.*s %c %d %u %x %% with the lengths hh h l ll z, a width, and 0 in front of
 * it. Returns the bytes that the whole text takes without its NUL; buf (room >= 1) holds as many as
 * there is room for, and a NUL. Anything else in fmt is printed as it stands. */
size_t cdm_print_list(char *buf, size_t room, const char *fmt, va_list args) CDM_PRINTF(3, 0);

size_t cdm_print(char *buf, size_t room, const char *fmt, ...) CDM_PRINTF(3, 4);

#endif
