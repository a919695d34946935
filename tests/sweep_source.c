// SPDX-License-Identifier: GPL-2.0-or-later
/* sweep_source.c - what does a dump in memory give, with a fault in it? */

#include "tests/sweep_source.h"

#include "base/checked.h"

#include <stdio.h>
#include <stdlib.h>

struct memory {
	struct cdm_bytes dump;
	struct sweep_fault fault;
	struct sweep_reads *reads;
};

static void *or_die(void *memory)
{
	if (!memory) {
		fprintf(stderr, "sweep: out of memory\n");
		exit(2);
	}
	return memory;
}

void *sweep_alloc(size_t len)
{
	return or_die(calloc(len ? len : 1, 1));
}

void *sweep_make_room(void *list, size_t n, size_t *room, size_t element_size)
{
	if (n < *room)
		return list;
	*room = n < 64 ? 64 : 2 * n;
	return or_die(realloc(list, *room * element_size));
}

static void record(struct sweep_reads *reads, uint64_t start, uint64_t end)
{
	reads->list = sweep_make_room(reads->list, reads->n, &reads->room, sizeof(*reads->list));
	reads->list[reads->n++] = (struct sweep_range){ start, end };
}

/* With a patch after its end a dump is longer. */
static uint64_t end_of(const struct memory *memory)
{
	uint64_t end = cdm_min(memory->dump.len, memory->fault.end);

	for (size_t i = 0; i < memory->fault.n_patches; i++)
		end = cdm_max(end, memory->fault.patches[i].at + memory->fault.patches[i].len);
	return end;
}

static void put_patch(const struct sweep_patch *patch, uint64_t off, uint8_t *buf, size_t len)
{
	uint64_t from = cdm_max(off, patch->at), to = cdm_min(off + len, patch->at + patch->len);

	if (from >= to)
		return;
	if (patch->bytes)
		memcpy(buf + (from - off), patch->bytes + (from - patch->at), to - from);
	else
		memset(buf + (from - off), 0, to - from);
}

static void put_bytes(const struct memory *memory, uint64_t off, uint8_t *buf, size_t len)
{
	size_t own = off < memory->dump.len ? (size_t)cdm_min(len, memory->dump.len - off) : 0;

	if (own)
		memcpy(buf, memory->dump.at + off, own);
	memset(buf + own, 0, len - own);
	for (size_t i = 0; i < memory->fault.n_patches; i++)
		put_patch(&memory->fault.patches[i], off, buf, len);
}

static enum cdm_status memory_read(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	const struct memory *memory = src->priv;
	const struct sweep_fault *fault = &memory->fault;
	uint64_t end = end_of(memory);

	(void)err;
	*got = off < end ? (size_t)cdm_min(len, end - off) : 0;
	src->io.reads++;
	src->io.bytes_read += *got;
	if (*got == 0)
		return CDM_OK;
	put_bytes(memory, off, buf, *got);
	if (fault->flip_at >= off && fault->flip_at - off < *got)
		((uint8_t *)buf)[fault->flip_at - off] ^= fault->flip;
	if (memory->reads)
		record(memory->reads, off, off + *got);
	return CDM_OK;
}

static void memory_close(struct cdm_source *src)
{
	free(src->priv);
	free(src);
}

static const struct cdm_source_ops memory_ops = {
	.name = "memory",
	.read = memory_read,
	.close = memory_close,
};

struct cdm_source *sweep_source_new(struct cdm_bytes dump, const struct sweep_fault *fault,
				    bool is_stream, struct sweep_reads *reads)
{
	struct cdm_source *src = sweep_alloc(sizeof(*src));
	struct memory *memory = sweep_alloc(sizeof(*memory));

	*memory = (struct memory){ .dump = dump, .fault = *fault, .reads = reads };
	*src = (struct cdm_source){
		.ops = &memory_ops,
		.size = is_stream ? CDM_SIZE_UNKNOWN : end_of(memory),
		.is_stream = is_stream,
		.priv = memory,
	};
	return src;
}
