// SPDX-License-Identifier: GPL-2.0-or-later
/* selection.c - which records of this dump are shown, and when did they come? */

#include "cli/selection.h"

#include "cli/output.h"

#include <stdlib.h>

struct cdm_selection {
	struct cdm_filter *filter;
	uint64_t n_left_out; /* records that pass the filter, and come before the last few */
};

/* How many records stand before the last few. */
static enum cdm_status count_left_out(struct cdm_selection *selection, uint64_t tail,
				      struct cdm_reader *reader, struct cdm_error *err)
{
	struct cdm_log_record record;
	uint64_t kept = 0;

	while (cdm_reader_next(reader, &record) == CDM_GOOD)
		kept += cdm_filter_keeps(selection->filter, &record);
	if (cdm_filter_is_out_of_memory(selection->filter))
		return cdm_fail_memory(err, "--grep");
	if (cdm_reader_rewind(reader) != CDM_GOOD)
		return cdm_fail(err, CDM_CORRUPT, "%s", cdm_reader_message(reader));
	selection->n_left_out = kept > tail ? kept - tail : 0;
	return CDM_OK;
}

static enum cdm_status find_clock(const struct cdm_options *options, struct cdm_reader *reader,
				  struct cdm_clock *clock, struct cdm_error *err)
{
	if (cdm_reader_clock(reader, clock) != CDM_GOOD)
		return cdm_fail(err, CDM_CORRUPT, "%s", cdm_reader_message(reader));
	if (options->view.has_boot_time)
		clock->has_boot = cdm_when_resolve(&options->view.boot_time, 0, options->style.utc,
						   &clock->boot_us);
	return CDM_OK;
}

/* Without a clock, times count from boot. */
static void use_clock(const struct cdm_clock *clock, const char *file, struct cdm_style *style)
{
	if (clock->has_boot) {
		style->boot_us = clock->boot_us;
		return;
	}
	if (cdm_view_drop_wall_times(style))
		cdm_tell(file, "nothing in it tells when the machine was booted: times count from "
			       "boot (--boot-time says when that was)");
}

static enum cdm_status select_records(struct cdm_selection *selection,
				      const struct cdm_options *options,
				      const struct cdm_clock *clock, struct cdm_reader *reader,
				      struct cdm_error *err)
{
	const struct cdm_view *view = &options->view;

	enum cdm_status st =
		cdm_filter_new(view, clock, options->style.utc, &selection->filter, err);

	if (st)
		return st;
	return view->has_tail ? count_left_out(selection, view->tail, reader, err) : CDM_OK;
}

enum cdm_status cdm_selection_new(const struct cdm_options *options, struct cdm_reader *reader,
				  const char *file, struct cdm_style *style,
				  struct cdm_selection **out, struct cdm_error *err)
{
	struct cdm_clock clock = { .size = sizeof(clock) };
	enum cdm_status st;

	*out = NULL;
	if (cdm_view_needs_clock(&options->view, style)) {
		st = find_clock(options, reader, &clock, err);
		if (st)
			return st;
		use_clock(&clock, file, style);
	}
	if (!cdm_view_selects(&options->view))
		return CDM_OK;
	struct cdm_selection *selection = calloc(1, sizeof(*selection));
	if (!selection)
		return cdm_fail_memory(err, "filter");
	st = select_records(selection, options, &clock, reader, err);
	if (st) {
		cdm_selection_free(selection);
		return st;
	}
	*out = selection;
	return CDM_OK;
}

bool cdm_selection_has(struct cdm_selection *selection, const struct cdm_log_record *record)
{
	if (!cdm_filter_keeps(selection->filter, record))
		return false;
	if (!selection->n_left_out)
		return true;
	selection->n_left_out--;
	return false;
}

bool cdm_selection_is_out_of_memory(const struct cdm_selection *selection)
{
	return cdm_filter_is_out_of_memory(selection->filter);
}

void cdm_selection_free(struct cdm_selection *selection)
{
	if (!selection)
		return;
	cdm_filter_free(selection->filter);
	free(selection);
}
