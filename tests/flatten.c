// SPDX-License-Identifier: GPL-2.0-or-later
/* flatten.c - what does `makedumpfile -F` send for this dump?
 *
 *     flatten SEGMENT <DUMP >STREAM
 *
 * A header, then segments of SEGMENT bytes at most (formats/flattened.md), then the end marker;
 * prints the number of segments on standard error. */

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define HEADER_SIZE 4096u
#define MAX_SEGMENT 65536u

static void put_number(uint64_t number)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		putchar((int)(number >> shift & 0xff));
}

static void put_header(void)
{
	static const char signature[16] = "makedumpfile";

	fwrite(signature, 1, sizeof(signature), stdout);
	put_number(1); /* type */
	put_number(1); /* version */
	for (size_t at = sizeof(signature) + 16; at < HEADER_SIZE; at++)
		putchar(0);
}

static uint64_t put_segments(size_t segment)
{
	uint8_t bytes[MAX_SEGMENT];
	uint64_t off = 0, n = 0;
	size_t len;

	for (; (len = fread(bytes, 1, segment, stdin)) > 0; off += len, n++) {
		put_number(off);
		put_number(len);
		fwrite(bytes, 1, len, stdout);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long segment = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

	if (!segment || segment > MAX_SEGMENT) {
		fprintf(stderr, "usage: flatten SEGMENT <DUMP >STREAM; SEGMENT: 1 to %u bytes\n",
			MAX_SEGMENT);
		return 2;
	}
	put_header();
	uint64_t n = put_segments(segment);

	put_number(UINT64_MAX);
	put_number(UINT64_MAX);
	if (ferror(stdin) || fflush(stdout)) {
		perror("flatten");
		return 1;
	}
	fprintf(stderr, "%" PRIu64 "\n", n);
	return 0;
}
