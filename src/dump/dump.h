/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump.h - physical memory of the dead machine, and what its container says about it.
 *
 * Everything that a container says is a hypothesis: the kernel layer takes what the log's own
 * structures prove. A dump knows no virtual addresses and no kernels. */

#ifndef CDM_DUMP_DUMP_H
#define CDM_DUMP_DUMP_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/limits.h"
#include "codec/codec.h"
#include "source/source.h"

struct cdm_format;
struct cdm_searched;

/* A text that may describe the kernel (VMCOREINFO); which one does, the log decides. */
struct cdm_description {
	char *text;         /* owned by the dump */
	size_t len;         /* bytes; NULs are possible inside */
	const char *origin; /* "note", "file" */
};

/* A container's word that virtual [vaddr, vaddr+len) is physical [paddr, paddr+len). */
struct cdm_claim {
	uint64_t vaddr, paddr, len;
};

/* Physical bytes [begin, end), one after the other; end > begin. */
struct cdm_range {
	uint64_t begin, end;
	struct cdm_source *source; /* has them as they are ... NULL: not known */
	uint64_t at;               /* ... from this offset on */
	bool may_recur;            /* as bytes of other addresses, too */
};

/* Told while all memory is searched; NULL: nobody. False: it is to stop. */
struct cdm_dump_progress {
	bool (*on_progress)(void *context, uint64_t done, uint64_t all);
	void *context;
};

/* Where a file without any header begins in memory, if the caller knows. */
struct cdm_base {
	bool is_known;
	uint64_t paddr;
};

struct cdm_dump {
	const struct cdm_format *format;
	struct cdm_source *source; /* owned */
	struct cdm_source *beside; /* owned: another file that the format reads; NULL */
	struct cdm_base base;      /* of a file without a header */
	const struct cdm_error
		*lost;   /* why some memory cannot be reached; the format's; NULL: all can */
	bool is_virtual; /* memory is told by the kernel's virtual addresses, and read by them */
	bool has_machine_frames; /* page tables hold addresses of the machine: a Xen guest's */
	bool is_guess;           /* nothing in the file says that it is memory */
	struct cdm_bytes head;   /* the source's first bytes; during open() only */

	/* Filled by open(). Absent facts are 0. */
	struct cdm_layout layout;      /* of the container's own numbers */
	uint16_t elf_machine;          /* EM_* */
	bool has_phys_base;            /* the header has a field for it ... */
	uint64_t phys_base;            /* ... and this stands there: often wrong */
	int64_t crash_time;            /* seconds since 1970, UTC */
	int dump_level;                /* makedumpfile's -d, -1 where it is not recorded */
	bool incomplete;               /* the writer said that it could not write all */
	bool is_split;                 /* one file of a set that shares out physical memory ... */
	uint64_t part_start, part_end; /* ... and this one's: [start, end) */
	uint64_t set_id;               /* the same in all files of a set */
	struct cdm_dump *next_part;    /* owned; other files of the set, in any order */
	uint32_t writer_page_flags;    /* codecs that the header names; pages may say otherwise */
	struct cdm_description descriptions[CDM_MAX_DESCRIPTIONS];
	unsigned n_descriptions;
	bool is_described; /* ... by the caller: nothing else is to be looked for */
	struct cdm_claim claims[CDM_MAX_CLAIMS];
	unsigned n_claims;
	struct {
		uint64_t at, len;
	} note_areas[CDM_MAX_NOTE_AREAS]; /* offsets of ELF notes in the source */
	unsigned n_note_areas;
	unsigned n_notes; /* of all areas, that were looked at */

	struct cdm_dump_progress progress; /* set by who opened it */
	uint64_t idle_work;                /* of walks over all memory: see dump/pieces.c */
	struct cdm_error *unsearched;      /* why one has ended early; owned; NULL: none has */
	struct cdm_codec_contexts codecs;
	void *priv; /* the format's own */
};

/* Recognises the container and reads its headers. Takes over source when it succeeds. CDM_NOT_MINE
 * (with a text) if no format knows it; CDM_ERR_UNSUPPORTED for what is known to be no Linux dump
 * or not read yet, with what to do instead. */
CDM_CHECKED enum cdm_status cdm_dump_open(struct cdm_source *source, struct cdm_dump **out,
					  struct cdm_error *err);

/* Takes a file that cdm_dump_open() does not know for memory without a header, if it could be that:
 * only a kernel that is found in it proves it. CDM_NOT_MINE, without a text: it cannot be. */
CDM_CHECKED enum cdm_status cdm_dump_open_headerless(struct cdm_source *source,
						     const struct cdm_base *base,
						     struct cdm_dump **out, struct cdm_error *err);

/* Where a file does not say at which addresses its memory stands: from now on the nth guess (from 0,
 * which is in force at first) holds for all that is read. False: there are no more. */
bool cdm_dump_assume(struct cdm_dump *dump, unsigned nth);

/* Where the guess in force has what is at an address by the first one. */
uint64_t cdm_dump_moved(const struct cdm_dump *dump, uint64_t first_paddr);

/* len bytes of physical memory at paddr. *got (always set) counts the leading good ones; the
 * status says why the byte at paddr + *got cannot be had: CDM_EXCLUDED, CDM_ABSENT, CDM_TRUNCATED,
 * CDM_CORRUPT, or a failure (a codec that is not there, the system). */
CDM_CHECKED enum cdm_status cdm_dump_read(struct cdm_dump *dump, uint64_t paddr, void *buf,
					  size_t len, size_t *got, struct cdm_error *err);

/* The same where all or nothing will do, and nobody asks why not. */
bool cdm_dump_reads(struct cdm_dump *dump, uint64_t paddr, void *buf, size_t len);

/* The lowest range at or above `from` that the file says it holds bytes of: memory that was left out
 * or is none is passed over, and reading may still find the file cut or damaged. A range may end
 * where the next one begins. CDM_END: there is none. Fails where the container's own index cannot
 * be read. For whoever has to search memory: an index of a large dump is walked by it. */
CDM_CHECKED enum cdm_status cdm_dump_next_range(struct cdm_dump *dump, uint64_t from,
						struct cdm_range *out, struct cdm_error *err);

/* Narrows a range that cdm_dump_next_range() gave to the first part of it that the file has where nothing
 * was searched yet, and adds what that is to `searched`. Empty: there is none before range->end. As it is
 * where range->source tells, or a file cannot have a page for two addresses. */
CDM_CHECKED enum cdm_status cdm_dump_pass_searched(struct cdm_dump *dump,
						   struct cdm_searched *searched,
						   struct cdm_range *range, struct cdm_error *err);

/* Makes `part` (a dump of the same format) answer for its share of dump's memory, and takes it
 * over. False, and nothing has changed: it is not of the same set, or its share is taken. */
bool cdm_dump_join(struct cdm_dump *dump, struct cdm_dump *part);

/* Is this a split set of which a file was not given? *why says which memory that has. */
bool cdm_dump_lacks_part(struct cdm_dump *dump, struct cdm_error *why);

/* What all files of the dump asked of the operating system; the codecs that their pages needed. */
struct cdm_io cdm_dump_io(const struct cdm_dump *dump);
uint64_t cdm_dump_work(const struct cdm_dump *dump); /* as cdm_source_work() */
uint32_t cdm_dump_page_flags(const struct cdm_dump *dump);

/* The guest's physical address that an entry of its page tables means, where has_machine_frames.
 * CDM_ABSENT: no memory of the guest's. */
CDM_CHECKED enum cdm_status cdm_dump_from_machine(struct cdm_dump *dump, uint64_t machine,
						  uint64_t *paddr, struct cdm_error *err);

/* Tells that [paddr, paddr+len) will be read in small pieces next, so that it may be fetched at
 * once. Never fails. */
void cdm_dump_will_need(struct cdm_dump *dump, uint64_t paddr, uint64_t len);

/* For formats: keeps a copy of a description. One that is longer than CDM_MAX_VMCOREINFO or comes
 * after CDM_MAX_DESCRIPTIONS others is left out. */
CDM_CHECKED enum cdm_status cdm_dump_describe(struct cdm_dump *dump, struct cdm_bytes text,
					      const char *origin, struct cdm_error *err);

/* The same, and forgets all others. */
CDM_CHECKED enum cdm_status cdm_dump_describe_anew(struct cdm_dump *dump, struct cdm_bytes text,
						   const char *origin, struct cdm_error *err);

/* For formats: keeps a claim, joined with one that it continues; left out when there are too many. */
void cdm_dump_claim(struct cdm_dump *dump, const struct cdm_claim *claim);

/* For formats: tells where notes are; too many are left out. */
void cdm_dump_has_notes(struct cdm_dump *dump, uint64_t at, uint64_t len);

/* For formats: memory at paddr that stands in a file as it is, at offset `at`. As cdm_dump_read();
 * CDM_TRUNCATED where the file has ended. */
CDM_CHECKED enum cdm_status cdm_dump_read_stored(struct cdm_source *source, uint64_t paddr,
						 uint64_t at, uint8_t *buf, size_t len, size_t *got,
						 struct cdm_error *err);

/* For formats: of a range that stands in a file as it is, from offset `at` on, the part that the file
 * can have; of a stream whose end is not known yet a piece. CDM_END: it has ended before. */
CDM_CHECKED enum cdm_status cdm_dump_stored_range(struct cdm_source *source, uint64_t at,
						  struct cdm_range *range, struct cdm_error *err);

void cdm_dump_close(struct cdm_dump *dump); /* its source too; NULL is fine */

#endif
