# SPDX-License-Identifier: Apache-2.0
# unit tests of src/channel
unit_tests += \
	tests/unit/channel/test_bundle \
	tests/unit/channel/test_key \
	tests/unit/channel/test_store
