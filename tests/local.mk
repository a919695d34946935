# SPDX-License-Identifier: GPL-2.0-or-later

# ---- structure checks ----
structure_checks = tests/check-layers tests/check-names tests/check-headers tests/check-globals
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

# ---- unit tests: a word and a line each ----
unit_tests = tests/unit/test_flat tests/unit/test_source tests/unit/test_text
if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
LDADD = libcrashdmesg_objects.la $(CDM_CODEC_LIBS) $(CHECK_LIBS)
tests_unit_test_flat_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_source_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_unit_test_text_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
else
TESTS += tests/unit/without-check
endif

# The same tests, every read and write of theirs checked: minutes, so not part of `make check`.
valgrind = $(VALGRIND) -q --error-exitcode=99 --leak-check=full
check-valgrind: all $(check_PROGRAMS)
	@test '$(VALGRIND)' != no || { echo 'check-valgrind: no valgrind'; exit 1; }
if HAVE_CHECK
	for test in $(unit_tests); do CK_FORK=no $(valgrind) ./$$test || exit 1; done
endif
	CRASHDMESG='$(valgrind) ./crashdmesg' srcdir=$(srcdir) ./tests/cases

.PHONY: sizes format format-check check-valgrind
