# unit tests of src/rule
unit_tests += tests/unit/rule/test_rule
EXTRA_DIST += tests/unit/rule/sample.h
