# SPDX-License-Identifier: Apache-2.0
# unit tests of src/message
unit_tests += tests/unit/message/test_address \
	tests/unit/message/test_charset tests/unit/message/test_date \
	tests/unit/message/test_fold \
	tests/unit/message/test_header tests/unit/message/test_inline \
	tests/unit/message/test_css tests/unit/message/test_entity \
	tests/unit/message/test_hidden tests/unit/message/test_html \
	tests/unit/message/test_html_token tests/unit/message/test_limits \
	tests/unit/message/test_mime tests/unit/message/test_post \
	tests/unit/message/test_received tests/unit/message/test_relay \
	tests/unit/message/test_transfer tests/unit/message/test_uri \
	tests/unit/message/test_url \
	tests/unit/message/test_url_find tests/unit/message/test_url_redirect \
	tests/unit/message/test_view
EXTRA_DIST += tests/unit/message/parse.h tests/unit/message/urls.h
