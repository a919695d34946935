libcrashdmesg_objects_la_SOURCES += src/kernel/kernel.h src/kernel/kernel.c src/kernel/attempt.h src/kernel/attempt.c \
	src/kernel/identity.c src/kernel/fields.h src/kernel/fields.c src/kernel/kallsyms.h \
	src/kernel/timekeeper.h src/kernel/search.h src/kernel/home.h src/kernel/memory.h
if CAPTURE
libcrashdmesg_objects_la_SOURCES += src/kernel/capture.c
else
libcrashdmesg_objects_la_SOURCES += src/kernel/scan.h src/kernel/scan.c src/kernel/search.c \
	src/kernel/kallsyms.c src/kernel/confirm.h src/kernel/confirm.c src/kernel/calibrate.h src/kernel/calibrate.c \
	src/kernel/memory.c src/kernel/corehdr.h src/kernel/corehdr.c src/kernel/home.c \
	src/kernel/rank.h src/kernel/rank.c src/kernel/lowcore.h src/kernel/lowcore.c src/kernel/timekeeper.c
endif
