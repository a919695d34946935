/* SPDX-License-Identifier: GPL-2.0-or-later */
/* record.h - one record of the kernel log, whichever ring or text it comes from. */

#ifndef CDM_PRINTK_RECORD_H
#define CDM_PRINTK_RECORD_H

#include "base/bytes.h"

#include <stdint.h>

enum cdm_record_flag {
	CDM_RECORD_TIMED = 1 << 0,      /* ts_ns is meaningful */
	CDM_RECORD_CALLER = 1 << 1,     /* caller is meaningful */
	CDM_RECORD_CONTINUES = 1 << 2,  /* a piece of a line that goes on, as /dev/kmsg's 'c' */
	CDM_RECORD_PRIORITY = 1 << 3,   /* level and facility are meaningful */
	CDM_RECORD_FOLLOWS = 1 << 4,    /* a later piece of a line, as /dev/kmsg's '+' */
	CDM_RECORD_OPEN = 1 << 5,       /* its line goes on in the next record */
	CDM_RECORD_CONTEXT = 1 << 6,    /* other_caller and comm are meaningful */
	CDM_RECORD_UNLOGGED = 1 << 8,   /* it did not reach the log: from a CPU's safe buffer */
	CDM_RECORD_UNFINISHED = 1 << 7, /* a CPU was writing it: some of it may lack */
};

#define CDM_COMM_LEN 16 /* TASK_COMM_LEN */

struct cdm_record {
	uint64_t seq;
	uint64_t ts_ns;              /* nanoseconds since boot, the kernel's local_clock */
	uint32_t flags;              /* enum cdm_record_flag */
	uint32_t caller;             /* thread id, or CPU number with bit 31 set */
	uint8_t level;               /* 0 emergency .. 7 debug */
	uint8_t facility;            /* 0 kernel, as in syslog(3) */
	uint32_t other_caller;       /* of thread and processor, the one that caller is not */
	struct cdm_bytes text;       /* raw: may hold newlines, NUL, broken UTF-8; ends in a newline
				* where the kernel printed two */
	struct cdm_bytes subsystem;  /* "pci"; empty where the record names no device */
	struct cdm_bytes device;     /* "+pci:0000:00:1f.2", "b8:0", "c4:64", "n3" */
	const uint8_t *comm;         /* the thread's name: CDM_COMM_LEN bytes, or up to a NUL */
	struct cdm_bytes dictionary; /* 3.5 to 5.9: all of it, "KEY=value" with a NUL between */
} __attribute__((may_alias));        /* the public record is the same one: lib/reader.h */

#endif
