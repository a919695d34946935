// SPDX-License-Identifier: GPL-2.0-or-later
/* attempt.c - is this description, with some translation, this kernel's? */

#include "config.h"

#include "kernel/attempt.h"

#include "base/checked.h"

#include <stdlib.h>

/* ---- which failure tells most? ---- */

/* How close did an attempt come? A page that the dump lacks says more than a contradiction: all
 * that could be read did fit. */
static unsigned closeness(const struct cdm_error *err)
{
	switch (err->status) {
	case CDM_TRUNCATED:
	case CDM_EXCLUDED:
		return 3;
	case CDM_ERR_NO_INFO:
	case CDM_ERR_UNSUPPORTED:
		return 2;
	case CDM_ABSENT:
	case CDM_ERR_UNMAPPED:
		return 0;
	default:
		return 1;
	}
}

/* Of equals the first, since the likeliest come first. */
void cdm_closest_keep(struct cdm_closest *closest, const struct cdm_error *failure)
{
	if (closest->is_set && closeness(failure) <= closeness(&closest->err))
		return;
	closest->err = *failure;
	closest->is_set = true;
}

bool cdm_closest_is_near(const struct cdm_closest *closest)
{
	return closest->is_set && closeness(&closest->err) == 3;
}

/* ---- attempts ---- */

static enum cdm_status try_proposals(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				     const struct cdm_machine *machine, struct cdm_error *err)
{
	struct cdm_proposal *proposals = malloc(CDM_MAX_CANDIDATES * sizeof(*proposals));
	struct cdm_closest closest = { .is_set = false };

	if (!proposals)
		return cdm_fail_memory(err, "translation");
	cdm_fail(&closest.err, CDM_ERR_UNMAPPED,
		 "nothing tells where in memory a kernel of %s would be", kernel->arch->name);
	bool is_told = cdm_arch_is_told(kernel->arch, machine);
	unsigned n = cdm_arch_propose(kernel->arch, machine, proposals, CDM_MAX_CANDIDATES);
	enum cdm_status st = CDM_ERR_NO_INFO;

	for (unsigned i = 0; i < n && st && !cdm_ends_all(st); i++) {
		struct cdm_error failure;

		cdm_translation_begin(&kernel->translation, &proposals[i], kernel->dump);
		st = is_told ? CDM_OK : cdm_kernel_heed_name(kernel, &failure);
		if (!st)
			st = proof->prove(proof->context, kernel, &failure);
		if (st)
			cdm_closest_keep(&closest, &failure);
	}
	free(proposals);
	if (st)
		*err = closest.err;
	return st;
}

static uint32_t page_size(const struct cdm_kernel *kernel)
{
	uint64_t size;

	if (cdm_vmcoreinfo_decimal(kernel->info, "PAGESIZE", &size) && cdm_is_power_of_two(size) &&
	    size >= 4096 && size <= 65536)
		return (uint32_t)size;
	return kernel->arch->page_size;
}

static enum cdm_status try_architectures(struct cdm_kernel *kernel, const struct cdm_proof *proof,
					 const struct cdm_machine *machine, struct cdm_error *err)
{
	struct cdm_closest closest = { .is_set = false };

	for (unsigned i = 0; (kernel->arch = cdm_arch_at(i)); i++) {
		if (!cdm_arch_could_be(kernel->arch, machine))
			continue;
		kernel->layout = kernel->arch->layout;
		kernel->page_size = page_size(kernel);
		enum cdm_status st = try_proposals(kernel, proof, machine, err);

		if (!st || cdm_ends_all(st))
			return st;
		cdm_closest_keep(&closest, err);
	}
	if (!closest.is_set)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"a kernel of %s, which " CDM_BUILD " does not read in such a file",
				cdm_arch_guess(machine));
	*err = closest.err;
	return closest.err.status;
}

/* The places of the kernel's name were found by the first guess at where memory stands. */
static enum cdm_status try_place(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				 const struct cdm_machine *first, struct cdm_error *err)
{
	uint64_t uts_paddrs[CDM_MAX_UTS_PLACES];
	struct cdm_machine machine = *first;

	for (unsigned i = 0; i < first->n_uts_paddrs && i < CDM_MAX_UTS_PLACES; i++)
		uts_paddrs[i] = cdm_dump_moved(kernel->dump, first->uts_paddrs[i]);
	machine.uts_paddrs = uts_paddrs;
	return try_architectures(kernel, proof, &machine, err);
}

/* Where the file does not say at which addresses its memory stands, one guess after the other; what
 * was proved stays in force. */
static enum cdm_status try_places(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				  const struct cdm_machine *machine, struct cdm_error *err)
{
	struct cdm_closest closest = { .is_set = false };

	for (unsigned nth = 0; cdm_dump_assume(kernel->dump, nth); nth++) {
		enum cdm_status st = try_place(kernel, proof, machine, err);

		if (!st || cdm_ends_all(st))
			return st;
		cdm_closest_keep(&closest, err);
	}
	*err = closest.err;
	return closest.err.status;
}

enum cdm_status cdm_attempt(struct cdm_kernel *kernel, const struct cdm_proof *proof,
			    const struct cdm_candidate *candidate, struct cdm_error *err)
{
	enum cdm_status st = cdm_vmcoreinfo_new(candidate->text, &kernel->info, err);

	if (st)
		return st;
	struct cdm_machine machine = {
		.dump = kernel->dump,
		.info = kernel->info,
		.uts_paddrs = candidate->uts_paddrs,
		.n_uts_paddrs = candidate->n_uts_paddrs,
	};

	kernel->info_origin = candidate->origin;
	st = try_places(kernel, proof, &machine, err);
	if (st) {
		cdm_attempt_undo(kernel);
		return st;
	}
	return CDM_OK;
}

void cdm_attempt_undo(struct cdm_kernel *kernel)
{
	cdm_vmcoreinfo_free(kernel->info);
	kernel->info = NULL;
	cdm_dump_assume(kernel->dump, 0);
}
