// SPDX-License-Identifier: GPL-2.0-or-later
/* test_pieces.c - is all memory of a dump looked at, each byte once, whatever cannot be read? */

#include "dump/format.h"
#include "dump/pieces.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <unistd.h>

#define GIB ((uint64_t)1 << 30)

/* Memory that a made-up format has: each byte is the low one of its address / 256. */
static const struct cdm_range ranges[] = {
	{ .begin = 0x1000, .end = 0x1800 },              /* ends within a page */
	{ .begin = 0x1800, .end = 0x2400 },              /* goes on there */
	{ .begin = 0xf800, .end = 0x21000 },             /* across two multiples of a piece */
	{ .begin = GIB, .end = GIB + 0x40000 },          /* its second page cannot be read */
	{ .begin = 4 * GIB, .end = UINT64_MAX - 0xfff }, /* the file ends there: a header lies */
};

#define N_RANGES (sizeof(ranges) / sizeof(ranges[0]))
#define BAD_PAGE (GIB + 0x1000)

static uint8_t byte_at(uint64_t paddr)
{
	return (uint8_t)(paddr >> 8);
}

static enum cdm_status why_not(uint64_t paddr)
{
	if (paddr >= BAD_PAGE && paddr < BAD_PAGE + 0x1000)
		return CDM_CORRUPT;
	return paddr >= 4 * GIB ? CDM_TRUNCATED : CDM_OK;
}

static enum cdm_status read_made_up(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				    size_t *got, struct cdm_error *err)
{
	(void)dump;
	for (*got = 0; *got < len; (*got)++) {
		enum cdm_status st = why_not(paddr + *got);

		if (st)
			return cdm_fail(err, st, "not there");
		buf[*got] = byte_at(paddr + *got);
	}
	return CDM_OK;
}

static enum cdm_status next_made_up(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				    struct cdm_error *err)
{
	(void)dump;
	(void)err;
	for (size_t i = 0; i < N_RANGES; i++) {
		if (ranges[i].end <= from)
			continue;
		*out = ranges[i];
		if (out->begin < from)
			out->begin = from;
		return CDM_OK;
	}
	return CDM_END;
}

static const struct cdm_format made_up = { .name = "made up",
					   .read = read_made_up,
					   .next_range = next_made_up };

static bool is_known(uint64_t paddr)
{
	for (size_t i = 0; i < N_RANGES; i++)
		if (paddr >= ranges[i].begin && paddr < ranges[i].end)
			return !why_not(paddr);
	return false;
}

START_TEST(every_readable_byte_comes_once)
{
	struct cdm_dump dump = { .format = &made_up };
	struct cdm_pieces pieces;
	struct cdm_error err;
	struct cdm_bytes piece;
	uint64_t paddr, behind = 0, n = 0;

	ck_assert_int_eq(cdm_pieces_begin(&pieces, &dump, &err), CDM_OK);
	while (!cdm_pieces_next(&pieces, &piece, &paddr, &err)) {
		ck_assert_uint_ge(paddr, behind);
		ck_assert_uint_gt(piece.len, 0);
		ck_assert_uint_eq(paddr / CDM_SEARCH_PIECE,
				  (paddr + piece.len - 1) / CDM_SEARCH_PIECE);
		size_t n_right = 0;

		for (size_t i = 0; i < piece.len; i++)
			n_right += is_known(paddr + i) && piece.at[i] == byte_at(paddr + i);
		ck_assert_uint_eq(n_right, piece.len);
		behind = paddr + piece.len;
		n += piece.len;
	}
	ck_assert_uint_eq(n, 0x1400 + 0x11800 + 0x3f000);
	ck_assert(pieces.has_unread);
	ck_assert_int_eq(pieces.unread.status, CDM_CORRUPT);
	cdm_pieces_end(&pieces);
}
END_TEST

/* ---- a sparse file ---- */

#define SPARSE_SIZE (64u << 20)
#define ITS_BASE 0x40000800 /* no page begins there */

static const uint64_t its_data[] = { 0x10000, 0x1fff000, 0x2000000 }; /* a byte each */

#define N_DATA (sizeof(its_data) / sizeof(its_data[0]))

static int sparse_file(void)
{
	char path[] = "/tmp/crashdmesg-test.XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert_int_eq(ftruncate(fd, SPARSE_SIZE), 0);
	for (size_t i = 0; i < N_DATA; i++)
		ck_assert_int_eq(pwrite(fd, "x", 1, (off_t)its_data[i]), 1);
	return fd;
}

static enum cdm_status read_sparse(struct cdm_dump *dump, uint64_t paddr, uint8_t *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	return cdm_dump_read_stored(dump->source, paddr, paddr - ITS_BASE, buf, len, got, err);
}

static enum cdm_status next_sparse(struct cdm_dump *dump, uint64_t from, struct cdm_range *out,
				   struct cdm_error *err)
{
	if (from >= ITS_BASE + SPARSE_SIZE)
		return CDM_END;
	from = from < ITS_BASE ? ITS_BASE : from;
	*out = (struct cdm_range){ .begin = from, .end = ITS_BASE + SPARSE_SIZE };
	return cdm_dump_stored_range(dump->source, from - ITS_BASE, out, err);
}

static const struct cdm_format sparse = { .name = "sparse",
					  .read = read_sparse,
					  .next_range = next_sparse };

/* The bytes that are no zeros come, each once; what was never written is not read, where the file
 * system tells it. */
START_TEST(holes_of_a_file_are_passed_over)
{
	int fd = sparse_file();
	bool knows_holes = lseek(fd, 0, SEEK_DATA) > 0;
	struct cdm_dump dump = { .format = &sparse };
	struct cdm_pieces pieces;
	struct cdm_error err;
	struct cdm_bytes piece;
	uint64_t paddr, end = 0;
	size_t n = 0;

	ck_assert_int_eq(cdm_file_source(fd, true, &dump.source, &err), CDM_OK);
	ck_assert_int_eq(cdm_pieces_begin(&pieces, &dump, &err), CDM_OK);
	for (; !cdm_pieces_next(&pieces, &piece, &paddr, &err); end = paddr + piece.len) {
		ck_assert_uint_ge(paddr, end);
		ck_assert(paddr % 4096 == 0 || paddr == ITS_BASE);
		for (size_t i = 0; i < piece.len; i++)
			if (piece.at[i])
				ck_assert_uint_eq(paddr + i, ITS_BASE + its_data[n++]);
	}
	ck_assert_uint_eq(n, N_DATA);
	if (knows_holes)
		ck_assert_uint_le(cdm_source_io(dump.source)->bytes_read,
				  (N_DATA + 2) * CDM_SEARCH_PIECE);
	cdm_pieces_end(&pieces);
	cdm_source_close(dump.source);
}
END_TEST

struct told {
	unsigned n, stops_at;
	uint64_t done, all;
};

static bool listen(void *context, uint64_t done, uint64_t all)
{
	struct told *told = context;

	ck_assert_uint_ge(done, told->done);
	told->done = done;
	told->all = all;
	told->n++;
	return told->n != told->stops_at;
}

START_TEST(somebody_is_told_how_far_it_has_come)
{
	struct told told = { 0 };
	struct cdm_dump dump = { .format = &made_up, .progress = { listen, &told } };
	struct cdm_pieces pieces;
	struct cdm_error err;
	struct cdm_bytes piece;
	uint64_t paddr;

	ck_assert_int_eq(cdm_pieces_begin(&pieces, &dump, &err), CDM_OK);
	while (!cdm_pieces_next(&pieces, &piece, &paddr, &err))
		continue;
	cdm_pieces_end(&pieces);
	ck_assert_uint_gt(told.n, 1);
	ck_assert_uint_eq(told.all, 0x1400 + 0x11800 + 0x40000 + UINT64_MAX - 0xfff - 4 * GIB);
}
END_TEST

START_TEST(a_search_stops_when_nobody_waits)
{
	struct told told = { .stops_at = 2 };
	struct cdm_dump dump = { .format = &made_up, .progress = { listen, &told } };
	struct cdm_pieces pieces;
	struct cdm_error err;
	struct cdm_bytes piece;
	enum cdm_status st;
	uint64_t paddr;

	ck_assert_int_eq(cdm_pieces_begin(&pieces, &dump, &err), CDM_OK);
	while (!(st = cdm_pieces_next(&pieces, &piece, &paddr, &err)))
		continue;
	cdm_pieces_end(&pieces);
	ck_assert_int_eq(st, CDM_ERR_STOPPED);
	ck_assert_uint_eq(told.n, 2);
}
END_TEST

/* ---- stretches ---- */

#define STRETCH_SPACE 4096u

struct stretches {
	struct cdm_searched searched;
	bool is_searched[STRETCH_SPACE + 1]; /* the same, byte by byte */
};

static void add_stretch(struct stretches *all, const struct cdm_source *source, uint64_t begin,
			uint64_t len)
{
	struct cdm_stretch stretch = { source, begin, begin + len };
	struct cdm_error err;

	ck_assert_int_eq(cdm_searched_add(&all->searched, &stretch, &err), CDM_OK);
	memset(all->is_searched + begin, true, len);
}

static bool is_right(const struct stretches *all, const struct cdm_source *source, uint64_t at)
{
	uint64_t up_to, end = at;
	bool lacks = cdm_searched_lacks(&all->searched, source, at, &up_to);

	while (end < STRETCH_SPACE && all->is_searched[end] == all->is_searched[at])
		end++;
	return lacks == !all->is_searched[at] &&
	       (up_to == end || (end == STRETCH_SPACE && up_to > end));
}

static void check_stretches(const struct stretches *all, const struct cdm_source *source)
{
	unsigned n_right = 0;

	for (uint64_t at = 0; at < STRETCH_SPACE; at++)
		n_right += is_right(all, source, at);
	ck_assert_uint_eq(n_right, STRETCH_SPACE);
}

/* Whatever the order, and however they overlap; those of another source are none of theirs. */
START_TEST(stretches_are_as_if_byte_by_byte)
{
	static const struct cdm_source one, other;
	uint64_t state = 88172645463325252u;
	struct stretches all = { 0 };
	struct cdm_error err;

	for (unsigned i = 0; i < 300; i++) {
		uint64_t begin = next_random(&state) % (STRETCH_SPACE - 16);

		add_stretch(&all, &one, begin, 1 + next_random(&state) % 15);
		struct cdm_stretch elsewhere = { &other, begin / 2, STRETCH_SPACE };

		ck_assert_int_eq(cdm_searched_add(&all.searched, &elsewhere, &err), CDM_OK);
		check_stretches(&all, &one);
	}
	ck_assert(!all.searched.is_coarse);
	cdm_searched_end(&all.searched);
}
END_TEST

/* The nearest become one, and it is known that this may hide something. */
START_TEST(stretches_are_bounded)
{
	static const struct cdm_source one;
	struct cdm_searched searched = { 0 };
	struct cdm_error err;
	uint64_t up_to;

	for (uint64_t i = 0; i <= CDM_MAX_SEARCHED; i++) {
		struct cdm_stretch stretch = { &one, i * 1000 - (i == 7 ? 900 : 0), i * 1000 + 10 };

		ck_assert(!searched.is_coarse);
		ck_assert_int_eq(cdm_searched_add(&searched, &stretch, &err), CDM_OK);
	}
	ck_assert(searched.is_coarse);
	ck_assert_uint_le(searched.n, CDM_MAX_SEARCHED);
	ck_assert(!cdm_searched_lacks(&searched, &one, 6050, &up_to));
	ck_assert(cdm_searched_lacks(&searched, &one, 7050, &up_to));
	ck_assert_uint_eq(up_to, 8000);
	cdm_searched_end(&searched);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pieces");
	TCase *tests = tcase_create("pieces");

	tcase_add_test(tests, every_readable_byte_comes_once);
	tcase_add_test(tests, holes_of_a_file_are_passed_over);
	tcase_add_test(tests, somebody_is_told_how_far_it_has_come);
	tcase_add_test(tests, a_search_stops_when_nobody_waits);
	tcase_add_test(tests, stretches_are_as_if_byte_by_byte);
	tcase_add_test(tests, stretches_are_bounded);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
