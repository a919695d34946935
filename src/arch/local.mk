libcrashdmesg_objects_la_SOURCES += src/arch/arch.h src/arch/table.c src/arch/translate.c src/arch/walk.c src/arch/x86_64.c src/arch/arm64.c src/arch/i386.c src/arch/arm.c src/arch/claims.c
