# SPDX-License-Identifier: Apache-2.0
# unit tests of src/conf
unit_tests += tests/unit/conf/test_conf tests/unit/conf/test_parse \
	tests/unit/conf/test_print tests/unit/conf/test_value
