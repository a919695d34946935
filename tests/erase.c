// SPDX-License-Identifier: GPL-2.0-or-later
/* erase.c - a dump in which nothing describes the kernel.
 *
 *     erase FILE
 *
 * Overwrites each VMCOREINFO text in an uncompressed dump with zeros: that of the note, with the
 * note's name, and every copy in memory; so is each line of one that lies alone. Prints how many
 * bytes that were. What follows is to find the log by its shape. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define PIECE ((size_t)4 << 20)
#define MAX_TEXT ((size_t)64 << 10) /* of a VMCOREINFO: one page of the kernel */
#define NOTE_HEAD 24                /* a note's header and name in front of its text */

/* The first line, and lines by which a reader could still find a ring or a translation. */
static const char *const marks[] = {
	"OSRELEASE=", "SYMBOL(", "OFFSET(", "SIZE(", "NUMBER(", "LENGTH(", "KERNELOFFSET=",
};

static bool is_text(uint8_t c)
{
	return c == '\n' || (c >= 0x20 && c < 0x7f);
}

static bool is_key_character(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_' || c == '.';
}

/* A mark that is no format string: "SYMBOL(name)=" and a digit, "OSRELEASE=" and a digit. */
static bool begins_value(const uint8_t *at, size_t len, const char *mark)
{
	size_t pos = strlen(mark);

	if (len < pos || memcmp(at, mark, pos) != 0)
		return false;
	if (mark[pos - 1] == '(') {
		while (pos < len && is_key_character(at[pos]))
			pos++;
		if (pos + 2 > len || at[pos] != ')' || at[pos + 1] != '=')
			return false;
		pos += 2;
	}
	return pos < len && is_key_character(at[pos]);
}

static bool is_marked(const uint8_t *at, size_t len)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (begins_value(at, len, marks[i]))
			return true;
	return false;
}

/* Zeros from a mark on, as far as there is text; and the name of the note in front of it. */
static size_t erase_text(uint8_t *bytes, size_t pos, size_t len)
{
	size_t end = pos;

	while (end < len && end - pos < MAX_TEXT && is_text(bytes[end]))
		end++;
	memset(bytes + pos, 0, end - pos);
	if (pos >= NOTE_HEAD && !memcmp(bytes + pos - NOTE_HEAD + 12, "VMCOREINFO", 11))
		memcpy(bytes + pos - NOTE_HEAD + 12, "ERASEDINFO", 10);
	return end - pos;
}

static uint64_t erase_piece(uint8_t *bytes, size_t len)
{
	uint64_t erased = 0;

	for (size_t pos = 0; pos < len; pos++)
		if (strchr("OSNLK", bytes[pos]) && bytes[pos] && is_marked(bytes + pos, len - pos))
			erased += erase_text(bytes, pos, len);
	return erased;
}

/* Pieces overlap, so that each text lies in one whole. */
static bool erase_file(int fd, uint8_t *bytes, uint64_t *erased)
{
	off_t at = 0, data;

	while ((data = lseek(fd, at, SEEK_DATA)) >= 0) {
		off_t begin = data < at ? at : data;

		begin = begin > (off_t)MAX_TEXT ? begin - (off_t)MAX_TEXT : 0;
		ssize_t len = pread(fd, bytes, PIECE, begin);
		if (len <= 0)
			return len == 0;
		uint64_t found = erase_piece(bytes, (size_t)len);
		if (found && pwrite(fd, bytes, (size_t)len, begin) != len)
			return false;
		*erased += found;
		at = begin + len;
	}
	return errno == ENXIO;
}

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDWR) : -1;
	uint8_t *bytes = malloc(PIECE);
	uint64_t erased = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: erase FILE\n");
		return 2;
	}
	if (fd < 0 || !bytes || !erase_file(fd, bytes, &erased)) {
		perror(argv[1]);
		return 1;
	}
	free(bytes);
	close(fd);
	printf("%" PRIu64 "\n", erased);
	return 0;
}
