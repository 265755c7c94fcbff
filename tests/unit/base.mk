# SPDX-License-Identifier: Apache-2.0
# unit tests of src/base; the first of all
unit_tests = \
	tests/unit/base/test_arena tests/unit/base/test_breaker \
	tests/unit/base/test_buf \
	tests/unit/base/test_clock tests/unit/base/test_digest \
	tests/unit/base/test_e4 tests/unit/base/test_error \
	tests/unit/base/test_file tests/unit/base/test_ip \
	tests/unit/base/test_json \
	tests/unit/base/test_log tests/unit/base/test_map \
	tests/unit/base/test_socket tests/unit/base/test_sv \
	tests/unit/base/test_utf8 tests/unit/base/test_uuid \
	tests/unit/base/test_vec
