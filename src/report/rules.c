// SPDX-License-Identifier: GPL-2.0-or-later
/* rules.c - which wordings make a crash report, and what do they mean?
 *
 * From the sources of Linux 2.6.32 to 7.2 (kernel/panic.c, lib/dump_stack.c, the fault, traps and
 * process files of each architecture, the watchdogs, sanitizers and memory checkers), and from logs
 * that have been published. Which release prints what is a remark here: nothing asks for it. */

#include "report/rules.h"

#include <string.h>

#define K(name) CDM_KIND_##name
#define HOW CDM_WEIGHT_HOW
#define WHAT CDM_WEIGHT_WHAT
#define WHY CDM_WEIGHT_WHY
#define PREFIX CDM_LINE_PREFIX
#define OOPS CDM_LINE_OOPS
#define WARNS CDM_LINE_WARNING
#define NOTE CDM_LINE_NOTE
#define DEATH CDM_LINE_DEATH
#define ALONE CDM_LINE_ALONE

// clang-format off
const struct cdm_rule cdm_headlines[] = {
	/* ---- what may stand in front ---- */
	{ "NMI watchdog: ",          K(NONE), 0, PREFIX }, /* 3.16 to 4.9 */
	{ "watchdog: ",              K(NONE), 0, PREFIX }, /* 4.10 on */
	{ "rcu: ",                   K(NONE), 0, PREFIX }, /* 4.19 on */
	{ "traps: ",                 K(NONE), 0, PREFIX },
	{ "sysrq: ",                 K(NONE), 0, PREFIX }, /* 4.4 on */
	{ "mce: ",                   K(NONE), 0, PREFIX },
	{ "[Hardware Error]: ",      K(NONE), 0, PREFIX },
	{ "{%d}[Hardware Error]: ",  K(NONE), 0, PREFIX },

	/* ---- every architecture ---- */
	{ "Linux version ",               K(NONE), 0, CDM_LINE_BOOT },
	{ "Kernel panic - not syncing: ", K(NONE), 0, CDM_LINE_PANIC },
	{ "Kernel panic: ",               K(NONE), 0, CDM_LINE_PANIC }, /* to 2.6.1x */
	{ "---[ end Kernel panic",        K(NONE), 0, CDM_LINE_END },
	{ "------------[ cut here ]",     K(NONE), 0, CDM_LINE_CUT },
	{ "Trigger a crash",              K(SYSRQ_C), WHY, 0 },
	{ "SysRq : Trigger a crash",      K(SYSRQ_C), WHY, 0 },         /* to 4.19; "crashdump" to 2.6.2x */
	{ "SysRq: Trigger a crash",       K(SYSRQ_C), WHY, 0 },
	{ "kernel BUG at %f:%l!",         K(BUG), WHAT, OOPS },
	{ "Kernel BUG at %f:%l!",         K(BUG), WHAT, OOPS },
	{ "Kernel BUG at %f:%l",          K(BUG), WHAT, OOPS },         /* x86_64 to 2.6.2x: no '!' */
	{ "kernel BUG at %s [verbose",    K(BUG), WHAT, OOPS },         /* without CONFIG_DEBUG_BUGVERBOSE */
	{ "Kernel BUG at %s [verbose",    K(BUG), WHAT, OOPS },
	{ "Kernel BUG at %h [verbose",    K(BUG), WHAT, OOPS },
	{ "BUG: failure at %f:%l/%y()!",  K(BUG), WHAT, OOPS },         /* without an instruction for it */

	/* WARN(): 6.19 on; 3.11 to 6.18; before */
	{ "WARNING: [%*] %f:%l at %s, CPU#%u: %c/%p$", K(WARNING), WHAT, WARNS },
	{ "WARNING: %f:%l at %s, CPU#%u: %c/%p$",      K(WARNING), WHAT, WARNS },
	{ "WARNING: at %s, CPU#%u: %c/%p$",            K(WARNING), WHAT, WARNS },
	{ "WARNING: CPU: %u PID: %p at %f:%l %s",      K(WARNING), WHAT, WARNS },
	{ "WARNING: CPU: %u PID: %p at %f:%l",         K(WARNING), WHAT, WARNS },
	{ "WARNING: CPU: %u PID: %p at %s",            K(WARNING), WHAT, WARNS },
	{ "WARNING: at %f:%l %s",                      K(WARNING), WHAT, WARNS },
	{ "WARNING: at %f:%l",                         K(WARNING), WHAT, WARNS },
	{ "Badness at %f:%l",                          K(WARNING), WHAT, WARNS },
	{ "Badness in %y at %f:%l",                    K(WARNING), WHAT, WARNS },

	{ "list_add corruption",                K(LIST_CORRUPTION), WHY, 0 },
	{ "list_del corruption",                K(LIST_CORRUPTION), WHY, 0 },
	{ "list_add double add",                K(LIST_CORRUPTION), WHY, 0 },
	{ "slist_add corruption",               K(LIST_CORRUPTION), WHY, 0 },
	{ "slist_del corruption",               K(LIST_CORRUPTION), WHY, 0 },
	{ "refcount_t: ",                       K(REFCOUNT), WHY, 0 },
	{ "detected buffer overflow in ",       K(FORTIFY), WHY, 0 },  /* to 6.8 */
	{ "mem%w detected buffer overflow",     K(FORTIFY), WHY, 0 },
	{ "str%w detected buffer overflow",     K(FORTIFY), WHY, 0 },
	{ "mem%w detected field-spanning ",     K(FORTIFY), WHY, 0 },
	{ "usercopy: Kernel memory ",           K(USERCOPY), WHY, 0 },
	{ "usercopy: kernel memory ",           K(USERCOPY), WHY, 0 }, /* to 4.15 */

	/* ---- hangs ---- */
	{ "INFO: task %c:%p blocked for more than ",             K(HUNG_TASK), WHY, 0 },
	{ "INFO: task %c:%p blocked in I/O wait for more than ", K(HUNG_TASK), WHY, 0 }, /* 6.17 on */
	{ "BUG: soft lockup - CPU#%u stuck for %ds! [%c:%p]",    K(SOFT_LOCKUP), WHY, 0 },
	{ "BUG: soft lockup detected on CPU#%u",                 K(SOFT_LOCKUP), WHY, 0 }, /* to 2.6.2x */
	{ "Watchdog detected hard LOCKUP on cpu %u",             K(HARD_LOCKUP), WHY, 0 },
	{ "CPU%d: Watchdog detected hard LOCKUP on cpu %u",      K(HARD_LOCKUP), WHY, 0 },
	{ "CPU %u self-detected hard LOCKUP @ %s",               K(HARD_LOCKUP), WHY, 0 }, /* ppc */
	{ "CPU %d detected hard LOCKUP on other CPUs %u",        K(HARD_LOCKUP), WHY, 0 },
	{ "BUG: NMI Watchdog detected LOCKUP on CPU%u",          K(HARD_LOCKUP), WHY, 0 }, /* to 2.6.3x */
	{ "NMI Watchdog detected LOCKUP%_ on CPU%_%u",           K(HARD_LOCKUP), WHY, 0 },
	{ "INFO: rcu_%w self-detected stall",                    K(RCU_STALL), WHY, 0 },
	{ "INFO: rcu_%w detected stall",                         K(RCU_STALL), WHY, 0 },
	{ "INFO: rcu_%w detected expedited stalls",              K(RCU_STALL), WHY, 0 },
	{ "INFO: RCU detected CPU %u stall",                     K(RCU_STALL), WHY, 0 },   /* 2.6.2x */
	{ "BUG: workqueue lockup - pool ",                       K(WORKQUEUE_LOCKUP), WHY, 0 },
	{ "BUG: spinlock lockup suspected on CPU#%u, %c/%p$",    K(SPINLOCK_LOCKUP), WHY, 0 },
	{ "BUG: spinlock lockup on CPU#%u, %c/%p, %h",           K(SPINLOCK_LOCKUP), WHY, 0 },
	{ "BUG: spinlock recursion on CPU#%u, %c/%p$",           K(SPINLOCK_LOCKUP), WHY, 0 },
	{ "BUG: rwlock%_%* on CPU#%u, %c/%p",                    K(SPINLOCK_LOCKUP), WHY, 0 },
	{ "BUG: spinlock %* on CPU#%u, %c/%p$",                  K(WARNING), WHY, 0 },

	/* ---- checkers ---- */
	{ "BUG: KASAN: %* in %s",                                K(KASAN), WHY, 0 },
	{ "BUG: KASAN: ",                                        K(KASAN), WHY, 0 },
	{ "BUG: KFENCE: %* in %s",                               K(KFENCE), WHY, 0 },
	{ "BUG: KFENCE: ",                                       K(KFENCE), WHY, 0 },
	{ "BUG: KCSAN: ",                                        K(KCSAN), WHY, 0 },
	{ "BUG: KMSAN: %* in %s",                                K(KMSAN), WHY, 0 },
	{ "BUG: KMSAN: ",                                        K(KMSAN), WHY, 0 },
	{ "UBSAN: %* in %f:%l",                                  K(UBSAN), WHY, 0 },
	{ "UBSAN: %*: %h [#%o]",                                 K(UBSAN), WHY, OOPS },    /* as a trap */
	{ "BUG: scheduling while atomic: %c/%p/%h",              K(SCHED_ATOMIC), WHY, 0 },
	{ "BUG: using %w in preemptible [%h] code: %c/%p$",      K(SCHED_ATOMIC), WHY, 0 },
	{ "BUG: sleeping function called from invalid context at %f:%l", K(BUG_SLEEP), WHY, 0 },
	{ "BUG: Bad page state in process %c  pfn:%h",           K(BAD_PAGE), WHY, 0 },
	{ "BUG: Bad page map in process %c  pte:%h",             K(BAD_PAGE), WHY, 0 },
	{ "BUG: Bad page cache in process %c  pfn:%h",           K(BAD_PAGE), WHY, 0 },
	{ "BUG: Bad rss-counter state ",                         K(BAD_PAGE), WHY, ALONE },
	{ "BUG: non-zero pgtables_bytes on freeing mm",          K(BAD_PAGE), WHY, ALONE },
	{ "BUG %w (Not tainted): ",                              K(SLUB), WHY, 0 },
	{ "BUG %w (Tainted: %*): ",                              K(SLUB), WHY, 0 },
	{ "[ INFO: ",                                            K(LOCKDEP), WHY, 0 },     /* to 4.10 */
	{ "[ BUG: ",                                             K(LOCKDEP), WHY, 0 },
	{ "WARNING: possible %* detected",                       K(LOCKDEP), WHY, 0 },
	{ "WARNING: inconsistent lock state",                    K(LOCKDEP), WHY, 0 },
	{ "WARNING: suspicious RCU usage",                       K(LOCKDEP), WHY, 0 },
	{ "WARNING: bad unlock balance detected",                K(LOCKDEP), WHY, 0 },
	{ "WARNING: held lock freed",                            K(LOCKDEP), WHY, 0 },
	{ "BUG: Invalid wait context",                           K(LOCKDEP), WHY, 0 },

	/* ---- x86: 5.2 on; before ---- */
	{ "BUG: kernel NULL pointer dereference, address: %a",             K(NULL_DEREF), WHAT, OOPS },
	{ "BUG: unable to handle page fault for address: %a",              K(PAGE_FAULT), WHAT, OOPS },
	{ "BUG: unable to handle kernel NULL pointer dereference at virtual address %a", K(NULL_DEREF), WHAT, OOPS },
	{ "BUG: unable to handle kernel NULL pointer dereference at %a",   K(NULL_DEREF), WHAT, OOPS },
	{ "BUG: unable to handle kernel paging request at virtual address %a", K(PAGE_FAULT), WHAT, OOPS },
	{ "BUG: unable to handle kernel paging request at %a",             K(PAGE_FAULT), WHAT, OOPS },
	{ "kernel tried to execute NX-protected page",                     K(NX_FAULT), WHY, OOPS },
	{ "unable to execute userspace code (SMEP?)",                      K(NX_FAULT), WHY, OOPS },
	{ "Oops: 0001 [#%o",                                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Oops: 0003 [#%o",                                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Oops: 0011 [#%o",                                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Oops: %h [#%o]",                                                K(PAGE_FAULT), HOW, OOPS },
	{ "Oops: %h [#%o",                                                 K(PAGE_FAULT), HOW, OOPS },
	{ "Bad pagetable: %h [#%o]",                                       K(BAD_PAGE), WHAT, OOPS },
	{ "general protection fault, %* address %a: %h [#%o]",             K(GPF), WHAT, OOPS }, /* 5.5 on */
	{ "general protection fault: %h [#%o]",                            K(GPF), WHAT, OOPS },
	{ "general protection fault: [#%o]",                               K(GPF), WHAT, OOPS },
	{ "invalid opcode: %h [#%o]",                                      K(TRAP_INVALID_OP), HOW, OOPS },
	{ "divide error: %h [#%o]",                                        K(TRAP_DIVIDE), WHAT, OOPS },
	{ "int3: %h [#%o]",                                                K(TRAP_INT3), WHAT, OOPS },
	{ "stack segment: %h [#%o]",                                       K(TRAP_STACK_SEGMENT), WHAT, OOPS },
	{ "segment not present: %h [#%o]",                                 K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "invalid TSS: %h [#%o]",                                         K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "bounds: %h [#%o]",                                              K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "overflow: %h [#%o]",                                            K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "coprocessor segment overrun: %h [#%o]",                         K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "simd exception: %h [#%o]",                                      K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "fpu exception: %h [#%o]",                                       K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "alignment check: %h [#%o]",                                     K(ALIGNMENT), WHAT, OOPS },
	{ "control protection: %h [#%o]",                                  K(TRAP_CONTROL_PROTECTION), WHAT, OOPS },
	{ "Missing ENDBR: ",                                               K(TRAP_CONTROL_PROTECTION), WHY, OOPS },
	{ "CFI failure at %s ",                                            K(TRAP_CONTROL_PROTECTION), WHY, OOPS },
	{ "PANIC: double fault",                                           K(DOUBLE_FAULT), WHAT, OOPS },
	{ "double fault: %h [#%o]",                                        K(DOUBLE_FAULT), WHAT, OOPS },
	{ "double fault, ",                                                K(DOUBLE_FAULT), WHAT, OOPS }, /* i386 */
	{ "BUG: stack guard page was hit at %h",                           K(STACK_OVERFLOW), WHY, OOPS },
	{ "BUG: %w stack guard page was hit at %h",                        K(STACK_OVERFLOW), WHY, OOPS },
	{ "stack guard page: %h [#%o]",                                    K(STACK_OVERFLOW), WHAT, OOPS },
	{ "kernel stack overflow (%*): %h [#%o]",                          K(STACK_OVERFLOW), WHAT, OOPS },

	/* ---- arm64, arm, riscv64, old x86 ---- */
	{ "Unable to handle kernel NULL pointer dereference at virtual address %a", K(NULL_DEREF), WHAT, OOPS },
	{ "Unable to handle kernel NULL pointer dereference at %a",        K(NULL_DEREF), WHAT, OOPS },
	{ "Unable to handle kernel paging request at virtual address %a",  K(PAGE_FAULT), WHAT, OOPS },
	{ "Unable to handle kernel paging request at %a",                  K(PAGE_FAULT), WHAT, OOPS },
	{ "Unable to handle kernel access to user memory %* at virtual address %a", K(USER_ACCESS), WHAT, OOPS },
	{ "Unable to handle kernel execut%w %* at virtual address %a",     K(NX_FAULT), WHAT, OOPS },
	{ "Unable to handle kernel pointer dereference",                   K(PAGE_FAULT), WHAT, OOPS }, /* s390 */
	{ "Unable to handle kernel paging request for %* at address %a",   K(PAGE_FAULT), WHAT, OOPS }, /* ppc */
	{ "Unable to handle kernel paging request ",                       K(PAGE_FAULT), WHAT, OOPS },
	{ "Unable to handle kernel %* at virtual address %a",              K(PAGE_FAULT), WHAT, OOPS },
	{ "Insufficient stack space to handle exception!",                 K(STACK_OVERFLOW), WHY, OOPS },
	{ "Internal error: Oops: 80d [#%o]",                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED }, /* arm */
	{ "Internal error: Oops: 80f [#%o]",                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Internal error: Oops: a0e [#%o]",                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED }, /* with LPAE */
	{ "Internal error: Oops: a0f [#%o]",                               K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Internal error: Oops: %h [#%o]",                                K(PAGE_FAULT), HOW, OOPS },
	{ "Internal error: Oops - BUG: %h [#%o]",                          K(BUG), HOW, OOPS },
	{ "Internal error: Oops - undefined instruction: %h [#%o]",        K(UNDEF_INSN), WHAT, OOPS },
	{ "Internal error: Oops - Undefined instruction: %h [#%o]",        K(UNDEF_INSN), WHAT, OOPS },
	{ "Internal error: undefined instruction: %h [#%o]",               K(UNDEF_INSN), WHAT, OOPS },
	{ "Internal error: Oops - BTI: %h [#%o]",                          K(TRAP_CONTROL_PROTECTION), WHAT, OOPS },
	{ "Internal error: Oops - FPAC: %h [#%o]",                         K(TRAP_CONTROL_PROTECTION), WHAT, OOPS },
	{ "Internal error: Oops - CFI: %h [#%o]",                          K(TRAP_CONTROL_PROTECTION), WHAT, OOPS },
	{ "Internal error: Oops - KASAN: %h [#%o]",                        K(KASAN), WHAT, OOPS },
	{ "Internal error: UBSAN: %*: %h [#%o]",                           K(UBSAN), WHAT, OOPS },
	{ "Internal error: Oops - bad mode: %h [#%o]",                     K(BAD_MODE), WHAT, OOPS },
	{ "Internal error: Oops - SP/PC alignment exception: %h [#%o]",    K(ALIGNMENT), WHAT, OOPS },
	{ "Internal error: SP/PC alignment exception: %h [#%o]",           K(ALIGNMENT), WHAT, OOPS },
	{ "Internal error: synchronous external abort: %h [#%o]",          K(EXTERNAL_ABORT), WHAT, OOPS },
	{ "Internal error: synchronous parity %*: %h [#%o]",               K(EXTERNAL_ABORT), WHAT, OOPS },
	{ "Internal error: aarch64 BRK: %h [#%o]",                         K(BUG), HOW, OOPS },
	{ "Internal error: BRK handler: %h [#%o]",                         K(BUG), HOW, OOPS },
	{ "Internal error: level %d %* fault: %h [#%o]",                   K(PAGE_FAULT), HOW, OOPS },
	{ "Internal error: kernel stack overflow: %h [#%o]",               K(STACK_OVERFLOW), WHAT, OOPS },
	{ "Internal error: : %h [#%o]",                                    K(UNHANDLED_FAULT), HOW, OOPS },
	{ "Internal error: %*[#%o]",                                       K(UNKNOWN_OOPS), HOW, OOPS },
	{ "Unhandled fault: alignment %*(%h) at %a",                       K(ALIGNMENT), WHAT, OOPS },
	{ "Unhandled fault: %*external abort%*(%h) at %a",                 K(EXTERNAL_ABORT), WHAT, OOPS },
	{ "Unhandled fault: %*(%h) at %a",                                 K(UNHANDLED_FAULT), WHAT, OOPS },
	{ "Unhandled prefetch abort: breakpoint debug %*(%h) at %a",       K(TRAP_INT3), WHAT, OOPS },
	{ "Unhandled prefetch abort: %*(%h) at %a",                        K(UNHANDLED_FAULT), WHAT, OOPS },
	{ "Bad mode in %* handler detected on CPU%u, ",                    K(BAD_MODE), WHAT, OOPS },
	{ "Bad mode in %* handler detected",                               K(BAD_MODE), WHAT, OOPS },
	{ "Unhandled %* exception on CPU%u, ESR %h -- ",                   K(BAD_MODE), WHAT, OOPS }, /* 5.14 on */
	{ "SError Interrupt on CPU%u, code %h",                            K(SERROR), WHY, 0 },

	/* ---- riscv64 ---- */
	{ "Oops [#%o]",                                                    K(PAGE_FAULT), HOW, OOPS },
	{ "Kernel BUG [#%o]",                                              K(BUG), HOW, OOPS },
	{ "Oops - illegal instruction [#%o]",                              K(UNDEF_INSN), WHAT, OOPS },
	{ "Oops - %* misaligned [#%o]",                                    K(ALIGNMENT), WHAT, OOPS },
	{ "Oops - %* access fault [#%o]",                                  K(UNHANDLED_FAULT), WHAT, OOPS },
	{ "Oops - bad mode [#%o]",                                         K(BAD_MODE), WHAT, OOPS },
	{ "Oops - %*[#%o]",                                                K(UNKNOWN_OOPS), WHAT, OOPS },

	/* ---- loongarch64 and mips ---- */
	{ "CPU %u Unable to handle kernel paging request at virtual address %a, ", K(PAGE_FAULT), WHAT, OOPS },
	{ "Oops[#%o]",                                                     K(PAGE_FAULT), HOW, OOPS },
	{ "Oops - BUG[#%o]",                                               K(BUG), HOW, OOPS },
	{ "Kernel bug detected[#%o]",                                      K(BUG), HOW, OOPS },
	{ "Break instruction in kernel code[#%o]",                         K(BUG), HOW, OOPS },
	{ "Reserved instruction in kernel code[#%o]",                      K(UNDEF_INSN), WHAT, OOPS },
	{ "Reserved instruction in kernel mode[#%o]",                      K(UNDEF_INSN), WHAT, OOPS },
	{ "Kernel ale access[#%o]",                                        K(ALIGNMENT), WHAT, OOPS },
	{ "Unhandled kernel unaligned access[#%o]",                        K(ALIGNMENT), WHAT, OOPS },
	{ "Kernel unaligned instruction access[#%o]",                      K(ALIGNMENT), WHAT, OOPS },
	{ "Kernel %w access[#%o]",                                         K(UNHANDLED_FAULT), WHAT, OOPS },
	{ "Data bus error, epc == %h",                                     K(EXTERNAL_ABORT), WHAT, OOPS },
	{ "Instruction bus error, epc == %h",                              K(EXTERNAL_ABORT), WHAT, OOPS },
	{ "Caught Machine Check exception",                                K(MCE), WHY, DEATH },
	{ "Trap instruction in kernel code[#%o]",                          K(BUG), HOW, OOPS },
	{ "Integer overflow[#%o]",                                         K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "do_cu invoked from kernel context![#%o]",                       K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "do_cpu invoked from kernel context![#%o]",                      K(UNKNOWN_OOPS), WHAT, OOPS },

	/* ---- ppc64: 5.0 on; before in the shared rows ---- */
	{ "BUG: Kernel NULL pointer dereference %*at %a",                  K(NULL_DEREF), WHAT, OOPS },
	{ "BUG: Unable to handle kernel instruction fetch (NULL pointer?)", K(NULL_DEREF), WHAT, OOPS },
	{ "BUG: Unable to handle kernel unaligned access at %a",           K(ALIGNMENT), WHAT, OOPS },
	{ "BUG: Unable to handle kernel %* at %a",                         K(PAGE_FAULT), WHAT, OOPS },
	{ "BUG: Unable to handle kernel ",                                 K(PAGE_FAULT), WHAT, OOPS },
	{ "Kernel attempted to %w user page (%a)",                         K(USER_ACCESS), WHY, OOPS },
	{ "Thread overran stack, or stack corrupted",                      K(STACK_OVERFLOW), WHY, OOPS },
	{ "Oops: Kernel access of bad area, sig: %d [#%o]",                K(PAGE_FAULT), HOW, OOPS },
	{ "Oops: Exception in kernel mode, sig: 4 [#%o]",                  K(UNDEF_INSN), HOW, OOPS },
	{ "Oops: Exception in kernel mode, sig: %d [#%o]",                 K(BUG), HOW, OOPS },
	{ "Oops: Machine check, sig: %d [#%o]",                            K(MCE), WHAT, OOPS },
	{ "Oops: System Reset, sig: %d [#%o]",                             K(NMI), WHAT, OOPS },
	{ "Oops: Unrecoverable System Reset, sig: %d [#%o]",               K(NMI), WHAT, OOPS },
	{ "Oops: Kernel stack overflow, sig: %d [#%o]",                    K(STACK_OVERFLOW), WHAT, OOPS },
	{ "Oops: %*, sig: %d [#%o]",                                       K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "Severe Machine check interrupt [Not recovered]",                K(MCE), WHY, 0 },
	{ "MCE: CPU%u: %*achine check (Severe)",                           K(MCE), WHY, 0 },
	{ "Machine check in kernel mode",                                  K(MCE), WHY, 0 },

	/* ---- s390x: the name of the interruption, its code, and since 3.x the instruction's length ---- */
	{ "Oops: 0004 ilc:%d [#%o]",                                       K(PAGE_FAULT), HOW, OOPS | CDM_LINE_PROTECTED },
	{ "Oops: 0038 ilc:%d [#%o]",                                       K(PAGE_FAULT), HOW, OOPS | CDM_LINE_NOWHERE },
	{ "Oops: %h ilc:%d [#%o]",                                         K(PAGE_FAULT), HOW, OOPS },
	{ "specification exception: %h %*[#%o]",                           K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "addressing exception: %h %*[#%o]",                              K(UNHANDLED_FAULT), WHAT, OOPS },
	{ "protection exception: %h %*[#%o]",                              K(PAGE_FAULT), HOW, OOPS },
	{ "data exception: %h %*[#%o]",                                    K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "fixpoint divide exception: %h %*[#%o]",                         K(TRAP_DIVIDE), WHAT, OOPS },
	{ "illegal operation: %h %*[#%o]",                                 K(UNDEF_INSN), HOW, OOPS },
	{ "operation exception: %h %*[#%o]",                               K(UNDEF_INSN), HOW, OOPS },
	{ "privileged operation: %h %*[#%o]",                              K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "execute exception: %h %*[#%o]",                                 K(UNKNOWN_OOPS), WHAT, OOPS },
	{ "monitor event: %h %*[#%o]",                                     K(BUG), HOW, OOPS },
	{ "Kernel stack overflow.",                                        K(STACK_OVERFLOW), WHY, OOPS },

	/* ---- the hardware ---- */
	{ "CPU %u: Machine Check Exception: %h",                           K(MCE), WHY, DEATH },
	{ "CPU%u: Machine Check Exception: %h",                            K(MCE), WHY, DEATH },
	{ "CPU %u: Machine Check: %h Bank ",                               K(MCE), WHY, NOTE },
	{ "Machine check events logged",                                   K(MCE), WHY, NOTE | ALONE },
	{ "Hardware error from APEI Generic Hardware Error Source",        K(APEI), WHY, 0 },
	{ "EDAC MC%d: %d UE ",                                             K(EDAC), WHY, ALONE },
	{ "EDAC MC%d: UE ",                                                K(EDAC), WHY, ALONE },
	{ "EDAC MC%d: %d CE ",                                             K(EDAC), WHY, NOTE | ALONE },
	{ "EDAC MC%d: CE ",                                                K(EDAC), WHY, NOTE | ALONE },
	{ "EDAC PCI: ",                                                    K(EDAC), WHY, NOTE | ALONE },
	{ "pcieport %w AER: %*Uncorrected (Fatal)",                        K(AER), WHY, ALONE },
	{ "pcieport %w PCIe Bus Error: severity=Uncorrected (Fatal)",      K(AER), WHY, ALONE },
	{ "NMI: PCI system error (SERR) for reason %h on CPU %u",          K(PCI_SERR), WHY, 0 },
	{ "NMI: IOCK error (debug interrupt?) for reason %h on CPU %u",    K(PCI_SERR), WHY, 0 },
	{ "Uhhuh. NMI received for unknown reason %h on CPU %u",           K(NMI), WHY, NOTE },
	{ "Memory failure: %h: %* Failed",                                 K(MEMORY_FAILURE), WHY, ALONE },
	{ "thermal %*critical temperature reached",                        K(THERMAL), WHY, DEATH | ALONE },
	{ "critical temperature reached",                                  K(THERMAL), WHY, DEATH | ALONE },
	{ "reboot: HARDWARE PROTECTION shutdown",                          K(THERMAL), WHY, DEATH | ALONE }, /* 5.14 on */
	{ "CPU%u: Core temperature above threshold",                       K(THERMAL), WHY, NOTE | ALONE },
	{ "NVRM: Xid (",                                                   K(DRIVER), WHY, ALONE },

	/* 6.10 on, in front of all that x86 says about traps. */
	{ "Oops: ",                                                        K(NONE), 0, PREFIX },
	{ "", 0, 0, 0 },
};

#define BODY CDM_DETAIL_BODY
#define IP CDM_DETAIL_IP
#define TRACE CDM_DETAIL_TRACE
#define STOP CDM_DETAIL_TRACE_END

const struct cdm_rule cdm_details[] = {
	/* the task: 6.11 on; 3.10 on; before; arm to 2.6.3x; x86 to 3.9 has the processor apart */
	{ "CPU: %u UID: %i PID: %p Comm: %c %t", 0, 0, BODY },
	{ "CPU: %u PID: %p Comm: %c %t",         0, 0, BODY },
	{ "Pid: %p, comm: %c %t",                0, 0, BODY },
	{ "CPU: %u%_%t",                         0, 0, BODY },
	{ "CPU %u$",                             0, 0, BODY },
	{ "Process %c (pid: %p, ",               0, 0, BODY }, /* arm, mips, loongarch64, old x86 */
	{ "in_atomic(): %*, pid: %p, name: %c$", 0, 0, 0 },
	{ "Not tainted %w",                      0, 0, 0 },    /* hung task */
	{ "Tainted: %_%g",                       0, 0, 0 },
	{ "Hardware name: %n",                   0, 0, 0 },
	{ "Read of size %d at addr %a by task %c/%p$",  0, 0, 0 }, /* KASAN; its access as of 4.10 */
	{ "Write of size %d at addr %a by task %c/%p$", 0, 0, 0 },
	{ "Read at addr %a by task %c/%p$",             0, 0, 0 }, /* in hardware */
	{ "Write at addr %a by task %c/%p$",            0, 0, 0 },
	{ "Failing address: %a TEID: ",          0, 0, 0 },    /* s390x */
	{ "caller is %s",                        0, 0, IP },

	/* the instruction that failed */
	{ "RIP: 0010:[<%h>]%_[<%h>]%_%s",        0, 0, BODY | IP }, /* x86_64 to 4.9 */
	{ "RIP: 0010:%s",                        0, 0, BODY | IP }, /* 4.10 on; 0033: the user's */
	{ "RIP: e030:[<%h>]%_[<%h>]%_%s",        0, 0, BODY | IP }, /* in a Xen guest */
	{ "RIP: e030:%s",                        0, 0, BODY | IP },
	{ "EIP is at %s",                        0, 0, BODY | IP }, /* i386 to 4.9 */
	{ "EIP: 0060:[<%h>] %*CPU: %u",          0, 0, BODY },
	{ "EIP: 0061:[<%h>] %*CPU: %u",          0, 0, BODY },
	{ "EIP: %s",                             0, 0, BODY | IP },
	{ "IP: [<%h>] %s",                       0, 0, IP },
	{ "IP: %s",                              0, 0, IP },
	{ "PC is at %s",                         0, 0, BODY | IP }, /* arm; arm64 to 4.14 */
	{ "pc : %s",                             0, 0, BODY | IP }, /* arm64 */
	{ "NIP [%h] %s",                         0, 0, BODY | IP }, /* ppc64 */
	{ "NIP [%h]%_.%s",                       0, 0, BODY | IP },
	{ "Krnl PSW : %h %h (%s)",               0, 0, BODY | IP }, /* s390x */
	{ "epc : %s",                            0, 0, BODY | IP }, /* riscv64, 5.11 on */
	{ "epc%_: %h %s",                        0, 0, BODY | IP }, /* mips */
	{ "ERA: %h %s",                          0, 0, BODY | IP }, /* loongarch64 */

	/* who called it: counts where it has no symbol itself */
	{ "LR is at %s",                         0, 0, BODY | CDM_DETAIL_CALLER },
	{ "lr : %s",                             0, 0, BODY | CDM_DETAIL_CALLER },
	{ "LR [%h] %s",                          0, 0, BODY | CDM_DETAIL_CALLER },
	{ "ra : %s",                             0, 0, BODY | CDM_DETAIL_CALLER },
	{ "ra%_: %h %s",                         0, 0, BODY | CDM_DETAIL_CALLER },

	/* the call trace, and what ends it */
	{ "Call Trace:",                         0, 0, BODY | TRACE },
	{ "Call trace:",                         0, 0, BODY | TRACE },
	{ "Backtrace:",                          0, 0, BODY | TRACE }, /* arm with frame pointers */
	{ "Modules linked in:",                  0, 0, BODY | STOP | CDM_DETAIL_MODULES },
	{ "Code: ",                              0, 0, 0 },
	{ "Instruction dump:",                   0, 0, STOP },
	{ "Last Breaking-Event-Address:",        0, 0, STOP | CDM_DETAIL_JUMP }, /* s390x */
	{ "Allocated by task",                   0, 0, STOP },
	{ "Freed by task",                       0, 0, STOP },
	{ "Last potentially related work",       0, 0, STOP },
	{ "The buggy address",                   0, 0, STOP },
	{ "allocated by task",                   0, 0, STOP },
	{ "freed by task",                       0, 0, STOP },
	{ "INFO: Allocated in ",                 0, 0, STOP },
	{ "INFO: Freed in ",                     0, 0, STOP },
	{ "INFO: task %* is blocked on ",        0, 0, STOP }, /* 6.15 on: the owner's stack follows */
	{ "INFO: task %* blocked on a ",         0, 0, STOP },
	{ "Showing all locks held",              0, 0, STOP },
	{ "Mem-Info:",                           0, 0, STOP },
	{ "Kernel Offset: ",                     0, 0, STOP },
	{ "task:",                               0, 0, STOP },
	{ "NMI backtrace for cpu %u",            0, 0, CDM_DETAIL_OTHER_CPU },
	{ "Task dump for CPU %u",                0, 0, CDM_DETAIL_OTHER_CPU },
	{ "Sending NMI from CPU ",               0, 0, STOP },
	{ "event severity: corrected",           0, 0, CDM_DETAIL_NOTE },
	{ "event severity: info",                0, 0, CDM_DETAIL_NOTE },
	{ "event severity: recoverable",         0, 0, CDM_DETAIL_NOTE },
	{ "[Hardware Error]: ",                  0, 0, 0 },
	{ "Bank %d: ",                           0, 0, 0 },
	{ "FSC = %h: level %d permission fault", 0, 0, CDM_DETAIL_PROTECTED }, /* arm64, 5.x on */
	{ "CFAR: %h DAR: %h DSISR: 08000000",    0, 0, CDM_DETAIL_PROTECTED }, /* ppc64 */
	{ "CFAR: %h DAR: %h DSISR: 0a000000",    0, 0, CDM_DETAIL_PROTECTED },
	{ "REGS: %h TRAP: 0380 ",                0, 0, CDM_DETAIL_NOWHERE }, /* ppc64: in no segment */
	{ "REGS: %h TRAP: 0480 ",                0, 0, CDM_DETAIL_NOWHERE },
	{ "#PF: ",                               0, 0, 0 },
	{ "Mem abort info:",                     0, 0, 0 },
	{ "---[ end trace ",                     0, 0, CDM_DETAIL_END },
	{ "", 0, 0, 0 },
};

#define NOWHERE CDM_LEADS_NOWHERE
#define TO_OOPS CDM_LEADS_TO_OOPS
#define TO_TASK CDM_LEADS_TO_OOPS_OF_TASK
#define TO_WARN CDM_LEADS_TO_WARNING
#define TO_HARDWARE CDM_LEADS_TO_HARDWARE
#define TO_KIND CDM_LEADS_TO_KIND

const struct cdm_rule cdm_panics[] = {
	/* what only ends something else */
	{ "Fatal exception",                            K(UNKNOWN_OOPS), TO_OOPS, 0 },
	{ "%*: Fatal exception",                        K(UNKNOWN_OOPS), TO_OOPS, 0 }, /* arm64: the oops in front */
	{ "Aiee, killing interrupt handler!",           K(UNKNOWN_OOPS), TO_OOPS, 0 },
	{ "Attempted to kill the idle task!",           K(UNKNOWN_OOPS), TO_OOPS, 0 },
	{ "Oopsed too often",                           K(UNKNOWN_OOPS), TO_OOPS, 0 }, /* 6.2 on */
	{ "Machine halted.",                            K(DOUBLE_FAULT), TO_OOPS, 0 },
	{ "bad mode",                                   K(BAD_MODE), TO_OOPS, 0 },
	{ "Unhandled exception",                        K(BAD_MODE), TO_OOPS, 0 },
	{ "BUG!",                                       K(BUG), TO_OOPS, 0 },
	{ "Attempted to kill init!",                    K(INIT_KILLED), TO_TASK, 0 },
	{ "%*panic_on_warn set",                        K(WARNING), TO_WARN, 0 },
	{ "%*system warned too often",                  K(WARNING), TO_WARN, 0 },      /* 6.2 on */
	{ "kasan.fault=panic",                          K(KASAN), TO_WARN, 0 },
	{ "%*kmsan%* set",                              K(KMSAN), TO_WARN, 0 },
	{ "scheduling while atomic",                    K(SCHED_ATOMIC), TO_KIND, 0 },
	{ "hung_task: blocked tasks",                   K(HUNG_TASK), TO_KIND, 0 },
	{ "softlockup: hung tasks",                     K(SOFT_LOCKUP), TO_KIND, 0 },
	{ "Hard LOCKUP",                                K(HARD_LOCKUP), TO_KIND, 0 },
	{ "Watchdog detected hard LOCKUP on cpu %u",    K(HARD_LOCKUP), TO_KIND, 0 },
	{ "NMI watchdog",                               K(HARD_LOCKUP), TO_KIND, 0 },
	{ "Non maskable interrupt",                     K(HARD_LOCKUP), TO_KIND, 0 },
	{ "RCU Stall",                                  K(RCU_STALL), TO_KIND, 0 },
	{ "%*workqueue lockup",                         K(WORKQUEUE_LOCKUP), TO_KIND, 0 },
	{ "%*stack overflow",                           K(STACK_OVERFLOW), TO_OOPS, 0 },
	{ "%*stack guard hit",                          K(STACK_OVERFLOW), TO_OOPS, 0 },

	/* the hardware */
	{ "Asynchronous SError Interrupt",              K(SERROR), TO_KIND, 0 },
	{ "Fatal hardware error!",                      K(APEI), TO_HARDWARE, 0 },
	{ "GHES: Fatal hardware error",                 K(APEI), TO_HARDWARE, 0 },
	{ "%*atal machine check",                       K(MCE), TO_HARDWARE, 0 },
	{ "Fatal local machine check",                  K(MCE), TO_HARDWARE, 0 },
	{ "Local fatal machine check",                  K(MCE), TO_HARDWARE, 0 },
	{ "Timeout: Not all CPUs entered broadcast",    K(MCE), TO_HARDWARE, 0 },
	{ "Timeout synchronizing machine check",        K(MCE), TO_HARDWARE, 0 },
	{ "Machine Check: ",                            K(MCE), TO_HARDWARE, 0 },
	{ "Machine check",                              K(MCE), TO_HARDWARE, 0 },
	{ "Panicing machine check CPU died",            K(MCE), TO_HARDWARE, 0 },
	{ "Uncorrected",                                K(MCE), TO_HARDWARE, 0 },
	{ "Uncorrected hardware memory error",          K(MCE), TO_HARDWARE, 0 },
	{ "Unable to continue",                         K(MCE), TO_HARDWARE, 0 },
	{ "CPU context corrupt",                        K(MCE), TO_HARDWARE, 0 },
	{ "MCA architectural violation",                K(MCE), TO_HARDWARE, 0 },
	{ "Unrecoverable Machine check",                K(MCE), TO_HARDWARE, 0 },
	{ "Unrecovered Machine check",                  K(MCE), TO_HARDWARE, 0 },
	{ "mcck: ",                                     K(MCE), TO_HARDWARE, 0 },
	{ "Memory failure on page ",                    K(MEMORY_FAILURE), TO_HARDWARE, 0 },
	{ "EDAC ",                                      K(EDAC), TO_HARDWARE, 0 },
	{ "UE row ",                                    K(EDAC), TO_HARDWARE, 0 },
	{ "NMI: Not continuing",                        K(NMI), TO_HARDWARE, 0 },
	{ "NMI IOCK error: Not continuing",             K(NMI), TO_HARDWARE, 0 },
	{ "An NMI occurred",                            K(NMI), TO_HARDWARE, 0 },
	{ "nmi_handle",                                 K(NMI), TO_HARDWARE, 0 },
	{ "NMI",                                        K(NMI), TO_HARDWARE, 0 },
	{ "System Reset",                               K(NMI), TO_HARDWARE, 0 },      /* ppc64 */
	{ "Unrecoverable System Reset",                 K(NMI), TO_HARDWARE, 0 },

	/* what is the cause itself */
	{ "sysrq triggered crash",                      K(SYSRQ_C), NOWHERE, 0 },
	{ "Out of memory",                              K(OOM_PANIC), NOWHERE, 0 },
	{ "out of memory",                              K(OOM_PANIC), NOWHERE, 0 },
	{ "System is deadlocked on memory",             K(OOM_PANIC), NOWHERE, 0 },
	{ "VFS: Unable to mount root fs",               K(NO_ROOT), NOWHERE, 0 },
	{ "VFS: Unable to find root",                   K(NO_ROOT), NOWHERE, 0 },
	{ "No init found",                              K(NO_INIT), NOWHERE, 0 },
	{ "No working init found",                      K(NO_INIT), NOWHERE, 0 },
	{ "Requested init ",                            K(NO_INIT), NOWHERE, 0 },
	{ "stack-protector: Kernel stack is corrupted in: %s", K(STACK_PROTECTOR), NOWHERE, 0 },
	{ "stack-protector: ",                          K(STACK_PROTECTOR), NOWHERE, 0 },
	{ "corrupted stack end",                        K(STACK_CORRUPT), NOWHERE, 0 },
	{ "corrupted shadow stack",                     K(STACK_CORRUPT), NOWHERE, 0 },
	{ "Corrupt kernel stack",                       K(STACK_OVERFLOW), TO_OOPS, 0 }, /* s390x */
	{ "%*watchdog pretimeout",                      K(WATCHDOG), NOWHERE, 0 },
	{ "IPMI Watchdog",                              K(WATCHDOG), NOWHERE, 0 },
	{ "%*atchdog timer",                            K(WATCHDOG), NOWHERE, 0 },
	{ "%*atchdog Timer",                            K(WATCHDOG), NOWHERE, 0 },     /* softdog */
	{ "EXT%*-fs ",                                  K(FS_PANIC), NOWHERE, 0 },
	{ "XFS",                                        K(FS_PANIC), NOWHERE, 0 },
	{ "BTRFS",                                      K(FS_PANIC), NOWHERE, 0 },
	{ "GFS2: ",                                     K(FS_PANIC), NOWHERE, 0 },
	{ "%*panic forced after error",                 K(FS_PANIC), NOWHERE, 0 },
	{ "Xen: ",                                      K(HYPERVISOR), NOWHERE, 0 },
	{ "xen: ",                                      K(HYPERVISOR), NOWHERE, 0 },
	{ "Kernel mode fault at addr %a, ip %h",        K(PAGE_FAULT), NOWHERE, 0 }, /* um */
	{ "Host injected async #PF in kernel mode",     K(HYPERVISOR), NOWHERE, 0 },
	{ "%*",                                         K(PANIC), NOWHERE, 0 },
	{ "", 0, 0, 0 },
};
// clang-format on

/* Bytes before the first gap. */
static uint8_t literal_len(const char *wording)
{
	return (uint8_t)strcspn(wording, "%$");
}

static uint8_t shared_len(const char *wording, const char *other)
{
	uint8_t len = 0, max = literal_len(wording);

	while (len < max && wording[len] == other[len])
		len++;
	return len;
}

static void let_begin(struct cdm_rule_index *index, const char *wording)
{
	uint8_t first = (uint8_t)wording[0], len = literal_len(wording);

	index->third[first] |= len > 2 ? cdm_rules_bit((uint8_t)wording[2]) : UINT32_MAX;
	index->fifth[first] |= len > 4 ? cdm_rules_bit((uint8_t)wording[4]) : UINT32_MAX;
}

void cdm_rules_index(struct cdm_rule_index *index, const struct cdm_rule *rules)
{
	uint8_t last[sizeof(index->first)] = { 0 };

	*index = (struct cdm_rule_index){ .rules = rules };
	for (unsigned number = 1; number <= CDM_MAX_RULES && rules[number - 1].wording[0];
	     number++) {
		const char *wording = rules[number - 1].wording;
		uint8_t first = (uint8_t)wording[0], before = last[first];

		let_begin(index, wording);
		if (before) {
			index->next[before] = (uint8_t)number;
			index->shared[before] = shared_len(rules[before - 1].wording, wording);
		} else {
			index->first[first] = (uint8_t)number;
		}
		last[first] = (uint8_t)number;
	}
}

/* How many bytes the line has of those before the gap; the first `same` are known to be there. */
static unsigned agreement(const char *wording, struct cdm_bytes line, unsigned same)
{
	while (same < line.len && wording[same] && wording[same] != '%' && wording[same] != '$' &&
	       line.at[same] == (uint8_t)wording[same])
		same++;
	return same;
}

static bool is_gap(char c)
{
	return c == '\0' || c == '%' || c == '$';
}

/* A wording is looked at only where the one before it, which it shares some bytes with, has left the
 * line: it leaves it there too if it shares more, and where they part if it shares less. */
const struct cdm_rule *cdm_rules_find(const struct cdm_rule_index *index, struct cdm_bytes line,
				      struct cdm_found *found)
{
	unsigned same = 1, shared = 1;

	if (!cdm_rules_could_fit(index, line))
		return NULL;
	for (unsigned number = index->first[line.at[0]]; number; number = index->next[number]) {
		const struct cdm_rule *rule = &index->rules[number - 1];

		if (shared < same)
			same = shared;
		else if (shared == same)
			same = agreement(rule->wording, line, same);
		if (shared <= same && is_gap(rule->wording[same]) &&
		    cdm_wording_matches(rule->wording, line, found))
			return rule;
		shared = index->shared[number];
	}
	return NULL;
}

const struct cdm_rule *cdm_rules_panic(struct cdm_bytes message, struct cdm_found *found)
{
	const struct cdm_rule *rule = cdm_panics;

	while (!cdm_wording_matches(rule->wording, message, found))
		rule++;
	return rule;
}
