// SPDX-License-Identifier: GPL-2.0-or-later
/* foreign.c - files that are known, and not read: what is it, and what to do instead? */

#include "dump/format.h"

#define UNPACK(program) "unpack it first, for example " program " < FILE | crashdmesg -"
#define LATER "this release does not read it yet"

struct foreign {
	const char *magic;
	size_t len;
	size_t at;
	const char *title, *advice;
};

/* formats.md 0.1; where a magic begins another one, the longer stands first. */
static const struct foreign foreigners[] = {
	{ "DISKDUMP", 8, 0, "a diskdump file of a kernel before 2.6.24", LATER },
	{ "\xa8\x19\x01\x73\x61\x8f\x23\xfd", 8, 0, "an s390 stand-alone dump", LATER },
	{ "\xa8\x19\x01\x73\x61\x8f\x23\xfe", 8, 0, "an extended s390 stand-alone dump", LATER },
	{ "\xed\x23\x8f\x61\x73\x01\x19\xa8", 8, 0, "an LKCD dump",
	  "such files come from kernels before 2.6.24; crash reads them" },
	{ "\xa8\x19\x01\x73\x61\x8f\x23\xed", 8, 0, "a big-endian LKCD dump",
	  "such files come from kernels before 2.6.24; crash reads them" },
	{ "EMiL", 4, 0, "a LiME memory image", LATER },
	{ "AVML", 4, 0, "an AVML memory image", LATER },
	{ "\xd0\xbe\xd0\xbe", 4, 0, "a VMware state file", LATER },
	{ "\xd2\xbe\xd2\xbe", 4, 0, "a VMware state file", LATER },
	{ "\xd3\xbe\xd3\xbe", 4, 0, "a VMware state file", LATER },
	{ "\xd1\xba\xd1\xba", 4, 0, "a VMware state file", LATER },
	{ "\xd2\xba\xd2\xba", 4, 0, "a VMware state file", LATER },
	{ "sadump\0\0", 8, 0, "a SADUMP firmware dump", "convert it with makedumpfile" },
	{ "LibvirtQemudSave", 16, 0, "a libvirt save file",
	  "dump the guest with virsh dump --memory-only" },
	{ "LibvirtQemudPart", 16, 0, "an unfinished libvirt save file",
	  "dump the guest with virsh dump --memory-only" },
	{ "QEVM", 4, 0, "a QEMU migration stream", "dump the guest with virsh dump --memory-only" },
	{ "LinuxGuestRecord", 16, 0, "a Xen save file", "dump the guest with xl dump-core" },
	{ "\xed\xeb\x0f\xf0", 4, 0, "an old Xen core", LATER },
	{ "\xee\xeb\x0f\xf0", 4, 0, "an old Xen core", LATER },
	{ "\xf0\x0f\xeb\xed", 4, 0, "an old Xen core", LATER },
	{ "\xf0\x0f\xeb\xee", 4, 0, "an old Xen core", LATER },
	{ "PAGEDU64", 8, 0, "a Windows crash dump", "crashdmesg reads dumps of Linux kernels" },
	{ "PAGEDUMP", 8, 0, "a Windows crash dump", "crashdmesg reads dumps of Linux kernels" },
	{ "\x1f\x8b", 2, 0, "a gzip file", UNPACK("zcat") },
	{ "\xfd"
	  "7zXZ\0",
	  6, 0, "an xz file", UNPACK("xzcat") },
	{ "\x28\xb5\x2f\xfd", 4, 0, "a zstd file", UNPACK("zstdcat") },
	{ "\x04\x22\x4d\x18", 4, 0, "an lz4 file", UNPACK("lz4cat") },
	{ "BZh", 3, 0, "a bzip2 file", UNPACK("bzcat") },
	{ "\x89LZO\0\r\n\x1a\n", 9, 0, "an lzop file", UNPACK("lzop -dc") },
	{ "PK\3\4", 4, 0, "a zip file", UNPACK("unzip -p FILE, or funzip") },
	{ "7z\xbc\xaf\x27\x1c", 6, 0, "a 7z archive", "unpack it first" },
	{ "ustar", 5, 257, "a tar archive",
	  "unpack the dump first: tar -xOf FILE MEMBER | crashdmesg -" },
	{ "LPKSHHRH", 8, 0, "a systemd journal", "read it with journalctl --file" },
	{ NULL, 0, 0, NULL, NULL },
};

static const struct foreign *recognise(struct cdm_bytes head)
{
	struct cdm_bytes part;

	for (const struct foreign *known = foreigners; known->title; known++)
		if (cdm_slice(head, known->at, known->len, &part) &&
		    memcmp(part.at, known->magic, known->len) == 0)
			return known;
	return NULL;
}

static bool probe(struct cdm_bytes head)
{
	return recognise(head) != NULL;
}

static enum cdm_status refuse(struct cdm_dump *dump, struct cdm_error *err)
{
	const struct foreign *known = recognise(dump->head);

	return cdm_fail(err, CDM_ERR_UNSUPPORTED, "this is %s: %s", known->title, known->advice);
}

const struct cdm_format cdm_format_foreign = {
	.name = "foreign",
	.title = "no Linux dump, or one that is not read",
	.probe = probe,
	.open = refuse,
};
