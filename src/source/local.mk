libcrashdmesg_objects_la_SOURCES += src/source/source.h src/source/source.c src/source/open.c \
	src/source/file.c src/source/pipe.c src/source/spool.h src/source/spool.c src/source/wrapper.h src/source/wrappers.c src/source/flat.c \
	src/source/flat_headers.h src/source/flat_headers.c \
	src/source/flat_index.h src/source/flat_index.c src/source/flat_used.h src/source/flat_used.c
libcrashdmesg_objects_la_SOURCES += src/source/unpack.h src/source/unpack.c
if HAVE_ZLIB
libcrashdmesg_objects_la_SOURCES += src/source/unpack_gzip.c
endif
if HAVE_ZSTD
libcrashdmesg_objects_la_SOURCES += src/source/unpack_zstd.c
endif
if HAVE_XZ
libcrashdmesg_objects_la_SOURCES += src/source/unpack_xz.c
endif
if HAVE_BZIP2
libcrashdmesg_objects_la_SOURCES += src/source/unpack_bzip2.c
endif
if HAVE_LZ4
libcrashdmesg_objects_la_SOURCES += src/source/unpack_lz4.c
endif
