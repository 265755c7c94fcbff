# SPDX-License-Identifier: Apache-2.0
# The engines of src/match/ beside PCRE2 alone.
match_cases = tests/match/case.c tests/match/case.h tests/match/dice.h \
	tests/match/maker.c tests/match/maker.h

match_tests = tests/match/property
tests_match_property_SOURCES = tests/match/property.c $(match_cases)
tests_match_property_LDADD = libcore.a $(CORE_LIBS)

check_PROGRAMS += $(match_tests)
TESTS += $(match_tests)

match_rules = tests/match/rules.c tests/match/rules.h

# Run by tests/match/parity.sh.
check_PROGRAMS += tests/match/parity
tests_match_parity_SOURCES = tests/match/parity.c $(match_rules)
tests_match_parity_LDADD = libcore.a $(CORE_LIBS)
dist_check_SCRIPTS += tests/match/parity.sh
TESTS += tests/match/parity.sh
