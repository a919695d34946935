// SPDX-License-Identifier: GPL-2.0-or-later
/* usage.c - what does --help print? One screen, by topic. */

#include "config.h"

#include "cli/options.h"

const char cdm_usage[] =
	"Usage: crashdmesg [OPTIONS] [DUMP...]\n"
	"Prints the kernel log of Linux crash dumps as dmesg would have printed it.\n"
	"DUMP: a file, a folder of dumps, a block device, - for standard input; none: "
	"/proc/vmcore\n"
	"\n"
	"Form: -r, --raw \"<6>\" in front; -x, --decode priority by name; -J, --json one "
	"document;\n"
	"  --json-lines            an object a record with all that is known, a line each\n"
	"  --kmsg-records[=0]      as /dev/kmsg gives records; =0: a NUL between them\n"
	"  --caller[=WHEN]         thread or processor behind the time: always, never, auto, a "
	"width\n"
#ifndef CDM_CAPTURE
	"  -p, --force-prefix      what stands in front, in front of each line of a record\n"
	"  -L, --color[=WHEN]      auto, always, never; -H, --human: -e, colours and a pager;\n"
	"  -P, --nopager           no pager\n"
#endif
	"  --noescape              unprintable bytes as they are, not as \\xNN\n"
#ifndef CDM_CAPTURE
	"Times: -t, --notime none; -T, --ctime wall time; -e, --reltime; -d, --show-delta;\n"
	"  --time-format FORMAT    raw, ctime, reltime, delta, iso, notime; more than once\n"
	"  --utc; --boot-time TIME instead of what the dump's own clock says\n"
	"Which records:\n"
	"  -l, --level LIST        err,warn  err+ and worse  +err and less bad\n"
	"  -f, --facility LIST     daemon,user; -k, --kernel; -u, --userspace\n"
	"  --since, --until TIME   a date, a time of day, or -30s, which counts from the crash\n"
	"  -g, --grep PATTERN      capital letters count if it has any; --case-sensitive[=no]\n"
	"  --tail N                the last N of them\n"
#endif
	"Instead of the log:\n"
	"  -i, --info[=json]       what is known about each dump and its log\n"
#ifndef CDM_CAPTURE
	"  --reason                why each kernel died, in a line; --panic: only that part of the "
	"log\n"
	"  --fingerprint           the same number for the same crash anywhere; --match FILE: is\n"
	"                          it in this list?\n"
#endif
	"  --vmcoreinfo            the kernel's description of itself, as it was found\n"
	"  --peek                  each dump's format, from its first bytes\n"
#ifndef CDM_CAPTURE
	"  --summary               a table with a line a dump\n"
	"Many dumps, each read by a process of its own (one alone, too, has a --timeout):\n"
	"  -j, --jobs N            N at once; give one up after --timeout SECONDS (300)\n"
	"  --max-memory SIZE       or if it needs more (512M)\n"
	"  -O, --output-dir DIR    write a file a dump, named after it\n"
#endif
	"Reading and writing:\n"
#ifndef CDM_CAPTURE
	"  -F, --file FILE         FILE is, and each DUMP may be, text: of dmesg, a console, "
	"a journal\n"
	"  -K, --kmsg-file FILE    the same, with records of /dev/kmsg\n"
#endif
	"  --vmcoreinfo=FILE       read the dump by the description in FILE\n"
	"  --unfinished            records, too, that a processor was writing when it died\n"
	"  --since-clear           only what was logged after dmesg -c\n"
	"  --safe-buffers          then, what CPUs printed in an NMI and did not get to the log\n"
	"  --carve                 find the log in memory by the shape of its records\n"
#ifndef CDM_CAPTURE
	"  --base ADDRESS          where a raw image of memory begins, if no guess is right\n"
#endif
	"  -o, --output FILE       write to FILE: all of the result, or nothing\n"
	"  --drain                 read a pipe to its end\n"
	"  -v, --verbose           tell how each dump was understood; -q, --quiet: tell no damage\n"
	"  -h, --help; -V, --version with the codecs built in\n"
	"Status: 0 whole log; 3 something of it is missing or damaged; 1 nothing read; 2 usage;\n"
	"  4 --match: not in the list\n";
