/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules.h - which wordings make a crash report, and what do they mean? The tables of rules.c.
 *
 * A *headline* says what happened: it begins a report, or tells more about one that has just begun.
 * A *detail* belongs to a report that is there. A *panic* is the message behind "Kernel panic - not
 * syncing: ". Among wordings that begin alike the longer one stands first. */

#ifndef CDM_REPORT_RULES_H
#define CDM_REPORT_RULES_H

#include "report/report.h"
#include "report/wording.h"

enum cdm_headline_flag {
	CDM_LINE_PREFIX = 1 << 0,  /* no headline: may stand in front of one */
	CDM_LINE_PANIC = 1 << 1,   /* a panic's message follows */
	CDM_LINE_CUT = 1 << 2,     /* "cut here": the next lines say what it is about */
	CDM_LINE_WARNING = 1 << 3, /* of WARN(): its text is the line before or behind */
	CDM_LINE_OOPS = 1 << 4,    /* ends a task at least, also where the kind alone would not */
	CDM_LINE_NOTE = 1 << 5,    /* nothing ends by it */
	CDM_LINE_DEATH = 1 << 6,   /* the machine ends by it, without a panic */
	CDM_LINE_BOOT = 1 << 7,    /* the first line of a boot */
	CDM_LINE_ALONE = 1 << 8,   /* a report of this one line */
	CDM_LINE_END = 1 << 9,     /* behind the last line of a panic */
	CDM_LINE_PROTECTED = 1 << 10, /* the memory is there, and protected */
	CDM_LINE_NOWHERE = 1 << 11,   /* the address is in no part of the address space */
};

/* How much a headline says: of several in one report the one that says most has the word. */
enum cdm_weight {
	CDM_WEIGHT_NONE,
	CDM_WEIGHT_HOW,  /* how the processor noticed: "Oops: 0002 [#1] SMP" */
	CDM_WEIGHT_WHAT, /* "BUG: kernel NULL pointer dereference, address: 0000000000000008" */
	CDM_WEIGHT_WHY,  /* "list_del corruption, ..." */
};

enum cdm_detail_flag {
	CDM_DETAIL_BODY = 1 << 0,      /* no more headlines of this report follow */
	CDM_DETAIL_IP = 1 << 1,        /* the place is the instruction that failed */
	CDM_DETAIL_TRACE = 1 << 2,     /* the call trace follows */
	CDM_DETAIL_TRACE_END = 1 << 3, /* frames that follow belong to something else */
	CDM_DETAIL_END = 1 << 4,       /* the report ends here */
	CDM_DETAIL_MODULES = 1 << 5,   /* names of modules follow, in this line */
	CDM_DETAIL_OTHER_CPU = 1 << 6, /* what follows is another processor's stack */
	CDM_DETAIL_NOTE = 1 << 7,      /* the fault was corrected */
	CDM_DETAIL_PROTECTED = 1 << 9, /* the memory that was accessed is there, and protected */
	CDM_DETAIL_CALLER = 1 << 8,    /* the place is where the failing function was called */
	CDM_DETAIL_JUMP = 1 << 10,     /* the next line says from where there was a jump last */
	CDM_DETAIL_NOWHERE = 1 << 11,  /* the address is in no part of the address space */
};

/* What a panic says that follows from something else leads back to. */
enum cdm_panic_leads {
	CDM_LEADS_NOWHERE, /* it is the cause */
	CDM_LEADS_TO_OOPS,
	CDM_LEADS_TO_OOPS_OF_TASK, /* of the same task */
	CDM_LEADS_TO_WARNING,
	CDM_LEADS_TO_HARDWARE,
	CDM_LEADS_TO_KIND, /* a report of the rule's own kind */
};

#define CDM_MAX_WORDING 80

struct cdm_rule {
	char wording[CDM_MAX_WORDING]; /* wording.h */
	uint8_t kind;                  /* enum cdm_kind */
	uint8_t weight;                /* enum cdm_weight; of a panic, enum cdm_panic_leads */
	uint16_t flags;                /* enum cdm_headline_flag, enum cdm_detail_flag */
};

/* Each ends with an empty wording. */
extern const struct cdm_rule cdm_headlines[];
extern const struct cdm_rule cdm_details[];
extern const struct cdm_rule cdm_panics[];

#define CDM_MAX_RULES 255

/* The rules of a table by the first byte of their wording, so that a line is put only to those that
 * it could fit. Numbers are those of rules from 1 on; 0: none. */
struct cdm_rule_index {
	const struct cdm_rule *rules;
	uint8_t first[128];
	uint32_t third[128], fifth[128]; /* bits of what may stand there in such a line */
	uint8_t next[CDM_MAX_RULES + 1];
	uint8_t shared[CDM_MAX_RULES + 1]; /* bytes that a wording and the next one begin with */
};

void cdm_rules_index(struct cdm_rule_index *index, const struct cdm_rule *rules);

/* The first rule that the line fits; NULL: none. */
const struct cdm_rule *cdm_rules_find(const struct cdm_rule_index *index, struct cdm_bytes line,
				      struct cdm_found *found);

/* A bit for a byte: letters that differ have different ones. */
static inline uint32_t cdm_rules_bit(uint8_t byte)
{
	return UINT32_C(1) << (byte & 31);
}

/* Could a line that begins so fit a rule? Rules with a gap in front are not asked for. */
static inline bool cdm_rules_could_fit(const struct cdm_rule_index *index, struct cdm_bytes line)
{
	uint8_t first = line.len ? line.at[0] : UINT8_MAX;

	if (first >= sizeof(index->first) || !index->first[first])
		return false;
	return line.len < 5 || (index->third[first] & cdm_rules_bit(line.at[2]) &&
				index->fifth[first] & cdm_rules_bit(line.at[4]));
}

/* The last rule of cdm_panics fits every message. */
const struct cdm_rule *cdm_rules_panic(struct cdm_bytes message, struct cdm_found *found);

#endif
