/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel.h - which kernel is this? Its description, memory layout and translation, proved; and its
 * virtual memory.
 *
 * A dump offers descriptions, an architecture proposes translations. Each pair is put to a proof,
 * which the log's own structures give: the kernel layer calls it and knows nothing of logs. */

#ifndef CDM_KERNEL_KERNEL_H
#define CDM_KERNEL_KERNEL_H

#include "arch/arch.h"
#include "dump/dump.h"
#include "dump/vmcoreinfo.h"

struct cdm_kernel {
	struct cdm_dump *dump; /* borrowed */
	const struct cdm_arch *arch;
	struct cdm_layout layout; /* of the kernel's memory */
	uint32_t page_size;       /* bytes */
	struct cdm_vmcoreinfo *info;
	const char *info_origin; /* "note", "file", "scan" */
	char *own_text;          /* what info refers to, where it is not the dump's */
	bool is_doubtful;        /* it may be another one's in the same memory (home.h) */
	struct cdm_translation translation;
};

/* What a proved kernel's log says of it, to tell the kernel that died from others in its memory. */
struct cdm_evidence {
	bool is_capture;           /* it was started to take a dump of another one */
	bool has_beginning;        /* the log goes back to its start: it would say so */
	struct cdm_range reserved; /* memory that it keeps for a capture kernel; 0: it says none */
};

/* How to tell whether a candidate is this kernel. The functions share one state, `context`. */
struct cdm_proof {
	/* CDM_OK: it is, and what was opened for the proof stays open. Anything else: it is not, or
	 * it cannot be told; the sentence says why. */
	enum cdm_status (*prove)(void *context, struct cdm_kernel *kernel, struct cdm_error *err);

	/* From now on prove() is content with less, since all failed because of *reason; NULL: no
	 * longer. */
	void (*relax)(void *context, const struct cdm_error *reason);

	/* Says what there is to say of a kernel that was just proved, and closes what was opened. */
	void (*examine)(void *context, struct cdm_evidence *evidence);

	void *context;
};

/* Tries every description of the container with every translation; the first proved one is taken.
 * Where there is none, memory is searched (search.h). On failure *err
 * tells of the attempt that came closest. The dump must outlive *out. */
CDM_CHECKED enum cdm_status cdm_kernel_open(struct cdm_dump *dump, const struct cdm_proof *proof,
					    struct cdm_kernel **out, struct cdm_error *err);
void cdm_kernel_close(struct cdm_kernel *kernel); /* NULL is fine */

/* identity.c: CDM_ERR_UNMAPPED if there is, where this translation leads, the name of a kernel of
 * another architecture. Where no name can be read nothing speaks against it. */
CDM_CHECKED enum cdm_status cdm_kernel_heed_name(struct cdm_kernel *kernel, struct cdm_error *err);

/* len bytes of virtual memory. *got (always set) counts the leading good ones. Failures: as
 * cdm_dump_read(), and CDM_ERR_UNMAPPED. */
CDM_CHECKED enum cdm_status cdm_kernel_read(struct cdm_kernel *kernel, uint64_t vaddr, void *buf,
					    size_t len, size_t *got, struct cdm_error *err);

/* All of them, or the reason why not. */
CDM_CHECKED enum cdm_status cdm_kernel_read_exact(struct cdm_kernel *kernel, uint64_t vaddr,
						  void *buf, size_t len, struct cdm_error *err);

/* A pointer (or any C long) of the kernel's. */
CDM_CHECKED enum cdm_status cdm_kernel_read_word(struct cdm_kernel *kernel, uint64_t vaddr,
						 uint64_t *value, struct cdm_error *err);

/* As cdm_dump_will_need(). */
void cdm_kernel_will_need(struct cdm_kernel *kernel, uint64_t vaddr, uint64_t len);

#endif
