libcrashdmesg_objects_la_SOURCES += src/base/error.h src/base/error.c src/base/print.h src/base/print.c src/base/checked.h src/base/ascii.h \
	src/base/bytes.h src/base/bytes.c src/base/words.h src/base/words.c src/base/outbuf.h src/base/outbuf.c src/base/limits.h \
	src/base/library.h src/base/library.c src/base/temporary.h src/base/temporary.c src/base/damage.h src/base/damage.c \
	src/base/priority.h src/base/priority.c src/base/decode.h src/base/inflate.h
if HAVE_ZLIB
libcrashdmesg_objects_la_SOURCES += src/base/inflate.c
endif
