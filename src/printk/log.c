// SPDX-License-Identifier: GPL-2.0-or-later
/* log.c - which ring does this kernel have, and what does each of them share? */

#include "printk/log.h"
#include "kernel/home.h"
#include "printk/carve.h"
#include "printk/early.h"
#include "printk/join.h"
#include "printk/safe_buffers.h"

#include <stdlib.h>
#include <string.h>

struct cdm_log {
	const struct cdm_log_generation *generation;
	void *priv;
	struct cdm_kernel *kernel; /* borrowed */
	bool is_fallback;          /* the ring that the kernel booted with, not the one in use */
	struct cdm_damage damage;
	uint64_t n_before; /* damage that was known before the ring was opened */
	bool is_carved;
	struct cdm_carved carved; /* what was found then */
	unsigned wants;
	uint8_t *marked;               /* owned: the text of an unfinished record */
	struct cdm_safe_buffers *safe; /* owned; NULL: not wanted, or not yet */
	bool keeps_pieces;
	struct cdm_joiner joiner;
};

/* What is tried with each candidate kernel. */
struct attempt {
	struct cdm_log *log;
	bool has_fallback;       /* the ring in use cannot be had, the first one is tried ... */
	struct cdm_error reason; /* ... because of this */
	bool is_left_out;        /* the records were found, and are not in the dump */
};

static bool is_generation_of(const struct cdm_log_generation *generation,
			     const struct cdm_kernel *kernel)
{
	uint64_t unused;

	for (unsigned i = 0; i < 2; i++)
		if (generation->symbols[i][0] &&
		    cdm_vmcoreinfo_symbol(kernel->info, generation->symbols[i], &unused))
			return true;
	return false;
}

static const struct cdm_log_generation *find_generation(const struct cdm_kernel *kernel)
{
	for (unsigned i = 0; cdm_log_table[i]; i++)
		if (is_generation_of(cdm_log_table[i], kernel))
			return cdm_log_table[i];
	return NULL;
}

static void tell_of_fallback(struct cdm_damage *damage, const struct cdm_error *reason)
{
	struct cdm_error err;

	cdm_fail(&err, reason->status,
		 "%s; this is the ring that the kernel booted with, which may be an old copy",
		 reason->text);
	cdm_damage_add(damage, &err);
}

/* Where the pointer to the records stands: in the ring's struct, or it is the variable itself. */
static bool find_pointer(struct cdm_kernel *kernel, uint64_t *vaddr)
{
	uint64_t ring = 0, descs = 0;
	struct cdm_error unused;

	if (cdm_vmcoreinfo_symbol(kernel->info, "log_buf", vaddr))
		return true;
	if (!cdm_vmcoreinfo_symbol(kernel->info, "prb", vaddr) ||
	    !cdm_vmcoreinfo_decimal(kernel->info, "OFFSET(printk_ringbuffer.desc_ring)", &ring) ||
	    !cdm_vmcoreinfo_decimal(kernel->info, "OFFSET(prb_desc_ring.descs)", &descs) ||
	    cdm_kernel_read_word(kernel, *vaddr, vaddr, &unused))
		return false;
	*vaddr += ring + descs;
	return true;
}

/* Does all that leads to the records lead to memory? */
static bool are_records_found(struct cdm_kernel *kernel)
{
	static const char *const numbers[] = { "log_buf_len", "log_first_idx", "log_next_idx",
					       "log_end" };
	struct cdm_extent extent;
	struct cdm_error unused;
	uint64_t vaddr;
	uint8_t raw[4];

	if (!find_pointer(kernel, &vaddr) || cdm_kernel_read_word(kernel, vaddr, &vaddr, &unused) ||
	    cdm_translate(&kernel->translation, vaddr, &extent, &unused))
		return false;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (cdm_vmcoreinfo_symbol(kernel->info, numbers[i], &vaddr) &&
		    cdm_kernel_read_exact(kernel, vaddr, raw, sizeof(raw), &unused))
			return false;
	return true;
}

static enum cdm_status prove(void *context, struct cdm_kernel *kernel, struct cdm_error *err)
{
	struct attempt *attempt = context;
	struct cdm_log *log = attempt->log;

	log->generation = find_generation(kernel);
	if (!log->generation)
		return cdm_fail(
			err, CDM_ERR_NO_INFO,
			"VMCOREINFO (%u lines) says nothing about a log: it has no SYMBOL(prb), "
			"log_first_idx or log_end",
			cdm_vmcoreinfo_lines(kernel->info));
	if (attempt->has_fallback && !log->generation->has_first_ring)
		return cdm_fail(err, CDM_ERR_NO_INFO, "there is no other ring");
	cdm_damage_clear(&log->damage);
	if (attempt->has_fallback)
		tell_of_fallback(&log->damage, &attempt->reason);
	log->n_before = log->damage.places;
	log->is_fallback = attempt->has_fallback;
	enum cdm_status st =
		log->generation->open(kernel, attempt->has_fallback, &log->damage, &log->priv, err);

	if (st == CDM_EXCLUDED)
		attempt->is_left_out |= are_records_found(kernel);
	return st;
}

static void relax(void *context, const struct cdm_error *reason)
{
	struct attempt *attempt = context;

	attempt->has_fallback = reason != NULL;
	if (reason)
		attempt->reason = *reason;
}

static void examine(void *context, struct cdm_evidence *evidence)
{
	struct attempt *attempt = context;
	struct cdm_log *log = attempt->log;
	struct cdm_record rec;
	struct cdm_error unused;

	*evidence = (struct cdm_evidence){ .is_capture = false };
	for (unsigned i = 0; i < CDM_MAX_EARLY_RECORDS && !evidence->is_capture &&
			     !log->generation->next(log->priv, &rec, &unused);
	     i++)
		cdm_heed_early_record(&rec, evidence);
	log->generation->close(log->priv);
}

static enum cdm_status open_described(struct attempt *attempt, struct cdm_dump *dump,
				      struct cdm_kernel **kernel, struct cdm_error *err)
{
	struct cdm_log *log = attempt->log;
	struct cdm_proof proof = {
		.prove = prove, .relax = relax, .examine = examine, .context = attempt
	};
	enum cdm_status st = cdm_kernel_open(dump, &proof, kernel, err);

	if (st)
		return st;
	if ((*kernel)->is_doubtful) {
		cdm_tell_of_doubt(&log->damage);
		log->n_before = log->damage.places;
	}
	return CDM_OK;
}

/* Is memory worth a search? A page that leads to the log may be missing, and its records be there. Where
 * they were left out themselves, the log of an older boot is no substitute. */
static bool may_be_carved(const struct attempt *attempt, const struct cdm_dump *dump,
			  enum cdm_status why)
{
	/* Any file of text would do: not even a description says that this is memory. */
	if (dump->is_guess && why == CDM_ERR_NO_INFO)
		return false;
	if (why == CDM_EXCLUDED && attempt->is_left_out)
		return false;
	return why != CDM_ERR_MEMORY && why != CDM_ERR_SYSTEM;
}

/* `reason`: why the log could not be had otherwise; NULL: it was not tried. */
static enum cdm_status open_carved(struct cdm_dump *dump, struct cdm_log *log,
				   struct cdm_kernel **kernel, const struct cdm_error *reason,
				   struct cdm_error *err)
{
	struct cdm_error told;

	cdm_damage_clear(&log->damage);
	if (reason)
		cdm_fail(&told, CDM_ERR_NO_INFO,
			 "%s; the log was carved: its records were found in memory by their shape",
			 reason->text);
	else
		cdm_fail(&told, CDM_ERR_NO_INFO,
			 "the log was carved: its records were found in memory by their shape");
	cdm_damage_add(&log->damage, &told);
	enum cdm_status st = cdm_carve_find(dump, &log->damage, kernel, &log->carved, err);

	if (st)
		return st;
	log->n_before = log->damage.places;
	log->is_carved = true;
	log->generation = log->carved.shape->generation;
	st = cdm_carve_open(*kernel, &log->carved, &log->damage, &log->priv, err);
	if (st) {
		cdm_kernel_close(*kernel);
		return st;
	}
	return CDM_OK;
}

static enum cdm_status add(struct cdm_error *err, const char *more)
{
	struct cdm_error first = *err;

	return cdm_fail(err, first.status, "%s; %s", first.text, more);
}

/* Where a part of the dump is missing, another dump may have it. A file of a split set is named. */
static enum cdm_status add_next_step(struct cdm_dump *dump, struct cdm_error *err)
{
	enum cdm_status st = err->status;
	struct cdm_error unused;

	if (cdm_dump_lacks_part(dump, &unused))
		return st;
	switch (st) {
	case CDM_EXCLUDED:
		return add(err, "a dump that leaves nothing out has it (makedumpfile -d 0)");
	case CDM_TRUNCATED:
		return add(err, "nothing in the part that is there looks like a log: if the dump "
				"was copied, copy it again");
	case CDM_CORRUPT:
		return add(err, "nothing in the memory that can be read looks like a log: another "
				"copy of the dump may be whole");
	default:
		return st;
	}
}

/* Damage that was known before stays. */
static enum cdm_status reopen(struct cdm_log *log, struct cdm_error *err)
{
	void *priv;

	cdm_damage_cut(&log->damage, log->n_before);
	enum cdm_status st =
		log->is_carved ? cdm_carve_open(log->kernel, &log->carved, &log->damage, &priv, err)
			       : log->generation->open(log->kernel, log->is_fallback, &log->damage,
						       &priv, err);
	if (st)
		return st;
	log->generation->close(log->priv);
	log->priv = priv;
	return CDM_OK;
}

static uint64_t count_records(struct cdm_log *log)
{
	struct cdm_record rec;
	struct cdm_error unused;
	uint64_t n = 0;

	while (!log->generation->next(log->priv, &rec, &unused))
		n++;
	return n;
}

static void let_go(struct cdm_log *log)
{
	log->generation->close(log->priv);
	cdm_kernel_close(log->kernel);
	cdm_damage_clear(&log->damage);
}

/* The ring that the kernel booted with is at hand. Memory may show the one in use by its shape: it has
 * more. */
static enum cdm_status prefer_carved(struct cdm_log *log, const struct cdm_error *reason,
				     struct cdm_kernel **kernel, struct cdm_error *err)
{
	struct cdm_log carved = { .priv = NULL };
	struct cdm_error unused;

	log->kernel = *kernel;
	if (open_carved(log->kernel->dump, &carved, &carved.kernel, reason, &unused)) {
		cdm_damage_clear(&carved.damage);
		return CDM_OK;
	}
	if (carved.carved.n_records > count_records(log)) {
		let_go(log);
		*log = carved;
		*kernel = carved.kernel;
	} else {
		let_go(&carved);
	}
	enum cdm_status st = reopen(log, err);

	if (st)
		let_go(log);
	return st;
}

static enum cdm_status open_some(struct cdm_dump *dump, struct cdm_log *log, unsigned wants,
				 struct cdm_kernel **kernel, struct cdm_error *err)
{
	struct attempt attempt = { .log = log };
	struct cdm_error carving;

	if (wants & CDM_LOG_WANT_CARVED)
		return open_carved(dump, log, kernel, NULL, err);
	enum cdm_status st = open_described(&attempt, dump, kernel, err);

	if (!st && log->is_fallback && !attempt.is_left_out)
		return prefer_carved(log, &attempt.reason, kernel, err);
	if (!st)
		return CDM_OK;
	if (!may_be_carved(&attempt, dump, st))
		return add_next_step(dump, err);
	st = open_carved(dump, log, kernel, err, &carving);
	if (st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM)
		*err = carving;
	if (!st || st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM)
		return st;
	/* What is said about the description tells more. */
	return st == CDM_ERR_UNSUPPORTED ? add(err, carving.text) : add_next_step(dump, err);
}

/* Where variables of the kernel are is not known of a log that was carved. */
static void tell_wants(struct cdm_log *log)
{
	unsigned wants = log->wants;
	struct cdm_error err;

	if (log->is_carved && (wants & CDM_LOG_WANT_SINCE_CLEAR)) {
		cdm_fail(&err, CDM_ERR_NO_INFO,
			 "since when the log was cleared is not known: this is all of it");
		cdm_damage_add(&log->damage, &err);
		wants &= ~(unsigned)CDM_LOG_WANT_SINCE_CLEAR;
	}
	if (wants)
		log->generation->want(log->priv, wants);
}

enum cdm_status cdm_log_open(struct cdm_dump *dump, unsigned wants, struct cdm_kernel **kernel,
			     struct cdm_log **out, struct cdm_error *err)
{
	struct cdm_log *log = calloc(1, sizeof(*log));

	if (!log)
		return cdm_fail_memory(err, "log");
	enum cdm_status st = open_some(dump, log, wants, kernel, err);

	if (st) {
		cdm_damage_clear(&log->damage);
		free(log);
		return st;
	}
	log->kernel = *kernel;
	log->wants = wants;
	tell_wants(log);
	*out = log;
	return CDM_OK;
}

/* What is no record of the log must not look like one. */
static enum cdm_status mark(struct cdm_log *log, struct cdm_record *rec, const char *words,
			    struct cdm_error *err)
{
	size_t len = rec->text.len, more = strlen(words);
	uint8_t *text = realloc(log->marked, len + more);

	if (!text)
		return cdm_fail_memory(err, "record");
	log->marked = text;
	memcpy(text, rec->text.at, len);
	memcpy(text + len, words, more);
	rec->text = (struct cdm_bytes){ text, len + more };
	return CDM_OK;
}

/* Behind the log: what did not reach it. */
static enum cdm_status next_unlogged(struct cdm_log *log, struct cdm_record *rec,
				     struct cdm_error *err)
{
	enum cdm_status st = CDM_OK;

	if (!log->safe) {
		log->safe = malloc(sizeof(*log->safe));
		if (!log->safe)
			return cdm_fail_memory(err, "record");
		st = cdm_safe_buffers_find(log->safe, log->kernel, err);
	}
	if (!st)
		st = cdm_safe_buffers_next(log->safe, rec);
	return st ? st : mark(log, rec, " [not logged]", err);
}

/* Few records need more. */
__attribute__((noinline)) static enum cdm_status
complete(struct cdm_log *log, struct cdm_record *rec, struct cdm_error *err)
{
	struct cdm_pieces pieces = { log->generation->next, log->priv };

	if (rec->flags & CDM_RECORD_UNFINISHED)
		return mark(log, rec, " [unfinished]", err);
	if (log->keeps_pieces)
		return CDM_OK;
	return cdm_join_rest(&log->joiner, &pieces, rec, err);
}

enum cdm_status cdm_log_next(struct cdm_log *log, struct cdm_record *rec, struct cdm_error *err)
{
	enum cdm_status st = cdm_joiner_has(&log->joiner)
				     ? cdm_joiner_take(&log->joiner, rec)
				     : log->generation->next(log->priv, rec, err);

	if (!st)
		return rec->flags & (CDM_RECORD_OPEN | CDM_RECORD_UNFINISHED)
			       ? complete(log, rec, err)
			       : CDM_OK;
	return st == CDM_END && (log->wants & CDM_LOG_WANT_SAFE_BUFFERS)
		       ? next_unlogged(log, rec, err)
		       : st;
}

enum cdm_status cdm_log_rewind(struct cdm_log *log, struct cdm_error *err)
{
	enum cdm_status st = reopen(log, err);

	if (st)
		return st;
	tell_wants(log);
	log->joiner.has_waiting = false;
	free(log->safe);
	log->safe = NULL;
	return CDM_OK;
}

void cdm_log_keep_pieces(struct cdm_log *log)
{
	log->keeps_pieces = true;
}

const char *cdm_log_name(const struct cdm_log *log)
{
	return log->is_carved ? "carved" : log->generation->name;
}

const struct cdm_damage *cdm_log_damage(const struct cdm_log *log)
{
	return &log->damage;
}

struct cdm_log_facts cdm_log_facts(const struct cdm_log *log)
{
	struct cdm_log_facts facts;

	log->generation->facts(log->priv, &facts);
	return facts;
}

void cdm_log_close(struct cdm_log *log)
{
	if (!log)
		return;
	log->generation->close(log->priv);
	cdm_join_end(&log->joiner);
	free(log->marked);
	free(log->safe);
	cdm_damage_clear(&log->damage);
	free(log);
}
