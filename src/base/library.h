/* SPDX-License-Identifier: GPL-2.0-or-later */
/* library.h - a decoder's functions: from a library that is opened when the first byte needs it, or,
 * in a static build, linked.
 *
 * A decoder lists the functions it calls with CDM_FUNCTION(); cdm_decoder_new() stores their
 * addresses into the members of the decoder's own struct. */

#ifndef CDM_BASE_LIBRARY_H
#define CDM_BASE_LIBRARY_H

#include "base/error.h"

#include <stddef.h>

typedef void cdm_any_function(void); /* the one typedef: C has no other way to say it readably */

/* Names stand in the tables themselves: a pointer each would have to be relocated at every start of
 * the program. */
struct cdm_function {
	char name[32];
	size_t member;            /* offset of the pointer in the decoder's struct */
	cdm_any_function *linked; /* its address in a static build, else NULL */
};

#ifdef CDM_STATIC_CODECS
#define CDM_FUNCTION(type, pointer, function)                                                      \
	{                                                                                          \
#function, offsetof(type, pointer), (cdm_any_function *)function                   \
	}
#define CDM_OPENS_LIBRARY(feature, description, soname)
#else
#define CDM_FUNCTION(type, pointer, function)                                                      \
	{                                                                                          \
#function, offsetof(type, pointer), NULL                                           \
	}

/* Tells packagers which library is opened at run time (systemd's ELF_DLOPEN_METADATA note: owner
 * FDO, type 0x407c0c0a, a JSON array). The description: "pages compressed with zlib". */
#define CDM_OPENS_LIBRARY(feature, description, soname)                                            \
	__asm__(".pushsection .note.dlopen, \"a\", %note\n"                                        \
		".balign 4\n"                                                                      \
		".long 884f - 883f, 886f - 885f, 0x407c0c0a\n"                                     \
		"883: .asciz \"FDO\"\n"                                                            \
		"884: .balign 4\n"                                                                 \
		"885: .asciz \"[{\\\"feature\\\":\\\"" feature                                     \
		"\\\",\\\"description\\\":\\\"" description                                        \
		"\\\",\\\"priority\\\":\\\"recommended\\\",\\\"soname\\\":[\\\"" soname            \
		"\\\"]}]\"\n"                                                                      \
		"886: .balign 4\n"                                                                 \
		".popsection\n");
#endif

/* A decoder's own struct: `size` bytes, the first of them a `void *library`, the addresses of n
 * functions from soname stored into it, the rest zeros. The caller's: cdm_decoder_free(). */
CDM_CHECKED enum cdm_status cdm_decoder_new(const char *soname,
					    const struct cdm_function *functions, size_t n,
					    size_t size, void **decoder, struct cdm_error *err);

void cdm_decoder_free(void *decoder); /* closes its library, too */

#endif
