# unit tests of src/eval
unit_tests += tests/unit/eval/test_bind
unit_tests += tests/unit/eval/test_mime
unit_tests += tests/unit/eval/test_relay
EXTRA_DIST += tests/unit/eval/sample.h
