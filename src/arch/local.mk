libcrashdmesg_objects_la_SOURCES += src/arch/arch.h src/arch/table.c src/arch/translate.c src/arch/walk.c \
	src/arch/proposals.c src/arch/claims.c src/arch/x86_64.c src/arch/arm64.c src/arch/i386.c \
	src/arch/arm.c src/arch/s390x.c src/arch/ppc64.c src/arch/riscv64.c src/arch/ppc.c \
	src/arch/loongarch64.c src/arch/mips.c src/arch/sparc64.c
