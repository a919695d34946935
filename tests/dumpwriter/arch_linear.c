// SPDX-License-Identifier: GPL-2.0-or-later
/* arch_linear.c - machines whose kernel and log lie in one linear map.
 *
 * Their page tables are not written: what can be translated is so by the container's virtual
 * addresses, or because virtual and physical addresses are the same. */

#include "tests/dumpwriter/arch.h"

/* `base` is the virtual address where `start` of physical memory is. */
static void place_at(struct dw_kernel *kernel, uint64_t base, uint64_t start)
{
	kernel->phys_base = start;
	kernel->direct_base = base - start;
	kernel->image_vaddr = dw_as_address(kernel, kernel->direct_base + kernel->image_paddr);
}

static void place_ppc(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	(void)settings;
	place_at(kernel, 0xc0000000u, 0);
}

static void place_ppc64(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	(void)settings;
	place_at(kernel, 0xc000000000000000ull, 0);
}

/* Virtual is real. */
static void place_s390x(struct dw_kernel *kernel, const struct dw_settings *settings)
{
	(void)settings;
	place_at(kernel, 0, 0);
}

static void add_no_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
			const struct dw_settings *settings)
{
	(void)info;
	(void)kernel;
	(void)settings;
}

static void add_s390x_keys(struct dw_info_lines *info, const struct dw_kernel *kernel,
			   const struct dw_settings *settings)
{
	(void)settings;
	dw_add_symbol(info, "lowcore_ptr", kernel->image_vaddr + 0x101900);
	dw_add_symbol(info, "high_memory", kernel->image_vaddr + 0x101980);
	dw_add_line(info, "LENGTH(lowcore_ptr)=512");
}

const struct dw_arch dw_arch_ppc = {
	.name = "ppc",
	.machine = "ppc",
	.word = 4,
	.is_big = true,
	.elf_machine = 20,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place_ppc,
	.add_keys = add_no_keys,
};

const struct dw_arch dw_arch_ppc64 = {
	.name = "ppc64",
	.machine = "ppc64",
	.word = 8,
	.is_big = true,
	.elf_machine = 21,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place_ppc64,
	.add_keys = add_no_keys,
};

const struct dw_arch dw_arch_s390x = {
	.name = "s390x",
	.machine = "s390x",
	.word = 8,
	.is_big = true,
	.elf_machine = 22,
	.default_load = 0x1000000,
	.low_ram = "0x0-",
	.place = place_s390x,
	.add_keys = add_s390x_keys,
};
