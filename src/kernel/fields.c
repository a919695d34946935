// SPDX-License-Identifier: GPL-2.0-or-later
/* fields.c - where are the members of the kernel's structs? */

#include "kernel/fields.h"

#include <inttypes.h>

#define MAX_STRUCT 65535 /* bytes; no struct of the log comes near */

static bool is_size(const struct cdm_field *table, unsigned i)
{
	return table[i].struct_size == i;
}

static uint32_t usual(const struct cdm_kernel *kernel, const struct cdm_field *field)
{
	return field->if_absent[kernel->layout.word == 4];
}

static enum cdm_status look_up(const struct cdm_kernel *kernel, const struct cdm_field *field,
			       bool size, uint32_t *value, bool *has_key, struct cdm_error *err)
{
	uint64_t found;

	*value = usual(kernel, field);
	*has_key = cdm_vmcoreinfo_decimal(kernel->info, field->key, &found);
	if (!*has_key)
		return CDM_OK;
	if (found > MAX_STRUCT || (found == 0 && size))
		return cdm_fail(err, CDM_CORRUPT, "VMCOREINFO: %s is %" PRIu64 ", not %d to %d",
				field->key, found, size, MAX_STRUCT);
	*value = (uint32_t)found;
	return CDM_OK;
}

static uint32_t width_of(const struct cdm_kernel *kernel, const struct cdm_field *field,
			 const uint32_t *values)
{
	if (field->width == CDM_FIELD_STRUCT)
		return values[field->nested_size];
	return field->width == CDM_FIELD_WORD ? kernel->layout.word : field->width;
}

/* C aligns a number to its size, 64-bit ones on some 32-bit machines to 4. */
static bool is_aligned(const struct cdm_kernel *kernel, uint32_t value, uint32_t width)
{
	uint32_t step = width < kernel->layout.word ? width : kernel->layout.word;

	return (width & (width - 1)) != 0 || width > 8 || value % step == 0;
}

static enum cdm_status check_bounds(const struct cdm_kernel *kernel, const struct cdm_field *table,
				    unsigned i, const uint32_t *values, struct cdm_error *err)
{
	uint32_t size = values[table[i].struct_size];
	uint32_t width = width_of(kernel, &table[i], values);

	if (values[i] + width > size)
		return cdm_fail(err, CDM_CORRUPT,
				"VMCOREINFO: %s is %" PRIu32
				", behind the end of its struct (%" PRIu32 " bytes)",
				table[i].key, values[i], size);
	if (!is_aligned(kernel, values[i], width))
		return cdm_fail(err, CDM_CORRUPT, "VMCOREINFO: %s is %" PRIu32 ", not aligned",
				table[i].key, values[i]);
	return CDM_OK;
}

static enum cdm_status check_overlap(const struct cdm_kernel *kernel, const struct cdm_field *table,
				     unsigned i, unsigned j, const uint32_t *values,
				     struct cdm_error *err)
{
	if (values[i] < values[j] + width_of(kernel, &table[j], values) &&
	    values[j] < values[i] + width_of(kernel, &table[i], values))
		return cdm_fail(err, CDM_CORRUPT, "VMCOREINFO: %s and %s lie over each other",
				table[i].key, table[j].key);
	return CDM_OK;
}

static enum cdm_status check(const struct cdm_kernel *kernel, const struct cdm_field *table,
			     unsigned i, const uint32_t *values, struct cdm_error *err)
{
	if (is_size(table, i))
		return CDM_OK;
	enum cdm_status st = check_bounds(kernel, table, i, values, err);

	if (st)
		return st;
	for (unsigned j = table[i].struct_size + 1u; j < i; j++)
		if ((st = check_overlap(kernel, table, i, j, values, err)))
			return st;
	return CDM_OK;
}

/* Kernels export a struct whole: a key that is missing was cut off or damaged. */
static bool is_assumed(const struct cdm_kernel *kernel, const struct cdm_field *table, unsigned i,
		       const uint32_t *values)
{
	unsigned size = table[i].struct_size;

	return values[size] != usual(kernel, &table[size]);
}

enum cdm_status cdm_fields_resolve(const struct cdm_kernel *kernel, const struct cdm_field *table,
				   unsigned n, uint32_t *values, uint64_t *assumed,
				   struct cdm_error *err)
{
	bool has_key;
	enum cdm_status st;

	*assumed = 0;
	for (unsigned i = 0; i < n; i++) {
		st = look_up(kernel, &table[i], is_size(table, i), &values[i], &has_key, err);
		if (st)
			return st;
		if (!has_key && is_assumed(kernel, table, i, values))
			*assumed |= (uint64_t)1 << i;
	}
	for (unsigned i = 0; i < n; i++)
		if ((st = check(kernel, table, i, values, err)))
			return st;
	return CDM_OK;
}
