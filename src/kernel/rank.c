// SPDX-License-Identifier: GPL-2.0-or-later
/* rank.c - which of two kernels is the one that died? */

#include "kernel/rank.h"

#include "kernel/corehdr.h"

/* 1, -1: a or b by this alone; 0: it does not tell. */
static int prefer(bool a, bool b)
{
	return (int)a - (int)b;
}

static int by_crash(const struct cdm_standing *a, const struct cdm_standing *b)
{
	if (a->has_crash_time != b->has_crash_time || !a->has_crash_time)
		return prefer(a->has_crash_time, b->has_crash_time);
	return prefer(a->crash_time > b->crash_time, a->crash_time < b->crash_time);
}

bool cdm_is_likelier(const struct cdm_standing *one, const struct cdm_standing *other)
{
	int by = prefer(!one->evidence.is_capture, !other->evidence.is_capture);

	if (!by)
		by = prefer(one->is_confirmed, other->is_confirmed);
	if (!by)
		by = prefer(one->corehdr != 0, other->corehdr != 0);
	if (!by)
		by = by_crash(one, other);
	if (!by)
		by = prefer(one->is_note, other->is_note);
	return by > 0;
}

/* A kernel that takes a dump says so in the beginning of its log. It has no memory for another one that
 * would take its own, and without that no kernel notes the time of its crash. */
static bool could_be_capture(const struct cdm_standing *standing)
{
	return !standing->is_pointed_at && !standing->evidence.has_beginning &&
	       standing->evidence.reserved.end == 0 && !standing->has_crash_time &&
	       standing->corehdr == 0;
}

bool cdm_is_decisive(const struct cdm_standing *standing)
{
	return standing->is_confirmed && standing->is_note && !standing->evidence.is_capture &&
	       !could_be_capture(standing);
}

bool cdm_keeps_room_for(struct cdm_dump *dump, const struct cdm_standing *one,
			const struct cdm_standing *other)
{
	const struct cdm_range *reserved = &one->evidence.reserved;

	if (one->is_elsewhere || !other->has_place || !could_be_capture(other))
		return false;
	return (other->paddr >= reserved->begin && other->paddr < reserved->end) ||
	       (one->corehdr && cdm_corehdr_leaves_out(dump, one->corehdr, other->paddr));
}
