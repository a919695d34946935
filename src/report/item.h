/* SPDX-License-Identifier: GPL-2.0-or-later */
/* item.h - a report while it is told: what has been said of it, and what may follow. */

#ifndef CDM_REPORT_ITEM_H
#define CDM_REPORT_ITEM_H

#include "report/report.h"
#include "report/rules.h"

enum cdm_item_phase {
	CDM_PHASE_HEAD,  /* more headlines may follow */
	CDM_PHASE_BODY,  /* the task, registers, the trace, modules */
	CDM_PHASE_PANIC, /* the panic that follows from it: its own trace is none of the report's */
};

enum cdm_item_trace { CDM_TRACE_NONE, CDM_TRACE_RUNS, CDM_TRACE_DONE };

struct cdm_item {
	struct cdm_report *report; /* owned */
	bool is_open;
	bool has_caller;
	uint32_t caller; /* of its first record */
	enum cdm_item_phase phase;
	enum cdm_item_trace trace;
	enum cdm_weight weight;
	unsigned lines;      /* flags of all its headlines: enum cdm_headline_flag */
	bool is_headless;    /* its first lines are lost */
	bool wants_text;     /* the next line is the text of a WARN() */
	bool wants_jump;     /* the next line is the place of the last jump */
	bool is_elsewhere;   /* another processor tells of itself in between */
	bool is_other_cpu;   /* the processor that a hang is about tells its stack */
	uint16_t free_text;  /* the line between "cut here" and the headline */
	unsigned n_gap;      /* records since the last that belonged to it */
	uint64_t last_ts_ns; /* of that */
};

/* NULL: out of memory. */
struct cdm_item *cdm_item_new(const struct cdm_record *rec);
void cdm_item_free(struct cdm_item *item);

/* A record belongs to it. */
void cdm_item_extend(struct cdm_item *item, const struct cdm_record *rec);

/* Says what happened, if it says more than was said before. */
void cdm_item_headline(struct cdm_item *item, const struct cdm_rule *rule,
		       const struct cdm_found *found, struct cdm_bytes line);

/* A line of its body, or between its headlines. False: it does not belong to it. */
bool cdm_item_detail(struct cdm_item *item, const struct cdm_rule_index *details,
		     struct cdm_bytes line);

/* Is it the kind of line that only a report's body has? Then it is taken. */
bool cdm_item_headless(struct cdm_item *item, const struct cdm_rule_index *details,
		       struct cdm_bytes line);

/* The panic that it is, or that follows from it. */
void cdm_item_panic(struct cdm_item *item, struct cdm_bytes message);

/* What is found while it is told may change how bad it is. */
void cdm_item_settle(struct cdm_item *item);

/* A BUG() by which a report of what was found wrong ends, if it is one, gets what that said. */
void cdm_item_follow(struct cdm_item *item, const struct cdm_item *found);

/* All is told: which function is to blame, and the fingerprint. */
void cdm_item_judge(struct cdm_item *item);

/* Its kind, where only its body is there: by what stands in its trace. */
void cdm_item_guess(struct cdm_item *item);

#endif
