// SPDX-License-Identifier: GPL-2.0-or-later
/* test_report.c - does each log of testdata/logs give the report that stands over it?
 *
 * A file says where its text is from, in lines that begin with '#'; then what is expected, "key: value",
 * a line each; then, behind "---", the log. Keys are those of --info; `reports` are the kinds of all
 * reports, `none` if there are none. What is not asked for is not compared.
 *
 * With names of logs as arguments it prints what it reads in them. */

#include "log_text.h"
#include "report/report.h"
#include "report/rules.h"
#include "report/symbol.h"
#include "suite.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#define MAX_VALUE 4096

/* ---- a report as text ---- */

static const char *word(const struct cdm_report *report, uint16_t at)
{
	return cdm_report_word(report, at);
}

static void put_frame(const struct cdm_report *report, const struct cdm_frame *frame, FILE *out)
{
	fprintf(out, "%s%s", frame->reliable ? "" : "? ", word(report, frame->symbol));
	if (frame->offset || frame->size)
		fprintf(out, "+0x%x", frame->offset);
	if (frame->module)
		fprintf(out, " [%s]", word(report, frame->module));
}

static const struct {
	const char *key;
	unsigned has;
	size_t off;
} numbers[] = {
	{ "pid", CDM_HAS_PID, offsetof(struct cdm_report, pid) },
	{ "uid", CDM_HAS_UID, offsetof(struct cdm_report, uid) },
	{ "cpu", CDM_HAS_CPU, offsetof(struct cdm_report, cpu) },
	{ "oops", CDM_HAS_OOPS, offsetof(struct cdm_report, oops) },
	{ "line", CDM_HAS_LINE, offsetof(struct cdm_report, line) },
};

static const struct {
	const char *key;
	size_t off;
} words[] = {
	{ "reason", offsetof(struct cdm_report, reason) },
	{ "panic", offsetof(struct cdm_report, panic) },
	{ "file", offsetof(struct cdm_report, file) },
	{ "comm", offsetof(struct cdm_report, comm) },
	{ "taint", offsetof(struct cdm_report, taint) },
	{ "hardware", offsetof(struct cdm_report, hardware) },
	{ "modules", offsetof(struct cdm_report, modules) },
};

static bool put_count(const struct cdm_report *report, const char *key, FILE *out)
{
	for (int i = 0; i < ROWS(numbers); i++) {
		if (strcmp(numbers[i].key, key) != 0)
			continue;
		if (report->has & numbers[i].has)
			fprintf(out, "%u",
				*(const uint32_t *)(const void *)((const char *)report +
								  numbers[i].off));
		return true;
	}
	return false;
}

static bool put_word(const struct cdm_report *report, const char *key, FILE *out)
{
	for (int i = 0; i < ROWS(words); i++) {
		if (strcmp(words[i].key, key) != 0)
			continue;
		fputs(word(report,
			   *(const uint16_t *)(const void *)((const char *)report + words[i].off)),
		      out);
		return true;
	}
	return false;
}

static void put_frames(const struct cdm_report *report, FILE *out)
{
	for (unsigned i = 0; i < report->n_frames; i++) {
		fputs(i ? ", " : "", out);
		put_frame(report, &report->frames[i], out);
	}
}

static void put_kinds(const struct cdm_collector *collector, FILE *out)
{
	for (size_t i = 0; i < cdm_collector_count(collector); i++)
		fprintf(out, "%s%s", i ? " " : "",
			cdm_kind_name(cdm_collector_report(collector, i)->kind));
	if (!cdm_collector_count(collector))
		fputs("none", out);
}

static void put_symbol(const struct cdm_report *report, FILE *out)
{
	const char *symbol = word(report, report->guilty.symbol);
	struct cdm_bytes plain =
		cdm_symbol_plain((struct cdm_bytes){ (const uint8_t *)symbol, strlen(symbol) });

	fprintf(out, "%.*s", (int)plain.len, (const char *)plain.at);
}

/* What the report says under that key. */
static void put_value(const struct cdm_collector *collector, const struct cdm_report *report,
		      const char *key, FILE *out)
{
	if (!strcmp(key, "reports"))
		put_kinds(collector, out);
	else if (!report)
		fputs(!strcmp(key, "kind") ? "none" : "", out);
	else if (!strcmp(key, "kind"))
		fputs(cdm_kind_name(report->kind), out);
	else if (!strcmp(key, "severity"))
		fputs(cdm_severity_name(report->severity), out);
	else if (!strcmp(key, "symbol"))
		put_symbol(report, out);
	else if (!strcmp(key, "module"))
		fputs(word(report, report->guilty.module), out);
	else if (!strcmp(key, "ip") && report->ip.symbol)
		put_frame(report, &report->ip, out);
	else if (!strcmp(key, "address") && report->has & CDM_HAS_ADDRESS)
		fprintf(out, "0x%llx", (unsigned long long)report->address);
	else if (!strcmp(key, "frames"))
		put_frames(report, out);
	else if (!strcmp(key, "n_frames"))
		fprintf(out, "%u", report->n_frames);
	else if (!strcmp(key, "fingerprint"))
		fprintf(out, "cd1-%016llx", (unsigned long long)report->fingerprint);
	else if (!strcmp(key, "truncated_start"))
		fputs(report->truncated_start ? "yes" : "no", out);
	else if (!put_count(report, key, out) && !put_word(report, key, out) &&
		 strcmp(key, "address") != 0 && strcmp(key, "ip") != 0)
		ck_abort_msg("%s: no such key", key);
}

/* ---- one log ---- */

static struct cdm_collector *collect(struct cdm_bytes text)
{
	struct cdm_collector *collector = cdm_collector_new();
	struct cdm_record rec = { 0 };

	if (!collector)
		abort();
	while (log_text_next(&text, &rec))
		cdm_collector_feed(collector, &rec);
	cdm_collector_end(collector);
	return collector;
}

static void value_of(const struct cdm_collector *collector, const struct cdm_report *report,
		     const char *key, char *value)
{
	FILE *out = fmemopen(value, MAX_VALUE, "w");

	if (!out)
		abort();
	put_value(collector, report, key, out);
	fputc('\0', out);
	fclose(out);
	value[MAX_VALUE - 1] = '\0';
}

static int compare_line(const struct cdm_collector *collector, const struct cdm_report *report,
			char *line, const char *name)
{
	char value[MAX_VALUE];
	char *colon = strchr(line, ':');

	ck_assert_msg(colon != NULL, "%s: no key: %s", name, line);
	*colon = '\0';
	const char *expected = colon + 1 + strspn(colon + 1, " ");
	value_of(collector, report, line, value);
	if (!strcmp(value, expected))
		return 0;
	printf("%s: %s: '%s', expected '%s'\n", name, line, value, expected);
	return 1;
}

/* Without a cause the keys are those of the first report. */
static int compare(const struct cdm_collector *collector, char *expected, const char *name)
{
	const struct cdm_report *report = cdm_collector_cause(collector);
	int n_wrong = 0;

	for (char *line = expected, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (line[0] == '#' || !line[0])
			continue;
		if (!strcmp(line, "first:"))
			report = cdm_collector_report(collector, 0);
		else
			n_wrong += compare_line(collector, report, line, name);
	}
	return n_wrong;
}

static glob_t logs;

START_TEST(log_has_its_report)
{
	const char *name = logs.gl_pathv[_i];
	size_t len;
	char *text = read_whole_file(name, &len);
	char *log = strstr(text, "\n---\n");

	ck_assert_msg(log != NULL, "%s has no line ---", name);
	log[1] = '\0';
	log += strlen("\n---\n");
	struct cdm_collector *collector =
		collect((struct cdm_bytes){ (const uint8_t *)log, len - (size_t)(log - text) });
	int n_wrong = compare(collector, text, name);
	cdm_collector_free(collector);
	free(text);
	ck_assert_int_eq(n_wrong, 0);
}
END_TEST

/* ---- how many wordings are there a log for? ---- */

#define MIN_WORDINGS 60

struct tally {
	struct cdm_rule_index headlines;
	bool has_headline[CDM_MAX_RULES], has_panic[CDM_MAX_RULES];
};

static enum cdm_kind count_panic(struct tally *tally, struct cdm_bytes message)
{
	struct cdm_found found;
	const struct cdm_rule *rule = cdm_rules_panic(message, &found);

	if (rule->kind != CDM_KIND_PANIC)
		tally->has_panic[rule - cdm_panics] = true;
	return rule->kind;
}

/* What the line tells of. */
static enum cdm_kind count_line(struct tally *tally, struct cdm_bytes line)
{
	struct cdm_found found;
	const struct cdm_rule *rule;
	enum cdm_kind kind = CDM_KIND_NONE;

	while ((rule = cdm_rules_find(&tally->headlines, line, &found)) != NULL) {
		size_t len = strlen(rule->wording);

		kind = rule->kind;
		if (rule->flags & CDM_LINE_PANIC)
			kind = count_panic(tally, cdm_bytes_behind(line, len));
		else if (rule->kind != CDM_KIND_NONE)
			tally->has_headline[rule - cdm_headlines] = true;
		if (!(rule->flags & CDM_LINE_PREFIX) || len > line.len)
			break;
		line = cdm_bytes_behind(line, len);
	}
	return kind;
}

static unsigned count_set(const bool *flags)
{
	unsigned n = 0;

	for (int i = 0; i < CDM_MAX_RULES; i++)
		n += flags[i];
	return n;
}

/* A wording that several logs have counts once. */
START_TEST(wordings_are_many)
{
	struct tally tally = { 0 };

	cdm_rules_index(&tally.headlines, cdm_headlines);
	for (size_t i = 0; i < logs.gl_pathc; i++) {
		size_t len;
		char *text = read_whole_file(logs.gl_pathv[i], &len);
		struct cdm_bytes rest = { (const uint8_t *)text, len };
		struct cdm_record rec = { 0 };

		while (log_text_next(&rest, &rec))
			if (!(rec.flags & CDM_RECORD_PRIORITY) || rec.facility == 0)
				count_line(&tally, rec.text);
		free(text);
	}
	unsigned n = count_set(tally.has_headline) + count_set(tally.has_panic);
	printf("%u wordings in %zu logs\n", n, logs.gl_pathc);
	ck_assert_uint_ge(n, MIN_WORDINGS);
}
END_TEST

#define MIN_QUIET_LOGS 20

/* Warnings, failed allocations, stacks that somebody asked for, and the like: no crash. */
START_TEST(quiet_logs_are_many)
{
	unsigned n = 0;

	for (size_t i = 0; i < logs.gl_pathc; i++) {
		size_t len;
		char *text = read_whole_file(logs.gl_pathv[i], &len);

		n += strstr(text, "\nkind: none\n") != NULL;
		free(text);
	}
	ck_assert_uint_ge(n, MIN_QUIET_LOGS);
}
END_TEST

#define MIN_REAL_WORDINGS 100

/* "x86_64-6.1<tab>kind<tab>line": its kind is compared. */
static void count_real(struct tally *tally, char *line)
{
	char *kind = strchr(line, '\t'), *text = kind ? strchr(kind + 1, '\t') : NULL;

	ck_assert_msg(text != NULL, "not three columns: %s", line);
	*kind++ = '\0';
	*text++ = '\0';
	enum cdm_kind found =
		count_line(tally, (struct cdm_bytes){ (const uint8_t *)text, strlen(text) });
	ck_assert_msg(!strcmp(cdm_kind_name(found), kind), "%s: %s, expected %s: %s", line,
		      cdm_kind_name(found), kind, text);
}

/* Each line of testdata/wordings has the kind that stands there, and another wording than the rest. */
START_TEST(real_wordings_are_recognised)
{
	const char *srcdir = getenv("srcdir");
	struct tally tally = { 0 };
	char name[4096];
	size_t len;
	unsigned n = 0;

	cdm_rules_index(&tally.headlines, cdm_headlines);
	snprintf(name, sizeof(name), "%s/testdata/wordings", srcdir ? srcdir : ".");
	char *text = read_whole_file(name, &len), *rest = text;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] == '#')
			continue;
		count_real(&tally, line);
		n++;
	}
	free(text);
	ck_assert_uint_ge(n, MIN_REAL_WORDINGS);
	ck_assert_uint_eq(count_set(tally.has_headline) + count_set(tally.has_panic), n);
}
END_TEST

/* ---- tables ---- */

/* A table that is longer than its index would lose its end; a wording without a NUL has no end. */
START_TEST(tables_fit)
{
	static const struct cdm_rule *const tables[] = { cdm_headlines, cdm_details, cdm_panics };

	for (int i = 0; i < ROWS(tables); i++) {
		unsigned n = 0;

		for (; tables[i][n].wording[0]; n++)
			ck_assert_ptr_nonnull(memchr(tables[i][n].wording, '\0', CDM_MAX_WORDING));
		ck_assert_uint_le(n, CDM_MAX_RULES);
	}
}
END_TEST

static const struct {
	const char *wording, *line;
	bool fits;
} fits[] = {
	{ "Oops: %h [#%o]", "Oops: 0002 [#1] SMP", true },
	{ "Oops: %h [#%o]", "Oops: efitime", false },
	{ "Oops: %h [#%o]", "Oops: 0002", false },
	{ "[%c:%p]", "[kworker/0:1:35]", true },
	{ "%c/%p$", "kworker/u8:0/10040", true },
	{ "%c/%p$", "kworker/u8:0/", false },
	{ "at %a", "at           (null)", true },
	{ "at %a", "at 00000000000000000", false }, /* 17 digits */
	{ "%f:%l", "a/b.c:12", true },
	{ "%f:%l", "a b.c:12", false },
	{ "%f:%l", "a.c:12345678901", false },
	{ "%s", "f+0x1/0x2 [m]", true },
	{ "%s", ":m:f+0x1/0x2", true },
	{ "%s", "f", false },
	{ "%s", "0x86", true },
	{ "x$", "x  ", true },
	{ "x$", "x y", false },
	{ "%*z", "", false },
	{ "a", "", false },
};

START_TEST(wording)
{
	struct cdm_found found;
	struct cdm_bytes line = { (const uint8_t *)fits[_i].line, strlen(fits[_i].line) };

	ck_assert_int_eq(cdm_wording_matches(fits[_i].wording, line, &found), fits[_i].fits);
}
END_TEST

static const struct {
	const char *symbol, *plain;
} plains[] = {
	{ "set.cold", "set" },
	{ "wdev_priv.part.8", "wdev_priv" },
	{ "_snd_timer_stop.constprop.9", "_snd_timer_stop" },
	{ ".ipr_pci_error_detected", ".ipr_pci_error_detected" },
	{ "__se_sys_mremap", "mremap" },
	{ "__x64_sys_exit_group", "exit_group" },
	{ "sys_exit_group", "exit_group" }, /* ppc64, arm */
	{ "f", "f" },
	{ ".", "." },
	{ "", "" },
};

START_TEST(plain_symbol)
{
	const char *symbol = plains[_i].symbol;
	struct cdm_bytes plain =
		cdm_symbol_plain((struct cdm_bytes){ (const uint8_t *)symbol, strlen(symbol) });

	ck_assert_uint_eq(plain.len, strlen(plains[_i].plain));
	ck_assert_mem_eq(plain.at, plains[_i].plain, plain.len);
}
END_TEST

/* What says that the memory was there, and what does not. */
static const struct {
	const char *lines[2];
	bool is_protected;
} accesses[] = {
	{ { "Oops: 0003 [#1] SMP" }, true },
	{ { "Oops: 0002 [#1] SMP" }, false },
	{ { "Internal error: Oops: 80d [#1] SMP ARM" }, true },
	{ { "Internal error: Oops: 80f [#1] SMP ARM" }, true },
	{ { "Internal error: Oops: 807 [#1] SMP ARM" }, false },
	{ { "Internal error: Oops: a0e [#1] SMP ARM" }, true },
	{ { "Internal error: Oops: a0f [#1] SMP ARM" }, true },
	{ { "Internal error: Oops: a07 [#1] SMP ARM" }, false },
	{ { "Oops: 0004 ilc:3 [#1] SMP" }, true },
	{ { "Oops: 0011 ilc:3 [#1] SMP" }, false },
	{ { "BUG: Unable to handle kernel data access on write at 0xc008000000360510",
	    "CFAR: c00800000035015c DAR: c008000000360510 DSISR: 0a000000 IRQMASK: 0" },
	  true },
	{ { "BUG: Unable to handle kernel data access on read at 0xc008000000360510",
	    "CFAR: c00800000035015c DAR: c008000000360510 DSISR: 08000000 IRQMASK: 0" },
	  true },
	{ { "BUG: Unable to handle kernel data access on write at 0xc008000000210000",
	    "CFAR: c008000000350abc DAR: c008000000210000 DSISR: 42000000 IRQMASK: 0" },
	  false },
	{ { "Unable to handle kernel NULL pointer dereference at virtual address 00000000",
	    "Oops: 0004 ilc:3 [#1] SMP" },
	  false },
};

START_TEST(protected_memory)
{
	struct cdm_collector *collector = cdm_collector_new();

	for (unsigned i = 0; i < 2 && accesses[_i].lines[i]; i++) {
		struct cdm_record rec = { .seq = i,
					  .text = { (const uint8_t *)accesses[_i].lines[i],
						    strlen(accesses[_i].lines[i]) } };
		cdm_collector_feed(collector, &rec);
	}
	cdm_collector_end(collector);
	ck_assert_ptr_nonnull(cdm_collector_cause(collector));
	ck_assert_int_eq(cdm_collector_cause(collector)->is_protected, accesses[_i].is_protected);
	cdm_collector_free(collector);
}
END_TEST

/* The pieces of a line, as older kernels keep them, are one line; a line longer than is looked at, and
 * one that never ends, do no harm. */
START_TEST(pieces_are_joined)
{
	static const char *const pieces[] = { "Kernel panic - not ",
					      "syncing: ", "sysrq triggered crash" };
	struct cdm_collector *collector = cdm_collector_new();

	for (int i = 0; i < 3; i++) {
		struct cdm_record rec = {
			.seq = (uint64_t)i,
			.flags = (i ? CDM_RECORD_FOLLOWS : 0u) | (i < 2 ? CDM_RECORD_OPEN : 0u),
			.text = { (const uint8_t *)pieces[i], strlen(pieces[i]) },
		};
		cdm_collector_feed(collector, &rec);
	}
	cdm_collector_end(collector);
	const struct cdm_report *cause = cdm_collector_cause(collector);
	ck_assert_ptr_nonnull(cause);
	ck_assert_int_eq(cause->kind, CDM_KIND_SYSRQ_C);
	ck_assert_uint_eq(cause->first_seq, 0);
	cdm_collector_free(collector);
}
END_TEST

START_TEST(long_pieces_are_cut)
{
	static const uint8_t text[CDM_MAX_REPORT_LINE] = "Kernel panic - not syncing: x";
	struct cdm_collector *collector = cdm_collector_new();

	for (unsigned i = 0; i < 4; i++) {
		struct cdm_record rec = {
			.seq = i,
			.flags = (i ? CDM_RECORD_FOLLOWS : 0u) | CDM_RECORD_OPEN,
			.text = { text, sizeof(text) },
		};
		cdm_collector_feed(collector, &rec);
	}
	cdm_collector_end(collector);
	ck_assert_ptr_nonnull(cdm_collector_cause(collector));
	cdm_collector_free(collector);
}
END_TEST

/* ---- what a person asks for ---- */

static void print_report(const struct cdm_collector *collector, const struct cdm_report *report)
{
	static const char *const keys[] = {
		"kind",    "severity",    "reason",
		"panic",   "address",     "symbol",
		"module",  "ip",          "file",
		"line",    "comm",        "pid",
		"uid",     "cpu",         "taint",
		"oops",    "hardware",    "frames",
		"modules", "fingerprint", "truncated_start",
	};
	char value[MAX_VALUE];

	for (int i = 0; i < ROWS(keys); i++) {
		value_of(collector, report, keys[i], value);
		if (value[0])
			printf("%s: %s\n", keys[i], value);
	}
}

static void print_log(const char *name)
{
	size_t len;
	char *text = read_whole_file(name, &len), *log = strstr(text, "\n---\n");
	struct cdm_bytes bytes = { (const uint8_t *)text, len };

	if (log)
		bytes = (struct cdm_bytes){ (const uint8_t *)log + 5,
					    len - (size_t)(log + 5 - text) };
	struct cdm_collector *collector = collect(bytes);

	printf("# %s\n", name);
	print_report(collector, cdm_collector_cause(collector));
	for (size_t i = 0; i < cdm_collector_count(collector); i++) {
		const struct cdm_report *report = cdm_collector_report(collector, i);

		printf("#%zu %s%s records %llu to %llu: %s\n", i, cdm_kind_name(report->kind),
		       report == cdm_collector_cause(collector) ? " (cause)" : "",
		       (unsigned long long)report->first_seq, (unsigned long long)report->last_seq,
		       word(report, report->reason));
		if (report != cdm_collector_cause(collector))
			print_report(collector, report);
	}
	cdm_collector_free(collector);
	free(text);
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	char pattern[4096];

	for (int i = 1; i < argc; i++)
		print_log(argv[i]);
	if (argc > 1)
		return 0;
	snprintf(pattern, sizeof(pattern), "%s/testdata/logs/*.log", srcdir ? srcdir : ".");
	if (glob(pattern, 0, NULL, &logs) != 0)
		return EXIT_FAILURE;

	Suite *suite = suite_create("report");
	TCase *whole_logs = tcase_create("logs");
	tcase_add_loop_test(whole_logs, log_has_its_report, 0, (int)logs.gl_pathc);
	tcase_add_test(whole_logs, wordings_are_many);
	tcase_add_test(whole_logs, real_wordings_are_recognised);
	tcase_add_test(whole_logs, quiet_logs_are_many);
	suite_add_tcase(suite, whole_logs);
	TCase *parts = tcase_create("parts");
	tcase_add_test(parts, tables_fit);
	tcase_add_loop_test(parts, wording, 0, ROWS(fits));
	tcase_add_loop_test(parts, plain_symbol, 0, ROWS(plains));
	tcase_add_loop_test(parts, protected_memory, 0, ROWS(accesses));
	tcase_add_test(parts, pieces_are_joined);
	tcase_add_test(parts, long_pieces_are_cut);
	suite_add_tcase(suite, parts);
	int status = run_suite(suite);
	globfree(&logs);
	return status;
}
