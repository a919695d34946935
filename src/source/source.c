// SPDX-License-Identifier: GPL-2.0-or-later
/* source.c - what is done alike with every source, whatever its bytes come from? */

#include "source/source.h"

#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

enum cdm_status cdm_source_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	*got = 0;
	enum cdm_status st = src->ops->read(src, off, buf, len, got, err);

	src->work += *got + CDM_READ_WORK;
	return st;
}

enum cdm_status cdm_source_read_exact(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				      struct cdm_error *err)
{
	size_t got;
	enum cdm_status st = cdm_source_read(src, off, buf, len, &got, err);

	if (st || got == len)
		return st;
	return cdm_fail(err, CDM_TRUNCATED,
			"the input ends at 0x%" PRIx64 ", %zu bytes into the %zu at 0x%" PRIx64,
			off + got, got, len, off);
}

uint64_t cdm_source_next_data(struct cdm_source *src, uint64_t off)
{
	return src->ops->next_data ? src->ops->next_data(src, off) : off;
}

void cdm_source_ask(struct cdm_source *src, const struct cdm_source_leave *leave)
{
	while (src->below)
		src = src->below;
	src->leave = *leave;
}

enum cdm_status cdm_source_stopped(struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_STOPPED, "reading was stopped");
}

enum cdm_status cdm_source_may_read(struct cdm_source *src, struct cdm_error *err)
{
	while (src->below)
		src = src->below;
	return !src->leave.goes_on || src->leave.goes_on(src->leave.context)
		       ? CDM_OK
		       : cdm_source_stopped(err);
}

uint64_t cdm_source_work(const struct cdm_source *src)
{
	uint64_t work = 0;

	for (; src; src = src->below)
		work += src->work;
	return work;
}

enum cdm_status cdm_source_drain(struct cdm_source *src, struct cdm_error *err)
{
	for (; src; src = src->below)
		if (src->ops->drain)
			return src->ops->drain(src, err);
	return CDM_OK;
}

const struct cdm_io *cdm_source_io(const struct cdm_source *src)
{
	while (src->below)
		src = src->below;
	return &src->io;
}

bool cdm_source_has(const struct cdm_source *src, const char *name)
{
	for (; src; src = src->below)
		if (!strcmp(src->ops->name, name))
			return true;
	return false;
}

void cdm_source_close(struct cdm_source *src)
{
	while (src) {
		struct cdm_source *below = src->below;

		src->ops->close(src);
		src = below;
	}
}
