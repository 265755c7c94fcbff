# unit tests of src/eval
unit_tests += tests/unit/eval/test_authres
unit_tests += tests/unit/eval/test_bind
unit_tests += tests/unit/eval/test_body
unit_tests += tests/unit/eval/test_header
unit_tests += tests/unit/eval/test_html
unit_tests += tests/unit/eval/test_images
unit_tests += tests/unit/eval/test_listed
unit_tests += tests/unit/eval/test_mime
unit_tests += tests/unit/eval/test_pdf
unit_tests += tests/unit/eval/test_phishing
unit_tests += tests/unit/eval/test_relay
unit_tests += tests/unit/eval/test_spoof
EXTRA_DIST += tests/unit/eval/sample.h
