// SPDX-License-Identifier: GPL-2.0-or-later
/* identity.c - does the kernel's own name say that it is of another architecture?
 *
 * Formulas of several architectures agree: an image at 0xffffffff80000000 may be x86-64's, MIPS's or
 * RISC-V's, one at 0xc0000000 any 32-bit machine's. init_uts_ns tells them apart (formats.md 3.1). */

#include "config.h"

#include "kernel/kernel.h"

#define FIELD_SIZE 65 /* struct new_utsname: six such strings */
#define N_FIELDS 5    /* up to the machine */

static struct cdm_bytes field(const uint8_t *names, unsigned index)
{
	const uint8_t *at = names + (size_t)index * FIELD_SIZE;
	const uint8_t *end = memchr(at, '\0', FIELD_SIZE);

	return (struct cdm_bytes){ at, end ? (size_t)(end - at) : 0 };
}

enum cdm_status cdm_kernel_heed_name(struct cdm_kernel *kernel, struct cdm_error *err)
{
	uint8_t names[N_FIELDS * FIELD_SIZE];
	uint64_t vaddr, off = 4; /* behind a reference count, where no key tells (to 5.11) */
	struct cdm_error unused;

	if (!cdm_vmcoreinfo_symbol(kernel->info, "init_uts_ns", &vaddr))
		return CDM_OK;
	cdm_vmcoreinfo_decimal(kernel->info, "OFFSET(uts_namespace.name)", &off);
	if (cdm_kernel_read_exact(kernel, vaddr + off, names, sizeof(names), &unused) ||
	    memcmp(names, "Linux", sizeof("Linux")))
		return CDM_OK;
	const struct cdm_arch *named = cdm_arch_named(field(names, N_FIELDS - 1));

	if (!named && cdm_arch_is_left_out())
		return cdm_fail(err, CDM_ERR_UNSUPPORTED,
				"the kernel's name (init_uts_ns) is not one of %s, and " CDM_BUILD
				" reads no other",
				kernel->arch->name);
	if (!named || !strcmp(named->name, kernel->arch->name))
		return CDM_OK;
	return cdm_fail(err, CDM_ERR_UNMAPPED,
			"read as %s, the kernel's name says that it is of %s (init_uts_ns)",
			kernel->arch->name, named->name);
}
