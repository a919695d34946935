// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.c - which description and which translation are this kernel's? */

#include "config.h"

#include "kernel/kernel.h"

#include "base/checked.h"

#include <inttypes.h>
#include <stdlib.h>

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

/* Keeps the failure that tells most; of equals the first, since the likeliest come first. */
static void keep_closest(struct cdm_error *best, bool *has_best, const struct cdm_error *failure)
{
	if (*has_best && closeness(failure) <= closeness(best))
		return;
	*best = *failure;
	*has_best = true;
}

/* These will not get better with another candidate. */
static bool ends_all(enum cdm_status st)
{
	return st == CDM_ERR_MEMORY;
}

static enum cdm_status try_proposals(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				     const struct cdm_machine *machine, struct cdm_error *err)
{
	struct cdm_proposal *proposals = malloc(CDM_MAX_CANDIDATES * sizeof(*proposals));
	struct cdm_error best = { .status = CDM_ERR_NO_INFO };
	bool has_best = false;

	if (!proposals)
		return cdm_fail_memory(err, "translation");
	bool is_told = cdm_arch_is_told(kernel->arch, machine);
	unsigned n = cdm_arch_propose(kernel->arch, machine, proposals, CDM_MAX_CANDIDATES);
	enum cdm_status st = CDM_ERR_NO_INFO;

	for (unsigned i = 0; i < n && st && !ends_all(st); i++) {
		struct cdm_error failure;

		cdm_translation_begin(&kernel->translation, &proposals[i], kernel->dump);
		st = is_told ? CDM_OK : cdm_kernel_heed_name(kernel, &failure);
		if (!st)
			st = proof->prove(proof->context, kernel, &failure);
		if (st)
			keep_closest(&best, &has_best, &failure);
	}
	free(proposals);
	if (st)
		*err = best;
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
					 struct cdm_error *err)
{
	struct cdm_machine machine = { .dump = kernel->dump, .info = kernel->info };
	struct cdm_error best = { .status = CDM_ERR_NO_INFO };
	bool has_best = false;

	for (unsigned i = 0; (kernel->arch = cdm_arch_at(i)); i++) {
		if (!cdm_arch_could_be(kernel->arch, &machine))
			continue;
		kernel->layout = kernel->arch->layout;
		kernel->page_size = page_size(kernel);
		enum cdm_status st = try_proposals(kernel, proof, &machine, err);

		if (!st || ends_all(st))
			return st;
		keep_closest(&best, &has_best, err);
	}
	if (!has_best)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"a kernel of %s, which " CDM_BUILD " does not read in such a file",
				cdm_arch_guess(&machine));
	*err = best;
	return err->status;
}

static enum cdm_status try_description(struct cdm_kernel *kernel, const struct cdm_proof *proof,
				       const struct cdm_description *description,
				       struct cdm_error *err)
{
	struct cdm_bytes text = { (const uint8_t *)description->text, description->len };

	kernel->info_origin = description->origin;
	if (cdm_vmcoreinfo_new(text, &kernel->info, err) || try_architectures(kernel, proof, err)) {
		cdm_vmcoreinfo_free(kernel->info);
		kernel->info = NULL;
		return err->status;
	}
	return CDM_OK;
}

enum cdm_status cdm_kernel_open(struct cdm_dump *dump, const struct cdm_proof *proof,
				struct cdm_kernel **out, struct cdm_error *err)
{
	struct cdm_kernel *kernel = malloc(sizeof(*kernel));
	struct cdm_error best = { .status = CDM_ERR_NO_INFO };
	bool has_best = false;

	if (!kernel)
		return cdm_fail_memory(err, "kernel");
	kernel->dump = dump;
	kernel->info = NULL; /* all else is set before it is proved */
	for (unsigned i = 0; i < dump->n_descriptions; i++) {
		struct cdm_error failure;

		if (!try_description(kernel, proof, &dump->descriptions[i], &failure)) {
			*out = kernel;
			return CDM_OK;
		}
		keep_closest(&best, &has_best, &failure);
	}
	free(kernel);
	if (!has_best)
		return cdm_fail(err, CDM_ERR_NO_INFO,
				"no VMCOREINFO note: nothing says which kernel this is, and this "
				"release does not search memory for it yet");
	*err = best;
	return err->status;
}

void cdm_kernel_close(struct cdm_kernel *kernel)
{
	if (!kernel)
		return;
	cdm_vmcoreinfo_free(kernel->info);
	free(kernel);
}

/* Up to len bytes from vaddr on that stand together in physical memory, over the borders of large
 * pages. */
static enum cdm_status find_stretch(struct cdm_kernel *kernel, uint64_t vaddr, size_t len,
				    struct cdm_extent *stretch, struct cdm_error *err)
{
	struct cdm_extent more;
	struct cdm_error unused;

	if (cdm_translate(&kernel->translation, vaddr, stretch, err))
		return err->status;
	while (stretch->len < len && stretch->len <= UINT64_MAX - vaddr &&
	       !cdm_translate(&kernel->translation, vaddr + stretch->len, &more, &unused) &&
	       more.paddr == stretch->paddr + stretch->len)
		stretch->len += more.len;
	return CDM_OK;
}

enum cdm_status cdm_kernel_read(struct cdm_kernel *kernel, uint64_t vaddr, void *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	*got = 0;
	while (*got < len) {
		struct cdm_extent extent;
		uint64_t at;
		size_t part = 0;

		if (cdm_add(vaddr, *got, &at))
			return cdm_fail(err, CDM_ERR_UNMAPPED,
					"virtual address 0x%" PRIx64 " is followed by none", vaddr);
		if (find_stretch(kernel, at, len - *got, &extent, err))
			return err->status;
		size_t want = (size_t)cdm_min(len - *got, extent.len);
		enum cdm_status st = cdm_dump_read(kernel->dump, extent.paddr,
						   (uint8_t *)buf + *got, want, &part, err);

		*got += part;
		if (st)
			return st;
	}
	return CDM_OK;
}

enum cdm_status cdm_kernel_read_exact(struct cdm_kernel *kernel, uint64_t vaddr, void *buf,
				      size_t len, struct cdm_error *err)
{
	size_t got;

	return cdm_kernel_read(kernel, vaddr, buf, len, &got, err);
}

enum cdm_status cdm_kernel_read_word(struct cdm_kernel *kernel, uint64_t vaddr, uint64_t *value,
				     struct cdm_error *err)
{
	uint8_t raw[8];

	if (cdm_kernel_read_exact(kernel, vaddr, raw, kernel->layout.word, err))
		return err->status;
	*value = cdm_load_word(raw, kernel->layout);
	return CDM_OK;
}

void cdm_kernel_will_need(struct cdm_kernel *kernel, uint64_t vaddr, uint64_t len)
{
	struct cdm_extent extent;
	struct cdm_error unused;

	if (!cdm_translate(&kernel->translation, vaddr, &extent, &unused) && extent.len >= len)
		cdm_dump_will_need(kernel->dump, extent.paddr, len);
}
