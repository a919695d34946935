/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_list.h - every option, a row each: to add one, begin here.
 *
 * From these rows come the parser's table and the completions of the shells (completions/make-completions);
 * tests/check-help holds them, usage.c and the manual together.
 *
 *     ROW(id, letter, name, argument, owner, values, what it does)
 *
 * letter    0: there is none
 * argument  NONE, MUST have one, MAY have one (behind '=', or behind the letter)
 * owner     DMESG's too: its abbreviations are dmesg's; OURS; LIVE: dmesg's for a running kernel, refused
 * values    for completion: words, or FILE, FOLDER, DUMP; empty: anything
 */

#ifndef CDM_CLI_OPTION_LIST_H
#define CDM_CLI_OPTION_LIST_H

// clang-format off
#define CDM_OPTION_LIST(ROW) \
	/* Form of the log */ \
	ROW(RAW, 'r', "raw", NONE, DMESG, "", "facility and level in front, as <6>") \
	ROW(DECODE, 'x', "decode", NONE, DMESG, "", "facility and level by name in front") \
	ROW(JSON, 'J', "json", NONE, DMESG, "", "one JSON document a dump") \
	ROW(JSON_LINES, 0, "json-lines", NONE, OURS, "", "a JSON object a record, a line each") \
	ROW(KMSG_RECORDS, 0, "kmsg-records", MAY, OURS, "0", "as /dev/kmsg gives records") \
	ROW(CALLER, 0, "caller", MAY, OURS, "always never auto", "thread or processor behind the time") \
	ROW(NOESCAPE, 0, "noescape", NONE, DMESG, "", "unprintable bytes as they are") \
	ROW(FORCE_PREFIX, 'p', "force-prefix", NONE, DMESG, "", "what stands in front, in front of each line") \
	ROW(COLOR, 'L', "color", MAY, DMESG, "auto always never", "colours") \
	ROW(HUMAN, 'H', "human", NONE, DMESG, "", "relative times, colours, a pager") \
	ROW(NOPAGER, 'P', "nopager", NONE, DMESG, "", "no pager") \
	/* Times */ \
	ROW(NOTIME, 't', "notime", NONE, DMESG, "", "no times") \
	ROW(CTIME, 'T', "ctime", NONE, DMESG, "", "wall times") \
	ROW(SHOW_DELTA, 'd', "show-delta", NONE, DMESG, "", "the time since the record before, too") \
	ROW(RELTIME, 'e', "reltime", NONE, DMESG, "", "wall time of a minute, then differences") \
	ROW(TIME_FORMAT, 0, "time-format", MUST, DMESG, "raw ctime reltime delta iso notime", "times in this format, one behind the other") \
	ROW(UTC, 0, "utc", NONE, OURS, "", "wall times are UTC") \
	ROW(BOOT_TIME, 0, "boot-time", MUST, OURS, "", "when the machine was booted") \
	/* Which records */ \
	ROW(LEVEL, 'l', "level", MUST, DMESG, "LEVELS", "only these levels: err,warn or err+ or +err") \
	ROW(FACILITY, 'f', "facility", MUST, DMESG, "FACILITIES", "only these facilities") \
	ROW(KERNEL, 'k', "kernel", NONE, DMESG, "", "only the kernel's own") \
	ROW(USERSPACE, 'u', "userspace", NONE, DMESG, "", "only those of programs") \
	ROW(SINCE, 0, "since", MUST, DMESG, "", "only later ones: a time, or -30s before the crash") \
	ROW(UNTIL, 0, "until", MUST, DMESG, "", "only earlier ones") \
	ROW(GREP, 'g', "grep", MUST, OURS, "", "only those whose text matches") \
	ROW(CASE_SENSITIVE, 0, "case-sensitive", MAY, OURS, "yes no", "whether --grep minds capital letters") \
	ROW(TAIL, 0, "tail", MUST, OURS, "", "only the last so many") \
	/* Instead of the log */ \
	ROW(INFO, 'i', "info", MAY, OURS, "json", "what is known about each dump") \
	ROW(PANIC, 0, "panic", NONE, OURS, "", "of the log, only the crash that the kernel died of") \
	ROW(REASON, 0, "reason", NONE, OURS, "", "why each kernel died, in a line") \
	ROW(FINGERPRINT, 0, "fingerprint", NONE, OURS, "", "a number for the crash, the same for the same bug") \
	ROW(MATCH, 0, "match", MUST, OURS, "FILE", "is the crash in this list of known ones?") \
	ROW(PEEK, 0, "peek", NONE, OURS, "", "the format of each dump") \
	ROW(VMCOREINFO, 0, "vmcoreinfo", MAY, OURS, "FILE", "the kernel's description: print it, or read by that file") \
	ROW(SUMMARY, 0, "summary", NONE, OURS, "", "a table with a line a dump") \
	/* Many dumps */ \
	ROW(JOBS, 'j', "jobs", MUST, OURS, "", "read so many dumps at once") \
	ROW(OUTPUT_DIR, 'O', "output-dir", MUST, OURS, "FOLDER", "write a file a dump to this folder") \
	ROW(TIMEOUT, 0, "timeout", MUST, OURS, "", "give a dump up that takes more seconds") \
	ROW(MAX_MEMORY, 0, "max-memory", MUST, OURS, "", "give a dump up that needs more memory") \
	/* Reading and writing */ \
	ROW(UNFINISHED, 0, "unfinished", NONE, OURS, "", "records, too, that a processor was writing") \
	ROW(SINCE_CLEAR, 0, "since-clear", NONE, OURS, "", "only what was logged after dmesg -c") \
	ROW(SAFE_BUFFERS, 0, "safe-buffers", NONE, OURS, "", "then, what did not reach the log") \
	ROW(CARVE, 0, "carve", NONE, OURS, "", "find the log in memory by the shape of its records") \
	ROW(FILE, 'F', "file", MUST, DMESG, "FILE", "read a log that was kept as text") \
	ROW(KMSG_FILE, 'K', "kmsg-file", MUST, DMESG, "FILE", "read records of /dev/kmsg") \
	ROW(OUTPUT, 'o', "output", MUST, OURS, "FILE", "write to this file") \
	ROW(BASE, 0, "base", MUST, OURS, "", "physical address where a raw image of memory begins") \
	ROW(DRAIN, 0, "drain", NONE, OURS, "", "read a pipe to its end") \
	ROW(VERBOSE, 'v', "verbose", NONE, OURS, "", "tell how each dump was understood") \
	ROW(QUIET, 'q', "quiet", NONE, OURS, "", "do not tell what is missing or damaged") \
	ROW(HELP, 'h', "help", NONE, DMESG, "", "a summary of the options") \
	ROW(VERSION, 'V', "version", NONE, DMESG, "", "version and codecs") \
	/* dmesg's, for a running kernel */ \
	ROW(CLEAR, 'C', "clear", NONE, LIVE, "", "") \
	ROW(READ_CLEAR, 'c', "read-clear", NONE, LIVE, "", "") \
	ROW(CONSOLE_OFF, 'D', "console-off", NONE, LIVE, "", "") \
	ROW(CONSOLE_ON, 'E', "console-on", NONE, LIVE, "", "") \
	ROW(CONSOLE_LEVEL, 'n', "console-level", MUST, LIVE, "", "") \
	ROW(FOLLOW, 'w', "follow", NONE, LIVE, "", "") \
	ROW(FOLLOW_NEW, 'W', "follow-new", NONE, LIVE, "", "") \
	ROW(SYSLOG, 'S', "syslog", NONE, LIVE, "", "") \
	ROW(BUFFER_SIZE, 's', "buffer-size", MUST, LIVE, "", "")
// clang-format on

#define CDM_OPTION_ID(id, letter, name, argument, owner, values, what) CDM_OPTION_##id,
enum cdm_option { CDM_OPTION_LIST(CDM_OPTION_ID) CDM_N_OPTIONS };
#undef CDM_OPTION_ID

#endif
