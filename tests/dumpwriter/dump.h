/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump.h - a dump that is being written, and the steps that write it. */

#ifndef DW_DUMP_H
#define DW_DUMP_H

#include "tests/dumpwriter/arch.h"
#include "tests/dumpwriter/image.h"
#include "tests/dumpwriter/layout.h"

/* A part of the file that damage can name: the base of a structure. */
struct dw_part {
	const char *kind; /* "elf", "phdr", "note", "kdump", "sub", "page", ... */
	uint64_t index;   /* page: its block number */
	uint64_t off;     /* in the dump, before it is flattened */
};

/* A named place, found. */
struct dw_place {
	bool in_file;
	uint64_t at; /* offset in the dump, or physical address */
	unsigned width;
	bool is_big;
};

struct dw_dump {
	struct dw_arena *arena;
	const struct dw_settings *settings;
	struct dw_memory memory;
	struct dw_kernel kernel;
	const struct dw_kernel *running; /* it, or another one in its memory, by the processors */
	struct dw_layout layout;         /* of the file's headers */
	uint64_t block_size;             /* of pages in the file */
	uint64_t origin;                 /* the block that the file counts as the first */
	uint64_t part;                   /* of a split set, from 0 */
	struct dw_image image;
	struct dw_part *parts;
	size_t n_parts;
	size_t room;
};

void dw_add_part(struct dw_dump *dump, const char *kind, uint64_t index, uint64_t off);

/* "desc(3).state_var", "page(log.text+0x1000).size", "elf.e_phnum", "0x1000000". */
struct dw_place dw_find_place(const struct dw_dump *dump, const char *name);

/* notes.c: the notes as [dump] notes= lists them; offsets count from the first one. */
struct dw_notes {
	struct dw_buffer bytes;
	uint64_t starts[16]; /* of each PT_NOTE */
	size_t n_starts;
	uint64_t text_at; /* of VMCOREINFO's text, 0 if there is none */
	uint64_t text_len;
};

struct dw_notes dw_make_notes(struct dw_dump *dump, const char *otherwise);

/* The notes were put at off: parts of damage are told so. */
void dw_move_notes(struct dw_dump *dump, uint64_t off);

/* One file of a split set: blocks from start to end, which is behind the last; or all of them. */
struct dw_kdump_part {
	bool is_part;
	bool is_incomplete; /* this one ran out of space */
	uint64_t start, end;
};

/* stored.c: the first stretch of RAM at or above `from` that is neither left out nor removed. */
bool dw_next_run(const struct dw_memory *memory, uint64_t from, struct dw_range *run);

/* Memory as it is, at an offset of the file. Pages that hold nothing stay holes, but for a last one. */
void dw_put_memory(struct dw_dump *dump, uint64_t off, uint64_t paddr, uint64_t len);
bool dw_is_zero(const struct dw_memory *memory, uint64_t paddr, uint64_t len);

#define DW_MAX_EXTENTS 8192

/* One a format; each fills dump->image. */
void dw_write_elf(struct dw_dump *dump);
void dw_write_lime(struct dw_dump *dump);
void dw_write_avml(struct dw_dump *dump);
void dw_write_s390(struct dw_dump *dump);
void dw_write_vmware(struct dw_dump *dump);
void dw_write_xen(struct dw_dump *dump);
void dw_write_ram(struct dw_dump *dump);

/* All memory from `base` on as it is, at an offset of the file; from 4 GiB on it follows what is
 * below hole_at (0: it does not). Returns the bytes that takes, in whole pages. */
uint64_t dw_put_ram(struct dw_dump *dump, uint64_t off, uint64_t base, uint64_t hole_at);
void dw_write_kdump(struct dw_dump *dump, const struct dw_kdump_part *part);
void dw_write_raw(struct dw_dump *dump);

/* split.c: writes $path.0 and so on. The machine is there; only files are made. */
void dw_write_split(struct dw_dump *dump, const char *path);

/* vmware.c: writes $path.vmem and, beside it, the state file with that ending. */
void dw_write_vmem(struct dw_dump *machine, const char *state_ending, const char *path);

/* Damages what a format wrote into the image, wraps it, and writes the file. */
void dw_finish(struct dw_dump *dump, const char *wrapper, const char *path);

/* Turns the image of a dump into the image of a flattened stream. */
struct dw_image dw_flatten(struct dw_dump *dump);

/* Where the byte at off of the dump is in the stream. */
uint64_t dw_flat_place(const struct dw_image *stream, uint64_t off);

/* wrap.c: what the dump is wrapped in, from the inside. */
#define DW_MAX_WRAPPERS 6

struct dw_member {
	uint64_t start; /* in what was compressed */
	uint64_t packed_at;
};

struct dw_wrapper_step {
	const struct dw_packer *packer; /* NULL: flattened */
	struct dw_image image;          /* the result */
	struct dw_member *members;
	size_t n_members;
};

struct dw_wrapping {
	struct dw_wrapper_step steps[DW_MAX_WRAPPERS];
	size_t n_steps;
};

/* The first compression of "flat+gzip" that is not built in, or NULL. */
const char *dw_missing_packer(struct dw_arena *arena, const char *names);

struct dw_wrapping dw_wrap(struct dw_dump *dump, const char *names, struct dw_image *file);

/* Where the byte at off of the dump is in the file; compressed, it has to begin a member. */
uint64_t dw_wrapped_place(const struct dw_wrapping *wrapping, uint64_t off);

/* NULL: the file is not compressed. */
const struct dw_packer *dw_outer_packer(const struct dw_wrapping *wrapping);

/* damage.c: before pages are written, when the dump is there, and in the finished file. */
void dw_damage_memory(struct dw_dump *dump);
void dw_damage_dump(struct dw_dump *dump);
void dw_damage_file(struct dw_dump *dump, struct dw_image *file,
		    const struct dw_wrapping *wrapping);

#endif
