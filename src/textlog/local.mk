libcrashdmesg_objects_la_SOURCES += src/textlog/textlog.h
if CAPTURE
libcrashdmesg_objects_la_SOURCES += src/textlog/capture.c
else
libcrashdmesg_objects_la_SOURCES += src/textlog/textlog.c src/textlog/lines.h src/textlog/lines.c \
	src/textlog/prefix.h src/textlog/prefix.c src/textlog/kmsg.h src/textlog/kmsg.c \
	src/textlog/entry.h src/textlog/entry.c src/textlog/entries.h src/textlog/entries.c \
	src/textlog/json.c src/textlog/journal.c src/textlog/pstore.h src/textlog/pstore.c
endif
