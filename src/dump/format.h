/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format.h - what a dump format implements: "which page lies where in this file".
 *
 * A format turns a source into physical memory plus a few facts. It does not know virtual
 * addresses, kernels or logs, and keeps no state outside its cdm_dump, so two dumps can be open at
 * once. To add one: write formats/<name>.c and <name>.md and add a line to formats/table.c. */

#ifndef CDM_DUMP_FORMAT_H
#define CDM_DUMP_FORMAT_H

#include "dump/dump.h"

struct cdm_format {
	char name[8];   /* "kdump"; stable: stands in JSON output */
	char title[44]; /* for a person: "kdump-compressed" */

	/* Looks at the first bytes (CDM_HEAD_BYTES at most) and nothing else. */
	bool (*probe)(struct cdm_bytes head);

	/* Parses headers and fills the facts. On failure it has freed what it made. A header that
	 * can be read is enough: pages fail one by one. */
	enum cdm_status (*open)(struct cdm_dump *dump, struct cdm_error *err);

	/* As cdm_dump_read(); paddr + len does not wrap, len >= 1. */
	enum cdm_status (*read)(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err);

	/* As cdm_dump_next_range(), of this file alone. *out is all zeros before. */
	enum cdm_status (*next_range)(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				      struct cdm_error *err);

	/* As cdm_dump_pass_searched(). NULL: next_range tells where it stands, or one place is one
	 * address. */
	enum cdm_status (*pass_searched)(struct cdm_dump *dump, struct cdm_searched *searched,
					 struct cdm_range *range, struct cdm_error *err);

	/* As cdm_dump_assume(). NULL: the file says where its memory stands. */
	bool (*assume)(struct cdm_dump *dump, unsigned nth);

	/* As cdm_dump_moved(); with assume alone. */
	uint64_t (*moved)(const struct cdm_dump *dump, uint64_t first_paddr);

	/* As cdm_dump_from_machine(). NULL unless has_machine_frames. */
	enum cdm_status (*from_machine)(struct cdm_dump *dump, uint64_t machine, uint64_t *paddr,
					struct cdm_error *err);

	/* As cdm_dump_will_need(). NULL: of no use to this format. */
	void (*will_need)(struct cdm_dump *dump, uint64_t paddr, uint64_t len);

	void (*close)(struct cdm_dump *dump); /* only after a successful open() */
};

/* Every format, in probing order; ends with NULL. The last ones only name what is no dump. */
extern const struct cdm_format *const cdm_format_table[];

/* Those whose files cannot be told by their first bytes, and have no probe(): the first whose open()
 * does not answer CDM_NOT_MINE. Ends with NULL. */
extern const struct cdm_format *const cdm_headerless_table[];

extern const struct cdm_format cdm_format_xen;
extern const struct cdm_format cdm_format_elf;
extern const struct cdm_format cdm_format_kdump;
extern const struct cdm_format cdm_format_lime;
extern const struct cdm_format cdm_format_avml;
extern const struct cdm_format cdm_format_s390;
extern const struct cdm_format cdm_format_vmware;
extern const struct cdm_format cdm_format_vmem;
extern const struct cdm_format cdm_format_raw;
extern const struct cdm_format cdm_format_foreign;
extern const struct cdm_format cdm_format_left_out; /* of a build for capture kernels: all others */

#endif
