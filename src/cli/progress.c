// SPDX-License-Identifier: GPL-2.0-or-later
/* progress.c - does somebody wait for this, and how far has it come? */

#include "cli/progress.h"

#include "base/limits.h"
#include "base/print.h"
#include "cli/output.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 1000 /* what takes less needs no progress */

static uint64_t now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct cdm_progress cdm_progress_begin(bool quiet)
{
	return (struct cdm_progress){
		.is_wanted = !quiet && isatty(STDERR_FILENO),
		.began_ms = now_ms(),
	};
}

void cdm_progress_show(struct cdm_progress *progress, size_t n_done, size_t n_all)
{
	char line[80];

	if (!progress->is_wanted || now_ms() - progress->began_ms < QUIET_MS)
		return;
	cdm_print(line, sizeof(line), "\rcrashdmesg: %zu of %zu files\033[K", n_done, n_all);
	cdm_tell_raw(line, strlen(line));
	progress->is_shown = true;
}

void cdm_progress_show_search(struct cdm_progress *progress, uint64_t done, uint64_t all)
{
	char line[80];
	unsigned percent = all >= 100 && done < all ? (unsigned)(done / (all / 100)) : 100;

	if (!all) /* of a stream: nobody knows */
		percent = (unsigned)(done / CDM_MIB);
	else
		percent = percent < 100 ? percent : 100;
	if (!progress->is_wanted || now_ms() - progress->began_ms < QUIET_MS ||
	    (progress->is_shown && progress->percent == percent))
		return;
	cdm_print(line, sizeof(line), "\rcrashdmesg: searching memory: %u%s\033[K", percent,
		  all ? "%" : " MiB");
	cdm_tell_raw(line, strlen(line));
	progress->is_shown = true;
	progress->percent = percent;
}

void cdm_progress_clear(struct cdm_progress *progress)
{
	if (progress->is_shown)
		cdm_tell_raw("\r\033[K", 4);
	progress->is_shown = false;
}
