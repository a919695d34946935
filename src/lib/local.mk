libcrashdmesg_objects_la_SOURCES += src/lib/reader.h src/lib/open.c src/lib/describe.c src/lib/log.c src/lib/clock.c src/lib/info.c src/lib/format.c
if !CAPTURE
libcrashdmesg_objects_la_SOURCES += src/lib/crash.c
endif
