# SPDX-License-Identifier: Apache-2.0
# SPF beside the test suite of RFC 7208, and beside pyspf.
check_PROGRAMS += tests/spf/judge
tests_spf_judge_LDADD = libcore.a $(CORE_LIBS)
EXTRA_DIST += tests/spf/zones.py
dist_check_SCRIPTS += tests/spf/suite.py tests/spf/differ.py
TESTS += tests/spf/suite.py tests/spf/differ.py
