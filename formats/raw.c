// SPDX-License-Identifier: GPL-2.0-or-later
/* raw.c - memory as it is, without any header: where in it is a physical address? Drawn in raw.md.
 *
 * The file does not say. The caller may know; else guesses are made one by one, and the log's own
 * structures have to prove one. */

#include "base/checked.h"
#include "dump/format.h"
#include "formats/runs.h"

#include <inttypes.h>
#include <stdlib.h>

#define END_OF_4_GIB 0x100000000u

/* Memory begins at `base`; from `hole_at` on (0: never) it stands at 4 GiB. */
struct guess {
	uint64_t base, hole_at;
};

/* The likeliest first. A PC's memory files leave out the hole for devices below 4 GiB (T52); boards
 * of ARM and RISC-V processors have their memory anywhere. */
static const struct guess guesses[] = {
	{ 0, 0 },
	{ 0, 0xc0000000u }, /* VMware; QEMU's pc */
	{ 0, 0x80000000u }, /* QEMU's q35 */
	{ 0, 0xb0000000u }, /* QEMU's q35 with less than 2.75 GiB below 4 GiB */
	{ 0, 0xe0000000u }, /* QEMU's pc with less than 3.5 GiB */
	{ 0, 0xd0000000u }, /* Firecracker */
	{ 0x80000000u, 0 }, /* RISC-V; Qualcomm, NXP, TI, NVIDIA; Firecracker on arm64 */
	{ 0x40000000u, 0 }, /* QEMU's virt for ARM; Allwinner, NXP, Samsung, MediaTek */
	{ 0x20000000u, 0 }, /* Atmel, Samsung */
	{ 0x10000000u, 0 }, /* NXP */
	{ 0x60000000u, 0 }, /* ARM's own boards, Rockchip */
	{ 0xc0000000u, 0 }, /* ST, TI */
	{ 0x90000000u, 0 }, /* LoongArch */
	{ END_OF_4_GIB, 0 },
};

#define N_GUESSES (sizeof(guesses) / sizeof(*guesses))

struct raw {
	uint64_t size; /* of the file; CDM_SIZE_UNKNOWN */
	bool is_given; /* the caller said where it begins */
	struct cdm_runs runs;
};

static void place(struct raw *raw, const struct guess *guess)
{
	uint64_t low = guess->hole_at ? cdm_min(raw->size, guess->hole_at) : raw->size;

	raw->runs.n = 1;
	raw->runs.list[0] = (struct cdm_run){ guess->base, cdm_end_of(guess->base, low), 0 };
	if (low < raw->size)
		raw->runs.list[raw->runs.n++] =
			(struct cdm_run){ END_OF_4_GIB, cdm_end_of(END_OF_4_GIB, raw->size - low),
					  low };
}

static bool assume(struct cdm_dump *dump, unsigned nth)
{
	struct raw *raw = dump->priv;

	if (raw->is_given)
		return nth == 0;
	if (nth >= N_GUESSES)
		return false;
	place(raw, &guesses[nth]);
	return true;
}

/* The first guess counts from 0, or from where the caller said, as the file does. */
static uint64_t moved(const struct cdm_dump *dump, uint64_t first_paddr)
{
	const struct raw *raw = dump->priv;
	const struct cdm_run *run = &raw->runs.list[raw->runs.n - 1];
	uint64_t at = first_paddr - dump->base.paddr;

	if (at < run->at)
		run = &raw->runs.list[0];
	return run->begin + (at - run->at);
}

/* Less than CDM_MIN_RAW holds no kernel, and memory has whole pages. */
static enum cdm_status check_size(struct cdm_dump *dump, struct cdm_error *err)
{
	uint64_t size = dump->source->size;
	uint8_t byte;
	size_t got;
	enum cdm_status st = cdm_source_read(dump->source, CDM_MIN_RAW - 1, &byte, 1, &got, err);

	if (got == 0)
		return cdm_is_missing(st) || !st ? CDM_NOT_MINE : st;
	return size != CDM_SIZE_UNKNOWN && size % CDM_RAW_PAGE ? CDM_NOT_MINE : CDM_OK;
}

/* ---- a stream that may have no end ---- */

#define PIECE (64 * CDM_KIB)

/* What of a stream has been seen. */
struct sample {
	uint64_t zeros, noise; /* bytes of pages that have nothing else, and few zeros */
	bool is_memory;        /* a page was seen that is used in part */
};

static size_t count_zeros(struct cdm_bytes page)
{
	size_t n = 0;

	for (size_t i = 0; i < page.len; i++)
		n += page.at[i] == 0;
	return n;
}

static void look_at_page(struct sample *sample, struct cdm_bytes page)
{
	size_t zeros = count_zeros(page);

	if (zeros == page.len)
		sample->zeros += page.len;
	else if (zeros < page.len / 16) /* noise has one in 256 */
		sample->noise += page.len;
	else
		sample->is_memory = true;
}

static enum cdm_status refuse_sample(const struct sample *sample, struct cdm_error *err)
{
	const char *what = NULL;

	if (sample->zeros > CDM_MAX_RAW_ZEROS)
		what = "it begins with 1 GiB of zeros";
	else if (sample->noise > CDM_MAX_RAW_NOISE)
		what = "no page of its first 64 MiB has zeros in it";
	if (!what)
		return CDM_OK;
	return cdm_fail(
		err, CDM_ERR_UNSUPPORTED,
		"no known dump format, and not the memory of a machine: %s; if it is, --base "
		"says where it begins",
		what);
}

/* Looks at its pages until one speaks for memory. */
static enum cdm_status sample_stream(struct cdm_source *source, uint8_t *piece,
				     struct cdm_error *err)
{
	struct sample sample = { 0 };
	uint64_t at = 0;
	size_t got;

	while (!sample.is_memory) {
		enum cdm_status st = refuse_sample(&sample, err);

		if (!st)
			st = cdm_source_read(source, at, piece, PIECE, &got, err);
		if (st && !cdm_is_missing(st))
			return st;
		for (size_t pos = 0; pos + CDM_RAW_PAGE <= got && !sample.is_memory;
		     pos += CDM_RAW_PAGE)
			look_at_page(&sample, (struct cdm_bytes){ piece + pos, CDM_RAW_PAGE });
		if (got < PIECE)
			break;
		at += got;
		if (sample.noise)
			continue;
		uint64_t data = cdm_source_next_data(source, at);

		data -= data % PIECE;
		sample.zeros += data - at;
		at = data;
	}
	return CDM_OK;
}

static enum cdm_status check_stream(struct cdm_source *source, struct cdm_error *err)
{
	uint8_t *piece = malloc(PIECE);
	enum cdm_status st =
		piece ? sample_stream(source, piece, err) : cdm_fail_memory(err, "raw image");

	free(piece);
	return st;
}

static enum cdm_status open_raw(struct cdm_dump *dump, struct cdm_error *err)
{
	/* Nobody flattens memory. A stream whose headers are damaged has zeros for exabytes. */
	if (cdm_source_has(dump->source, "flattened"))
		return CDM_NOT_MINE;
	if (!dump->base.is_known) {
		enum cdm_status st = check_size(dump, err);

		if (!st && dump->source->is_stream)
			st = check_stream(dump->source, err);
		if (st)
			return st;
	}
	struct raw *raw = malloc(sizeof(*raw));

	if (!raw)
		return cdm_fail_memory(err, "raw image");
	raw->size = dump->source->size;
	dump->is_guess = !dump->base.is_known;
	raw->runs.is_open_ended = true;
	raw->is_given = dump->base.is_known;
	place(raw, &(struct guess){ .base = dump->base.paddr });
	dump->layout = (struct cdm_layout){ .big_endian = false, .word = 8 };
	dump->priv = raw;
	return CDM_OK;
}

static enum cdm_status read_raw(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				size_t *got, struct cdm_error *err)
{
	const struct raw *raw = dump->priv;

	return cdm_runs_read(&raw->runs, dump->source, paddr, buf, len, got, err);
}

static enum cdm_status next_range(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				  struct cdm_error *err)
{
	const struct raw *raw = dump->priv;

	return cdm_runs_next(&raw->runs, dump->source, from, out, err);
}

static void close_raw(struct cdm_dump *dump)
{
	free(dump->priv);
}

const struct cdm_format cdm_format_raw = {
	.name = "raw",
	.title = "raw image of memory",
	.open = open_raw,
	.read = read_raw,
	.next_range = next_range,
	.assume = assume,
	.moved = moved,
	.close = close_raw,
};
