// SPDX-License-Identifier: GPL-2.0-or-later
/* vmware.c - VMware's .vmss and .vmsn with the memory in them, or in a .vmem beside. Drawn in vmware.md.
 *
 * A .vmem has no header: it is this format if a state file lies beside it. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/vmware_state.h"

#include <inttypes.h>
#include <stdlib.h>

struct vmware {
	struct cdm_source *memory; /* borrowed: the dump's own, or what is beside it */
	struct cdm_runs runs;
};

static bool probe(struct cdm_bytes head)
{
	return cdm_vmware_is_state(head);
}

/* The regions, as places in the file that holds the memory. */
static enum cdm_status place_regions(struct cdm_dump *dump, const struct cdm_vmware_state *state,
				     struct cdm_source *memory, uint64_t memory_at,
				     struct cdm_error *err)
{
	struct vmware *vmware = malloc(sizeof(*vmware));

	if (!vmware)
		return cdm_fail_memory(err, "VMware state file");
	vmware->memory = memory;
	vmware->runs = state->regions;
	for (unsigned i = 0; i < vmware->runs.n; i++)
		vmware->runs.list[i].at += memory_at;
	dump->layout = (struct cdm_layout){ .big_endian = false, .word = 8 };
	dump->priv = vmware;
	return CDM_OK;
}

static enum cdm_status open_state(struct cdm_dump *dump, struct cdm_error *err)
{
	struct cdm_vmware_state state;
	enum cdm_status st = cdm_vmware_state_read(dump->source, &state, err);

	if (st)
		return st;
	if (state.has_memory)
		return place_regions(dump, &state, dump->source, state.memory_at, err);
	st = cdm_source_beside(dump->source, ".vmem", &dump->beside, err);
	if (st == CDM_NOT_MINE)
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"this VMware state file has no memory in it, and there is no file "
				"of the same name that ends in .vmem beside it");
	return st ? st : place_regions(dump, &state, dump->beside, 0, err);
}

static enum cdm_status find_state(struct cdm_dump *dump, struct cdm_error *err)
{
	enum cdm_status st = cdm_source_beside(dump->source, ".vmss", &dump->beside, err);

	return st == CDM_NOT_MINE ? cdm_source_beside(dump->source, ".vmsn", &dump->beside, err)
				  : st;
}

/* CDM_NOT_MINE: there is no state file beside, or it has the memory in itself. */
static enum cdm_status open_memory(struct cdm_dump *dump, struct cdm_error *err)
{
	struct cdm_vmware_state state;
	uint8_t raw[4];
	enum cdm_status st = find_state(dump, err);

	if (st)
		return st;
	st = cdm_source_read_exact(dump->beside, 0, raw, sizeof(raw), err);
	if (st == CDM_ERR_SYSTEM || st == CDM_ERR_MEMORY)
		return cdm_context(err, "the state file beside it");
	if (st || !cdm_vmware_is_state((struct cdm_bytes){ raw, sizeof(raw) }))
		return CDM_NOT_MINE;
	if (cdm_vmware_state_read(dump->beside, &state, err))
		return cdm_context(err, "the state file beside it");
	return state.has_memory ? CDM_NOT_MINE : place_regions(dump, &state, dump->source, 0, err);
}

static enum cdm_status read_vmware(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	const struct vmware *vmware = dump->priv;

	return cdm_runs_read(&vmware->runs, vmware->memory, paddr, buf, len, got, err);
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	const struct vmware *vmware = dump->priv;

	return cdm_runs_next(&vmware->runs, vmware->memory, from, out, err);
}

static void close_vmware(struct cdm_dump *dump)
{
	free(dump->priv);
}

const struct cdm_format cdm_format_vmware = {
	.name = "vmware",
	.title = "VMware memory and state",
	.probe = probe,
	.open = open_state,
	.read = read_vmware,
	.next_range = next_range,
	.close = close_vmware,
};

const struct cdm_format cdm_format_vmem = {
	.name = "vmware",
	.title = "VMware memory and state",
	.open = open_memory,
	.read = read_vmware,
	.next_range = next_range,
	.close = close_vmware,
};
