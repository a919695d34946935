// SPDX-License-Identifier: GPL-2.0-or-later
/* main.c - dumpwriter CASE OUT [KEY=VALUE ...]: what does the dump of this case look like? */

#include "tests/dumpwriter/dumpwriter.h"

#include <string.h>

int main(int argc, char **argv)
{
	struct dw_arena arena = { NULL };
	struct dw_script script;
	struct dw_settings settings;
	const char *codec;

	if (argc < 3)
		dw_die("usage: dumpwriter CASE OUT [KEY=VALUE ...]\n"
		       "KEY: of [dump], or kernel.KEY; see docs/TESTING.md");
	script = dw_read_script(&arena, argv[1]);
	settings = dw_read_settings(&arena, &script, (size_t)argc);
	for (int i = 3; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (!equals)
			dw_die("%s: not KEY=VALUE", argv[i]);
		*equals = '\0';
		dw_override(&settings, argv[i], equals + 1);
	}
	codec = dw_missing_codec(&arena, &script, &settings);
	if (codec)
		dw_die("%s: %s is not built in", argv[1], codec);
	dw_write_dump(&arena, &settings, argv[2]);
	dw_free_all(&arena);
	return 0;
}
