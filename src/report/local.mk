if !CAPTURE
libcrashdmesg_objects_la_SOURCES += src/report/report.h src/report/kinds.c src/report/collector.c \
	src/report/item.h src/report/item.c src/report/rules.h src/report/rules.c \
	src/report/wording.h src/report/wording.c src/report/frame.h src/report/frame.c \
	src/report/symbol.h src/report/symbol.c src/report/fingerprint.h src/report/fingerprint.c
endif
