// SPDX-License-Identifier: GPL-2.0-or-later
/* symbol.c - which function is to blame, and what is it called on every build? */

#include "report/symbol.h"

#include <string.h>

#define N_OF(table) (sizeof(table) / sizeof((table)[0]))

/* A star at the end stands for any rest. */
// clang-format off

/* In front of a system call's name, the longer first. */
static const char syscall_prefixes[][16] = {
	"__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__s390x_sys_", "__s390_sys_", "__riscv_sys_",
	"__se_sys_", "__do_sys_", "__x32_sys_", "__do_compat_sys", "SYSC_", "SyS_", "ksys_", "sys_",
};

static const char helpers[][28] = {
	/* panic() and what prints */
	"panic", "vpanic", "nmi_panic", "do_panic*", "panic_on_*", "check_panic_on_warn",
	"dump_stack*", "dump_backtrace*", "show_stack*", "show_regs", "unwind_backtrace",
	"__dump_stack", "show_trace*", "__warn*", "warn_slowpath*", "report_bug", "bug_handler",
	"print_report", "printk", "_printk", "vprintk*", "crash_kexec", "__crash_kexec",
	"rtas_*panic*", "kdump_nmi*", "__fortify_report", "__fortify_panic", "fortify_panic", "BUG",
	"sysrq_reset_seq_param_set", "hungtask*", "ppc_panic*",
	/* x86: the fault's way */
	"oops_end", "die", "__die*", "die_addr", "no_context", "bad_area*", "__bad_area*",
	"page_fault*", "exc_*", "asm_exc_*", "do_user_addr_fault", "do_kern_addr_fault",
	"kernelmode_fixup*", "do_page_fault", "__do_page_fault", "do_error_trap", "do_trap*",
	"do_invalid_op", "invalid_op", "handle_bug", "do_general_protection", "general_protection",
	"double_fault", "df_debug", "do_double_fault", "handle_stack_overflow", "error_entry",
	"error_exit", "error_code", "common_exception", "handle_exception*", "spurious_kernel_fault*",
	"fixup_bug", "do_divide_error", "divide_error", "do_stack_segment", "stack_segment",
	"async_page_fault", "do_async_page_fault", "__ret_from*",
	/* arm64, arm */
	"die_kernel_fault", "__do_kernel_fault", "do_mem_abort", "do_translation_fault", "do_bad_area",
	"do_sea", "do_serror", "arm64_serror_panic", "__arm64_serror*", "el1_abort", "el1_dbg",
	"el1_da", "el1_ia", "el1_sync*", "el1_error*", "el1h_64_sync*", "el1h_64_error*", "el1_undef", "do_undef*",
	"el1_inv", "bad_mode", "bad_el0_sync", "__und_svc*", "__dabt_svc", "__pabt_svc", "do_DataAbort",
	"do_PrefetchAbort", "do_undefinstr", "do_bad_area*", "__do_user_fault", "arm_notify_die",
	"call_undef_hook", "bug_brk_handler", "call_break_hook", "brk_handler", "do_debug_exception",
	"__pabt_invalid", "handle_bad_stack", "panic_bad_stack", "__bad_stack",
	/* ppc64, s390x, riscv64, mips, loongarch64 */
	"oops_enter", "_exception*", "bad_page_fault", "__bad_page_fault", "handle_page_fault",
	"kernel_stack_overflow", "emulate_load_store_insn", "handle_ad*",
	"data_access_common*", "program_check_*", "machine_check_*", "instruction_access_*",
	"do_program_check", "unrecoverable_exception", "pgm_check_handler", "__do_pgm_check",
	"do_protection_exception", "do_dat_exception", "do_asce_exception", "illegal_op",
	"monitor_event_exception", "do_report_trap", "do_trap_break", "handle_break", "do_bp", "do_ri",
	"tlb_do_page_fault_*", "do_trap_insn_illegal", "die_if_kernel", "do_ale", "handle_ri*",
	/* checkers */
	"kasan_*", "__kasan_*", "__asan_*", "__hwasan_*", "hwasan_*", "check_memory_region*",
	"print_address_description*", "check_region_inline", "kfence_*", "__kfence*", "kcsan_*",
	"__tsan_*", "kmsan_*", "__msan_*", "ubsan_*", "__ubsan_*", "val_to_string", "slab_err",
	"object_err", "check_bytes_and_report", "check_object", "alloc_debug_processing",
	"free_debug_processing", "print_trailer", "slab_pad_check", "slab_bug", "check_slab",
	"usercopy_abort", "__check_object_size", "__check_heap_object", "check_stack_object",
	"___might_sleep", "__might_sleep", "__might_resched", "might_fault", "__might_fault",
	"__schedule_bug", "__schedule", "schedule", "schedule_timeout*", "io_schedule*",
	"preempt_schedule*", "__switch_to*", "__list_add*", "__list_del*", "list_add*", "list_del*", "klist_*",
	"__slist_*", "refcount_*", "kref_*", "kobject_put", "kobject_get", "get_device", "put_device",
	"kobject_add*", "kobject_create*", "check_preemption_disabled", "debug_smp_processor_id",
	"rcu_note_context_switch", "lockdep_*", "check_noncircular", "__lock_acquire", "lock_acquire",
	"lock_release", "mark_lock*", "validate_chain", "print_*bug", "debug_check_no_locks_freed",
	"fail_*", "should_fail*", "__stack_chk_fail", "bad_page", "free_page_is_bad", "bad_range",
	/* memory, strings, locks, numbers: what is handed to them is wrong */
	"memset*", "__memset*", "memcpy*", "__memcpy*", "memmove*", "__memmove*", "memcmp*", "strlen*",
	"strnlen*", "strcpy*", "strncpy*", "strcmp*", "strncmp*", "strscpy*", "strlcpy*", "strstr",
	"strchr*", "memchr*", "__pi_mem*", "__pi_str*", "__arch_copy_*", "copy_from_user*",
	"copy_to_user*", "_copy_from_user", "_copy_to_user", "__copy_user*", "copy_user_*",
	"raw_copy_*", "__raw_read*", "__raw_write*", "readb", "readw", "readl", "kmalloc*", "__kmalloc*",
	"kzalloc*", "kvmalloc*", "kvfree*", "krealloc*", "kmem_cache_*", "__kmem_cache_*", "kfree*",
	"slab_alloc*", "slab_free*", "__slab_alloc*", "___slab_alloc*", "__slab_free*", "new_slab",
	"allocate_slab", "get_partial_node", "alloc_pages*", "__alloc_pages*", "__alloc_frozen*",
	"__get_free_pages", "get_page_from_freelist", "free_pages*", "__free_pages*", "vfree*",
	"__vfree*", "_raw_spin_*", "_raw_read_*", "_raw_write_*", "__raw_spin_*", "spin_bug",
	"do_raw_spin_*", "spin_dump", "native_queued_spin_*", "queued_spin_*", "__pv_queued_spin_*",
	"queued_read_*", "queued_write_*", "__lock_text_start", "mutex_*", "__mutex_*", "down", "down_*",
	"__down*", "up_*", "rwsem_*", "rt_mutex_*", "rt_spin_*", "osq_*", "__rwsem_*", "wait_for_*",
	"__wait_*", "do_wait_for_common", "__virt_to_phys*", "arch_spin_*", "find_next_*",
	"find_first_*", "test_and_set_*", "__xchg*", "rb_*", "__rb_*", "idr_*", "snprintf", "vsnprintf",
	"cpu_relax", "__udelay", "__delay", "delay_*", "__const_udelay", "check_panic_on_oom",
	"panic_smp_self_stop", "oom_kill_process",
	/* watchdogs, and the interrupt they came in */
	"watchdog_timer_fn", "watchdog_overflow_cal*", "watchdog_hardlockup_*", "__hrtimer_run_queues",
	"hrtimer_interrupt", "hrtimer_run_queues", "__sysvec_*", "sysvec_*", "smp_apic_timer*",
	"local_apic_timer*", "__perf_event_overflow",
	"perf_event_overflow", "intel_pmu_handle_irq", "perf_event_nmi_handler", "nmi_handle",
	"default_do_nmi", "do_nmi", "end_repeat_nmi", "nmi", "asm_exc_nmi", "tick_*", "update_process_times",
	"rcu_check_callbacks", "rcu_sched_clock_irq", "rcu_dump_cpu_stacks", "print_cpu_stall*",
	"print_other_cpu_stall*", "rcu_pending*", "check_cpu_stall*", "perf_swevent*",
	"nmi_cpu_backtrace*", "nmi_trigger_*", "arch_trigger_*", "trigger_*backtrace*", "timer_interrupt",
	"arch_timer_*", "handle_percpu_*", "soft_nmi_*", "rcu_*stall*",
};

/* What leads to whatever the kernel does, and what that is called. Which of these functions show
 * differs from build to build. */
static const struct {
	char name[28];
	char what[8];
} dispatches[] = {
	{ "call_timer_fn", "timer" }, { "__run_timer*", "timer" }, { "run_timer_*", "timer" },
	{ "expire_timers", "timer" },
	{ "irq_work_*", "irqwork" }, { "__irq_work*", "irqwork" },
	{ "process_one_work", "work" }, { "process_scheduled_works", "work" }, { "worker_thread", "work" },
	{ "kthread", "thread" }, { "ret_from_fork*", "thread" }, { "ret_from_kernel_*", "thread" },
	{ "kernel_thread_*", "thread" }, { "start_kernel_thread", "thread" }, { "smpboot_thread_fn", "thread" },
	{ "run_ksoftirqd", "softirq" }, { "handle_softirqs", "softirq" }, { "__do_softirq*", "softirq" },
	{ "do_softirq*", "softirq" }, { "____do_softirq", "softirq" }, { "irq_exit*", "softirq" },
	{ "__irq_exit_rcu", "softirq" }, { "invoke_softirq", "softirq" },
	{ "__handle_irq*", "irq" }, { "handle_irq_*", "irq" }, { "generic_handle_*", "irq" },
	{ "__handle_domain*", "irq" }, { "handle_domain_irq", "irq" }, { "gic_handle_irq", "irq" },
	{ "call_on_*irq*", "irq" }, { "asm_sysvec_*", "irq" }, { "asm_common_interrupt", "irq" },
	{ "apic_timer_interrupt", "irq" }, { "common_interrupt", "irq" }, { "ret_from_intr", "irq" },
	{ "asm_call_*", "irq" }, { "el1_irq", "irq" }, { "el1h_64_irq", "irq" }, { "__irq_svc", "irq" },
	{ "__irq_usr", "irq" }, { "do_IRQ", "irq" }, { "do_irq", "irq" }, { "decrementer_common*", "irq" },
	{ "hardware_interrupt_*", "irq" }, { "ext_int_handler", "irq" }, { "handle_int", "irq" },
	{ "do_syscall*", "syscall" }, { "entry_*", "syscall" }, { "system_call*", "syscall" },
	{ "do_fast_syscall*", "syscall" }, { "__do_fast_syscall*", "syscall" }, { "do_int80*", "syscall" },
	{ "do_SYSENTER*", "syscall" }, { "sysenter_*", "syscall" }, { "tracesys", "syscall" },
	{ "x64_sys_call", "syscall" }, { "ia32_*", "syscall" }, { "invoke_syscall", "syscall" },
	{ "el0_*", "syscall" }, { "el0t_*", "syscall" }, { "do_el0_svc*", "syscall" },
	{ "ret_fast_syscall", "syscall" }, { "__do_syscall", "syscall" }, { "do_trap_ecall_u", "syscall" },
	{ "handle_sys*", "syscall" }, { "syscall_*", "syscall" }, { "vfs_write", "syscall" },
	{ "vfs_read", "syscall" }, { "write", "syscall" }, { "read", "syscall" }, { "new_sync_*", "syscall" },
	{ "__vfs_*", "syscall" }, { "kernfs_fop_write*", "syscall" },
	{ "do_idle", "idle" }, { "cpu_startup_entry", "idle" }, { "default_idle*", "idle" },
	{ "arch_cpu_idle", "idle" }, { "cpu_idle*", "idle" }, { "start_secondary*", "idle" },
	{ "secondary_*", "idle" }, { "rest_init", "idle" },
	{ "start_kernel", "init" }, { "do_one_initcall", "init" }, { "do_init_module", "init" },
};
// clang-format on

static bool is_in(struct cdm_bytes name, const char *entry, size_t room)
{
	size_t len = strnlen(entry, room);
	const char *star = memchr(entry, '*', len);
	size_t head = star ? (size_t)(star - entry) : len;

	if (name.len < head || memcmp(name.at, entry, head) != 0)
		return false;
	if (!star)
		return name.len == len;
	/* What stands behind a star in the middle is somewhere in the rest. */
	size_t tail = len - head - 1;

	if (tail && star[tail] == '*')
		tail--;
	return tail == 0 || memmem(name.at + head, name.len - head, star + 1, tail) != NULL;
}

#define IS_IN(name, table) is_in_table(name, (table)[0], sizeof((table)[0]), N_OF(table))

static bool is_in_table(struct cdm_bytes name, const char *table, size_t width, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_in(name, table + i * width, width))
			return true;
	return false;
}

struct cdm_bytes cdm_symbol_plain(struct cdm_bytes symbol)
{
	const uint8_t *dot = symbol.len > 1 ? memchr(symbol.at + 1, '.', symbol.len - 1) : NULL;

	if (dot)
		symbol.len = (size_t)(dot - symbol.at);
	for (size_t i = 0; i < N_OF(syscall_prefixes); i++) {
		size_t len = strlen(syscall_prefixes[i]);

		if (symbol.len > len && !memcmp(symbol.at, syscall_prefixes[i], len))
			return (struct cdm_bytes){ symbol.at + len, symbol.len - len };
	}
	return symbol;
}

/* Big-endian ppc64 has a dot in front of functions. */
static struct cdm_bytes without_dot(struct cdm_bytes plain)
{
	if (plain.len && plain.at[0] == '.')
		return (struct cdm_bytes){ plain.at + 1, plain.len - 1 };
	return plain;
}

bool cdm_symbol_is_helper(struct cdm_bytes plain)
{
	return IS_IN(without_dot(plain), helpers);
}

const char *cdm_symbol_dispatch(struct cdm_bytes plain)
{
	plain = without_dot(plain);
	for (size_t i = 0; i < N_OF(dispatches); i++)
		if (is_in(plain, dispatches[i].name, sizeof(dispatches[i].name)))
			return dispatches[i].what;
	return NULL;
}

enum cdm_kind cdm_symbol_tells(struct cdm_bytes plain)
{
	static const struct {
		char name[28];
		enum cdm_kind kind;
	} telling[] = {
		{ "sysrq_handle_crash", CDM_KIND_SYSRQ_C },
		{ "out_of_memory", CDM_KIND_OOM_PANIC },
		{ "mount_block_root", CDM_KIND_NO_ROOT },
		{ "mount_root_generic", CDM_KIND_NO_ROOT },
		{ "do_exit", CDM_KIND_INIT_KILLED },
		{ "__stack_chk_fail", CDM_KIND_STACK_PROTECTOR },
		{ "oops_end", CDM_KIND_UNKNOWN_OOPS },
		{ "die", CDM_KIND_UNKNOWN_OOPS },
		{ "panic", CDM_KIND_PANIC },
		{ "vpanic", CDM_KIND_PANIC },
	};

	for (size_t i = 0; i < N_OF(telling); i++)
		if (is_in(plain, telling[i].name, sizeof(telling[i].name)))
			return telling[i].kind;
	return CDM_KIND_NONE;
}

bool cdm_frame_is_within(const struct cdm_frame *frame)
{
	return frame->symbol && (!frame->size || frame->offset <= frame->size);
}

static bool counts(const struct cdm_report *report, const struct cdm_frame *frame, bool is_ip,
		   bool guesses)
{
	const char *symbol = cdm_report_word(report, frame->symbol);

	/* Nothing is called from a function's first byte: what stands there is the end of the function
	 * before it, whose last call does not return. */
	if (!cdm_frame_is_within(frame) || (!frame->reliable && !guesses) ||
	    (!is_ip && frame->offset == 0 && frame->size))
		return false;
	return !cdm_symbol_is_helper(
		cdm_symbol_plain((struct cdm_bytes){ (const uint8_t *)symbol, strlen(symbol) }));
}

static bool is_same_function(const struct cdm_report *report, const struct cdm_frame *a,
			     const struct cdm_frame *b)
{
	return a->symbol && b->symbol &&
	       !strcmp(cdm_report_word(report, a->symbol), cdm_report_word(report, b->symbol));
}

/* Where hwasan's check fails its caller is what has asked for the check, which others' reports do not
 * show either. */
static bool has_true_caller(const struct cdm_report *report)
{
	return strncmp(cdm_report_word(report, report->ip.symbol), "__hwasan_",
		       strlen("__hwasan_")) != 0;
}

/* Index 0 is the instruction, 1 its caller, i + 2 frame i. The caller may be the function itself, to
 * which a call has returned, or the next one of the trace. */
const struct cdm_frame *cdm_report_next_frame(const struct cdm_report *report, bool guesses,
					      unsigned *index)
{
	if (*index == 0 && ++*index && counts(report, &report->ip, true, false))
		return &report->ip;
	if (*index == 1 && ++*index && has_true_caller(report) &&
	    counts(report, &report->caller, false, false))
		return &report->caller;
	/* The trace of most architectures begins with the instruction. */
	if (*index == 2 && report->n_frames &&
	    is_same_function(report, &report->frames[0], &report->ip))
		++*index;
	if (*index < report->n_behind_nmi + 2)
		*index = report->n_behind_nmi + 2;
	while (*index <= report->n_frames + 1) {
		const struct cdm_frame *frame = &report->frames[*index - 2];

		++*index;
		if (counts(report, frame, false, guesses))
			return frame;
	}
	return NULL;
}
