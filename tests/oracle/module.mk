# SPDX-License-Identifier: Apache-2.0
# What other programs understand of the same messages. compare.py runs the
# dump_* programs over a folder and explains each difference; parity.py does so
# with the hits of SpamAssassin's rules.
check_LIBRARIES = tests/oracle/libdump.a
tests_oracle_libdump_a_SOURCES = tests/oracle/dump.c
# File by file: programs are built in a folder of that name.
EXTRA_DIST += \
	tests/oracle/classes.py \
	tests/oracle/compared.py \
	tests/oracle/dump.h \
	tests/oracle/dump_email.py \
	tests/oracle/dump_spamassassin.pl \
	tests/oracle/name_server.py \
	tests/oracle/network.cf \
	tests/oracle/network_answers.py \
	tests/oracle/network_classes.py \
	tests/oracle/parity-exclude.txt \
	tests/oracle/parity_classes.py \
	tests/oracle/programs.py \
	tests/oracle/rules_spamassassin.pl \
	tests/oracle/spamassassin_tests.py \
	tests/oracle/spamassassin_tests.txt \
	tests/oracle/testing.py

oracle_libs = tests/oracle/libdump.a libcore.a
check_PROGRAMS += tests/oracle/dump_tamis
tests_oracle_dump_tamis_LDADD = $(oracle_libs) $(CORE_LIBS)
check_PROGRAMS += tests/oracle/rules_tamis
tests_oracle_rules_tamis_LDADD = libcore.a $(CORE_LIBS)
if HAVE_GMIME
check_PROGRAMS += tests/oracle/dump_gmime
tests_oracle_dump_gmime_CFLAGS = $(AM_CFLAGS) $(GMIME_CFLAGS)
tests_oracle_dump_gmime_LDADD = $(oracle_libs) $(GMIME_LIBS) $(CORE_LIBS)
endif
if HAVE_GUMBO
check_PROGRAMS += tests/oracle/dump_gumbo
tests_oracle_dump_gumbo_CFLAGS = $(AM_CFLAGS) $(GUMBO_CFLAGS)
tests_oracle_dump_gumbo_LDADD = $(oracle_libs) $(GUMBO_LIBS) $(CORE_LIBS)
endif
if HAVE_LIBXML2
check_PROGRAMS += tests/oracle/dump_libxml2
tests_oracle_dump_libxml2_CFLAGS = $(AM_CFLAGS) $(LIBXML2_CFLAGS)
tests_oracle_dump_libxml2_LDADD = $(oracle_libs) $(LIBXML2_LIBS) $(CORE_LIBS)
endif

oracle_tests = tests/oracle/compare.py tests/oracle/network.py \
	tests/oracle/parity.py tests/oracle/settings.py
dist_check_SCRIPTS += $(oracle_tests)
TESTS += $(oracle_tests)

# SpamAssassin's answers, which take minutes to get.
distclean-local:
	-rm -rf parity
