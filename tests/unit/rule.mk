# unit tests of src/rule
unit_tests += tests/unit/rule/test_rule
unit_tests += tests/unit/rule/test_list
unit_tests += tests/unit/rule/test_parse
unit_tests += tests/unit/rule/test_lazy
unit_tests += tests/unit/rule/test_need tests/unit/rule/test_order
unit_tests += tests/unit/rule/test_language
unit_tests += tests/unit/rule/test_overlay
EXTRA_DIST += tests/unit/rule/sample.h
unit_tests += tests/unit/rule/test_source
unit_tests += tests/unit/rule/test_call
EXTRA_DIST += tests/unit/late.h
