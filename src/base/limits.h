/* SPDX-License-Identifier: GPL-2.0-or-later */
/* limits.h - every limit, its value and the reason for it. */

#ifndef CDM_BASE_LIMITS_H
#define CDM_BASE_LIMITS_H

#include <stdint.h>

#define CDM_KIB 1024u
#define CDM_MIB (1024u * 1024u)

/* ---- sources ---- */

/* Wrappers around one dump. Real files have one or two (a flattened stream in a gzip file). */
#define CDM_MAX_WRAPPERS 4

/* Bytes before a flattened stream's header that are searched for it: what a login shell prints
 * into an ssh pipe (formats.md T42). */
#define CDM_MAX_JUNK (64 * CDM_KIB)

/* What comes out of a pipe, or of a decoder, is taken in pieces of this size. */
#define CDM_SPOOL_PIECE (64 * CDM_KIB)

/* Zeros are left out of the temporary file in blocks of this size: a page of most kernels, and a
 * block of most file systems. */
#define CDM_SPOOL_BLOCK 4096

/* A compressed file is read in pieces of this size; a stream in smaller ones, since reading it may
 * wait until a piece is full. */
#define CDM_PACKED_PIECE (32 * CDM_KIB)
#define CDM_PACKED_STREAM_PIECE CDM_KIB

/* Frames without content before the first of a compressed file that has some: pzstd writes one. */
#define CDM_MAX_SKIPPED_FRAMES 16

/* Zeros between two members of a compressed file: xz pads to 4 bytes, tapes to their blocks. */
#define CDM_MAX_MEMBER_PADDING (64 * CDM_KIB)

/* Memory for whole-file decoders: zstd without --ultra or --long has windows of up to 2^23 bytes,
 * and its own tool stops at 2^27; xz -9 needs 65 MiB. (gzip, lz4 and bzip2 are bounded by their
 * formats: 32 KiB, 8 and 4 MiB.) */
#define CDM_MAX_ZSTD_WINDOW_LOG 27
#define CDM_MAX_XZ_MEMORY (72 * CDM_MIB)

/* Groups of segments in the resident index of a flattened stream: 40 bytes each, 80 KiB in all.
 * A 72 GB file of QEMU's has 17 million segments: 16384 a group. */
#define CDM_FLAT_ENTRIES 2048

/* A group of several segments is read again and indexed for itself, in this many groups; and so on,
 * four levels deep. They hold 8 * 10^10 segments at least: 1.4 TB of the smallest, 17 bytes. */
#define CDM_FLAT_FINE_ENTRIES 192
#define CDM_FLAT_FINE_INDEXES 4

/* Segment headers are read in pieces where several lie in a piece: while the stream is scanned,
 * and when a group is read again. */
#define CDM_FLAT_SCAN_PIECE (64 * CDM_KIB)
#define CDM_FLAT_PIECE (32 * CDM_KIB)

/* Ranges handed out of a stream that something later could override; the nearest are joined. */
#define CDM_FLAT_USED 256

/* Steps from one gap of a flattened stream to the next before whoever looks for data is asked again
 * whether to go on: each may read the headers of a group of segments. */
#define CDM_FLAT_GAP_STEPS 64

/* Zeros of a stream that are read on over at once, before whoever looks for data is asked again. */
#define CDM_ZEROS_AT_ONCE ((uint64_t)256 * CDM_MIB)

/* Zeros in a row after which a pipe, or what is unpacked, is not read on: so many, and a share for each
 * byte that was none. A decoder makes a TiB of them of a few bytes. A machine that never used most of
 * its memory has the kernel, or what its boot loader left, before that: 50 MiB allow 200 GiB. */
#define CDM_MAX_STREAM_ZEROS ((uint64_t)16 * CDM_KIB * CDM_MIB)
#define CDM_STREAM_ZEROS_A_BYTE 4096

/* What a call that reads costs, in bytes that could be copied in the same time. */
#define CDM_READ_WORK 256

/* ---- containers ---- */

/* The first bytes that every format is recognised by; read once. Enough for a kdump header and
 * for the headers of an ELF core with 70 segments. */
#define CDM_HEAD_BYTES 4096

/* VMCOREINFO is one page of the kernel at most, and pages have up to 64 KiB. */
#define CDM_MAX_VMCOREINFO (64 * CDM_KIB)

/* Descriptions (VMCOREINFO notes) kept of one dump. A Xen host has two; the rest are copies. */
#define CDM_MAX_DESCRIPTIONS 8

/* ELF notes looked at in a dump: headers may lead to the same ones many times. Some machines have thousands
 * of CPUs with ten notes each. */
#define CDM_MAX_NOTES 1000000u

/* Zero bytes between two notes that are skipped as padding: a page of any kernel. */
#define CDM_MAX_NOTE_PADDING (64 * CDM_KIB)

/* Bytes of notes that are searched for VMCOREINFO where the notes' own sizes do not lead to it. */
#define CDM_MAX_NOTE_SEARCH CDM_MIB
#define CDM_NOTES_OF_A_SEARCH (CDM_MAX_NOTES / 64) /* that one costs as much as */

/* ELF program headers: PN_XNUM allows 2^32; a filtered dump of 64 TiB has a few million. */
#define CDM_MAX_SEGMENTS (16 * CDM_MIB)

/* Program headers decoded at a time: 40 bytes each. */
#define CDM_SEGMENT_BLOCK 256

/* Blocks of program headers that are summarised in memory; beyond this a block grows. */
#define CDM_SEGMENT_BLOCKS 512

/* Virtual addresses claimed by segments that are kept for the translation. */
#define CDM_MAX_CLAIMS 64

/* kdump block sizes: 64 KiB is the largest page that any writer uses; 1 KiB the smallest seen. */
#define CDM_MIN_BLOCK 1024
#define CDM_MAX_BLOCK (64 * CDM_KIB)

/* Blocks that the sub header and its notes may take: 256 MiB of notes. */
#define CDM_MAX_SUB_HEADER_BLOCKS 65536

/* Compressed bytes of neighbouring pages that are read at once. */
#define CDM_PAGE_RUN (32 * CDM_KIB)

/* Pages that were needed in part are kept in so many bytes: four of most kernels'. */
#define CDM_PAGE_CACHE (128 * CDM_KIB)

/* Bitmap bytes read at once, and pieces kept: the three arrays of a log may lie far apart. */
#define CDM_BITMAP_PIECE (8 * CDM_KIB)
#define CDM_BITMAP_PIECES 3

/* Rank checkpoints kept; their spacing doubles when they run out. */
#define CDM_RANK_CHECKPOINTS 512

/* Places kept in a chain of pieces of memory (LiME, AVML): 40 bytes each. An AVML image of 1 TiB has
 * 16 million pieces: 32768 between two places. */
#define CDM_CHAIN_MARKS 512

/* Stretches of memory in a file without an index of its own: VMware's state files list three. */
#define CDM_MAX_RUNS 64

/* Groups of a VMware state file, and tags in the group that tells of memory: a hundred, and ten a
 * region. */
#define CDM_MAX_VMWARE_GROUPS 4096
#define CDM_MAX_VMWARE_TAGS 65536

/* Groups that the list of a Xen core's page frames is divided in: 32 bytes each. Of a guest with 1 TiB
 * a group has 524288 frames. Ranges of its memory are told in pieces of so many pages. */
#define CDM_XEN_GROUPS 512
#define CDM_XEN_RANGE 1024

/* A file without any header is taken for memory if it is no smaller than this, and of whole pages. */
#define CDM_MIN_RAW CDM_MIB
#define CDM_RAW_PAGE 4096

/* Of a stream that nobody knows: zeros that it may begin with, and bytes of pages without zeros in them, to
 * be taken for memory. Every machine keeps something in its first MiB, or where its memory begins, and
 * has pages that are used in part; /dev/zero and /dev/urandom in a pipe have neither. */
#define CDM_MAX_RAW_ZEROS ((uint64_t)CDM_KIB * CDM_MIB)
#define CDM_MAX_RAW_NOISE (64 * CDM_MIB)

/* Memory that stands in a stream, whose end nobody knows, is told of in pieces. */
#define CDM_STREAM_RANGE CDM_MIB

/* zlib entries of extended s390 stand-alone dumps: their writer makes them of 1 MiB. They are unpacked
 * a piece at a time. */
#define CDM_MAX_S390_ENTRY (16 * CDM_MIB)
#define CDM_S390_PIECE (32 * CDM_KIB)

/* ---- the kernel ---- */

/* Stretches of a file that a search of memory remembers: 24 bytes each. A dump has one for each place at
 * which its segments do not follow one another. */
#define CDM_MAX_SEARCHED 1024

/* What a walk over all memory may read for each byte that it finds, and beyond that in all walks together:
 * an index in disorder is read again and again. One of a large dump that is filtered well costs a
 * tenth of the first. */
#define CDM_MAX_WORK_A_BYTE 64
#define CDM_MAX_IDLE_WORK ((uint64_t)512 * CDM_MIB)

/* What counting the memory that is to be searched may read beyond a piece's worth for each of its ranges. */
#define CDM_MAX_COUNT_WORK ((uint64_t)64 * CDM_MIB)

/* Where memory is searched, it is read in pieces of this size. */
#define CDM_SEARCH_PIECE (64 * CDM_KIB)

/* ... and after so many bytes somebody is told how far that has come. */
#define CDM_PROGRESS_STEP CDM_MIB

/* Different descriptions that are kept for a second look, when none was proved at first, the
 * container's own among them: kernels that ran before, guests, files in the page cache. A text has 4 KiB. */
#define CDM_MAX_FINDS 24

/* Places that begin like a description, noted in one walk over memory; with more it is walked again. */
#define CDM_MAX_SCAN_WORDS 256u

/* Headers for capture kernels that a search of memory follows: the dead kernel's, and what older ones and
 * guests left. Each may lead to 65534 places, and a page that was made to could have one. */
#define CDM_MAX_COREHDRS 16

/* Places of a kernel's name that could be its init_uts_ns: copies lie elsewhere within their pages,
 * all but one in a thousand. */
#define CDM_MAX_UTS_PLACES 8

/* The end of a piece is seen again with the next one, where something may lie over the border: two infos
 * of a log, a line's priority. */
#define CDM_SEARCH_OVERLAP 512

/* Bytes of a description's beginning that must name more than a release. */
#define CDM_DESCRIPTION_HEAD 200

/* The first records of a log that are looked at for what the kernel was started for. */
#define CDM_MAX_EARLY_RECORDS 256

/* Processors whose registers are looked at, and areas of notes that have them. */
#define CDM_MAX_CPUS 64
#define CDM_MAX_NOTE_AREAS 4

/* Physical load addresses tried for kernels that export only the address of phys_base: every
 * 2 MiB of 64 GiB. Such kernels (before 4.10) are not moved higher. */
#define CDM_MAX_PHYS_BASE_TRIES 32768

/* Ranges of memory at whose start a kernel may have been loaded: what firmware keeps is before them. */
#define CDM_MAX_GUESSED_RANGES 16

/* Candidates of a translation that are put to the proof. */
#define CDM_MAX_CANDIDATES 64

/* Symbols in a kernel's own table: a distribution's kernel has 200,000 with its debugging aids. */
#define CDM_MAX_SYMBOLS (4 * CDM_MIB)
#define CDM_MAX_SYMBOLS_SOUGHT 16

/* Bytes that are searched for the timekeeper behind its symbol: it has 300, and a lock with its debugging
 * aids before it. In the array of 6.17 the next one begins behind 768. */
#define CDM_TIMEKEEPER_BYTES 512

/* Page tables on the way from the root to a page: 5 on x86_64; nobody has more. */
#define CDM_MAX_LEVELS 5

/* ---- the log ---- */

/* 2^26 descriptors are 7 GiB of metadata, more than any kernel can be given (CONFIG_LOG_BUF_SHIFT
 * 25 and log_buf_len=2G make 2^26). */
#define CDM_MIN_COUNT_BITS 4
#define CDM_MAX_COUNT_BITS 26

/* No kernel can configure more than 2^31 bytes of log text. */
#define CDM_MIN_TEXT_BITS 10
#define CDM_MIN_LOG_BYTES 1024u /* the same, for the older rings */
#define CDM_MAX_TEXT_BITS 31

/* printk_info is 88 or 112 bytes today (108 on 32 bit); room to grow. */
#define CDM_MAX_INFO_SIZE 512
#define CDM_MAX_DESC_SIZE 128
#define CDM_MAX_RING_SIZE 1024

/* Windows over the three arrays of a ring: memory does not grow with the log. */
#define CDM_DESC_WINDOW (24 * CDM_KIB)
#define CDM_INFO_WINDOW (48 * CDM_KIB)
#define CDM_TEXT_WINDOW (32 * CDM_KIB)

/* A record's text: text_len is 16 bits wide. A window grows for a longer one than it has room for. */
#define CDM_MAX_TEXT 65535

/* Bytes of a stream between two records of /dev/kmsg: a record has 1 KiB, with its dictionary. */
#define CDM_MAX_KMSG_GAP (64 * CDM_MIB)

/* NULs of a stream that is read as a text, after which it is none. */
#define CDM_MAX_TEXT_NULS ((uint64_t)4 * CDM_KIB * CDM_MIB)

/* So many NULs in a row are no text: printk("%c", 0) prints one, and a disk loses sectors of 512 bytes. */
#define CDM_LOST_NULS 16u

/* Of a text log that is read: a line as long as a record may be, and enough for a piece behind it. */
#define CDM_LINES_ROOM (96 * CDM_KIB)

/* Parts of a pstore folder: a backend that keeps 1 KiB in each makes ten of a crash (kmsg_bytes). */
#define CDM_MAX_PSTORE_PARTS 1024

/* ... which are searched for the line that an earlier crash's text ends with; longer lines are not. */
#define CDM_PSTORE_PIECE (16 * CDM_KIB)
#define CDM_MAX_PSTORE_LINE CDM_KIB

/* Damaged places that are told one by one; the rest is counted. */
#define CDM_MAX_TOLD 3

/* ---- why the kernel died ---- */

/* Reports kept of one log: a machine that warns all the time has thousands, of which the first crash
 * and the last warnings count. 12 of 7 KiB each are a quarter of what a process may take. */
#define CDM_MAX_REPORTS 12

/* Reports that are told at the same time, by as many processors or tasks. */
#define CDM_MAX_OPEN_REPORTS 4

/* The words of a report: a server has 200 modules with names of 15 bytes; that is half of it. */
#define CDM_MAX_REPORT_TEXT (6 * CDM_KIB)
#define CDM_MAX_REPORT_MODULES (4 * CDM_KIB)

/* Frames kept of a call trace, of its innermost. A stack that has overflown has thousands. */
#define CDM_MAX_FRAMES 64

/* A place in the kernel's code as text: symbols of Rust have up to 511 bytes (KSYM_NAME_LEN). */
#define CDM_MAX_PLACE 640

/* Bytes of a line that are looked at: a list of modules has 3 KiB; other lines are short. */
#define CDM_MAX_REPORT_LINE (4 * CDM_KIB)

/* Records between two of one report that say nothing: registers take 40 lines on some machines. */
#define CDM_MAX_REPORT_GAP 64

/* The same in nanoseconds: a report is printed at once, save what another processor is asked for. */
#define CDM_MAX_REPORT_PAUSE_NS UINT64_C(12000000000)

/* A hang that a panic follows from was noticed at most so long before it, and a fault of the hardware
 * so long. */
#define CDM_MAX_HANG_TO_PANIC_NS UINT64_C(10000000000)
#define CDM_MAX_FAULT_TO_PANIC_NS UINT64_C(60000000000)

/* Records at the start of a log that has lost its own in which a report's middle is looked for. */
#define CDM_MAX_HEADLESS_RECORDS 400

/* Seconds that a user may give: 30,000 years, so that microseconds fit into 63 bits. */
#define CDM_MAX_WALL_SECONDS INT64_C(1000000000000)

/* ---- carving ---- */

/* Windows of those who look for rings: five at once, beside two pieces of memory. */
#define CDM_CARVE_WINDOW (8 * CDM_KIB)

/* Numbered arrays remembered of each kind, the longest: a dump with three kernels in it has eight of
 * a log, and most others are short. */
#define CDM_MAX_SEEDS 32

/* Chains of records remembered, the longest: a ring is two, and a piece more for each page that is
 * missing of it. */
#define CDM_MAX_CHAINS 64

/* Pieces of one ring's text that are put together: two, and one more for each page that is missing. */
#define CDM_MAX_SPANS 16

/* Buffers of CPUs beside the log, two each, and the largest (CONFIG_PRINTK_SAFE_LOG_BUF_SHIFT is 13
 * where nobody changes it, and 17 at most). */
#define CDM_MAX_SAFE_BUFFERS 64
#define CDM_SAFE_BUFFER 8192u

/* Logs told apart: the kernel's, the one it booted with, of older boots, of a capture kernel, of
 * guests. */
#define CDM_MAX_CARVED 8

/* ---- many dumps ---- */

/* Files that are looked at in one run, and folders one in the other. */
#define CDM_MAX_TARGETS 1000000u
#define CDM_MAX_FOLDERS 32

/* Worker processes at once. */
#define CDM_MAX_JOBS 256

/* Dumps that are read, or whose results wait until that of an earlier one is there: each keeps up to
 * four files open, of the 1024 that a process usually may. */
#define CDM_MAX_WAITING 256

/* Files that a process has open beside these: standard streams, a terminal, those of a library. */
#define CDM_OTHER_FILES 16

/* What a worker may tell its starter besides its output: which files are parts of its split set. */
#define CDM_MAX_WORKER_NOTES (4 * CDM_KIB)

/* How often the starter looks whether it has something to show, in milliseconds. */
#define CDM_WORK_TICK_MS 250

/* A worker's life and memory, where the user does not say. A log takes a second to read, and less
 * than 1 MiB of memory besides the window of a compressed file, which may have 128 MiB. */
#define CDM_WORKER_SECONDS 300
#define CDM_MAX_WORKER_SECONDS 604800 /* a week */
#define CDM_WORKER_MEMORY ((uint64_t)512 * CDM_MIB)
#define CDM_MIN_WORKER_MEMORY CDM_MIB

/* A worker's output is copied in pieces. */
#define CDM_COPY_PIECE (16 * CDM_KIB)

/* Bytes of a dump's path in the name of its log: names have 255 at most, with what is put around. */
#define CDM_MAX_LOG_NAME 200

/* Times that logs whose names are the same get numbers: one is enough for all but odd names. */
#define CDM_MAX_NAME_TRIES 8

/* ---- output ---- */

/* Bytes gathered before a write. */
#define CDM_OUTPUT_PIECE (64 * CDM_KIB)

/* The longest record as text: CDM_MAX_TEXT newlines, each followed by a prefix's width of blanks
 * (52 at most), make 3.5 MB. */
#define CDM_MAX_FORMATTED (4 * CDM_MIB)

/* A line on standard error: names of files have up to 4 KiB. */
#define CDM_MAX_MESSAGE (8 * CDM_KIB)

/* Files of terminal-colors.d: as many as are looked at, how much of a scheme, and the way there. */
#define CDM_MAX_COLOR_FILES 1000
#define CDM_MAX_SCHEME (4 * CDM_KIB)
#define CDM_MAX_COLOR_PATH (4 * CDM_KIB)

/* Symbolic links followed to find where an output file goes, as the kernel does (MAXSYMLINKS). */
#define CDM_MAX_LINKS 40

/* Names that are tried for an output file until it has its own: those that are taken were left behind
 * by processes of the same number. */
#define CDM_MAX_NAMES 100

#endif
