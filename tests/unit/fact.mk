# unit tests of src/fact
unit_tests += tests/unit/fact/test_answer tests/unit/fact/test_lookup
