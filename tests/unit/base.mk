# unit tests of src/base
unit_tests =
