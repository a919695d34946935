// SPDX-License-Identifier: GPL-2.0-or-later
/* log.c - which ring does this kernel have, and what does each of them share? */

#include "printk/log.h"
#include "printk/join.h"

#include <stdlib.h>
#include <string.h>

struct cdm_log {
	const struct cdm_log_generation *generation;
	void *priv;
	struct cdm_kernel *kernel; /* borrowed */
	bool is_fallback;          /* the ring that the kernel booted with, not the one in use */
	struct cdm_damage damage;
	uint64_t n_before; /* damage that was known before the ring was opened */
	bool keeps_pieces;
	struct cdm_joiner joiner;
};

/* What is tried with each candidate kernel. */
struct attempt {
	struct cdm_log *log;
	bool has_fallback;       /* the ring in use cannot be had, the first one is tried ... */
	struct cdm_error reason; /* ... because of this */
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
	return log->generation->open(kernel, attempt->has_fallback, &log->damage, &log->priv, err);
}

static void relax(void *context, const struct cdm_error *reason)
{
	struct attempt *attempt = context;

	attempt->has_fallback = reason != NULL;
	if (reason)
		attempt->reason = *reason;
}

/* A kernel that takes a dump is told where the dead one left the headers of its memory, on its
 * command line or by its device tree, and says so. */
static bool tells_of_capture(const struct cdm_record *rec)
{
	static const char word[] = "elfcorehdr";

	return rec->facility == 0 && rec->text.len &&
	       memmem(rec->text.at, rec->text.len, word, sizeof(word) - 1);
}

static void examine(void *context, struct cdm_evidence *evidence)
{
	struct attempt *attempt = context;
	struct cdm_log *log = attempt->log;
	struct cdm_record rec;
	struct cdm_error unused;

	evidence->is_capture = false;
	for (unsigned i = 0; i < CDM_MAX_EARLY_RECORDS && !evidence->is_capture &&
			     !log->generation->next(log->priv, &rec, &unused);
	     i++)
		evidence->is_capture = tells_of_capture(&rec);
	log->generation->close(log->priv);
}

enum cdm_status cdm_log_open(struct cdm_dump *dump, struct cdm_kernel **kernel,
			     struct cdm_log **out, struct cdm_error *err)
{
	struct cdm_log *log = calloc(1, sizeof(*log));
	struct attempt attempt = { .log = log };
	struct cdm_proof proof = {
		.prove = prove, .relax = relax, .examine = examine, .context = &attempt
	};

	if (!log)
		return cdm_fail_memory(err, "log");
	if (cdm_kernel_open(dump, &proof, kernel, err)) {
		cdm_damage_clear(&log->damage);
		free(log);
		return err->status;
	}
	log->kernel = *kernel;
	*out = log;
	return CDM_OK;
}

enum cdm_status cdm_log_next(struct cdm_log *log, struct cdm_record *rec, struct cdm_error *err)
{
	enum cdm_status st = cdm_joiner_has(&log->joiner)
				     ? cdm_joiner_take(&log->joiner, rec)
				     : log->generation->next(log->priv, rec, err);

	if (st || !(rec->flags & CDM_RECORD_OPEN) || log->keeps_pieces)
		return st;
	struct cdm_pieces pieces = { log->generation->next, log->priv };

	return cdm_join_rest(&log->joiner, &pieces, rec, err);
}

enum cdm_status cdm_log_rewind(struct cdm_log *log, struct cdm_error *err)
{
	void *priv;

	cdm_damage_cut(&log->damage, log->n_before);
	if (log->generation->open(log->kernel, log->is_fallback, &log->damage, &priv, err))
		return err->status;
	log->generation->close(log->priv);
	log->priv = priv;
	log->joiner.has_waiting = false;
	return CDM_OK;
}

void cdm_log_keep_pieces(struct cdm_log *log)
{
	log->keeps_pieces = true;
}

const char *cdm_log_name(const struct cdm_log *log)
{
	return log->generation->name;
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
	cdm_damage_clear(&log->damage);
	free(log);
}
