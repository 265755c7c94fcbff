# unit tests of src/match
unit_tests += tests/unit/match/test_list tests/unit/match/test_match
