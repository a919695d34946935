# SPDX-License-Identifier: GPL-2.0-or-later

# ---- structure checks ----
structure_checks = tests/check-layers tests/check-names tests/check-headers tests/check-globals \
	tests/check-help tests/check-traps
TESTS += $(structure_checks)
EXTRA_DIST += $(structure_checks) tests/sizes tests/corpus-known tests/unit/without-check
AM_TESTS_ENVIRONMENT += CC='$(CC)'; OBJDUMP='$(OBJDUMP)'; export CC OBJDUMP;
if SANITIZED
# Check forks a process a test by default; sanitizers then report leaks of the runner.
AM_TESTS_ENVIRONMENT += SANITIZED=yes; CK_FORK=no; export SANITIZED CK_FORK;
endif

sizes:
	@$(srcdir)/tests/sizes

c_sources = find src formats tests -name '*.[ch]'
format:
	cd $(srcdir) && clang-format -i $$($(c_sources))
format-check:
	cd $(srcdir) && clang-format --dry-run -Werror $$($(c_sources))

# ---- unit tests: a word each ----
unit_tests = tests/unit/test_bytes tests/unit/test_codec tests/unit/test_elf tests/unit/test_error \
	tests/unit/test_fields tests/unit/test_flat tests/unit/test_formats tests/unit/test_found_by_name tests/unit/test_kdump_header \
	tests/unit/test_kallsyms tests/unit/test_lockless_ring tests/unit/test_notes tests/unit/test_paging \
	tests/unit/test_print tests/unit/test_proposals tests/unit/test_rank tests/unit/test_pieces \
	tests/unit/test_segments tests/unit/test_source tests/unit/test_text tests/unit/test_unpack \
	tests/unit/test_vmcoreinfo tests/unit/test_walk tests/unit/test_words
if !CAPTURE
unit_tests += tests/unit/test_bounds tests/unit/test_option_words tests/unit/test_prefix tests/unit/test_report \
	tests/unit/test_textlog tests/unit/test_timekeeper tests/unit/test_when
endif
memory_source = tests/unit/memory_source.c tests/unit/memory_source.h
word_memory = tests/unit/word_memory.c tests/unit/word_memory.h
EXTRA_DIST += tests/unit/suite.h
if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
AM_CPPFLAGS += $(CHECK_CFLAGS)
LDADD = libcrashdmesg_objects.la $(CDM_CODEC_LIBS) $(CHECK_LIBS)
tests_unit_test_elf_SOURCES = tests/unit/test_elf.c $(memory_source)
tests_unit_test_flat_SOURCES = tests/unit/test_flat.c $(memory_source)
tests_unit_test_kdump_header_SOURCES = tests/unit/test_kdump_header.c $(memory_source)
tests_unit_test_notes_SOURCES = tests/unit/test_notes.c $(memory_source)
tests_unit_test_found_by_name_SOURCES = tests/unit/test_found_by_name.c $(word_memory)
tests_unit_test_paging_SOURCES = tests/unit/test_paging.c $(word_memory)
tests_unit_test_proposals_SOURCES = tests/unit/test_proposals.c $(word_memory)
tests_unit_test_walk_SOURCES = tests/unit/test_walk.c $(word_memory)
tests_unit_test_rank_SOURCES = tests/unit/test_rank.c $(memory_source)
tests_unit_test_segments_SOURCES = tests/unit/test_segments.c $(memory_source)
tests_unit_test_textlog_SOURCES = tests/unit/test_textlog.c $(memory_source)
tests_unit_test_option_words_SOURCES = tests/unit/test_option_words.c src/cli/option_words.c
tests_unit_test_when_SOURCES = tests/unit/test_when.c src/cli/when.c
tests_unit_test_report_SOURCES = tests/unit/test_report.c tests/unit/log_text.c tests/unit/log_text.h
# Pages are compressed as the dump writer does it.
tests_unit_test_codec_SOURCES = tests/unit/test_codec.c tests/dumpwriter/compress.c \
	tests/dumpwriter/compress.h tests/dumpwriter/arena.c tests/dumpwriter/arena.h
tests_unit_test_codec_LDADD = $(LDADD) $(CDM_WRITER_LIBS)
tests_unit_test_unpack_SOURCES = tests/unit/test_unpack.c $(memory_source) tests/dumpwriter/pack.c \
	tests/dumpwriter/pack.h tests/dumpwriter/arena.c tests/dumpwriter/arena.h
tests_unit_test_unpack_LDADD = $(LDADD) $(CDM_WRITER_LIBS)
else
TESTS += tests/unit/without-check
endif

# Builds what `make check` runs.
check-programs: all
	@$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)

# The same tests, every read and write of theirs checked: minutes, so not part of `make check`.
valgrind = $(VALGRIND) -q --vgdb=no --read-inline-info=no --vex-iropt-level=1 --error-exitcode=99 --leak-check=full
check-valgrind: check-programs
	@test '$(VALGRIND)' != no || { echo 'check-valgrind: no valgrind'; exit 1; }
if HAVE_CHECK
	echo $(unit_tests) | tr ' ' '\n' | srcdir=$(srcdir) CK_FORK=no TEXTLOG_ROUNDS=20 \
		xargs -P "$$(nproc)" -I TEST $(valgrind) ./TEST
endif
	srcdir=$(srcdir) CRASHDMESG='$(valgrind) ./crashdmesg' ./tests/cases --first

# A build for another machine: make check-foreign RUNNER='qemu-s390x -L FOLDER'. Not what looks at
# texts and objects, nor what measures. The sizes that tests compute fit into 32 bits: no warnings there.
# The runner of cases may be one of this machine: CASES_RUNNER=FILE.
CASES_RUNNER = $(RUNNER) ./tests/cases
check-foreign: all
	@$(MAKE) $(AM_MAKEFLAGS) check-programs AM_CFLAGS='$(CDM_CFLAGS) -Wno-conversion'
if HAVE_CHECK
	echo tests/sweep $(unit_tests) | tr ' ' '\n' | srcdir=$(srcdir) SWEEP_SHARE=100 CK_TIMEOUT_MULTIPLIER=10 \
		TEXTLOG_ROUNDS=20 xargs -P "$$(nproc)" -I TEST $(RUNNER) ./TEST
else
	srcdir=$(srcdir) SWEEP_SHARE=100 $(RUNNER) ./tests/sweep
endif
	srcdir=$(srcdir) CRASHDMESG='$(RUNNER) ./crashdmesg' $(srcdir)/tests/real-dumps
	srcdir=$(srcdir) CRASHDMESG='$(RUNNER) ./crashdmesg' $(CASES_RUNNER) --each

.PHONY: sizes format format-check check-programs check-valgrind check-foreign

# ---- case files: what a user sees ----
dump_writer = tests/dumpwriter/arch.c tests/dumpwriter/arch.h tests/dumpwriter/arch_arm.c tests/dumpwriter/arch_arm64.c \
	tests/dumpwriter/arch_i386.c tests/dumpwriter/arch_loongarch64.c tests/dumpwriter/arch_mips.c \
	tests/dumpwriter/arch_ppc.c tests/dumpwriter/arch_ppc64.c tests/dumpwriter/arch_riscv64.c \
	tests/dumpwriter/arch_s390x.c tests/dumpwriter/arch_sparc64.c tests/dumpwriter/arch_x86_64.c \
	tests/dumpwriter/arena.c tests/dumpwriter/arena.h tests/dumpwriter/avml.c tests/dumpwriter/compress.c \
	tests/dumpwriter/compress.h tests/dumpwriter/corehdr.c tests/dumpwriter/corehdr.h tests/dumpwriter/damage.c tests/dumpwriter/dump.h \
	tests/dumpwriter/dumpwriter.c tests/dumpwriter/dumpwriter.h tests/dumpwriter/elf.c \
	tests/dumpwriter/flat.c tests/dumpwriter/image.c tests/dumpwriter/image.h \
	tests/dumpwriter/kdump.c tests/dumpwriter/kdump.h tests/dumpwriter/kdump_pages.c \
	tests/dumpwriter/kernel.c tests/dumpwriter/kernel.h tests/dumpwriter/kernel_log.c tests/dumpwriter/lowcore.c tests/dumpwriter/lowcore.h \
	tests/dumpwriter/layout.c tests/dumpwriter/layout.h tests/dumpwriter/lime.c tests/dumpwriter/log_buf.h \
	tests/dumpwriter/log_records.c tests/dumpwriter/log_text.c tests/dumpwriter/memory.c \
	tests/dumpwriter/memory.h tests/dumpwriter/notes.c tests/dumpwriter/pack.c tests/dumpwriter/pack.h \
	tests/dumpwriter/pagetable.c tests/dumpwriter/pagetable.h tests/dumpwriter/places.c \
	tests/dumpwriter/ram.c tests/dumpwriter/raw.c tests/dumpwriter/records.c tests/dumpwriter/records.h tests/dumpwriter/ring.c \
	tests/dumpwriter/ring.h tests/dumpwriter/s390.c tests/dumpwriter/script.c tests/dumpwriter/script.h tests/dumpwriter/settings.c \
	tests/dumpwriter/settings.h tests/dumpwriter/split.c tests/dumpwriter/stored.c tests/dumpwriter/timekeeper.c tests/dumpwriter/vmcoreinfo.c \
	tests/dumpwriter/vmcoreinfo.h tests/dumpwriter/vmcoreinfo_keys.c tests/dumpwriter/vmware.c tests/dumpwriter/wrap.c tests/dumpwriter/xen.c
check_PROGRAMS += tests/cases tests/dumpwriter/dumpwriter
TESTS += tests/cases
tests_cases_SOURCES = tests/cases.c tests/case.h tests/case_codecs.c tests/case_run.c tests/case_workers.c tests/case_expect.c tests/case_bless.c \
	tests/case_files.c tests/case_shelf.c $(dump_writer)
tests_cases_LDADD = $(CDM_WRITER_LIBS)
tests_dumpwriter_dumpwriter_SOURCES = tests/dumpwriter/main.c $(dump_writer)
tests_dumpwriter_dumpwriter_LDADD = $(CDM_WRITER_LIBS)
EXTRA_DIST += testdata

# ---- what dmesg's own tests expect ----
EXTRA_DIST += tests/like-dmesg
if !CAPTURE
TESTS += tests/like-dmesg
endif

# ---- signals, terminals, many dumps ----
EXTRA_DIST += tests/command tests/shelf
if CAPTURE
AM_TESTS_ENVIRONMENT += PARTIAL=yes; export PARTIAL;
else
TESTS += tests/command tests/shelf
endif

# ---- damage sweep: dumps that are cut anywhere, or have a wrong byte ----
check_PROGRAMS += tests/sweep
TESTS += tests/sweep
tests_sweep_SOURCES = tests/sweep.c tests/sweep_dumps.c tests/sweep_dumps.h tests/sweep_file.c \
	tests/sweep_file.h tests/sweep_map.c tests/sweep_map.h tests/sweep_memory.c tests/sweep_memory.h tests/sweep_pages.c \
	tests/sweep_pages.h tests/sweep_plan.c tests/sweep_plan.h tests/sweep_ring.c tests/sweep_ring.h \
	tests/sweep_run.c tests/sweep_run.h tests/sweep_source.c tests/sweep_source.h \
	tests/sweep_watch.c tests/sweep_watch.h $(dump_writer)
tests_sweep_LDADD = libcrashdmesg_objects.la $(CDM_CODEC_LIBS) $(CDM_WRITER_LIBS)

# Every byte that is read, of the same dumps or of SWEEP_DUMPS: minutes, so not part of `make check`.
sweep: tests/sweep
	srcdir=$(srcdir) ./tests/sweep --all $(SWEEP_DUMPS)
.PHONY: sweep faults

# ---- faults: each call that can fail does, in turn ----
EXTRA_DIST += tests/faults_preload.c
if !CAPTURE
check_PROGRAMS += tests/faults
TESTS += tests/faults
tests_faults_SOURCES = tests/faults.c tests/faults.h tests/faults_judge.c tests/case.h tests/case_run.c \
	tests/case_workers.c tests/case_expect.c tests/case_files.c tests/case_shelf.c $(dump_writer)
tests_faults_LDADD = $(CDM_WRITER_LIBS)
EXTRA_tests_faults_DEPENDENCIES = tests/faults_preload.so tests/faults_library
check_PROGRAMS += tests/faults_library
tests_faults_library_LDADD = libcrashdmesg_objects.la $(CDM_CODEC_LIBS)
CLEANFILES += tests/faults_preload.so
# Sanitizers are the program's matter; this one is loaded before theirs.
tests/faults_preload.so: $(srcdir)/tests/faults_preload.c
	@$(MKDIR_P) tests
	$(AM_V_CCLD)$(CC) -std=gnu11 -D_GNU_SOURCE $(CFLAGS) -fPIC -shared -o $@ $(srcdir)/tests/faults_preload.c $(LDFLAGS) -ldl

# All of them: minutes, so not part of `make check`.
faults: tests/faults crashdmesg
	srcdir=$(srcdir) ./tests/faults --all $(FAULTS)
endif

# ---- the library for others, as it is installed ----
AM_TESTS_ENVIRONMENT += PKG_CONFIG='$(PKG_CONFIG)'; CFLAGS='$(CDM_CFLAGS) $(CFLAGS)'; export PKG_CONFIG CFLAGS;
TESTS += tests/installed
EXTRA_DIST += tests/installed

# ---- real dumps ----
TESTS += tests/real-dumps
EXTRA_DIST += tests/real-dumps tests/without-notes
if !CAPTURE
TESTS += tests/without-notes
endif

# ---- carving: dumps in which nothing describes the kernel ----
check_PROGRAMS += tests/erase
tests_erase_LDADD =
EXTRA_DIST += tests/carve tests/carve-corpus tests/clock-corpus tests/report-corpus
if !CAPTURE
TESTS += tests/carve
endif

# ---- budgets: what a run may cost, in the default build ----
AM_TESTS_ENVIRONMENT += VALGRIND='$(VALGRIND)'; export VALGRIND;
budget_programs = tests/empty tests/flatten tests/meter
EXTRA_PROGRAMS = $(budget_programs)
EXTRA_DIST += tests/budgets tests/bench
CLEANFILES += $(budget_programs)
if BUDGETS
check_PROGRAMS += $(budget_programs)
TESTS += tests/budgets
endif
tests_empty_LDADD =
tests_flatten_LDADD =
tests_meter_LDADD =

# The same beside other programs, with times: make bench [BENCH_DUMPS='FILE...'].
bench: all tests/dumpwriter/dumpwriter tests/empty tests/meter
	srcdir=$(srcdir) VALGRIND='$(VALGRIND)' python3 $(srcdir)/tests/bench $(BENCH_DUMPS)
.PHONY: bench
