/* SPDX-License-Identifier: GPL-2.0-or-later */
/* faults.h - one call of the program's that fails, and what may come of it. */

#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

#include "tests/case.h"

/* A way in which a call fails; faults_preload.c has the kinds. */
struct fault_way {
	const char *name; /* for people: KIND-ERROR */
	const char *kind;
	int error;         /* -1: one byte is read or written */
	bool stays;        /* all later calls of the kind fail, too */
	bool is_harmless;  /* nothing may come of it */
	bool is_of_output; /* what the program prints may be cut anywhere */
};

extern const struct fault_way fault_ways[];
extern const size_t n_fault_ways;

/* What is there after a run. */
struct fault_result {
	struct case_result run;
	struct dw_buffer shelf; /* its files; folders in it are not looked into */
	struct dw_buffer names; /* of what stands in the folder of the case */
	struct dw_buffer left;  /* in the folder for temporary files */
};

/* NULL: right; else what is wrong with the result, beside that of the same run without a fault, and
 * beside what was there before. */
const char *fault_judge(struct dw_arena *arena, const struct fault_way *way,
			const struct fault_result *before, const struct fault_result *sound,
			const struct fault_result *result, bool prints_lines, bool is_of_worker);

#endif
