// SPDX-License-Identifier: GPL-2.0-or-later
/* calibrate.c - where does the name of a kernel stand as in init_uts_ns? */

#include "kernel/calibrate.h"

#include "base/words.h"
#include "dump/pieces.h"
#include "dump/vmcoreinfo.h"

#define SMALLEST_PAGE 4096
#define FIELD_SIZE 65 /* struct new_utsname: sysname, nodename, release ... */
#define RELEASE_AT (2 * FIELD_SIZE)
#define NAMES_LEN (3 * FIELD_SIZE)

static const char sysname[FIELD_SIZE] = "Linux";

/* False: the description does not say enough. */
static enum cdm_status read_description(struct cdm_calibration *kernel, struct cdm_error *err)
{
	struct cdm_vmcoreinfo *info;

	kernel->n_uts_paddrs = 0;
	kernel->name_off = 4; /* behind a reference count, where no key tells (to 5.11) */
	enum cdm_status st = cdm_vmcoreinfo_new(kernel->text, &info, err);

	if (st)
		return st;
	bool is_told = cdm_vmcoreinfo_symbol(info, "init_uts_ns", &kernel->uts_vaddr) &&
		       cdm_vmcoreinfo_text(info, "OSRELEASE", &kernel->release);

	cdm_vmcoreinfo_decimal(info, "OFFSET(uts_namespace.name)", &kernel->name_off);
	cdm_vmcoreinfo_free(info);
	if (!is_told || kernel->release.len >= FIELD_SIZE)
		kernel->release.len = 0;
	return CDM_OK;
}

static bool has_release(const struct cdm_calibration *kernel, const uint8_t *release)
{
	return kernel->release.len && release[kernel->release.len] == '\0' &&
	       memcmp(release, kernel->release.at, kernel->release.len) == 0;
}

/* An image is moved by whole pages. */
static bool could_be_at(const struct cdm_calibration *kernel, uint64_t uts_paddr)
{
	return (uts_paddr - kernel->uts_vaddr) % SMALLEST_PAGE == 0;
}

static void note_place(struct cdm_calibration *kernels, unsigned n, const uint8_t *names,
		       uint64_t paddr)
{
	if (memcmp(names, sysname, sizeof(sysname)) != 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		struct cdm_calibration *kernel = &kernels[i];
		uint64_t uts_paddr = paddr - kernel->name_off;

		if (kernel->n_uts_paddrs < CDM_MAX_UTS_PLACES && could_be_at(kernel, uts_paddr) &&
		    has_release(kernel, names + RELEASE_AT))
			kernel->uts_paddrs[kernel->n_uts_paddrs++] = uts_paddr;
	}
}

/* What stands at the end of a piece may go on in the next one. */
static void look_at(struct cdm_dump *dump, struct cdm_bytes piece, size_t pos, uint64_t paddr,
		    struct cdm_calibration *kernels, unsigned n)
{
	uint8_t names[NAMES_LEN];
	struct cdm_bytes whole;

	if (cdm_slice(piece, pos, NAMES_LEN, &whole))
		note_place(kernels, n, whole.at, paddr);
	else if (cdm_dump_reads(dump, paddr, names, sizeof(names)))
		note_place(kernels, n, names, paddr);
}

/* The next place in a piece where a name may begin: at multiples of 4 of memory. */
static size_t next_name(struct cdm_bytes piece, uint64_t paddr, size_t pos)
{
	return cdm_find_word(piece, pos ? pos : (size_t)(-paddr % 4), sysname);
}

enum cdm_status cdm_calibrate(struct cdm_dump *dump, struct cdm_calibration *kernels, unsigned n,
			      struct cdm_error *err)
{
	struct cdm_pieces pieces;
	struct cdm_bytes piece;
	uint64_t paddr;
	enum cdm_status st;

	for (unsigned i = 0; i < n; i++)
		if ((st = read_description(&kernels[i], err)))
			return st;
	st = cdm_pieces_begin(&pieces, dump, err);
	while (!st && !(st = cdm_pieces_next(&pieces, &piece, &paddr, err))) {
		for (size_t pos = 0; (pos = next_name(piece, paddr, pos)) < piece.len; pos += 4)
			look_at(dump, piece, pos, paddr + pos, kernels, n);
	}
	cdm_pieces_end(&pieces);
	return st == CDM_END ? CDM_OK : st;
}

static bool is_kernel_name(struct cdm_bytes piece, size_t pos)
{
	static const char banner[] = "Linux version ";
	struct cdm_bytes at = { piece.at + pos, piece.len - pos };

	return cdm_starts_with(at, sysname, sizeof(sysname)) ||
	       cdm_starts_with(at, banner, sizeof(banner) - 1);
}

bool cdm_has_kernel_name(struct cdm_dump *dump)
{
	struct cdm_pieces pieces;
	struct cdm_bytes piece;
	struct cdm_error unused;
	uint64_t paddr;
	bool has_name = false;
	enum cdm_status st = cdm_pieces_begin(&pieces, dump, &unused);

	while (!st && !has_name && !(st = cdm_pieces_next(&pieces, &piece, &paddr, &unused)))
		for (size_t pos = 0; !has_name && (pos = next_name(piece, paddr, pos)) < piece.len;
		     pos += 4)
			has_name = is_kernel_name(piece, pos);
	cdm_pieces_end(&pieces);
	return has_name || (st && st != CDM_END);
}
