/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rank.h - what speaks for one of several kernels in the same memory as the one that died?
 *
 * Memory can hold, besides it, the kernel that takes the dump, those that ran before a warm reboot, and
 * those of guests, whose page tables do not lead to themselves (home.h): these are no candidates. Of two
 * others the dead kernel is
 *
 *  1. the one that was not started to take a dump: by what its log says, or, where that has lost its
 *     beginning, by where it stands: in the memory that the other one kept for that;
 *  2. the one that the container confirms: its registers or its virtual addresses are that kernel's;
 *  3. the one that an ELF header for a capture kernel leads to (corehdr.h);
 *  4. the one that crashed last, by its CRASHTIME; one that did crash before one that did not;
 *  5. the one whose description stands in a note; else the first. */

#ifndef CDM_KERNEL_RANK_H
#define CDM_KERNEL_RANK_H

#include "kernel/kernel.h"

/* Of a kernel that is proved. */
struct cdm_standing {
	struct cdm_evidence evidence;
	bool has_place;
	uint64_t paddr; /* of its init_uts_ns */
	bool is_elsewhere;
	bool is_pointed_at; /* by the machine itself (lowcore.h) */
	bool is_confirmed;
	bool is_note;
	bool has_crash_time;
	uint64_t crash_time; /* seconds since 1970 */
	uint64_t corehdr;    /* physical address of the header that leads to it; 0: none */
};

/* Is one the likelier kernel? False, too, where nothing tells them apart. */
bool cdm_is_likelier(const struct cdm_standing *one, const struct cdm_standing *other);

/* Nothing else in memory could surpass it. */
bool cdm_is_decisive(const struct cdm_standing *standing);

/* Does `other`, of which nothing says that it takes no dump, stand in memory that `one` keeps for that? */
bool cdm_keeps_room_for(struct cdm_dump *dump, const struct cdm_standing *one,
			const struct cdm_standing *other);

#endif
