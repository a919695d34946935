// SPDX-License-Identifier: GPL-2.0-or-later
/* memory_source.c - where does a test's source take its bytes from? */

#include "tests/unit/memory_source.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct memory {
	uint8_t *bytes;         /* owned; NULL: computed */
	compute_bytes *compute; /* NULL: stored */
	uint64_t size;
	bool is_cut; /* there should be more */
	uint64_t end_read;
};

static enum cdm_status read_memory(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	struct memory *memory = src->priv;
	uint64_t left = off < memory->size ? memory->size - off : 0;

	*got = len < left ? len : (size_t)left;
	src->io.reads++;
	src->io.bytes_read += *got;
	if (*got && memory->bytes)
		memcpy(buf, memory->bytes + off, *got);
	else if (*got)
		memory->compute(off, buf, *got);
	if (*got && off + *got > memory->end_read)
		memory->end_read = off + *got;
	return memory->is_cut && *got < len ? cdm_fail(err, CDM_TRUNCATED, "cut") : CDM_OK;
}

static void close_memory(struct cdm_source *src)
{
	struct memory *memory = src->priv;

	free(memory->bytes);
	free(memory);
	free(src);
}

static const struct cdm_source_ops memory_ops = {
	.name = "memory",
	.read = read_memory,
	.close = close_memory,
};

static struct cdm_source *new_source(uint8_t *bytes, compute_bytes *compute, uint64_t size)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct memory *memory = calloc(1, sizeof(*memory));

	ck_assert(src && memory);
	*memory = (struct memory){ .bytes = bytes, .compute = compute, .size = size };
	*src = (struct cdm_source){ .ops = &memory_ops, .size = size, .priv = memory };
	return src;
}

struct cdm_source *memory_source(const void *bytes, size_t len, bool is_stream)
{
	uint8_t *copy = malloc(len ? len : 1);

	ck_assert(copy);
	if (len)
		memcpy(copy, bytes, len);
	struct cdm_source *src = new_source(copy, NULL, len);

	src->is_stream = is_stream;
	return src;
}

struct cdm_source *computed_source(compute_bytes *compute, uint64_t size)
{
	return new_source(NULL, compute, size);
}

void cut_source(struct cdm_source *src, uint64_t size)
{
	struct memory *memory = src->priv;

	memory->size = size;
	memory->is_cut = true;
}

uint64_t end_read(const struct cdm_source *src)
{
	const struct memory *memory = src->priv;

	return memory->end_read;
}
