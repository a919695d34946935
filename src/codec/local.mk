libcrashdmesg_objects_la_SOURCES += src/codec/codec.h src/codec/table.c
if HAVE_ZLIB
libcrashdmesg_objects_la_SOURCES += src/codec/zlib.c
endif
if HAVE_LZO
libcrashdmesg_objects_la_SOURCES += src/codec/lzo.c
endif
if HAVE_SNAPPY
libcrashdmesg_objects_la_SOURCES += src/codec/snappy.c
endif
if HAVE_ZSTD
libcrashdmesg_objects_la_SOURCES += src/codec/zstd.c
endif
