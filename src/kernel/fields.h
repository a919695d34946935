/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.h - struct members of the dumped kernel: where VMCOREINFO says that they are, or where they
 * have always been.
 *
 * A reader lists its members in a table, those of a struct behind its size; cdm_fields_resolve() looks them up and checks that they
 * lie within their struct, aligned, and over no other member: what a damaged digit breaks. */

#ifndef CDM_KERNEL_FIELDS_H
#define CDM_KERNEL_FIELDS_H

#include "kernel/kernel.h"

#define CDM_FIELD_WORD 0      /* width of a C long */
#define CDM_FIELD_STRUCT 0xff /* a struct within the struct */

/* One member, or the size of a struct. */
struct cdm_field {
	char key[44]; /* "OFFSET(prb_desc.state_var)", "SIZE(prb_desc)"; in place: a pointer would
		       * have to be relocated at every start of the program */
	uint16_t if_absent[2]; /* without the key: on 64 bit, on 32 bit */
	uint8_t width;         /* bytes; CDM_FIELD_WORD; CDM_FIELD_STRUCT */
	uint8_t struct_size; /* index in the table of the struct's SIZE; its own index for a SIZE */
	uint8_t nested_size; /* CDM_FIELD_STRUCT: index of the SIZE of the struct that it is */
};

/* values[i] gets the offset or size of table[i]; n <= 64. CDM_CORRUPT if they cannot all be true.
 * *assumed has bit i set where table[i] is a member without a key in a struct whose size is not the
 * usual one: where it is thought to be is a guess. */
CDM_CHECKED enum cdm_status cdm_fields_resolve(const struct cdm_kernel *kernel,
					       const struct cdm_field *table, unsigned n,
					       uint32_t *values, uint64_t *assumed,
					       struct cdm_error *err);

#endif
