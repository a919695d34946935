/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report.h - why did the kernel die, by the records of its log alone?
 *
 * A collector is fed every record once, in order, and remembers what the crash reports among them
 * say: an oops, a warning, a hang, a panic, a hardware fault. When all is told it marks the one that
 * is the cause. What architectures and generations of kernels print is a table (rules.c).
 *
 * - Only the kernel's own word counts: records of another facility are passed over.
 * - The first crash is the cause. A panic that only ends what came before ("Fatal exception",
 *   "softlockup: hung tasks") is led back to the report that it follows from, which then has its
 *   text as `panic`. A warning or a hang is a crash only if a panic follows from it; without any
 *   crash the last hang is the cause, and without one there is none.
 * - Where a log holds several boots, the last one that has a crash counts.
 * - Reports of several processors at once are told apart by the records' callers, where they have
 *   them; without callers a line belongs to the report that began last.
 *
 * Memory does not grow with the log: CDM_MAX_REPORTS are kept, of at most CDM_MAX_REPORT_TEXT bytes
 * each. Nothing is allocated before a report begins. It does not decode instructions, addresses or
 * symbols: the text is all there is. */

#ifndef CDM_REPORT_REPORT_H
#define CDM_REPORT_REPORT_H

#include "base/limits.h"
#include "printk/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happened, whatever words the kernel's generation has for it. kinds.c has their names. */
enum cdm_kind {
	CDM_KIND_NONE,
	/* the panic is the report */
	CDM_KIND_PANIC,
	CDM_KIND_SYSRQ_C,
	CDM_KIND_OOM_PANIC,
	CDM_KIND_INIT_KILLED,
	CDM_KIND_NO_ROOT,
	CDM_KIND_NO_INIT,
	CDM_KIND_STACK_PROTECTOR,
	CDM_KIND_STACK_CORRUPT,
	CDM_KIND_NMI,
	CDM_KIND_WATCHDOG,
	CDM_KIND_FS_PANIC,
	CDM_KIND_HYPERVISOR,
	/* hangs */
	CDM_KIND_HUNG_TASK,
	CDM_KIND_SOFT_LOCKUP,
	CDM_KIND_HARD_LOCKUP,
	CDM_KIND_RCU_STALL,
	CDM_KIND_WORKQUEUE_LOCKUP,
	CDM_KIND_SPINLOCK_LOCKUP,
	/* exceptions */
	CDM_KIND_NULL_DEREF,
	CDM_KIND_PAGE_FAULT,
	CDM_KIND_USER_ACCESS,
	CDM_KIND_NX_FAULT,
	CDM_KIND_GPF,
	CDM_KIND_DOUBLE_FAULT,
	CDM_KIND_STACK_OVERFLOW,
	CDM_KIND_TRAP_DIVIDE,
	CDM_KIND_TRAP_INT3,
	CDM_KIND_TRAP_INVALID_OP,
	CDM_KIND_TRAP_STACK_SEGMENT,
	CDM_KIND_TRAP_CONTROL_PROTECTION,
	CDM_KIND_UNDEF_INSN,
	CDM_KIND_ALIGNMENT,
	CDM_KIND_EXTERNAL_ABORT,
	CDM_KIND_BAD_MODE,
	CDM_KIND_UNHANDLED_FAULT,
	CDM_KIND_BUG,
	CDM_KIND_LIST_CORRUPTION,
	CDM_KIND_FORTIFY,
	CDM_KIND_USERCOPY,
	CDM_KIND_UNKNOWN_OOPS,
	/* the kernel goes on, unless it was told to panic */
	CDM_KIND_WARNING,
	CDM_KIND_REFCOUNT,
	CDM_KIND_BAD_PAGE,
	CDM_KIND_SLUB,
	CDM_KIND_KASAN,
	CDM_KIND_KFENCE,
	CDM_KIND_KCSAN,
	CDM_KIND_KMSAN,
	CDM_KIND_UBSAN,
	CDM_KIND_SCHED_ATOMIC,
	CDM_KIND_BUG_SLEEP,
	CDM_KIND_LOCKDEP,
	CDM_KIND_DRIVER,
	/* the hardware */
	CDM_KIND_SERROR,
	CDM_KIND_MCE,
	CDM_KIND_APEI,
	CDM_KIND_EDAC,
	CDM_KIND_AER,
	CDM_KIND_PCI_SERR,
	CDM_KIND_MEMORY_FAILURE,
	CDM_KIND_THERMAL,

	CDM_KINDS
};

enum cdm_severity {
	CDM_SEVERITY_NOTE,  /* something that others may follow from */
	CDM_SEVERITY_WARN,  /* the kernel found a fault and went on */
	CDM_SEVERITY_HANG,  /* something did not go on */
	CDM_SEVERITY_HW,    /* the hardware's fault */
	CDM_SEVERITY_OOPS,  /* ended a task at least */
	CDM_SEVERITY_FATAL, /* ended the kernel */
};

/* "null-deref", "fatal": stable, part of the interface. */
const char *cdm_kind_name(enum cdm_kind kind);
const char *cdm_severity_name(enum cdm_severity severity);
enum cdm_severity cdm_kind_severity(enum cdm_kind kind);

/* A word or line of the report: where it begins in its text, which is NUL-terminated there. 0 is the
 * empty one: nothing is known. Bytes are the kernel's own, without NUL. */

struct cdm_frame {
	uint16_t symbol; /* as printed: "set.cold" */
	uint16_t module; /* "crasher" */
	uint32_t offset; /* of the address in the symbol */
	uint32_t size;   /* of the symbol; 0: not printed */
	bool reliable;   /* not marked as a guess ("? ", "(unreliable)") */
};

/* Which of the numbers are known. */
enum cdm_report_has {
	CDM_HAS_ADDRESS = 1 << 0,
	CDM_HAS_PID = 1 << 1,
	CDM_HAS_UID = 1 << 2,
	CDM_HAS_CPU = 1 << 3,
	CDM_HAS_OOPS = 1 << 4,
	CDM_HAS_LINE = 1 << 5,
	CDM_HAS_TIME = 1 << 6,
};

struct cdm_report {
	enum cdm_kind kind;
	enum cdm_severity severity;
	bool is_crash;        /* the machine, or a task of it, ended by this */
	bool is_protected;    /* the memory was there, and must not be written, or executed */
	bool is_nowhere;      /* no memory can be at the address: x86_64 has a kind for that */
	bool truncated_start; /* the log begins in its middle */
	unsigned boot;        /* of the log, from 0 */
	uint64_t first_seq, last_seq;
	uint64_t ts_ns; /* of its first record */

	unsigned has; /* enum cdm_report_has */
	uint64_t address;
	uint32_t pid, uid, cpu;
	uint32_t oops; /* the N of [#N] */
	uint32_t line;

	uint16_t reason;     /* the kernel's line; of a panic, its message */
	uint16_t panic;      /* message of the panic that it is or led to */
	uint16_t file;       /* of BUG() and WARN() */
	uint16_t comm;       /* task */
	uint16_t taint;      /* letters as printed, without blanks: "GOE" */
	uint16_t hardware;   /* the machine's name */
	uint16_t modules;    /* names, a blank between them */
	struct cdm_frame ip; /* the instruction that failed; no symbol: unknown or not printed */
	/* Where it would return to, or has jumped from: the trace of some machines passes it over. */
	struct cdm_frame caller;

	unsigned n_frames;       /* at most CDM_MAX_FRAMES */
	unsigned n_behind_nmi;   /* frames from this one on were interrupted by the watchdog */
	struct cdm_frame guilty; /* the one to blame: symbol.h */
	uint64_t fingerprint;    /* fingerprint.h */
	struct cdm_frame frames[CDM_MAX_FRAMES]; /* innermost first */
	uint16_t text_len;
	char text[]; /* its words */
};

static inline const char *cdm_report_word(const struct cdm_report *report, uint16_t word)
{
	return report->text + word;
}

struct cdm_collector;

/* NULL: out of memory. Ends with cdm_collector_free(). */
struct cdm_collector *cdm_collector_new(void);
void cdm_collector_free(struct cdm_collector *collector); /* NULL is fine */

/* The next record. Pieces of a line, where they come one by one, are put together. */
void cdm_collector_feed(struct cdm_collector *collector, const struct cdm_record *rec);

/* There are no more records: judges. Once. */
void cdm_collector_end(struct cdm_collector *collector);

/* After the end. Reports in the order in which they began; they live as long as the collector. */
size_t cdm_collector_count(const struct cdm_collector *collector);
const struct cdm_report *cdm_collector_report(const struct cdm_collector *collector, size_t index);
const struct cdm_report *cdm_collector_cause(const struct cdm_collector *collector); /* or NULL */

/* Reports are missing because memory ran out: which one is the cause is not known. */
bool cdm_collector_is_out_of_memory(const struct cdm_collector *collector);

/* Reports that were not kept: there were more than CDM_MAX_REPORTS, or memory ran out. Warnings go
 * first, the first crash of a boot never. */
uint64_t cdm_collector_dropped(const struct cdm_collector *collector);

#endif
