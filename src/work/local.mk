if !CAPTURE
crashdmesg_SOURCES += src/work/pool.h src/work/pool.c \
	src/work/worker.h src/work/worker.c
endif
