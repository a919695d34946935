// SPDX-License-Identifier: GPL-2.0-or-later
/* collector.c - which reports does a log hold, and which one is the cause? */

#include "report/item.h"

#include <stdlib.h>
#include <string.h>

struct cdm_collector {
	struct cdm_rule_index headlines, details;
	struct cdm_item *items[CDM_MAX_REPORTS]; /* in the order in which they began */
	unsigned n_items;
	unsigned n_open;
	unsigned boot;
	bool has_boot; /* the log holds the first line of a boot */
	uint64_t n_records;
	uint64_t last_seq;
	uint64_t n_dropped;
	bool is_out_of_memory; /* a report is missing for that */
	const struct cdm_report *cause;

	/* A line in pieces, so far; its record is that of the first. */
	struct cdm_record pieces;
	size_t pieces_len;
	bool has_pieces;
	uint8_t line[CDM_MAX_REPORT_LINE];
};

struct cdm_collector *cdm_collector_new(void)
{
	struct cdm_collector *collector = malloc(sizeof(*collector));

	if (!collector)
		return NULL;
	memset(collector, 0, offsetof(struct cdm_collector, line));
	cdm_rules_index(&collector->headlines, cdm_headlines);
	cdm_rules_index(&collector->details, cdm_details);
	return collector;
}

void cdm_collector_free(struct cdm_collector *collector)
{
	for (unsigned i = 0; collector && i < collector->n_items; i++)
		cdm_item_free(collector->items[i]);
	free(collector);
}

/* ---- items ---- */

static void remove_item(struct cdm_collector *collector, unsigned index)
{
	cdm_item_free(collector->items[index]);
	collector->n_items--;
	memmove(&collector->items[index], &collector->items[index + 1],
		(collector->n_items - index) * sizeof(collector->items[0]));
}

static bool is_told(const struct cdm_item *item)
{
	return item->report->kind != CDM_KIND_NONE;
}

static void count_open(struct cdm_collector *collector)
{
	collector->n_open = 0;
	for (unsigned i = 0; i < collector->n_items; i++)
		collector->n_open += collector->items[i]->is_open;
}

/* What ends without having said anything was none. */
static void close_item(struct cdm_collector *collector, struct cdm_item *item)
{
	item->is_open = false;
	if (item->is_headless && !is_told(item))
		cdm_item_guess(item);
	if (item->is_headless)
		item->report->truncated_start = true;
	for (unsigned i = 0; i < collector->n_items; i++) {
		if (collector->items[i] == item && !is_told(item)) {
			remove_item(collector, i);
			break;
		}
	}
	count_open(collector);
}

static bool is_first_crash(const struct cdm_collector *collector, unsigned index)
{
	const struct cdm_report *report = collector->items[index]->report;

	for (unsigned i = 0; i < index; i++)
		if (collector->items[i]->report->boot == report->boot &&
		    collector->items[i]->report->is_crash)
			return false;
	return report->is_crash;
}

/* Makes room: of the least bad reports the oldest goes. */
static bool drop_one(struct cdm_collector *collector)
{
	unsigned victim = CDM_MAX_REPORTS;

	for (unsigned i = 0; i < collector->n_items; i++) {
		if (collector->items[i]->is_open || is_first_crash(collector, i))
			continue;
		if (victim == CDM_MAX_REPORTS || collector->items[i]->report->severity <
							 collector->items[victim]->report->severity)
			victim = i;
	}
	if (victim == CDM_MAX_REPORTS)
		return false;
	remove_item(collector, victim);
	return true;
}

static struct cdm_item *begin_item(struct cdm_collector *collector, const struct cdm_record *rec)
{
	struct cdm_item *item = NULL;

	if (collector->n_items == CDM_MAX_REPORTS) {
		collector->n_dropped++;
		if (!drop_one(collector))
			return NULL;
	}
	for (unsigned i = 0; collector->n_open == CDM_MAX_OPEN_REPORTS && i < collector->n_items;
	     i++)
		if (collector->items[i]->is_open)
			close_item(collector, collector->items[i]);
	item = cdm_item_new(rec);
	if (!item) {
		collector->n_dropped++;
		collector->is_out_of_memory = true;
		return NULL;
	}
	item->report->boot = collector->boot;
	collector->items[collector->n_items++] = item;
	collector->n_open++;
	return item;
}

/* ---- which report does a record belong to? ---- */

#define CALLER_IS_CPU UINT32_C(0x80000000)

/* A task that is interrupted, or an interrupt that becomes the task's oops, changes the caller from
 * one to the other. */
static bool is_same_context(const struct cdm_item *item, const struct cdm_record *rec)
{
	const struct cdm_report *report = item->report;
	uint32_t number = rec->caller & ~CALLER_IS_CPU;

	if (!((item->caller ^ rec->caller) & CALLER_IS_CPU))
		return false;
	if (rec->caller & CALLER_IS_CPU)
		return report->has & CDM_HAS_CPU && report->cpu == number;
	return report->has & CDM_HAS_PID && report->pid == number;
}

static bool belongs_to(const struct cdm_item *item, const struct cdm_record *rec)
{
	if (!item->has_caller || !(rec->flags & CDM_RECORD_CALLER))
		return true;
	return item->caller == rec->caller || is_same_context(item, rec) || item->is_other_cpu;
}

/* The open report that it could belong to; of several the one that began last. */
static struct cdm_item *open_item(const struct cdm_collector *collector,
				  const struct cdm_record *rec)
{
	for (unsigned i = collector->n_items; i-- > 0;)
		if (collector->items[i]->is_open && belongs_to(collector->items[i], rec))
			return collector->items[i];
	return NULL;
}

/* Another processor's answer to a hang that asked for it. */
static struct cdm_item *hanging_item(const struct cdm_collector *collector)
{
	for (unsigned i = collector->n_items; i-- > 0;)
		if (collector->items[i]->is_open &&
		    collector->items[i]->report->severity == CDM_SEVERITY_HANG)
			return collector->items[i];
	return NULL;
}

static void close_stale(struct cdm_collector *collector, const struct cdm_record *rec)
{
	for (unsigned i = collector->n_items; i-- > 0;) {
		struct cdm_item *item = collector->items[i];
		bool is_late = rec->flags & CDM_RECORD_TIMED && rec->ts_ns > item->last_ts_ns &&
			       rec->ts_ns - item->last_ts_ns > CDM_MAX_REPORT_PAUSE_NS;

		if (item->is_open && (is_late || ++item->n_gap > CDM_MAX_REPORT_GAP))
			close_item(collector, item);
	}
}

/* ---- headlines ---- */

/* Its first part was not kept by the log. */
static void mark_truncated(const struct cdm_collector *collector, struct cdm_item *item)
{
	item->report->truncated_start = !collector->has_boot;
}

static bool is_hang(enum cdm_kind kind)
{
	return cdm_kind_severity(kind) == CDM_SEVERITY_HANG;
}

/* Does it tell more about the report that has just begun, or is it the next one? */
static bool goes_on(const struct cdm_item *item, const struct cdm_rule *rule)
{
	if (!item || item->phase != CDM_PHASE_HEAD)
		return false;
	if (rule->weight < CDM_WEIGHT_WHY || item->weight < CDM_WEIGHT_WHY)
		return true;
	return item->report->kind == rule->kind && !is_hang(rule->kind);
}

static void take_headline(struct cdm_collector *collector, const struct cdm_record *rec,
			  const struct cdm_rule *rule, const struct cdm_found *found,
			  struct cdm_bytes line)
{
	struct cdm_item *item = open_item(collector, rec);

	if (!goes_on(item, rule)) {
		if (item)
			close_item(collector, item);
		item = begin_item(collector, rec);
		if (!item)
			return;
		/* What a processor notices comes behind what it is about. */
		if (rule->weight == CDM_WEIGHT_HOW && collector->n_records == 1)
			mark_truncated(collector, item);
	}
	cdm_item_extend(item, rec);
	cdm_item_headline(item, rule, found, line);
	if (rule->flags & CDM_LINE_ALONE)
		close_item(collector, item);
}

static void take_cut(struct cdm_collector *collector, const struct cdm_record *rec)
{
	struct cdm_item *item = open_item(collector, rec);

	if (item && item->phase == CDM_PHASE_HEAD && is_told(item))
		return;
	if (item)
		close_item(collector, item);
	item = begin_item(collector, rec);
	if (item)
		item->lines |= CDM_LINE_CUT;
}

static void take_boot(struct cdm_collector *collector)
{
	for (unsigned i = collector->n_items; i-- > 0;)
		if (collector->items[i]->is_open)
			close_item(collector, collector->items[i]);
	if (collector->n_items)
		collector->boot++;
	collector->has_boot = true;
}

/* ---- panics ---- */

static bool is_within(const struct cdm_report *report, const struct cdm_record *rec, uint64_t ns)
{
	if (!(report->has & CDM_HAS_TIME) || !(rec->flags & CDM_RECORD_TIMED))
		return true;
	return rec->ts_ns < report->ts_ns || rec->ts_ns - report->ts_ns <= ns;
}

static bool is_of_hardware(const struct cdm_report *report, const struct cdm_record *rec)
{
	return (cdm_kind_severity(report->kind) == CDM_SEVERITY_HW ||
		report->kind == CDM_KIND_NMI) &&
	       is_within(report, rec, CDM_MAX_FAULT_TO_PANIC_NS);
}

/* Could the panic follow from it? */
static bool is_origin(const struct cdm_item *item, const struct cdm_rule *rule,
		      const struct cdm_record *rec)
{
	const struct cdm_report *report = item->report;

	if (!is_told(item))
		return item->is_headless && item->is_open;
	switch ((enum cdm_panic_leads)rule->weight) {
	case CDM_LEADS_TO_OOPS:
		return report->severity == CDM_SEVERITY_OOPS;
	case CDM_LEADS_TO_OOPS_OF_TASK:
		return report->severity == CDM_SEVERITY_OOPS && !report->panic &&
		       (!(report->has & CDM_HAS_PID) || report->pid == 1);
	case CDM_LEADS_TO_WARNING:
		return report->severity == CDM_SEVERITY_WARN || report->kind == CDM_KIND_LOCKDEP;
	case CDM_LEADS_TO_HARDWARE:
		return is_of_hardware(report, rec);
	case CDM_LEADS_TO_KIND:
		return report->kind == rule->kind;
	default:
		return false;
	}
}

static bool is_same_caller(const struct cdm_item *item, const struct cdm_record *rec)
{
	return item->has_caller && rec->flags & CDM_RECORD_CALLER && item->caller == rec->caller;
}

/* The last that it could be, but one of the same caller if there is any; of hangs that were noticed at
 * once the first. */
static struct cdm_item *find_origin(const struct cdm_collector *collector,
				    const struct cdm_rule *rule, const struct cdm_record *rec)
{
	struct cdm_item *origin = NULL;

	for (unsigned i = collector->n_items; i-- > 0;) {
		struct cdm_item *item = collector->items[i];

		if (item->report->boot != collector->boot || !is_origin(item, rule, rec))
			continue;
		if (!origin || (is_same_caller(item, rec) && !is_same_caller(origin, rec)))
			origin = item;
		else if (rule->weight == CDM_LEADS_TO_KIND && is_hang(rule->kind) &&
			 is_within(item->report, rec, CDM_MAX_HANG_TO_PANIC_NS) &&
			 is_same_caller(item, rec) == is_same_caller(origin, rec))
			origin = item;
	}
	return origin;
}

static void tell_panic(struct cdm_item *item, const struct cdm_rule *rule,
		       const struct cdm_found *found, struct cdm_bytes message)
{
	struct cdm_rule as_headline = { .kind = rule->kind, .weight = CDM_WEIGHT_WHY };

	item->weight = CDM_WEIGHT_NONE;
	cdm_item_headline(item, &as_headline, found, message);
	cdm_item_panic(item, message);
}

static void follow_origin(struct cdm_collector *collector, struct cdm_item *origin,
			  const struct cdm_rule *rule, const struct cdm_record *rec,
			  struct cdm_bytes message)
{
	struct cdm_item *item = open_item(collector, rec);

	if (!is_told(origin)) {
		origin->report->kind = rule->kind;
		origin->report->truncated_start = true;
	}
	if (item && item != origin)
		close_item(collector, item);
	cdm_item_panic(origin, message);
	/* What panics before it has shown its trace leaves that to the panic; but of most hangs another
	 * task tells. */
	bool is_told_by_panic =
		origin->is_open && !origin->report->n_frames &&
		(!is_hang(origin->report->kind) || origin->report->kind == CDM_KIND_HARD_LOCKUP);
	origin->phase = is_told_by_panic ? CDM_PHASE_BODY : CDM_PHASE_PANIC;
	origin->is_open = true;
	origin->has_caller = rec->flags & CDM_RECORD_CALLER;
	origin->caller = rec->caller;
	cdm_item_extend(origin, rec);
	count_open(collector);
}

static void take_panic(struct cdm_collector *collector, const struct cdm_record *rec,
		       struct cdm_bytes message)
{
	struct cdm_found found = { 0 };
	const struct cdm_rule *rule = cdm_rules_panic(message, &found);
	struct cdm_item *origin = find_origin(collector, rule, rec);
	struct cdm_item *item = open_item(collector, rec);

	if (origin) {
		follow_origin(collector, origin, rule, rec, message);
		return;
	}
	/* "sysrq: Trigger a crash" has just announced it. */
	if (!item || item->phase != CDM_PHASE_HEAD || item->report->kind != rule->kind) {
		if (item)
			close_item(collector, item);
		item = begin_item(collector, rec);
	}
	if (!item)
		return;
	tell_panic(item, rule, &found, message);
	if (rule->weight != CDM_LEADS_NOWHERE && rule->weight != CDM_LEADS_TO_OOPS_OF_TASK)
		mark_truncated(collector, item);
	item->phase = CDM_PHASE_BODY;
	cdm_item_extend(item, rec);
}

static void take_end(struct cdm_collector *collector, const struct cdm_record *rec)
{
	struct cdm_item *item = open_item(collector, rec);

	if (!item)
		return;
	cdm_item_extend(item, rec);
	close_item(collector, item);
}

/* ---- lines ---- */

/* Takes what may stand in front of a headline off the line. */
static const struct cdm_rule *find_headline(const struct cdm_collector *collector,
					    struct cdm_bytes *line, struct cdm_found *found)
{
	const struct cdm_rule *rule = cdm_rules_find(&collector->headlines, *line, found);

	for (unsigned i = 0; i < 3 && rule && rule->flags & CDM_LINE_PREFIX; i++) {
		const uint8_t *end = memmem(line->at, line->len, ": ", 2);

		if (!end)
			return NULL;
		*line = cdm_bytes_behind(*line, (size_t)(end + 2 - line->at));
		rule = cdm_rules_find(&collector->headlines, *line, found);
	}
	return rule && !(rule->flags & CDM_LINE_PREFIX) ? rule : NULL;
}

static void take_rule(struct cdm_collector *collector, const struct cdm_record *rec,
		      const struct cdm_rule *rule, const struct cdm_found *found,
		      struct cdm_bytes line)
{
	if (rule->flags & CDM_LINE_BOOT)
		take_boot(collector);
	else if (rule->flags & CDM_LINE_PANIC)
		take_panic(collector, rec, cdm_bytes_behind(line, strlen(rule->wording)));
	else if (rule->flags & CDM_LINE_CUT)
		take_cut(collector, rec);
	else if (rule->flags & CDM_LINE_END)
		take_end(collector, rec);
	else
		take_headline(collector, rec, rule, found, line);
}

static void take_detail(struct cdm_collector *collector, const struct cdm_record *rec,
			struct cdm_bytes line)
{
	struct cdm_item *item = open_item(collector, rec);

	if (!item && collector->n_open && cdm_starts_with(line, "NMI backtrace", 13))
		item = hanging_item(collector);
	if (!item || !cdm_item_detail(item, &collector->details, line))
		return;
	cdm_item_extend(item, rec);
	if (!item->is_open)
		close_item(collector, item);
}

/* A log that has lost its beginning may begin within a report. */
static void take_headless(struct cdm_collector *collector, const struct cdm_record *rec,
			  struct cdm_bytes line)
{
	struct cdm_item *item = begin_item(collector, rec);

	if (!item || cdm_item_headless(item, &collector->details, line))
		return;
	item->is_headless = false;
	close_item(collector, item);
}

static struct cdm_bytes take_line(struct cdm_bytes *text)
{
	const uint8_t *end = memchr(text->at, '\n', text->len);
	struct cdm_bytes line = { text->at, end ? (size_t)(end - text->at) : text->len };

	*text = cdm_bytes_behind(*text, end ? line.len + 1 : line.len);
	if (line.len > CDM_MAX_REPORT_LINE)
		line.len = CDM_MAX_REPORT_LINE;
	return line;
}

static bool may_be_headless(const struct cdm_collector *collector)
{
	return !collector->has_boot && !collector->n_items &&
	       collector->n_records <= CDM_MAX_HEADLESS_RECORDS;
}

/* A record's first line may be a headline; what is behind it only goes on. */
static void take_text(struct cdm_collector *collector, const struct cdm_record *rec,
		      struct cdm_bytes text)
{
	struct cdm_found found;
	const struct cdm_rule *rule;

	while (text.len && text.at[0] == '\n')
		text = cdm_bytes_behind(text, 1);
	if (!text.len)
		return;
	if (!collector->n_open && !cdm_rules_could_fit(&collector->headlines, text) &&
	    !may_be_headless(collector))
		return;
	if (collector->n_open)
		close_stale(collector, rec);
	struct cdm_bytes line = take_line(&text);
	rule = find_headline(collector, &line, &found);
	if (rule)
		take_rule(collector, rec, rule, &found, line);
	else if (collector->n_open)
		take_detail(collector, rec, line);
	else if (may_be_headless(collector))
		take_headless(collector, rec, line);
	while (text.len && collector->n_open)
		take_detail(collector, rec, take_line(&text));
}

/* ---- records ---- */

static void add_piece(struct cdm_collector *collector, struct cdm_bytes text)
{
	size_t room = sizeof(collector->line) - collector->pieces_len;
	size_t len = text.len < room ? text.len : room;

	if (len)
		memcpy(collector->line + collector->pieces_len, text.at, len);
	collector->pieces_len += len;
}

static void end_pieces(struct cdm_collector *collector)
{
	struct cdm_bytes text = { collector->line, collector->pieces_len };

	if (!collector->has_pieces)
		return;
	collector->has_pieces = false;
	take_text(collector, &collector->pieces, text);
}

static bool is_the_kernels(const struct cdm_record *rec)
{
	return !(rec->flags & CDM_RECORD_PRIORITY) || rec->facility == 0;
}

void cdm_collector_feed(struct cdm_collector *collector, const struct cdm_record *rec)
{
	collector->n_records++;
	collector->last_seq = rec->seq;
	if (!is_the_kernels(rec))
		return;
	if (collector->has_pieces && !(rec->flags & CDM_RECORD_FOLLOWS))
		end_pieces(collector);
	if (!collector->has_pieces && !(rec->flags & CDM_RECORD_OPEN)) {
		take_text(collector, rec, rec->text);
		return;
	}
	if (!collector->has_pieces) {
		collector->pieces = *rec;
		collector->pieces_len = 0;
		collector->has_pieces = true;
	}
	add_piece(collector, rec->text);
	if (!(rec->flags & CDM_RECORD_OPEN))
		end_pieces(collector);
}

/* ---- the end ---- */

/* The last boot that has a crash: its first. Without any, the last hang. */
static const struct cdm_report *find_cause(const struct cdm_collector *collector)
{
	const struct cdm_report *crash = NULL, *hang = NULL;

	for (unsigned i = 0; i < collector->n_items; i++) {
		const struct cdm_report *report = collector->items[i]->report;

		if (report->is_crash && (!crash || crash->boot != report->boot))
			crash = report;
		if (report->severity == CDM_SEVERITY_HANG && report->boot == collector->boot)
			hang = report;
	}
	return crash ? crash : hang;
}

void cdm_collector_end(struct cdm_collector *collector)
{
	end_pieces(collector);
	for (unsigned i = collector->n_items; i-- > 0;) {
		struct cdm_item *item = collector->items[i];

		if (!item->is_open)
			continue;
		if (item->report->panic) /* the kernel's last words */
			item->report->last_seq = collector->last_seq;
		close_item(collector, item);
	}
	for (unsigned i = 1; i < collector->n_items; i++)
		cdm_item_follow(collector->items[i], collector->items[i - 1]);
	for (unsigned i = 0; i < collector->n_items; i++)
		cdm_item_judge(collector->items[i]);
	collector->cause = find_cause(collector);
}

size_t cdm_collector_count(const struct cdm_collector *collector)
{
	return collector->n_items;
}

const struct cdm_report *cdm_collector_report(const struct cdm_collector *collector, size_t index)
{
	return index < collector->n_items ? collector->items[index]->report : NULL;
}

const struct cdm_report *cdm_collector_cause(const struct cdm_collector *collector)
{
	return collector->cause;
}

bool cdm_collector_is_out_of_memory(const struct cdm_collector *collector)
{
	return collector->is_out_of_memory;
}

uint64_t cdm_collector_dropped(const struct cdm_collector *collector)
{
	return collector->n_dropped;
}
