# SPDX-License-Identifier: Apache-2.0
# unit tests of src/feedd
unit_tests += tests/unit/feedd/test_accept tests/unit/feedd/test_figures \
	tests/unit/feedd/test_period tests/unit/feedd/test_database \
	tests/unit/feedd/test_lang tests/unit/feedd/test_login \
	tests/unit/feedd/test_tokens \
	tests/unit/feedd/test_migrate
EXTRA_DIST += tests/unit/feedd/fixture.h
