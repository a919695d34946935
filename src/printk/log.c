// SPDX-License-Identifier: GPL-2.0-or-later
/* log.c - which ring does this kernel have, and what does each of them share? */

#include "printk/log.h"

#include <stdlib.h>

struct cdm_log {
	const struct cdm_log_generation *generation;
	void *priv;
	struct cdm_damage damage;
};

void cdm_damage_add(struct cdm_damage *damage, const struct cdm_error *err)
{
	damage->places++;
	if (damage->n_told == CDM_MAX_TOLD)
		return;
	damage->told[damage->n_told] = strdup(err->text);
	if (damage->told[damage->n_told])
		damage->n_told++;
}

void cdm_damage_clear(struct cdm_damage *damage)
{
	while (damage->n_told)
		free(damage->told[--damage->n_told]);
	damage->places = 0;
}

/* What is tried with each candidate kernel. */
struct attempt {
	struct cdm_log *log;
	const struct cdm_error *fallback; /* why the ring in use cannot be had; NULL: it is tried */
};

static const struct cdm_log_generation *find_generation(const struct cdm_kernel *kernel)
{
	for (unsigned i = 0; cdm_log_table[i]; i++)
		if (cdm_log_table[i]->present(kernel))
			return cdm_log_table[i];
	return NULL;
}

/* Keys of logs that this release does not read, so that the sentence can name them. */
static enum cdm_status refuse(const struct cdm_kernel *kernel, struct cdm_error *err)
{
	uint64_t unused;

	if (cdm_vmcoreinfo_symbol(kernel->info, "log_first_idx", &unused))
		return cdm_fail(
			err, CDM_ERR_UNSUPPORTED,
			"its log is of Linux 3.5 to 5.9, which this release does not read yet");
	if (cdm_vmcoreinfo_symbol(kernel->info, "log_end", &unused))
		return cdm_fail(
			err, CDM_ERR_UNSUPPORTED,
			"its log is of Linux up to 3.4, which this release does not read yet");
	return cdm_fail(err, CDM_ERR_NO_INFO,
			"VMCOREINFO (%u lines) says nothing about a log: SYMBOL(prb) is missing",
			cdm_vmcoreinfo_lines(kernel->info));
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
		return refuse(kernel, err);
	cdm_damage_clear(&log->damage);
	if (attempt->fallback)
		tell_of_fallback(&log->damage, attempt->fallback);
	return log->generation->open(kernel, attempt->fallback != NULL, &log->damage, &log->priv,
				     err);
}

enum cdm_status cdm_log_open(struct cdm_dump *dump, struct cdm_kernel **kernel,
			     struct cdm_log **out, struct cdm_error *err)
{
	struct cdm_log *log = calloc(1, sizeof(*log));
	struct attempt attempt = { .log = log };
	struct cdm_proof proof = { .prove = prove, .context = &attempt };
	struct cdm_error unused;

	if (!log)
		return cdm_fail_memory(err, "log");
	enum cdm_status st = cdm_kernel_open(dump, &proof, kernel, err);

	if (st && st != CDM_ERR_MEMORY) {
		attempt.fallback = err;
		if (!cdm_kernel_open(dump, &proof, kernel, &unused))
			st = CDM_OK;
	}
	if (st) {
		cdm_damage_clear(&log->damage);
		free(log);
		return st;
	}
	*out = log;
	return CDM_OK;
}

enum cdm_status cdm_log_next(struct cdm_log *log, struct cdm_record *rec, struct cdm_error *err)
{
	return log->generation->next(log->priv, rec, err);
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
	cdm_damage_clear(&log->damage);
	free(log);
}
