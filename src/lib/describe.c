// SPDX-License-Identifier: GPL-2.0-or-later
/* describe.c - a description of the kernel that the caller has, and the one that was taken. */

#include "lib/reader.h"

#include <stdlib.h>

/* One byte more than a description may have: then it is none. */
static enum cdm_status read_text(struct cdm_reader *reader, const char *name, struct cdm_bytes *out,
				 struct cdm_error *err)
{
	struct cdm_source *source;
	size_t len = 0;
	enum cdm_status st = cdm_reader_open_file(reader, name, &source);

	if (st)
		return st;
	uint8_t *text = malloc(CDM_MAX_VMCOREINFO + 1);

	st = text ? cdm_source_read(source, 0, text, CDM_MAX_VMCOREINFO + 1, &len, err)
		  : cdm_fail_memory(err, "VMCOREINFO");

	cdm_source_close(source);
	if (st) {
		free(text);
		return st;
	}
	*out = (struct cdm_bytes){ text, len };
	return CDM_OK;
}

/* Every kernel names its release there, and so does what makedumpfile -g writes. */
static enum cdm_status check_text(struct cdm_bytes text, struct cdm_error *err)
{
	static const char key[] = "OSRELEASE=";

	if (text.len > CDM_MAX_VMCOREINFO)
		return cdm_fail(err, CDM_ERR_LIMIT,
				"longer than %u bytes, which VMCOREINFO never is",
				CDM_MAX_VMCOREINFO);
	if (!cdm_find_bytes(text, key, sizeof(key) - 1))
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"no VMCOREINFO: it has no line that begins with %s", key);
	return CDM_OK;
}

enum cdm_result cdm_reader_describe(struct cdm_reader *reader, const char *name)
{
	struct cdm_bytes text;
	struct cdm_error *err = &reader->err;

	if (reader->log) {
		cdm_fail(err, CDM_ERR_UNSUPPORTED, "a kernel is described before its log is found");
		return CDM_MISUSE;
	}
	if (read_text(reader, name, &text, err)) {
		cdm_context(err, "%s", name);
		return CDM_FAILED;
	}
	if (check_text(text, err)) {
		free((void *)text.at);
		cdm_context(err, "%s", name);
		return CDM_FAILED;
	}
	free((void *)reader->given.at);
	reader->given = text;
	return CDM_GOOD;
}

const char *cdm_reader_description(const struct cdm_reader *reader, size_t *len)
{
	struct cdm_bytes text = { 0 };

	if (reader->log)
		text = cdm_vmcoreinfo_whole(reader->kernel->info);
	*len = text.len;
	return (const char *)text.at;
}
