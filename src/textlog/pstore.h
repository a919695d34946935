/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pstore.h - a folder of what the kernel kept of its log over a crash, as /sys/fs/pstore shows it and
 * systemd-pstore(8) files it.
 *
 *     dmesg-efi-170000000001001    Oops#1 Part1\n<4>[   12.345678] ...
 *     dmesg-efi-170000000002001    Oops#1 Part2\n<6>[   11.000000] ...
 *
 * A crash gives several files, as large as the backend can keep; part 1 has the newest lines. The number
 * behind # counts the crashes of a boot (pstore_dump(), fs/pstore/platform.c). A later one has the end
 * of the one before again. */

#ifndef CDM_TEXTLOG_PSTORE_H
#define CDM_TEXTLOG_PSTORE_H

#include "base/damage.h"
#include "source/source.h"

/* The parts' text, from the oldest on, without headers, and what is there twice once. A part that
 * cannot be read costs its own text. CDM_NOT_MINE: no file in the folder is such a part. *out is the
 * caller's: cdm_source_close(). */
CDM_CHECKED enum cdm_status cdm_pstore_open(const char *folder, struct cdm_source **out,
					    struct cdm_error *err);

/* Adds what is missing among the parts. Does nothing for any other source. */
void cdm_pstore_tell(struct cdm_source *src, struct cdm_damage *damage);

/* Adds what has turned out to be missing since: parts that could not be read to their end. */
void cdm_pstore_tell_news(struct cdm_source *src, struct cdm_damage *damage);

#endif
