/* SPDX-License-Identifier: GPL-2.0-or-later */
/* join.h - pieces of a line, which kernels up to 4.8 kept as records of their own, as one record. */

#ifndef CDM_PRINTK_JOIN_H
#define CDM_PRINTK_JOIN_H

#include "printk/record.h"

#include "base/error.h"

/* Where pieces come from: as cdm_log_next(). */
struct cdm_pieces {
	enum cdm_status (*next)(void *priv, struct cdm_record *rec, struct cdm_error *err);
	void *priv;
};

/* Zero-initialised is ready. */
struct cdm_joiner {
	bool has_waiting;
	struct cdm_record waiting; /* read while looking for the end of a line */
	uint8_t *text;             /* owned; CDM_MAX_TEXT, from the first line in pieces on */
};

/* A record was read while looking for the end of a line: it comes next. */
static inline bool cdm_joiner_has(const struct cdm_joiner *joiner)
{
	return joiner->has_waiting;
}
enum cdm_status cdm_joiner_take(struct cdm_joiner *joiner, struct cdm_record *rec);

/* rec is a piece that is open: adds what follows it, as the console and syslog(2) showed it. It keeps
 * the first one's time and number. What does not fit CDM_MAX_TEXT stays a record of its own. */
CDM_CHECKED enum cdm_status cdm_join_rest(struct cdm_joiner *joiner,
					  const struct cdm_pieces *pieces, struct cdm_record *rec,
					  struct cdm_error *err);
void cdm_join_end(struct cdm_joiner *joiner);

#endif
