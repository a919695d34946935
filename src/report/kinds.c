// SPDX-License-Identifier: GPL-2.0-or-later
/* kinds.c - what are the kinds of report called, and how bad is each? */

#include "report/report.h"

// clang-format off
static const struct {
	char name[24];
	enum cdm_severity severity;
} kinds[CDM_KINDS] = {
	[CDM_KIND_NONE]                    = { "none",                    CDM_SEVERITY_NOTE },

	[CDM_KIND_PANIC]                   = { "panic",                   CDM_SEVERITY_FATAL },
	[CDM_KIND_SYSRQ_C]                 = { "sysrq-c",                 CDM_SEVERITY_FATAL },
	[CDM_KIND_OOM_PANIC]               = { "oom-panic",               CDM_SEVERITY_FATAL },
	[CDM_KIND_INIT_KILLED]             = { "init-killed",             CDM_SEVERITY_FATAL },
	[CDM_KIND_NO_ROOT]                 = { "no-root",                 CDM_SEVERITY_FATAL },
	[CDM_KIND_NO_INIT]                 = { "no-init",                 CDM_SEVERITY_FATAL },
	[CDM_KIND_STACK_PROTECTOR]         = { "stack-protector",         CDM_SEVERITY_FATAL },
	[CDM_KIND_STACK_CORRUPT]           = { "stack-corrupt",           CDM_SEVERITY_FATAL },
	[CDM_KIND_NMI]                     = { "nmi",                     CDM_SEVERITY_FATAL },
	[CDM_KIND_WATCHDOG]                = { "watchdog",                CDM_SEVERITY_FATAL },
	[CDM_KIND_FS_PANIC]                = { "fs-panic",                CDM_SEVERITY_FATAL },
	[CDM_KIND_HYPERVISOR]              = { "hypervisor",              CDM_SEVERITY_FATAL },

	[CDM_KIND_HUNG_TASK]               = { "hung-task",               CDM_SEVERITY_HANG },
	[CDM_KIND_SOFT_LOCKUP]             = { "soft-lockup",             CDM_SEVERITY_HANG },
	[CDM_KIND_HARD_LOCKUP]             = { "hard-lockup",             CDM_SEVERITY_HANG },
	[CDM_KIND_RCU_STALL]               = { "rcu-stall",               CDM_SEVERITY_HANG },
	[CDM_KIND_WORKQUEUE_LOCKUP]        = { "workqueue-lockup",        CDM_SEVERITY_HANG },
	[CDM_KIND_SPINLOCK_LOCKUP]         = { "spinlock-lockup",         CDM_SEVERITY_HANG },

	[CDM_KIND_NULL_DEREF]              = { "null-deref",              CDM_SEVERITY_OOPS },
	[CDM_KIND_PAGE_FAULT]              = { "page-fault",              CDM_SEVERITY_OOPS },
	[CDM_KIND_USER_ACCESS]             = { "user-access",             CDM_SEVERITY_OOPS },
	[CDM_KIND_NX_FAULT]                = { "nx-fault",                CDM_SEVERITY_OOPS },
	[CDM_KIND_GPF]                     = { "gpf",                     CDM_SEVERITY_OOPS },
	[CDM_KIND_DOUBLE_FAULT]            = { "double-fault",            CDM_SEVERITY_OOPS },
	[CDM_KIND_STACK_OVERFLOW]          = { "stack-overflow",          CDM_SEVERITY_OOPS },
	[CDM_KIND_TRAP_DIVIDE]             = { "trap-divide",             CDM_SEVERITY_OOPS },
	[CDM_KIND_TRAP_INT3]               = { "trap-int3",               CDM_SEVERITY_OOPS },
	[CDM_KIND_TRAP_INVALID_OP]         = { "trap-invalid-op",         CDM_SEVERITY_OOPS },
	[CDM_KIND_TRAP_STACK_SEGMENT]      = { "trap-stack-segment",      CDM_SEVERITY_OOPS },
	[CDM_KIND_TRAP_CONTROL_PROTECTION] = { "trap-control-protection", CDM_SEVERITY_OOPS },
	[CDM_KIND_UNDEF_INSN]              = { "undef-insn",              CDM_SEVERITY_OOPS },
	[CDM_KIND_ALIGNMENT]               = { "alignment",               CDM_SEVERITY_OOPS },
	[CDM_KIND_EXTERNAL_ABORT]          = { "external-abort",          CDM_SEVERITY_OOPS },
	[CDM_KIND_BAD_MODE]                = { "bad-mode",                CDM_SEVERITY_OOPS },
	[CDM_KIND_UNHANDLED_FAULT]         = { "unhandled-fault",         CDM_SEVERITY_OOPS },
	[CDM_KIND_BUG]                     = { "bug",                     CDM_SEVERITY_OOPS },
	[CDM_KIND_LIST_CORRUPTION]         = { "list-corruption",         CDM_SEVERITY_OOPS },
	[CDM_KIND_FORTIFY]                 = { "fortify",                 CDM_SEVERITY_OOPS },
	[CDM_KIND_USERCOPY]                = { "usercopy",                CDM_SEVERITY_OOPS },
	[CDM_KIND_UNKNOWN_OOPS]            = { "unknown-oops",            CDM_SEVERITY_OOPS },

	[CDM_KIND_WARNING]                 = { "warning",                 CDM_SEVERITY_WARN },
	[CDM_KIND_REFCOUNT]                = { "refcount",                CDM_SEVERITY_WARN },
	[CDM_KIND_BAD_PAGE]                = { "bad-page",                CDM_SEVERITY_WARN },
	[CDM_KIND_SLUB]                    = { "slub",                    CDM_SEVERITY_WARN },
	[CDM_KIND_KASAN]                   = { "kasan",                   CDM_SEVERITY_WARN },
	[CDM_KIND_KFENCE]                  = { "kfence",                  CDM_SEVERITY_WARN },
	[CDM_KIND_KCSAN]                   = { "kcsan",                   CDM_SEVERITY_WARN },
	[CDM_KIND_KMSAN]                   = { "kmsan",                   CDM_SEVERITY_WARN },
	[CDM_KIND_UBSAN]                   = { "ubsan",                   CDM_SEVERITY_WARN },
	[CDM_KIND_SCHED_ATOMIC]            = { "sched-atomic",            CDM_SEVERITY_WARN },
	[CDM_KIND_BUG_SLEEP]               = { "bug-sleep",               CDM_SEVERITY_WARN },
	[CDM_KIND_LOCKDEP]                 = { "lockdep",                 CDM_SEVERITY_NOTE },
	[CDM_KIND_DRIVER]                  = { "driver",                  CDM_SEVERITY_NOTE },

	[CDM_KIND_SERROR]                  = { "serror",                  CDM_SEVERITY_HW },
	[CDM_KIND_MCE]                     = { "mce",                     CDM_SEVERITY_HW },
	[CDM_KIND_APEI]                    = { "apei",                    CDM_SEVERITY_HW },
	[CDM_KIND_EDAC]                    = { "edac",                    CDM_SEVERITY_HW },
	[CDM_KIND_AER]                     = { "aer",                     CDM_SEVERITY_HW },
	[CDM_KIND_PCI_SERR]                = { "pci-serr",                CDM_SEVERITY_HW },
	[CDM_KIND_MEMORY_FAILURE]          = { "memory-failure",          CDM_SEVERITY_HW },
	[CDM_KIND_THERMAL]                 = { "thermal",                 CDM_SEVERITY_HW },
};

static const char severities[][6] = {
	[CDM_SEVERITY_NOTE]  = "note",
	[CDM_SEVERITY_WARN]  = "warn",
	[CDM_SEVERITY_HANG]  = "hang",
	[CDM_SEVERITY_HW]    = "hw",
	[CDM_SEVERITY_OOPS]  = "oops",
	[CDM_SEVERITY_FATAL] = "fatal",
};
// clang-format on

const char *cdm_kind_name(enum cdm_kind kind)
{
	return kinds[kind].name;
}

const char *cdm_severity_name(enum cdm_severity severity)
{
	return severities[severity];
}

enum cdm_severity cdm_kind_severity(enum cdm_kind kind)
{
	return kinds[kind].severity;
}
