# unit tests of src/match
unit_tests += tests/unit/match/test_automaton
unit_tests += tests/unit/match/test_prefilter tests/unit/match/test_stretch
unit_tests += tests/unit/match/test_find tests/unit/match/test_guard
unit_tests += tests/unit/match/test_list
unit_tests += tests/unit/match/test_match tests/unit/match/test_syntax
