/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arch.h - how one CPU architecture turns kernel virtual addresses into physical ones.
 *
 * An architecture proposes translations; nothing here believes one. The kernel layer puts each to
 * the proof of the log's own structures. To add an architecture: write arch/<name>.c with one
 * const struct cdm_arch and add a line to arch/table.c. Page tables are numbers (struct
 * cdm_paging) that arch/walk.c walks; code is only for what numbers cannot say. */

#ifndef CDM_ARCH_ARCH_H
#define CDM_ARCH_ARCH_H

#include "base/limits.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"

/* Virtual bytes [vaddr, vaddr + len) stand at [paddr, paddr + len); len >= 1. */
struct cdm_extent {
	uint64_t vaddr, paddr, len;
};

/* What an entry of a page table is: entry & mask == value says so. A mask of 0: no entry is. */
struct cdm_match {
	uint64_t mask, value;
};

/* Page tables as numbers. Level 0 is the lowest: its entries map pages. */
struct cdm_paging {
	uint8_t levels;                     /* 1 .. CDM_MAX_LEVELS */
	uint8_t page_shift;                 /* 12: pages of 4 KiB */
	uint8_t index_bits[CDM_MAX_LEVELS]; /* of the address, for each level */
	struct cdm_layout entry;            /* byte order of an entry, and its size as `word` */
	struct cdm_match no_page, no_table; /* of level 0, and above: it maps nothing */
	struct cdm_match leaf;              /* above level 0: it maps memory itself; mask 0: ... */
	struct cdm_match table;             /* ... whatever does not lead to a table does */
	uint8_t leaf_levels;                /* bit n: level n may hold leaves */
	struct cdm_match wide[2];       /* of levels 0 and 1: one of 2^wide_bits entries that ... */
	uint8_t wide_bits;              /* ... map so much larger a page together, each alike */
	uint64_t address_mask;          /* of the entry: the physical address in it ... */
	uint64_t high_mask, high_shift; /* ... whose top stands lower: these bits, moved up */
	bool high_in_leaves;            /* in leaves above level 0 alone */
	uint64_t type_mask;             /* not 0: above level 0 these bits are the level less 1 */
	uint64_t first_mask, last_mask; /* last_mask not 0: an entry that leads to a table above
					 * level 0 says which is the first quarter that there is
					 * of it, and which the last */
};

/* How addresses outside the kernel's image are translated. */
enum cdm_outside {
	CDM_OUTSIDE_CLAIMS, /* as the container says */
	CDM_OUTSIDE_TABLES, /* by the kernel's page tables */
	CDM_OUTSIDE_DIRECT, /* paddr = vaddr - direct_start + direct_paddr, modulo 2^64 */
};

struct cdm_proposal {
	uint64_t image_vaddr, image_len; /* the window the kernel's image lies in ... */
	uint64_t image_paddr;            /* ... and where its start would be, modulo 2^64 */
	const struct cdm_extent
		*windows;   /* static: other addresses that the hardware translates ... */
	unsigned n_windows; /* ... by no table */
	enum cdm_outside outside;
	uint64_t root_paddr; /* CDM_OUTSIDE_TABLES: the topmost table */
	struct cdm_paging paging;
	uint64_t direct_start, direct_paddr; /* CDM_OUTSIDE_DIRECT */
	const char *image_from;              /* for -v: "NUMBER(phys_base)" */
	const char *outside_from;            /* "page tables of 4 levels" */
};

/* What is known before anything is translated; all of it hearsay. */
struct cdm_machine {
	struct cdm_dump *dump; /* borrowed; page tables and variables are read through it */
	const struct cdm_vmcoreinfo *info;

	/* Physical addresses where a copy of the name of this kernel stands as in init_uts_ns.
	 * Memory is searched for them only when nothing was proved without: none at first. An
	 * image whose place no key gives may lie at uts_paddrs[i] - SYMBOL(init_uts_ns). */
	const uint64_t *uts_paddrs;
	unsigned n_uts_paddrs;
};

struct cdm_arch {
	char name[12];            /* in place: a pointer would have to be relocated at every start
				   * of the program */
	char machine[12];         /* as uname -m prints it: ? is any character, * the rest */
	uint16_t elf_machine;     /* EM_* */
	struct cdm_layout layout; /* of the kernel's memory */
	uint32_t page_size;       /* where VMCOREINFO has no PAGESIZE */

	/* Could it be this architecture at all? Asks VMCOREINFO, and for a word of memory at most. */
	bool (*could_be)(const struct cdm_arch *arch, const struct cdm_machine *machine);

	/* Fills at most `room` proposals, the likeliest first, and returns their number. NULL, as
	 * could_be: claims.c answers. */
	unsigned (*propose)(const struct cdm_arch *arch, const struct cdm_machine *machine,
			    struct cdm_proposal *proposals, unsigned room);
};

/* proposals.c: what the propose() of several architectures do. */
struct cdm_proposals {
	struct cdm_proposal *at;
	unsigned n, room;
};

/* One more, if there is room. */
void cdm_proposals_add(struct cdm_proposals *list, const struct cdm_proposal *proposal);

/* The same, with the container's claims for what is outside the image; if it claims anything. */
void cdm_proposals_add_claims(struct cdm_proposals *list, const struct cdm_machine *machine,
			      struct cdm_proposal proposal);

/* How far above its virtual address the image stands (modulo 2^64), if uts_paddrs[i] is its
 * init_uts_ns. False: it is not, since the displacement is no multiple of `align`. */
bool cdm_image_displacement(const struct cdm_machine *machine, unsigned i, uint64_t align,
			    uint64_t *displacement);

/* A guess at where vaddr stands: the first ranges of the file, rounded down to `align`, or what is
 * `align` behind. False: with none of them a kernel's name is in init_uts_ns. */
bool cdm_guess_place(const struct cdm_machine *machine, uint64_t vaddr, uint64_t align,
		     uint64_t *paddr);

/* The architectures one after the other; NULL behind the last. */
const struct cdm_arch *cdm_arch_at(unsigned index);

bool cdm_arch_could_be(const struct cdm_arch *arch, const struct cdm_machine *machine);
unsigned cdm_arch_propose(const struct cdm_arch *arch, const struct cdm_machine *machine,
			  struct cdm_proposal *proposals, unsigned room);

extern const struct cdm_arch cdm_arch_x86_64;
extern const struct cdm_arch cdm_arch_arm64;
extern const struct cdm_arch cdm_arch_i386;
extern const struct cdm_arch cdm_arch_arm, cdm_arch_arm_big;
extern const struct cdm_arch cdm_arch_s390x;
extern const struct cdm_arch cdm_arch_ppc64, cdm_arch_ppc64_little;
extern const struct cdm_arch cdm_arch_riscv64;
extern const struct cdm_arch cdm_arch_ppc;
extern const struct cdm_arch cdm_arch_loongarch64;
extern const struct cdm_arch cdm_arch_mips64_little, cdm_arch_mips64_big;
extern const struct cdm_arch cdm_arch_mips_little, cdm_arch_mips_big;
extern const struct cdm_arch cdm_arch_sparc64;

/* claims.c: machines that nobody has described; and all, where memory is read by virtual addresses. */
bool cdm_claims_could_be(const struct cdm_arch *arch, const struct cdm_machine *machine);
unsigned cdm_virtual_propose(struct cdm_proposal *proposals, unsigned room);
unsigned cdm_claims_propose(const struct cdm_machine *machine, struct cdm_proposal *proposals,
			    unsigned room);

/* Does the container or a key say that it is this architecture? */
bool cdm_arch_is_told(const struct cdm_arch *arch, const struct cdm_machine *machine);

/* The one whose kernels call their machine so; NULL: none. */
const struct cdm_arch *cdm_arch_named(struct cdm_bytes machine);

/* Does this build leave architectures out? Then a name that it does not know says what it is not. */
bool cdm_arch_is_left_out(void);

/* A name for machines that no row of the table reads: e_machine, or what VMCOREINFO's keys tell. */
const char *cdm_arch_guess(const struct cdm_machine *machine);

#define CDM_RECENT_EXTENTS 4
#define CDM_TABLE_PIECE 512 /* bytes of a page table read at once: neighbours are asked for next */

/* A proposal at work, with what it has looked up. */
struct cdm_translation {
	struct cdm_proposal proposal;
	struct cdm_dump *dump; /* borrowed */
	unsigned next_recent;
	struct cdm_extent recent[CDM_RECENT_EXTENTS]; /* outside the image */
	struct {
		uint64_t paddr;
		size_t len;
		uint8_t bytes[CDM_TABLE_PIECE];
	} table[CDM_MAX_LEVELS]; /* the piece of each level's table that was read last */
};

void cdm_translation_begin(struct cdm_translation *translation, const struct cdm_proposal *proposal,
			   struct cdm_dump *dump);

/* Where does vaddr stand, and for how many bytes on? Expected failures: CDM_ERR_UNMAPPED, and the
 * four answers of a read where a page table cannot be read. */
CDM_CHECKED enum cdm_status cdm_translate(struct cdm_translation *translation, uint64_t vaddr,
					  struct cdm_extent *out, struct cdm_error *err);

/* walk.c: the same by page tables alone. */
CDM_CHECKED enum cdm_status cdm_walk(struct cdm_translation *translation, uint64_t vaddr,
				     struct cdm_extent *out, struct cdm_error *err);

#endif
