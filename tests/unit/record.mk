# unit tests of src/record
unit_tests += tests/unit/record/test_batch
