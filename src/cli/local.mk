crashdmesg_SOURCES += src/cli/main.c src/cli/options.h src/cli/options.c src/cli/output.h src/cli/output.c \
	src/cli/run_one.h src/cli/run_one.c src/cli/info.h src/cli/info.c src/cli/usage.c
