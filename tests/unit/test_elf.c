// SPDX-License-Identifier: GPL-2.0-or-later
/* test_elf.c - what does an ELF core answer where its file does not give the bytes? No file of a case
 * can refuse to be read: /proc/vmcore does, where memory is poisoned or was unplugged. */

#include "dump/dump.h"
#include "tests/unit/memory_source.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define HEADER_SIZE 64
#define ENTRY_SIZE 56
#define FILE_SIZE 0x6000
#define MAX_LOADS 2

/* ---- a file that cannot be read everywhere ---- */

struct broken {
	uint64_t start, end; /* offsets */
	int sys_errno;
};

struct broken_file {
	struct cdm_source *whole; /* owned */
	struct broken broken;
};

/* As pread() does it: what stands before the broken place is given. */
static enum cdm_status read_broken(struct cdm_source *src, uint64_t off, void *buf, size_t len,
				   size_t *got, struct cdm_error *err)
{
	struct broken_file *file = src->priv;
	const struct broken *broken = &file->broken;
	bool meets_it = off < broken->end && off + len > broken->start;
	uint64_t before = off < broken->start ? broken->start - off : 0;
	enum cdm_status st;

	if (!meets_it)
		return cdm_source_read(file->whole, off, buf, len, got, err);
	*got = 0;
	if (before && (st = cdm_source_read(file->whole, off, buf, (size_t)before, got, err)))
		return st;
	errno = broken->sys_errno;
	return cdm_fail_errno(err, "cannot read");
}

static void close_broken(struct cdm_source *src)
{
	struct broken_file *file = src->priv;

	cdm_source_close(file->whole);
	free(file);
	free(src);
}

static const struct cdm_source_ops broken_ops = {
	.name = "broken",
	.read = read_broken,
	.close = close_broken,
};

static struct cdm_source *break_source(struct cdm_source *whole, const struct broken *broken)
{
	struct cdm_source *src = calloc(1, sizeof(*src));
	struct broken_file *file = calloc(1, sizeof(*file));

	ck_assert(src && file);
	*file = (struct broken_file){ whole, *broken };
	*src = (struct cdm_source){ .ops = &broken_ops, .size = whole->size, .priv = file };
	return src;
}

/* ---- an ELF core ---- */

struct load {
	uint64_t offset, paddr, size;
};

/* Every byte of memory tells in which block of 4 KiB of the file it stands. */
static struct cdm_source *write_core(const struct load *loads)
{
	uint8_t bytes[FILE_SIZE];
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i >> 12);
	memset(bytes, 0, HEADER_SIZE);
	memcpy(bytes, "\177ELF\2\1\1", 7);
	for (; n < MAX_LOADS && loads[n].size; n++) {
		uint8_t *entry = bytes + HEADER_SIZE + n * ENTRY_SIZE;

		memset(entry, 0, ENTRY_SIZE);
		put_number(entry, 1, 4, false);
		put_number(entry + 8, loads[n].offset, 8, false);
		put_number(entry + 24, loads[n].paddr, 8, false);
		put_number(entry + 32, loads[n].size, 8, false);
		put_number(entry + 40, loads[n].size, 8, false);
	}
	put_number(bytes + 16, 4, 2, false);  /* ET_CORE */
	put_number(bytes + 18, 62, 2, false); /* EM_X86_64 */
	put_number(bytes + 32, HEADER_SIZE, 8, false);
	put_number(bytes + 54, ENTRY_SIZE, 2, false);
	put_number(bytes + 56, n, 2, false);
	return memory_source(bytes, sizeof(bytes), false);
}

#define ONE                                                                                        \
	{                                                                                          \
		{                                                                                  \
			0x1000, 0x100000, 0x3000                                                   \
		}                                                                                  \
	}
#define TWO                                                                                        \
	{                                                                                          \
		{ 0x1000, 0x100000, 0x3000 },                                                      \
		{                                                                                  \
			0x4000, 0x101000, 0x1000                                                   \
		}                                                                                  \
	}

static const struct {
	const char *what;
	struct load loads[MAX_LOADS];
	struct broken broken;
	uint64_t paddr;
	size_t len, got;
	enum cdm_status st;
	uint8_t last; /* of the bytes that were had */
} rows[] = {
	{ "T100: up to what cannot be read",
	  ONE,
	  { 0x2000, 0x3000, EIO },
	  0x100800,
	  0x1000,
	  0x800,
	  CDM_ABSENT,
	  1 },
	{ "T100: nothing of it", ONE, { 0x2000, 0x3000, EIO }, 0x101800, 0x100, 0, CDM_ABSENT, 0 },
	{ "T100: EFAULT says the same",
	  ONE,
	  { 0x2000, 0x3000, EFAULT },
	  0x101000,
	  0x100,
	  0,
	  CDM_ABSENT,
	  0 },
	{ "T100: what is behind it",
	  ONE,
	  { 0x2000, 0x3000, EIO },
	  0x102000,
	  0x1000,
	  0x1000,
	  CDM_OK,
	  3 },
	{ "T100: another segment has it",
	  TWO,
	  { 0x2000, 0x3000, EIO },
	  0x101000,
	  0x1000,
	  0x1000,
	  CDM_OK,
	  4 },
	{ "another failure of the system is one",
	  TWO,
	  { 0x2000, 0x3000, EACCES },
	  0x101000,
	  0x1000,
	  0,
	  CDM_ERR_SYSTEM,
	  0 },
	{ "T47: of two segments one is behind the end of the file",
	  { { FILE_SIZE, 0x100000, 0x2000 }, { 0x4000, 0x101000, 0x1000 } },
	  { 0, 0, 0 },
	  0x101000,
	  0x1000,
	  0x1000,
	  CDM_OK,
	  4 },
	{ "T1: both are",
	  { { FILE_SIZE, 0x100000, 0x2000 }, { FILE_SIZE + 1, 0x101000, 0x1000 } },
	  { 0, 0, 0 },
	  0x101000,
	  0x1000,
	  0,
	  CDM_TRUNCATED,
	  0 },
	{ "T1: the file ends within what is asked for",
	  { { FILE_SIZE - 0x10, 0x100000, 0x2000 } },
	  { 0, 0, 0 },
	  0x100000,
	  0x1000,
	  0x10,
	  CDM_TRUNCATED,
	  5 },
};

START_TEST(bytes_of_memory)
{
	struct cdm_source *source = break_source(write_core(rows[_i].loads), &rows[_i].broken);
	struct cdm_dump *dump;
	struct cdm_error err;
	uint8_t buf[0x1000];
	size_t got;

	ck_assert_int_eq(cdm_dump_open(source, &dump, &err), CDM_OK);
	enum cdm_status st = cdm_dump_read(dump, rows[_i].paddr, buf, rows[_i].len, &got, &err);

	ck_assert_msg(st == rows[_i].st, "%s: status %d", rows[_i].what, st);
	ck_assert_msg(got == rows[_i].got, "%s: %zu bytes", rows[_i].what, got);
	if (got)
		ck_assert_msg(buf[got - 1] == rows[_i].last, "%s: %u", rows[_i].what, buf[got - 1]);
	cdm_dump_close(dump);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("elf");
	TCase *tests = tcase_create("elf");

	tcase_add_loop_test(tests, bytes_of_memory, 0, ROWS(rows));
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
