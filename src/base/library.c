// SPDX-License-Identifier: GPL-2.0-or-later
/* library.c - where are a decoder's functions? */

#include "config.h"

#include "base/library.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef CDM_STATIC_CODECS

/* The handle is NULL in a static build. */
static enum cdm_status open_library(const char *soname, const struct cdm_function *functions,
				    size_t n, void *decoder, void **handle, struct cdm_error *err)
{
	(void)soname;
	(void)err;
	for (size_t i = 0; i < n; i++)
		memcpy((uint8_t *)decoder + functions[i].member, &functions[i].linked,
		       sizeof(functions[i].linked));
	*handle = NULL;
	return CDM_OK;
}

static void close_library(void *handle)
{
	(void)handle;
}

#else

#include <dlfcn.h>
#include <errno.h>

static enum cdm_status open_library(const char *soname, const struct cdm_function *functions,
				    size_t n, void *decoder, void **handle, struct cdm_error *err)
{
	errno = 0;
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	/* Where it is there, to install it is no help. */
	if (!library && (errno == ENOMEM || errno == EMFILE || errno == ENFILE))
		return cdm_fail_errno(err, "cannot open %s", soname);
	if (!library)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED, "cannot open %s", soname);
	for (size_t i = 0; i < n; i++) {
		void *address = dlsym(library, functions[i].name);

		if (!address) {
			dlclose(library);
			return cdm_fail(err, CDM_ERR_UNSUPPORTED, "%s has no %s", soname,
					functions[i].name);
		}
		memcpy((uint8_t *)decoder + functions[i].member, &address, sizeof(address));
	}
	*handle = library;
	return CDM_OK;
}

static void close_library(void *handle)
{
	if (handle)
		dlclose(handle);
}

#endif

enum cdm_status cdm_decoder_new(const char *soname, const struct cdm_function *functions, size_t n,
				size_t size, void **decoder, struct cdm_error *err)
{
	void *made = calloc(1, size);

	if (!made)
		return cdm_fail_memory(err, "decoder");
	enum cdm_status st = open_library(soname, functions, n, made, made, err);

	if (st) {
		free(made);
		return st;
	}
	*decoder = made;
	return CDM_OK;
}

void cdm_decoder_free(void *decoder)
{
	close_library(*(void **)decoder);
	free(decoder);
}
