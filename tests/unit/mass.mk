# unit tests of src/mass
unit_tests += tests/unit/mass/test_frequency
unit_tests += tests/unit/mass/test_line
unit_tests += tests/unit/mass/test_log
unit_tests += tests/unit/mass/test_overlap
unit_tests += tests/unit/mass/test_rescore
