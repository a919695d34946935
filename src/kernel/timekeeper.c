// SPDX-License-Identifier: GPL-2.0-or-later
/* timekeeper.c - which time did the kernel keep? */

#include "kernel/timekeeper.h"

#include "base/limits.h"
#include "kernel/kallsyms.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define STEP 4 /* bytes: 64 bits are aligned so on i386, and to 8 elsewhere */

/* What a clock may be set to: 1990 to 2200. A machine whose clock was never set has no wall time. */
#define MIN_SECONDS INT64_C(631152000)
#define MAX_SECONDS INT64_C(7258118400)

/* Names under which it was: since 6.17 (an array, of which the first is the clock's), since 3.17,
 * before. */
static const char *const names[] = { "timekeeper_data", "tk_core", "timekeeper" };
#define N_NAMES (sizeof(names) / sizeof(*names))

static int64_t load_s64(struct cdm_bytes bytes, size_t at, struct cdm_layout layout)
{
	return (int64_t)cdm_load_u64(bytes.at + at, layout);
}

/* Does any number of 64 bits there have this value? */
static bool holds(struct cdm_bytes bytes, struct cdm_layout layout, int64_t value)
{
	for (size_t at = 0; at + 8 <= bytes.len; at += STEP)
		if (load_s64(bytes, at, layout) == value)
			return true;
	return false;
}

/* The newest second that was kept, as time since boot: of all that could be xtime_sec, one with a base
 * to it. */
static bool find_kept(struct cdm_bytes bytes, struct cdm_layout layout, int64_t boot_ns,
		      int64_t *kept_ns)
{
	bool found = false;

	for (size_t at = 0; at + 8 <= bytes.len; at += STEP) {
		int64_t second = load_s64(bytes, at, layout);

		if (second < MIN_SECONDS || second > MAX_SECONDS)
			continue;
		int64_t base = second * NS_PER_SECOND - boot_ns;

		if (base < 0 || !holds(bytes, layout, base) || (found && base < *kept_ns))
			continue;
		*kept_ns = base;
		found = true;
	}
	return found;
}

/* A struct timespec64 there, whose second member is a C long: minus wall_to_monotonic. */
static bool take_boot(struct cdm_bytes bytes, size_t at, struct cdm_layout layout, int64_t *boot_ns)
{
	int64_t second = load_s64(bytes, at, layout);
	uint64_t ns = cdm_load_word(bytes.at + at + 8, layout);

	if (second > -MIN_SECONDS || second < -MAX_SECONDS || ns >= (uint64_t)NS_PER_SECOND)
		return false;
	*boot_ns = -(second * NS_PER_SECOND + (int64_t)ns);
	return true;
}

bool cdm_timekeeper_parse(struct cdm_bytes bytes, struct cdm_layout layout,
			  struct cdm_timekeeper *out)
{
	struct cdm_timekeeper keeper;
	bool found = false;

	for (size_t at = 0; at + 8 + layout.word <= bytes.len; at += STEP) {
		if (!take_boot(bytes, at, layout, &keeper.boot_ns) ||
		    !holds(bytes, layout, keeper.boot_ns) ||
		    !find_kept(bytes, layout, keeper.boot_ns, &keeper.kept_ns))
			continue;
		if (found && keeper.boot_ns != out->boot_ns)
			return false;
		*out = keeper;
		found = true;
	}
	return found;
}

/* What is behind it may be missing. */
static enum cdm_status read_at(struct cdm_kernel *kernel, uint64_t vaddr,
			       struct cdm_timekeeper *out, struct cdm_error *err)
{
	uint8_t bytes[CDM_TIMEKEEPER_BYTES];
	size_t got;
	enum cdm_status st = cdm_kernel_read(kernel, vaddr, bytes, sizeof(bytes), &got, err);

	if (st == CDM_ERR_MEMORY || st == CDM_ERR_SYSTEM)
		return st;
	return cdm_timekeeper_parse((struct cdm_bytes){ bytes, got }, kernel->layout, out)
		       ? CDM_OK
		       : cdm_fail(err, CDM_CORRUPT,
				  "the kernel's timekeeper does not prove itself");
}

enum cdm_status cdm_timekeeper_read(struct cdm_kernel *kernel, struct cdm_timekeeper *out,
				    struct cdm_error *err)
{
	struct cdm_symbol symbols[N_NAMES];

	for (size_t i = 0; i < N_NAMES; i++)
		symbols[i] = (struct cdm_symbol){ .name = names[i] };
	enum cdm_status st = cdm_kallsyms_find(kernel, symbols, N_NAMES, err);

	if (st)
		return st;
	st = cdm_fail(err, CDM_ERR_NO_INFO, "the kernel has no timekeeper");

	for (size_t i = 0; i < N_NAMES && (cdm_is_missing(st) || st == CDM_ERR_NO_INFO); i++)
		if (symbols[i].found)
			st = read_at(kernel, symbols[i].vaddr, out, err);
	return st;
}
