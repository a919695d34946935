/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h - is a line part of a call trace, and which calls does it show?
 *
 *      f+0x1/0x2 [module]                       x86, arm64
 *      ? f+0x1/0x2                              a guess
 *      [<ffffffff81000000>] f+0x1/0x2           the older, riscv64, mips, loongarch64, s390x
 *     ([<0000000000000000>] f+0x1/0x2)          a guess on s390x
 *     [c000000000000000] [c000000000000000] f+0x1/0x2 (unreliable)    ppc64
 *      <IRQ>  [<ffffffff81000000>] f+0x1/0x2    a stack begins or ends
 *     [<80000000>] (f) from [<80000000>] (g+0x1/0x2)                  arm
 *      f from g+0x1/0x2                         arm, 5.18 on */

#ifndef CDM_REPORT_FRAME_H
#define CDM_REPORT_FRAME_H

#include "report/wording.h"

struct cdm_traced {
	unsigned n_places;          /* 0: a stack's mark, or a bare address */
	struct cdm_place places[2]; /* innermost first; of two the first called nothing here */
	bool reliable;
	bool is_from;  /* arm's form, which may come without a line that begins the trace */
	bool ends_nmi; /* what follows was interrupted by an NMI */
};

bool cdm_frame_parse(struct cdm_bytes line, struct cdm_traced *traced);

#endif
