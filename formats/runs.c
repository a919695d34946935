// SPDX-License-Identifier: GPL-2.0-or-later
/* runs.c - which of a few stretches of a file holds a physical address? */

#include "formats/runs.h"
#include "base/checked.h"

#include <inttypes.h>

static const struct cdm_run *find(const struct cdm_runs *runs, uint64_t paddr)
{
	for (unsigned i = 0; i < runs->n; i++)
		if (paddr >= runs->list[i].begin && paddr < runs->list[i].end)
			return &runs->list[i];
	return NULL;
}

static enum cdm_status refuse(uint64_t paddr, struct cdm_error *err)
{
	return cdm_fail(err, CDM_ABSENT,
			"physical address 0x%" PRIx64 " is in no memory of the image", paddr);
}

/* A file that was compressed and cut promises more. */
static bool ends_before(struct cdm_source *source, uint64_t at)
{
	struct cdm_error unused;
	uint8_t byte;
	size_t got;

	return !cdm_source_read(source, at, &byte, 1, &got, &unused) && got == 0;
}

enum cdm_status cdm_runs_read(const struct cdm_runs *runs, struct cdm_source *source,
			      uint64_t paddr, uint8_t *buf, size_t len, size_t *got,
			      struct cdm_error *err)
{
	*got = 0;
	while (*got < len) {
		uint64_t at = paddr + *got;
		const struct cdm_run *run = find(runs, at);
		size_t part = 0;

		if (!run)
			return refuse(at, err);
		size_t want = (size_t)cdm_min(len - *got, run->end - at);
		uint64_t file_at = run->at + (at - run->begin);
		enum cdm_status st =
			cdm_dump_read_stored(source, at, file_at, buf + *got, want, &part, err);

		*got += part;
		if (st == CDM_TRUNCATED && runs->is_open_ended &&
		    ends_before(source, file_at + part))
			return refuse(at + part, err);
		if (st)
			return st;
	}
	return CDM_OK;
}

/* The run with the lowest byte at or above `from`. */
static const struct cdm_run *lowest(const struct cdm_runs *runs, uint64_t from)
{
	const struct cdm_run *best = NULL;

	for (unsigned i = 0; i < runs->n; i++) {
		const struct cdm_run *run = &runs->list[i];

		if (run->end > from &&
		    (!best || cdm_max(run->begin, from) < cdm_max(best->begin, from)))
			best = run;
	}
	return best;
}

enum cdm_status cdm_runs_next(const struct cdm_runs *runs, struct cdm_source *source, uint64_t from,
			      struct cdm_range *out, struct cdm_error *err)
{
	const struct cdm_run *run;

	while ((run = lowest(runs, from))) {
		uint64_t begin = cdm_max(run->begin, from);

		*out = (struct cdm_range){ .begin = begin, .end = run->end };
		enum cdm_status st =
			cdm_dump_stored_range(source, run->at + (begin - run->begin), out, err);

		out->may_recur = runs->n > 1;
		if (st != CDM_END)
			return st;
		from = run->end; /* the file has ended before */
	}
	return CDM_END;
}
