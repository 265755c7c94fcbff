# unit tests of src/eval
unit_tests += tests/unit/eval/test_askdns
unit_tests += tests/unit/eval/test_authres
unit_tests += tests/unit/eval/test_bind
unit_tests += tests/unit/eval/test_body
unit_tests += tests/unit/eval/test_dnsbl
unit_tests += tests/unit/eval/test_hashbl
unit_tests += tests/unit/eval/test_header
unit_tests += tests/unit/eval/test_html
unit_tests += tests/unit/eval/test_images
unit_tests += tests/unit/eval/test_listed
unit_tests += tests/unit/eval/test_mime
unit_tests += tests/unit/eval/test_pdf
unit_tests += tests/unit/eval/test_phishing
unit_tests += tests/unit/eval/test_relay
unit_tests += tests/unit/eval/test_spoof
unit_tests += tests/unit/eval/test_uribl
EXTRA_DIST += tests/unit/eval/sample.h
