libcrashdmesg_objects_la_SOURCES += src/text/style.h src/text/dmesg.c src/text/json.c src/text/json_lines.c src/text/kmsg.c \
	src/text/escape.c src/text/stamp.c
if CAPTURE
libcrashdmesg_objects_la_SOURCES += src/text/capture.c
else
libcrashdmesg_objects_la_SOURCES += src/text/dressed.c src/text/times.c
endif
