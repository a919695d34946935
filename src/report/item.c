// SPDX-License-Identifier: GPL-2.0-or-later
/* item.c - what does a line say about the report that it belongs to? */

#include "report/item.h"

#include "report/fingerprint.h"
#include "report/frame.h"
#include "report/symbol.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_PAGE 4096 /* bytes: a fault there is by a pointer that is NULL */

struct cdm_item *cdm_item_new(const struct cdm_record *rec)
{
	struct cdm_item *item = calloc(1, sizeof(*item));
	struct cdm_report *report = malloc(sizeof(*report) + CDM_MAX_REPORT_TEXT);

	if (!item || !report) {
		free(report);
		free(item);
		return NULL;
	}
	*report = (struct cdm_report){ .first_seq = rec->seq, .ts_ns = rec->ts_ns, .text_len = 1 };
	report->text[0] = '\0'; /* the empty word */
	if (rec->flags & CDM_RECORD_TIMED)
		report->has |= CDM_HAS_TIME;
	item->report = report;
	item->is_open = true;
	item->has_caller = rec->flags & CDM_RECORD_CALLER;
	item->caller = rec->caller;
	cdm_item_extend(item, rec);
	return item;
}

void cdm_item_free(struct cdm_item *item)
{
	if (item)
		free(item->report);
	free(item);
}

void cdm_item_extend(struct cdm_item *item, const struct cdm_record *rec)
{
	item->report->last_seq = rec->seq;
	item->last_ts_ns = rec->ts_ns;
	item->n_gap = 0;
}

/* ---- words ---- */

static struct cdm_bytes without_end_blanks(struct cdm_bytes text)
{
	while (text.len && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\r'))
		text.len--;
	return text;
}

/* Adds text to the words, as far as there is room. */
static uint16_t keep(struct cdm_report *report, struct cdm_bytes text)
{
	size_t room = CDM_MAX_REPORT_TEXT - 1u - report->text_len;
	uint16_t word = report->text_len;
	char *to = report->text + word;

	text = without_end_blanks(text);
	if (!text.len || room < 2)
		return 0;
	if (text.len > room)
		text.len = room;
	for (size_t i = 0; i < text.len; i++)
		to[i] = (char)(text.at[i] ? text.at[i] : '?');
	to[text.len] = '\0';
	report->text_len = (uint16_t)(word + text.len + 1);
	return word;
}

static void keep_first(struct cdm_report *report, uint16_t *word, struct cdm_bytes text)
{
	if (!*word && text.len)
		*word = keep(report, text);
}

static struct cdm_bytes word_bytes(const struct cdm_report *report, uint16_t word)
{
	const char *text = cdm_report_word(report, word);

	return (struct cdm_bytes){ (const uint8_t *)text, strlen(text) };
}

/* Letters stand in columns; blanks and RHEL's dashes between them say nothing. */
static void keep_taint(struct cdm_report *report, struct cdm_bytes taint)
{
	uint8_t letters[32];
	size_t len = 0;

	for (size_t i = 0; i < taint.len && len < sizeof(letters); i++)
		if (taint.at[i] >= 'A' && taint.at[i] <= 'Z')
			letters[len++] = taint.at[i];
	keep_first(report, &report->taint, (struct cdm_bytes){ letters, len });
}

static bool has_not(const struct cdm_report *report, const struct cdm_found *found, unsigned what)
{
	return found->has & what && !(report->has & what);
}

/* What is told first counts: later lines may be about others. */
static void take_facts(struct cdm_report *report, const struct cdm_found *found)
{
	if (has_not(report, found, CDM_HAS_ADDRESS))
		report->address = found->address;
	if (has_not(report, found, CDM_HAS_PID))
		report->pid = found->pid;
	if (has_not(report, found, CDM_HAS_UID))
		report->uid = found->uid;
	if (has_not(report, found, CDM_HAS_CPU))
		report->cpu = found->cpu;
	if (has_not(report, found, CDM_HAS_OOPS))
		report->oops = found->oops;
	if (has_not(report, found, CDM_HAS_LINE))
		report->line = found->line;
	report->has |= found->has;
	keep_first(report, &report->file, found->file);
	keep_first(report, &report->comm, found->comm);
	keep_first(report, &report->hardware, found->hardware);
	keep_taint(report, found->taint);
}

static void fill_frame(struct cdm_report *report, const struct cdm_place *place, bool reliable,
		       struct cdm_frame *frame)
{
	*frame = (struct cdm_frame){
		.symbol = keep(report, place->symbol),
		.module = keep(report, place->module),
		.offset = place->offset,
		.size = place->size,
		.reliable = reliable,
	};
}

static void take_ip(struct cdm_report *report, const struct cdm_place *place)
{
	if (!report->ip.symbol)
		fill_frame(report, place, true, &report->ip);
}

/* ---- headlines ---- */

void cdm_item_headline(struct cdm_item *item, const struct cdm_rule *rule,
		       const struct cdm_found *found, struct cdm_bytes line)
{
	struct cdm_report *report = item->report;

	item->lines |= rule->flags;
	if (rule->weight > item->weight) {
		item->weight = rule->weight;
		report->kind = rule->kind;
		report->reason = rule->flags & CDM_LINE_WARNING && item->free_text
					 ? item->free_text
					 : keep(report, line);
	}
	item->wants_text = rule->flags & CDM_LINE_WARNING && !item->free_text;
	take_facts(report, found);
	if (found->has_place)
		take_ip(report, &found->place);
	cdm_item_settle(item);
}

void cdm_item_panic(struct cdm_item *item, struct cdm_bytes message)
{
	if (!item->report->panic)
		item->report->panic = keep(item->report, message);
	cdm_item_settle(item);
}

void cdm_item_settle(struct cdm_item *item)
{
	struct cdm_report *report = item->report;
	enum cdm_severity severity = cdm_kind_severity(report->kind);

	if (item->lines & CDM_LINE_OOPS && severity < CDM_SEVERITY_HW)
		severity = CDM_SEVERITY_OOPS;
	if (item->lines & CDM_LINE_WARNING && !(item->lines & CDM_LINE_OOPS) &&
	    severity == CDM_SEVERITY_OOPS)
		severity = CDM_SEVERITY_WARN;
	if (item->lines & CDM_LINE_NOTE && !(item->lines & CDM_LINE_DEATH) && !report->panic)
		severity = CDM_SEVERITY_NOTE;
	/* ppc64 calls that an access to user memory, arm a domain fault. */
	if ((report->kind == CDM_KIND_PAGE_FAULT || report->kind == CDM_KIND_USER_ACCESS ||
	     report->kind == CDM_KIND_UNHANDLED_FAULT) &&
	    report->has & CDM_HAS_ADDRESS && report->address < FIRST_PAGE)
		report->kind = CDM_KIND_NULL_DEREF;
	report->severity = severity;
	report->is_protected =
		item->lines & CDM_LINE_PROTECTED && report->kind != CDM_KIND_NULL_DEREF;
	report->is_nowhere = item->lines & CDM_LINE_NOWHERE && report->kind == CDM_KIND_PAGE_FAULT;
	report->is_crash =
		severity >= CDM_SEVERITY_OOPS || item->lines & CDM_LINE_DEATH || report->panic;
}

/* ---- the call trace ---- */

static void add_frame(struct cdm_report *report, const struct cdm_place *place, bool reliable)
{
	if (!place->symbol.len || report->n_frames == CDM_MAX_FRAMES)
		return;
	fill_frame(report, place, reliable, &report->frames[report->n_frames++]);
}

static bool is_last_frame(const struct cdm_report *report, struct cdm_bytes symbol)
{
	if (!report->n_frames)
		return false;
	struct cdm_bytes last = word_bytes(report, report->frames[report->n_frames - 1].symbol);

	return last.len == symbol.len && !memcmp(last.at, symbol.at, symbol.len);
}

/* Of "f from g" f is the g of the line before. */
static void add_traced(struct cdm_report *report, const struct cdm_traced *traced)
{
	if (traced->ends_nmi)
		report->n_behind_nmi = report->n_frames;
	for (unsigned i = 0; i < traced->n_places; i++)
		if (traced->n_places == 1 || i || !is_last_frame(report, traced->places[0].symbol))
			add_frame(report, &traced->places[i], traced->reliable);
}

/* An address without a symbol was jumped to: from there. */
static bool take_jump(struct cdm_item *item, struct cdm_bytes line)
{
	struct cdm_traced traced;

	if (!item->wants_jump)
		return false;
	item->wants_jump = false;
	if (!cdm_frame_parse(line, &traced))
		return false;
	if (traced.n_places && !cdm_frame_is_within(&item->report->ip) &&
	    !item->report->caller.symbol)
		fill_frame(item->report, &traced.places[0], true, &item->report->caller);
	return true;
}

static bool take_traced(struct cdm_item *item, struct cdm_bytes line)
{
	struct cdm_traced traced;

	if (item->trace == CDM_TRACE_DONE || !cdm_frame_parse(line, &traced) ||
	    (item->trace == CDM_TRACE_NONE && !traced.is_from))
		return false;
	item->trace = CDM_TRACE_RUNS;
	if (!item->is_elsewhere)
		add_traced(item->report, &traced);
	return true;
}

/* ---- the body ---- */

/* "ext4(OE+) [last unloaded: x]" */
static void take_modules(struct cdm_report *report, struct cdm_bytes line)
{
	uint8_t names[CDM_MAX_REPORT_MODULES];
	size_t len = 0;

	for (size_t i = 0; i < line.len && line.at[i] != '['; i++) {
		bool in_marks = line.at[i] == '(';

		while (in_marks && i < line.len && line.at[i] != ' ')
			i++;
		if (i == line.len || len == sizeof(names))
			break;
		if (line.at[i] != ' ' || (len && names[len - 1] != ' '))
			names[len++] = line.at[i];
	}
	keep_first(report, &report->modules, (struct cdm_bytes){ names, len });
}

static void begin_trace(struct cdm_item *item, struct cdm_bytes rest)
{
	if (item->trace == CDM_TRACE_NONE ||
	    (item->trace == CDM_TRACE_RUNS && !item->report->n_frames))
		item->trace = CDM_TRACE_RUNS;
	else
		item->trace = CDM_TRACE_DONE;
	take_traced(item, rest);
}

/* A hang whose own processor tells its stack only now. */
static void begin_other_cpu(struct cdm_item *item)
{
	if (item->report->ip.symbol || item->report->n_frames)
		item->trace = CDM_TRACE_DONE;
	else
		item->is_other_cpu = true;
}

static size_t literal_len(const char *wording)
{
	return strcspn(wording, "%$");
}

static void take_place(struct cdm_item *item, const struct cdm_place *place)
{
	/* An interrupted context within the trace. */
	if (item->trace == CDM_TRACE_RUNS && item->report->n_frames)
		add_frame(item->report, place, true);
	else
		take_ip(item->report, place);
}

/* A function that calls none itself has no frame on the stack of some machines: the trace goes on with
 * its caller's caller. */
static void take_caller(struct cdm_report *report, const struct cdm_place *place)
{
	if (!report->ip.symbol)
		add_frame(report, place, true);
	else if (!report->caller.symbol)
		fill_frame(report, place, true, &report->caller);
}

static void apply_detail(struct cdm_item *item, const struct cdm_rule *rule,
			 const struct cdm_found *found, struct cdm_bytes line)
{
	struct cdm_bytes rest = cdm_bytes_behind(line, literal_len(rule->wording));

	/* The processor of a hang is told in its headline; the one that has noticed it tells of itself. */
	if (item->report->has & found->has & CDM_HAS_CPU)
		item->is_elsewhere = item->report->cpu != found->cpu;
	if (rule->flags & CDM_DETAIL_BODY)
		item->phase = CDM_PHASE_BODY;
	if (rule->flags & CDM_DETAIL_PROTECTED)
		item->lines |= CDM_LINE_PROTECTED;
	if (rule->flags & CDM_DETAIL_NOWHERE)
		item->lines |= CDM_LINE_NOWHERE;
	if (rule->flags & CDM_DETAIL_NOTE)
		item->lines |= CDM_LINE_NOTE;
	if (rule->flags & CDM_DETAIL_OTHER_CPU)
		begin_other_cpu(item);
	else if (!item->is_elsewhere)
		take_facts(item->report, found);
	if (rule->flags & CDM_DETAIL_IP && found->has_place && !item->is_elsewhere)
		take_place(item, &found->place);
	if (rule->flags & CDM_DETAIL_CALLER && found->has_place && !item->report->n_frames)
		take_caller(item->report, &found->place);
	item->wants_jump = rule->flags & CDM_DETAIL_JUMP;
	if (rule->flags & CDM_DETAIL_TRACE_END && item->trace == CDM_TRACE_RUNS &&
	    item->report->n_frames)
		item->trace = CDM_TRACE_DONE;
	if (rule->flags & CDM_DETAIL_TRACE)
		begin_trace(item, rest);
	if (rule->flags & CDM_DETAIL_MODULES)
		take_modules(item->report, cdm_without_blanks(rest));
	/* What it was about, if the log has lost that, is told by the panic that may follow. */
	if (rule->flags & CDM_DETAIL_END && !item->is_headless)
		item->is_open = false;
	if (rule->flags & CDM_DETAIL_END)
		item->trace = CDM_TRACE_DONE;
	cdm_item_settle(item);
}

/* The text of a WARN(): before its headline behind "cut here" (4.x on), or the line after it. */
static bool take_free_text(struct cdm_item *item, struct cdm_bytes line)
{
	struct cdm_report *report = item->report;

	if (item->phase != CDM_PHASE_HEAD)
		return false;
	if (item->wants_text) {
		item->wants_text = false;
		report->reason = keep(report, line);
		return true;
	}
	if (item->lines == CDM_LINE_CUT && !item->free_text) {
		item->free_text = keep(report, line);
		return true;
	}
	return false;
}

/* "3f20: 57ac6e9d ????????": arm shows all of the stack, which is no gap in the report. */
static bool is_memory(struct cdm_bytes line)
{
	static const char bytes[] = "0123456789abcdef? ";
	size_t len = 0;

	while (len < line.len && line.at[len] != ':' && line.at[len] != ' ')
		len++;
	if (len < 4 || len == line.len || line.at[len++] != ':')
		return false;
	while (len < line.len && memchr(bytes, line.at[len], sizeof(bytes) - 1))
		len++;
	return len == line.len;
}

/* The panic's task and trace are its own; the machine is the same. */
static bool take_panics_own(struct cdm_item *item, const struct cdm_rule_index *details,
			    struct cdm_bytes line)
{
	struct cdm_traced traced;
	struct cdm_found found;

	if (cdm_frame_parse(line, &traced))
		return true;
	if (!cdm_rules_find(details, cdm_without_blanks(line), &found))
		return false;
	keep_first(item->report, &item->report->hardware, found.hardware);
	return true;
}

bool cdm_item_detail(struct cdm_item *item, const struct cdm_rule_index *details,
		     struct cdm_bytes line)
{
	struct cdm_bytes text = cdm_without_blanks(line);
	struct cdm_found found;

	if (!text.len)
		return false;
	if (item->phase == CDM_PHASE_PANIC)
		return take_panics_own(item, details, line);
	if (take_jump(item, line) || take_traced(item, line))
		return true;
	const struct cdm_rule *rule = cdm_rules_find(details, text, &found);

	if (!rule)
		return is_memory(text) || take_free_text(item, line);
	if (rule->flags & CDM_DETAIL_BODY)
		item->wants_text = false;
	apply_detail(item, rule, &found, text);
	return true;
}

bool cdm_item_headless(struct cdm_item *item, const struct cdm_rule_index *details,
		       struct cdm_bytes line)
{
	struct cdm_bytes text = cdm_without_blanks(line);
	struct cdm_traced traced;
	struct cdm_found found;
	const struct cdm_rule *rule = cdm_rules_find(details, text, &found);

	item->phase = CDM_PHASE_BODY;
	item->is_headless = true;
	if (rule && rule->flags & CDM_DETAIL_BODY) {
		apply_detail(item, rule, &found, text);
		return true;
	}
	if (!cdm_frame_parse(line, &traced) || !traced.n_places)
		return false;
	item->trace = CDM_TRACE_RUNS;
	return take_traced(item, line);
}

/* 6.9 on: a warning says what would overflow, and __fortify_panic() is a BUG(). */
void cdm_item_follow(struct cdm_item *item, const struct cdm_item *found)
{
	struct cdm_report *report = item->report;

	if (report->kind != CDM_KIND_BUG || found->report->kind != CDM_KIND_FORTIFY ||
	    found->report->pid != report->pid ||
	    !strstr(cdm_report_word(report, report->ip.symbol), "fortify_panic"))
		return;
	report->kind = CDM_KIND_FORTIFY;
	report->reason = keep(report, word_bytes(found->report, found->report->reason));
}

/* A watchdog that tells a stack from its own interrupt: what was interrupted is behind the last frame
 * that only leads into one. */
static unsigned interrupted_from(const struct cdm_report *report)
{
	for (unsigned i = report->n_frames; i > report->n_behind_nmi; i--) {
		const char *dispatch = cdm_symbol_dispatch(
			cdm_symbol_plain(word_bytes(report, report->frames[i - 1].symbol)));

		if (dispatch && !strcmp(dispatch, "irq"))
			return i;
	}
	return report->n_behind_nmi;
}

void cdm_item_judge(struct cdm_item *item)
{
	static const char crashes[] = "sysrq_handle_crash";
	struct cdm_report *report = item->report;
	unsigned index = 0;

	cdm_item_settle(item);
	if (report->severity == CDM_SEVERITY_HANG && !report->ip.symbol)
		report->n_behind_nmi = interrupted_from(report);
	const struct cdm_frame *frame = cdm_report_next_frame(report, false, &index);

	index = 0;
	if (!frame)
		frame = cdm_report_next_frame(report, true, &index);
	if (frame)
		report->guilty = *frame;
	/* It ends in panic(), and so a trace shows the function behind it on some machines. */
	if (report->kind == CDM_KIND_SYSRQ_C &&
	    strcmp(cdm_report_word(report, report->guilty.symbol), crashes) != 0)
		report->guilty = (struct cdm_frame){
			.symbol = keep(report, (struct cdm_bytes){ (const uint8_t *)crashes,
								   sizeof(crashes) - 1 }),
			.reliable = true,
		};
	report->fingerprint = cdm_fingerprint(report);
}

void cdm_item_guess(struct cdm_item *item)
{
	struct cdm_report *report = item->report;
	enum cdm_kind kind = CDM_KIND_NONE;

	for (unsigned i = 0; i < report->n_frames; i++) {
		enum cdm_kind told = cdm_symbol_tells(
			cdm_symbol_plain(word_bytes(report, report->frames[i].symbol)));

		if (told && (!kind || kind == CDM_KIND_PANIC))
			kind = told;
	}
	report->kind = kind;
	cdm_item_settle(item);
}
