libcrashdmesg_objects_la_SOURCES += src/kernel/kernel.h src/kernel/kernel.c src/kernel/identity.c src/kernel/fields.h src/kernel/fields.c
