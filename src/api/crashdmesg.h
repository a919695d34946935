/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashdmesg.h - the kernel log of a Linux crash dump, record by record.
 *
 *     struct cdm_reader *reader = cdm_reader_new();
 *     struct cdm_log_record record;
 *
 *     if (cdm_reader_open(reader, "vmcore") == CDM_GOOD)
 *             while (cdm_reader_next(reader, &record) == CDM_GOOD)
 *                     printf("%.*s\n", (int)record.text_len, record.text);
 *     else
 *             fprintf(stderr, "%s\n", cdm_reader_message(reader));
 *     cdm_reader_free(reader);
 *
 * A reader is used by one thread at a time; two readers share nothing. The library never prints,
 * exits, or changes signal handlers, the working directory or the locale. It reads only what backs
 * the log, and its memory does not grow with the dump or the log.
 *
 * Pointers that a call hands out belong to the reader: records' until the next call with that
 * reader, everything else until cdm_reader_free(). */

#ifndef CRASHDMESG_H
#define CRASHDMESG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define CDM_API __attribute__((visibility("default")))
#else
#define CDM_API
#endif

/* What a call came to. Unless said otherwise, cdm_reader_message() tells why it was not CDM_GOOD. */
enum cdm_result {
	CDM_GOOD = 0,
	CDM_NO_MORE, /* the last record was handed out before; no message */
	CDM_FAILED,  /* the dump cannot be read, or the system refused */
	CDM_MISUSE,  /* a call out of order, or an argument that is not allowed */
	CDM_NO_DUMP, /* the input is no dump of a kind that this release reads */
};

/* Opaque: one dump, opened or about to be. */
struct cdm_reader;

/* A reader with default options. NULL: out of memory. The caller's: cdm_reader_free(). */
CDM_API struct cdm_reader *cdm_reader_new(void);

/* Closes files, gives memory back. NULL is fine. */
CDM_API void cdm_reader_free(struct cdm_reader *reader);

/* Logs that somebody kept as text. */
enum cdm_text {
	CDM_TEXT_NONE, /* no text is read */
	CDM_TEXT_LOG,  /* what dmesg or a console printed; syslog files */
	CDM_TEXT_KMSG, /* records of /dev/kmsg */
};

/* Before it is opened: what is no dump is read as such a text, of which every line, or all but the
 * lines of other programs, is part of a record. It has no cdm_info but the format "text". */
CDM_API void cdm_reader_accept_text(struct cdm_reader *reader, enum cdm_text text);

/* Opens a dump: a path, or "-" for standard input. A pipe is spooled to an unlinked temporary file
 * (in TMPDIR, else /tmp), as far as the log needs it. CDM_NO_DUMP if it is something
 * else; CDM_FAILED if it cannot be read, or holds no log that can be found. Once a reader. */
CDM_API enum cdm_result cdm_reader_open(struct cdm_reader *reader, const char *name);

/* Like cdm_reader_open(), but stops when the container is recognised: cdm_reader_info() then has
 * its format, and there are no records until cdm_reader_start(). CDM_NO_DUMP also for a raw image
 * of memory, which nothing but a kernel in it tells from other files: cdm_reader_start() then looks
 * for one. */
CDM_API enum cdm_result cdm_reader_peek(struct cdm_reader *reader, const char *name);

/* For whoever is about to replace a file, or to write to a block device: does it hold a dump, whole or
 * damaged, as it is or compressed; a file of memory that is known and not read; or what may be memory
 * without a header? True also where that cannot be found out; false where there is no such file. */
CDM_API bool cdm_may_be_dump(const char *name);

/* Between cdm_reader_peek() and cdm_reader_start(): another file of the same split set
 * (makedumpfile --split), in any order. CDM_NO_MORE, without a message: it is no part of the set
 * that the reader has, and was closed again. */
CDM_API enum cdm_result cdm_reader_join(struct cdm_reader *reader, const char *name);

/* Before cdm_reader_start(): the file `name` describes the kernel, in lines KEY=value as VMCOREINFO
 * has them, and what the dump itself says of it does not count. CDM_FAILED if it cannot be read, or
 * is no such text. */
CDM_API enum cdm_result cdm_reader_describe(struct cdm_reader *reader, const char *name);

/* How far a search of all memory has come, in bytes; both are 0 where none goes on, and `all` is 0 where
 * that is not known: of a pipe, and of a compressed file. Where nothing in
 * the dump says which kernel it is of, it may take as long as reading all of the file, and it may begin
 * anew. `size` says how many members there are: later releases may add some. */
struct cdm_search_progress {
	size_t size;
	uint64_t searched, all;
};

/* Before the dump is opened: on_progress is called now and then from within calls that read it, before
 * the input is read and while memory is searched. Once it returns false, reading stops: that call and
 * all later ones that would read give CDM_FAILED. A read that waits for a pipe asks when a signal
 * interrupts it. NULL: nobody is asked. */
CDM_API void cdm_reader_on_progress(struct cdm_reader *reader,
				    bool (*on_progress)(void *context,
							const struct cdm_search_progress *progress),
				    void *context);

/* Wishes, before the log is looked for: 0 at first, which is the log as dmesg shows it. */
enum cdm_want {
	/* The log that memory shows by the shape of its records. Without this wish that is done only
	 * where nothing in the dump describes its kernel. Some may be missing, or not belong to it:
	 * cdm_reader_damage() says so. */
	CDM_WANT_CARVED = 1 << 0,
	/* Records, too, that a CPU was writing when it died, as far as they had come. */
	CDM_WANT_UNFINISHED = 1 << 1,
	/* Only what was logged after the last `dmesg -c` or `dmesg -C`. Where that cannot be told, it
	 * is told as damage, and all of the log comes. */
	CDM_WANT_SINCE_CLEAR = 1 << 2,
	/* Behind the log, what CPUs of Linux 4.7 to 5.14 printed in an NMI and could not move to the
	 * log any more. All memory is searched for it. */
	CDM_WANT_SAFE_BUFFERS = 1 << 3,
};
CDM_API enum cdm_result cdm_reader_want(struct cdm_reader *reader, unsigned wants);

/* Before the dump is opened: a file without any header is memory from physical address paddr on.
 * Without this the likely places are tried. */
CDM_API enum cdm_result cdm_reader_set_base(struct cdm_reader *reader, uint64_t paddr);

/* After cdm_reader_peek(): finds the log. cdm_reader_open() is both. CDM_NO_DUMP: what was not
 * recognised is no raw image of memory either. */
CDM_API enum cdm_result cdm_reader_start(struct cdm_reader *reader);

/* One sentence about the last call that was not CDM_GOOD; "" before one. Never NULL; UTF-8, one
 * line, without the dump's name; control characters of the file's are escaped (\x1b). */
CDM_API const char *cdm_reader_message(const struct cdm_reader *reader);

enum cdm_log_flag {
	CDM_LOG_TIMED = 1 << 0,     /* ts_ns is meaningful */
	CDM_LOG_CALLER = 1 << 1,    /* caller is meaningful */
	CDM_LOG_CONTINUES = 1 << 2, /* a piece of a line that goes on in the next record */
	CDM_LOG_PRIORITY = 1 << 3,  /* level and facility are meaningful */
	CDM_LOG_FOLLOWS = 1 << 4, /* a later piece of a line (only with cdm_reader_keep_pieces()) */
	CDM_LOG_OPEN = 1 << 5,    /* its line goes on in the next record (likewise) */
	CDM_LOG_CONTEXT = 1 << 6, /* other_caller and comm are meaningful */
	CDM_LOG_UNLOGGED = 1 << 8, /* from a CPU's buffer (only with CDM_WANT_SAFE_BUFFERS):
				    * " [not logged]" ends its text, and it has no number and no time */
	CDM_LOG_UNFINISHED =
		1
		<< 7, /* a CPU was writing it (only with CDM_WANT_UNFINISHED): " [unfinished]" ends its text */
};

/* One record of the log. Bytes are the kernel's: they may hold anything, NUL and escape sequences
 * included, and are not NUL-terminated. */
struct cdm_log_record {
	uint64_t seq;          /* the kernel's sequence number */
	uint64_t ts_ns;        /* nanoseconds since boot by the kernel's local clock */
	uint32_t flags;        /* enum cdm_log_flag */
	uint32_t caller;       /* thread id; with bit 31 set, CPU number */
	uint8_t level;         /* 0 emergency .. 7 debug */
	uint8_t facility;      /* 0 kernel .. 23 local7, as in syslog(3) */
	uint32_t other_caller; /* kernels from 7.0 on: the thread where caller is a CPU, and back */
	const char *text;      /* newlines are possible; a final one where the kernel printed two */
	size_t text_len;       /* bytes */
	const char *subsystem; /* "pci"; empty without a device */
	size_t subsystem_len;
	const char *device; /* "+pci:0000:00:1f.2", "b8:0", "c4:64", "n3"; empty without a device */
	size_t device_len;
	const char *comm;       /* likewise: the thread's name, 16 bytes, or up to a NUL */
	const char *dictionary; /* kernels from 3.5 to 5.9: "KEY=value" with a NUL between, the
				 * subsystem and the device among them; no bytes otherwise */
	size_t dictionary_len;
};

/* Kernels up to 4.8 kept the pieces of a line that was printed bit by bit as records of their own;
 * they are joined, as on the console. After this call, before the first record, they come one by
 * one, as /dev/kmsg gave them. */
CDM_API void cdm_reader_keep_pieces(struct cdm_reader *reader);

/* The next record, oldest first. CDM_NO_MORE behind the last. Records that the dump does not hold
 * whole are passed over; cdm_reader_damage() says which. At most as many records come as the ring
 * has room for. */
CDM_API enum cdm_result cdm_reader_next(struct cdm_reader *reader, struct cdm_log_record *record);

/* The next record is the first again; what is counted and damage begin anew. What the dump holds is
 * not read again, as far as it is still in memory. */
CDM_API enum cdm_result cdm_reader_rewind(struct cdm_reader *reader);

/* How much is missing so far: the number of places where something that the kernel had could not
 * be read or is damaged. 0 behind the last record: the log is whole. The first few are told as
 * sentences: *text gets the one numbered `index` (from 0), or NULL behind the last. */
CDM_API uint64_t cdm_reader_damage(const struct cdm_reader *reader, size_t index,
				   const char **text);

/* For inputs that are pipes: reads the rest of the input and forgets it, for writers that mind a
 * closed pipe. CDM_FAILED if it overrides bytes that were used; that counts as damage too. */
CDM_API enum cdm_result cdm_reader_drain(struct cdm_reader *reader);

/* The description of the kernel that was taken: *len bytes of KEY=value lines, as the kernel wrote
 * them, with whatever else may stand there. NULL, and *len is 0: no log was found. */
CDM_API const char *cdm_reader_description(const struct cdm_reader *reader, size_t *len);

/* What is known about the dump. Strings are "" and numbers 0 where nothing is known; the library
 * may know more members in later releases: set `size` to sizeof(struct cdm_info). */
struct cdm_info {
	size_t size;
	const char *format;       /* "elf", "kdump", "text" */
	const char *format_title; /* for a person */
	const char *compression;  /* of the file, then of the pages read: "gzip lzo" */
	bool flattened;
	bool split;
	bool incomplete;         /* its writer marked it so: it could not write all */
	const char *arch;        /* "x86_64" */
	unsigned word_size;      /* bytes of the kernel's long */
	const char *endian;      /* "little", "big": of the kernel's memory */
	const char *release;     /* OSRELEASE */
	int64_t crash_time;      /* seconds since 1970, UTC; 0 is unknown */
	unsigned page_size;      /* bytes, of the kernel */
	int dump_level;          /* makedumpfile's -d; -1 is unknown */
	const char *vmcoreinfo;  /* where the description came from: "note", "file", "none" */
	const char *translation; /* how virtual addresses are translated, and what proved it */
	const char *ring;        /* "ringbuffer" */
	uint64_t ring_bytes;     /* room for text in the ring */
	uint64_t records;        /* handed out so far */
	uint64_t first_seq;      /* of the first record handed out */
	uint64_t lost;       /* records that the kernel overwrote, dropped or had not finished */
	uint64_t damage;     /* as cdm_reader_damage() */
	uint64_t bytes_read; /* of the input */
	uint64_t reads;      /* system calls that read it */
	uint64_t spooled;    /* bytes in the temporary file: of a pipe, or unpacked */
};

/* Fills *info, as far as info->size reaches. CDM_MISUSE before the reader is open. */
CDM_API enum cdm_result cdm_reader_info(struct cdm_reader *reader, struct cdm_info *info);

/* The dump's own clock. */
struct cdm_clock {
	size_t size;        /* sizeof(struct cdm_clock): later releases may add members */
	const char *source; /* "crash_time", "log", "timekeeper", "journal"; "": nothing tells it */
	bool has_boot;      /* boot_us and error_us are known */
	int64_t boot_us;    /* when ts_ns was 0: microseconds since 1970, UTC */
	uint64_t error_us;  /* it may be off by so much, to either side */
	int64_t crash_us;   /* the last record's time, since boot: when the machine died */
};

/* Fills *clock, as far as clock->size reaches. Goes through the log and rewinds it, unless it was read
 * to its end; the time of the crash is that of the last record. */
CDM_API enum cdm_result cdm_reader_clock(struct cdm_reader *reader, struct cdm_clock *clock);

/* ---- why the kernel died ---- */

/* Before the first record: every record that cdm_reader_next() hands out is read for crash reports,
 * by its text alone. Their memory does not grow with the log. CDM_FAILED: out of memory. */
CDM_API enum cdm_result cdm_reader_watch(struct cdm_reader *reader);

enum cdm_crash_has {
	CDM_CRASH_ADDRESS = 1 << 0, /* address is meaningful, and so on */
	CDM_CRASH_PID = 1 << 1,
	CDM_CRASH_UID = 1 << 2,
	CDM_CRASH_CPU = 1 << 3,
	CDM_CRASH_OOPS = 1 << 4,
	CDM_CRASH_LINE = 1 << 5,
	CDM_CRASH_OFFSET = 1 << 6,
};

/* A crash report: an oops, a warning, a hang, a panic, a fault of the hardware. Texts are the
 * kernel's bytes without NUL, and "" where nothing is known; the library may know more members in
 * later releases: set `size` to sizeof(struct cdm_crash). */
struct cdm_crash {
	size_t size;
	const char *
		kind; /* "null-deref", "sysrq-c": a stable list, in the manual; "none"; "unknown" */
	const char *severity; /* "fatal", "oops", "hang", "warn", "hw", "note" */
	const char *reason;   /* the line that says what happened; of a panic, its message */
	const char *panic;    /* message of the panic that it is, or that followed from it */
	unsigned has;         /* enum cdm_crash_has */
	uint64_t address;     /* that could not be accessed */
	const char *symbol;   /* the function to blame, without what a compiler adds to its name */
	uint32_t offset;      /* in it */
	const char *module;   /* that it is in */
	const char *file;     /* of BUG() and WARN() */
	uint32_t line;        /* of the file */
	const char *comm;     /* the task */
	uint32_t pid, uid, cpu;
	const char *taint; /* letters as the kernel prints them: "GOE"; G is: nothing proprietary */
	uint32_t oops;     /* the N of [#N] */
	const char *hardware;         /* the machine's name */
	unsigned n_frames;            /* of the call trace: cdm_reader_crash_frame() */
	const char *modules;          /* names, a blank between them */
	bool truncated_start;         /* the log begins in the middle of the report */
	const char *fingerprint;      /* "cd1-0123456789abcdef": the same for the same bug */
	const char *instruction;      /* that failed: "crash_null+0xc/0x20 [crasher]" */
	uint64_t first_seq, last_seq; /* its records */
	bool is_cause;
};

/* The index of the crash that the kernel died of. Its kind is "none" if a log that was read whole has no
 * report of a crash, "unknown" if a log of which something is missing or damaged has none. */
#define CDM_CRASH_CAUSE SIZE_MAX

/* Behind the last record, once for all reports: fills *crash with report number `index`, from 0, in the log's order; or with
 * the cause. CDM_NO_MORE, without a message: there are not so many. CDM_FAILED:
 * memory ran out while the log was read, and reports are missing. Of thousands of reports the worst
 * dozen is kept. symbol, instruction and fingerprint are overwritten by the next call. */
CDM_API enum cdm_result cdm_reader_crash(struct cdm_reader *reader, size_t index,
					 struct cdm_crash *crash);

/* Writes call number n of that report's trace, innermost first, as the kernel shows it: "f+0x1/0x2
 * [module]", with "? " in front if it is a guess. As snprintf(): returns the length, which may be more
 * than fits; 0 behind the last. */
CDM_API size_t cdm_reader_crash_frame(struct cdm_reader *reader, size_t index, unsigned n,
				      char *buf, size_t room);

/* ---- records as text ---- */

enum cdm_form {
	CDM_FORM_DMESG,      /* as dmesg(1) prints them */
	CDM_FORM_JSON,       /* as dmesg -J: one document */
	CDM_FORM_KMSG,       /* as /dev/kmsg gives them */
	CDM_FORM_JSON_LINES, /* an object a record, all that is known of it, a line each */
};

/* How CDM_FORM_DMESG says when a record came, as dmesg --time-format does. */
enum cdm_time {
	CDM_TIME_RAW,         /* [    1.234567] since boot */
	CDM_TIME_CTIME,       /* [Fri Feb 13 23:31:31 2009] */
	CDM_TIME_RELTIME,     /* [Feb13 23:31], and [  +1.234567] within a minute */
	CDM_TIME_DELTA,       /* [<    1.234567>] since the record before */
	CDM_TIME_ISO,         /* 2009-02-13T23:31:31,123456+00:00 */
	CDM_TIME_NONE,        /* nothing */
	CDM_TIME_RAW_DELTA,   /* [    1.234567 <    1.234567>] */
	CDM_TIME_CTIME_DELTA, /* [Fri Feb 13 23:31:31 2009 <    1.234567>] */
};

/* Parts of a line that may have a colour of their own, as dmesg --color has them. */
enum cdm_color {
	CDM_COLOR_SUBSYS, /* what stands before the first ": " of the text, and that */
	CDM_COLOR_TIME,
	CDM_COLOR_TIMEBREAK, /* a time that begins a new minute */
	CDM_COLOR_ALERT,     /* texts of these levels */
	CDM_COLOR_CRIT,
	CDM_COLOR_ERR,
	CDM_COLOR_WARN,
	CDM_COLOR_SEGFAULT, /* "segfault at" in one of another level */
	CDM_COLORS
};

#define CDM_TIMES 6 /* formats one behind the other */

/* Zeros but for its size: as dmesg prints records without options, and without callers. */
struct cdm_style {
	size_t size; /* sizeof(struct cdm_style): later releases may add members */
	enum cdm_form form;
	bool raw;              /* dmesg -r: "<6>" in front */
	bool decode;           /* dmesg -x: "kern  :info  : " in front; names in JSON */
	bool no_escape;        /* send bytes that are not printable as they are */
	unsigned caller_width; /* columns of the caller, 1..11; 0: not shown */
	bool nul_between;      /* CDM_FORM_KMSG: a NUL between records, as dmesg -K wants them */
	bool force_prefix;     /* dmesg -p: what stands in front, in front of each line */
	bool no_indent;        /* later lines of a record begin at the margin */
	bool utc;              /* wall times are not local (TZ) */
	int64_t boot_us; /* for wall times: when the machine booted, in microseconds since 1970, UTC */
	unsigned n_times;          /* 0: CDM_TIME_RAW alone */
	uint8_t times[CDM_TIMES];  /* enum cdm_time */
	const char *const *colors; /* CDM_COLORS escape sequences, each NULL or as "\033[32m"; NULL:
				    * no colours */
};

/* What is remembered of the records before: zeros at the start of a document. */
struct cdm_document {
	uint64_t shown;   /* records */
	uint64_t last_us; /* when the record before came, counted from boot; 0: none did */
	int minute, hour, day_of_year; /* wall time of the last one that was shown with it */
};

/* Each fills buf with up to room bytes (not NUL-terminated) and returns how many the whole text
 * takes; when that is more than room, buf holds nothing of use, and the document is as it was. What
 * is printable is the current LC_CTYPE's matter, what is local TZ's. */
CDM_API size_t cdm_format_begin(const struct cdm_style *style, char *buf, size_t room);
CDM_API size_t cdm_format_record(const struct cdm_style *style, const struct cdm_log_record *record,
				 struct cdm_document *document, char *buf, size_t room);
CDM_API size_t cdm_format_end(const struct cdm_style *style, const struct cdm_document *document,
			      char *buf, size_t room);

/* Instead of cdm_format_record(), for a record that is not shown: that of the next one is told as
 * the difference to it. */
CDM_API void cdm_format_skip(const struct cdm_log_record *record, struct cdm_document *document);

/* "crashdmesg 0.1.0" and the codecs of this build: "zlib lzo snappy zstd". */
CDM_API const char *cdm_version(void);
CDM_API const char *cdm_codecs(void);

#ifdef __cplusplus
}
#endif
#endif
