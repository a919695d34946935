libcrashdmesg_objects_la_SOURCES += src/dump/dump.h src/dump/dump.c src/dump/format.h src/dump/notes.h src/dump/notes.c \
	src/dump/vmcoreinfo.h src/dump/vmcoreinfo.c src/dump/pieces.h src/dump/pieces.c src/dump/searched.h src/dump/searched.c src/dump/registers.h src/dump/registers.c src/dump/hole.h
if !CAPTURE
libcrashdmesg_objects_la_SOURCES += src/dump/hole.c
endif
