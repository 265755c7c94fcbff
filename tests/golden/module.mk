# SPDX-License-Identifier: Apache-2.0
# Samples with what they must come to, and the whole command line.
golden_tests = tests/golden/golden.sh tests/golden/cli.sh \
	tests/golden/masscheck.sh \
	tests/golden/language.sh
dist_check_SCRIPTS += $(golden_tests)
TESTS += $(golden_tests)
EXTRA_DIST += tests/golden
