// SPDX-License-Identifier: GPL-2.0-or-later
/* usage.c - what does --help print? One screen, by topic. */

#include "config.h"

#include "cli/options.h"

const char cdm_usage[] =
	"Usage: crashdmesg [OPTIONS] [DUMP...]\n"
	"Prints the kernel log of Linux crash dumps as dmesg would have printed it.\n"
	"DUMP is a file, a folder that is searched for dumps, a block device, or - for standard\n"
	"input; none means /proc/vmcore.\n"
	"\n"
	"Form of the log:\n"
	"  -r, --raw               with \"<6>\", facility and level, in front (as dmesg)\n"
	"  -x, --decode            with facility and level by name in front (as dmesg)\n"
	"  -J, --json              one JSON document a dump (as dmesg)\n"
	"      --kmsg-records[=0]  as /dev/kmsg gives records; =0: a NUL between them\n"
	"      --caller[=WHEN]     thread or processor behind the time: always (no WHEN),\n"
	"                          never, auto (default), or a width of 1 to 11 columns\n"
	"      --noescape          do not turn unprintable bytes into \\xNN\n"
	"\n"
	"Instead of the log:\n"
	"  -i, --info[=json]       what is known about each dump and its log\n"
	"      --vmcoreinfo        the kernel's description of itself, as it was found\n"
	"      --peek              each dump's format, from its first bytes\n"
#ifndef CDM_CAPTURE
	"      --summary           a table with a line a dump\n"
#endif
	"\n"
#ifndef CDM_CAPTURE
	"Many dumps, each read by a process of its own:\n"
	"  -j, --jobs N            read N at once\n"
	"      --timeout SECONDS   give a dump up that takes longer (300)\n"
	"      --max-memory SIZE   ... or needs more memory (512M)\n"
	"\n"
#endif
	"Reading and writing:\n"
	"  -F, --file FILE         read FILE, and each DUMP, as text where it is no dump: what dmesg\n"
	"                          or a console printed, a syslog file\n"
	"  -K, --kmsg-file FILE    the same for records of /dev/kmsg\n"
	"  -o, --output FILE       write to FILE: all of the result, or nothing\n"
#ifndef CDM_CAPTURE
	"  -O, --output-dir DIR    write a file a dump, named after it, to DIR\n"
#endif
	"      --vmcoreinfo=FILE   read the dump by the description in FILE\n"
	"      --drain             read a pipe to its end\n"
	"  -v, --verbose           tell how each dump was understood\n"
	"  -q, --quiet             do not tell what is missing or damaged\n"
	"  -h, --help              this text\n"
	"  -V, --version           version, and the codecs built in\n"
	"\n"
	"Exit status: 0 the whole log was printed; 3 a log was printed, and something of it\n"
	"is missing or damaged; 1 nothing could be read, or writing failed; 2 usage.\n";
