# SPDX-License-Identifier: Apache-2.0
# unit tests of src/store
unit_tests += tests/unit/store/test_store tests/unit/store/test_store_kill \
	tests/unit/store/test_store_redis tests/unit/store/test_cell tests/unit/store/test_backup
EXTRA_DIST += tests/unit/store/fixture.h
