// SPDX-License-Identifier: GPL-2.0-or-later
/* kernel.c - which description and which translation are this kernel's? */

#include "kernel/kernel.h"
#include "base/checked.h"
#include "kernel/attempt.h"
#include "kernel/search.h"

#include <inttypes.h>
#include <stdlib.h>

static enum cdm_status try_descriptions(struct cdm_kernel *kernel, const struct cdm_proof *proof,
					struct cdm_closest *closest)
{
	struct cdm_dump *dump = kernel->dump;
	enum cdm_status st = CDM_ERR_NO_INFO;

	for (unsigned i = 0; i < dump->n_descriptions && st && !cdm_ends_all(st); i++) {
		const struct cdm_description *description = &dump->descriptions[i];
		struct cdm_candidate candidate = {
			.text = { (const uint8_t *)description->text, description->len },
			.origin = description->origin,
		};
		struct cdm_error failure;

		st = cdm_attempt(kernel, proof, &candidate, &failure);
		if (st)
			cdm_closest_keep(closest, &failure);
	}
	return st;
}

/* A lesser proof is asked for only where nothing passed the full one. */
static enum cdm_status try_all(struct cdm_kernel *kernel, const struct cdm_proof *proof,
			       struct cdm_error *err)
{
	struct cdm_closest closest = { .is_set = false }, unused = { .is_set = false };
	enum cdm_status st = try_descriptions(kernel, proof, &closest);

	if (st && !cdm_ends_all(st) && closest.is_set) {
		proof->relax(proof->context, &closest.err);
		st = try_descriptions(kernel, proof, &unused);
		proof->relax(proof->context, NULL);
	}
	if (st && !cdm_ends_all(st))
		return cdm_search(kernel, proof, &closest, err);
	if (st)
		*err = closest.err;
	return st;
}

enum cdm_status cdm_kernel_open(struct cdm_dump *dump, const struct cdm_proof *proof,
				struct cdm_kernel **out, struct cdm_error *err)
{
	struct cdm_kernel *kernel = malloc(sizeof(*kernel));

	if (!kernel)
		return cdm_fail_memory(err, "kernel");
	kernel->dump = dump;
	kernel->info = NULL; /* all else is set before it is proved */
	kernel->own_text = NULL;
	kernel->is_doubtful = false;
	enum cdm_status st = try_all(kernel, proof, err);

	if (st) {
		free(kernel);
		return st;
	}
	*out = kernel;
	return CDM_OK;
}

void cdm_kernel_close(struct cdm_kernel *kernel)
{
	if (!kernel)
		return;
	cdm_vmcoreinfo_free(kernel->info);
	free(kernel->own_text);
	free(kernel);
}

/* Up to len bytes from vaddr on that stand together in physical memory, over the borders of large
 * pages. */
static enum cdm_status find_stretch(struct cdm_kernel *kernel, uint64_t vaddr, size_t len,
				    struct cdm_extent *stretch, struct cdm_error *err)
{
	struct cdm_extent more;
	struct cdm_error unused;
	enum cdm_status st = cdm_translate(&kernel->translation, vaddr, stretch, err);

	if (st)
		return st;
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
		enum cdm_status st = find_stretch(kernel, at, len - *got, &extent, err);

		if (st)
			return st;
		size_t want = (size_t)cdm_min(len - *got, extent.len);
		st = cdm_dump_read(kernel->dump, extent.paddr, (uint8_t *)buf + *got, want, &part,
				   err);

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
	enum cdm_status st = cdm_kernel_read_exact(kernel, vaddr, raw, kernel->layout.word, err);

	if (st)
		return st;
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
