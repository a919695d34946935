// SPDX-License-Identifier: GPL-2.0-or-later
/* capture.c - what does a build for capture kernels say to what it leaves out? */

#include "config.h"

#include "base/outbuf.h"
#include "cli/crash.h"
#include "cli/deadline.h"
#include "cli/option_words.h"
#include "cli/run_many.h"
#include "cli/selection.h"
#include "cli/terminal.h"

static enum cdm_status refuse(struct cdm_error *err)
{
	return cdm_fail(err, CDM_ERR_LIMIT,
			CDM_BUILD " searches no folders, and has no --summary, --jobs, "
				  "--output-dir, --timeout and --max-memory");
}

bool cdm_options_work(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err)
{
	(void)options;
	(void)option;
	(void)value;
	refuse(err);
	return false;
}

bool cdm_options_view(struct cdm_options *options, enum cdm_option option, const char *value,
		      struct cdm_error *err)
{
	(void)options;
	(void)value;
	cdm_fail(err, CDM_ERR_LIMIT, CDM_BUILD " has no --%s", cdm_option_name(option));
	return false;
}

bool cdm_options_base(struct cdm_options *options, const char *value, struct cdm_error *err)
{
	return cdm_options_view(options, CDM_OPTION_BASE, value, err);
}

void cdm_options_settle_view(struct cdm_options *options)
{
	(void)options;
}

/* Every record is shown, as it is. */
enum cdm_status cdm_selection_new(const struct cdm_options *options, struct cdm_reader *reader,
				  const char *file, struct cdm_style *style,
				  struct cdm_selection **out, struct cdm_error *err)
{
	(void)options;
	(void)reader;
	(void)file;
	(void)style;
	(void)err;
	*out = NULL;
	return CDM_OK;
}

bool cdm_selection_has(struct cdm_selection *selection, const struct cdm_log_record *record)
{
	(void)selection;
	(void)record;
	return true;
}

bool cdm_selection_is_out_of_memory(const struct cdm_selection *selection)
{
	(void)selection;
	return false;
}

void cdm_selection_free(struct cdm_selection *selection)
{
	(void)selection;
}

void cdm_terminal_begin(struct cdm_terminal *terminal, struct cdm_options *options)
{
	(void)terminal;
	(void)options;
}

void cdm_terminal_end(struct cdm_terminal *terminal)
{
	(void)terminal;
}

enum cdm_status cdm_run_many(const struct cdm_options *options, struct cdm_output *output,
			     enum cdm_exit *answer, struct cdm_error *err)
{
	(void)options;
	(void)output;
	(void)answer;
	return refuse(err);
}

/* --timeout is refused. */
void cdm_deadline_begin(struct cdm_deadline *deadline, unsigned seconds)
{
	(void)deadline;
	(void)seconds;
}

void cdm_deadline_end(struct cdm_deadline *deadline)
{
	(void)deadline;
}

bool cdm_deadline_has_passed(const struct cdm_deadline *deadline)
{
	(void)deadline;
	return false;
}

/* Never asked for: --summary is refused. */
size_t cdm_info_as_summary(void *facts, char *buf, size_t room)
{
	(void)facts;
	(void)buf;
	(void)room;
	return 0;
}

size_t cdm_info_as_summary_heading(void *unused, char *buf, size_t room)
{
	return cdm_info_as_summary(unused, buf, room);
}

/* ---- why the kernel died ---- */

bool cdm_options_crash(struct cdm_options *options, enum cdm_option option, const char *value,
		       struct cdm_error *err)
{
	(void)options;
	(void)value;
	cdm_fail(err, CDM_ERR_LIMIT, CDM_BUILD " does not read crash reports: it has no --%s",
		 cdm_option_name(option));
	return false;
}

bool cdm_crash_is_asked(const struct cdm_options *options)
{
	(void)options;
	return false;
}

enum cdm_result cdm_reader_watch(struct cdm_reader *reader)
{
	(void)reader;
	return CDM_FAILED;
}

size_t cdm_crash_as_reason(void *facts, char *buf, size_t room)
{
	return cdm_info_as_summary(facts, buf, room);
}

size_t cdm_crash_as_fingerprint(void *facts, char *buf, size_t room)
{
	return cdm_info_as_summary(facts, buf, room);
}

size_t cdm_crash_as_match(void *facts, char *buf, size_t room)
{
	return cdm_info_as_summary(facts, buf, room);
}

void cdm_crash_put_json(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	(void)out;
	(void)facts;
}

void cdm_crash_put_text(struct cdm_outbuf *out, const struct cdm_facts *facts)
{
	(void)facts;
	cdm_put_string(out, "report:      " CDM_BUILD " looks for none\n");
}

enum cdm_status cdm_crash_look_up(struct cdm_facts *facts, const char *list, struct cdm_error *err)
{
	(void)facts;
	(void)list;
	(void)err;
	return CDM_OK;
}

bool cdm_crash_find_records(struct cdm_reader *reader, struct cdm_crash_records *records)
{
	(void)reader;
	(void)records;
	return false;
}

const char *cdm_crash_why_none(struct cdm_reader *reader)
{
	(void)reader;
	return "";
}

bool cdm_crash_is_lost(struct cdm_reader *reader)
{
	(void)reader;
	return false;
}
