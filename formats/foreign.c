// SPDX-License-Identifier: GPL-2.0-or-later
/* foreign.c - files that are known, and not read: what is it, and what to do instead? */

#include "dump/format.h"

/* What to do instead. Texts stand in the tables themselves: a pointer each would have to be
 * relocated at every start of the program. */
enum advice {
	LATER,
	OLD,
	CONVERT,
	VIRSH,
	XL,
	VBOX,
	RESUME,
	XL_AGAIN,
	NOT_LINUX,
	UNPACK,
	MEMBER,
	JOURNAL,
	NO_ZLIB,
	NO_XZ,
	NO_ZSTD,
	NO_LZ4,
	NO_BZIP2
};

static const char advices[][72] = {
	[LATER] = "this release does not read it yet",
	[OLD] = "such files come from kernels before 2.6.24; crash reads them",
	[CONVERT] = "convert it with makedumpfile",
	[VIRSH] = "dump the guest with virsh dump --memory-only",
	[XL] = "dump the guest with xl dump-core",
	[VBOX] = "dump the machine with VBoxManage debugvm NAME dumpvmcore",
	[RESUME] = "name the file with the memory (.vmem)",
	[XL_AGAIN] = "what xl dump-core writes since Xen 3.1 is read",
	[NOT_LINUX] = "crashdmesg reads dumps of Linux kernels",
	[UNPACK] = "unpack it first, also into a pipe: ... | crashdmesg -",
	[MEMBER] = "unpack the dump first: tar -xOf FILE MEMBER | crashdmesg -",
	[JOURNAL] = "read it with journalctl --file",
	[NO_ZLIB] = "this build has no zlib: gzip -dc FILE | crashdmesg -",
	[NO_XZ] = "this build has no liblzma: xz -dc FILE | crashdmesg -",
	[NO_ZSTD] = "this build has no libzstd: zstd -dc FILE | crashdmesg -",
	[NO_LZ4] = "this build has no liblz4: lz4 -dc FILE | crashdmesg -",
	[NO_BZIP2] = "this build has no libbz2: bzip2 -dc FILE | crashdmesg -",
};

struct foreign {
	char magic[17];
	uint8_t len;
	uint16_t at;
	char title[44];
	enum advice advice;
};

/* formats.md 0.1; where a magic begins another one, the longer stands first. */
static const struct foreign foreigners[] = {
	{ "DISKDUMP", 8, 0, "a diskdump file of a kernel before 2.6.24", LATER },
	{ "\xed\x23\x8f\x61\x73\x01\x19\xa8", 8, 0, "an LKCD dump", OLD },
	{ "\xa8\x19\x01\x73\x61\x8f\x23\xed", 8, 0, "a big-endian LKCD dump", OLD },
	{ "\xd0\xbe\xd0\xbe", 4, 0, "a VMware state file of an old version", RESUME },
	{ "sadump\0\0", 8, 0, "a SADUMP firmware dump", CONVERT },
	{ "LibvirtQemudSave", 16, 0, "a libvirt save file", VIRSH },
	{ "LibvirtQemudPart", 16, 0, "an unfinished libvirt save file", VIRSH },
	{ "QEVM", 4, 0, "a QEMU migration stream", VIRSH },
	{ "LinuxGuestRecord", 16, 0, "a Xen save file", XL },
	{ "\xed\xeb\x0f\xf0", 4, 0, "an old Xen core", XL_AGAIN },
	{ "\xee\xeb\x0f\xf0", 4, 0, "an old Xen core", XL_AGAIN },
	{ "\xf0\x0f\xeb\xed", 4, 0, "an old Xen core", XL_AGAIN },
	{ "\xf0\x0f\xeb\xee", 4, 0, "an old Xen core", XL_AGAIN },
	{ "\177VirtualBox Save", 16, 0, "a VirtualBox saved state", VBOX },
	{ "PAGEDU64", 8, 0, "a Windows crash dump", NOT_LINUX },
	{ "PAGEDUMP", 8, 0, "a Windows crash dump", NOT_LINUX },
	/* Those that this build unpacks do not come here. */
	{ "\x1f\x8b\x08", 3, 0, "a gzip file", NO_ZLIB },
	{ "\xfd"
	  "7zXZ\0",
	  6, 0, "an xz file", NO_XZ },
	{ "\x28\xb5\x2f\xfd", 4, 0, "a zstd file", NO_ZSTD },
	{ "\x04\x22\x4d\x18", 4, 0, "an lz4 file", NO_LZ4 },
	{ "BZh", 3, 0, "a bzip2 file", NO_BZIP2 },
	{ "\x50\x2a\x4d\x18", 4, 0, "a file of zstd or lz4 frames", UNPACK },
	{ "\x02\x21\x4c\x18", 4, 0, "an lz4 file of the older format", UNPACK },
	{ "\x89LZO\0\r\n\x1a\n", 9, 0, "an lzop file", UNPACK },
	{ "PK\3\4", 4, 0, "a zip file", UNPACK },
	{ "7z\xbc\xaf\x27\x1c", 6, 0, "a 7z archive", UNPACK },
	{ "ustar", 5, 257, "a tar archive", MEMBER },
	{ "LPKSHHRH", 8, 0, "a systemd journal", JOURNAL },
};

static const struct foreign *recognise(struct cdm_bytes head)
{
	struct cdm_bytes part;

	for (size_t i = 0; i < sizeof(foreigners) / sizeof(*foreigners); i++) {
		const struct foreign *known = &foreigners[i];

		if (cdm_slice(head, known->at, known->len, &part) &&
		    memcmp(part.at, known->magic, known->len) == 0)
			return known;
	}
	return NULL;
}

static bool probe(struct cdm_bytes head)
{
	return recognise(head) != NULL;
}

static enum cdm_status refuse(struct cdm_dump *dump, struct cdm_error *err)
{
	const struct foreign *known = recognise(dump->head);

	return cdm_fail(err, CDM_ERR_UNSUPPORTED, "this is %s: %s", known->title,
			advices[known->advice]);
}

const struct cdm_format cdm_format_foreign = {
	.name = "foreign",
	.title = "no Linux dump, or one that is not read",
	.probe = probe,
	.open = refuse,
};
